"""Making several terms one, and taking that back: plans, terms and spellings afterwards."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.db.models import F, Model
from django.test.utils import CaptureQueriesContext

from plans import authoring, merging, taxonomies, workflow
from plans.authoring import Change, fingerprint, row_key
from plans.errors import Invalid
from plans.models import (
    Fate,
    Merge,
    Method,
    Organisation,
    Partner,
    Plan,
    PlanThematicArea,
    Sdg,
    Sector,
    Spelling,
    TermStatus,
    ThematicArea,
)
from tests.factories import SectorFactory, ThematicAreaFactory

if TYPE_CHECKING:
    from accounts.models import User
    from plans.models import Term
    from tests.personas import Network


def theme(name: str, *aliases: str, **extra: Any) -> ThematicArea:
    """A theme with other spellings."""
    return ThematicAreaFactory.create(name=name, aliases=list(aliases), **extra)


def draft(network: Network, title: str, *terms: Term, **others: list[Any]) -> Plan:
    """A draft with these themes, and other answers."""
    member = network["member"]
    plan = workflow.start(network.lab, network.cycle, actor=member, title=title)
    changes = {"thematic_areas": Change(list(terms))} if terms else {}
    changes |= {key: Change(value) for key, value in others.items()}
    authoring.save(plan, changes, actor=member)
    return Plan.objects.get(pk=plan.pk)


def on(plan: Plan) -> list[tuple[str, str]]:
    """The themes of a plan: the words that were chosen, and what the term is called now."""
    rows = PlanThematicArea.objects.filter(plan=plan).order_by("position", "pk")
    return list(rows.values_list("words", "term__name"))


def choose(plan: Plan, member: User, *terms: Term) -> None:
    """Make these the themes of a plan."""
    authoring.save(plan, {"thematic_areas": Change(list(terms))}, actor=member)


def tables() -> dict[str, list[tuple[Any, ...]]]:
    """Everything that a merge could touch and its undoing has to bring back, row by row.

    Of a plan all but the number that counts its saves: what was done stays in its history.
    """
    models: Iterable[type[Model]] = (
        *(uses.vocabulary for uses in merging.USES.values()),
        *(uses.rows for uses in merging.USES.values()),
        Sdg,
    )
    whole = {
        str(model._meta.label): list(model._default_manager.order_by("pk").values_list())
        for model in models
    }
    columns = [one.attname for one in Plan._meta.concrete_fields if one.attname != "revision"]
    spelled = ("vocabulary", "folded", "term", "leads_to")
    return whole | {
        "plans": list(Plan.objects.order_by("pk").values_list(*columns)),
        "spellings": list(Spelling.objects.order_by(*spelled).values_list(*spelled)),
    }


@pytest.fixture
def manager(network: Network) -> User:
    """Somebody who keeps the vocabularies."""
    return network["taxonomy_manager"]  # type: ignore[no-any-return]


# -- merging ---------------------------------------------------------------------------------------


def test_plans_keep_their_words_and_follow_the_term(network: Network, manager: User) -> None:
    water, waters, wells = theme("Water"), theme("Waters"), theme("Wells")
    one = draft(network, "One", waters)
    two = draft(network, "Two", wells, theme("Trade"))
    three = draft(network, "Three", water)

    merging.merge([waters, wells], water, actor=manager)

    assert [on(one), on(two), on(three)] == [
        [("Waters", "Water")],
        [("Wells", "Water"), ("Trade", "Trade")],
        [("Water", "Water")],
    ]
    assert Plan.objects.with_document().get(pk=one.pk).document.thematic_areas == ("Waters",)


def test_a_plan_that_has_two_of_them_keeps_the_one_it_named_first(
    network: Network, manager: User
) -> None:
    water, waters, wells, trade = (theme(name) for name in ("Water", "Waters", "Wells", "Trade"))
    first = draft(network, "First", wells, trade, water)
    second = draft(network, "Second", trade, water, waters, wells)

    merging.merge([waters, wells], water, actor=manager)

    assert on(first) == [("Wells", "Water"), ("Trade", "Trade")]
    assert on(second) == [("Trade", "Trade"), ("Water", "Water")]


def test_words_that_a_merge_takes_from_a_plan_are_in_its_history(
    network: Network, manager: User
) -> None:
    water, waters = theme("Water"), theme("Waters")
    double, single = draft(network, "Double", waters, water), draft(network, "Single", waters)
    saves = single.writings.count()

    record = merging.merge([waters], water, actor=manager)

    newest = double.writings.order_by("-revision")[0]
    told = {"key": "thematic_areas", "before": ["Waters", "Water"], "after": ["Waters"]}
    assert (newest.by, newest.entries) == (manager, [told])
    assert Plan.objects.get(pk=double.pk).revision == newest.revision
    assert single.writings.count() == saves

    merging.undo(record, actor=manager)

    newest = double.writings.order_by("-revision")[0]
    told = {"key": "thematic_areas", "before": ["Waters"], "after": ["Waters", "Water"]}
    assert (newest.by, newest.entries) == (manager, [told])
    choose(double, network["member"], water)
    assert double.writings.order_by("-revision")[0].revision == newest.revision + 1


def test_all_that_merged_terms_were_called_leads_to_the_one_that_stays(
    network: Network, manager: User
) -> None:
    water = theme("Water", "H2O")
    record = merging.merge(
        [theme("Waters", "The waters", "THE-WATERS"), theme("Wells", "Boreholes", "the  wells")],
        water,
        actor=manager,
    )

    water.refresh_from_db()
    assert water.aliases == ["H2O", "Waters", "The waters", "Wells", "Boreholes", "the  wells"]
    assert record.new_aliases == water.aliases[1:]
    for typed in ("waters", "the-wells", "BOREHOLES", "the waters", "h2o", "wells"):
        assert taxonomies.find(ThematicArea, typed) == water
        assert taxonomies.find_or_propose(ThematicArea, typed, actor=network["member"]) == water


def test_merged_terms_say_where_they_went(network: Network, manager: User) -> None:
    water, waters = theme("Water"), theme("Waters", status=TermStatus.PROPOSED)

    record = merging.merge([waters, water], water, actor=manager)

    waters.refresh_from_db()
    water.refresh_from_db()
    assert (waters.status, waters.merged_into) == (TermStatus.MERGED, water)
    assert (water.status, water.merged_into) == (TermStatus.IN_USE, None)
    assert (record.vocabulary, record.into, record.merged, record.by) == (
        "thematicarea",
        water.pk,
        [waters.pk],
        manager,
    )
    assert str(record) == "“Waters” → “Water”"


def test_a_merge_of_many_terms_is_called_by_some_of_them(network: Network, manager: User) -> None:
    terms = [theme(f"Water {number}") for number in range(8)]

    record = merging.merge(terms[1:], terms[0], actor=manager)

    assert str(record) == (
        "“Water 1”, “Water 2”, “Water 3”, “Water 4”, “Water 5” and 2 more → “Water 0”"
    )


def test_what_was_merged_before_leads_to_the_last_one(network: Network, manager: User) -> None:
    water, waters, wells = theme("Water"), theme("Waters"), theme("Wells")
    plan = draft(network, "One", wells)

    merging.merge([wells], waters, actor=manager)
    merging.merge([waters], water, actor=manager)

    assert dict(ThematicArea.objects.values_list("name", "merged_into")) == {
        "Water": None,
        "Waters": water.pk,
        "Wells": water.pk,
    }
    assert taxonomies.find(ThematicArea, "wells") == water
    assert on(plan) == [("Wells", "Water")]


def test_partners_follow_and_keep_the_name_they_were_written_with(
    network: Network, manager: User
) -> None:
    plan = network.plan(title="One")
    member = network["member"]
    names = ("Water Company", "Water Co.", "The Water Co")
    for name in names:
        authoring.add_row(plan, "partners", actor=member, name=name)
    listed = [Organisation.objects.create(name=name) for name in names]
    for name, organisation in zip(names, listed, strict=True):
        plan.partners.filter(name=name).update(organisation=organisation)
    assert plan.partners.filter(organisation__in=listed).count() == 3

    merging.merge(listed[1:], listed[0], actor=manager)

    partners = plan.partners.filter(name__in=names).order_by("position")
    assert list(partners.values_list("name", "organisation__name")) == [
        (name, "Water Company") for name in names
    ]


def test_sectors_follow_too(network: Network, manager: User) -> None:
    plan = network.plan(title="One")
    farmers = Sector.objects.get(name="Farmers")
    growers = SectorFactory.create(name="Growers")

    merging.merge([farmers], growers, actor=manager)

    assert plan.partners.get().sector == growers


@pytest.mark.parametrize("kind", [Method, Sector, Organisation])
def test_terms_on_no_plan_are_merged_as_well(
    network: Network, manager: User, kind: type[Term]
) -> None:
    stays, goes = (kind._default_manager.create(name=name) for name in ("A", "B"))

    record = merging.merge([goes], stays, actor=manager)

    assert taxonomies.find(kind, "b") == stays
    assert record.uses.count() == 0


# -- who may, and what cannot be -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("persona", "allowed"),
    [
        ("member", False),
        ("lead", False),
        ("reviewer", False),
        ("taxonomy_manager", True),
        ("network_manager", True),
    ],
)
def test_vocabularies_are_merged_by_those_who_keep_them(
    network: Network, persona: str, allowed: bool
) -> None:
    water, waters = theme("Water"), theme("Waters")

    def both() -> None:
        record = merging.merge([waters], water, actor=network[persona])
        merging.undo(record, actor=network[persona])

    if allowed:
        both()
    else:
        with pytest.raises(PermissionDenied):
            both()
    assert Merge.objects.count() == int(allowed)


def test_only_the_keepers_of_a_vocabulary_undo_its_merges(network: Network, manager: User) -> None:
    water, waters = theme("Water"), theme("Waters")
    record = merging.merge([waters], water, actor=manager)

    with pytest.raises(PermissionDenied):
        merging.undo(record, actor=network["member"])


Asked = Callable[[], tuple[list[Any], Any]]


def _deleted() -> tuple[list[Any], Any]:
    water, waters = theme("Water"), theme("Waters")
    ThematicArea.objects.filter(pk=waters.pk).delete()
    return [waters], water


def _merged() -> tuple[list[Any], Any]:
    water = theme("Water")
    return [theme("Waters", status=TermStatus.MERGED, merged_into=water)], water


def _into_merged() -> tuple[list[Any], Any]:
    (waters,), water = _merged()
    return [water], waters


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        (
            lambda: ([], theme("Water")),
            "Choose at least two terms: one that stays, and what is merged into it.",
        ),
        (_deleted, "One of these terms is not there any more. Choose again."),
        (_merged, "“Waters” has already been merged into another term. Choose again."),
        (_into_merged, "“Waters” has already been merged into another term. Choose again."),
        (
            lambda: ([theme("Waters")], theme("Water", status=TermStatus.RETIRED)),
            (
                "“Water” is retired, and “Waters” is in use. Take “Water” into use first, or let "
                "another term stay."
            ),
        ),
        (
            lambda: ([theme("Waters")], theme("Water", status=TermStatus.PROPOSED)),
            (
                "“Water” is proposed, and “Waters” is in use. Take “Water” into use first, or let "
                "another term stay."
            ),
        ),
        (
            lambda: (
                [Sdg.objects.create(number=1, name="One", colour="#000000")],
                Sdg.objects.create(number=2, name="Two", colour="#000000"),
            ),
            "The Sustainable Development Goals are fixed: none can be merged.",
        ),
    ],
)
def test_what_cannot_be_merged_is_refused_in_words(
    network: Network, manager: User, asked: Asked, sentence: str
) -> None:
    terms, into = asked()
    before = tables()

    with pytest.raises(Invalid) as refused:
        merging.merge(terms, into, actor=manager)

    assert str(refused.value) == sentence
    assert tables() == before
    assert Merge.objects.count() == 0


@pytest.mark.parametrize("status", [TermStatus.RETIRED, TermStatus.PROPOSED])
def test_terms_are_merged_into_one_that_is_as_alive(
    network: Network, manager: User, status: TermStatus
) -> None:
    into = theme("Water", status=status)

    merging.merge([theme("Waters", status=TermStatus.RETIRED)], into, actor=manager)

    into.refresh_from_db()
    assert into.status == status


# -- undoing ---------------------------------------------------------------------------------------


def _much(network: Network) -> tuple[list[ThematicArea], list[Plan]]:
    """Four themes on five plans in every way, one theme merged before, and sectors besides."""
    water, waters, wells, trade = (
        theme("Water", "H2O"),
        theme("Waters", "The waters"),
        theme("Wells"),
        theme("Trade"),
    )
    plans = [
        draft(network, "One", waters),
        draft(network, "Two", wells, trade, water),
        draft(network, "Three", trade, water, waters, wells),
        draft(network, "Four", water),
        draft(network, "Five", trade),
    ]
    return [water, waters, wells, trade], plans


def test_undone_every_row_of_every_table_is_as_before(network: Network, manager: User) -> None:
    (water, waters, wells, _trade), plans = _much(network)
    old = theme("Boreholes")
    draft(network, "Six", old, water)
    merging.merge([old], wells, actor=manager)
    before = tables()

    record = merging.merge([waters, wells], water, actor=manager)
    between = tables()
    merging.undo(record, actor=manager)

    assert between != before
    assert tables() == before
    assert on(plans[2]) == [
        ("Trade", "Trade"), ("Water", "Water"), ("Waters", "Waters"), ("Wells", "Wells"),
    ]  # fmt: skip


@pytest.mark.parametrize(("kind", "column"), [(Sector, "sector"), (Organisation, "organisation")])
def test_undone_partners_are_as_before(
    network: Network, manager: User, kind: type[Term], column: str
) -> None:
    plan = network.plan(title="One")
    for name in ("A", "B"):
        authoring.add_row(plan, "partners", actor=network["member"], name=name)
    terms = [kind._default_manager.create(name=name) for name in ("Fishers", "Herders", "Growers")]
    for partner, term in zip(plan.partners.order_by("position"), terms, strict=True):
        Partner.objects.filter(pk=partner.pk).update(**{column: term})
    before = tables()

    record = merging.merge(terms[1:], terms[0], actor=manager)
    assert set(plan.partners.values_list(f"{column}__name", flat=True)) == {"Fishers"}
    merging.undo(record, actor=manager)

    assert tables() == before


def test_merges_are_undone_in_turn(network: Network, manager: User) -> None:
    (water, waters, wells, trade), _plans = _much(network)
    states = [tables()]
    records = []
    for terms, into in (([wells], waters), ([waters], water), ([trade], water)):
        records.append(merging.merge(terms, into, actor=manager))
        states.append(tables())

    for record, before in zip(reversed(records), reversed(states[:-1]), strict=True):
        merging.undo(record, actor=manager)
        assert tables() == before


def test_undoing_says_who_and_when_and_only_once(network: Network, manager: User) -> None:
    water, waters = theme("Water"), theme("Waters")
    record = merging.merge([waters], water, actor=manager)

    undone = merging.undo(record, actor=network["network_manager"])

    assert undone.undone_by == network["network_manager"]
    assert undone.undone_at is not None
    with pytest.raises(Invalid) as refused:
        merging.undo(record, actor=manager)
    assert str(refused.value) == "This merge has already been undone."
    assert merging.foresee_undo(undone, manager).refused == "This merge has already been undone."


def _change(which: str, **values: Any) -> Callable[[User], None]:
    def act(_manager: User) -> None:
        ThematicArea.objects.filter(name=which).update(**values)

    return act


def _merge_on(manager: User) -> None:
    merging.merge([ThematicArea.objects.get(name="Water")], theme("Seas"), actor=manager)


def _merge_more(manager: User) -> None:
    merging.merge([theme("Rivers")], ThematicArea.objects.get(name="Water"), actor=manager)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (_change("Water", name="Freshwater"), "“Water” is called “Freshwater” now."),
        (_change("Waters", name="Wavelets"), "“Waters” is called “Wavelets” now."),
        (_change("Water", status="retired"), "“Water” is retired now."),
        (_change("Water", aliases=["Waters"]), "The other spellings of “Water” were changed."),
        (_change("Waters", aliases=["Waves"]), "The other spellings of “Waters” were changed."),
        (_merge_more, "Other terms were merged into “Water”: undo that first."),
        (
            _merge_on,
            (
                "“Water” was merged again: undo that first. “Waters” was merged again: undo that "
                "first."
            ),
        ),
        (
            lambda _manager: ThematicArea.objects.filter(name="Waters").delete(),
            "“Waters” was deleted.",
        ),
    ],
)
def test_a_merge_whose_terms_were_changed_since_is_not_undone(
    network: Network, manager: User, change: Callable[[User], None], sentence: str
) -> None:
    water, waters = theme("Water"), theme("Waters", "The waters")
    draft(network, "One", waters)
    record = merging.merge([waters], water, actor=manager)
    change(manager)
    before = tables()

    assert merging.foresee_undo(record, manager).refused == (
        f"This merge cannot be undone as things are, for terms were changed since. {sentence}"
    )
    with pytest.raises(Invalid) as refused:
        merging.undo(record, actor=manager)

    assert str(refused.value) == merging.foresee_undo(record, manager).refused
    assert tables() == before
    assert Merge.objects.get(pk=record.pk).undone_at is None


def test_what_plans_changed_since_then_stays(network: Network, manager: User) -> None:
    member = network["member"]
    water, waters, trade = theme("Water"), theme("Waters"), theme("Trade")
    dropped = draft(network, "Dropped", waters, trade)
    chosen_anew = draft(network, "Chosen anew", waters)
    added_to = draft(network, "Added to", waters)
    record = merging.merge([waters], water, actor=manager)
    choose(dropped, member, trade)
    choose(chosen_anew, member, trade)
    choose(chosen_anew, member, water)
    choose(added_to, member, trade, water)

    foreseen = merging.foresee_undo(record, network["network_manager"])
    merging.undo(record, actor=manager)

    assert [on(dropped), on(chosen_anew), on(added_to)] == [
        [("Trade", "Trade")],
        [("Water", "Water")],
        [("Trade", "Trade"), ("Waters", "Waters")],
    ]
    assert (foreseen.back, foreseen.dropped, foreseen.full) == (1, 2, 0)
    assert [(loss.plan, loss.words, loss.reason) for loss in foreseen.losses] == [
        (dropped, "Waters", Fate.DROPPED),
        (chosen_anew, "Waters", Fate.DROPPED),
    ]
    assert list(record.uses.order_by("plan").values_list("fate", flat=True)) == [
        "dropped", "dropped", "back",
    ]  # fmt: skip


def test_a_plan_that_dropped_the_term_gets_none_of_its_doubles_back(
    network: Network, manager: User
) -> None:
    water, waters, trade = theme("Water"), theme("Waters"), theme("Trade")
    plan = draft(network, "One", waters, water, trade)
    record = merging.merge([waters], water, actor=manager)
    choose(plan, network["member"], trade)

    merging.undo(record, actor=manager)

    assert on(plan) == [("Trade", "Trade")]


def test_a_plan_that_is_full_by_now_gets_back_what_it_has_room_for(
    network: Network, manager: User
) -> None:
    member = network["member"]
    water, waters, wells = theme("Water"), theme("Waters"), theme("Wells")
    more = [theme(f"More {number}") for number in range(4)]
    plan = draft(network, "One", wells, waters, water, *more[:2])
    record = merging.merge([waters, wells], water, actor=manager)
    choose(plan, member, water, *more[:3])

    foreseen = merging.foresee_undo(record, network["network_manager"])
    merging.undo(record, actor=manager)

    assert [words for words, _name in on(plan)] == ["Wells", "Waters", "More 0", "More 1", "More 2"]
    assert (foreseen.back, foreseen.full) == (2, 1)
    assert [(loss.words, loss.reason) for loss in foreseen.losses] == [("Water", Fate.FULL)]


def test_sources_have_no_limit_to_come_back_to(network: Network, manager: User) -> None:
    methods = [Method.objects.create(name=name) for name in ("Diary", "Diaries", "Notes")]
    plan = draft(network, "One", methods=methods)
    record = merging.merge(methods[1:], methods[0], actor=manager)

    merging.undo(record, actor=manager)

    kept = plan.planmethod_set.order_by("position").values_list("term__name", flat=True)
    assert list(kept) == ["Diary", "Diaries", "Notes"]


# -- what is shown before --------------------------------------------------------------------------


def test_the_preview_says_what_will_be(network: Network, manager: User) -> None:
    (water, waters, wells, trade), plans = _much(network)
    full = draft(network, "Full", wells, waters, trade, theme("A"), theme("B"))
    terms = [water, waters, wells]

    foreseen = merging.foresee(terms, water, network["network_manager"])
    told = {
        change.plan: (change.kept, change.gone, change.had, change.has, change.most)
        for change in foreseen.changes(foreseen.named)
    }

    assert (foreseen.refused, foreseen.plans, foreseen.doubled, foreseen.full) == ("", 4, 3, 1)
    assert foreseen.aliases == ["Waters", "The waters", "Wells"]
    assert told == {
        plans[0]: ("Waters", (), 1, 1, 5),
        plans[1]: ("Wells", ("Water",), 3, 2, 5),
        plans[2]: ("Water", ("Waters", "Wells"), 4, 2, 5),
        full: ("Wells", ("Waters",), 5, 4, 5),
    }
    assert [plan.title for plan in foreseen.named] == ["Three", "Full", "Two", "One"]

    record = merging.merge(terms, water, actor=manager)

    changed = {use.plan: use for use in record.uses.order_by("-pk")}
    assert set(changed) == set(told)
    assert record.new_aliases == foreseen.aliases
    assert {plan: len(on(plan)) for plan in told} == {plan: one[3] for plan, one in told.items()}
    removed = record.uses.filter(removed=True).order_by("plan", "position", "choice")
    assert [(use.plan, use.words) for use in removed] == [
        (plan, words) for plan, one in sorted(told.items(), key=_key) for words in one[1]
    ]


def _key(pair: tuple[Plan, Any]) -> int:
    return int(pair[0].pk)


def test_the_preview_names_partners_as_they_are_written(network: Network) -> None:
    plan = network.plan(title="One")
    listed = [Organisation.objects.create(name=name) for name in ("Union", "The union", "Guild")]
    plan.partners.update(organisation=listed[1])

    foreseen = merging.foresee(listed, listed[0], network["network_manager"])

    assert [change.kept for change in foreseen.changes(foreseen.named)] == [
        "Water users' association"
    ]
    assert (foreseen.plans, foreseen.doubled, foreseen.full) == (1, 0, 0)


def test_drafts_of_others_are_counted_and_not_named(network: Network, manager: User) -> None:
    waters, water = ThematicArea.objects.get_or_create(name="Water")[0], theme("Freshwater")
    secret = draft(network, "Secret", waters)
    network.plan("approved", title="Public", challenge_type="big_bet")

    foreseen = merging.foresee([waters], water, manager)
    named = [plan.title for plan in foreseen.named]
    record = merging.merge([waters], water, actor=manager)
    choose(secret, network["member"], theme("Other"))
    lost = merging.foresee_undo(record, manager)

    assert foreseen.plans == 2
    assert named == ["Public"]
    assert (lost.back, lost.dropped, lost.losses, lost.unnamed) == (1, 1, [], 1)


def test_the_preview_says_why_not(network: Network, manager: User) -> None:
    water = theme("Water", status=TermStatus.RETIRED)

    assert merging.foresee([theme("Waters")], water, manager).refused == (
        "“Water” is retired, and “Waters” is in use. Take “Water” into use first, or let another "
        "term stay."
    )


# -- forms that were open meanwhile ----------------------------------------------------------------


def test_who_had_the_plan_open_saves_as_if_nothing_had_happened(
    network: Network, manager: User
) -> None:
    member = network["member"]
    water, waters, wells, trade = (theme(name) for name in ("Water", "Waters", "Wells", "Trade"))
    plan = draft(network, "One", waters, wells)
    shown = fingerprint([waters, wells])
    merging.merge([waters, wells], water, actor=manager)

    outcome = authoring.save(
        plan, {"thematic_areas": Change([waters, wells, trade], shown)}, actor=member
    )

    assert (outcome.saved, outcome.conflicts) == (["thematic_areas"], {})
    assert on(plan) == [("Waters", "Water"), ("Trade", "Trade")]
    assert plan.writings.order_by("-revision")[0].entries == [
        {"key": "thematic_areas", "before": ["Waters"], "after": ["Waters", "Trade"]}
    ]


def test_who_changed_nothing_takes_nothing_away(network: Network, manager: User) -> None:
    member = network["member"]
    water, waters, trade = theme("Water"), theme("Waters"), theme("Trade")
    plan = draft(network, "One", waters)
    shown = fingerprint([waters])
    merging.merge([waters], water, actor=manager)
    choose(plan, member, water, trade)

    outcome = authoring.save(plan, {"thematic_areas": Change([water], shown)}, actor=member)

    assert (outcome.saved, outcome.conflicts) == ([], {})
    assert on(plan) == [("Waters", "Water"), ("Trade", "Trade")]


def test_two_who_changed_it_are_told(network: Network, manager: User) -> None:
    member, lead = network["member"], network["lead"]
    water, waters, trade = theme("Water"), theme("Waters"), theme("Trade")
    plan = draft(network, "One", waters)
    shown = fingerprint([waters])
    merging.merge([waters], water, actor=manager)
    choose(plan, lead, water, trade)

    outcome = authoring.save(plan, {"thematic_areas": Change([theme("Sea")], shown)}, actor=member)

    assert outcome.conflicts == {"thematic_areas": [water, trade]}


def test_a_partners_sector_that_was_merged_meanwhile_is_followed(
    network: Network, manager: User
) -> None:
    plan = network.plan(title="One")
    member, partner = network["member"], plan.partners.get()
    farmers, growers = partner.sector, SectorFactory.create(name="Growers")
    assert farmers is not None
    key = row_key("partners", partner.pk, "sector")
    fishers = SectorFactory.create(name="Fishers")
    merging.merge([farmers], growers, actor=manager)
    merging.merge([fishers], SectorFactory.create(name="Fishing folk"), actor=manager)

    outcome = authoring.save(plan, {key: Change(fishers, fingerprint(farmers))}, actor=member)

    assert (outcome.saved, outcome.conflicts) == ([key], {})
    assert str(plan.partners.get().sector) == "Fishing folk"


# -- statements ------------------------------------------------------------------------------------

MERGING = 26
UNDOING = 23


def counted(act: Callable[[], Any]) -> tuple[Any, int]:
    """What an act answers, and how many statements it takes."""
    with CaptureQueriesContext(connection) as asked:
        answer = act()
    return answer, len(asked)


@pytest.mark.parametrize("number", [1, 40])
def test_merging_takes_as_many_statements_for_forty_terms_as_for_one(
    network: Network, manager: User, number: int
) -> None:
    water = theme("Water")
    terms = [theme(f"Water {count}", f"Spelling {count}") for count in range(number)]
    for count, term in enumerate(terms):
        draft(network, f"Plan {count}", term, water)

    foreseen, first = counted(lambda: merging.foresee(terms, water, manager))
    _changes, second = counted(lambda: foreseen.changes(foreseen.named))
    record, third = counted(lambda: merging.merge(terms, water, actor=manager))
    _lost, fourth = counted(lambda: merging.foresee_undo(record, manager))
    _undone, fifth = counted(lambda: merging.undo(record, actor=manager))

    assert (first, second, third, fourth, fifth) == (5, 1, MERGING, 2, UNDOING)


# -- killed half-way -------------------------------------------------------------------------------


class Killed(Exception):
    """The process ended here."""


def killed_after(statements: int) -> Callable[..., Any]:
    """Let so many statements through, then stop for good."""
    done = 0

    def run(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        nonlocal done
        if sql.startswith(("ROLLBACK", "RELEASE")):
            return execute(sql, params, many, context)
        answer = execute(sql, params, many, context)
        done += 1
        if done == statements:
            raise Killed
        return answer

    return run


# Three of the statements only end savepoints.
@pytest.mark.parametrize("statement", range(1, MERGING - 2))
def test_a_merge_that_is_killed_half_way_changes_nothing(
    network: Network, manager: User, statement: int
) -> None:
    (water, waters, wells, _trade), _plans = _much(network)
    assert manager.has_perm("plans.change_thematicarea")  # read once, before it is counted
    saves = list(Plan.objects.order_by("pk").values_list("revision", "writings"))
    before = tables()

    with pytest.raises(Killed), connection.execute_wrapper(killed_after(statement)):
        merging.merge([waters, wells], water, actor=manager)

    assert tables() == before
    assert list(Plan.objects.order_by("pk").values_list("revision", "writings")) == saves
    assert Merge.objects.count() == 0


@pytest.mark.parametrize("statement", range(1, UNDOING - 2))
def test_undoing_that_is_killed_half_way_changes_nothing(
    network: Network, manager: User, statement: int
) -> None:
    (water, waters, wells, _trade), _plans = _much(network)
    record = merging.merge([waters, wells], water, actor=manager)
    before = tables()

    with pytest.raises(Killed), connection.execute_wrapper(killed_after(statement)):
        merging.undo(record, actor=manager)

    assert tables() == before
    assert Merge.objects.get().undone_at is None


def test_no_term_leads_to_itself_or_to_a_merged_one(network: Network, manager: User) -> None:
    (water, waters, wells, trade), _plans = _much(network)
    merging.merge([wells], waters, actor=manager)
    merging.merge([waters, trade], water, actor=manager)

    assert not ThematicArea.objects.filter(merged_into=F("pk")).exists()
    assert not ThematicArea.objects.filter(merged_into__merged_into__isnull=False).exists()

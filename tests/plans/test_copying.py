"""A new plan from an earlier one: what is copied, what is not, and what has to be looked at."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from html import unescape
from typing import TYPE_CHECKING, Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Membership
from plans import authoring, clock, readiness, workflow
from plans.anchors import Anchor
from plans.authoring import Change
from plans.errors import Invalid, NotReady, PlanError, SlotTaken, WrongState
from plans.models import Cycle, Picture, Plan, Sector, TermStatus, ThematicArea
from plans.sections import SECTION
from plans.states import SLOTS, Act
from tests import personas
from tests.factories import WORDS, CycleFactory

if TYPE_CHECKING:
    from django.test import Client

    from accounts.models import User
    from tests.personas import Network


@pytest.fixture
def later(network: Network) -> Cycle:
    """Another cycle that is open, in which the lab has no plan yet."""
    return CycleFactory.create()


@pytest.fixture
def source(network: Network) -> Plan:
    """An approved plan of the lab."""
    return network.plan("approved")


def now(plan: Plan) -> Plan:
    """The plan as it is stored, with its document."""
    return Plan.objects.with_document().get(pk=plan.pk)


def said(plan: Plan, *, besides: tuple[str, ...] = ()) -> dict[str, Any]:
    """What a plan says, without what belongs to it alone."""
    told = now(plan).document.model_dump(mode="json", exclude={"cycle", "lab", *besides})
    for group in ("evidence", "partners", "learning_questions"):
        for row in told[group]:
            del row["id"]
    return told


def to_confirm(plan: Plan) -> list[str]:
    """Where something waits to be confirmed, in the order of the form."""
    return [gap.field for gap in readiness.gaps(now(plan)) if gap.carried]


# -- what is copied --------------------------------------------------------------------------------


def test_a_copy_says_what_the_earlier_plan_says(source: Plan, later: Cycle, member: User) -> None:
    copied = authoring.copy(
        source, source.lab, later, actor=member, challenge_type="exploratory", title=source.title
    )

    assert copied.left_out == []
    assert said(copied.plan) == said(source)
    made = now(copied.plan)
    assert (made.state, made.slot, made.cycle, made.copied_from) == ("draft", 1, later, source)
    assert (made.created_by, list(made.writers.all())) == (member, [member])


def test_rows_of_a_copy_are_its_own(source: Plan, later: Cycle, member: User) -> None:
    plan = authoring.copy(source, source.lab, later, actor=member).plan
    before = said(source)

    for group in ("evidence", "partners", "learning_questions"):
        for row in plan.rows(group):
            authoring.remove_row(plan, group, row.pk, actor=member)

    assert said(source) == before


def test_only_the_chosen_sections_are_copied(source: Plan, later: Cycle, member: User) -> None:
    plan = authoring.copy(
        source, source.lab, later, actor=member, title="New", sections=["partners", "closing"]
    ).plan

    told = said(plan)
    assert told["partners"] == said(source)["partners"]
    assert told["early_leads"] == WORDS["early_leads"]
    filled = {name for name, value in told.items() if value not in (None, "", [])}
    assert filled == {"format", "title", "country", "partners", "early_leads"}
    assert to_confirm(plan) == ["partners", "early_leads"]


def test_a_copy_tells_that_it_is_one(
    client: Client, source: Plan, later: Cycle, member: User
) -> None:
    plan = authoring.copy(source, source.lab, later, actor=member).plan

    (event,) = plan.events.all()
    assert (event.kind, event.actor, event.to_state) == ("start", member, "draft")
    html = page(client, member, reverse("plan_history", args=(plan.pk,)))
    assert f"began the plan as a copy of {source} ({source.lab}, {source.cycle})" in words(html)


def test_what_was_copied_is_in_the_history_of_what_was_written(
    source: Plan, later: Cycle, member: User
) -> None:
    plan = authoring.copy(source, source.lab, later, actor=member).plan

    writing = plan.writings.get()
    assert writing.by == member
    assert {"background", "sdgs", "methods"} <= set(writing.keys)
    assert f"partners/{plan.partners.get().pk}" in writing.keys


# -- what cannot be copied -------------------------------------------------------------------------


def test_what_does_not_fit_today_is_left_out_and_said(
    network: Network, source: Plan, later: Cycle, member: User
) -> None:
    ThematicArea.objects.update(status=TermStatus.RETIRED)
    Sector.objects.update(status=TermStatus.RETIRED)
    network.lab.countries.clear()
    Plan.objects.filter(pk=source.pk).update(focal_point=network.people["lead"])
    Membership.objects.filter(user=network.people["lead"]).delete()
    source.refresh_from_db()

    copied = authoring.copy(source, network.lab, later, actor=member)

    assert copied.left_out == [
        f"The country: your lab does not work in {source.country}.",
        "The focal point: Leo Lead is not in the lab (any more).",
        "“Water”: it is not used any more.",
        "“Farmers”: it is not used any more.",
    ]
    told = said(copied.plan)
    assert (told["country"], told["focal_point"], told["thematic_areas"]) == ("", None, [])
    assert told["partners"][0]["sector"] == ""


def test_a_summary_of_the_archive_that_is_too_long_is_left_out_and_said(
    network: Network, later: Cycle, member: User
) -> None:
    archived = network.plan("archived")
    Plan.objects.filter(pk=archived.pk).update(summary="x" * 281)
    archived.refresh_from_db()

    copied = authoring.copy(archived, network.lab, later, actor=member)

    assert copied.left_out == [
        "Short summary: it has 281 characters, and 280 fit. Write a shorter one."
    ]
    assert said(copied.plan)["summary"] == ""
    assert said(copied.plan)["background"] == WORDS["background"]


def test_people_of_another_lab_are_neither_copied_nor_named(
    network: Network, source: Plan, later: Cycle
) -> None:
    stranger = network["other_member"]
    assert source.focal_point
    Membership.objects.create(user=source.focal_point, lab=network.other_lab)

    copied = authoring.copy(source, network.other_lab, later, actor=stranger)

    assert copied.left_out == [f"The country: your lab does not work in {source.country}."]
    assert said(copied.plan)["focal_point"] is None
    assert copied.plan.lab == network.other_lab


def test_pictures_are_copied_as_the_new_plans_own(
    network: Network, later: Cycle, member: User
) -> None:
    plan = network.plan()
    picture = Picture.objects.create(
        plan=plan, format="jpg", large="l.jpg", small="s.jpg", width=4, height=3,
        small_width=4, small_height=3, added_by=member,
    )  # fmt: skip
    authoring.add_row(
        plan, "evidence", actor=member, form="picture", picture=picture, alternative="A well."
    )

    copy = authoring.copy(plan, network.lab, later, actor=network["lead"]).plan

    kept = copy.evidence.get(form="picture")
    assert kept.picture is not None
    assert (kept.picture.plan, kept.picture.added_by) == (copy, network["lead"])
    assert (kept.picture.large.name, kept.picture.small.name) == ("l.jpg", "s.jpg")
    assert (kept.alternative, kept.picture.pk == picture.pk) == ("A well.", False)


# -- who may, and the places -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "copying"),
    [
        ("draft", {"member", "lead", "reviewer_in_lab", "network_manager"}),
        ("submitted", {"member", "lead", "reviewer_in_lab", "network_manager"}),
        ("withdrawn", {"member", "lead", "reviewer_in_lab", "network_manager"}),
        ("approved", {"member", "lead", "other_member", "other_region_member", "reviewer_in_lab",
                      "network_manager"}),
        ("archived", {"member", "lead", "other_member", "other_region_member", "reviewer_in_lab",
                      "network_manager"}),
    ],
)  # fmt: skip
def test_who_copies_what(network: Network, later: Cycle, state: str, copying: set[str]) -> None:
    source = network.plan(state)
    into = {"other_member": network.other_lab, "other_region_member": network.far_lab}
    found = set()
    for name in personas.PERSONAS:
        try:
            authoring.copy(source, into.get(name, network.lab), later, actor=network[name])
        except PermissionDenied:
            continue
        found.add(name)

    assert found == copying


def test_nobody_copies_into_a_lab_they_are_not_in(
    network: Network, source: Plan, later: Cycle
) -> None:
    with pytest.raises(PermissionDenied):
        authoring.copy(source, network.lab, later, actor=network["other_member"])


def test_where_no_place_is_free_nothing_is_begun(
    network: Network, source: Plan, member: User
) -> None:
    network.plan(challenge_type="big_bet", title="The one")
    before = Plan.objects.count()

    with pytest.raises(SlotTaken, match=r"The one big bet of .* is “The one”"):
        authoring.copy(source, network.lab, network.cycle, actor=member, challenge_type="big_bet")

    assert Plan.objects.count() == before


def test_a_title_that_is_too_long_is_refused_in_words(
    source: Plan, later: Cycle, member: User
) -> None:
    with pytest.raises(Invalid, match="A title has at most 200 characters"):
        authoring.copy(source, source.lab, later, actor=member, title="x" * 201)


# -- until somebody says that it is still right ----------------------------------------------------


@pytest.fixture
def copy(source: Plan, later: Cycle, member: User) -> Plan:
    """A copy in which everything waits to be confirmed."""
    return authoring.copy(
        source, source.lab, later, actor=member, challenge_type="big_bet", title=source.title
    ).plan


def test_everything_that_was_copied_waits_to_be_confirmed(copy: Plan) -> None:
    assert to_confirm(copy) == [
        "title", "country", "focal_point",
        "challenge_statement", "background", "value_proposition", "summary",
        "evidence", "evidence",
        "sdgs", "thematic_areas",
        "partners",
        "methods", "data_sources", "learning_questions",
        "early_leads",
    ]  # fmt: skip
    found = readiness.progress(readiness.gaps(now(copy)))
    assert (found.missing, found.to_confirm, found.advice, found.holds_up) == (0, 16, 0, 16)


def test_a_copy_cannot_be_handed_in_before(copy: Plan, member: User) -> None:
    with pytest.raises(NotReady) as refused:
        workflow.move(copy, Act.SUBMIT, actor=member)
    assert {gap.carried for gap in refused.value.gaps} == {True}

    authoring.confirm(copy, copy_keys(copy), actor=member)

    assert workflow.move(copy, Act.SUBMIT, actor=member).state == "submitted"


def copy_keys(plan: Plan) -> list[str]:
    """All that waits to be confirmed."""
    return now(plan).carried_over


def test_a_gap_leads_to_the_answer_or_the_row(copy: Plan) -> None:
    partner = copy.partners.get().pk
    found = [gap for gap in readiness.gaps(now(copy)) if gap.field in ("summary", "partners")]

    assert [(gap.target, gap.message) for gap in found] == [
        ("id_summary", "Short summary: copied from another plan, not confirmed yet."),
        (f"row-{partner}", "copied from another plan, not confirmed yet."),
    ]


def test_who_changes_an_answer_confirms_it(copy: Plan, member: User) -> None:
    authoring.save(copy, {"background": Change("New."), "sdgs": Change([])}, actor=member)

    assert {"background", "sdgs"}.isdisjoint(to_confirm(copy))
    assert len(to_confirm(copy)) == 14


def test_who_sends_an_answer_back_as_it_was_confirms_nothing(copy: Plan, member: User) -> None:
    authoring.save(copy, {"background": Change(WORDS["background"])}, actor=member)

    assert len(to_confirm(copy)) == 16


def test_who_writes_in_a_row_confirms_it_and_who_moves_one_does_not(
    copy: Plan, member: User
) -> None:
    first, second = (row.pk for row in copy.rows("evidence"))
    authoring.move_row(copy, "evidence", second, 1, actor=member)
    assert to_confirm(copy).count("evidence") == 2

    authoring.save(copy, {authoring.row_key("evidence", first, "text"): Change("A.")}, actor=member)

    assert [key for key in copy_keys(copy) if "/" in key and key.startswith("evidence")] == [
        f"evidence/{second}"
    ]


def test_a_row_that_is_removed_needs_no_confirming(copy: Plan, member: User) -> None:
    authoring.remove_row(copy, "partners", copy.partners.get().pk, actor=member)

    assert "partners" not in to_confirm(copy)


def test_bringing_back_what_was_copied_confirms_it(copy: Plan, member: User) -> None:
    earlier = now(copy).document
    authoring.save(copy, {"background": Change("New.")}, actor=member)

    authoring.restore(copy, earlier, Anchor("challenge", "background"), actor=member)

    assert now(copy).background == WORDS["background"]
    assert "background" not in to_confirm(copy)


def test_keeping_changes_no_words_and_makes_one_a_writer(
    copy: Plan, network: Network, lead: User
) -> None:
    before, revision = now(copy).document, now(copy).revision

    authoring.confirm(copy, ["background", "nonsense"], actor=lead)

    after = now(copy)
    assert (after.document, after.revision) == (before, revision)
    assert "background" not in after.carried_over
    assert len(after.carried_over) == 15
    assert lead in after.writers.all()


def test_what_one_keeps_and_another_changes_meanwhile_is_both_confirmed(
    copy: Plan, member: User, lead: User
) -> None:
    stale = Plan.objects.get(pk=copy.pk)
    authoring.save(copy, {"background": Change("New.")}, actor=member)

    authoring.confirm(stale, ["summary"], actor=lead)

    assert {"background", "summary"}.isdisjoint(to_confirm(copy))


def test_nothing_is_kept_by_others_or_too_late(network: Network, copy: Plan, member: User) -> None:
    with pytest.raises(PermissionDenied):
        authoring.confirm(copy, ["summary"], actor=network["other_member"])
    workflow.move(copy, Act.WITHDRAW, actor=member)
    with pytest.raises(WrongState):
        authoring.confirm(copy, ["summary"], actor=member)


def page(client: Client, user: User, address: str, status: int = 200) -> str:
    """What this person gets at an address."""
    client.force_login(user)
    answer = client.get(address)
    assert answer.status_code == status
    return answer.content.decode()


def words(html: str) -> str:
    """The text of a page's main part in one line."""
    _head, _tag, main = html.partition("<main")
    text = unescape(re.sub(r"<[^>]*>", " ", main))
    return re.sub(r" (?=[).,])|(?<=\() ", "", " ".join(text.split()))


# -- the pages -------------------------------------------------------------------------------------


def test_the_page_offers_what_the_earlier_plan_holds_and_the_places(
    client: Client, network: Network, source: Plan, member: User
) -> None:
    network.plan(challenge_type="big_bet", title="The one")

    html = page(client, member, reverse("plan_copy", args=(source.pk,)))

    told = words(html)
    assert f"The places of {network.lab} in {network.cycle} Big bet The one Draft" in told
    assert "Exploratory 2 Free" in told
    assert "Challenge Challenge statement, Background, Value proposition, Short summary" in told
    assert "Learning Learning questions (1), Methods, Data sources" in told
    assert re.findall(r'name="sections" value="(\w+)"[^>]* checked', html) == list(SECTION)
    assert re.findall(r'name="challenge_type" value="(\w*)"', html) == ["exploratory", ""]


def test_where_the_place_is_taken_nothing_is_left_unchosen(
    client: Client, network: Network, source: Plan, member: User
) -> None:
    network.plan(challenge_type="exploratory", title="The other one")

    html = page(client, member, reverse("plan_copy", args=(source.pk,)))

    assert re.findall(r'name="challenge_type" value="(\w*)"[^>]* checked', html) == [""]


def test_a_place_is_offered_with_its_latitude_and_longitude(
    client: Client, network: Network, member: User
) -> None:
    plan = network.plan("draft")
    authoring.save(plan, {"latitude": Change(1.0), "longitude": Change(2.0)}, actor=member)

    html = page(client, member, reverse("plan_copy", args=(plan.pk,)))

    assert "Latitude, Longitude" in words(html)


def test_what_is_empty_is_not_offered(client: Client, network: Network, member: User) -> None:
    archived = network.plan("archived")

    html = page(client, member, reverse("plan_copy", args=(archived.pk,)))

    assert re.findall(r'name="sections" value="(\w+)"', html) == ["challenge", "closing"]


def test_copying_leads_to_the_overview_and_says_what_was_left_out(
    client: Client, network: Network, source: Plan, member: User
) -> None:
    ThematicArea.objects.update(status=TermStatus.RETIRED)
    client.force_login(member)
    sent = {
        "cycle": network.cycle.pk, "challenge_type": "big_bet", "title": "New",
        "sections": ["challenge", "classification"],
    }  # fmt: skip

    answer = client.post(reverse("plan_copy", args=(source.pk,)), sent, follow=True)

    plan = Plan.objects.get(copied_from=source)
    assert answer.redirect_chain == [(reverse("plan_edit", args=(plan.pk,)), 302)]
    told = words(answer.content.decode())
    assert "“New” is begun." in told
    assert "Not copied: “Water”: it is not used any more." in told
    assert f"Began as a copy of {source} ({source.lab}, {source.cycle})" in told
    assert "5 answers were copied from another plan and are still to be confirmed." in told
    assert "Classification 1 required answer missing, 1 copied answer to confirm" in told
    assert "Background: copied from another plan, not confirmed yet." in told


def test_a_place_that_was_taken_meanwhile_is_told_beside_the_type(
    client: Client, network: Network, source: Plan, member: User
) -> None:
    network.plan(challenge_type="big_bet", title="The one")
    client.force_login(member)
    sent = {
        "cycle": network.cycle.pk, "challenge_type": "big_bet", "title": "New",
        "sections": ["challenge"],
    }  # fmt: skip

    answer = client.post(reverse("plan_copy", args=(source.pk,)), sent)

    html = answer.content.decode()
    assert answer.status_code == 200
    assert f"The one big bet of {network.cycle} is “The one”." in unescape(html)
    assert 'value="New"' in html
    assert re.findall(r'name="sections" value="(\w+)"[^>]* checked', html) == ["challenge"]
    assert not Plan.objects.filter(copied_from=source).exists()


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({}, "Choose at least one section, or start an empty plan instead."),
        ({"sections": "nonsense"}, "One of these sections is not in that plan. Choose again."),
        ({"sections": "challenge", "cycle": "x"}, "This cycle is not open to your lab."),
        ({"sections": "challenge", "challenge_type": "\x00"}, "Choose one from the list."),
        ({"sections": "challenge", "title": "x" * 201}, "This is 1 character too long."),
        ({"sections": "challenge", "lab": "\x00", "cycle": "9" * 30}, "This cycle is not open"),
    ],
)
def test_nonsense_is_answered_in_words(
    client: Client, network: Network, source: Plan, member: User, sent: dict[str, str],
    sentence: str,
) -> None:  # fmt: skip
    client.force_login(member)
    given = {"cycle": network.cycle.pk, "challenge_type": ""} | sent

    answer = client.post(reverse("plan_copy", args=(source.pk,)), given)

    assert answer.status_code == 200
    assert sentence in unescape(answer.content.decode())
    assert not Plan.objects.filter(copied_from=source).exists()


def test_without_an_open_cycle_the_page_says_so(
    client: Client, network: Network, source: Plan, member: User
) -> None:
    network.cycle.closes_at = network.cycle.opens_at + (network.cycle.closes_at - clock.now()) / 2
    network.cycle.save()

    html = page(client, member, reverse("plan_copy", args=(source.pk,)))

    assert "No cycle is open to your lab" in html
    assert "<form" not in html.partition("<main")[2]


def test_somebody_of_two_labs_says_for_which(
    client: Client, network: Network, source: Plan, member: User
) -> None:
    Membership.objects.create(user=member, lab=network.other_lab)
    address = reverse("plan_copy", args=(source.pk,))
    html = page(client, member, address)
    assert f'name="lab" value="{network.lab.slug}"' in html

    html = page(client, member, f"{address}?lab={network.other_lab.slug}")
    sent = {"lab": network.other_lab.slug, "cycle": network.cycle.pk, "sections": ["challenge"]}
    client.post(address, sent)

    assert f'name="lab" value="{network.other_lab.slug}"' in html
    assert "This plan is by another lab" in html
    assert Plan.objects.get(copied_from=source).lab == network.other_lab


def test_a_copy_names_its_origin_only_to_who_may_know_of_it(
    client: Client, network: Network, later: Cycle, member: User, reviewer: User
) -> None:
    hidden = network.plan("withdrawn", title="Given up")
    plan = authoring.copy(
        hidden, network.lab, later, actor=member, challenge_type="big_bet", title="New"
    ).plan
    authoring.confirm(plan, now(plan).carried_over, actor=member)
    workflow.move(plan, Act.SUBMIT, actor=member)

    pages = [reverse(name, args=(plan.pk,)) for name in ("plan", "plan_history")]
    assert ["Given up" in page(client, member, address) for address in pages] == [True, True]
    assert ["Given up" in page(client, reviewer, address) for address in pages] == [False, False]
    assert "began the plan as a copy of an earlier plan" in words(page(client, reviewer, pages[1]))


def filled(plan: Plan) -> dict[str, str]:
    """The inputs of the one partner as the page holds them."""
    row = plan.partners.get()
    told = {"name": row.name, "sector": str(row.sector_id), "description": row.description}
    return {f"{row.pk}-{name}": value for name, value in {**told, "is_new": "yes"}.items()}


def test_answers_and_rows_are_marked_until_they_are_kept(
    client: Client, copy: Plan, member: User
) -> None:
    address = reverse("plan_section", args=(copy.pk, "partners"))
    partner = f"partners/{copy.partners.get().pk}"
    assert f'data-carried="{partner}"' in page(client, member, address)

    answer = client.post(address, filled(copy) | {"do": f"keep:{partner}"}, follow=True)

    html = answer.content.decode()
    assert "Confirmed." in html
    assert "data-carried" not in html
    assert "partners" not in to_confirm(copy)


def test_a_whole_section_is_kept_and_what_was_typed_is_saved_with_it(
    client: Client, copy: Plan, member: User
) -> None:
    address = reverse("plan_section", args=(copy.pk, "challenge"))
    html = page(client, member, address)
    assert html.count("Copied from the plan of") == 4
    assert "4 answers here were copied and are not confirmed yet." in words(html)
    base = unescape(re.findall(r'name="base" value="([^"]*)"', html)[0])
    sent = {name: WORDS[name] for name in WORDS if name != "early_leads"}

    client.post(address, sent | {"base": base, "summary": "New.", "do": "keep:"})

    assert {gap.section for gap in readiness.gaps(now(copy))} == {
        "title", "evidence", "classification", "partners", "learning", "closing",
    }  # fmt: skip
    assert (now(copy).summary, now(copy).background) == ("New.", WORDS["background"])


def test_the_title_is_marked_to_be_changed(client: Client, copy: Plan, member: User) -> None:
    html = page(client, member, reverse("plan_section", args=(copy.pk, "title")))

    assert "This is still the title of the earlier plan. Give this one a title of its own." in html


@pytest.mark.parametrize("what", ["keep:background", "keep:\x00", "keep:partners/x", "keep:state"])
def test_keeping_what_is_not_there_keeps_nothing(
    client: Client, copy: Plan, member: User, what: str
) -> None:
    client.force_login(member)
    address = reverse("plan_section", args=(copy.pk, "closing"))

    answer = client.post(address, {"early_leads": WORDS["early_leads"], "do": what})

    assert answer.status_code == 302
    assert len(to_confirm(copy)) == 16


def test_an_autosaved_answer_is_confirmed(client: Client, copy: Plan, member: User) -> None:
    address = reverse("plan_section", args=(copy.pk, "challenge"))
    base = unescape(re.findall(r'name="base" value="([^"]*)"', page(client, member, address))[0])
    sent = {"do": "auto", "base": base, "only": '["summary"]', "summary": "New."}

    assert client.post(address, sent).json()["problems"] == {}

    assert "summary" not in to_confirm(copy)


def test_at_submission_what_is_missing_and_what_is_to_be_confirmed_are_told_apart(
    client: Client, copy: Plan, member: User
) -> None:
    authoring.save(copy, {"background": Change("")}, actor=member)

    html = page(client, member, reverse("plan_act", args=(copy.pk, "submit")))

    assert "One answer is missing, 15 copied answers are to be confirmed" in words(html)
    assert "Background is missing." in html
    assert "Short summary: copied from another plan, not confirmed yet." in html


def test_home_says_what_waits_to_be_confirmed(client: Client, copy: Plan, member: User) -> None:
    assert "16 copied answers to confirm" in words(page(client, member, reverse("home")))


# -- where it is offered ---------------------------------------------------------------------------


def test_copying_is_offered_where_people_look(
    client: Client, network: Network, source: Plan, member: User
) -> None:
    link = f'href="{reverse("plan_copy", args=(source.pk,))}"'
    looked = {
        name: page(client, member, address).count(link)
        for name, address in {
            "plan": reverse("plan", args=(source.pk,)),
            "home": reverse("home"),
            "start": reverse("plan_start", args=(network.lab.slug,)),
            "library": reverse("library"),
        }.items()
    }

    assert looked == {"plan": 1, "home": 1, "start": 1, "library": 1}


def test_copying_is_not_offered_to_who_is_in_no_lab(
    client: Client, network: Network, source: Plan, reviewer: User
) -> None:
    for address in (reverse("plan", args=(source.pk,)), reverse("home"), reverse("library")):
        assert "/copy/" not in page(client, reviewer, address)


# -- the limit -------------------------------------------------------------------------------------


def at_once(acts: list[Callable[[], object]]) -> list[str]:
    """Do all at the same moment, each over a connection of its own; answer what was refused."""
    begin = threading.Barrier(len(acts))
    answers = [""] * len(acts)

    def do(number: int) -> None:
        begin.wait()
        try:
            acts[number]()
        except PlanError as refusal:
            answers[number] = str(refusal)
        finally:
            connection.close()

    threads = [threading.Thread(target=do, args=(number,)) for number in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


@pytest.mark.django_db(transaction=True)
def test_two_who_copy_into_the_last_place_at_once_make_one_plan(network: Network) -> None:
    source = network.plan("approved", cycle=CycleFactory.create())
    people = [network["member"], network["lead"], network["reviewer_in_lab"]]

    answers = at_once(
        [
            lambda person=person: authoring.copy(  # type: ignore[misc]
                source, network.lab, network.cycle, actor=person, challenge_type="big_bet"
            )
            for person in people
        ]
    )

    assert sorted(answer[:20] for answer in answers) == ["", *["The one big bet of 2"] * 2]
    assert Plan.objects.filter(cycle=network.cycle, challenge_type="big_bet").count() == 1
    assert Plan.objects.count() == 2


ACTS = st.lists(
    st.tuples(
        st.sampled_from(["copy", "copy", "withdraw", "restore", "retype"]),
        st.sampled_from(["big_bet", "exploratory", ""]),
        st.integers(0, 5),
    ),
    min_size=3,
    max_size=9,
)


@settings(
    max_examples=12, deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
@given(acts=ACTS)
def test_whatever_is_copied_withdrawn_and_restored_the_places_hold(
    network: Network, member: User, acts: list[tuple[str, str, int]]
) -> None:
    cycle = CycleFactory.create()
    source = network.plan("withdrawn", cycle=cycle, title="Source")
    for act, kind, which in acts:
        plans = list(Plan.objects.filter(cycle=cycle).order_by("pk"))
        plan = plans[which % len(plans)]
        try:
            if act == "copy":
                authoring.copy(plan, network.lab, cycle, actor=member, challenge_type=kind)
            elif act == "withdraw":
                workflow.move(plan, Act.WITHDRAW, actor=member)
            elif act == "restore":
                workflow.move(plan, Act.RESTORE, actor=member, challenge_type=kind)
            else:
                authoring.save(plan, {"challenge_type": Change(kind)}, actor=member)
        except PlanError:
            continue

    held = [
        (plan.challenge_type, plan.slot)
        for plan in Plan.objects.filter(cycle=cycle, slot__isnull=False)
    ]
    assert len(held) == len(set(held)) <= 3
    assert set(held) <= {(kind, slot) for kind, slots in SLOTS.items() for slot in slots}
    assert said(source)["background"] == WORDS["background"]

"""Writing together: what is saved, what merges, what is in conflict, rows that stay in order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from plans import authoring, workflow
from plans.authoring import Change, fingerprint, row_key
from plans.errors import Invalid, PlanError, WrongState
from plans.models import Partner, Plan, PlanThematicArea
from plans.states import Act
from tests.factories import SectorFactory, ThematicAreaFactory
from tests.plans.test_limits import at_once

if TYPE_CHECKING:
    from accounts.models import User
    from tests.personas import Network


@pytest.fixture
def plan(network: Network) -> Plan:
    """A draft with nothing in it but a title."""
    return workflow.start(network.lab, network.cycle, actor=network["member"], title="Wells")


def now(plan: Plan) -> Plan:
    """The plan as it is stored."""
    return Plan.objects.get(pk=plan.pk)


def names(plan: Plan) -> list[str]:
    """The partners in order, with their places."""
    return [f"{partner.position} {partner.name}" for partner in plan.partners.order_by("position")]


def partners(plan: Plan, actor: User, *wanted: str) -> list[UUID]:
    """Add partners by name; answer their identities."""
    return [authoring.add_row(plan, "partners", actor=actor, name=name).pk for name in wanted]


# -- saving ----------------------------------------------------------------------------------------


def test_what_is_saved_is_what_was_typed_exactly(plan: Plan, member: User) -> None:
    typed = "  <b>Wells</b> & “pumps”\r\n\r\n\tعربي 🌊  "

    outcome = authoring.save(plan, {"background": Change(typed)}, actor=member)

    assert outcome.saved == ["background"]
    assert now(plan).background == typed


def test_saving_notes_who_wrote_and_counts_the_revision(plan: Plan, lead: User) -> None:
    authoring.save(plan, {"background": Change("Dry.")}, actor=lead)

    plan = now(plan)
    assert (plan.revision, plan.changed_by) == (1, lead)
    assert set(plan.writers.values_list("name", flat=True)) == {"Mira Member", "Leo Lead"}


def test_saving_the_same_again_changes_nothing(plan: Plan, member: User, lead: User) -> None:
    authoring.save(plan, {"background": Change("Dry.")}, actor=member)

    outcome = authoring.save(plan, {"background": Change("Dry.")}, actor=lead)

    assert (outcome.saved, outcome.conflicts, outcome.refused) == ([], {}, {})
    assert (now(plan).revision, now(plan).changed_by) == (1, member)


def test_only_what_changed_is_written(plan: Plan, member: User) -> None:
    outcome = authoring.save(
        plan,
        {
            "title": Change("Wells", fingerprint("Wells")),
            "background": Change("Dry.", fingerprint("")),
            "latitude": Change(12.5, fingerprint(None)),
        },
        actor=member,
    )

    assert outcome.saved == ["background", "latitude"]
    assert (now(plan).background, now(plan).latitude) == ("Dry.", 12.5)


def test_two_people_in_different_answers_both_keep_their_words(
    plan: Plan, member: User, lead: User
) -> None:
    shown = {"background": fingerprint(""), "summary": fingerprint("")}
    authoring.save(
        plan,
        {
            "background": Change("Hers.", shown["background"]),
            "summary": Change("", shown["summary"]),
        },
        actor=member,
    )

    outcome = authoring.save(
        plan,
        {
            "background": Change("", shown["background"]),
            "summary": Change("His.", shown["summary"]),
        },
        actor=lead,
    )

    assert (outcome.saved, outcome.conflicts) == (["summary"], {})
    assert (now(plan).background, now(plan).summary) == ("Hers.", "His.")


def test_two_people_in_one_answer_lose_neither_text(plan: Plan, member: User, lead: User) -> None:
    shown = fingerprint("")
    authoring.save(plan, {"background": Change("Hers.", shown)}, actor=member)

    outcome = authoring.save(
        plan, {"background": Change("His.", shown), "summary": Change("New.", shown)}, actor=lead
    )

    assert outcome.conflicts == {"background": "Hers."}
    assert outcome.saved == ["summary"]
    assert now(plan).background == "Hers."


def test_two_people_who_typed_the_same_are_not_in_conflict(
    plan: Plan, member: User, lead: User
) -> None:
    shown = fingerprint("")
    authoring.save(plan, {"background": Change("Dry.", shown)}, actor=member)

    outcome = authoring.save(plan, {"background": Change("Dry.", shown)}, actor=lead)

    assert (outcome.saved, outcome.conflicts) == ([], {})


def test_who_has_seen_the_other_text_may_write_over_it(
    plan: Plan, member: User, lead: User
) -> None:
    authoring.save(plan, {"background": Change("Hers.")}, actor=member)

    outcome = authoring.save(
        plan, {"background": Change("Both.", fingerprint("Hers."))}, actor=lead
    )

    assert outcome.saved == ["background"]
    assert now(plan).background == "Both."


def test_an_answer_emptied_on_purpose_is_emptied(plan: Plan, member: User) -> None:
    authoring.save(plan, {"background": Change("Dry.")}, actor=member)

    authoring.save(plan, {"background": Change("", fingerprint("Dry."))}, actor=member)

    assert now(plan).background == ""


def test_one_rule_broken_and_nothing_is_written(plan: Plan, member: User) -> None:
    with pytest.raises(Invalid) as refused:
        authoring.save(
            plan, {"summary": Change("ж" * 281), "background": Change("Dry.")}, actor=member
        )

    assert str(refused.value) == "The short summary has at most 280 characters."
    assert (now(plan).summary, now(plan).background, now(plan).revision) == ("", "", 0)


def test_280_characters_are_counted_as_people_count_them(plan: Plan, member: User) -> None:
    assert authoring.save(plan, {"summary": Change("ж" * 280)}, actor=member).saved == ["summary"]


def test_an_answer_that_the_questionnaire_does_not_have_is_nobodys(
    plan: Plan, member: User
) -> None:
    with pytest.raises(KeyError):
        authoring.save(plan, {"state": Change("approved")}, actor=member)


@pytest.mark.parametrize("state", ["submitted", "approved", "withdrawn"])
def test_what_is_not_being_written_cannot_be_changed(
    network: Network, member: User, state: str
) -> None:
    plan = network.plan(state)
    partner = plan.partners.get()

    acts: list[Any] = [
        lambda: authoring.save(plan, {"background": Change("New.")}, actor=member),
        lambda: authoring.add_row(plan, "partners", actor=member),
        lambda: authoring.move_row(plan, "partners", partner.pk, 1, actor=member),
        lambda: authoring.remove_row(plan, "partners", partner.pk, actor=member),
    ]
    sentences = []
    for act in acts:
        with pytest.raises(WrongState) as refused:
            act()
        sentences.append(str(refused.value))

    assert set(sentences) == {
        f"“Wells that answer” is {state} now, so it cannot be changed. Your text was not saved."
    }


def test_nobody_writes_in_the_archive(network: Network) -> None:
    with pytest.raises(PermissionDenied):
        authoring.save(
            network.plan("archived"), {"background": Change("New.")}, actor=network["member"]
        )


@pytest.mark.parametrize(
    ("persona", "allowed"),
    [
        ("anonymous", False),
        ("member", True),
        ("lead", True),
        ("other_member", False),
        ("other_region_member", False),
        ("reviewer", False),
        ("other_reviewer", False),
        ("reviewer_in_lab", True),
        ("network_manager", True),
        ("taxonomy_manager", False),
    ],
)
def test_the_lab_and_administrators_write(
    network: Network, plan: Plan, persona: str, allowed: bool
) -> None:
    actor = network[persona]
    if allowed:
        assert authoring.save(plan, {"background": Change("Dry.")}, actor=actor).saved == [
            "background"
        ]
    else:
        with pytest.raises(PermissionDenied):
            authoring.save(plan, {"background": Change("Dry.")}, actor=actor)
        with pytest.raises(PermissionDenied):
            authoring.add_row(plan, "partners", actor=actor)


@pytest.mark.django_db(transaction=True)
def test_two_saves_at_once_both_arrive(network: Network) -> None:
    plan = workflow.start(network.lab, network.cycle, actor=network["member"])
    member, lead = network["member"], network["lead"]
    empty = fingerprint("")

    refused = at_once(
        [
            lambda: authoring.save(plan, {"background": Change("Hers.", empty)}, actor=member),
            lambda: authoring.save(plan, {"summary": Change("His.", empty)}, actor=lead),
        ]
    )

    assert refused == ["", ""]
    assert (now(plan).background, now(plan).summary, now(plan).revision) == ("Hers.", "His.", 2)


@pytest.mark.django_db(transaction=True)
def test_of_two_saves_of_one_answer_at_once_one_is_in_conflict(network: Network) -> None:
    plan = workflow.start(network.lab, network.cycle, actor=network["member"])
    people = [network["member"], network["lead"]]
    outcomes: dict[str, authoring.Outcome] = {}

    def save(text: str, actor: User) -> None:
        outcomes[text] = authoring.save(
            plan, {"background": Change(text, fingerprint(""))}, actor=actor
        )

    at_once([lambda: save("Hers.", people[0]), lambda: save("His.", people[1])])

    stored = now(plan).background
    (lost,) = {"Hers.", "His."} - {stored}
    assert outcomes[stored].saved == ["background"]
    assert outcomes[lost].conflicts == {"background": stored}


# -- vocabularies ----------------------------------------------------------------------------------


def test_chosen_terms_keep_their_order_and_the_words_they_were_chosen_by(
    plan: Plan, member: User
) -> None:
    water, trade = (
        ThematicAreaFactory.create(name="Water"),
        ThematicAreaFactory.create(name="Trade"),
    )
    authoring.save(plan, {"thematic_areas": Change([water, trade])}, actor=member)
    water.name = "Water and sanitation"
    water.save()

    authoring.save(plan, {"thematic_areas": Change([trade, water])}, actor=member)

    assert now(plan).document.thematic_areas == ("Trade", "Water")
    assert authoring.chosen_terms(plan, "thematic_areas") == [trade, water]


def test_a_term_taken_away_and_chosen_again_has_todays_words(plan: Plan, member: User) -> None:
    water = ThematicAreaFactory.create(name="Water")
    authoring.save(plan, {"thematic_areas": Change([water])}, actor=member)
    water.name = "Water and sanitation"
    water.save()
    authoring.save(plan, {"thematic_areas": Change([])}, actor=member)

    authoring.save(plan, {"thematic_areas": Change([water])}, actor=member)

    assert now(plan).document.thematic_areas == ("Water and sanitation",)


def test_a_term_given_twice_is_chosen_once(plan: Plan, member: User) -> None:
    water = ThematicAreaFactory.create(name="Water")

    authoring.save(plan, {"thematic_areas": Change([water, water])}, actor=member)

    assert PlanThematicArea.objects.filter(plan=plan).count() == 1


def test_vocabularies_conflict_like_texts(plan: Plan, member: User, lead: User) -> None:
    water, trade = (
        ThematicAreaFactory.create(name="Water"),
        ThematicAreaFactory.create(name="Trade"),
    )
    shown = fingerprint([])
    authoring.save(plan, {"thematic_areas": Change([water], shown)}, actor=member)

    outcome = authoring.save(plan, {"thematic_areas": Change([trade], shown)}, actor=lead)

    assert outcome.conflicts == {"thematic_areas": [water]}
    assert now(plan).document.thematic_areas == ("Water",)


# -- rows ------------------------------------------------------------------------------------------


def test_rows_are_added_at_the_end(plan: Plan, member: User) -> None:
    partners(plan, member, "A", "B", "C")

    assert names(plan) == ["1 A", "2 B", "3 C"]


@pytest.mark.parametrize(
    ("which", "place", "order"),
    [
        (2, 1, ["1 C", "2 A", "3 B"]),
        (0, 3, ["1 B", "2 C", "3 A"]),
        (0, 2, ["1 B", "2 A", "3 C"]),
        (1, 2, ["1 A", "2 B", "3 C"]),
        (0, 99, ["1 B", "2 C", "3 A"]),
        (2, 0, ["1 C", "2 A", "3 B"]),
        (2, -5, ["1 C", "2 A", "3 B"]),
    ],
)
def test_a_row_moves_and_the_others_make_room(
    plan: Plan, member: User, which: int, place: int, order: list[str]
) -> None:
    rows = partners(plan, member, "A", "B", "C")

    authoring.move_row(plan, "partners", rows[which], place, actor=member)

    assert names(plan) == order


def test_a_removed_row_leaves_no_gap(plan: Plan, member: User) -> None:
    rows = partners(plan, member, "A", "B", "C")

    authoring.remove_row(plan, "partners", rows[0], actor=member)

    assert names(plan) == ["1 B", "2 C"]


def test_removing_twice_or_moving_what_is_gone_is_quiet(plan: Plan, member: User) -> None:
    rows = partners(plan, member, "A", "B")
    authoring.remove_row(plan, "partners", rows[0], actor=member)
    revision = now(plan).revision

    authoring.remove_row(plan, "partners", rows[0], actor=member)
    authoring.move_row(plan, "partners", rows[0], 1, actor=member)

    assert names(plan) == ["1 B"]
    assert now(plan).revision == revision


def test_a_sixth_partner_is_refused_in_words(plan: Plan, member: User) -> None:
    partners(plan, member, "A", "B", "C", "D", "E")

    with pytest.raises(Invalid) as refused:
        authoring.add_row(plan, "partners", actor=member, name="F")

    assert str(refused.value) == "A plan names at most five partners."
    assert Partner.objects.filter(plan=plan).count() == 5


def test_answers_of_rows_are_saved_by_the_rows_identity(plan: Plan, member: User) -> None:
    first, second = partners(plan, member, "A", "B")
    sector = SectorFactory.create(name="Farmers")
    authoring.move_row(plan, "partners", second, 1, actor=member)

    outcome = authoring.save(
        plan,
        {
            row_key("partners", first, "sector"): Change(sector, fingerprint(None)),
            row_key("partners", second, "is_new"): Change(True, fingerprint(None)),
        },
        actor=member,
    )

    assert len(outcome.saved) == 2
    stored = {partner.pk: partner for partner in plan.partners.all()}
    assert (stored[first].sector, stored[first].is_new) == (sector, None)
    assert (stored[second].sector, stored[second].is_new) == (None, True)


def test_an_answer_of_a_row_that_was_removed_meanwhile_is_a_conflict(
    plan: Plan, member: User, lead: User
) -> None:
    (row,) = partners(plan, member, "A")
    authoring.remove_row(plan, "partners", row, actor=lead)

    outcome = authoring.save(
        plan, {row_key("partners", row, "name"): Change("B", fingerprint("A"))}, actor=member
    )

    assert outcome.conflicts == {f"partners/{row}/name": None}
    assert outcome.saved == []


def test_a_row_of_another_plan_is_out_of_reach(network: Network, plan: Plan, member: User) -> None:
    other = network.plan(lab=network.other_lab, writer=network["other_member"])
    row = other.partners.get()

    outcome = authoring.save(
        plan, {row_key("partners", row.pk, "name"): Change("Mine now")}, actor=member
    )
    authoring.remove_row(plan, "partners", row.pk, actor=member)
    authoring.move_row(plan, "partners", row.pk, 1, actor=member)

    assert outcome.saved == []
    assert other.partners.get().name == "Water users' association"


def test_a_row_can_be_given_its_identity(plan: Plan, member: User) -> None:
    identity = uuid4()

    row = authoring.add_row(plan, "evidence", actor=member, row_id=identity, text="4 m lower.")

    assert (row.pk, plan.evidence.get().text) == (identity, "4 m lower.")


@given(
    steps=st.lists(
        st.tuples(st.sampled_from(["add", "move", "remove"]), st.integers(0, 6), st.integers(0, 7)),
        max_size=12,
    )
)
@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_whatever_is_done_to_rows_they_count_from_one(
    plan: Plan, member: User, steps: list[tuple[str, int, int]]
) -> None:
    plan.learning_questions.all().delete()
    expected: list[UUID] = []
    for step, which, place in steps:
        if step == "add":
            expected.append(authoring.add_row(plan, "learning_questions", actor=member).pk)
        elif which < len(expected):
            row = expected[which]
            expected.remove(row)
            if step == "move":
                expected.insert(max(place, 1) - 1, row)
                authoring.move_row(plan, "learning_questions", row, place, actor=member)
            else:
                authoring.remove_row(plan, "learning_questions", row, actor=member)

    connection.check_constraints()
    stored = plan.learning_questions.order_by("position").values_list("pk", "position")
    assert list(stored) == [(row, place) for place, row in enumerate(expected, start=1)]


@pytest.mark.django_db(transaction=True)
def test_partners_added_at_once_get_a_place_each_and_a_sixth_a_sentence(
    network: Network,
) -> None:
    plan = workflow.start(network.lab, network.cycle, actor=network["member"])
    member = network["member"]

    refused = at_once(
        [lambda: authoring.add_row(plan, "partners", actor=member, name="P") for _ in range(8)]
    )

    assert sorted(refused) == [""] * 5 + ["A plan names at most five partners."] * 3
    assert names(plan) == ["1 P", "2 P", "3 P", "4 P", "5 P"]


@pytest.mark.parametrize("group", ["evidence", "partners", "learning_questions"])
def test_a_new_row_is_empty(plan: Plan, member: User, group: str) -> None:
    row = authoring.add_row(plan, group, actor=member)

    assert row.position == 1
    assert not any(getattr(row, name, "") for name in ("text", "address", "name", "question"))


# -- whole documents -------------------------------------------------------------------------------


def test_a_document_poured_into_a_draft_comes_out_again(network: Network, member: User) -> None:
    full = network.plan(challenge_type="big_bet")
    plan = workflow.start(network.lab, network.cycle, actor=member, challenge_type="exploratory")

    authoring.fill(plan, full.document, actor=member, source="wells.md")

    assert without_identities(now(plan)) == without_identities(full) | {
        "challenge_type": "exploratory"
    }
    assert now(plan).source == "wells.md"


def without_identities(plan: Plan) -> dict[str, Any]:
    """The document of a plan, its rows known by their place alone."""
    document = plan.document.model_dump()
    for group in ("evidence", "partners", "learning_questions"):
        document[group] = [{**row, "id": None} for row in document[group]]
    return document


def test_the_same_file_is_not_imported_twice(network: Network, member: User) -> None:
    document = network.plan("archived", title="Old").document
    for number in range(2):
        plan = workflow.start(network.lab, network.cycle, actor=member)
        if number == 0:
            authoring.fill(plan, document, actor=member, source="a.md")
        else:
            with pytest.raises(PlanError, match="already been imported for this lab"):
                authoring.fill(plan, document, actor=member, source="a.md")


@pytest.mark.parametrize("persona", ["member", "lead", "reviewer", "taxonomy_manager"])
def test_only_network_managers_bring_in_the_archive(network: Network, persona: str) -> None:
    document = network.plan().document

    with pytest.raises(PermissionDenied):
        authoring.bring_in(
            authoring.Arrived(network.lab, network.cycle, "a.md", "# A", document),
            actor=network[persona],
        )


def test_unknown_themes_are_proposed_and_unknown_methods_refused(
    network: Network, member: User
) -> None:
    document = network.plan().document
    plan = workflow.start(network.lab, network.cycle, actor=member)

    with pytest.raises(Invalid, match="“Guessing” is not among the methods, which is a closed"):
        authoring.fill(plan, document.model_copy(update={"methods": ("Guessing",)}), actor=member)
    authoring.fill(
        plan, document.model_copy(update={"thematic_areas": ("Fog harvesting",)}), actor=member
    )

    (term,) = authoring.chosen_terms(plan, "thematic_areas")
    assert (term.name, term.status, term.proposed_by) == ("Fog harvesting", "proposed", member)


def test_a_focal_point_who_is_not_in_the_lab_is_kept_as_an_address(
    network: Network, member: User
) -> None:
    document = network.plan().document
    assert document.focal_point is not None
    stranger = document.focal_point.model_copy(update={"email": "olga.neighbour@example.org"})
    plan = workflow.start(network.lab, network.cycle, actor=member)

    authoring.fill(plan, document.model_copy(update={"focal_point": stranger}), actor=member)

    plan = now(plan)
    assert (plan.focal_point, plan.focal_point_address) == (None, "olga.neighbour@example.org")


def test_a_plan_that_is_handed_in_while_someone_types_refuses_their_text(
    network: Network, member: User, lead: User
) -> None:
    plan = network.plan()
    workflow.move(plan, Act.SUBMIT, actor=lead)

    with pytest.raises(WrongState):
        authoring.save(plan, {"background": Change("Late.")}, actor=member)

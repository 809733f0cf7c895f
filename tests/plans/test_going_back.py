"""Going back: every save is told, every text can be seen and brought back, nothing is erased."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from html import unescape
from typing import TYPE_CHECKING, Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from plans import authoring, clock, history, workflow
from plans.anchors import Anchor
from plans.authoring import Change, row_key
from plans.diff import Changes
from plans.errors import PlanError, WrongState
from plans.models import Plan
from plans.replay import Part
from plans.states import Act
from tests.factories import ThematicAreaFactory

if TYPE_CHECKING:
    from django.test import Client

    from accounts.models import User
    from tests.personas import Network

NOON = dt.datetime(2030, 5, 6, 12, 0, tzinfo=dt.UTC)


@pytest.fixture
def plan(network: Network) -> Plan:
    """A draft with nothing in it but a title."""
    return workflow.start(network.lab, network.cycle, actor=network["member"], title="Wells")


def now(plan: Plan) -> Plan:
    """The plan as it is stored."""
    return Plan.objects.get(pk=plan.pk)


def write(plan: Plan, actor: User, *, minute: int = 0, **answers: Any) -> None:
    """Save answers, so many minutes after noon."""
    with clock.at(NOON + dt.timedelta(minutes=minute)):
        changes = {name: Change(value) for name, value in answers.items()}
        authoring.save(plan, changes, actor=actor)


def told(plan: Plan) -> list[Part]:
    """All that was written, newest first."""
    return [
        part for _one, parts in history.tell(plan, list(history.sittings(plan))) for part in parts
    ]


def lines(plan: Plan) -> list[str]:
    """All that was written, a line for each answer and row."""
    return [f"{part.by.name.split()[0]}: {line}" for part in told(plan) for line in shown(part)]


def shown(part: Part) -> Iterator[str]:
    """What a part says, steps after it."""
    yield from _lines(part.changes)
    for step in part.steps:
        yield from (f"(meanwhile {line})" for line in _lines(step.changes))


def _lines(changes: Changes) -> Iterator[str]:
    for change in changes.fields:
        yield f"{change.name}: {change.before or '–'} → {change.after or '–'}"
    for row in changes.rows:
        moved = f" {row.was}→{row.now}" if row.moved else ""
        texts = ", ".join(
            f"{one.name}: {one.before or '–'} → {one.after or '–'}" for one in row.fields
        )
        yield f"{row.group} {row.kind}{moved} {texts}".strip()


# -- what is told ----------------------------------------------------------------------------------


def test_a_save_is_told_with_who_and_what_it_replaced(plan: Plan, member: User, lead: User) -> None:
    write(plan, member, background="Dry.")
    write(plan, lead, background="Wet.", summary="In short.")

    assert lines(plan) == [
        "Leo: background: Dry. → Wet.",
        "Leo: summary: – → In short.",
        "Mira: background: – → Dry.",
    ]


def test_many_saves_of_one_person_are_told_as_one_change(plan: Plan, member: User) -> None:
    for text in ("D", "Dry", "Dry y", "Dry years."):
        write(plan, member, background=text)

    assert lines(plan) == ["Mira: background: – → Dry years."]


def test_a_text_that_came_and_went_meanwhile_is_told_besides(plan: Plan, member: User) -> None:
    for text in ("Dry years.", "", "Wet years."):
        write(plan, member, background=text)

    assert lines(plan) == [
        "Mira: background: – → Wet years.",
        "Mira: (meanwhile background: Dry years. → –)",
    ]


def test_two_people_writing_in_turns_in_two_answers_are_told_once_each(
    plan: Plan, member: User, lead: User
) -> None:
    for number in range(1, 4):
        write(plan, member, background="Hers. " * number)
        write(plan, lead, summary="His. " * number)

    assert [part.by.name for part in told(plan)] == ["Leo Lead", "Mira Member"]
    assert len(lines(plan)) == 2


def test_chosen_terms_numbers_and_people_are_told_in_words(
    plan: Plan, member: User, lead: User
) -> None:
    water = ThematicAreaFactory.create(name="Water")
    write(plan, member, thematic_areas=[water], latitude=12.5, focal_point=lead)
    write(plan, lead, thematic_areas=[])

    assert lines(plan) == [
        "Leo: thematic_areas: ('Water',) → –",
        "Mira: latitude: – → 12.5",
        "Mira: focal_point: – → name='Leo Lead' email='leo.lead@example.org'",
        "Mira: thematic_areas: – → ('Water',)",
    ]


def test_rows_are_told_wherever_they_went(plan: Plan, member: User, lead: User) -> None:
    rows = [
        authoring.add_row(plan, "partners", actor=member, name=name).pk for name in ("A", "B", "C")
    ]
    authoring.move_row(plan, "partners", rows[2], 1, actor=lead)
    authoring.remove_row(plan, "partners", rows[0], actor=member)

    assert lines(plan) == [
        "Mira: partners removed name: A → –",
        "Leo: partners kept 3→1",
        *("Mira: partners added name: – → " + name for name in ("A", "B", "C")),
    ]


def test_a_row_that_came_and_went_at_once_is_still_told(plan: Plan, member: User) -> None:
    row = authoring.add_row(plan, "partners", actor=member).pk
    authoring.save(plan, {row_key("partners", row, "name"): Change("The users")}, actor=member)
    authoring.remove_row(plan, "partners", row, actor=member)

    assert lines(plan) == ["Mira: (meanwhile partners removed name: The users → –)"]


def test_an_imported_document_is_told_too(network: Network, plan: Plan, member: User) -> None:
    document = network.plan(title="Full").document
    authoring.fill(plan, document, actor=member)

    assert "Mira: title: Wells → Full" in lines(plan)
    assert "Mira: background: – → " + document.background in lines(plan)
    assert history.document_at(plan, now(plan).revision) == now(plan).document


def test_a_history_that_does_not_fit_the_text_still_tells_the_words(
    plan: Plan, member: User
) -> None:
    write(plan, member, background="Dry years.")
    Plan.objects.filter(pk=plan.pk).update(background="Set by hand, long ago.")
    write(plan, member, background="Set by hand, today.")

    assert "Mira: (meanwhile background: long ago → today)" in lines(plan)


# -- checkpoints -----------------------------------------------------------------------------------


def test_a_checkpoint_is_kept_at_most_every_half_hour(plan: Plan, member: User) -> None:
    for minute in (0, 10, 29, 31, 45, 200):
        write(plan, member, minute=minute, background=f"After {minute} minutes.")

    assert [
        (kept.revision, kept.document.background, kept.made_at.minute)
        for kept in plan.checkpoints.order_by("revision")
    ] == [(0, "", 0), (3, "After 29 minutes.", 31), (5, "After 45 minutes.", 20)]


def test_a_save_costs_one_query_more_for_what_it_took_out(plan: Plan, member: User) -> None:
    write(plan, member, background="Dry.")

    with CaptureQueriesContext(
        connection,
    ) as queries:
        write(plan, member, background="Wet.")

    noted = [one["sql"] for one in queries if "plans_writing" in one["sql"]]
    kept = [one["sql"] for one in queries if "plans_checkpoint" in one["sql"]]
    assert (len(noted), len(kept)) == (1, 0)


def test_what_is_refused_leaves_no_trace(plan: Plan, member: User) -> None:
    with pytest.raises(PlanError):
        write(plan, member, summary="ж" * 281)

    assert (plan.checkpoints.count(), plan.writings.count()) == (0, 0)


# -- bringing back ---------------------------------------------------------------------------------


def back(plan: Plan, revision: int, place: str, actor: User, **more: Any) -> authoring.Restored:
    """Bring back what stood at a place at a revision."""
    document = history.document_at(plan, revision)
    assert document is not None
    return authoring.restore(plan, document, Anchor.parse(place), actor=actor, **more)


def test_an_answer_is_brought_back_as_a_new_change(plan: Plan, member: User, lead: User) -> None:
    write(plan, member, background="Dry.", summary="In short.")
    write(plan, lead, background="Wet.")

    outcome = back(plan, 1, "challenge.background", member)

    assert (outcome.changed, outcome.left_out) == (True, [])
    assert (now(plan).background, now(plan).summary) == ("Dry.", "In short.")
    assert lines(plan)[:2] == ["Mira: background: Wet. → Dry.", "Leo: background: Dry. → Wet."]


def test_what_says_the_same_already_is_left_alone(plan: Plan, member: User) -> None:
    write(plan, member, background="Dry.")

    assert not back(plan, 1, "challenge.background", member).changed
    assert now(plan).revision == 1


def test_a_removed_row_comes_back_to_its_place_with_its_identity(
    network: Network, plan: Plan, member: User
) -> None:
    authoring.fill(plan, network.plan().document, actor=member)
    first = plan.partners.get().pk
    authoring.add_row(plan, "partners", actor=member, name="Second")
    before = now(plan)
    authoring.remove_row(plan, "partners", first, actor=member)

    back(plan, before.revision, f"partners/{first}", member)

    assert now(plan).document == before.document


def test_a_row_is_written_as_it_was_and_stays_where_it_is(plan: Plan, member: User) -> None:
    first = authoring.add_row(plan, "partners", actor=member, name="A", description="Old.").pk
    authoring.add_row(plan, "partners", actor=member, name="B")
    authoring.move_row(plan, "partners", first, 2, actor=member)
    key = row_key("partners", first, "description")
    authoring.save(plan, {key: Change("New.")}, actor=member)

    back(plan, 1, f"partners/{first}", member)

    assert [(row.name, row.description) for row in plan.partners.order_by("position")] == [
        ("B", ""),
        ("A", "Old."),
    ]


def test_the_whole_text_comes_back_but_not_the_type(network: Network, member: User) -> None:
    plan = network.plan("draft", challenge_type="exploratory")
    before = plan.document
    for row in plan.evidence.all():
        authoring.remove_row(plan, "evidence", row.pk, actor=member)
    for name in "BCDE":
        authoring.add_row(plan, "partners", actor=member, name=name)
    authoring.remove_row(plan, "partners", before.partners[0].id, actor=member)
    write(plan, member, challenge_type="big_bet", title="Other", sdgs=[], thematic_areas=[])
    write(plan, member, country=None, focal_point=None, methods=[])

    outcome = back(plan, 1, "plan", member)

    assert outcome.left_out == []
    assert now(plan).document == before.model_copy(update={"challenge_type": "big_bet"})
    assert (now(plan).challenge_type, now(plan).slot) == ("big_bet", 1)


def test_what_cannot_come_back_is_said(network: Network, member: User) -> None:
    plan = network.plan()
    area = plan.thematic_areas.get()
    write(plan, member, thematic_areas=[], focal_point=None)
    area.status = "retired"
    area.save()
    network.lab.memberships.filter(user=network["lead"]).delete()

    outcome = back(plan, 1, "plan", member)

    assert outcome.left_out == [
        "Leo Lead is not in the lab (any more).",
        "“Water” is not in the list any more.",
    ]


def test_nobodys_words_are_written_over_unseen(plan: Plan, member: User, lead: User) -> None:
    write(plan, member, background="Dry.")
    write(plan, member, background="Wet.")
    seen = now(plan).revision
    write(plan, lead, background="His own.", summary="Else.")

    with pytest.raises(WrongState) as refused:
        back(plan, 1, "challenge.background", member, seen=seen)
    assert str(refused.value).startswith("Leo Lead has written here since you opened this page.")
    assert now(plan).background == "His own."

    assert back(plan, 1, "challenge.background", lead, seen=seen).changed


def test_what_others_wrote_elsewhere_does_not_stand_in_the_way(
    plan: Plan, member: User, lead: User
) -> None:
    write(plan, member, background="Dry.")
    write(plan, member, background="Wet.")
    write(plan, lead, summary="Else.")

    assert back(plan, 1, "challenge.background", member, seen=2).changed


@pytest.mark.parametrize("state", ["submitted", "approved", "withdrawn"])
def test_nothing_is_brought_back_while_the_form_is_closed(
    network: Network, member: User, state: str
) -> None:
    plan = network.plan(state)

    with pytest.raises(WrongState):
        back(plan, 0, "plan", member)


@pytest.mark.parametrize("persona", ["other_member", "reviewer", "taxonomy_manager"])
def test_only_who_writes_brings_back(network: Network, plan: Plan, persona: str) -> None:
    write(plan, network["member"], background="Dry.")

    with pytest.raises(PermissionDenied):
        back(plan, 0, "plan", network[persona])


def test_of_a_plan_nobody_wrote_in_nothing_is_known(plan: Plan) -> None:
    assert history.document_at(plan, 0) is None


# -- the pages -------------------------------------------------------------------------------------


def page(client: Client, user: User, address: str, status: int = 200) -> str:
    """What this person gets at an address."""
    client.force_login(user)
    answer = client.get(address)
    assert answer.status_code == status
    return answer.content.decode()


def words(html: str) -> str:
    """The text of a page's main part in one line."""
    _head, _tag, main = html.partition("<main")
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", main)).split())


def test_changed_words_are_marked_for_eyes_and_ears(
    client: Client, plan: Plan, member: User, lead: User
) -> None:
    write(plan, member, background="Three <dry> years.")
    write(plan, lead, background="Four <dry> years.")

    html = page(client, member, reverse("plan_written", args=(plan.pk,)))

    assert "<del><span" in html
    assert "<dry>" not in html
    assert (
        "[removed: Three end of what was removed] [added: Four end of what was added] <dry>"
        in words(html)
    )
    assert words(html).index("Leo Lead") < words(html).index("Mira Member")


def test_every_kind_of_change_is_shown_in_words(
    client: Client, network: Network, member: User
) -> None:
    plan = network.plan()
    partner, link = plan.partners.get().pk, plan.evidence.order_by("position")[1].pk
    with clock.at(NOON):
        authoring.add_row(plan, "partners", actor=member, name="New one", is_new=False)
        authoring.move_row(plan, "partners", partner, 2, actor=member)
        authoring.move_row(plan, "evidence", link, 1, actor=member)
        authoring.add_row(plan, "evidence", actor=member)
    write(plan, member, challenge_type="big_bet", sdgs=[], latitude=0.0, background="All " * 300)

    html = page(client, member, reverse("plan_written", args=(plan.pk,)))

    told = words(html)
    for expected in (
        "Partner “New one” Added at place 1",
        "Item of evidence “Levels fell by 4 m in 2 years.” Moved from place 1 to place 2",
        "New and unusual partner (yes or no) added: No",
        "Item of evidence 3 Added at place 3",
        "Challenge type removed: Exploratory added: Big bet",
        "Latitude added: 0.0",
        "removed: Goal 6",
        "1262 characters of this text changed. The whole text",
    ):
        assert expected in told


def test_what_is_shown_can_be_brought_back_with_a_button(
    client: Client, plan: Plan, member: User, lead: User
) -> None:
    write(plan, member, background="Dry.")
    write(plan, lead, background="Wet.")
    html = page(client, member, reverse("plan_written", args=(plan.pk,)))
    form = re.search(r'<form class="no-print bring-back".*?</form>', html, re.DOTALL)
    assert form is not None
    sent = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form[0]))

    answer = client.post(reverse("plan_bring_back", args=(plan.pk,)), sent, follow=True)

    assert sent["place"] == "challenge.background"
    assert answer.redirect_chain[0][0] == reverse("plan_section", args=(plan.pk, "challenge"))
    assert "Brought back. What stood there is in the history." in answer.content.decode()
    assert now(plan).background == "Dry."


def test_there_is_a_button_only_where_there_was_something(
    client: Client, network: Network, member: User, lead: User
) -> None:
    plan = network.plan()
    authoring.add_row(plan, "partners", actor=lead, name="New one")
    write(plan, lead, latitude=1.5, background="", challenge_type="big_bet")

    html = page(client, member, reverse("plan_written", args=(plan.pk,)))

    assert re.findall(r'name="place" value="([^"]*)"', html) == ["challenge.background"]


def test_a_button_pressed_too_late_says_so_and_changes_nothing(
    client: Client, plan: Plan, member: User, lead: User
) -> None:
    write(plan, member, background="Dry.")
    write(plan, lead, background="Wet.")
    client.force_login(member)
    sent = {"place": "challenge.background", "revision": "1", "seen": "1"}

    answer = client.post(reverse("plan_bring_back", args=(plan.pk,)), sent, follow=True)

    assert "Leo Lead has written here since you opened this page." in answer.content.decode()
    assert now(plan).background == "Wet."


def test_while_the_form_is_closed_there_are_no_buttons_and_a_late_one_says_why(
    client: Client, network: Network, member: User
) -> None:
    plan = network.plan("submitted")
    html = page(client, member, reverse("plan_written", args=(plan.pk,)))
    sent = {"place": "plan", "version": "1", "seen": str(plan.revision)}

    answer = client.post(reverse("plan_bring_back", args=(plan.pk,)), sent, follow=True)

    assert "bring-back" not in html
    assert "is submitted now, so it cannot be changed." in answer.content.decode()


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"place": "plan"},
        {"place": "plan", "version": "9", "seen": "1"},
        {"place": "plan", "version": "1" * 30, "seen": "1"},
        {"place": "plan", "revision": "99", "seen": "1"},
        {"place": "plan", "revision": "0"},
        {"place": "partners/x", "revision": "0", "seen": "1"},
        {"place": "state", "revision": "0", "seen": "1"},
        {"place": "\x00", "revision": "\x00", "seen": "\x00"},
    ],
)
def test_nonsense_brings_nothing_back(
    client: Client, plan: Plan, member: User, sent: dict[str, str]
) -> None:
    write(plan, member, background="Dry.")
    client.force_login(member)

    assert client.post(reverse("plan_bring_back", args=(plan.pk,)), sent).status_code == 404
    assert now(plan).background == "Dry."


def test_two_versions_are_compared(
    client: Client, network: Network, member: User, reviewer: User
) -> None:
    plan = network.plan("changes_requested")
    write(plan, member, background="Four wet years.")
    workflow.move(plan, Act.SUBMIT, actor=member)
    second = reverse("plan_version", args=(plan.pk, 2))

    assert "Since version 1" not in words(page(client, reviewer, second))
    told = words(page(client, reviewer, f"{second}?since=1"))
    assert "Since version 1 Background" in told
    assert "added: Four wet" in told
    assert "Since version" not in words(page(client, reviewer, f"{second}?since=%00"))


def test_a_whole_version_is_brought_back(client: Client, network: Network, member: User) -> None:
    plan = network.plan("changes_requested")
    before = plan.document
    write(plan, member, background="Wet.", summary="Else.")
    html = page(client, member, reverse("plan_version", args=(plan.pk, 1)))
    assert "2 answers or rows are different in the plan today" in words(html)
    assert html.count("Bring the whole text back") == 1
    assert html.count("Bring the earlier text back") == 2
    sent = {"place": "plan", "version": "1", "seen": str(now(plan).revision)}

    answer = client.post(reverse("plan_bring_back", args=(plan.pk,)), sent)

    assert answer.headers["Location"] == plan.get_absolute_url()
    assert now(plan).document == before


def test_a_section_is_brought_back_after_its_page_has_shown_what_will_change(
    client: Client, plan: Plan, member: User, lead: User
) -> None:
    write(plan, member, background="Dry.", summary="This.", early_leads="Somebody.")
    write(plan, lead, background="Wet.", summary="Else.", early_leads="Nobody.")
    told = page(client, member, reverse("plan_written", args=(plan.pk,)))
    address = unescape(re.findall(r'href="([^"]*bring-back[^"]*)"', told)[0])
    assert "Bring the whole section Challenge back" in words(told)

    html = page(client, member, address)
    shown = words(html)
    assert "Bring the section Challenge back As it was before" in shown
    assert "What will change" in shown
    assert "[removed: Wet" in shown
    assert "Nobody." not in shown
    form = re.search(r'<form class="action-bar".*?</form>', html, re.DOTALL)
    assert form is not None
    sent = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form[0]))
    answer = client.post(address.partition("?")[0], sent)

    assert answer.headers["Location"] == reverse("plan_section", args=(plan.pk, "challenge"))
    after = now(plan).document
    assert (after.background, after.summary) == ("Dry.", "This.")
    assert after.early_leads == "Nobody."


def test_a_section_comes_back_without_the_rows_that_were_added_since(
    client: Client, network: Network, member: User
) -> None:
    plan = network.plan()
    revision, before = plan.revision, plan.document
    authoring.add_row(plan, "partners", actor=member, name="New one")
    authoring.remove_row(plan, "partners", before.partners[0].id, actor=member)
    address = reverse("plan_bring_back", args=(plan.pk,))
    asked = f"{address}?place=partners&revision={revision}"

    shown = words(page(client, member, asked))
    assert "Partner “New one” Removed from place 1" in shown
    assert "Partner “Water users' association” Added at place 1" in shown
    sent = {"place": "partners", "revision": str(revision), "seen": str(now(plan).revision)}
    client.post(address, sent)

    assert now(plan).document == before


def test_the_type_is_neither_shown_nor_changed_when_a_section_comes_back(
    client: Client, network: Network, member: User
) -> None:
    plan = network.plan()
    before = now(plan).revision
    write(plan, member, challenge_type="big_bet", latitude=1.5, longitude=2.5)
    address = f"{reverse('plan_bring_back', args=(plan.pk,))}?place=title&revision={before}"

    shown = words(page(client, member, address))

    assert "Latitude removed: 1.5" in shown
    assert "Challenge type removed" not in shown


def test_where_nothing_would_change_the_page_says_so(
    client: Client, plan: Plan, member: User
) -> None:
    write(plan, member, background="Wet.")
    address = f"{reverse('plan_bring_back', args=(plan.pk,))}?place=closing&revision=1"

    html = page(client, member, address)

    assert "The plan says exactly this already." in html
    assert "<form" not in html.partition("<main")[2]


def test_of_a_version_the_page_says_which(client: Client, network: Network, member: User) -> None:
    plan = network.plan("changes_requested")
    write(plan, member, background="Wet.")
    html = page(client, member, reverse("plan_version", args=(plan.pk, 1)))
    (address,) = {unescape(one) for one in re.findall(r'href="([^"]*bring-back[^"]*)"', html)}

    shown = words(page(client, member, address))

    assert address.endswith("?place=plan&version=1")
    assert "Bring the whole text back As it was in version 1, kept on" in shown


@pytest.mark.parametrize(
    "asked",
    [
        "",
        "place=plan",
        "place=state&revision=0",
        "place=challenge.background&revision=0",
        "place=plan&revision=99",
        "place=plan&revision=-1",
        "place=plan&version=9",
        "place=plan&version=1%00",
        "place=%00&revision=%00",
        f"place=partners/{'0' * 32}&revision=0",
        f"place=plan&revision={'9' * 40}",
    ],
)
def test_nonsense_has_no_page(client: Client, plan: Plan, member: User, asked: str) -> None:
    write(plan, member, background="Dry.")
    client.force_login(member)

    address = reverse("plan_bring_back", args=(plan.pk,))
    assert client.get(f"{address}?{asked}").status_code == 404


def test_while_the_form_is_closed_nobody_is_asked(
    client: Client, network: Network, member: User
) -> None:
    plan = network.plan("submitted")
    client.force_login(member)
    address = f"{reverse('plan_bring_back', args=(plan.pk,))}?place=plan&version=1"

    answer = client.get(address, follow=True)

    assert answer.redirect_chain == [(reverse("plan_written", args=(plan.pk,)), 302)]
    assert "is submitted, so it cannot be changed now." in answer.content.decode()


def test_a_plan_can_be_read_as_it_was_between_its_versions(
    client: Client, plan: Plan, member: User
) -> None:
    write(plan, member, background="Dry.")
    write(plan, member, background="Wet.")

    html = page(client, member, reverse("plan_was", args=(plan.pk, 1)))

    assert "Dry." in html
    told = words(html)
    assert "One answer or row is different in the plan today. See what, and bring back one" in told
    assert "As it was before Mira Member wrote in it on" in told
    page(client, member, reverse("plan_was", args=(plan.pk, 3)), 404)
    latest = words(page(client, member, reverse("plan_was", args=(plan.pk, 2))))
    assert "As Mira Member saved it on" in latest


def test_the_way_to_what_was_written_says_how_much_it_is(
    client: Client, plan: Plan, member: User
) -> None:
    write(plan, member, background="Dry.")
    assert "What was written (1 change)" in words(
        page(client, member, reverse("plan_history", args=(plan.pk,)))
    )
    write(plan, member, background="Wet.")
    written = reverse("plan_written", args=(plan.pk,))
    assert "What was written (2 changes)" in words(page(client, member, written))
    for address in (
        reverse("plan_section", args=(plan.pk, "challenge")),
        reverse("plan_edit", args=(plan.pk,)),
        plan.get_absolute_url(),
    ):
        assert f'href="{written}"' in page(client, member, address)


def test_a_row_that_was_taken_away_is_called_by_what_it_is(
    client: Client, plan: Plan, member: User
) -> None:
    row = authoring.add_row(plan, "partners", actor=member, name="The river board")
    authoring.remove_row(plan, "partners", row.pk, actor=member)

    html = page(client, member, reverse("plan_written", args=(plan.pk,)))

    assert "Bring this partner back" in html


def test_pages_of_going_back_take_as_many_queries_for_one_change_as_for_many(
    client: Client, network: Network, member: User, lead: User
) -> None:
    plan = network.plan("changes_requested")
    addresses = [
        reverse("plan_written", args=(plan.pk,)),
        reverse("plan_was", args=(plan.pk, 0)),
        reverse("plan_version", args=(plan.pk, 1)),
    ]
    client.force_login(member)

    def counted() -> list[int]:
        numbers = []
        for address in addresses:
            with CaptureQueriesContext(connection) as queries:
                assert client.get(address).status_code == 200
            numbers.append(len(queries))
        return numbers

    write(plan, member, background="Dry.")
    assert counted() == [9, 8, 10]
    for number in range(12):
        actor = (member, lead)[number % 2]
        write(plan, actor, minute=31 * number, background=f"Number {number}.", sdgs=[])
        authoring.add_row(plan, "evidence", actor=actor, text=f"Evidence {number}.")
    assert counted() == [9, 8, 10]

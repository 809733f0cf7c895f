"""The reading view with what changed marked; looks; and the version that was approved."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from plans import authoring, clock, reviewing, workflow
from plans.authoring import Change, row_key
from plans.models import Criterion, Look, Mark, Plan, Sector, Thread, Version
from plans.states import Act
from tests.factories import SdgFactory, SectorFactory, ThematicAreaFactory, sent_thread
from tests.plans.test_reading import page, words
from tests.plans.test_review_web import HTMX

if TYPE_CHECKING:
    from django.test import Client
    from pytest_django import DjangoAssertNumQueries

    from accounts.models import User
    from tests.personas import Network

LINK = re.compile(r'<li><a href="#change-(\d+)" dir="auto">(.*?)</a>\s*<span[^>]*>(.*?)</span>')


def now(plan: Plan) -> Plan:
    """The plan as it is now."""
    return Plan.objects.get(pk=plan.pk)


def sent_back(network: Network, *places: str) -> tuple[Plan, list[Thread]]:
    """A plan of three partners that a reviewer has sent back to its lab, with threads."""
    member, reviewer = network["member"], network["reviewer"]
    plan = network.plan("draft")
    sector = Sector.objects.get(name="Farmers")
    for name in ("Herders", "Drillers"):
        authoring.add_row(
            plan,
            "partners",
            actor=member,
            name=name,
            sector=sector,
            description="They dig.",
            is_new=False,
        )
    workflow.move(plan, Act.SUBMIT, actor=member)
    threads = [
        reviewing.open_thread(plan, place.format(*partners(plan)), "Why?", actor=reviewer)
        for place in places
    ]
    reviewing.send(plan, "changes_requested", actor=reviewer, summary="Two things.")
    return now(plan), [Thread.objects.get(pk=thread.pk) for thread in threads]


def partners(plan: Plan) -> list[str]:
    """The keys of the partners, in order."""
    return [str(row.pk) for row in plan.rows("partners")]


def resubmit(network: Network, plan: Plan) -> None:
    """Hand it in again."""
    workflow.move(plan, Act.SUBMIT, actor=network["member"], note="Here it is.")


def listed(html: str) -> list[tuple[str, str]]:
    """What the page lists as changed, each with what kind of change it is, in order."""
    found = LINK.findall(html)
    assert [number for number, _name, _kind in found] == [str(n) for n in range(1, len(found) + 1)]
    assert [f'id="change-{number}"' in html for number, _name, _kind in found] == [True] * len(
        found
    )
    return [(name, kind) for _number, name, kind in found]


def since(plan: Plan, since: object, **more: object) -> str:
    """The address of a comparison."""
    asked = "&".join(f"{name}={value}" for name, value in {"since": since, **more}.items())
    return f"{plan.get_absolute_url()}?{asked}"


# -- since my last review --------------------------------------------------------------------------


def test_a_reviewer_who_comes_back_sees_what_changed_and_nothing_else(
    client: Client, network: Network, member: User, reviewer: User
) -> None:
    plan, _threads = sent_back(network)
    second = partners(plan)[1]
    authoring.save(plan, {"background": Change("Four dry years in a row.")}, actor=member)
    authoring.move_row(plan, "partners", plan.rows("partners")[0].pk, 3, actor=member)
    authoring.remove_row(plan, "partners", plan.rows("partners").get(pk=second).pk, actor=member)
    authoring.add_row(
        plan, "partners", actor=member, name="Poets", sector=Sector.objects.get(name="Farmers"),
        description="They tell it.", is_new=True,
    )  # fmt: skip
    resubmit(network, plan)
    html = page(client, reviewer, plan.get_absolute_url())

    assert listed(html) == [
        ("Background", "Changed"),
        ("Partner “Water users&#x27; association”", "Moved: was at place 1, now at place 2"),
        ("Partner “Poets”", "New"),
        ("Partner “Herders”", "Removed, was at place 2"),
    ]
    shown = words(html)
    assert "4 answers or rows are different since your last review, version 1 of" in shown
    assert "As it was: Title , Evidence , Classification , Learning , Closing" in shown


def test_words_are_marked_in_their_place_for_eyes_and_ears(
    client: Client, network: Network, member: User, reviewer: User
) -> None:
    plan, _threads = sent_back(network)
    authoring.save(plan, {"summary": Change("Measuring wells together.")}, actor=member)
    resubmit(network, plan)
    html = page(client, reviewer, plan.get_absolute_url())

    assert (
        'Measuring wells together<del><span class="skipped"> [removed: </span>, so that nobody '
        'pumps the last water<span class="skipped"> end of what was removed] </span></del>.'
    ) in html
    assert listed(html) == [("Short summary", "Changed")]


def test_a_removed_row_stands_there_with_the_thread_that_asked(
    client: Client, network: Network, member: User, reviewer: User
) -> None:
    plan, (thread,) = sent_back(network, "partners/{1}")
    gone = partners(plan)[1]
    authoring.remove_row(plan, "partners", plan.rows("partners").get(pk=gone).pk, actor=member)
    resubmit(network, plan)
    html = page(client, reviewer, plan.get_absolute_url())

    start = html.index(f'id="at-partners-{gone}"')
    assert start < html.index(f'id="thread-{thread.pk}"') < html.index('id="at-learning"')
    assert html.index(f'id="thread-{thread.pk}"') > html.index("They dig.", start)
    without = page(client, reviewer, since(plan, "none"))
    assert (f'id="at-partners-{gone}"' in without, f'id="thread-{thread.pk}"' in without) == (
        False,
        True,
    )


def test_a_thread_on_an_answer_of_a_row_stands_beside_the_row(
    client: Client, network: Network, reviewer: User
) -> None:
    plan = network.plan("submitted")
    place = f"partners/{partners(plan)[0]}/description"
    thread = sent_thread(plan, place, "How often?", actor=reviewer)
    html = page(client, reviewer, plan.get_absolute_url())

    assert html.count(f'id="thread-{thread.pk}"') == 1


def test_every_kind_of_answer_says_what_it_was(
    client: Client, network: Network, member: User, reviewer: User
) -> None:
    plan, _threads = sent_back(network)
    first = plan.rows("partners")[0].pk
    question = plan.rows("learning_questions")[0].pk
    item = plan.rows("evidence")[0].pk
    authoring.save(
        plan,
        {
            "title": Change("Wells that speak"),
            "latitude": Change(1.5),
            "longitude": Change(-2.0),
            "focal_point": Change(network["member"]),
            "sdgs": Change([SdgFactory.create(number=13, name="Climate action")]),
            "thematic_areas": Change([ThematicAreaFactory.create(name="Drought")]),
            row_key("partners", first, "sector"): Change(SectorFactory.create(name="Research")),
            row_key("partners", first, "is_new"): Change(False),
            row_key("learning_questions", question, "stages"): Change(["sense", "grow"]),
            row_key("evidence", item, "kind"): Change("qualitative"),
        },
        actor=member,
    )
    resubmit(network, plan)
    html = page(client, reviewer, plan.get_absolute_url())
    shown = words(html)

    assert [name for name, _kind in listed(html)] == [
        "Title",
        "Place",
        "Focal point",
        "Item of evidence “Levels fell by 4 m in 2 years.”",
        "Sustainable Development Goals",
        "Thematic areas",
        "Partner “Water users&#x27; association”",
        "Learning question “Do shared readings change how much is pumped?”",
    ]
    told = (
        "Wells that [removed: answer end of what was removed] [added: speak end of",
        "removed: Leo Lead added: Mira Member",
        "removed: Quantitative added: Qualitative",
        "added: Drought removed: Water",
        "removed: Farmers added: Research",
        "removed: Yes added: No",
        "removed: Test added: Grow",
    )
    assert [one for one in told if one not in shown] == []
    assert ("1.5° N, 2° W" in shown, "Climate action" in shown, "Clean water" in shown) == (
        True,
        True,
        True,
    )


def test_an_answer_that_was_empty_is_new_and_one_that_is_empty_is_shown_as_removed(
    client: Client, network: Network, member: User
) -> None:
    plan, _threads = sent_back(network)
    authoring.save(plan, {"background": Change("")}, actor=member)
    html = page(client, member, since(plan, "review"))
    assert listed(html) == [("Background", "Removed")]
    assert "Three dry years in a row." in words(html)


def test_nothing_changed_is_said(client: Client, network: Network, reviewer: User) -> None:
    plan, _threads = sent_back(network)
    resubmit(network, plan)

    shown = words(page(client, reviewer, plan.get_absolute_url()))
    assert "Nothing is different since your last review, version 1 of" in shown


def test_marks_are_not_there_unasked_for_who_has_not_reviewed_it(
    client: Client, network: Network, member: User
) -> None:
    plan, _threads = sent_back(network)
    authoring.save(plan, {"background": Change("Four dry years.")}, actor=member)
    resubmit(network, plan)
    readers = (network["member"], network["network_manager"])
    htmls = [page(client, reader, plan.get_absolute_url()) for reader in readers]

    assert ['id="what-changed"' in html for html in htmls] == [False, False]


def test_the_lab_sees_what_changed_since_the_version_the_reviewer_saw(
    client: Client, network: Network, member: User
) -> None:
    plan, _threads = sent_back(network)
    authoring.save(plan, {"background": Change("Four dry years.")}, actor=member)
    html = page(client, member, since(plan, "review"))

    assert listed(html) == [("Background", "Changed")]
    assert "is different since Rosa Reviewer reviewed it, version 1 of" in words(html)


# -- since any version, between two ----------------------------------------------------------------


def three_versions(network: Network) -> Plan:
    """A plan of three versions: its background changed first, then its title."""
    plan, _threads = sent_back(network)
    authoring.save(plan, {"background": Change("Four years.")}, actor=network["member"])
    resubmit(network, plan)
    workflow.move(plan, Act.REQUEST_CHANGES, actor=network["reviewer"], note="Again.")
    authoring.save(plan, {"title": Change("Wells that speak")}, actor=network["member"])
    resubmit(network, plan)
    return now(plan)


@pytest.mark.parametrize(
    ("asked", "changed"),
    [
        ("since=1", ["Title", "Background"]),
        ("since=2", ["Title"]),
        ("since=3", []),
        ("since=1&until=2", ["Background"]),
        ("since=2&until=1", ["Background"]),
        ("since=1&until=3", ["Title", "Background"]),
        ("since=1&until=now", ["Title", "Background"]),
        ("since=2&until=2", []),
        ("since=review", ["Title"]),
        ("", ["Title"]),
        ("since=none", []),
    ],
)
def test_any_two_texts_are_compared(
    client: Client, network: Network, reviewer: User, asked: str, changed: list[str]
) -> None:
    plan = three_versions(network)

    html = page(client, reviewer, f"{plan.get_absolute_url()}?{asked}")

    assert [name for name, _kind in listed(html)] == changed


@pytest.mark.parametrize(
    "asked",
    ["since=9", "since=", "since=%00", "since=-1", "since=1&until=77", "since=¹",
     "since=99999999999999999999999", "since=<b>", "until=nonsense", "since=1&until=%00"],
)  # fmt: skip
def test_nonsense_is_answered_with_the_plan_as_it_is(
    client: Client, network: Network, reviewer: User, asked: str
) -> None:
    plan = three_versions(network)
    html = page(client, reviewer, f"{plan.get_absolute_url()}?{asked}")

    assert ('id="what-changed"' in html, "Wells that speak" in html) == (False, True)
    assert ("There is no such version" in html) == (asked != "since=")


def test_an_earlier_text_is_to_be_read_not_commented_on(
    client: Client, network: Network, reviewer: User, member: User
) -> None:
    plan = three_versions(network)
    html = page(client, reviewer, since(plan, 1, until=2))

    assert "Below is version 2, not the plan as it is now." in words(html)
    assert 'class="notes__comment' not in html
    assert words(html).count("Wells that answer") == 1


def test_versions_are_chosen_by_number_and_date_with_its_zone(
    client: Client, network: Network, reviewer: User
) -> None:
    plan = three_versions(network)
    shown = words(page(client, reviewer, plan.get_absolute_url()))

    assert re.search(r"version 2 of \d+ \w+ \d{4}, \d\d:\d\d \(UTC", shown)
    assert "my last review (version 2," in shown


def test_versions_are_nothing_to_those_who_only_read(
    client: Client, network: Network, other_member: User, reviewer: User
) -> None:
    plan, _threads = sent_back(network)
    authoring.save(plan, {"background": Change("MARKER before")}, actor=network["member"])
    resubmit(network, plan)
    workflow.move(plan, Act.REQUEST_CHANGES, actor=reviewer, note="Again.")
    authoring.save(plan, {"background": Change("Four years.")}, actor=network["member"])
    resubmit(network, plan)
    workflow.move(plan, Act.APPROVE, actor=reviewer)

    assert "MARKER" in page(client, reviewer, since(plan, 2))
    html = page(client, other_member, since(plan, 2))
    assert ("MARKER" in html, "compare-form" in html, "version 2" in words(html)) == (
        False,
        False,
        False,
    )


@pytest.mark.parametrize("persona", ["reviewer", "network_manager"])
def test_comparing_takes_no_query_more_than_reading(
    client: Client,
    network: Network,
    django_assert_num_queries: DjangoAssertNumQueries,
    persona: str,
) -> None:
    plan = three_versions(network)
    client.force_login(network[persona])
    number = {"reviewer": 9, "network_manager": 10}[persona]
    client.get(plan.get_absolute_url())
    for asked in ("?since=none", "?since=1", "?since=review", "", "?since=1&until=3"):
        with django_assert_num_queries(number):
            client.get(plan.get_absolute_url() + asked)


# -- looks -----------------------------------------------------------------------------------------


def looks(plan: Plan) -> dict[str, dt.datetime]:
    """When each person read the plan, as noted."""
    return {look.user.name: look.at for look in plan.looks.select_related("user")}


def test_reading_a_plan_is_noted_for_reviewers_with_the_moment_it_began(
    client: Client, network: Network, reviewer: User, member: User
) -> None:
    plan = network.plan("submitted")
    client.force_login(member)
    client.get(plan.get_absolute_url())
    first, second = timezone.now(), timezone.now() + dt.timedelta(hours=1)
    client.force_login(reviewer)
    with clock.at(first):
        client.get(plan.get_absolute_url())
    before = looks(plan)
    with clock.at(second):
        client.get(plan.get_absolute_url())

    assert (before, looks(plan)) == ({"Rosa Reviewer": first}, {"Rosa Reviewer": second})


@pytest.mark.parametrize("header", ["Sec-Purpose", "Purpose"])
def test_what_a_browser_fetches_ahead_is_no_look(
    client: Client, network: Network, reviewer: User, header: str
) -> None:
    plan = network.plan("submitted")
    client.force_login(reviewer)
    client.get(plan.get_absolute_url(), headers={header: "prefetch;prerender"})
    client.head(plan.get_absolute_url())

    assert looks(plan) == {}


def test_answering_in_a_thread_without_reading_the_page_is_no_look(
    client: Client, network: Network, reviewer: User
) -> None:
    plan = network.plan("submitted")
    thread = sent_thread(plan, "plan", "Who?", actor=reviewer)
    client.force_login(reviewer)
    client.post(reverse("thread_reply", args=(thread.pk,)), {"text": "And who else?"}, headers=HTMX)

    assert Look.objects.count() == 0


def test_the_queue_calls_new_what_happened_since_the_plan_was_read(
    client: Client, network: Network, reviewer: User
) -> None:
    plan = network.plan("submitted")
    new = '<span class="mark" title="Something happened here since you last looked.">'
    before = page(client, reviewer, "/review/")
    page(client, reviewer, plan.get_absolute_url())
    seen = page(client, reviewer, "/review/")
    workflow.move(plan, Act.RECALL, actor=network["member"])
    workflow.move(plan, Act.SUBMIT, actor=network["member"])
    after = page(client, reviewer, "/review/")

    assert [new in html for html in (before, seen, after)] == [True, False, True]


# -- the approved version --------------------------------------------------------------------------


def test_an_approval_names_its_version_by_number_and_fingerprint(
    client: Client, network: Network, reviewer: User, member: User
) -> None:
    plan = network.plan("approved")
    version = Version.objects.get(plan=plan)
    for reader in (reviewer, member):
        html = page(client, reader, plan.get_absolute_url())
        assert f"Version 1 is approved, fingerprint {version.hash[:10]}" in words(html)
        assert f"<code>{version.hash}</code>" in html
    review = plan.reviews.get()
    html = page(client, member, reverse("plan_review_sent", args=(plan.pk, review.pk)))
    assert f'fingerprint <span title="{version.hash}">{version.hash[:10]}</span>' in html


def changed_by_force(plan: Plan, sql: str) -> None:
    """Change what the database keeps from being changed, as somebody with all rights could."""
    connection.check_constraints()  # a table with rules still to be asked cannot be altered
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE plans_plan DISABLE TRIGGER approved_text_stays")
        cursor.execute(sql, [plan.pk])
        connection.check_constraints()
        cursor.execute("ALTER TABLE plans_plan ENABLE TRIGGER approved_text_stays")


@pytest.mark.parametrize("persona", ["member", "reviewer", "other_member"])
def test_a_plan_whose_text_is_not_the_approved_one_does_not_look_approved(
    client: Client, network: Network, persona: str
) -> None:
    plan = network.plan("approved")
    badge = '<span class="state state--approved">'
    before = page(client, network[persona], plan.get_absolute_url())
    changed_by_force(plan, "UPDATE plans_plan SET background = 'Other words.' WHERE id = %s")
    after = page(client, network[persona], plan.get_absolute_url())
    header = after[: after.index("</header>", after.index("page-header"))]

    assert (badge in before, "Changed since it was approved" in before) == (True, False)
    assert (badge in header, "Changed since it was approved" in header) == (False, True)


def test_what_changed_since_the_approval_is_one_step_away(
    client: Client, network: Network, reviewer: User
) -> None:
    plan = network.plan("approved")
    changed_by_force(plan, "UPDATE plans_plan SET background = 'Other words.' WHERE id = %s")
    html = page(client, reviewer, plan.get_absolute_url())

    assert f'<a href="{since(plan, 1)}#what-changed">Show what changed</a>' in html
    assert listed(page(client, reviewer, since(plan, 1))) == [("Background", "Changed")]


def test_another_name_for_a_sector_or_person_is_no_other_text(
    client: Client, network: Network, member: User
) -> None:
    plan = network.plan("approved")
    Sector.objects.filter(name="Farmers").update(name="Farming")
    shown = words(page(client, member, plan.get_absolute_url()))

    assert "Changed since it was approved" not in shown
    assert "Names of terms, places or people are written differently today" in shown


# -- criteria --------------------------------------------------------------------------------------


def test_marks_are_kept_with_the_version_they_were_given_to(
    client: Client, network: Network, reviewer: User, member: User
) -> None:
    plan = network.plan("submitted")
    criterion = Criterion.objects.create(cycle=network.cycle, position=1, text="It can be tested")
    marks = {criterion: (Mark.PARTLY, "In one village only.")}
    reviewing.send(plan, "changes_requested", actor=reviewer, summary="Nearly.", marks=marks)
    criterion.delete()
    authoring.save(plan, {"background": Change("Four years.")}, actor=member)
    resubmit(network, plan)
    shown = [
        words(page(client, member, reverse("plan_version", args=(plan.pk, number))))
        for number in (1, 2)
    ]

    assert ["It can be tested Partly met" in one.replace("partly", "Partly") for one in shown] == [
        True,
        False,
    ]
    assert ["In one village only." in one for one in shown] == [True, False]

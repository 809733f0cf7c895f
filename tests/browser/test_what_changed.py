"""The second reading of a plan: the lab changes it, the reviewer comes back and sees just that."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from plans import authoring, reviewing, workflow
from plans.models import Plan, Sector
from plans.states import Act
from tests.browser.test_journey import skipping, state, thread
from tests.browser.test_pages import problems

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.browser.conftest import Open
    from tests.personas import Network

ON_BACKGROUND = "Since when is it dry?"
ON_HERDERS = "What do the herders do?"
ON_CLOSING = "Who would take it over?"

CHANGES = [
    ("Background", "Changed"),
    ("Partner “Water users' association”", "Moved: was at place 1, now at place 2"),
    ("Partner “Herders”", "Removed, was at place 2"),
]


@pytest.fixture
def plan(transactional_db: None, network: Network) -> Plan:
    """A plan of three partners, sent back to its lab with three things that must be fixed."""
    member, reviewer = network["member"], network["reviewer"]
    plan = network.plan("draft")
    for name in ("Herders", "Drillers"):
        authoring.add_row(
            plan,
            "partners",
            actor=member,
            name=name,
            sector=Sector.objects.get(name="Farmers"),
            description="They dig.",
            is_new=False,
        )
    workflow.move(plan, Act.SUBMIT, actor=member)
    herders = plan.rows("partners")[1].pk
    for place, words in (
        ("challenge.background", ON_BACKGROUND),
        (f"partners/{herders}", ON_HERDERS),
        ("closing.early_leads", ON_CLOSING),
    ):
        reviewing.open_thread(plan, place, words, actor=reviewer)
    reviewing.send(plan, "changes_requested", actor=reviewer, summary="Three things.")
    return Plan.objects.get(pk=plan.pk)


@pytest.mark.parametrize("javascript", [True, False], ids=["scripts", "no-scripts"])
def test_the_lab_changes_what_it_was_asked_and_the_reviewer_sees_just_that(
    network: Network, plan: Plan, open_browser: Open, javascript: bool
) -> None:
    lab = open_browser(network["member"], javascript=javascript)
    is_told_what_to_change(lab, plan)
    edits_moves_and_removes(lab)
    is_asked_for_a_word_about_what_is_untouched(lab, plan)

    reviewer = open_browser(network["reviewer"], javascript=javascript)
    finds_answers_and_changes(reviewer, plan)
    hides_the_marks(reviewer)


def is_told_what_to_change(page: Page, plan: Plan) -> None:
    """The list leads to the very question."""
    page.goto(reverse("plan_edit", args=(plan.pk,)))
    expect(page.locator(".checklist__progress")).to_have_text(
        "0 of 3 are answered or addressed; 3 are untouched."
    )
    expect(page.locator(".wish__head")).to_contain_text(
        ["Untouched Background", "Untouched Partner 2", "Untouched Early leads"]
    )
    page.locator(".wish__head").get_by_role("link", name="Background").click()
    expect(page.locator(":target")).to_have_attribute("name", "background")


def edits_moves_and_removes(page: Page) -> None:
    page.locator("[name=background]").fill(
        "Four dry years in a row.\n\nNobody knows how deep the water is."
    )
    page.get_by_role("button", name="Save", exact=True).last.click()
    expect(page.locator("#messages")).to_have_text("Saved.")
    page.get_by_role("link", name="Partners").first.click()
    for place in (1, 2):
        page.get_by_role("button", name=skipping("Down", f"Partner {place}")).click()
        names = page.get_by_label("Name", exact=True)
        expect(names.nth(place)).to_have_value("Water users' association")
    page.get_by_role("button", name=skipping("Remove", "Partner 1")).click()
    expect(page.get_by_label("Name", exact=True)).to_have_count(2)


def is_asked_for_a_word_about_what_is_untouched(page: Page, plan: Plan) -> None:
    """The page says what is untouched; sent without a word, it asks for one and goes on."""
    page.goto(reverse("plan_act", args=(plan.pk, "submit")))
    expect(page.locator(".wish--untouched")).to_have_count(1)
    page.get_by_role("button", name="Submit for review").click()
    expect(page.locator(".field-error, .error-summary").first).to_contain_text(
        "One thing you were asked to change is as it was."
    )
    box = page.get_by_label("A word to the reviewer about what is untouched")
    box.fill("The association decides in May.")
    page.get_by_role("button", name="Submit for review").click()
    expect(state(page)).to_have_text("Submitted")


def finds_answers_and_changes(page: Page, plan: Plan) -> None:
    """From the queue, where it is new, to the plan: what was asked first, then what changed."""
    page.goto(reverse("queue"))
    expect(page.locator(".queue tbody tr")).to_contain_text("new")
    page.get_by_role("link", name=str(plan)).click()
    expect(page.locator(".checklist__word")).to_contain_text("The association decides in May.")
    expect(page.locator(".wish__head .mark")).to_have_text(
        ["The text is changed, no answer yet", "The text is changed, no answer yet", "Untouched"]
    )
    entries = page.locator(".what-changed__list li")
    expect(entries).to_have_text([f"{name} {kind}" for name, kind in CHANGES])
    expect(page.locator(".what-changed")).to_contain_text(
        "3 answers or rows are different since your last review"
    )
    expect(page.locator(".change-head")).to_have_count(3)
    expect(page.locator("#at-challenge-background ins")).to_contain_text("Four")
    expect(page.locator("#at-challenge-background del")).to_contain_text("Three")
    expect(page.locator("#at-challenge-background .thread")).to_contain_text(ON_BACKGROUND)
    removed = page.locator(".removed-row")
    expect(removed).to_contain_text("Herders")
    expect(removed.locator(".thread")).to_contain_text(ON_HERDERS)


def hides_the_marks(page: Page) -> None:
    page.get_by_text("Compare something else, or hide the marks").click()
    page.get_by_label("Show what changed since").select_option("none")
    page.get_by_role("button", name="Show").click()
    expect(page.locator(".change-head")).to_have_count(0)
    expect(page.locator(".removed-row")).to_have_count(0)
    expect(thread(page, ON_HERDERS)).to_be_visible()
    page.get_by_text("Show what changed since an earlier version").click()
    page.get_by_label("Show what changed since").select_option("1")
    page.get_by_role("button", name="Show").click()
    expect(page.locator(".change-head")).to_have_count(3)


@pytest.fixture
def again(network: Network, plan: Plan) -> Plan:
    """The same plan, changed and handed in again."""
    member = network["member"]
    first, second, _third = plan.rows("partners")
    background = authoring.Change("Four dry years in a row.\n\nNobody knows how deep it is.")
    authoring.save(plan, {"background": background}, actor=member)
    authoring.move_row(plan, "partners", first.pk, 3, actor=member)
    authoring.remove_row(plan, "partners", second.pk, actor=member)
    return workflow.move(plan, Act.SUBMIT, actor=member, note="The association decides in May.")


@pytest.mark.parametrize("javascript", [True, False], ids=["scripts", "no-scripts"])
def test_changes_are_read_one_after_the_other_by_keyboard(
    network: Network, again: Plan, open_browser: Open, javascript: bool
) -> None:
    page = open_browser(network["reviewer"], javascript=javascript)
    page.goto(again.get_absolute_url())
    page.locator(".what-changed__list a").first.focus()
    page.keyboard.press("Enter")
    for number in (1, 2, 3):
        expect(page.locator(f"#change-{number}")).to_be_focused()
        expect(page.locator(f"#change-{number}")).to_be_in_viewport()
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
    # Behind the last one the way leads back.
    expect(page.locator("#change-2")).to_be_focused()


def test_the_pages_of_the_second_reading_have_nothing_for_axe(
    network: Network, again: Plan, open_browser: Open
) -> None:
    page = open_browser(network["reviewer"])
    url = again.get_absolute_url()
    found = [
        problem
        for path in (url, f"{url}?since=1&until=1", f"{url}?since=none", f"{url}?since=99")
        for problem in problems(page, path)
    ]
    reviewing.send(again, "changes_requested", actor=network["reviewer"], summary="Not yet.")
    lab = open_browser(network["member"])
    found += [
        problem
        for name, args in (
            ("plan", ()),
            ("plan_edit", ()),
            ("plan_act", ("submit",)),
            ("plan_version", (1,)),
        )
        for problem in problems(lab, reverse(name, args=(again.pk, *args)))
    ]

    assert found == []

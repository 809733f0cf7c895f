"""A new plan from an earlier one in a browser, with scripts and without; how others answered."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from plans import authoring, workflow
from plans.authoring import Change
from plans.models import Plan, ThematicArea
from plans.states import Act
from tests.browser.test_pages import problems
from tests.factories import WORDS, CycleFactory

if TYPE_CHECKING:
    from tests.browser.conftest import Open
    from tests.personas import Network


@pytest.fixture
def source(network: Network) -> Plan:
    """An approved plan of the lab, of an earlier cycle."""
    return network.plan("approved", title="Wells of last year", cycle=CycleFactory.create())


def copy_of(source: Plan, network: Network) -> Plan:
    """A copy of it in the open cycle, in which everything waits to be confirmed."""
    return authoring.copy(
        source, network.lab, network.cycle, actor=network["member"], title=source.title
    ).plan


def of(act: str, what: str) -> re.Pattern[str]:
    """A button or link with what it is about said besides, for those who hear it."""
    return re.compile(rf"^{act}\s*: {what}$")


def section(plan: Plan, key: str) -> str:
    """The address of a section's form."""
    return reverse("plan_section", args=(plan.pk, key))


def shows_no_marks(page: Page) -> None:
    """Wait until nothing on the page waits to be confirmed."""
    expect(page.locator("[data-carried], [data-carried-all]")).to_have_count(0)


@pytest.mark.parametrize("javascript", [True, False], ids=["javascript", "no-javascript"])
def test_from_home_to_a_copy_that_can_be_handed_in(
    javascript: bool, network: Network, source: Plan, open_browser: Open
) -> None:
    page = open_browser(network.people["member"], javascript=javascript)
    page.goto("/")
    page.get_by_role("link", name=of("Copy to a new plan", "Wells of last year")).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Copy to a new plan")
    page.get_by_label("Title (optional)").fill("Wells of this year")
    page.get_by_label("Cycle").select_option(label=str(network.cycle))
    page.get_by_label("Big bet").check()
    page.get_by_label("Evidence").uncheck()
    page.get_by_role("button", name="Copy and start writing").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Wells of this year")
    expect(page.locator("#messages")).to_contain_text("“Wells of this year” is begun.")
    expect(page.get_by_text("Began as a copy of")).to_contain_text("Wells of last year")
    expect(page.get_by_text("One answer is still missing")).to_contain_text(
        "13 answers were copied from another plan and are still to be confirmed."
    )
    plan = Plan.objects.get(title="Wells of this year")
    page.get_by_role("link", name="Background: copied from another plan").click()
    expect(page.locator(":target")).to_have_value(WORDS["background"])
    page.get_by_role("button", name=of("Keep it", "Background")).click()
    expect(page.locator("#messages")).to_have_text("Confirmed.")
    page.get_by_role("button", name="Keep all of this section").click()
    shows_no_marks(page)
    for key in ("title", "classification", "partners", "learning", "closing"):
        page.goto(section(plan, key))
        page.get_by_role("button", name="Keep all of this section").click()
        shows_no_marks(page)
    page.goto(reverse("plan_act", args=(plan.pk, "submit")))
    expect(page.locator(".error-summary a")).to_have_text(["Add at least one item of evidence."])


def test_who_changes_a_copied_answer_need_not_keep_it(
    network: Network, source: Plan, open_browser: Open
) -> None:
    plan = copy_of(source, network)
    page = open_browser(network.people["member"])
    page.goto(section(plan, "challenge"))
    expect(page.locator("[data-carried-count]")).to_have_text("4")
    page.get_by_label("Background").fill("Another dry year.")
    expect(page.locator("p[data-carried]")).to_have_count(3)
    expect(page.locator("[data-carried-count]")).to_have_text("3")
    expect(page.locator("#missing + ul li")).to_have_count(3)
    assert "background" not in Plan.objects.get(pk=plan.pk).carried_over

    page.get_by_label("Short summary").fill("Shorter.")
    page.get_by_role("button", name=of("Keep it", "Value proposition")).click()
    expect(page.locator("p[data-carried]")).to_have_count(1)
    expect(page.get_by_label("Short summary")).to_have_value("Shorter.")
    assert Plan.objects.get(pk=plan.pk).summary == "Shorter."


def test_a_changed_row_loses_its_mark_with_the_save(
    network: Network, source: Plan, open_browser: Open
) -> None:
    plan = copy_of(source, network)
    page = open_browser(network.people["member"], width=360)
    page.goto(section(plan, "partners"))
    expect(page.locator("[data-carried-all]")).to_be_visible()
    page.get_by_label("The collaboration").fill("They read other gauges now.")
    shows_no_marks(page)


@pytest.mark.parametrize("javascript", [True, False], ids=["javascript", "no-javascript"])
def test_how_others_answered_opens_beside_the_question(
    javascript: bool, network: Network, open_browser: Open
) -> None:
    writer = network["other_member"]
    theirs = network.plan("draft", title="Theirs", lab=network.other_lab, writer=writer)
    authoring.save(theirs, {"background": Change("Rivers ran dry, too.")}, actor=writer)
    workflow.move(theirs, Act.SUBMIT, actor=writer)
    workflow.move(theirs, Act.APPROVE, actor=network["reviewer"])
    plan = network.plan("draft")
    page = open_browser(network.people["member"], javascript=javascript)
    page.goto(section(plan, "challenge"))
    box = page.get_by_label("Value proposition")
    if javascript:
        box.fill("Half a sen")
    page.get_by_role("link", name=of("How others answered", "Background")).click()

    answers = page.locator("details.others")
    expect(answers).to_contain_text("Rivers ran dry, too.")
    expect(answers.get_by_role("link")).to_have_text(["Theirs"])
    if javascript:
        expect(page.locator("summary#others-background")).to_be_focused()
        expect(box).to_have_value("Half a sen")
        page.keyboard.press("Enter")
        expect(answers.get_by_text("Rivers ran dry, too.")).to_be_hidden()
    else:
        page.get_by_role("link", name="Back to the section Challenge").click()
        expect(page.locator(":target")).to_have_value(WORDS["background"])


def test_nothing_is_wrong_with_these_pages(
    network: Network, source: Plan, open_browser: Open
) -> None:
    plan = copy_of(source, network)
    theirs = network.plan(
        "approved", title="Theirs", lab=network.other_lab, writer=network["other_member"]
    )
    bare = network.plan("draft", title="Without themes")
    authoring.save(
        bare, {"thematic_areas": Change([]), "sdgs": Change([])}, actor=network["member"]
    )
    assert ThematicArea.objects.exists()
    withdrawn = network.plan("withdrawn", title="Given up", cycle=source.cycle)
    network.plan("draft", title="In its place", cycle=source.cycle)
    network.plan("draft", title="And the other", cycle=source.cycle, challenge_type="big_bet")
    page = open_browser(network.people["member"])

    found = [
        problem
        for address in (
            reverse("home"),
            reverse("library"),
            reverse("plan_start", args=(network.lab.slug,)),
            reverse("plan_copy", args=(source.pk,)),
            reverse("plan_copy", args=(theirs.pk,)),
            reverse("plan", args=(plan.pk,)),
            reverse("plan_history", args=(plan.pk,)),
            reverse("plan_edit", args=(plan.pk,)),
            reverse("plan_act", args=(plan.pk, "submit")),
            reverse("plan_act", args=(plan.pk, "withdraw")),
            reverse("plan_act", args=(withdrawn.pk, "restore")),
            *(section(plan, key) for key in ("title", "challenge", "partners", "learning")),
            reverse("plan_others", args=(plan.pk, "learning", "usage")),
            reverse("plan_others", args=(bare.pk, "learning", "usage")),
        )
        for problem in problems(page, address)
    ]

    assert found == []

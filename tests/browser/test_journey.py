"""The main job, from an archived page to an approved plan, as four people see it in their browsers.

Once as most people work, and once with JavaScript off: every page is the same either way.
"""

from __future__ import annotations

import datetime as dt
import re
from io import StringIO
from typing import TYPE_CHECKING

import pytest
from django.conf import settings
from django.contrib.auth.models import Group
from django.core import mail
from django.core.management import call_command
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.models import Lab, Region, User
from accounts.roles import NETWORK_MANAGERS
from plans import notifications
from plans.importers import seeds
from plans.models import Cycle, Notification, Plan
from tests.factories import UserFactory, member_of, reviewer_of

if TYPE_CHECKING:
    from playwright.sync_api import Locator

    from tests.browser.conftest import Open

SAMPLE = settings.BASE_DIR / "seeds/samples/mongolia_2022_q3_water_kiosks_exploratory.md"
TITLE = "Water kiosks that open when people are home"
COMPANY = "Water supply company of the capital"
COUNCIL = "Women’s council of Khoroo 24"


@pytest.fixture
def cycle(transactional_db: None) -> Cycle:
    """The second quarter of 2021, long closed, on a network with seeds only."""
    seeds.load()
    return Cycle.objects.create(
        year=2021,
        quarter=2,
        opens_at=dt.datetime(2021, 4, 1, tzinfo=dt.UTC),
        closes_at=dt.datetime(2021, 7, 1, tzinfo=dt.UTC),
    )


@pytest.fixture
def people(cycle: Cycle) -> dict[str, User]:
    """Two people of the lab, the reviewer of its region, and an administrator."""
    mongolia, region = Lab.objects.get(slug="mongolia"), Region.objects.get(slug="asia-pacific")
    manager = UserFactory.create(name="Nadia Network", is_staff=True)
    manager.groups.add(Group.objects.get(name=NETWORK_MANAGERS))
    return {
        "manager": manager,
        "member": member_of(mongolia, "Mira Member"),
        "colleague": member_of(mongolia, "Bat Colleague"),
        "reviewer": reviewer_of(region, "Rosa Reviewer"),
    }


@pytest.mark.parametrize("javascript", [True, False], ids=["javascript", "no-javascript"])
def test_from_an_archived_page_to_an_approved_plan(
    javascript: bool, people: dict[str, User], open_browser: Open
) -> None:
    plan = import_the_sample()

    lab = open_browser(javascript=javascript)
    signs_in(lab, people["member"])
    finds_what_was_imported(lab, plan)
    fills_in_what_is_missing(lab)
    is_refused_because_the_cycle_is_closed(lab)

    extends_the_cycle_in_the_administration(open_browser(people["manager"]))
    submits(lab)

    reviewer = open_browser(people["reviewer"], javascript=javascript)
    finds_the_plan_in_the_queue(reviewer)
    begins_a_review(reviewer)
    sees_nothing_of_it_yet(lab)
    requests_changes(reviewer)

    answers_and_reorders(lab)
    submits_again(lab)

    resolves_and_approves(reviewer)
    everybody_can_read_it(open_browser(people["manager"], javascript=javascript))
    everybody_was_told(people)


# -- importing and filling in ----------------------------------------------------------------------


def import_the_sample() -> Plan:
    """A draft of the lab for 2021 Q2, through the command an administrator would use."""
    out = StringIO()
    call_command("import_plans", str(SAMPLE), cycle="2021-Q2", state="draft", stdout=out)
    return Plan.objects.get()


def signs_in(page: Page, user: User) -> None:
    page.goto("/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    page.get_by_label("E-mail address").fill(user.email)
    page.get_by_label("Password").fill("open sesame")
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Hello, Mira")


def finds_what_was_imported(page: Page, plan: Plan) -> None:
    """Home leads to the lab, the lab to the plan; the document is there, and its gaps are links."""
    page.get_by_role("link", name="Mongolia Lab").click()
    page.get_by_role("link", name=TITLE).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(TITLE)
    expect(page.locator(".kicker")).to_have_text("Exploratory · 2021 Q2")
    expect(page.locator(".row-title")).to_have_text([COMPANY, COUNCIL])
    expect(page.locator("#at-closing")).to_contain_text("The capital plans two hundred new kiosks")

    page.get_by_role("link", name="Submit for review").click()
    expect(page.get_by_role("heading", name="answers are missing")).to_have_text(
        "5 answers are missing"
    )
    expect(missing(page)).to_have_text(
        [
            "Choose a focal point: the address in the imported document is nobody's here.",
            "Partner 1: Sector is missing.",
            "Partner 1: New and unusual partner (yes or no) is missing.",
            "Partner 2: Sector is missing.",
            "Partner 2: New and unusual partner (yes or no) is missing.",
        ]
    )
    expect(page.get_by_role("button", name="Submit for review")).to_have_count(0)


def missing(page: Page) -> Locator:
    """What the page of an act says is missing, each a link to the input."""
    return page.locator(".error-summary a")


def fills_in_what_is_missing(page: Page) -> None:
    """Follows the links; each leads to the very input."""
    missing(page).first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Title")
    page.locator(":target").select_option(label="Mira Member")
    page.get_by_role("button", name="Save", exact=True).last.click()
    expect(page.locator("#messages")).to_have_text("Saved.")

    page.get_by_role("link", name="Overview and submission").click()
    expect(page.get_by_text("4 answers are still missing")).to_be_visible()
    page.get_by_role("link", name="Submit for review").click()
    missing(page).first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Partners")
    page.locator(":target").select_option(label="Private sector")
    first, second = rows(page)
    first.get_by_label("Yes").check()
    second.get_by_label("Sector").select_option(label="Civil society")
    second.get_by_label("No", exact=True).check()
    page.get_by_role("button", name="Save and go on").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Learning")
    expect(page.locator("#messages")).to_have_text("Saved.")
    expect(page).to_have_url(re.compile(r"/edit/learning/$"))


def rows(page: Page) -> list[Locator]:
    return page.locator(".row-card").all()


def is_refused_because_the_cycle_is_closed(page: Page) -> None:
    page.get_by_role("link", name="Overview and submission").click()
    expect(page.get_by_text("Nothing is missing. Read the plan once more")).to_be_visible()
    page.get_by_role("link", name="Submit for review").click()
    expect(page.get_by_role("alert")).to_contain_text("2021 Q2")
    expect(page.get_by_role("alert")).to_contain_text("closed")
    expect(page.get_by_role("button", name="Submit for review")).to_have_count(0)


# -- more time, and handing in ---------------------------------------------------------------------


def extends_the_cycle_in_the_administration(page: Page) -> None:
    page.goto("/")
    page.get_by_role("link", name="Cycles: open, close, give a lab more time").click()
    page.get_by_role("link", name="2021 Q2").click()
    page.get_by_role("link", name="Extend for a lab").click()
    until = timezone.now() + dt.timedelta(days=7)
    page.get_by_label("Lab:").select_option(label="Mongolia Lab")
    page.locator("[name=until_0]").fill(f"{until:%Y-%m-%d}")
    page.locator("[name=until_1]").fill("18:00")
    page.get_by_label("Reason:").fill("The kiosks were closed for two months.")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Mongolia Lab can hand in plans for 2021 Q2")).to_be_visible()


def submits(page: Page) -> None:
    page.reload()
    expect(page.get_by_role("alert")).to_have_count(0)
    page.get_by_label("Message to the reviewer").fill("The kiosks opened again in June.")
    page.get_by_role("button", name="Submit for review").click()
    expect(page.locator("#messages").first).to_have_text(
        f"“{TITLE}” is submitted. The reviewers of your region are told."
    )
    expect(state(page)).to_have_text("Submitted")


def state(page: Page) -> Locator:
    """The badge in the head of a plan."""
    return page.locator(".page-header .state")


# -- reviewing -------------------------------------------------------------------------------------


def finds_the_plan_in_the_queue(page: Page) -> None:
    page.goto("/")
    expect(page.locator(".panel").get_by_role("link", name=TITLE)).to_be_visible()
    page.get_by_role("link", name="Open the review queue").click()
    expect(page.locator(".queue tbody tr")).to_have_count(1)
    page.get_by_role("link", name=TITLE).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(TITLE)


def begins_a_review(page: Page) -> None:
    """Two comments: one on the background, one on the second partner, which must be fixed."""
    comments(page, "Background", "Who decided on six o’clock?", kind="Optional")
    comments(page, "Partner 2", "Who pays the council for the evenings?", kind="Must be fixed")
    expect(page.locator(".action-bar__say")).to_have_text("Your review: 2 comments, not sent")
    expect(partner(page, COUNCIL).locator(".thread")).to_have_count(1)


def comments(page: Page, place: str, words: str, *, kind: str) -> None:
    """What is said joins the review; until that is sent, only who said it sees it."""
    page.get_by_role("link", name=skipping("Comment on this", place)).click()
    page.get_by_label("Your comment").fill(words)
    page.get_by_role("radio", name=kind).check()
    page.get_by_role("button", name="Add the comment").click()
    expect(thread(page, words)).to_contain_text("Pending – only you see this")
    expect(thread(page, words)).to_contain_text("Rosa Reviewer")


def skipping(shown: str, more: str) -> re.Pattern[str]:
    """The name of a link or button whose last words only screen readers get, after a colon."""
    return re.compile(rf"^{shown}\s*: {more}$")


def thread(page: Page, words: str) -> Locator:
    """The thread in which these words were said."""
    return page.locator(".thread", has_text=words)


def partner(page: Page, name: str) -> Locator:
    """A partner on the reading page, with what is said about it."""
    return page.locator(".numbered__item", has=page.get_by_role("heading", name=name))


def sees_nothing_of_it_yet(page: Page) -> None:
    page.reload()
    expect(state(page)).to_have_text("Submitted")
    expect(page.locator(".thread")).to_have_count(0)


def requests_changes(page: Page) -> None:
    """The review ends with one decision, and the lab has all of it."""
    page.get_by_role("link", name="Finish the review").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Finish your review")
    expect(page.locator(".review-list__one")).to_contain_text(
        ["Who decided on six o’clock?", "Who pays the council"]
    )
    sends_the_review(page, "Request changes", "Answer two questions, then it is ready.")
    expect(state(page)).to_have_text("Changes requested")
    expect(page.locator("#talk-summary")).to_contain_text(
        "2 open threads, one of them to be fixed before approval"
    )


def sends_the_review(page: Page, decision: str, summary: str) -> None:
    page.get_by_label("Summary for the lab").fill(summary)
    page.get_by_role("radio", name=decision).check()
    page.get_by_role("button", name="Send the review").click()


# -- answering -------------------------------------------------------------------------------------


def answers_and_reorders(page: Page) -> None:
    page.goto("/")
    expect(page.get_by_role("heading", name="Waiting for your answer")).to_be_visible()
    page.get_by_role("link", name=TITLE).first.click()
    expect(page.get_by_text("Answer two questions, then it is ready.").first).to_be_visible()
    marks_as_addressed(page, "Who decided on six o’clock?", "The contract of 1998 did.")
    marks_as_addressed(page, "Who pays the council", "The district, from the first evening on.")

    page.get_by_role("link", name=skipping("Edit", "Partners")).click()
    expect(rows(page)[1].locator(".thread")).to_contain_text("Who pays the council")
    page.get_by_role("button", name=skipping("Up", "Partner 2")).click()
    names = page.get_by_label("Name", exact=True)
    expect(names.first).to_have_value(COUNCIL)
    expect(names.last).to_have_value(COMPANY)
    expect(rows(page)[0].locator(".thread")).to_contain_text("Who pays the council")


def marks_as_addressed(page: Page, words: str, answer: str) -> None:
    discussion = thread(page, words)
    discussion.get_by_text("Reply", exact=False).first.click()
    discussion.get_by_label("Your reply").fill(answer)
    discussion.get_by_role("button", name="Mark as addressed").click()
    expect(thread(page, words)).to_contain_text("Addressed")
    expect(thread(page, words)).to_contain_text(answer)


def submits_again(page: Page) -> None:
    page.get_by_role("link", name="Read the plan").first.click()
    expect(page.locator(".row-title")).to_have_text([COUNCIL, COMPANY])
    expect(partner(page, COUNCIL).locator(".thread")).to_contain_text("Who pays the council")
    expect(partner(page, COMPANY).locator(".thread")).to_have_count(0)
    page.get_by_role("link", name="Submit for review").click()
    page.get_by_role("button", name="Submit for review").click()
    expect(state(page)).to_have_text("Submitted")


def resolves_and_approves(page: Page) -> None:
    page.goto("/review/")
    page.get_by_role("link", name=TITLE).click()
    expect(page.locator("#talk-summary")).to_contain_text("2 threads are addressed")
    expect(partner(page, COUNCIL).locator(".thread")).to_contain_text("The district, from the")
    for words in ("Who decided on six o’clock?", "Who pays the council"):
        thread(page, words).get_by_role("button", name="Resolve").click()
        expect(thread(page, words)).to_contain_text("Resolved")
    expect(page.locator("#talk-summary")).to_have_text("All threads are resolved.")
    page.get_by_role("link", name="Approve").click()
    expect(page.get_by_role("radio", name="Approve")).to_be_checked()
    sends_the_review(page, "Approve", "Good luck with the keys.")
    expect(state(page)).to_have_text("Approved")


def everybody_can_read_it(page: Page) -> None:
    page.goto("/plans/")
    page.get_by_role("link", name=TITLE, exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(TITLE)
    expect(state(page)).to_have_text("Approved")


def everybody_was_told(people: dict[str, User]) -> None:
    """The outbox, once sent: the lab hears of everything, nobody of what they did themselves.

    All of it happened in one burst, so that it is one mail to each; a review is one thing in it,
    with its comments and what was resolved.
    """
    mail.outbox.clear()
    Notification.objects.update(due_at=timezone.now())
    notifications.send_waiting.call()
    bodies = {letter.to[0]: str(letter.body) for letter in mail.outbox}
    assert len(bodies) == len(mail.outbox)
    told = {name: happened(bodies.get(user.email, "")) for name, user in people.items()}
    assert told == {
        "manager": [],
        "member": [
            "Nadia Network extended the deadline",
            "Rosa Reviewer requested changes",
            "Rosa Reviewer approved the plan",
        ],
        "colleague": [
            "Nadia Network extended the deadline",
            "Mira Member submitted the plan for review",
            "Rosa Reviewer requested changes",
            "Mira Member marked a thread as addressed",
            "Mira Member marked a thread as addressed",
            "Mira Member submitted the plan for review",
            "Rosa Reviewer approved the plan",
        ],
        "reviewer": [
            "Mira Member submitted the plan for review",
            "Mira Member marked a thread as addressed",
            "Mira Member marked a thread as addressed",
            "Mira Member submitted the plan for review",
        ],
    }
    for words in (
        "Answer two questions, then it is ready.",
        "Who decided on six o’clock?",
        "Who pays the council for the evenings?",
        "2 threads were resolved.",
        "Good luck with the keys.",
    ):
        assert words in bodies[people["member"].email]


def happened(body: str) -> list[str]:
    """Who did what, by a mail that tells of several things."""
    return re.findall(r"^\* (.+)$", body, re.MULTILINE)

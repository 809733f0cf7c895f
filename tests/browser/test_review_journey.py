"""A review of eight comments from its first word to the approval, by mouse and by keyboard alone.

It is interrupted by a sign-out while other words are being proposed; the lab applies, answers,
moves and removes; the reviewer comes back to just the changes, and the approval names its version.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

import pytest
from django.urls import reverse
from playwright.sync_api import Locator, Page, expect

from plans import authoring, scheduling, workflow
from plans.models import Draft, Plan, Sector
from plans.states import Act
from tests.browser.test_journey import skipping, state, thread
from tests.browser.writing import Hand, Keys, is_at

if TYPE_CHECKING:
    from tests.browser.conftest import Open
    from tests.personas import Network

MUST, OPTIONAL = "Must be fixed before approval", "Optional"
CRITERION = "The learning question can be answered by what is planned"
BACKGROUND = "challenge.background"


class Comment(NamedTuple):
    """What the reviewer says: where, which words it is about and which instead, and the answer."""

    place: str
    words: str
    kind: str
    answer: str = ""
    about: str = ""
    instead: str = ""


SUGGESTED = (
    Comment("Background", "Was 2021 dry?", MUST, "", "Three dry years", "Four dry years"),
    Comment("Background", "Plainer?", OPTIONAL, "", "Nobody knows", "The lab does not know"),
)
ASKED = (
    Comment("The whole plan", "Who reads this?", OPTIONAL, "Everybody who digs."),
    Comment("Evidence", "Where are the levels from?", MUST, "From the gauges."),
    Comment("Learning question 1", "Shared with whom?", OPTIONAL, "With both villages."),
    Comment("Early leads", "Would they, really?", MUST, "They wrote that in May."),
    Comment("Partner 3", "What for?", MUST, "For nothing any more."),
    Comment("Value proposition", "Which ones?", OPTIONAL, "All seven.", "Villages"),
)
NOTE = Comment("The whole plan", "Is this like the plan of 2021?", "A note between reviewers")
CHANGES = [
    "Background Changed",
    "Partner “Water users' association” Moved: was at place 1, now at place 2",
    "Partner “Drillers” Removed, was at place 3",
]


@pytest.fixture
def plan(transactional_db: None, network: Network) -> Plan:
    """A plan of three partners that waits for a review, in a cycle with one criterion."""
    member = network["member"]
    scheduling.set_criteria(network.cycle, [(CRITERION, "")], actor=network["network_manager"])
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
    return workflow.move(plan, Act.SUBMIT, actor=member)


@pytest.mark.parametrize("kind", [Hand, Keys], ids=["mouse", "keyboard"])
def test_a_review_of_eight_comments_from_the_first_word_to_the_approval(
    kind: type[Hand], network: Network, plan: Plan, open_browser: Open
) -> None:
    reviewer = kind(open_browser(network["reviewer"]))
    reviewer.page.goto(plan.get_absolute_url())
    for comment in (*ASKED, SUGGESTED[0]):
        comments(reviewer, comment)
        expect(thread(reviewer.page, comment.words)).to_contain_text("Pending – only you see this")
    comments(reviewer, NOTE)
    expect(thread(reviewer.page, NOTE.words)).to_contain_text("the lab does not see it")
    writes(reviewer, SUGGESTED[1])
    expect(reviewer.page.locator("[data-kept-status]")).to_have_text("Kept, not sent")
    signs_out(reviewer)

    signs_in_again(reviewer, network)
    finds_what_was_sent_and_what_was_not(reviewer, plan)
    lab = kind(open_browser(network["member"]))
    lab.page.goto(plan.get_absolute_url())
    expect(lab.page.locator(".thread")).to_have_count(0)
    sends_it(reviewer)

    sees_all_of_it(lab)
    applies_both(lab)
    answers_the_rest(lab)
    moves_one_partner_and_removes_another(lab)
    hands_in_again(lab)

    sees_just_the_changes(reviewer, plan)
    resolves_all(reviewer)
    approves(reviewer)
    the_approved_version_is_named(reviewer, plan)
    assert what_happened(plan) == [
        "start",
        "submit",
        "thread_opened",
        "request_changes",
        *["suggestion_applied"] * 2,
        *["addressed"] * 6,
        "submit",
        *["resolved"] * 8,
        "approve",
    ]


def what_happened(plan: Plan) -> list[str]:
    """The history in short, oldest first; the note between reviewers was opened at once."""
    return list(plan.events.order_by("pk").values_list("kind", flat=True))


# -- writing a review ------------------------------------------------------------------------------


def comments(hand: Hand, comment: Comment) -> None:
    """Writes a comment and adds it to the review."""
    writes(hand, comment)
    hand.press(hand.page.get_by_role("button", name="Add the comment"))


def writes(hand: Hand, comment: Comment) -> None:
    """Writes a comment where it belongs, with the words it is about and those proposed instead."""
    page = hand.page
    if comment.about and not isinstance(hand, Keys):
        selects_in_the_text(page, comment.about)
        hand.press(page.get_by_role("button", name="Comment on these words"))
    else:
        hand.press(
            page.get_by_role("link", name=re.compile(rf"^Comment on this\s*: {comment.place}"))
        )
    if comment.about and isinstance(hand, Keys):
        selects_by_keys(hand, comment.about)
    form = page.locator(".notes__new form")
    hand.write(form.get_by_label("Your comment"), comment.words)
    if comment.instead:
        hand.press(form.get_by_text("Propose other words"))
        box = form.get_by_label("The words you propose")
        expect(box).to_have_value(comment.about)
        rewrites(hand, box, comment.instead)
    hand.tick(form.get_by_role("radio", name=comment.kind))


def rewrites(hand: Hand, box: Locator, words: str) -> None:
    """Other words in place of those in a box."""
    if isinstance(hand, Keys):
        hand.write(box, "")
        hand.page.keyboard.press("Control+a")
        hand.page.keyboard.insert_text(words)
    else:
        hand.write(box, words)


def selects_in_the_text(page: Page, words: str) -> None:
    """As a mouse would that is drawn over these words."""
    page.locator(".pointable p", has_text=words).first.evaluate(
        """(paragraph, words) => {
          const walker = document.createTreeWalker(paragraph, NodeFilter.SHOW_TEXT);
          while (walker.nextNode()) {
            const start = walker.currentNode.data.indexOf(words);
            if (start >= 0) {
              const text = walker.currentNode;
              getSelection().setBaseAndExtent(text, start, text, start + words.length);
              return;
            }
          }
        }""",
        words,
    )


def selects_by_keys(hand: Keys, words: str) -> None:
    """In the box of the form, with the arrows."""
    form = hand.page.locator(".notes__new form")
    hand.press(form.get_by_text("Choose words"))
    box = form.locator("[data-choose]")
    hand.write(box, "")
    hand.page.keyboard.press("Control+Home")
    for _sign in range(box.input_value().index(words)):
        hand.page.keyboard.press("ArrowRight")
    for _sign in range(len(words)):
        hand.page.keyboard.press("Shift+ArrowRight")
    hand.press(form.get_by_role("button", name="Use the words selected above"))
    expect(form.locator("[data-phrase]")).to_have_text(words)


def signs_out(hand: Hand) -> None:
    page = hand.page
    hand.press(page.locator("summary", has_text="Rosa"))
    hand.press(page.get_by_role("button", name="Sign out"))
    is_at(page, "Sign in")


def signs_in_again(hand: Hand, network: Network) -> None:
    page = hand.page
    hand.write(page.get_by_label("E-mail address"), network["reviewer"].email)
    hand.write(page.get_by_label("Password"), "open sesame")
    hand.press(page.get_by_role("button", name="Sign in", exact=True))
    is_at(page, "Hello, Rosa")


def finds_what_was_sent_and_what_was_not(hand: Hand, plan: Plan) -> None:
    """Seven comments wait in the review; the eighth stands half written where it was."""
    page = hand.page
    hand.press(page.get_by_role("link", name=str(plan)))
    expect(page.locator(".action-bar__say")).to_have_text("Your review: 7 comments, not sent")
    for comment in (*ASKED, SUGGESTED[0], NOTE):
        expect(thread(page, comment.words)).to_be_visible()
    last = SUGGESTED[1]
    assert Draft.objects.get().text == last.words
    hand.press(page.get_by_text("You have begun a comment and not sent it"))
    hand.press(page.locator(".unfinished").get_by_role("link", name=last.place))
    expect(page.get_by_text("You began this and have not sent it.")).to_be_visible()
    expect(page.locator("[data-phrase]")).to_have_text(last.about)
    expect(page.get_by_label("Your comment")).to_have_value(last.words)
    expect(page.get_by_label("The words you propose")).to_have_value(last.instead)
    expect(page.get_by_role("radio", name=last.kind)).to_be_checked()
    hand.press(page.get_by_role("button", name="Add the comment"))
    expect(thread(page, last.words).locator(".suggestion ins")).to_contain_text(
        "The lab does not know"
    )
    expect(page.locator(".action-bar__say")).to_have_text("Your review: 8 comments, not sent")
    assert Draft.objects.count() == 0


def sends_it(hand: Hand) -> None:
    """The words that comments are about stand there once more; then all goes out as one."""
    page = hand.page
    hand.press(page.get_by_role("link", name="Finish the review"))
    is_at(page, "Finish your review")
    listed = page.locator(".review-list__one")
    expect(listed).to_have_count(8)
    expect(listed.filter(has_text="Which ones?")).to_contain_text("Villages")
    expect(listed.filter(has_text="Was 2021 dry?").locator("ins")).to_contain_text("Four")
    criterion = page.get_by_role("group", name=CRITERION)
    hand.tick(criterion.get_by_role("radio", name="Partly met"))
    hand.write(criterion.get_by_label("A word about it"), "Of two villages, one is named.")
    hand.write(page.get_by_label("Summary for the lab"), "Nearly there.")
    hand.tick(page.get_by_role("radio", name="Request changes"))
    hand.press(page.get_by_role("button", name="Send the review"))
    expect(state(page)).to_have_text("Changes requested")


# -- answering it ----------------------------------------------------------------------------------


def sees_all_of_it(hand: Hand) -> None:
    """Eight threads, the summary and the mark; not the note."""
    page = hand.page
    page.reload()
    expect(page.locator(".columns__main .thread")).to_have_count(8)
    expect(page.get_by_text(NOTE.words)).to_have_count(0)
    expect(page.locator(".review")).to_contain_text("Nearly there.")
    expect(page.locator(".marks__one")).to_contain_text("Of two villages, one is named.")


def applies_both(hand: Hand) -> None:
    page = hand.page
    buttons = page.get_by_role("button", name="Apply these words")
    for left in (1, 0):
        hand.press(buttons.first)
        expect(buttons).to_have_count(left)
    for one in SUGGESTED:
        expect(page.locator("#text-challenge-background")).to_contain_text(one.instead)


def answers_the_rest(hand: Hand) -> None:
    """With a word each."""
    for comment in ASKED:
        discussion = thread(hand.page, comment.words)
        hand.press(discussion.locator("summary", has_text="Reply"))
        hand.write(discussion.get_by_label("Your reply"), comment.answer)
        hand.press(discussion.get_by_role("button", name="Mark as addressed"))
        expect(thread(hand.page, comment.words)).to_contain_text("Addressed")
        expect(thread(hand.page, comment.words)).to_contain_text(comment.answer)


def moves_one_partner_and_removes_another(hand: Hand) -> None:
    page = hand.page
    hand.press(page.get_by_role("link", name=skipping("Edit", "Partners")))
    is_at(page, "Partners")
    hand.press(page.get_by_role("button", name=skipping("Up", "Partner 2")))
    names = page.get_by_label("Name", exact=True)
    expect(names.first).to_have_value("Herders")
    hand.press(page.get_by_role("button", name=skipping("Remove", "Partner 3")))
    expect(names).to_have_count(2)


def hands_in_again(hand: Hand) -> None:
    """Everything asked for is answered, so that no word is asked for."""
    page = hand.page
    hand.press(page.get_by_role("link", name="Overview and submission").first)
    expect(page.locator(".checklist__progress")).to_contain_text("4 of 4")
    hand.press(page.get_by_role("link", name="Submit for review").first)
    is_at(page, "Submit for review")
    hand.press(page.get_by_role("button", name="Submit for review"))
    expect(state(page)).to_have_text("Submitted")


# -- the second reading ----------------------------------------------------------------------------


def sees_just_the_changes(hand: Hand, plan: Plan) -> None:
    """Unasked: first what was asked for with the answers, then the changes, then the plan."""
    page = hand.page
    page.goto(reverse("queue"))
    expect(page.locator(".queue tbody tr")).to_contain_text("new")
    hand.press(page.get_by_role("link", name=str(plan)))
    expect(page.locator(".checklist, .what-changed, .columns__main")).to_have_class(
        ["checklist", "what-changed no-print", "columns__main"]
    )
    expect(page.locator(".wish__answer")).to_have_count(3)
    expect(page.locator(".what-changed__list li")).to_have_text(CHANGES)
    expect(page.locator(".change-head")).to_have_count(len(CHANGES))
    background = page.locator("#at-challenge-background")
    expect(background.locator(".told ins")).to_contain_text(["Four", "The lab does not know"])
    expect(background.locator(".thread")).to_contain_text([one.words for one in SUGGESTED])
    removed = page.locator(".removed-row")
    expect(removed).to_contain_text("Drillers")
    expect(removed.locator(".thread")).to_contain_text("For nothing any more.")


def resolves_all(hand: Hand) -> None:
    page = hand.page
    for comment in (*ASKED, *SUGGESTED):
        hand.press(thread(page, comment.words).get_by_role("button", name="Resolve"))
        expect(thread(page, comment.words)).to_contain_text("Resolved")
    expect(page.locator("#talk-summary")).to_have_text("All threads are resolved.")


def approves(hand: Hand) -> None:
    page = hand.page
    hand.press(page.get_by_role("link", name="Approve"))
    expect(page.get_by_role("radio", name="Approve")).to_be_checked()
    hand.press(page.get_by_role("button", name="Send the review"))
    expect(state(page)).to_have_text("Approved")


def the_approved_version_is_named(hand: Hand, plan: Plan) -> None:
    page = hand.page
    version = plan.versions.latest("number")
    short = page.get_by_text(
        f"Version {version.number} is approved, fingerprint {version.hash[:10]}"
    )
    hand.press(short)
    expect(page.locator(".approval code")).to_have_text(version.hash)
    assert version.document.background == (
        "Four dry years in a row.\n\nThe lab does not know how deep the water is."
    )
    assert [partner.name for partner in version.document.partners] == [
        "Herders",
        "Water users' association",
    ]

"""Pointing at words and proposing others, as the pages do it: asked, refused, kept, done."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from django.urls import reverse

from plans import authoring, reviewing, workflow
from plans.authoring import Change
from plans.models import Decision, Plan, Suggestion, Thread
from plans.phrases import Phrase
from plans.states import Act
from tests.plans.test_reading import page, words
from tests.plans.test_review_web import HTMX, post, text_of

if TYPE_CHECKING:
    from django.test import Client

    from accounts.models import User
    from tests.personas import Network

TEXT = "The wells are dry.\nIn spring the wells are full.\n\nSee https://example.org/wells now."
PLACE = "challenge.background"


@pytest.fixture
def plan(network: Network) -> Plan:
    """A plan that waits for a review."""
    plan = network.plan("draft")
    authoring.save(plan, {"background": Change(TEXT)}, actor=network["member"])
    return workflow.move(plan, Act.SUBMIT, actor=network["member"])


@pytest.fixture
def thread(plan: Plan, reviewer: User) -> Thread:
    """Other words for three of them, sent; the plan is the lab's again."""
    thread = point(plan, reviewer, "dry", "empty")
    give_back(plan, reviewer)
    return thread


def point(plan: Plan, actor: User, said: str, instead: str | None = None) -> Thread:
    """A pending thread at some words of the background."""
    return reviewing.open_thread(
        plan, PLACE, "Look.", actor=actor, phrase=Phrase(said), instead=instead
    )


def give_back(plan: Plan, actor: User) -> None:
    """The review is sent, and the plan is the lab's again."""
    reviewing.send(plan, Decision.CHANGES_REQUESTED, actor=actor, summary="See there.")


def opened(client: Client, plan: Plan, actor: User, **typed: Any) -> str:
    """The text of the page after a new thread was sent, and where it stands."""
    data = {"on": PLACE, "text": "Look.", "kind": "optional"} | typed
    return text_of(post(client, actor, reverse("thread_new", args=(plan.pk,)), **data))


def background(plan: Plan) -> str:
    """What the plan says now."""
    return Plan.objects.get(pk=plan.pk).background


# -- pointing --------------------------------------------------------------------------------------


def test_the_page_of_a_place_shows_its_text_and_asks_which_words(
    client: Client, plan: Plan, reviewer: User
) -> None:
    address = reverse("thread_new", args=(plan.pk,)) + f"?on={PLACE}"

    html = page(client, reviewer, address)

    assert f"readonly data-choose>\n{TEXT}</textarea>" in html
    assert "Which words? (leave empty for the whole answer)" in html


def test_a_place_without_a_text_does_not_ask_for_words(
    client: Client, plan: Plan, reviewer: User
) -> None:
    html = page(
        client, reviewer, reverse("thread_new", args=(plan.pk,)) + "?on=classification.sdgs"
    )

    assert "Which words?" not in html
    assert "Propose other words" not in html


def test_words_are_found_however_they_are_spaced(
    client: Client, plan: Plan, reviewer: User
) -> None:
    text = opened(client, plan, reviewer, words="are dry. In   spring")

    thread = plan.threads.get()
    assert (thread.phrase, thread.before) == ("are dry.\nIn spring", "The wells ")
    assert "Your comment is part of your review now." in text


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"words": "moon"}, "These words are not there like this."),
        ({"words": "wells are"}, "These words stand here more than once."),
        ({"words": "wells are", "which": "nonsense\x00"}, "These words stand here more than once."),
        ({"words": "w" * 2001}, "This is 1 character too long."),
        ({"words": "mo\x00on"}, "These words are not there like this."),
        ({"words": "dry", "instead": "w" * 40_001}, "This is 1 character too long."),
        (
            {"words": "dry", "instead": "The wells are empty.", "offered": TEXT},
            "Your proposal will stand in place of “dry” only.",
        ),
        (
            {"words": "dry", "instead": "empty", "kind": "note"},
            "The lab does not see a note, and cannot take words over from it.",
        ),
        ({"words": "dry", "instead": "dry"}, "These are the words that stand there already."),
    ],
    ids=[
        *("not there", "several", "several, none of them", "long", "broken"),
        *("long proposal", "other words meanwhile", "note", "the same"),
    ],
)
def test_what_cannot_be_is_said_beside_its_box_and_nothing_is_lost(
    client: Client, plan: Plan, reviewer: User, typed: dict[str, str], says: str
) -> None:
    data = {"on": PLACE, "text": "Look closely.", "kind": "optional"} | typed
    html = post(client, reviewer, reverse("thread_new", args=(plan.pk,)), **data).content.decode()

    assert says in words(html)
    assert "Look closely." in html
    assert typed["words"] in html
    assert plan.threads.count() == 0


def test_pressed_again_the_proposal_stands_for_the_words_it_was_said_to(
    client: Client, plan: Plan, reviewer: User
) -> None:
    opened(client, plan, reviewer, words="dry", instead="empty", offered="dry")

    assert plan.threads.get().suggestion.words == "empty"


def test_of_words_that_stand_several_times_one_place_is_chosen(
    client: Client, plan: Plan, reviewer: User
) -> None:
    html = post(
        client,
        reviewer,
        reverse("thread_new", args=(plan.pk,)),
        on=PLACE,
        text="Look.",
        kind="optional",
        words="wells are",
    ).content.decode()
    second = f"{PLACE}:{TEXT.rindex('wells are')}"
    assert html.count('name="which"') == 2
    assert f'value="{second}"' in html

    opened(client, plan, reviewer, words="wells are", which=second)

    assert plan.threads.get().before.endswith("In spring the ")


def test_words_of_a_row_are_found_in_the_answer_they_stand_in(
    client: Client, network: Network, reviewer: User
) -> None:
    plan = network.plan("submitted")
    row = plan.partners.get()

    text = opened(client, plan, reviewer, on=f"partners/{row.pk}", words="gauges")

    assert plan.threads.get().place == f"partners/{row.pk}/description"
    assert "Partner 1: Description of the collaboration" in text or "Partner 1:" in text


def test_what_is_as_it_was_offered_proposes_nothing(
    client: Client, plan: Plan, reviewer: User
) -> None:
    opened(client, plan, reviewer, words="dry", instead="dry", offered="dry")

    assert Suggestion.objects.count() == 0
    assert plan.threads.get().phrase == "dry"


def test_what_was_typed_is_shown_when_the_lab_has_taken_the_plan_back(
    client: Client, plan: Plan, reviewer: User, network: Network
) -> None:
    manager = network["network_manager"]
    workflow.move(plan, Act.RECALL, actor=network["member"])

    text = opened(client, plan, manager, words="dry", instead="empty", offered="dry")

    assert "The lab has this plan now; open threads once it is handed in again." in text
    assert "dry Look. empty" in text
    text = opened(client, plan, manager, words="dry", offered="dry")  # a page grown old
    assert "dry Look." in text


def test_words_being_proposed_are_kept_for_later_and_offered_again_where_they_were(
    client: Client, plan: Plan, reviewer: User
) -> None:
    typed = {"words": "dry", "instead": "nearly empty", "offered": "dry", "kind": "optional"}
    data = {"at": f"new:{PLACE}", "text": "Plainer?"} | typed

    done = post(client, reviewer, reverse("draft_keep", args=(plan.pk,)), **data)

    assert "Kept, and not sent. Nobody else sees it." in text_of(done)
    assert "Plainer?" in words(page(client, reviewer, plan.get_absolute_url()))
    html = page(client, reviewer, reverse("thread_new", args=(plan.pk,)) + f"?on={PLACE}")
    assert "You began this and have not sent it." in html
    assert "<q>dry</q>" in html
    for kept in ("Plainer?", "nearly empty"):
        assert f">\n{kept}</textarea>" in html
    assert '<details class="composer__instead" open>' in html
    checked = re.search(r'name="kind" value="(\w+)"[^>]* checked', html)
    assert checked
    assert checked[1] == "optional"


# -- marks -----------------------------------------------------------------------------------------


def marked(client: Client, plan: Plan, reader: User) -> str:
    """How the background is drawn for somebody."""
    html = page(client, reader, plan.get_absolute_url())
    begin = html.index('id="text-challenge-background"')
    return html[begin : html.index("</div>", begin)]


def test_words_that_are_pointed_at_are_marked_and_lead_to_their_thread_and_back(
    client: Client, plan: Plan, reviewer: User
) -> None:
    thread = point(plan, reviewer, "dry")

    html = page(client, reviewer, plan.get_absolute_url())

    assert (
        '<mark class="phrase">dry</mark><span class="phrase__end">'
        f'<a class="phrase__to no-print" id="phrase-{thread.pk}"' in html
    )
    assert f'href="#thread-{thread.pk}"' in html
    assert f'href="#phrase-{thread.pk}"' in html
    assert "[comment on “dry”, not sent yet]" in words(html)


def test_marks_lie_over_each_other_and_over_addresses_and_line_ends(
    client: Client, plan: Plan, reviewer: User
) -> None:
    for said in ("wells are dry. In spring", "are dry", "full. See https://example"):
        point(plan, reviewer, said)

    html = marked(client, plan, reviewer)

    assert (
        '<mark class="phrase">wells </mark><mark class="phrase phrase--several">are dry</mark>'
        in html
    )
    assert '<br><mark class="phrase">In spring</mark>' in html
    assert '<mark class="phrase">https://example</mark>.org/wells</a>' in html
    assert html.count('class="phrase__to') == 3


def test_pending_marks_are_their_authors_alone(
    client: Client, plan: Plan, reviewer: User, member: User
) -> None:
    point(plan, reviewer, "dry")

    assert "<mark" in marked(client, plan, reviewer)
    assert "<mark" not in marked(client, plan, member)


def test_resolved_threads_mark_nothing(client: Client, thread: Thread, reviewer: User) -> None:
    reviewing.resolve(thread, actor=reviewer)

    assert "<mark" not in marked(client, thread.plan, reviewer)


def test_a_thread_says_that_its_words_are_gone_and_shows_them_as_they_stood(
    client: Client, plan: Plan, reviewer: User, member: User
) -> None:
    point(plan, reviewer, "dry")
    give_back(plan, reviewer)
    authoring.save(plan, {"background": Change("All is well.")}, actor=member)

    text = words(page(client, member, plan.get_absolute_url()))

    assert "These words are not there any more. How they stood …The wells are dry" in text


def test_a_thread_on_words_of_a_row_that_is_gone_stays_readable(
    client: Client, network: Network, reviewer: User, member: User
) -> None:
    plan = network.plan("submitted")
    row = plan.partners.get()
    reviewing.open_thread(
        plan, f"partners/{row.pk}", "Which?", actor=reviewer, phrase=Phrase("gauges")
    )
    give_back(plan, reviewer)
    authoring.remove_row(plan, "partners", row.pk, actor=member)

    read = words(page(client, member, plan.get_absolute_url()))
    written = page(client, member, reverse("plan_section", args=(plan.pk, "partners")))

    assert "This part was removed. What it said …They read the gauges" in read
    assert "Which?" in words(written)


# -- answering a suggestion ------------------------------------------------------------------------


def test_one_press_applies_the_words_and_the_history_names_both(
    client: Client, thread: Thread, member: User, reviewer: User
) -> None:
    answer = post(client, member, reverse("suggestion_apply", args=(thread.pk,)))

    assert background(thread.plan) == TEXT.replace("dry", "empty")
    assert "The words are in the plan now." in text_of(answer)
    history = words(page(client, member, reverse("plan_history", args=(thread.plan_id,))))
    assert f"{member} applied a suggestion" in history
    assert f"proposed by {reviewer}" in history
    written = words(page(client, member, reverse("plan_written", args=(thread.plan_id,))))
    assert f"With words that {reviewer} proposed." in written


def test_one_that_does_not_fit_any_more_is_said_to_and_not_offered(
    client: Client, thread: Thread, member: User
) -> None:
    authoring.save(thread.plan, {"background": Change("All is well.")}, actor=member)

    html = page(client, member, thread.plan.get_absolute_url())
    answer = post(client, member, reverse("suggestion_apply", args=(thread.pk,)))

    assert reverse("suggestion_apply", args=(thread.pk,)) not in html
    assert "this does not fit any more and cannot be applied" in words(html)
    assert "this suggestion does not fit any more" in text_of(answer)
    assert background(thread.plan) == "All is well."


def test_while_the_plan_is_locked_the_thread_says_so(
    client: Client, plan: Plan, reviewer: User, member: User
) -> None:
    thread = point(plan, reviewer, "dry", "empty")
    reviewing.send(plan, Decision.COMMENTED, actor=reviewer, summary="See there.")

    html = page(client, member, plan.get_absolute_url())
    answer = post(client, member, reverse("suggestion_apply", args=(thread.pk,)))

    assert "you can apply it once the plan is with you again" in words(html)
    assert (answer.status_code, background(plan)) == (200, TEXT)


@pytest.mark.parametrize("reason", ["", "  \n", "\x00", "w" * 10_001])
def test_a_suggestion_is_not_declined_without_a_word_or_with_too_many(
    client: Client, thread: Thread, member: User, reason: str
) -> None:
    address = reverse("suggestion_decline", args=(thread.pk,))

    answer = post(client, member, address, reason=reason, headers=HTMX)

    assert 'class="field-error"' in answer.content.decode()
    assert Suggestion.objects.get().status == "waiting"


def test_a_suggestion_is_declined_with_a_word(
    client: Client, thread: Thread, member: User, reviewer: User
) -> None:
    address = reverse("suggestion_decline", args=(thread.pk,))

    answer = post(client, member, address, reason="Dry is what they are.")

    text = text_of(answer)
    assert "Your own words stay, and the reviewer is told why." in text
    assert f"Words of {reviewer}, declined by {member}" in text
    assert "Dry is what they are." in text
    assert background(thread.plan) == TEXT


def test_a_thread_without_a_suggestion_has_none_to_answer(
    client: Client, plan: Plan, reviewer: User, member: User
) -> None:
    thread = point(plan, reviewer, "dry")
    give_back(plan, reviewer)

    for name in ("suggestion_apply", "suggestion_decline"):
        assert post(client, member, reverse(name, args=(thread.pk,))).status_code == 404


# -- in the form -----------------------------------------------------------------------------------


def written(client: Client, plan: Plan, actor: User, do: str, **typed: str) -> str:
    """The text of the section's page after a button was pressed in it."""
    address = reverse("plan_section", args=(plan.pk, "challenge"))
    client.force_login(actor)
    html = client.get(address).content.decode()
    base = html.split('name="base" value="')[1].split('"')[0]
    data = {"base": base.replace("&quot;", '"'), "typed_by": actor.pk, "do": do} | typed
    return words(client.post(address, data, follow=True).content.decode())


def test_applied_in_the_form_what_is_typed_is_saved_before(
    client: Client, thread: Thread, member: User
) -> None:
    plan = thread.plan
    typed = {
        "background": TEXT + " More.",
        "challenge_statement": "Typed just now.",
        "value_proposition": "V",
        "summary": "S",
    }

    text = written(client, plan, member, f"apply:{thread.pk}", **typed)

    plan = Plan.objects.get(pk=plan.pk)
    assert plan.background == TEXT.replace("dry", "empty") + " More."
    assert plan.challenge_statement == "Typed just now."
    assert "Saved, with the words of the reviewer in it." in text


@pytest.mark.parametrize(
    ("which", "typed", "says"),
    [
        ("", "All is well.", "this suggestion does not fit any more"),
        ("999999999", TEXT, "This suggestion is not there any more."),
        ("9" * 30, TEXT, "This suggestion is not there any more."),
        ("x\x00", TEXT, "This suggestion is not there any more."),
    ],
    ids=["typed over", "unknown", "huge", "nonsense"],
)
def test_one_that_cannot_be_applied_in_the_form_is_refused_in_words(
    client: Client, thread: Thread, member: User, which: str, typed: str, says: str
) -> None:
    text = written(client, thread.plan, member, f"apply:{which or thread.pk}", background=typed)

    assert says in text
    assert background(thread.plan) == typed


def test_nothing_is_applied_while_something_else_cannot_be_saved(
    client: Client, thread: Thread, member: User
) -> None:
    text = written(
        client,
        thread.plan,
        member,
        f"apply:{thread.pk}",
        background=TEXT,
        summary="w" * 281,
    )

    assert "The words are not applied yet: first look at what could not be saved below." in text
    assert background(thread.plan) == TEXT

"""Acts and threads in the browser: what the pages ask, refuse in words, keep, and do."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Any

import pytest
from django.urls import reverse
from django.utils import timezone

from plans import reviewing, scheduling, workflow
from plans.models import Plan, Thread
from plans.states import Act, State
from tests.factories import reviewer_of, sent_thread
from tests.plans.test_reading import page, words

if TYPE_CHECKING:
    from django.test import Client
    from django.test.client import _MonkeyPatchedWSGIResponse as Response
    from pytest_django import DjangoAssertNumQueries

    from accounts.models import User
    from tests.personas import Network

HTMX = {"HX-Request": "true"}


def act(plan: Plan, name: str) -> str:
    """The address of an act."""
    return reverse("plan_act", args=(plan.pk, name))


def review(plan: Plan) -> str:
    """The address where a review is ended."""
    return reverse("plan_review", args=(plan.pk,))


def post(client: Client, user: User, address: str, **data: Any) -> Response:
    """What this person gets for sending a form, after any redirect."""
    client.force_login(user)
    headers = data.pop("headers", None)
    return client.post(address, data, headers=headers, follow=True)


def text_of(answer: Response) -> str:
    """The text of an answer in one line."""
    return words(answer.content.decode())


def thread_on(network: Network, plan: Plan, place: str = "challenge.background") -> Thread:
    """An open must-fix thread of the reviewer's."""
    return sent_thread(plan, place, "Who counted?", actor=network["reviewer"])


# -- acts ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "persona", "before", "after"),
    [
        ("submit", "member", "draft", "submitted"),
        ("recall", "member", "submitted", "draft"),
        ("reopen", "reviewer", "approved", "changes_requested"),
        ("withdraw", "member", "submitted", "withdrawn"),
        ("restore", "member", "withdrawn", "draft"),
    ],
)
def test_an_act_is_asked_for_then_done_then_said(
    client: Client, network: Network, name: str, persona: str, before: str, after: str
) -> None:
    plan = network.plan(before)
    html = page(client, network[persona], act(plan, name))
    assert '<form class="form" method="post"' in html

    answer = post(client, network[persona], act(plan, name), note="Because.")

    plan.refresh_from_db()
    assert plan.state == after
    assert answer.redirect_chain == [(plan.get_absolute_url(), 302)]
    assert "“Wells that answer” is" in text_of(answer)
    assert plan.events.first().note == "Because."  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("name", "persona", "decision", "said"),
    [
        ("request_changes", "reviewer", "changes_requested", "Changes to “Wells that answer” are"),
        ("approve", "reviewer", "approved", "“Wells that answer” is approved."),
        ("approve", "network_manager", "approved", "“Wells that answer” is approved."),
    ],
)
def test_a_decision_is_the_end_of_a_review(
    client: Client, network: Network, name: str, persona: str, decision: str, said: str
) -> None:
    plan = network.plan("submitted")
    client.force_login(network[persona])
    asked = client.get(act(plan, name), follow=True)
    assert asked.redirect_chain == [(f"{review(plan)}?decision={decision}", 302)]
    assert re.findall(r'name="decision" value="(\w+)"[^>]*checked', asked.content.decode()) == [
        decision
    ]

    answer = post(client, network[persona], review(plan), decision=decision, summary="Because.")

    plan.refresh_from_db()
    assert plan.state == decision
    assert answer.redirect_chain == [(plan.get_absolute_url(), 302)]
    assert said in text_of(answer)
    assert plan.events.first().note == "Because."  # type: ignore[union-attr]


def begins_with(client: Client, person: User, plan: Plan) -> tuple[list[str], list[str]]:
    """The marks and words about the criteria that stand on the page where a review is ended."""
    client.force_login(person)
    text = client.get(review(plan)).content.decode()
    marks = re.findall(r'name="mark_\d+" value="(\w*)"[^>]*checked', text)
    return marks, re.findall(r'name="word_\d+"[^>]*>\s*([^<]*)</textarea>', text)


def test_a_second_review_begins_with_what_its_reviewer_answered_last(
    client: Client, network: Network
) -> None:
    rosa, cora = network["reviewer"], reviewer_of(network.region, "Cora Colleague")
    plan = network.plan("submitted")
    criteria = [("The evidence is real", ""), ("Partners agreed", "")]
    scheduling.set_criteria(plan.cycle, criteria, actor=network["network_manager"])
    first, second = plan.cycle.criteria.all()
    assert begins_with(client, rosa, plan) == (["", ""], ["", ""])
    marks = {first: ("partly", "Whose?"), second: ("", "")}
    sent = reviewing.send(plan, "commented", actor=rosa, summary="Hm.", marks=marks)

    asked = client.get(review(plan))

    assert begins_with(client, rosa, plan) == (["partly", ""], ["Whose?", ""])
    assert "What you answered last is filled in" in text_of(asked)
    assert "In your last review ( version 1, " in text_of(asked)
    assert reverse("plan_review_sent", args=(plan.pk, sent.pk)) in asked.content.decode()
    assert begins_with(client, cora, plan) == (["", ""], ["", ""])
    assert not plan.reviews.filter(closed_at__isnull=True).exists()


def test_what_a_reviewer_has_changed_in_the_second_review_is_not_filled_in_again(
    client: Client, network: Network
) -> None:
    rosa, plan = network["reviewer"], network.plan("submitted")
    criteria = [("The evidence is real", ""), ("Partners agreed", "")]
    scheduling.set_criteria(plan.cycle, criteria, actor=network["network_manager"])
    first, second = plan.cycle.criteria.all()
    marks = {first: ("partly", "Whose?"), second: ("met", "")}
    reviewing.send(plan, "commented", actor=rosa, summary="Hm.", marks=marks)
    reviewing.keep(plan, actor=rosa, summary="", marks={first: ("", ""), second: ("met", "")})

    assert begins_with(client, rosa, plan) == (["", "met"], ["", ""])


@pytest.mark.parametrize(
    ("name", "persona", "state", "status"),
    [
        ("approve", "member", "submitted", 403),
        ("approve", "reviewer_in_lab", "submitted", 403),
        ("submit", "reviewer", "submitted", 403),
        ("withdraw", "other_member", "approved", 403),
        ("submit", "other_member", "draft", 404),
        ("approve", "other_reviewer", "submitted", 404),
        ("start", "member", "draft", 404),
        ("explode", "member", "draft", 404),
    ],
)
def test_never_yours_and_no_such_thing_are_two_answers(
    client: Client, network: Network, name: str, persona: str, state: str, status: int
) -> None:
    plan = network.plan(state)
    page(client, network[persona], act(plan, name), status)
    assert post(client, network[persona], act(plan, name)).status_code == status
    plan.refresh_from_db()
    assert plan.state == state


def test_what_is_not_possible_now_is_said_with_a_way_back(client: Client, network: Network) -> None:
    plan = network.plan("draft")
    html = page(client, network["network_manager"], act(plan, "reopen"))
    assert "“Wells that answer” is draft now, so this is not possible." in words(html)
    assert f'href="{plan.get_absolute_url()}">Back to the plan' in html
    assert "<textarea" not in html


def test_submitting_lists_what_is_missing_as_links(client: Client, network: Network) -> None:
    plan = workflow.start(network.lab, network.cycle, actor=network["member"])
    for html in (
        page(client, network["member"], act(plan, "submit")),
        post(client, network["member"], act(plan, "submit")).content.decode(),
    ):
        section = reverse("plan_section", args=(plan.pk, "challenge"))
        assert f'<a href="{section}#id_background">Background is missing.</a>' in html
        assert "15 answers are missing" in words(html)
    plan.refresh_from_db()
    assert plan.state == State.DRAFT


def test_a_closed_cycle_is_said_before_anything_is_typed(client: Client, network: Network) -> None:
    plan = network.plan("draft")
    network.cycle.closes_at = timezone.now() - dt.timedelta(days=1)
    network.cycle.save()
    for html in (
        page(client, network["member"], act(plan, "submit")),
        post(client, network["member"], act(plan, "submit"), note="Please!").content.decode(),
    ):
        assert "An administrator can give your lab more time; the plan is safe here." in words(html)
    assert "Please!" in html


def test_the_second_press_of_submit_is_a_quiet_success(client: Client, network: Network) -> None:
    plan = network.plan("draft")
    first = post(client, network["member"], act(plan, "submit"))
    second = post(client, network["member"], act(plan, "submit"))
    said = "“Wells that answer” is submitted. The reviewers of your region are told."
    assert said in text_of(first)
    assert said in text_of(second)
    assert plan.events.filter(kind="submit").count() == 1


def test_who_was_slower_is_told_so_and_keeps_the_words(client: Client, network: Network) -> None:
    plan = network.plan("approved")
    sent = {"decision": "changes_requested", "summary": "Not so fast."}
    answer = post(client, network["reviewer"], review(plan), **sent)
    assert "is approved now, so there is nothing to review at the moment." in text_of(answer)
    assert "Not so fast." in text_of(answer)


def test_requesting_changes_needs_words_or_a_thread(client: Client, network: Network) -> None:
    plan = network.plan("submitted")
    sent = {"decision": "changes_requested", "summary": " \n"}
    answer = post(client, network["reviewer"], review(plan), **sent)
    assert "Write a summary, or open a thread" in text_of(answer)
    plan.refresh_from_db()
    assert plan.state == State.SUBMITTED


def test_a_must_fix_thread_holds_up_the_approval_and_is_named(
    client: Client, network: Network
) -> None:
    plan = network.plan("submitted")
    thread = thread_on(network, plan)
    html = page(client, network["reviewer"], review(plan))
    assert "One earlier thread must still be fixed" in html
    assert f'{plan.get_absolute_url()}#thread-{thread.pk}">Background</a>' in html

    answer = post(client, network["reviewer"], review(plan), decision="approved", summary="Good.")

    assert "A must-fix thread is still open." in text_of(answer)
    assert "Good." in text_of(answer)
    plan.refresh_from_db()
    assert plan.state == State.SUBMITTED


def test_withdraw_and_restore_show_the_places(client: Client, network: Network) -> None:
    plan = network.plan("withdrawn")
    network.plan("draft", title="Gauges")
    html = words(page(client, network["member"], act(plan, "restore")))
    assert "Big bet Free Exploratory 1 Gauges Draft Exploratory 2 Free" in html


def test_withdrawing_says_which_place_becomes_free(
    client: Client, network: Network, member: User
) -> None:
    network.plan("draft", title="Gauges")
    plan = network.plan("submitted")
    untyped = workflow.start(network.lab, network.cycle, actor=member)

    html = words(page(client, member, act(plan, "withdraw")))
    assert f"The plan gives up its place in {network.cycle}, Exploratory 2, and another" in html
    assert "Big bet Free Exploratory 1 Gauges Draft Exploratory 2 This plan" in html
    html = words(page(client, member, act(untyped, "withdraw")))
    assert "This draft has no type yet and holds no place, so none becomes free." in html


def test_a_plan_whose_place_is_taken_is_restored_as_something_else(
    client: Client, network: Network, member: User
) -> None:
    plan = network.plan("withdrawn")
    for title in ("Gauges", "Pumps"):
        network.plan("draft", title=title)
    html = page(client, member, act(plan, "restore"))
    assert "are taken, by “Gauges” and “Pumps”." in words(html)
    offered = r'name="challenge_type" value="(\w*)"( [^>]*checked)?'
    assert [(kind, bool(on)) for kind, on in re.findall(offered, html)] == [
        ("big_bet", True),
        ("", False),
    ]

    post(client, member, act(plan, "restore"), challenge_type="big_bet")

    plan.refresh_from_db()
    assert (plan.state, plan.challenge_type, plan.slot) == ("draft", "big_bet", 1)


def test_a_plan_is_restored_without_a_type_where_no_place_is_free(
    client: Client, network: Network, member: User
) -> None:
    plan = network.plan("withdrawn")
    for kind in ("big_bet", "exploratory", "exploratory"):
        network.plan("draft", challenge_type=kind)

    post(client, member, act(plan, "restore"), challenge_type="")

    plan.refresh_from_db()
    assert (plan.state, plan.challenge_type, plan.slot) == ("draft", "", None)


def test_a_free_place_of_its_own_type_comes_first(
    client: Client, network: Network, member: User
) -> None:
    plan = network.plan("withdrawn")

    html = page(client, member, act(plan, "restore"))

    assert re.findall(r'name="challenge_type" value="(\w*)"[^>]*checked', html) == ["exploratory"]


def test_restoring_without_a_free_place_says_who_holds_them(
    client: Client, network: Network
) -> None:
    plan = network.plan("withdrawn")
    for title in ("Gauges", "Pumps"):
        network.plan("draft", title=title)
    answer = post(client, network["member"], act(plan, "restore"), note="Again.")
    assert "are taken, by “Gauges” and “Pumps”." in text_of(answer)
    assert "Again." in text_of(answer)


def test_an_administrator_is_told_that_it_is_on_behalf(client: Client, network: Network) -> None:
    plan = network.plan("draft")
    html = page(client, network["network_manager"], act(plan, "submit"))
    assert "You do this on behalf of others" in html
    assert "on behalf" not in page(client, network["member"], act(plan, "submit"))


def test_control_characters_do_no_harm(client: Client, network: Network) -> None:
    plan = network.plan("submitted")
    sent = {"decision": "approved", "summary": "Go\x00od\x07."}
    answer = post(client, network["reviewer"], review(plan), **sent)
    assert answer.status_code == 200
    assert plan.events.first().note == "Good."  # type: ignore[union-attr]


@pytest.mark.parametrize(("name", "queries"), [("submit", 7), ("withdraw", 5)])
def test_the_page_of_an_act_is_small(
    client: Client,
    network: Network,
    name: str,
    queries: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    plan = network.plan("draft")
    client.force_login(network["member"])
    with django_assert_num_queries(queries):
        client.get(act(plan, name))


# -- opening threads -------------------------------------------------------------------------------


def new(plan: Plan) -> str:
    """The address where a thread is begun."""
    return reverse("thread_new", args=(plan.pk,))


def test_a_thread_is_opened_on_a_page_of_its_own(client: Client, network: Network) -> None:
    plan = network.plan("submitted")
    html = page(client, network["reviewer"], f"{new(plan)}?on=challenge.background")
    assert "Comment on: Background" in html
    assert "Three dry years in a row." in html
    assert '<html lang="en"' in html

    answer = post(
        client,
        network["reviewer"],
        new(plan),
        on="challenge.background",
        text="Who?",
        kind="must_fix",
    )

    thread = plan.threads.get()
    assert (thread.place, thread.must_fix, thread.comments.get().text) == (
        "challenge.background",
        True,
        "Who?",
    )
    there = f"{plan.get_absolute_url()}#thread-{thread.pk}"
    assert answer.redirect_chain == [(there, 302)]


def test_htmx_swaps_the_form_and_then_the_thread_in_place(client: Client, network: Network) -> None:
    plan = network.plan("submitted")
    client.force_login(network["reviewer"])
    form = client.get(new(plan), {"on": "challenge"}, headers=HTMX).content.decode().strip()
    assert form.startswith('<div class="notes__new"')

    sent = {"on": "challenge", "text": "Who?", "kind": "optional"}
    answer = client.post(new(plan), sent, headers=HTMX)

    html = answer.content.decode()
    thread = plan.threads.get()
    assert thread.must_fix is False
    assert html.strip().startswith('<div class="thread thread--pending"')
    assert '<div class="notes__new"></div>' in html
    assert 'id="open-challenge" hx-swap-oob="true"></span>' in html
    assert "Your comment is part of your review now." in html
    assert "<html" not in html


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_an_empty_comment_is_refused_beside_its_box(
    client: Client, network: Network, headers: dict[str, str]
) -> None:
    plan = network.plan("submitted")
    sent = {"on": "plan", "text": " ", "kind": "optional"}
    answer = post(client, network["reviewer"], new(plan), **sent, headers=headers)
    assert 'id="new-plan-text_error" role="alert">Write something first.' in (
        answer.content.decode()
    )
    assert plan.threads.count() == 0


def test_a_comment_that_is_too_long_is_kept_in_its_box(client: Client, network: Network) -> None:
    plan = network.plan("submitted")
    text = "word " * 2001
    answer = post(client, network["reviewer"], new(plan), on="plan", text=text)
    assert "5 characters too long" in text_of(answer)
    assert text in answer.content.decode()


@pytest.mark.parametrize(
    "place", ["nowhere", "partners/not-a-row", "challenge.sdgs", "a\x00b", "evidence/" + "0" * 32]
)
def test_a_place_that_is_not_there_is_said_and_the_words_are_kept(
    client: Client, network: Network, place: str
) -> None:
    plan = network.plan("submitted")
    answer = post(client, network["reviewer"], new(plan), on=place, text="About this.")
    assert "That part of the plan is not there any more." in text_of(answer)
    assert "About this." in text_of(answer)


@pytest.mark.parametrize(
    ("persona", "state", "status"),
    [
        ("member", "submitted", 403),
        ("reviewer_in_lab", "submitted", 403),
        ("other_member", "approved", 403),
        ("other_member", "submitted", 404),
        ("other_reviewer", "submitted", 404),
        ("reviewer", "draft", 404),
    ],
)
def test_who_never_opens_threads(
    client: Client, network: Network, persona: str, state: str, status: int
) -> None:
    plan = network.plan(state)
    page(client, network[persona], new(plan), status)
    answer = post(client, network[persona], new(plan), on="plan", text="Hello.")
    assert answer.status_code == status
    assert plan.threads.count() == 0


def test_a_thread_on_a_draft_is_only_too_early(client: Client, network: Network) -> None:
    plan = network.plan("draft")
    answer = post(client, network["network_manager"], new(plan), on="plan", text="Hello.")
    assert "open threads once it is handed in again" in text_of(answer)
    assert "Hello." in text_of(answer)


# -- answering -------------------------------------------------------------------------------------


def test_a_reply_leads_back_to_its_thread(client: Client, network: Network) -> None:
    plan = network.plan("submitted")
    thread = thread_on(network, plan)
    answer = post(client, network["member"], reverse("thread_reply", args=(thread.pk,)), text="We.")
    there = f"{plan.get_absolute_url()}#thread-{thread.pk}"
    assert answer.redirect_chain == [(there, 302)]
    assert [comment.text for comment in thread.comments.all()] == ["Who counted?", "We."]


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_an_empty_reply_is_refused_where_it_was_written(
    client: Client, network: Network, headers: dict[str, str]
) -> None:
    thread = thread_on(network, network.plan("submitted"))
    address = reverse("thread_reply", args=(thread.pk,))
    html = post(client, network["member"], address, text="", headers=headers).content.decode()
    assert f'id="thread-{thread.pk}-text_error" role="alert">Write something first.' in html
    assert ("<html" in html) is not bool(headers)


@pytest.mark.parametrize(
    ("step", "persona", "before", "after", "said"),
    [
        ("address", "member", "open", "addressed", "The thread is marked as addressed."),
        ("resolve", "reviewer", "open", "resolved", "The thread is resolved."),
        ("resolve", "reviewer", "addressed", "resolved", "The thread is resolved."),
        ("reopen", "reviewer", "resolved", "open", "The thread is open again."),
        ("address", "member", "addressed", "addressed", "The thread is marked as addressed."),
    ],
)
def test_steps_of_a_thread(
    client: Client,
    network: Network,
    step: str,
    persona: str,
    before: str,
    after: str,
    said: str,
) -> None:
    thread = thread_on(network, network.plan("submitted"))
    Thread.objects.filter(pk=thread.pk).update(status=before)
    address = reverse("thread_step", args=(thread.pk, step))
    assert said in text_of(post(client, network[persona], address, text="So."))
    Thread.objects.filter(pk=thread.pk).update(status=before)
    html = post(client, network[persona], address, text="So.", headers=HTMX).content.decode()
    assert f'<div class="thread thread--{after}"' in html
    assert f'<p class="skipped" id="said" role="status" hx-swap-oob="innerHTML">{said}</p>' in html
    thread.refresh_from_db()
    assert thread.status == after


def test_addressing_without_a_word_is_refused_beside_the_box(
    client: Client, network: Network
) -> None:
    thread = thread_on(network, network.plan("submitted"))
    address = reverse("thread_step", args=(thread.pk, "address"))

    for headers in (None, HTMX):
        answer = post(client, network["member"], address, text=" ", headers=headers)
        html = answer.content.decode()
        assert re.findall(
            r'<p class="field-error" id="thread-\d+-text_error"[^>]*>([^<]+)', html
        ) == ["Say in a few words how: what you changed, or why you left it."]
        assert re.search(r"<textarea[^>]* autofocus", html)
    assert Thread.objects.get(pk=thread.pk).status == "open"


def test_a_step_that_came_too_late_is_said_and_the_words_are_kept(
    client: Client, network: Network
) -> None:
    thread = thread_on(network, network.plan("submitted"))
    reviewing.resolve(thread, actor=network["reviewer"])
    address = reverse("thread_step", args=(thread.pk, "address"))
    answer = post(client, network["member"], address, text="We did it.")
    assert "This thread is resolved now." in text_of(answer)
    assert "We did it." in text_of(answer)


@pytest.mark.parametrize(
    ("step", "persona", "status"),
    [
        ("resolve", "member", 403),
        ("reopen", "reviewer_in_lab", 403),
        ("address", "reviewer", 403),
        ("address", "other_member", 404),
        ("resolve", "other_reviewer", 404),
        ("explode", "reviewer", 404),
    ],
)
def test_whose_steps_they_never_are(
    client: Client, network: Network, step: str, persona: str, status: int
) -> None:
    thread = thread_on(network, network.plan("submitted"))
    address = reverse("thread_step", args=(thread.pk, step))
    page(client, network[persona], address, status)
    assert post(client, network[persona], address).status_code == status
    thread.refresh_from_db()
    assert thread.status == "open"


def test_threads_of_an_approved_plan_stay_between_those_concerned(
    client: Client, network: Network
) -> None:
    plan = network.plan("submitted")
    thread = thread_on(network, plan)
    reviewing.resolve(thread, actor=network["reviewer"])
    workflow.move(plan, Act.APPROVE, actor=network["reviewer"])
    address = reverse("thread_reply", args=(thread.pk,))
    page(client, network["other_member"], address, 403)
    assert post(client, network["other_member"], address, text="Hi.").status_code == 403
    assert "Who counted?" in page(client, network["lead"], address)


def test_the_buttons_are_the_steps_this_person_may_take(client: Client, network: Network) -> None:
    plan = network.plan("submitted")
    thread = thread_on(network, plan)
    steps = {
        name: reverse("thread_step", args=(thread.pk, name))
        for name in ("address", "resolve", "reopen")
    }
    for persona, offered in (("member", ["address"]), ("reviewer", ["resolve"])):
        html = page(client, network[persona], plan.get_absolute_url())
        assert [name for name, address in steps.items() if address in html] == offered


def test_a_point_on_the_map_is_spoken_of_as_a_place(client: Client, network: Network) -> None:
    plan = network.plan("submitted")
    Plan.objects.filter(pk=plan.pk).update(latitude=47.9, longitude=106.9)
    sent_thread(plan, "title.latitude", "Which end of the valley?", actor=network["reviewer"])

    client.force_login(network["reviewer"])
    said = text_of(client.get(plan.get_absolute_url()))

    assert "Place 47.9° N, 106.9° E" in said
    assert "Comment on Place" in said
    assert "Latitude" not in said

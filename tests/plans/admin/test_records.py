"""Threads, versions, events and the outbox in the administration."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.test import Client
from django.utils import timezone

from plans.models import (
    Notification,
    Plan,
)
from plans.notifications import MOST_ATTEMPTS
from tests.plans.admin.pages import DAY, MODELS, listed, page, said, text


def test_threads_say_in_words_what_they_are_about(manager: Client, discussed: Plan) -> None:
    threads = manager.get(page("thread"), {"plan__id__exact": discussed.pk})
    model_admin: Any = admin.site._registry[MODELS["thread"]]
    assert [model_admin.place_in_words(row) for row in threads.context["cl"].result_list] == [
        "Partners",
        "Challenge: Background",
        "the whole plan",
    ]
    assert str(discussed.partners.get().pk) not in text(threads)
    assert len(listed(manager.get(page("thread"), {"q": "dry years"}))) == 1
    assert listed(manager.get(page("thread"), {"status__exact": "resolved"})) == []


def test_a_threads_page_holds_its_comments(manager: Client, discussed: Plan) -> None:
    thread = discussed.threads.get(place="challenge.background")
    shown = text(manager.get(page("thread", "change", thread.pk)))
    assert "Which villages?" in shown
    assert "Three dry years in a row." in shown


def test_a_versions_page_leads_to_the_plan_as_it_was(manager: Client, discussed: Plan) -> None:
    version = discussed.versions.get()
    shown = manager.get(page("version", "change", version.pk))
    assert "Mira Member" in text(shown)
    assert [link.address for link in shown.context["links"]] == [
        f"/plans/{discussed.pk}/versions/1/",
        page("plan", "change", discussed.pk),
    ]


def test_events_are_filtered_by_kind_and_capacity(manager: Client, discussed: Plan) -> None:
    assert listed(manager.get(page("event"), {"kind__exact": "submit"})) == [
        "submitted the plan for review"
    ]
    assert len(listed(manager.get(page("event"), {"as": "reviewer"}))) == 3
    assert listed(manager.get(page("event"), {"as": "administrator"})) == []


def test_notifications_say_whether_they_were_sent(manager: Client, discussed: Plan) -> None:
    sent, given_up, *waiting = Notification.objects.order_by("pk")
    Notification.objects.filter(pk=sent.pk).update(sent_at=timezone.now(), attempts=1)
    Notification.objects.filter(pk=given_up.pk).update(
        attempts=MOST_ATTEMPTS, last_error="No such mailbox"
    )
    by_state = {
        state: len(listed(manager.get(page("notification"), {"state": state})))
        for state in ("sent", "waiting", "given_up")
    }
    assert by_state == {"sent": 1, "waiting": len(waiting), "given_up": 1}
    assert "No such mailbox" in text(manager.get(page("notification")))


def test_what_was_given_up_is_sent_again_and_what_was_sent_is_not(
    manager: Client, discussed: Plan
) -> None:
    later = timezone.now() + DAY
    sent, given_up, *_others = Notification.objects.order_by("pk")
    Notification.objects.filter(pk=sent.pk).update(sent_at=timezone.now(), attempts=1)
    Notification.objects.filter(pk=given_up.pk).update(attempts=MOST_ATTEMPTS, due_at=later)
    answer = manager.post(
        page("notification"),
        {"action": "send_again", "_selected_action": [sent.pk, given_up.pk]},
    )
    assert said(answer) == [
        "1 notification is tried again now.",
        "1 notification has been sent already, and is not sent twice.",
    ]
    given_up.refresh_from_db()
    sent.refresh_from_db()
    assert (given_up.attempts, given_up.sent_at, given_up.due_at < later) == (0, None, True)
    assert sent.attempts == 1

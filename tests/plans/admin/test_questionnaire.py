"""The words of the questionnaire in the administration."""

from __future__ import annotations

from django.test import Client

from plans.importers import seeds
from plans.models import (
    Question,
)
from tests.plans.admin.pages import listed, page, text


def test_labels_and_guidance_are_edited_and_nothing_is_added(manager: Client) -> None:
    seeds.load()
    question = Question.objects.get(field="background")
    sent = {"label": "The story so far", "guidance": "In your words.", "section": "title"}
    assert manager.post(page("question", "change", question.pk), sent).status_code == 302
    question.refresh_from_db()
    assert (question.section, question.label, question.guidance) == (
        "challenge",
        "The story so far",
        "In your words.",
    )
    assert manager.get(page("question", "add")).status_code == 403
    assert manager.get(page("question", "delete", question.pk)).status_code == 403


def test_the_questionnaire_is_listed_in_the_order_of_the_form(manager: Client) -> None:
    Question.objects.create(section="closing", label="Closing")
    Question.objects.create(section="title", label="Title")
    Question.objects.create(section="partners", label="Partners")
    Question.objects.create(section="partners", field="name", label="Who")
    assert listed(manager.get(page("question"))) == ["Title", "Partners", "Who", "Closing"]
    assert listed(manager.get(page("question"), {"section": "partners"})) == ["Partners", "Who"]
    assert "each partner" in text(manager.get(page("question")))

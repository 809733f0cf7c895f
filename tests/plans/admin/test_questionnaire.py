"""The words of the questionnaire in the administration."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from django.test import Client
from django.urls import reverse

from plans.importers import seeds
from plans.models import (
    Question,
)
from tests.plans.admin.pages import listed, page, text

if TYPE_CHECKING:
    from tests.personas import Network


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


def test_what_is_changed_shows_at_once_the_first_line_and_the_rest_folded(
    manager: Client, network: Network
) -> None:
    question = Question.objects.create(
        section="challenge", field="background", label="Background", guidance="Tell the story."
    )
    form = reverse("plan_section", args=(network.plan().pk, "challenge"))
    writer = Client()
    writer.force_login(network.people["member"])
    assert "Tell the story." in writer.get(form).content.decode()

    sent = {"label": "The story", "guidance": "In <your> words.\r\nNot in mine.\r\n\r\nEver."}
    manager.post(page("question", "change", question.pk), sent)

    html = writer.get(form).content.decode()
    assert re.findall(r'<label class="form-label" for="id_background">(.*?)</label>', html) == [
        "The story"
    ]
    assert '<div class="form-text" id="id_background_helptext">In &lt;your&gt; words.</div>' in html
    folded = (
        r'<details class="guidance"><summary>More about this question</summary>'
        r"<p>Not in mine.</p>\s*<p>Ever.</p></details>"
    )
    assert re.search(folded, html)
    assert re.search(
        r'<textarea name="background"[^>]* aria-describedby="id_background_helptext"', html
    )
    assert "Tell the story." not in html


def test_every_question_of_the_form_has_guidance_of_which_the_first_line_is_short(
    network: Network,
) -> None:
    seeds.load()

    lines = {
        question.label: question.guidance.splitlines()[0] for question in Question.objects.all()
    }

    assert {label: line for label, line in lines.items() if not 20 <= len(line) <= 240} == {}

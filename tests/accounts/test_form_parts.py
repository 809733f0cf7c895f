"""How questions and errors are shown, whatever the form."""

from __future__ import annotations

import re

import pytest
from django import forms
from django.template import Context, Template

from accounts.templatetags.form_parts import characters
from accounts.templatetags.people import browser


class Form(forms.Form):
    """One input of each kind."""

    summary = forms.CharField(
        label="Summary", help_text="In short.", widget=forms.Textarea(attrs={"placeholder": "x"})
    )
    goals = forms.MultipleChoiceField(
        label="Goals", choices=[("1", "One"), ("2", "Two")], widget=forms.CheckboxSelectMultiple
    )

    def clean(self) -> None:
        raise forms.ValidationError("Both together do not fit.")


def show(template: str, **context: object) -> str:
    return Template("{% load form_parts %}" + template).render(Context(context))


def test_a_form_that_was_not_sent_has_no_summary_of_errors() -> None:
    assert show('{% include "components/error_summary.html" %}', form=Form()).strip() == ""


def test_each_error_is_a_link_to_its_input() -> None:
    page = show('{% include "components/error_summary.html" %}', form=Form({}))
    assert "There are 3 problems" in page
    assert re.findall(r'<a href="#(\w+)">(.*?)</a>', page) == [
        ("id_summary", "Summary: This field is required."),
        ("id_goals", "Goals: This field is required."),
    ]
    assert "Both together do not fit." in page


def test_what_links_lead_to_is_there() -> None:
    form = Form({})
    page = show(
        '{% for field in form %}{% include "components/field.html" %}{% endfor %}', form=form
    )
    assert '<textarea name="summary"' in page
    assert 'id="id_summary"' in page
    assert '<fieldset class="field choices" id="id_goals"' in page
    assert len(re.findall(r'id="id_goals"', page)) == 1


def test_an_input_names_its_guidance_its_error_and_its_count() -> None:
    field = Form({})["summary"]
    page = show('{% include "components/field.html" with most=280 %}', field=field)
    described = re.search(r'aria-describedby="([^"]+)"', page)
    assert described
    assert described[1].split() == ["id_summary_helptext", "id_summary_error", "id_summary_count"]
    for name in described[1].split():
        assert f'id="{name}"' in page
    assert "placeholder" not in page
    assert "0 of 280 characters" in page


@pytest.mark.parametrize(
    ("text", "count"),
    [("", 0), (None, 0), ("äöü", 3), ("🌍🌍", 2), ("a\r\nb", 3), ("a\nb", 3), (" a ", 3)],
)
def test_characters_are_counted_as_people_count_them(text: str | None, count: int) -> None:
    assert characters(text) == count


@pytest.mark.parametrize(
    ("called", "named"),
    [
        (
            "Mozilla/5.0 (Windows NT 10.0; rv:140.0) Gecko/20100101 Firefox/140.0",
            "Firefox on Windows",
        ),
        ("Mozilla/5.0 (Linux; Android 14) Chrome/130.0 Mobile Safari/537.36", "Chrome on Android"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18) Version/18.0 Safari/604.1", "Safari on iPhone"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/130.0 Safari/537.36 Edg/130.0", "Edge on Windows"),
        ("curl/8.0", "curl/8.0"),
        ("", "An unknown browser"),
    ],
)
def test_browsers_are_named_as_people_know_them(called: str, named: str) -> None:
    assert browser(called) == named

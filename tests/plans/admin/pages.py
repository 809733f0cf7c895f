"""Asking an administration page, and reading its answer."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib import admin
from django.contrib.messages import get_messages
from django.urls import reverse
from django.utils.html import strip_tags

MODELS = {
    model._meta.model_name or "": model
    for model in admin.site._registry
    if model._meta.app_label == "plans"
}
"""Every table of the plans app that has pages, by its name in addresses."""

VOCABULARIES = {"thematicarea", "datasource", "method", "sector", "sdg", "organisation"}

DAY = dt.timedelta(days=1)


def page(model: str, name: str = "changelist", *args: Any) -> str:
    """The address of an administration page of the plans app."""
    return reverse(f"admin:plans_{model}_{name}", args=args)


def listed(response: Any) -> list[str]:
    """The rows of a list, in words."""
    return [str(row) for row in response.context["cl"].result_list]


def said(response: Any) -> list[str]:
    """The messages that go with an answer."""
    return [str(message) for message in get_messages(response.wsgi_request)]


def text(response: Any) -> str:
    """What a page says, without its tags."""
    return " ".join(strip_tags(response.content.decode()).split())

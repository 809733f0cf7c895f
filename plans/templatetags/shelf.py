"""The plans of the library, drawn in one go: a template for each took half of the page's time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import template
from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from plans.states import PUBLIC, ChallengeType, State
from plans.templatetags.badges import state
from plans.templatetags.finding import goal_list, marked, theme_list
from plans.templatetags.plans import shortened

if TYPE_CHECKING:
    from collections.abc import Iterable

register = template.Library()

SUMMARY = 300
"""So many signs of a summary are shown where nothing is searched for."""


@register.simple_tag
def shelf(plans: Iterable[Any], may_copy: bool) -> SafeString:
    """Plans with ``goals``, ``themes`` and, where something is searched, ``context``, as a list.

    ``may_copy``: whether the reader writes plans, and may begin one with the words of another.
    """
    drawn = _Shelf(may_copy=may_copy)
    items = "".join(f'<li class="shelf__plan">{drawn.plan(plan)}</li>' for plan in plans)
    return mark_safe(f'<ol class="shelf">{items}</ol>')  # noqa: S308  # every text is escaped below


class _Shelf:
    """What all plans of a page share: words and addresses, each looked up once."""

    def __init__(self, *, may_copy: bool) -> None:
        self.read, self.collect = _way("plan", 0), _way("plan_collect", 0)
        self.copy = _way("plan_copy", 0) if may_copy else None
        self.lab, self.country = _way("lab", "0"), _way("country", "0")
        self.types = {kind.value: escape(capfirst(str(kind.label))) for kind in ChallengeType}
        self.archive, self.collecting = escape(_("archive")), escape(_("Add to a collection"))
        self.copying = escape(_("Copy to a new plan"))

    def plan(self, plan: Any) -> str:
        """One plan. Everything that somebody wrote is escaped here."""
        found, title = plan.context, escape(str(plan))
        called = marked(found.title) if found and found.title else title
        return (
            f'<p class="kicker">{self._kicker(plan)}</p>'
            f'<h2 class="shelf__title" dir="auto">{_link(self.read, plan.pk, called)}</h2>'
            f'<p class="shelf__where">{self._where(plan)}</p>'
            f"{_said(plan, found)}{goal_list(plan.goals)}{theme_list(plan.themes)}"
            f'<p class="shelf__copy cluster">{self._acts(plan, title)}</p>'
        )

    def _kicker(self, plan: Any) -> str:
        archived = plan.state == State.ARCHIVED
        kind = self.types.get(plan.challenge_type, "")
        told = (kind, escape(str(plan.cycle)), self.archive if archived else "")
        return " · ".join(filter(None, told))

    def _where(self, plan: Any) -> str:
        told = [_link(self.lab, plan.lab.slug, escape(plan.lab.name))]
        if plan.country and plan.country.name != plan.lab.name:
            told.append(_link(self.country, plan.country_id, escape(plan.country.name)))
        told.append(escape(plan.lab.region.name))
        if plan.state not in PUBLIC:
            told.append(state(plan.state))
        return " · ".join(told)

    def _acts(self, plan: Any, title: str) -> str:
        of = f'<span class="skipped">: {title}</span>'
        collect = _link(self.collect, plan.pk, self.collecting + of, ' class="no-print"')
        copy = f" {_link(self.copy, plan.pk, self.copying + of)}" if self.copy else ""
        return collect + copy


def _said(plan: Any, found: Any) -> str:
    """Why it was found, its summary, and a passage with the words that were searched for."""
    reasons = "".join(
        f'<span>{escape(one.label)}: <mark dir="auto">{escape(one.name)}</mark></span> '
        for one in (found.reasons if found else ())
    )
    summary = (
        marked(found.summary)
        if found and found.summary
        else escape(shortened(plan.summary, SUMMARY))
    )
    passage = marked(found.passage) if found and found.passage else ""
    parts = (
        (f'<p class="shelf__reasons">{reasons}</p>', reasons),
        (f'<p class="shelf__summary" dir="auto">{summary}</p>', summary),
        (f'<p class="shelf__passage" dir="auto">{passage}</p>', passage),
    )
    return "".join(part for part, told in parts if told)


def _way(name: str, sample: int | str) -> tuple[str, str]:
    """What stands before and after the key in the addresses of a page."""
    before, _key, after = reverse(name, args=(sample,)).rpartition(str(sample))
    return before, after


def _link(way: tuple[str, str], key: object, inside: str, more: str = "") -> str:
    before, after = way
    return f'<a{more} href="{before}{escape(str(key))}{after}">{inside}</a>'

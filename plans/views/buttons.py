"""What the buttons in the form of a section do besides saving: rows, choices, words, confirming.

Each is called ``ACT:WHAT`` in the form; a function does nothing for acts that are not its own.
"""

from __future__ import annotations

import re
from typing import Any

from django.contrib import messages
from django.utils.translation import gettext as _

from accounts.decorators import SignedInRequest
from plans import authoring, reviewing
from plans.errors import PlanError, WrongState
from plans.forms import conflict
from plans.forms.section import SectionEditor
from plans.models import Plan
from plans.permissions import visible_threads
from plans.sections import Section
from plans.views import rows, terms

DIGITS = 19
"""No number of a thread has so many digits."""


def go_on(
    request: SignedInRequest,
    plan: Plan,
    rules: Section,
    act: str,
    what: str,
    data: Any,
    *,
    wholly: bool,
) -> str:
    """Do what the button says besides saving; answer the id of where to go on, if it says where.

    ``wholly``: all that was typed is saved. Raises PlanError.
    """
    if act == "apply":
        if not wholly:  # proposed words are not written over what could not be saved
            raise PlanError(
                _("The words are not applied yet: first look at what could not be saved below.")
            )
        return _apply(request, plan, what)
    changed = _change_rows(request, plan, rules, act, what, data)
    return changed or terms.place(act, what) or _shown(act, what)


def _apply(request: SignedInRequest, plan: Plan, what: str) -> str:
    """Write the words that a thread proposes into the plan; answer the id of where to go on.

    Raises PlanError where they cannot be.
    """
    is_number = what.isascii() and what.isdigit() and len(what) < DIGITS
    found = visible_threads(request.user, plan).filter(suggestion__isnull=False)
    thread = found.filter(pk=what).first() if is_number else None
    if thread is None:
        raise PlanError(_("This suggestion is not there any more."))
    try:
        reviewing.apply(thread, actor=request.user)
    except WrongState as refusal:
        raise PlanError(str(refusal)) from refusal  # what was typed is saved: the page is shown
    anchor = thread.anchor
    return f"row-{anchor.row}" if anchor.row else f"id_{anchor.field}"


def put_back(request: SignedInRequest, plan: Plan, rules: Section, act: str, what: str) -> None:
    """Make a row again that somebody removed while this person wrote in it; for that button."""
    if act != "putback":
        return
    row_id = rows.identity(what)
    if rules.group and row_id and not plan.rows(rules.group.key).filter(pk=row_id).exists():
        authoring.add_row(plan, rules.group.key, row_id=row_id, actor=request.user)


def choose(plan: Plan, rules: Section, choice: str, what: str, data: Any) -> str:
    """Do in the form what was chosen of two texts; answer the id of where to go on.

    Nothing is done, and the answer is empty, for any other act.
    """
    if choice not in conflict.CHOICES:
        return ""
    name, _colon, seen = what.rpartition(":")
    editor = SectionEditor(plan, rules)
    key = editor.key_of(name)
    if key not in editor.all_stored():
        return ""
    conflict.choose(data, key, choice, name, seen)
    return f"id_{name}"


def _shown(act: str, what: str) -> str:
    """Where to go on after “Show it”: to the id that the page was told of."""
    return what if act == "show" and re.fullmatch(r"[\w-]{1,120}", what, re.ASCII) else ""


def _change_rows(
    request: SignedInRequest, plan: Plan, rules: Section, act: str, what: str, data: Any
) -> str:
    """Add, remove or move a row, or confirm what was copied; answer the id of where to go on."""
    if act == "keep":
        return _keep(request, plan, rules, what)
    if not rules.group:
        return ""
    group, actor = rules.group.key, request.user
    if act == "add":
        row = authoring.add_row(plan, group, actor=actor)
        return f"row-{row.pk}"
    row_id = rows.identity(what)
    if not row_id:
        return ""
    if act == "remove":
        authoring.remove_row(plan, group, row_id, actor=actor)
        for name in [name for name in request.POST if name.startswith(f"{what}-")]:
            del data[name]  # taken away on purpose: not to be shown as lost
        rows.remember(data, what)
        return f"gone-{what}"
    if act == "undo":
        done = authoring.put_row_back(plan, group, row_id, actor=actor)
        for words in done.left_out:
            messages.warning(request, _("Left out: %(what)s") % {"what": words})
        rows.forget(data, what)
        return f"name-{what}"
    if act in ("up", "down"):
        authoring.shift_row(plan, group, row_id, -1 if act == "up" else 1, actor=actor)
    return f"row-{what}"


def _keep(request: SignedInRequest, plan: Plan, rules: Section, what: str) -> str:
    """Confirm one copied answer or row, or all of the section; answer where to go on."""
    keys = [key for key in authoring.carried_in(plan, rules.key) if what in ("", key)]
    authoring.confirm(plan, keys, actor=request.user)
    row_id = rows.identity(what.rpartition("/")[2])
    return f"row-{row_id}" if row_id else f"id_{what}" if what in keys else ""

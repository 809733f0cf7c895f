"""Writing a plan, section by section."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods
from django_htmx.http import HttpResponseClientRedirect, retarget

from accounts.decorators import SignedInRequest, signed_in
from accounts.models import User
from plans import authoring, limits, presence, readiness, reviewing
from plans.authoring import Outcome
from plans.checklist import checklist_of
from plans.errors import PlanError, WrongState
from plans.forms import conflict, naming
from plans.forms.page import SectionPage
from plans.forms.section import SectionEditor
from plans.models import Plan, Question, Thread
from plans.permissions import (
    available,
    may_edit_now,
    may_write,
    require,
    source_of,
    visible_plans,
    visible_threads,
)
from plans.readiness import Gap
from plans.sections import SECTION, SECTIONS, Section
from plans.states import Act
from plans.views import autosave, pictures, rows, terms
from plans.views.talk import fold


@signed_in
def overview(request: SignedInRequest, pk: int) -> HttpResponse:
    """How far the plan is: each section with what is missing, and the way to hand it in."""
    plan = _plan_to_write(request, pk)
    gaps = readiness.gaps(plan)
    return render(
        request,
        "plans/edit.html",
        {
            "plan": plan,
            "sections": [
                {
                    "section": section,
                    "url": reverse("plan_section", args=(plan.pk, section.key)),
                    "gaps": [gap for gap in gaps if gap.section == section.key],
                    "progress": readiness.progress(
                        gap for gap in gaps if gap.section == section.key
                    ),
                }
                for section in SECTIONS
            ],
            "rail": rail(plan, gaps),
            "progress": readiness.progress(gaps),
            "copied_from": source_of(request.user, plan),
            "deadline": limits.deadline(plan.lab, plan.cycle),
            "may_submit": Act.SUBMIT in available(request.user, plan),
            "may_edit": may_edit_now(request.user, plan),
            "together": _together(request, plan),
            "checklist": checklist_of(plan, request.user),
        },
    )


@signed_in
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def section(request: SignedInRequest, pk: int, section: str) -> HttpResponse:
    """One section of a plan. What can be stored is; what cannot stays on the page with a reason.

    Never from the browser's cache: going back, one would find one's own text as it was before.
    """
    if section not in SECTION:
        raise Http404
    rules = SECTION[section]
    if request.POST.get("do") == "auto":
        return autosave.answer(request, pk, rules)
    plan = _plan_to_write(request, pk)
    if request.method != "POST":
        if not may_edit_now(request.user, plan):
            return _closed(request, plan)
        return _show(request, plan, rules, SectionEditor(plan, rules))
    act, _colon, what = request.POST.get("do", "").partition(":")
    if act == "place":
        return rows.put(request, plan, rules, what)
    return _save(request, plan, rules)


def _plan_to_write(request: SignedInRequest, pk: int) -> Plan:
    plans = visible_plans(request.user).with_document().select_related("focal_point")
    plan = get_object_or_404(plans, pk=pk)
    require(may_write(request.user, plan))
    return plan


def _closed(request: SignedInRequest, plan: Plan) -> HttpResponse:
    messages.info(
        request,
        _("“%(title)s” is %(state)s, so it cannot be changed now.")
        % {"title": plan, "state": plan.get_state_display()},
    )
    return redirect(plan)


# -- saving ----------------------------------------------------------------------------------------


def _save(request: SignedInRequest, plan: Plan, rules: Section) -> HttpResponse:
    data = request.POST.copy()
    act, _colon, what = data.get("do", "save").partition(":")
    problem, refused, outcome, editor = "", {}, None, None
    focus = chosen = _choose(plan, rules, act, what, data)
    try:
        if act == "putback":
            _put_back(request, plan, rules, what)
        if act in terms.ACTS and may_edit_now(request.user, plan):
            refused = terms.take(request, plan, rules, act, what, data)
        editor = SectionEditor(plan, rules, data, files=request.FILES)
        changes = editor.changes(what if act == "putback" else "")
        editor.refuse(refused)
        row_id = rows.identity(what)
        if act == "nopicture" and row_id:
            changes |= editor.without_picture(row_id)
        outcome = authoring.save(plan, changes, actor=request.user)
        pictures.keep(request, plan, editor, outcome)
        terms.tell(request, editor, outcome, data)
        _refuse_half_saved(act, editor, outcome)
        focus = _go_on(request, plan, rules, act, what, data) or chosen
    except WrongState as refusal:
        return _kept(request, plan, rules, data, str(refusal))
    except PlanError as refusal:
        problem = str(refusal)

    if editor and outcome and not problem:
        editor.apply(outcome)
        if not editor.has_errors():
            return _saved(request, plan, rules, act, focus, data)
    # Something has to be shown: anew, on what is stored by now.
    plan = _plan_to_write(request, plan.pk)
    editor = SectionEditor(plan, rules, data)
    editor.changes()
    editor.refuse(refused)
    if outcome:
        editor.apply(outcome)
    if problem or editor.has_errors():
        return _show(request, plan, rules, editor, problem=problem, saved=bool(outcome))
    return _saved(request, plan, rules, act, focus, data)


def _saved(
    request: SignedInRequest, plan: Plan, rules: Section, act: str, focus: str, data: Any
) -> HttpResponse:
    """On to where the button leads."""
    if act in ("save", *_LEADING_ON):
        messages.success(request, _("Saved."))
    elif act == "keep":
        messages.success(request, _("Confirmed."))
    elif act == "apply":
        messages.success(request, _("Saved, with the words of the reviewer in it."))
    destination = _destination(plan, rules, act, focus, data)
    if request.htmx and act in _LEADING_ON:
        return HttpResponseClientRedirect(destination)  # another page, with an address of its own
    return redirect(destination)


DIGITS = 19
"""No number of a thread has so many digits."""

_LEADING_ON = ("next", "previous", "overview")


def _go_on(
    request: SignedInRequest, plan: Plan, rules: Section, act: str, what: str, data: Any
) -> str:
    """Do what the button says besides saving; answer the id of where to go on, if it says where.

    Raises PlanError.
    """
    if act == "apply":
        return _apply(request, plan, what)
    changed = _change_rows(request, plan, rules, act, what, data)
    return changed or terms.place(act, what) or _shown(act, what)


def _refuse_half_saved(act: str, editor: SectionEditor, outcome: Outcome) -> None:
    """Write no proposed words over what could not be saved. Raises PlanError."""
    if act == "apply" and (editor.has_errors() or outcome.conflicts or outcome.refused):
        raise PlanError(
            _("The words are not applied yet: first look at what could not be saved below.")
        )


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


def _put_back(request: SignedInRequest, plan: Plan, rules: Section, what: str) -> None:
    """Make a row again that somebody removed while this person wrote in it."""
    row_id = rows.identity(what)
    if rules.group and row_id and not plan.rows(rules.group.key).filter(pk=row_id).exists():
        authoring.add_row(plan, rules.group.key, row_id=row_id, actor=request.user)


def _choose(plan: Plan, rules: Section, choice: str, what: str, data: Any) -> str:
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


def _destination(plan: Plan, rules: Section, act: str, focus: str, data: Any) -> str:
    place = [s.key for s in SECTIONS].index(rules.key)
    if act == "overview" or (act == "next" and place == len(SECTIONS) - 1):
        return reverse("plan_edit", args=(plan.pk,))
    step = {"next": 1, "previous": -1}.get(act, 0)
    key = SECTIONS[max(place + step, 0)].key
    address = reverse("plan_section", args=(plan.pk, key))
    asked = [("at", focus)] if focus else []
    if not step:
        asked += [(rows.REMOVED, row) for row in data.getlist(rows.REMOVED) if rows.identity(row)]
    query = f"?{urlencode(asked)}" if asked else ""
    return f"{address}{query}#{focus}" if focus else f"{address}{query}"


# -- showing ---------------------------------------------------------------------------------------


def _show(
    request: SignedInRequest,
    plan: Plan,
    rules: Section,
    editor: SectionEditor,
    *,
    problem: str = "",
    saved: bool = False,
) -> HttpResponse:
    gaps = readiness.gaps(plan)
    keys = [s.key for s in SECTIONS]
    place = keys.index(rules.key)
    there = {row.pk for row in editor.rows}
    gone = rows.removed(plan, rules, request.GET if editor.data is None else editor.data, there)
    template = "plans/_section.html" if request.htmx else "plans/section.html"
    return render(
        request,
        template,
        {
            "plan": plan,
            "section": rules,
            "problem": problem,
            "saved_rest": saved and editor.has_errors(),
            "rail": rail(plan, gaps, current=rules.key),
            "gaps": [gap for gap in gaps if gap.section == rules.key],
            "copied_from": source_of(request.user, plan) if plan.carried_over else None,
            "page": SectionPage(
                editor, Question.labels(), _threads_by_place(request.user, plan, rules), gone
            ),
            "number": place + 1,
            "of": len(keys),
            "previous": SECTIONS[place - 1] if place else None,
            "next": SECTIONS[place + 1] if place + 1 < len(keys) else None,
            "at": request.GET.get("at", ""),
            "words": json.dumps(autosave.words()),
            "moving": json.dumps(rows.words()) if rules.group else "",
            "together": "" if request.htmx else _together(request, plan, rules.key),
        },
    )


def _together(request: SignedInRequest, plan: Plan, section: str = "") -> str:
    """Note that this person is here now, and say who else is."""
    return presence.in_words(presence.enter(plan, section, actor=request.user))


def _kept(
    request: SignedInRequest, plan: Plan, rules: Section, data: Any, problem: str
) -> HttpResponse:
    """The plan was handed in or decided on meanwhile: show what was typed, to be copied."""
    asked = naming.asked(data, rules.key)
    texts = [
        (asked.get(key, ""), text)
        for key in data
        if key not in ("csrfmiddlewaretoken", "typed_by", "base", "do")
        and not key.startswith(("theirs-", "both-"))
        for text in data.getlist(key)
        if len(text.strip()) > 1 and not rows.identity(text)
    ]
    context = {"plan": plan, "section": rules, "problem": problem, "texts": texts}
    page = render(request, "plans/kept.html", context, status=409)
    page["HX-Reswap"] = "innerHTML show:window:top"
    return retarget(page, "body")  # where htmx asked for a fragment


def rail(plan: Plan, gaps: list[Gap], current: str = "") -> list[dict[str, Any]]:
    """The sections with their state, for ``components/rail.html``."""
    return [
        {
            "url": reverse("plan_section", args=(plan.pk, section.key)),
            "title": section.title,
            "current": section.key == current,
            "progress": readiness.progress(gap for gap in gaps if gap.section == section.key),
        }
        for section in SECTIONS
    ]


def _threads_by_place(user: User, plan: Plan, rules: Section) -> dict[str, list[Thread]]:
    """The threads of a section, and of the whole plan, that are not resolved, by their place."""
    threads = visible_threads(user, plan).unresolved().with_comments(user)
    places: dict[str, list[Thread]] = {}
    for thread in fold(one for one in threads if one.anchor.section in ("", rules.key)):
        places.setdefault(thread.place, []).append(thread)
    return places

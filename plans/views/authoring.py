"""Writing a plan, section by section."""

from __future__ import annotations

import json
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
from plans import authoring, limits, presence, readiness
from plans.checklist import checklist_of
from plans.errors import PlanError, WrongState
from plans.forms import naming
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
from plans.sections import SECTION, SECTIONS, Section
from plans.states import Act
from plans.views import autosave, buttons, missing, pictures, rows, terms
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
            "rail": missing.rail(plan, gaps),
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
        if request.GET.get("part") == "missing":
            return missing.anew(request, plan, rules)
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
    focus = chosen = buttons.choose(plan, rules, act, what, data)
    try:
        buttons.put_back(request, plan, rules, act, what)
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
        wholly = not (editor.has_errors() or outcome.conflicts or outcome.refused)
        focus = buttons.go_on(request, plan, rules, act, what, data, wholly=wholly) or chosen
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


_LEADING_ON = ("next", "previous", "overview")


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
    told = rows.who_removed(plan, rules, editor.lost, request.user)
    for row in editor.lost:
        row.words = told[row.row_id]
    gone = rows.removed(plan, rules, request.GET if editor.data is None else editor.data, there)
    labels = Question.labels()
    template = "plans/_section.html" if request.htmx else "plans/section.html"
    return render(
        request,
        template,
        {
            "plan": plan,
            "section": rules,
            "problem": problem,
            "saved_rest": saved and editor.has_errors(),
            "rail": missing.rail(plan, gaps, current=rules.key),
            "gaps": [gap for gap in gaps if gap.section == rules.key],
            "copied_from": source_of(request.user, plan) if plan.carried_over else None,
            "page": SectionPage(editor, labels, _threads_by_place(request.user, plan, rules), gone),
            "labels": labels,
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


def _threads_by_place(user: User, plan: Plan, rules: Section) -> dict[str, list[Thread]]:
    """The threads of a section, and of the whole plan, that are not resolved, by their place."""
    threads = visible_threads(user, plan).unresolved().with_comments(user)
    places: dict[str, list[Thread]] = {}
    for thread in fold(one for one in threads if one.anchor.section in ("", rules.key)):
        places.setdefault(thread.place, []).append(thread)
    return places

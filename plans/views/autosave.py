"""Saving while somebody writes: the same form and the same action, answered in a few words.

The browser (``static/js/autosave.js``) sends the answers that differ from what it knows to be
stored. What is valid and nobody else changed is stored at once, whatever is wrong beside it.
"""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.decorators import SignedInRequest
from accounts.moments import in_short
from plans import authoring
from plans.errors import PlanError, WrongState
from plans.forms.conflict import read_json
from plans.forms.section import SectionEditor
from plans.models import Plan
from plans.permissions import visible_plans
from plans.sections import Section
from plans.views import rows


def answer(request: SignedInRequest, pk: int, rules: Section) -> HttpResponse:
    """Save what was sent. 200 with what is wrong by input, or 409 when the form is closed.

    The JSON holds ``base`` (new fingerprints by answer), ``problems`` (by input: ``messages``, and
    for an answer that somebody else changed ``conflict``, both texts as the page shows them) and
    ``at``, the time in words.
    """
    only = names(request.POST.get("only", ""))
    editor: SectionEditor
    typed: authoring.Reading

    def read(plan: Plan) -> authoring.Reading:
        nonlocal editor, typed
        editor = SectionEditor(plan, rules, request.POST, only)
        typed = editor.reading()
        return typed

    try:
        outcome = authoring.save_form(visible_plans(request.user), pk, read, actor=request.user)
    except Plan.DoesNotExist:
        raise Http404 from None
    except WrongState as refusal:
        return JsonResponse({"message": str(refusal)}, status=409)
    except PlanError as refusal:
        refused = {name: {"messages": [str(refusal)]} for name in only}
        return JsonResponse({"base": {}, "problems": refused, "at": now_in_words()})
    editor.apply(outcome)
    problems: dict[str, dict[str, Any]] = {
        form.add_prefix(name): {"messages": [str(message) for message in messages]}
        for form in editor.forms
        for name, messages in form.errors.items()
    }
    for name, conflict in editor.conflicts.items():
        shown = render_to_string("plans/_conflict.html", {"conflict": conflict})
        problems.setdefault(name, {"messages": []})["conflict"] = shown
    removed = rows.who_removed(outcome.plan, rules, editor.lost, request.user)
    for lost in editor.lost:
        here = _("Your text is still here: press Save to see how to put it back.")
        for name, _text in lost.fields:
            problems[f"{lost.row_id}-{name}"] = {"messages": [f"{removed[lost.row_id]} {here}"]}
    # A save whose answer was lost is sent again, and is then the same as what is stored.
    stored = (*outcome.saved, *outcome.same)
    base = {key: authoring.fingerprint(typed.changes[key].value) for key in stored}
    return JsonResponse({"base": base, "problems": problems, "at": now_in_words()})


def names(text: str) -> frozenset[str]:
    """The inputs that were sent, from a JSON list; nonsense names none."""
    return frozenset(map(str, read_json(text, list) or []))


def now_in_words() -> str:
    return in_short(timezone.now(), today=True)


def words() -> dict[str, str]:
    """What the page says while it saves."""
    return {
        "saving": _("Saving …"),
        "saved": _("Saved {at}"),
        "kept": _("kept on this device"),
        "keptOpen": _("leave this page open, for this browser keeps no copy"),
        "offline": _("Offline: {kept}"),
        "unreachable": _("The site does not answer, trying again: {kept}"),
        "pressAgain": _("The site does not answer. Press again in a moment."),
        "offlinePress": _("You are offline."),
        "lineBack": _("The line is back."),
        "undone": _("“{button}” is not done: press it again when the line is back."),
        "undoneYet": _("“{button}” was not done: press it again now."),
        "signedOut": _("You were signed out: {kept}"),
        "signIn": _("Sign in in another tab, then come back here."),
        "otherPerson": _(
            "Somebody else signed in here, so this is not saved under their name: {kept}"
        ),
        "closed": _("This plan cannot be changed now: {kept}"),
        "tooLong": _("This is too long to save: shorten it"),
        "attention": _("1 answer needs attention, the rest is saved"),
        "attentions": _("{count} answers need attention, the rest is saved"),
        "found": _("“{label}”, typed on this device on {at}, was not saved:"),
        "onlyStored": _("only in what is stored now:"),
        "onlyHere": _("only here:"),
        "placeGone": _(
            "Its place in the plan was taken away meanwhile. Copy it from here if you need it."
        ),
        "putBack": _("Put it back"),
        "discard": _("Throw it away"),
    }

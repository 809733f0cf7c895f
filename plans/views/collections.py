"""Collections: lists of them, one of them, and what its maker does to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.contrib.postgres.expressions import ArraySubquery
from django.core.paginator import Paginator
from django.db.models import Count, IntegerField, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.decorators import SignedInRequest, signed_in
from plans import collecting
from plans.errors import Invalid
from plans.exporters.forms import FORMS
from plans.exporters.later import plans_of
from plans.forms.collection import (
    CollectForm,
    CollectionForm,
    NoteForm,
    OpennessForm,
    ReaderForm,
)
from plans.models import Collection, CollectionEntry, Openness
from plans.permissions import (
    colleagues,
    may_change_collection,
    require,
    visible_collections,
    visible_entries,
    visible_plans,
)
from plans.shelf import on_shelf
from plans.views import exporting
from plans.views.files import made_later

if TYPE_CHECKING:
    from django.forms import Form

    from accounts.models import User
    from plans.models import Plan
    from plans.models.collection import CollectionQuerySet

COLLECTIONS_A_PAGE = 25
PLANS_A_PAGE = 25
STEPS = {"up": -1, "down": 1}


def _to_read(user: User, pk: int) -> Collection:
    """A collection that this person reads. Raises Http404."""
    found = visible_collections(user).select_related("owner")
    return get_object_or_404(found, pk=pk)


def _to_change(user: User, pk: int) -> Collection:
    """A collection that this person changes. Raises Http404, PermissionDenied."""
    collection = _to_read(user, pk)
    require(may_change_collection(user, collection))
    return collection


# -- reading ---------------------------------------------------------------------------------------


@signed_in
@require_safe
def collections(request: SignedInRequest) -> HttpResponse:
    """One's own collections; ``?whose=shared`` those shared by name, ``?whose=network`` all's."""
    user = request.user
    whose = request.GET.get("whose", "")
    lists: dict[str, CollectionQuerySet] = {
        "": Collection.objects.filter(owner=user),
        "shared": Collection.objects.shared_with(user),
        "network": Collection.objects.filter(openness=Openness.NETWORK),
    }
    whose = whose if whose in lists else ""
    seen = CollectionEntry.objects.filter(
        collection=OuterRef("pk"), plan__in=visible_plans(user).order_by().values("pk")
    )
    number = seen.order_by().values("collection").annotate(number=Count("pk")).values("number")
    found = lists[whose].select_related("owner").order_by("-changed_at", "-pk")
    found = found.annotate(
        plans=Coalesce(Subquery(number, output_field=IntegerField()), 0),
        first=ArraySubquery(seen.order_by("position").values("plan__title")[:3]),
    )
    page = Paginator(found, COLLECTIONS_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "plans/collections.html", {"page": page, "whose": whose})


@signed_in
@require_safe
def collection(request: SignedInRequest, pk: int) -> HttpResponse:
    """A collection, with those of its plans that this person sees."""
    found = _to_read(request.user, pk)
    is_mine = may_change_collection(request.user, found)
    entries = visible_entries(request.user, found).order_by("position")
    page = Paginator(entries, PLANS_A_PAGE).get_page(request.GET.get("page"))
    plans = on_shelf(visible_plans(request.user)).in_bulk([one.plan_id for one in page])
    rows: list[tuple[CollectionEntry, Plan]] = [(one, plans[one.plan_id]) for one in page]
    context = {
        "collection": found,
        "is_mine": is_mine,
        "page": page,
        "rows": rows,
        "readers": _readers(found) if is_mine and found.openness == Openness.SHARED else [],
    }
    return render(request, "plans/collection.html", context)


def _readers(collection: Collection) -> list[str]:
    return list(collection.readers.values_list("address", flat=True))


@signed_in
@require_safe
def take_along(request: SignedInRequest, pk: int) -> HttpResponse:
    """In which form to take a collection along, with threads or without."""
    found = _to_read(request.user, pk)
    context = {
        "collection": found,
        "number": visible_entries(request.user, found).count(),
        "forms": FORMS.values(),
        "threads": exporting.wants_threads(request),
        "query": exporting.THREADS if exporting.wants_threads(request) else "",
    }
    return render(request, "plans/collection_export.html", context)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def take_along_as(request: SignedInRequest, pk: int, form: str) -> HttpResponse:
    """The plans of a collection as one file; a large one is made by the worker (POST)."""
    found = _to_read(request.user, pk)
    wanted = exporting.form_called(form)
    threads = exporting.asks_for_threads(request, wanted)
    keys = list(plans_of(request.user, "", found).values_list("pk", flat=True))
    if request.method == "POST":
        return made_later(request, wanted, "", len(keys), with_threads=threads, collection=found)
    if not 0 < len(keys) <= wanted.at_most:
        return take_along(request, pk)
    name = slugify(found.name)[:80] or "collection"
    return exporting.as_file(request.user, wanted, keys, name, with_threads=threads, of=found)


# -- making and changing ---------------------------------------------------------------------------


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: SignedInRequest) -> HttpResponse:
    """Make a collection."""
    form = CollectionForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        given = form.cleaned_data
        try:
            made = collecting.make(given["name"], given["purpose"], actor=request.user)
        except Invalid as refusal:
            _refuse(form, refusal)
        else:
            messages.success(request, _("The collection is made. Only you can read it so far."))
            return redirect(made)
    return render(request, "plans/collection_edit.html", {"form": form})


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: SignedInRequest, pk: int) -> HttpResponse:
    """Give a collection another name."""
    found = _to_change(request.user, pk)
    form = CollectionForm(request.POST if request.method == "POST" else None, found)
    if form.is_valid():
        given = form.cleaned_data
        try:
            collecting.rename(found, given["name"], given["purpose"], actor=request.user)
        except Invalid as refusal:
            _refuse(form, refusal)
        else:
            messages.success(request, _("Saved."))
            return redirect(found)
    return render(request, "plans/collection_edit.html", {"form": form, "collection": found})


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def sharing(request: SignedInRequest, pk: int) -> HttpResponse:
    """Choose who reads a collection: the buttons are ``open``, ``share`` and ``stop:<key>``."""
    found = _to_change(request.user, pk)
    known = list(colleagues(request.user))
    sent = request.POST if request.method == "POST" else None
    button, _colon, key = request.POST.get("do", "").partition(":")
    forms = {
        "openness": OpennessForm(sent if button == "open" else None, found),
        "reader": ReaderForm(sent if button == "share" else None, known),
    }
    if sent is not None and _shared(request, found, button, key, forms):
        return redirect("collection_sharing", pk)
    names = {person.email: person.get_full_name() for person in known}
    readers = [(one, names.get(one.address, "")) for one in found.readers.all()]
    context = {"collection": found, "readers": readers, "colleagues": known, **forms}
    return render(request, "plans/collection_sharing.html", context)


def _shared(
    request: SignedInRequest, collection: Collection, button: str, key: str, forms: dict[str, Any]
) -> bool:
    """Do what a button of the page says; whether it was done."""
    try:
        if button == "stop" and _is_key(key):
            collecting.stop_sharing(collection, int(key), actor=request.user)
            messages.success(request, _("It is not shared with this address any more."))
            return True
        if button == "open" and forms["openness"].is_valid():
            chosen = forms["openness"].cleaned_data["openness"]
            collecting.open_to(collection, chosen, actor=request.user)
            messages.success(request, _("Saved."))
            return True
        if button == "share" and forms["reader"].is_valid():
            typed = forms["reader"].cleaned_data["reader"]
            reader = collecting.share(collection, typed, actor=request.user)
            words = _("Whoever signs in with %(address)s can read it now.")
            messages.success(request, words % {"address": reader.address})
            return True
    except Invalid as refusal:
        forms["reader"].add_error("reader", str(refusal))
    return False


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: SignedInRequest, pk: int) -> HttpResponse:
    """Ask first, then delete a collection."""
    found = _to_change(request.user, pk)
    if request.method == "POST":
        try:
            collecting.delete(found, actor=request.user)
        except Invalid as refusal:
            messages.info(request, str(refusal))
            return redirect("collections")
        messages.success(request, _("“%(name)s” is deleted.") % {"name": found.name})
        return redirect("collections")
    context = {"collection": found, "number": visible_entries(request.user, found).count()}
    return render(request, "plans/collection_delete.html", context)


# -- the plans in it -------------------------------------------------------------------------------


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def entry(request: SignedInRequest, pk: int, entry: int) -> HttpResponse:
    """The note on a plan of a collection, and taking it out."""
    found = _to_change(request.user, pk)
    row = visible_entries(request.user, found).select_related("plan").filter(pk=entry).first()
    if row is None:
        messages.info(request, _("This plan is not in the collection any more."))
        return redirect(found)
    form = NoteForm(request.POST if request.method == "POST" else None, row.note)
    try:
        if request.POST.get("do") == "out":
            collecting.take_out(found, entry, actor=request.user)
            messages.success(request, _("“%(plan)s” was taken out.") % {"plan": row.plan})
            return redirect(found)
        if form.is_valid():
            collecting.note(found, entry, form.cleaned_data["note"], actor=request.user)
            messages.success(request, _("Saved."))
            return redirect(_at(found, entry))
    except Invalid as refusal:
        messages.info(request, str(refusal))
        return redirect(found)
    context = {"collection": found, "entry": row, "form": form}
    return render(request, "plans/collection_entry.html", context)


@signed_in
@require_POST
def move(request: SignedInRequest, pk: int, entry: int, step: str) -> HttpResponse:
    """Let a plan of a collection go up or down by one."""
    if step not in STEPS:
        raise Http404
    found = _to_change(request.user, pk)
    try:
        collecting.move(found, entry, STEPS[step], actor=request.user)
    except Invalid as refusal:
        messages.info(request, str(refusal))
        return redirect(found)
    return redirect(_at(found, entry))


def _at(collection: Collection, entry: int) -> str:
    """The page of a collection on which an entry stands now, at it."""
    entries = collection.entries.filter(plan__in=visible_plans(collection.owner).values("pk"))
    keys = list(entries.order_by("position").values_list("pk", flat=True))
    number = keys.index(entry) // PLANS_A_PAGE + 1 if entry in keys else 1
    page = f"?page={number}" if number > 1 else ""
    return f"{collection.get_absolute_url()}{page}#entry-{entry}"


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def collect(request: SignedInRequest, pk: int) -> HttpResponse:
    """Put a plan into a collection of one's own, or into a new one."""
    user = request.user
    plan = get_object_or_404(visible_plans(user).select_related("lab", "cycle"), pk=pk)
    inside = CollectionEntry.objects.filter(plan=plan, collection__owner=user)
    mine = list(Collection.objects.filter(owner=user).order_by("-changed_at", "-pk"))
    there = set(inside.values_list("collection", flat=True))
    form = CollectForm(
        [one for one in mine if one.pk not in there],
        request.POST if request.method == "POST" else None,
    )
    if form.is_valid():
        chosen = next((one for one in mine if str(one.pk) == form.chosen), None)
        try:
            into = _collected(user, plan, chosen, form)
        except Invalid as refusal:
            _refuse(form, refusal)
        else:
            words = _("“%(plan)s” is in the collection “%(name)s” now.")
            messages.success(request, words % {"plan": plan, "name": into.name})
            return redirect(plan if request.POST.get("back") == "plan" else into)
    context = {"plan": plan, "form": form, "there": [one for one in mine if one.pk in there]}
    return render(request, "plans/collect.html", context)


def _collected(user: User, plan: Plan, into: Collection | None, form: CollectForm) -> Collection:
    given = form.cleaned_data
    if into is None:
        return collecting.make_of(plan, given["name"], given["note"], actor=user)
    collecting.add(into, plan, given["note"], actor=user)
    return into


def _is_key(key: str) -> bool:
    return key.isascii() and key.isdigit() and len(key) < 19


def _refuse(form: Form, refusal: Invalid) -> None:
    """Say beside the input what was wrong with it, or on top where it is of no input."""
    for name, words in (refusal.by_field or {"": str(refusal)}).items():
        form.add_error(name if name in form.fields else None, words)

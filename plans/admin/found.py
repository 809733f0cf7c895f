"""What is probably one: groups of terms that look alike, and terms that glue several together.

Nothing is merged or split here: each button leads to the page that shows first what would change.
“Not the same” is remembered.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from plans import splitting, taxonomies
from plans.admin.base import address
from plans.duplicates import Reason
from plans.duplicates.vocabulary import Alike, suspects
from plans.models import TermStatus

if TYPE_CHECKING:
    from django.contrib.admin import ModelAdmin
    from django.http import HttpRequest

GROUPS_A_PAGE = 25
MOST_SPLITS = 100

REASONS = {
    Reason.LETTERS: gettext_lazy("the same letters"),
    Reason.PLURAL: gettext_lazy("singular and plural, or another way to write a word"),
    Reason.ORDER: gettext_lazy("the same words in another order"),
    Reason.TYPING: gettext_lazy("a typing error"),
    Reason.ABBREVIATION: gettext_lazy("an abbreviation and what it stands for"),
    Reason.LABEL: gettext_lazy("another spelling, or another language"),
    Reason.TRANSLATION: gettext_lazy("the same in another language, word by word"),
}


def found(page: ModelAdmin[Any], request: HttpRequest) -> HttpResponse:
    """The suspects of a vocabulary, best first; on POST, remember that some are not the same."""
    if not page.has_change_permission(request):
        raise PermissionDenied
    if request.method == "POST":
        return _remember(page, request)
    known = suspects(page.model)
    listed = Paginator(known.alike, GROUPS_A_PAGE).get_page(request.GET.get("page"))
    glued = known.glued[:MOST_SPLITS] if splitting.can_be_split(page.model) else ()
    keys = {key for group in listed for key in group.keys}
    keys |= {key for split in glued for key in (split.key, *split.into)}
    terms = page.get_queryset(request).select_related(None).in_bulk(keys)
    context = page.admin_site.each_context(request) | {
        "title": _("What to merge: %(vocabulary)s") % {"vocabulary": page.opts.verbose_name_plural},
        "opts": page.opts,
        "listed": listed,
        "groups": [_group(group, terms) for group in listed],
        "splits": [
            (terms[one.key], [terms[key] for key in one.into if key in terms], one.new)
            for one in glued
            if one.key in terms
        ],
        "selection_name": ACTION_CHECKBOX_NAME,
    }
    return TemplateResponse(request, "admin/plans/terms/found.html", context)


def _group(group: Alike, terms: dict[int, Any]) -> dict[str, Any]:
    """A group as it is shown; the term used most among those in use is likely to stay."""
    those = [terms[key] for key in group.keys if key in terms]
    stays = max(those, key=lambda term: (term.status == TermStatus.IN_USE, term.uses))
    return {
        "terms": those,
        "stays": stays.pk,
        "first": those[0].pk,
        "why": get_text_list([str(REASONS[reason]) for reason in group.reasons], _("and")),
        "percent": round(group.score * 100),
    }


def _remember(page: ModelAdmin[Any], request: HttpRequest) -> HttpResponse:
    keys = request.POST.getlist(ACTION_CHECKBOX_NAME)
    numbers = [int(key) for key in keys if key.isascii() and key.isdigit() and len(key) < 19]
    terms = list(page.model._default_manager.filter(pk__in=numbers))
    if len(terms) < 2:
        messages.warning(request, _("Leave at least two terms ticked that are not the same."))
    else:
        taxonomies.say_different(terms, actor=request.user)  # type: ignore[arg-type]  # signed in
        names = get_text_list([f"“{term}”" for term in terms], _("and"))
        words = _("Remembered: %(names)s are not the same. They are not shown together any more.")
        messages.success(request, words % {"names": names})
    return HttpResponseRedirect(f"{address(page.model, 'duplicates')}#found")

"""What the pages share: rows of memberships and reviewers, and who is asking."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from accounts.models import Lab, Membership, Reviewer, User

if TYPE_CHECKING:
    MembershipInlineBase = admin.TabularInline[Membership, Lab]
    ReviewerInlineBase = admin.TabularInline[Reviewer, User]
    ModelAdmin = admin.ModelAdmin[Any]
else:
    MembershipInlineBase = ReviewerInlineBase = admin.TabularInline
    ModelAdmin = admin.ModelAdmin


class Page(ModelAdmin):
    """A list of fifty rows a page, and a page a row.

    A character that no text in the database can hold is no question to it: Django's own pages
    would fail on it.
    """

    list_per_page = 50
    show_full_result_count = False

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Django's list, without what cannot be asked."""
        if any("\0" in text for _name, texts in request.GET.lists() for text in texts):
            return HttpResponseRedirect(request.path)
        return super().changelist_view(request, extra_context)

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> Any:
        """Django's answer; such a character is in nobody's key."""
        return None if "\0" in object_id else super().get_object(request, object_id, from_field)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Django's search, also behind the inputs that complete what is typed."""
        return super().get_search_results(request, queryset, search_term.replace("\0", ""))

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """The page's own; deleting is for one row at a time, with its own explanation."""
        actions: dict[str, Any] = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions


class MembershipInline(MembershipInlineBase):
    """Who is in a lab, or which labs a person is in."""

    model = Membership
    extra = 0
    autocomplete_fields = ("user", "lab")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Membership]:
        """With the names that each row shows."""
        return super().get_queryset(request).select_related("user", "lab")


class ReviewerInline(ReviewerInlineBase):
    """Which regions a person reviews, or who reviews a region."""

    model = Reviewer
    extra = 0
    autocomplete_fields = ("user", "region")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Reviewer]:
        """With the names that each row shows."""
        return super().get_queryset(request).select_related("user", "region")


def administrator(request: HttpRequest) -> User:
    """The person who is signed in."""
    if not isinstance(request.user, User):
        raise TypeError("The administration is for people who are signed in.")
    return request.user


def is_superuser(request: HttpRequest) -> bool:
    """Whether somebody asks who has every right already."""
    return administrator(request).is_superuser

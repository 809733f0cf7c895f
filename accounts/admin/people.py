"""People, and what they are where.

People are switched off, not deleted: what they wrote keeps its author.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from allauth.account.models import EmailAddress
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import UserChangeForm
from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.admin.rows import MembershipInline, Page, ReviewerInline, administrator, is_superuser
from accounts.forms import TimeZoneField
from accounts.models import Membership, Reviewer, User

if TYPE_CHECKING:
    UserAdminBase = DjangoUserAdmin[User]
    PersonFormBase = UserChangeForm[User]
else:
    UserAdminBase = DjangoUserAdmin
    PersonFormBase = UserChangeForm


class PersonForm(PersonFormBase):
    """A person's details; the time zone is chosen, not typed."""

    time_zone = TimeZoneField()


@admin.register(User)
class UserAdmin(Page, UserAdminBase):
    """People. New ones come by invitation; nobody is deleted."""

    form = PersonForm
    list_display = ("email", "name", "in_labs", "reviews", "is_staff", "is_active")
    list_filter = ("is_active", "is_staff", "groups", "reviewer_of__region", "memberships__role")
    search_fields = ("email", "name", "memberships__lab__name")
    ordering = ("name", "email")
    filter_horizontal = ("groups",)
    readonly_fields = ("last_login", "date_joined")
    inlines = (MembershipInline, ReviewerInline)
    actions = ("switch_off", "switch_on")
    fieldsets = (
        (None, {"fields": ("email", "name", "time_zone", "password")}),
        (
            gettext_lazy("Rights"),
            {"fields": ("is_active", "is_staff", "is_superuser", "groups")},
        ),
        (gettext_lazy("Dates"), {"fields": ("last_login", "date_joined")}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        """With what the columns show, in the same number of queries for any number of people."""
        people: QuerySet[User] = super().get_queryset(request)
        return people.prefetch_related(
            Prefetch("memberships", Membership.objects.select_related("lab")),
            Prefetch("reviewer_of", Reviewer.objects.select_related("region")),
        )

    def has_add_permission(self, request: HttpRequest) -> bool:
        """People come by invitation, so that their address is proven."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """People are switched off instead."""
        return False

    def get_readonly_fields(
        self, request: HttpRequest, obj: User | None = None
    ) -> tuple[str, ...] | list[str]:
        """Rights are given by those who have them all; others would make themselves one of them."""
        fields = (*self.readonly_fields, "is_superuser")
        if is_superuser(request):
            return tuple(self.readonly_fields)
        return (*fields, "is_staff", "groups")

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Superusers are changed by superusers: a password is as good as the right itself."""
        allowed = super().has_change_permission(request, obj)
        if obj is not None and obj.is_superuser:
            return allowed and is_superuser(request)
        return allowed

    def user_change_password(
        self,
        request: HttpRequest,
        id: str,  # noqa: A002
        form_url: str = "",
    ) -> HttpResponse:
        """Only superusers set somebody's password; everybody else sends them to "forgot it"."""
        if not is_superuser(request):
            raise PermissionDenied
        return super().user_change_password(request, id, form_url)

    def get_fieldsets(self, request: HttpRequest, obj: User | None = None) -> Any:
        """The password only for those who may set it."""
        if is_superuser(request):
            return self.fieldsets
        (title, options), *others = self.fieldsets
        fields = tuple(name for name in options["fields"] if name != "password")
        return ((title, {"fields": fields}), *others)

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        """A changed address replaces the old one at the door too."""
        obj.email = obj.email.strip().lower()
        super().save_model(request, obj, form, change)
        if "email" in form.changed_data:
            EmailAddress.objects.filter(user=obj).delete()
            EmailAddress.objects.create(user=obj, email=obj.email, verified=True, primary=True)

    @admin.display(description=gettext_lazy("labs"))
    def in_labs(self, person: User) -> str:
        """The labs by name, leads marked."""
        return ", ".join(
            _("%(lab)s (lead)") % {"lab": row.lab} if row.role == "lead" else str(row.lab)
            for row in person.memberships.all()
        )

    @admin.display(description=gettext_lazy("reviews for"))
    def reviews(self, person: User) -> str:
        """The regions by name."""
        return ", ".join(str(row.region) for row in person.reviewer_of.all())

    @admin.action(description=gettext_lazy("Switch accounts off"), permissions=["change"])
    def switch_off(self, request: HttpRequest, people: QuerySet[User]) -> None:
        """Nobody switches themself off, nor a superuser unless they are one."""
        reachable = people.exclude(pk=administrator(request).pk)
        if not is_superuser(request):
            reachable = reachable.filter(is_superuser=False)
        many = reachable.filter(is_active=True).update(is_active=False)
        words = ngettext(
            "%(many)d account is switched off.", "%(many)d accounts are switched off.", many
        )
        self.message_user(request, words % {"many": many})

    @admin.action(description=gettext_lazy("Switch accounts on"), permissions=["change"])
    def switch_on(self, request: HttpRequest, people: QuerySet[User]) -> None:
        """Let them sign in again."""
        many = people.filter(is_active=False).update(is_active=True)
        words = ngettext(
            "%(many)d account is switched on.", "%(many)d accounts are switched on.", many
        )
        self.message_user(request, words % {"many": many})


@admin.register(Membership)
class MembershipAdmin(Page):
    """Who is in which lab."""

    list_display = ("user", "lab", "role")
    list_filter = ("role", "lab__region")
    list_select_related = ("user", "lab")
    search_fields = ("user__name", "user__email", "lab__name")
    autocomplete_fields = ("user", "lab")


@admin.register(Reviewer)
class ReviewerAdmin(Page):
    """Who reviews for which region."""

    list_display = ("user", "region")
    list_filter = ("region",)
    list_select_related = ("user", "region")
    search_fields = ("user__name", "user__email")
    autocomplete_fields = ("user", "region")

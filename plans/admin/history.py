"""Events and notifications: what was done, and who has been told, to read."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.roles import roles_of
from plans import notifications
from plans.admin.base import Button, Record, address
from plans.models import Event, Notification
from plans.notifications import MOST_ATTEMPTS
from plans.states import Role

ROLES = {
    Role.MEMBER: gettext_lazy("lab member"),
    Role.REVIEWER: gettext_lazy("reviewer"),
    Role.ADMINISTRATOR: gettext_lazy("administrator"),
}


class RoleFilter(admin.SimpleListFilter):
    """In which capacity something was done."""

    title = gettext_lazy("acting as")
    parameter_name = "as"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """The three capacities."""
        return [(role, str(words)) for role, words in ROLES.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Event]) -> QuerySet[Event]:
        """The events of that capacity."""
        return queryset.filter(acted_as=self.value()) if self.value() else queryset


@admin.register(Event)
class EventAdmin(Record):
    """The history of the network, newest first."""

    list_display = ("what", "plan", "lab", "cycle", "actor", "capacity", "to_state", "at")
    list_filter = ("kind", RoleFilter)
    list_select_related = ("plan", "lab", "cycle", "actor")
    search_fields = ("plan__title", "lab__name", "actor__name", "actor__email", "note")
    date_hierarchy = "at"
    fields = (
        "kind",
        "plan",
        "lab",
        "cycle",
        "actor",
        "capacity",
        "from_state",
        "to_state",
        "said",
        "thread",
        "version",
        "at",
    )
    readonly_fields = ("capacity", "said")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """With the names shown; without what reviewers note about the lab of who asks."""
        return (
            super()
            .get_queryset(request)
            .exclude(thread__for_reviewers=True, lab__in=sorted(roles_of(request.user).labs))
            .select_related("plan", "lab", "cycle", "actor", "in_place_of", "thread__plan")
            .select_related("comment__review", "version")
        )

    @admin.display(description=gettext_lazy("what"), ordering="kind")
    def what(self, event: Event) -> str:
        """In words."""
        return event.get_kind_display()

    @admin.display(description=gettext_lazy("in words"))
    def said(self, event: Event) -> str:
        """What was said with it."""
        return event.words

    @admin.display(description=gettext_lazy("acting as"), ordering="acted_as")
    def capacity(self, event: Event) -> str:
        """In which capacity, and for whom."""
        role = ROLES[Role(event.acted_as)]
        if event.in_place_of:
            return _("%(role)s, in place of %(who)s") % {"role": role, "who": event.in_place_of}
        if not event.on_behalf_of:
            return str(role)
        return _("%(role)s, on behalf of the %(other)s") % {
            "role": role,
            "other": ROLES[Role(event.on_behalf_of)],
        }


class SentFilter(admin.SimpleListFilter):
    """Where a notification stands."""

    title = gettext_lazy("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """The three."""
        return [("waiting", _("waiting")), ("sent", _("sent")), ("given_up", _("given up"))]

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[Notification]
    ) -> QuerySet[Notification]:
        """Those asked for."""
        conditions = {
            "waiting": Q(sent_at__isnull=True, attempts__lt=MOST_ATTEMPTS),
            "sent": Q(sent_at__isnull=False),
            "given_up": Q(sent_at__isnull=True, attempts__gte=MOST_ATTEMPTS),
        }
        return queryset.filter(conditions.get(self.value() or "", Q()))


@admin.register(Notification)
class NotificationAdmin(Record):
    """The outbox: who is told of what, and what went wrong."""

    list_display = (
        "what",
        "recipient",
        "plan",
        "standing",
        "created_at",
        "attempts",
        "last_error",
    )
    list_filter = (SentFilter,)
    list_select_related = ("event__plan", "event__lab", "recipient")
    search_fields = (
        "recipient__name",
        "recipient__email",
        "event__plan__title",
        "event__lab__name",
    )
    date_hierarchy = "created_at"
    actions = ("send_again",)
    fields = (
        "what",
        "plan",
        "recipient",
        "standing",
        "created_at",
        "due_at",
        "sent_at",
        "attempts",
        "last_error",
    )
    readonly_fields = ("what", "plan", "standing")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """With the names shown."""
        notices = super().get_queryset(request)
        return notices.select_related("event__plan", "event__lab", "recipient")

    @admin.display(description=gettext_lazy("what"), ordering="event__kind")
    def what(self, notification: Notification) -> str:
        """What happened."""
        return notification.event.get_kind_display()

    @admin.display(description=gettext_lazy("plan"), ordering="event__plan__title")
    def plan(self, notification: Notification) -> str:
        """The plan, or the lab where no plan is concerned."""
        event = notification.event
        if event.plan is None:
            return str(event.lab)
        return format_html('<a href="{}">{}</a>', address(event.plan, "change"), event.plan)

    @admin.display(description=gettext_lazy("state"))
    def standing(self, notification: Notification) -> str:
        """Sent, waiting, or given up."""
        if notification.sent_at:
            return _("sent")
        return _("given up") if notification.attempts >= MOST_ATTEMPTS else _("waiting")

    @admin.action(permissions=["act"], description=gettext_lazy("Send again"))
    def send_again(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Try once more what could not be sent."""
        tried = notifications.send_again(queryset)
        sent_before = queryset.count() - tried
        if tried:
            words = ngettext(
                "%(count)d notification is tried again now.",
                "%(count)d notifications are tried again now.",
                tried,
            )
            self.message_user(request, words % {"count": tried}, messages.SUCCESS)
        if sent_before:
            words = ngettext(
                "%(count)d notification has been sent already, and is not sent twice.",
                "%(count)d notifications have been sent already, and are not sent twice.",
                sent_before,
            )
            self.message_user(request, words % {"count": sent_before}, messages.WARNING)

    def buttons(self, request: HttpRequest, row: Any) -> list[Button]:
        """Trying again what has not been sent."""
        return [] if row.sent_at else [Button("send_again", _("Send again"))]

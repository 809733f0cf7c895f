"""Threads, comments, reviews and versions: what was said about plans, to read."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.roles import roles_of
from plans.admin.base import Link, Record, Rows, address
from plans.models import Comment, CriterionMark, Plan, Review, Thread, Version
from plans.sections import FIELD, GROUP, SECTION


def about(thread: Thread) -> str:
    """The place a thread speaks of, in words: “Challenge: Background”, “Partners”."""
    anchor = thread.anchor
    if not anchor.section:
        return _("the whole plan")
    if anchor.group:
        return str(GROUP[anchor.group].label)
    section = str(SECTION[anchor.section].title)
    if anchor.field:
        return f"{section}: {FIELD[anchor.field].label}"
    return section


def not_own_notes(request: HttpRequest, thread: str = "") -> Q:
    """Leaves out what reviewers note among themselves about the lab of who asks."""
    at = f"{thread}__" if thread else ""
    labs = sorted(roles_of(request.user).labs)
    return ~Q(**{f"{at}for_reviewers": True, f"{at}plan__lab__in": labs})


class CommentRows(Rows):
    """What was said in a thread."""

    model = Comment
    fields = ("author", "text", "written_at")
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[Comment]:
        """What is sent, with the name of each author."""
        comments: Any = super().get_queryset(request)
        return comments.seen_by(request.user).select_related("author")  # type: ignore[no-any-return]


@admin.register(Thread)
class ThreadAdmin(Record):
    """Threads."""

    list_display = (
        "place_in_words",
        "plan",
        "status",
        "must_fix",
        "opened_by",
        "opened_at",
        "comments_in_it",
    )
    list_filter = ("status", "must_fix")
    list_select_related = ("plan", "opened_by")
    search_fields = ("plan__title", "plan__lab__name", "quote")
    ordering = ("-opened_at", "-pk")
    fields = (
        "plan",
        "place_in_words",
        "quote",
        "status",
        "must_fix",
        "for_reviewers",
        "opened_by",
        "opened_at",
    )
    readonly_fields = ("place_in_words",)
    inlines = (CommentRows,)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Threads, with how many comments each has; nothing that is not sent yet."""
        threads: Any = super().get_queryset(request)
        threads = threads.seen_by(request.user, reviews=True).filter(not_own_notes(request))
        sent = Q(comments__review__isnull=True) | Q(comments__review__closed_at__isnull=False)
        threads = threads.annotate(
            number_of_comments=Count("comments", filter=sent & Q(comments__isnull=False))
        )
        return threads.select_related("plan__lab", "opened_by")  # type: ignore[no-any-return]

    @admin.display(description=gettext_lazy("about"), ordering="place")
    def place_in_words(self, thread: Thread) -> str:
        """The place it speaks of."""
        return about(thread)

    @admin.display(description=gettext_lazy("comments"), ordering="number_of_comments")
    def comments_in_it(self, thread: Any) -> int:
        """How many comments it has."""
        return int(thread.number_of_comments)

    def links(self, request: HttpRequest, row: Any) -> list[Link]:
        """The thread where its readers see it."""
        return [Link(f"{row.plan.get_absolute_url()}#thread-{row.pk}", _("Read it on the plan"))]


@admin.register(Comment)
class CommentAdmin(Record):
    """Comments."""

    list_display = ("start", "author", "plan", "written_at")
    list_select_related = ("author", "thread__plan")
    search_fields = ("text", "author__name", "author__email", "thread__plan__title")
    date_hierarchy = "written_at"
    ordering = ("-written_at", "-pk")
    fields = ("plan", "text", "author", "written_at")
    readonly_fields = ("plan",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Nothing that is not sent yet."""
        comments: Any = super().get_queryset(request)
        return comments.seen_by(request.user).filter(not_own_notes(request, "thread"))  # type: ignore[no-any-return]

    @admin.display(description=gettext_lazy("comment"), ordering="text")
    def start(self, comment: Comment) -> str:
        """How it begins."""
        return str(comment)

    @admin.display(description=gettext_lazy("plan"), ordering="thread__plan__title")
    def plan(self, comment: Comment) -> str:
        """The plan it is about, leading to the thread."""
        return format_html(
            '<a href="{}">{}</a>', address(comment.thread, "change"), comment.thread.plan
        )


class MarkRows(Rows):
    """How far the plan meets the criteria of its cycle, as the review says."""

    model = CriterionMark
    fields = ("text", "mark", "word")
    readonly_fields = fields


@admin.register(Review)
class ReviewAdmin(Record):
    """Reviews: who read which version, and what they decided."""

    list_display = ("plan", "reviewer", "version", "decision", "opened_at", "closed_at")
    list_filter = ("decision",)
    list_select_related = ("plan", "reviewer", "version")
    search_fields = ("plan__title", "plan__lab__name", "reviewer__name", "reviewer__email")
    date_hierarchy = "opened_at"
    fields = ("plan", "reviewer", "version", "decision", "summary", "opened_at", "closed_at")
    inlines = (MarkRows,)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Those that are sent, with the names shown; one's own also before."""
        reviews = super().get_queryset(request)
        seen = Q(closed_at__isnull=False) | Q(reviewer=request.user)
        return reviews.filter(seen).select_related("plan", "reviewer", "version")


@admin.register(Version)
class VersionAdmin(Record):
    """Versions: what plans said when they were handed in and decided on."""

    list_display = ("plan", "number", "made_by", "made_at")
    list_display_links = ("plan", "number")
    list_select_related = ("plan", "made_by")
    search_fields = ("plan__title", "plan__lab__name")
    date_hierarchy = "made_at"
    ordering = ("-made_at", "-pk")
    fields = ("plan", "number", "made_by", "made_at", "hash")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """With the names shown."""
        return super().get_queryset(request).select_related("plan", "made_by")

    def links(self, request: HttpRequest, row: Any) -> list[Link]:
        """The version as its readers see it, and the plan."""
        return [
            Link(reverse("plan_version", args=(row.plan_id, row.number)), _("Read this version")),
            Link(address(Plan(pk=row.plan_id), "change"), _("The plan")),
        ]

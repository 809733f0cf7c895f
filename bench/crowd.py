"""A plan about which very much was said, straight into the tables; the same on every run."""

from __future__ import annotations

import datetime as dt
import random
from typing import TYPE_CHECKING

from django.utils import timezone

from plans.models import Comment, Decision, Event, EventKind, Review, Thread
from plans.states import Role

if TYPE_CHECKING:
    from accounts.models import User
    from plans.models import Plan

THREADS, COMMENTS, REVIEWS = 300, 2000, 10
FEW = (30, 60)
"""So many threads and comments are few."""
THE_REST = (THREADS - FEW[0], COMMENTS - FEW[1])
STATUSES = ("open", "addressed", "resolved")
SECTIONS = ("title", "challenge", "evidence", "classification", "partners", "learning", "closing")
SYLLABLES = "ba ce di fo gu la me ni po ru sha te vi wo zu ka le mi no pa".split()


def words(rng: random.Random, number: int) -> str:
    """A sentence of made-up words, of which there are thousands, as there are in a language."""
    made = ("".join(rng.choices(SYLLABLES, k=rng.randint(1, 3))) for _ in range(number))
    return " ".join(made).capitalize() + "."


def crowd(
    plan: Plan,
    *,
    reviewer: User,
    writer: User,
    threads: int,
    comments: int,
    statuses: tuple[str, ...] = STATUSES,
) -> None:
    """Discuss a plan at every kind of place, in ten reviews: one asks, the other answers.

    Three of four threads must be fixed; the statuses take turns.
    """
    rng = random.Random(20260301 + threads)
    row = plan.partners.order_by("position")[0].pk
    item = plan.evidence.order_by("position")[0].pk
    question = plan.learning_questions.order_by("position")[0].pk
    places = (
        *("plan", *SECTIONS, "challenge.background", "challenge.summary", "closing.early_leads"),
        *(f"partners/{row}", f"evidence/{item}", f"learning_questions/{question}"),
    )
    began = timezone.now() - dt.timedelta(days=40)
    version = plan.versions.order_by("number").last()
    reviews = Review.objects.bulk_create(
        Review(
            plan=plan,
            reviewer=reviewer,
            version=version,
            opened_at=began + dt.timedelta(days=number),
            closed_at=began + dt.timedelta(days=number, hours=2),
            decision=Decision.COMMENTED,
            summary=words(rng, 30),
        )
        for number in range(REVIEWS)
    )
    made = Thread.objects.bulk_create(
        Thread(
            plan=plan,
            review=reviews[number * REVIEWS // threads],
            place=places[number % len(places)],
            quote=words(rng, 12),
            status=statuses[number % len(statuses)],
            must_fix=number % 4 != 0,
            opened_by=reviewer,
            opened_at=began + dt.timedelta(minutes=number),
        )
        for number in range(threads)
    )
    said = Comment.objects.bulk_create(
        Comment(
            thread=made[number % threads],
            review=made[number % threads].review if number < threads else None,
            author=(reviewer, writer)[number // threads % 2],
            text=words(rng, rng.randint(10, 50)),
            written_at=began + dt.timedelta(days=REVIEWS, hours=3, minutes=number),
        )
        for number in range(comments)
    )
    Event.objects.bulk_create(
        Event(
            kind=EventKind.REPLIED,
            lab=plan.lab,
            cycle=plan.cycle,
            plan=plan,
            actor=writer,
            acted_as=Role.MEMBER,
            thread=comment.thread,
            comment=comment,
            at=comment.written_at,
        )
        for comment in said
        if comment.author == writer
    )

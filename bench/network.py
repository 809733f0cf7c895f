"""Fills an empty database with a network as large as one likes, straight into the tables.

Ninety labs over ten years hand in three plans a quarter; each plan is as long as the archive's
median. Texts are made of a fixed list of words, so every run stores the same.
"""

from __future__ import annotations

import datetime as dt
import itertools
import random
from collections.abc import Iterator
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import Lab, Membership, Reviewer, User
from plans.models import (
    Comment,
    Cycle,
    DataSource,
    Evidence,
    LearningQuestion,
    Method,
    Partner,
    Plan,
    PlanDataSource,
    PlanMethod,
    PlanSdg,
    PlanThematicArea,
    Sdg,
    Sector,
    ThematicArea,
    Thread,
)
from plans.states import SLOTS, State

WORDS = (
    "water market river school energy women waste city farm data youth health road "
    "training repair credit forest harvest storm budget council map bridge price trust"
).split()
MEMBER, REVIEWER = "bench.member@example.org", "bench.reviewer@example.org"


def text(rng: random.Random, characters: int) -> str:
    """About so many characters of words."""
    return " ".join(rng.choices(WORDS, k=characters // 6))


def people() -> tuple[User, User]:
    """A member of the first lab, and the reviewer of its region."""
    lab = Lab.objects.select_related("region").order_by("pk")[0]
    member, _ = User.objects.get_or_create(email=MEMBER, defaults={"name": "Bench Member"})
    reviewer, _ = User.objects.get_or_create(email=REVIEWER, defaults={"name": "Bench Reviewer"})
    Membership.objects.get_or_create(user=member, lab=lab)
    Reviewer.objects.get_or_create(user=reviewer, region=lab.region)
    return member, reviewer


def _cycles() -> Iterator[Cycle]:
    """Quarters, the present one (open) first, back and back."""
    now = timezone.now()
    year, quarter = now.year, (now.month - 1) // 3 + 1
    for age in itertools.count():
        opens = now - dt.timedelta(days=30 + 91 * age)
        yield Cycle.objects.get_or_create(
            year=year,
            quarter=quarter,
            defaults={"opens_at": opens, "closes_at": opens + dt.timedelta(days=90)},
        )[0]
        year, quarter = (year, quarter - 1) if quarter > 1 else (year - 1, 4)


@transaction.atomic
def fill(number: int) -> int:
    """Add plans until there are ``number``; answer how many were added."""
    missing = number - Plan.objects.count()
    if missing <= 0:
        return 0
    rng = random.Random(20210401)
    writer, reviewer = people()
    labs = list(Lab.objects.prefetch_related("countries").order_by("pk"))
    taken = set(Plan.objects.values_list("lab_id", "cycle_id"))
    places = [(kind, slot) for kind, slots in SLOTS.items() for slot in slots]
    plans: list[Plan] = []
    for cycle in _cycles():
        for lab in labs:
            if (lab.pk, cycle.pk) in taken:
                continue
            for kind, slot in places:
                if len(plans) < missing:
                    plans.append(_plan(rng, lab, cycle, kind, slot, writer))
        if len(plans) >= missing:
            break
    states = [plan.state for plan in plans]
    for plan in plans:
        plan.state = State.DRAFT  # while its parts are written: later on they stay as they are
    Plan.objects.bulk_create(plans, batch_size=1000)
    for plan, state in zip(plans, states, strict=True):
        plan.state = state
    _parts(rng, plans, reviewer)
    Plan.objects.bulk_update(plans, ["state"], batch_size=1000)
    return len(plans)


def _plan(rng: random.Random, lab: Lab, cycle: Cycle, kind: str, slot: int, writer: User) -> Plan:
    open_now = cycle.closes_at > timezone.now()
    states = [State.DRAFT, State.SUBMITTED, State.CHANGES_REQUESTED, State.APPROVED]
    weights = [2, 5, 2, 1] if open_now else [0, 2, 1, 30]
    return Plan(
        lab=lab,
        cycle=cycle,
        challenge_type=kind,
        slot=slot,
        state=rng.choices(states, weights)[0],
        state_since=timezone.now() - dt.timedelta(hours=rng.randrange(24 * 40)),
        title=text(rng, 60).capitalize(),
        country=lab.countries.all()[0],
        focal_point=writer,
        created_by=writer,
        challenge_statement=text(rng, 277),
        background=text(rng, 1270),
        value_proposition=text(rng, 600),
        summary=text(rng, 221),
        early_leads=text(rng, 300),
    )


def _parts(rng: random.Random, plans: list[Plan], reviewer: User) -> None:
    sectors = list(Sector.objects.all())
    Evidence.objects.bulk_create(
        (
            Evidence(plan=plan, position=place, kind=kind, form="text", text=text(rng, 562))
            for plan in plans
            for place, kind in enumerate(("quantitative", "qualitative"), start=1)
        ),
        batch_size=2000,
    )
    Partner.objects.bulk_create(
        (
            Partner(
                plan=plan,
                position=place,
                name=text(rng, 30),
                sector=rng.choice(sectors),
                description=text(rng, 150),
                is_new=rng.random() < 0.3,
            )
            for plan in plans
            for place in (1, 2, 3)
        ),
        batch_size=2000,
    )
    LearningQuestion.objects.bulk_create(
        (
            LearningQuestion(
                plan=plan,
                position=1,
                question=text(rng, 200),
                stages=["sense", "explore"],
                usage=text(rng, 300),
                data_gap=text(rng, 300),
            )
            for plan in plans
        ),
        batch_size=2000,
    )
    tables: list[tuple[Any, Any]] = [
        (PlanSdg, Sdg),
        (PlanThematicArea, ThematicArea),
        (PlanMethod, Method),
        (PlanDataSource, DataSource),
    ]
    for table, vocabulary in tables:
        terms = list(vocabulary.objects.all())
        table.objects.bulk_create(
            (
                table(plan=plan, term=term, position=place, words=term.name)
                for plan in plans
                for place, term in enumerate(rng.sample(terms, 3), start=1)
            ),
            batch_size=2000,
        )
    reviewed = [plan for plan in plans if plan.state != State.DRAFT]
    threads = Thread.objects.bulk_create(
        (
            Thread(plan=plan, place=place, opened_by=reviewer, quote=text(rng, 80))
            for plan in reviewed
            for place in ("challenge.background", "learning")
        ),
        batch_size=2000,
    )
    Comment.objects.bulk_create(
        (
            Comment(thread=thread, author=reviewer, text=text(rng, 180))
            for thread in threads
            for _ in range(2)
        ),
        batch_size=2000,
    )

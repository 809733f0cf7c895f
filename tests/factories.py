"""What tests are made of: people, places, vocabularies, cycles — and whole plans.

Plans come about through the real actions only, so a test never starts from something that the
application itself could not have made.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from factory.declarations import LazyAttribute, LazyFunction, Sequence, SubFactory
from factory.django import DjangoModelFactory, Password

from accounts.models import Country, Lab, LabRole, Membership, Region, Reviewer, User
from accounts.roles import forget_roles
from plans import authoring, reviewing, workflow
from plans.document import PlanDocument
from plans.models import Cycle, DataSource, Method, Sdg, Sector, ThematicArea
from plans.states import Act, State

if TYPE_CHECKING:
    from plans.models import Plan, Thread


class UserFactory(DjangoModelFactory[User]):
    """Somebody who can sign in with the password ``open sesame``."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    name = Sequence(lambda n: f"Person {n}")
    email = LazyAttribute(lambda user: f"{user.name.lower().replace(' ', '.')}@example.org")
    password = Password("open sesame")


class RegionFactory(DjangoModelFactory[Region]):
    """A region."""

    class Meta:
        model = Region

    slug = Sequence(lambda n: f"region-{n}")
    name = LazyAttribute(lambda region: region.slug.replace("-", " ").capitalize())


class CountryFactory(DjangoModelFactory[Country]):
    """A country, its code counting AAA, AAB, …"""

    class Meta:
        model = Country

    code = Sequence(lambda n: "".join(chr(65 + n // 26**i % 26) for i in (2, 1, 0)))
    name = LazyAttribute(lambda country: f"Country {country.code}")
    region = SubFactory(RegionFactory)
    latitude = 10.5
    longitude = 20.5


class LabFactory(DjangoModelFactory[Lab]):
    """A lab that works in one country of its region."""

    class Meta:
        model = Lab

    slug = Sequence(lambda n: f"lab-{n}")
    name = LazyAttribute(lambda lab: lab.slug.replace("-", " ").capitalize())
    region = SubFactory(RegionFactory)

    @classmethod
    def _create(cls, model_class: type[Lab], *args: Any, **kwargs: Any) -> Lab:
        """With the ``countries`` given, or one of its own."""
        countries = kwargs.pop("countries", None)
        lab: Lab = super()._create(model_class, *args, **kwargs)  # type: ignore[no-untyped-call]
        lab.countries.set(countries or [CountryFactory.create(region=lab.region)])
        return lab


class MembershipFactory(DjangoModelFactory[Membership]):
    """A person's place in a lab."""

    class Meta:
        model = Membership

    user = SubFactory(UserFactory)
    lab = SubFactory(LabFactory)
    role = LabRole.MEMBER


class ReviewerFactory(DjangoModelFactory[Reviewer]):
    """A person who reviews for a region."""

    class Meta:
        model = Reviewer

    user = SubFactory(UserFactory)
    region = SubFactory(RegionFactory)


class CycleFactory(DjangoModelFactory[Cycle]):
    """A quarter that is open now."""

    class Meta:
        model = Cycle

    year = Sequence(lambda n: 2030 + n // 4 % 70)
    quarter = Sequence(lambda n: n % 4 + 1)
    opens_at = LazyFunction(lambda: timezone.now() - dt.timedelta(days=30))
    closes_at = LazyFunction(lambda: timezone.now() + dt.timedelta(days=30))


class SdgFactory(DjangoModelFactory[Sdg]):
    """A goal, its number counting from 1 to 17."""

    class Meta:
        model = Sdg

    number = Sequence(lambda n: n % 17 + 1)
    name = LazyAttribute(lambda goal: f"Goal {goal.number}")
    colour = "#00AEEF"


class ThematicAreaFactory(DjangoModelFactory[ThematicArea]):
    """A theme."""

    class Meta:
        model = ThematicArea

    name = Sequence(lambda n: f"Theme {n}")


class MethodFactory(DjangoModelFactory[Method]):
    """A method."""

    class Meta:
        model = Method

    name = Sequence(lambda n: f"Method {n}")


class DataSourceFactory(DjangoModelFactory[DataSource]):
    """A data source."""

    class Meta:
        model = DataSource

    name = Sequence(lambda n: f"Source {n}")


class SectorFactory(DjangoModelFactory[Sector]):
    """A sector."""

    class Meta:
        model = Sector

    name = Sequence(lambda n: f"Sector {n}")


def member_of(lab: Lab, name: str, role: str = LabRole.MEMBER, **extra: Any) -> User:
    """A new person in a lab."""
    user = UserFactory.create(name=name, **extra)
    MembershipFactory.create(user=user, lab=lab, role=role)
    return user


def reviewer_of(region: Region, name: str, **extra: Any) -> User:
    """A new person who reviews for a region."""
    user = UserFactory.create(name=name, **extra)
    ReviewerFactory.create(user=user, region=region)
    return user


def sent_thread(plan: Plan, place: str, text: str, *, actor: User, **more: Any) -> Thread:
    """A thread that everybody reads whom it concerns: opened in a review that has been sent."""
    thread = reviewing.open_thread(plan, place, text, actor=actor, **more)
    if thread.review:
        reviewing.send(plan, "commented", actor=actor)
    return type(thread).objects.select_related("review", "plan__lab").get(pk=thread.pk)


def fresh(user: User) -> User:
    """The same person as the next request meets them: nothing kept from before."""
    forget_roles(user)
    return User.objects.get(pk=user.pk)


WORDS = {
    "challenge_statement": "Wells run dry before the rains come.",
    "background": "Three dry years in a row.\n\nNobody knows how deep the water is.",
    "value_proposition": "Villages could decide together when to pump.",
    "summary": "Measuring wells together, so that nobody pumps the last water.",
    "early_leads": "The water users' association would take it over.",
}
"""Answers to the open questions, for plans in which the words do not matter."""


ROWS: dict[str, Any] = {
    "evidence": [
        {"kind": "quantitative", "form": "text", "text": "Levels fell by 4 m in 2 years."},
        {"kind": "qualitative", "form": "link", "address": "https://example.org/interviews"},
    ],
    "partners": [
        {
            "name": "Water users' association",
            "sector": "Farmers",
            "description": "They read the gauges.",
            "is_new": True,
        }
    ],
    "learning_questions": [
        {
            "question": "Do shared readings change how much is pumped?",
            "stages": ["sense", "test"],
            "usage": "Diaries, then a trial in two villages.",
            "data_gap": "Nobody has readings by the week.",
        }
    ],
}
"""The rows of such plans."""


def complete(plan: Plan, *, actor: User) -> Plan:
    """Answer whatever a draft still needs, so that nothing holds up its submission."""
    Sdg.objects.get_or_create(number=6, defaults={"name": "Clean water", "colour": "#26BDE2"})
    if not ThematicArea.objects.spelled("Water").exists():  # the seeds have it as another name
        ThematicArea.objects.create(name="Water")
    Method.objects.get_or_create(name="Surveys")
    DataSource.objects.get_or_create(name="Gauges")
    Sector.objects.get_or_create(name="Farmers")
    country = plan.lab.countries.first()
    focal_point = User.objects.filter(memberships__lab=plan.lab).first()
    document = PlanDocument.model_validate(
        {
            "title": plan.title or "Wells that answer",
            "country": country.name if country else "",
            "focal_point": {"email": focal_point.email if focal_point else ""},
            "sdgs": [6],
            "thematic_areas": ["Water"],
            "methods": ["Surveys"],
            "data_sources": ["Gauges"],
            **WORDS,
            **ROWS,
        }
    )
    authoring.fill(plan, document, actor=actor)
    return type(plan).objects.get(pk=plan.pk)


def plan_in(
    state: str,
    lab: Lab,
    cycle: Cycle,
    *,
    writer: User,
    reviewer: User,
    manager: User,
    challenge_type: str = "exploratory",
    title: str = "Wells that answer",
) -> Plan:
    """A complete plan brought into a state the way people bring it there."""
    if state == State.ARCHIVED:
        document = PlanDocument.model_validate(
            {"title": title, "challenge_type": "exploratory", "lab": lab.name, **WORDS}
        )
        page = authoring.Arrived(lab, cycle, f"{title}.md", document.model_dump_json(), document)
        archived = authoring.bring_in(page, actor=manager).plan
        assert archived is not None
        return archived
    plan = workflow.start(lab, cycle, actor=writer, challenge_type=challenge_type, title=title)
    plan = complete(plan, actor=writer)
    for act, actor in _ROAD[State(state)]:
        who = {"writer": writer, "reviewer": reviewer}[actor]
        plan = workflow.move(plan, act, actor=who, note="Please say more.")
    return type(plan).objects.get(pk=plan.pk)


_ROAD: dict[State, list[tuple[Act, str]]] = {
    State.DRAFT: [],
    State.SUBMITTED: [(Act.SUBMIT, "writer")],
    State.CHANGES_REQUESTED: [(Act.SUBMIT, "writer"), (Act.REQUEST_CHANGES, "reviewer")],
    State.APPROVED: [(Act.SUBMIT, "writer"), (Act.APPROVE, "reviewer")],
    State.WITHDRAWN: [(Act.WITHDRAW, "writer")],
}

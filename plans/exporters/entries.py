"""Plans on their way out: what somebody may have of each, read in few queries.

Who sees a plan gets it; names and addresses of people, and reflections that are still written,
only go to those who see them on the page. Every format takes these entries and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.utils.translation import gettext as _

from plans.document import EvidenceItem, PlanDocument, ReflectionDocument
from plans.exporters.threads import ThreadTold, threads_of
from plans.models import Picture, Question, Sdg
from plans.permissions import may_see_people, reflection_of, visible_plans
from plans.sections import SECTIONS

if TYPE_CHECKING:
    from accounts.models import User
    from plans.models import Plan
    from plans.models.plan import PlanQuerySet

AT_ONCE = 100
"""So many plans are in memory at the same moment."""


@dataclass(frozen=True)
class Entry:
    """A plan that goes out. ``address`` is where it is read; ``state`` is in words.

    ``note`` says why it is in the collection that goes out.
    """

    number: int
    address: str
    state: str
    changed: str
    document: PlanDocument
    reflection: ReflectionDocument | None = None
    pictures: dict[UUID, Picture] = field(default_factory=dict)
    threads: tuple[ThreadTold, ...] = ()
    note: str = ""

    @property
    def name(self) -> str:
        """The title, or that there is none."""
        return self.document.title or str(_("Untitled plan"))

    def picture_address(self, item: EvidenceItem) -> str:
        """Where the picture or link of an item of evidence is to be had; empty for neither."""
        if item.picture and item.picture in self.pictures:
            return f"{self.address}pictures/{item.picture}/large/"
        return item.address

    def picture(self, item: EvidenceItem) -> bytes | None:
        """The small file of an item's picture; None where there is none, or it was lost."""
        found = self.pictures.get(item.picture) if item.picture else None
        if found is None:
            return None
        try:
            with found.small.open() as file:
                content: bytes = file.read()
        except OSError:
            return None
        return content


def entries(
    user: User, plans: PlanQuerySet, site: str, *, with_threads: bool = False
) -> Iterator[Entry]:
    """These plans as this person may have them, in their order; ``site`` is where they are read.

    Three queries for each hundred, four more with threads.
    """
    keys = list(plans.values_list("pk", flat=True))
    return of_keys(user, keys, site, with_threads=with_threads)


def of_keys(
    user: User,
    keys: Sequence[int],
    site: str,
    *,
    with_threads: bool = False,
    notes: Mapping[int, str] | None = None,
) -> Iterator[Entry]:
    """The same for the plans of these numbers; those that are not (any more) seen are left out.

    ``notes`` are those of a collection, by the plan's number.
    """
    for start in range(0, len(keys), AT_ONCE):
        some = keys[start : start + AT_ONCE]
        found = {
            plan.pk: plan
            for plan in visible_plans(user)
            .with_document()
            .filter(pk__in=some)
            .select_related("reflection__lab", "reflection__cycle")
        }
        pictures: dict[int, dict[UUID, Picture]] = {}
        for picture in Picture.objects.filter(plan__in=some):
            pictures.setdefault(picture.plan_id, {})[picture.pk] = picture
        threads = threads_of(user, list(found.values()), words().of) if with_threads else {}
        for key in some:
            if key in found:
                told = entry(user, found[key], site, pictures.get(key, {}), threads.get(key, ()))
                yield replace(told, note=notes.get(key, "")) if notes else told


def entry(
    user: User,
    plan: Plan,
    site: str,
    pictures: dict[UUID, Picture],
    threads: tuple[ThreadTold, ...] = (),
) -> Entry:
    """One plan as this person may have it."""
    document = plan.document
    reflection = reflection_of(user, plan)
    reflected = reflection.document if reflection else None
    if not may_see_people(user, plan):
        document = document.without_people()
        reflected = reflected.without_people() if reflected else None
    return Entry(
        number=plan.pk,
        address=f"{site}{plan.get_absolute_url()}",
        state=plan.get_state_display(),
        changed=plan.changed_at.isoformat(),
        document=document,
        reflection=reflected,
        pictures=pictures,
        threads=threads,
    )


@dataclass(frozen=True)
class Words:
    """What a reader calls things: the questions as administrators put them, and the goals."""

    labels: dict[str, str]
    goals: dict[int, str]

    def of(self, place: str) -> str:
        """The words of a section or a question: ``challenge``, ``challenge.background``."""
        return self.labels.get(place, place)


def words() -> Words:
    """The labels and names of today, in two queries."""
    labels: dict[str, str] = {section.key: str(section.title) for section in SECTIONS}
    for section in SECTIONS:
        asked: Iterable[Any] = (*section.fields, *(section.group.fields if section.group else ()))
        labels |= {f"{section.key}.{one.key}": str(one.label) for one in asked}
    labels |= {place: one.label for place, one in Question.labels().items() if one.label}
    goals = {goal.number: goal.name for goal in Sdg.objects.only("number", "name")}
    return Words(labels, goals)

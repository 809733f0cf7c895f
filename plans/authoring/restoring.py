"""Going back: an answer, a row or a whole text as it once was, written as a new change.

Nothing is erased by it: what stands there now is in the history afterwards, like after any save.
The type of challenge, and with it the place that the plan holds, is never touched.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Country, User
from plans import history, taxonomies
from plans.anchors import Anchor
from plans.authoring.rows import add_row, move_row, remove_row
from plans.authoring.saving import Change, open_for_writing, save
from plans.authoring.stored import row_key
from plans.errors import WrongState
from plans.models import CHOICES, UNOFFERED, Plan, Sdg, Sector, Term
from plans.sections import FIELD, GROUP, SECTION

if TYPE_CHECKING:
    from plans.document import PlanDocument

KEPT_OUT = frozenset({"challenge_type"})
"""Answers that only the form changes: the type claims one of the lab's places."""


@dataclass
class Restored:
    """What going back did: whether anything changed, and in words what could not come back."""

    changed: bool = False
    left_out: list[str] = field(default_factory=list)


@transaction.atomic
def restore(
    plan: Plan, document: PlanDocument, place: Anchor, *, actor: User, seen: int | None = None
) -> Restored:
    """Write what ``document`` says at ``place`` into the plan: an answer, a row, a section or all.

    ``seen`` is the revision that the writer had in front of them; what somebody else has written
    at this place since then is not overwritten unseen. Raises as :func:`save` and :func:`add_row`
    do, and WrongState in that case.
    """
    plan = open_for_writing(plan, actor)
    if seen is not None:
        _refuse_unseen(plan, place, seen, actor)
    before = plan.revision
    outcome = Restored()
    if place.group and place.row:
        _restore_row(plan, document, place.group, place.row, actor, outcome)
    else:
        _restore_answers(plan, document, _fields(place), actor, outcome)
        for group in _groups(place):
            _restore_group(plan, document, group, actor, outcome)
    outcome.changed = Plan.objects.values_list("revision", flat=True).get(pk=plan.pk) != before
    return outcome


def previewed(now: PlanDocument, then: PlanDocument, place: Anchor) -> PlanDocument:
    """What the plan says once a section, or the whole, is as it was then; to be shown before."""
    names = {*_fields(place), *_groups(place)} - KEPT_OUT
    return now.model_copy(update={name: getattr(then, name) for name in names})


def _fields(place: Anchor) -> list[str]:
    if place.field:
        return [place.field]
    if place.section:
        return [one.key for one in SECTION[place.section].fields]
    return list(FIELD)


def _groups(place: Anchor) -> list[str]:
    if place.field:
        return []
    if place.section:
        group = SECTION[place.section].group
        return [group.key] if group else []
    return list(GROUP)


def _refuse_unseen(plan: Plan, place: Anchor, seen: int, actor: User) -> None:
    wanted = {*_fields(place), *_groups(place)} if not place.row else {f"{place.group}/{place.row}"}
    for writing in history.written_since(plan, seen):
        if writing.by_id != actor.pk and any(
            key == one or key.startswith(f"{one}/") for key in writing.keys for one in wanted
        ):
            raise WrongState(
                _(
                    "%(who)s has written here since you opened this page. Nothing was changed: "
                    "look at what it says now, then bring it back if you still want to."
                )
                % {"who": writing.by.get_full_name()}
            )


# -- answers ---------------------------------------------------------------------------------------


def _restore_answers(
    plan: Plan, document: PlanDocument, names: list[str], actor: User, outcome: Restored
) -> None:
    changes = {}
    for name in names:
        if name not in KEPT_OUT:
            value, found = _stored(plan, name, getattr(document, name), outcome)
            if found:
                changes[name] = Change(value)
    save(plan, changes, actor=actor)


def _stored(plan: Plan, name: str, value: Any, outcome: Restored) -> tuple[Any, bool]:
    """A value of a document as the database has it, and whether it could be found there."""
    if name == "country":
        country = Country.objects.filter(name=value, labs=plan.lab_id).first() if value else None
        if value and country is None:
            outcome.left_out.append(_("The lab does not work in %(country)s.") % {"country": value})
        return country, bool(country) or not value
    if name == "focal_point":
        return _focal_point(plan, value, outcome)
    if name == "sector":
        sector = taxonomies.find(Sector, value) if value else None
        if value and sector is None:
            _miss(outcome, value)
        return sector, bool(sector) or not value
    if name == "picture":
        # Pictures are kept as long as their plan: an old one can always come back.
        picture = plan.pictures.filter(pk=value).first() if value else None
        return picture, bool(picture) or not value
    if name == "sdgs":
        return list(Sdg.objects.filter(number__in=value)), True
    if name in CHOICES:
        return _terms(plan, name, value, outcome), True
    return (list(value) if name == "stages" else value), True


def _focal_point(plan: Plan, person: Any, outcome: Restored) -> tuple[User | None, bool]:
    if person is None:
        return None, True
    user = User.objects.filter(
        memberships__lab=plan.lab_id, email=person.email.lower(), is_active=True
    ).first()
    if user is None:
        name = person.name or person.email
        outcome.left_out.append(_("%(who)s is not in the lab (any more).") % {"who": name})
    return user, user is not None


def _terms(plan: Plan, name: str, value: Any, outcome: Restored) -> list[Term]:
    """The terms meant by these words; those retired or gone since are left out, unless there."""
    found: dict[Term, None] = {}
    there = {choice.term_id: choice.words for choice in CHOICES[name].objects.filter(plan=plan)}
    by_words = {words: pk for pk, words in there.items()}
    for words in value:
        vocabulary = taxonomies.VOCABULARIES[name]
        kept = by_words.get(words)
        term: Any = (
            vocabulary._default_manager.filter(pk=kept).first()
            if kept
            else taxonomies.find(vocabulary, words)
        )
        if term is None or (term.status in UNOFFERED and term.pk not in there):
            _miss(outcome, words)
        else:
            found[term] = None
    return list(found)


def _miss(outcome: Restored, words: str) -> None:
    outcome.left_out.append(_("“%(words)s” is not in the list any more.") % {"words": words})


# -- rows ------------------------------------------------------------------------------------------


def _restore_row(
    plan: Plan, document: PlanDocument, group: str, row_id: UUID, actor: User, outcome: Restored
) -> None:
    """Write a row as it was; one that was removed comes back, to the place it had."""
    found = document.find_row(Anchor(section="", group=group, row=row_id))
    if found is None:
        return
    place, row = found
    is_there = plan.rows(group).filter(pk=row_id).exists()
    answers = {}
    for one in GROUP[group].fields:
        value, known = _stored(plan, one.key, getattr(row, one.key), outcome)
        if known:
            answers[one.key] = value
    if is_there:
        changes = {row_key(group, row_id, name): Change(value) for name, value in answers.items()}
        save(plan, changes, actor=actor)
    else:
        add_row(plan, group, actor=actor, row_id=row_id, **answers)
        move_row(plan, group, row_id, place, actor=actor)


def _restore_group(
    plan: Plan, document: PlanDocument, group: str, actor: User, outcome: Restored
) -> None:
    """Make the rows those of the document; what is not in it goes first, to make room."""
    wanted = [row.id for row in document.rows(group)]
    for row_id in [row.pk for row in plan.rows(group) if row.pk not in wanted]:
        remove_row(plan, group, row_id, actor=actor)
    for place, row_id in enumerate(wanted, start=1):
        _restore_row(plan, document, group, row_id, actor, outcome)
        move_row(plan, group, row_id, place, actor=actor)


@transaction.atomic
def put_row_back(plan: Plan, group: str, row_id: UUID, *, actor: User) -> Restored:
    """Undo the latest removal of a row: it stands where it stood, with every word it had.

    A row that is there (somebody was quicker) and one that never was stay as they are. Raises as
    :func:`restore` does; Invalid where the plan has no room for one more.
    """
    plan = open_for_writing(plan, actor)
    found = history.removals(plan, group, [row_id])
    if not found or plan.rows(group).filter(pk=row_id).exists():
        return Restored()
    document = history.document_at(plan, found[0].revision - 1)
    if document is None:
        return Restored()
    return restore(plan, document, Anchor(section="", group=group, row=row_id), actor=actor)

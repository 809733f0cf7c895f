"""Splitting a term that glues several together, and taking that back.

Plans have the parts instead, as far as there is room for them; the glued term is retired, and its
name still says what it was. Each act is one transaction of a fixed number of statements and waits
for others as merges do.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from plans import clock, taxonomies
from plans.errors import Invalid
from plans.merging.locks import Meanwhile, lock_plans, lock_terms, patiently
from plans.merging.uses import USES, Uses, uses_of
from plans.models import Split, Term, TermChange, TermStatus, Vocabulary
from plans.permissions import may_keep_terms, require
from plans.splitting.foresight import obstacle, refusal
from plans.splitting.statements import GIVE, NOTE, PUT_BACK, SETTLE, TAKE, TAKE_BACK, TELL, named
from plans.states import State
from plans.term_history import written_by

if TYPE_CHECKING:
    from accounts.models import User


@transaction.atomic
def split(term: Term, into: Sequence[Term], *, actor: User) -> Split:
    """Give every plan with ``term`` the terms ``into`` instead; answer the record of it.

    Parts that are not stored yet (see :func:`part_called`) are made as terms in use in the same
    act. Where a plan has no room for all of them, the first ones are put on it. Raises
    PermissionDenied for who does not keep this vocabulary; Invalid, in words, when the terms as
    they are now do not allow it; Busy when plans with the term are being saved all the time.
    """
    uses = uses_of(type(term))
    require(may_keep_terms(actor, type(term)))
    parts = list(dict.fromkeys(part.pk or part.name for part in into))
    return patiently(lambda: _split(uses, term.pk, parts, actor))


def part_called(vocabulary: type[Term], words: str) -> Term:
    """The term that a part means; one that is not stored yet, where nothing is called so.

    Raises Invalid for words that no term can be called.
    """
    words = taxonomies.tidy(words)
    refused = taxonomies.no_name(words)
    if refused:
        raise Invalid(refused)
    return taxonomies.find(vocabulary, words) or _new(vocabulary, words)


def _new(vocabulary: type[Term], name: str) -> Term:
    return vocabulary(name=name, status=TermStatus.IN_USE, created_at=clock.now())


def _split(uses: Uses, key: int, asked: list[int | str], actor: User) -> Split:
    held = uses.of([key]).order_by().values_list("plan", flat=True).distinct()
    locked = lock_plans(held)
    found = lock_terms(uses, Q(pk__in=[key, *(part for part in asked if isinstance(part, int))]))
    if not locked.issuperset(held.all()):
        raise Meanwhile
    into: list[Any] = [
        found.get(part) if isinstance(part, int) else _new(uses.vocabulary, part) for part in asked
    ]
    refused = refusal(uses.vocabulary, found.get(key), into)
    if refused:
        raise Invalid(refused)
    term = found[key]
    made = [part for part in into if part.pk is None]
    if made:
        with written_by(actor, _("Made as a part of “%(term)s”.") % {"term": term}):
            for part in made:
                part.save(force_insert=True)
    found |= {part.pk: part for part in made}
    parts = [part.pk for part in into]
    record = Split.objects.create(
        vocabulary=Vocabulary(str(uses.vocabulary._meta.model_name)),
        term=key,
        into=parts,
        made=[part.pk for part in made],
        names={str(one.pk): one.name for one in found.values()},
        status=term.status,
        by=actor,
        at=clock.now(),
    )
    given = {"split": record.pk, "term": key, "into": parts, "archived": State.ARCHIVED}
    uses.run(named(NOTE), **given)
    uses.run(named(GIVE), **given)
    uses.run(named(TELL), **given, back=False, by=actor.pk, now=clock.now())
    uses.run(named(TAKE), **given)
    with written_by(actor, _("Split: %(split)s.") % {"split": record}):
        uses.vocabulary._default_manager.filter(pk=key).update(
            status=TermStatus.RETIRED, refusal=""
        )
    return record


@transaction.atomic
def undo(record: Split, *, actor: User) -> Split:
    """Give the glued term back to the plans that still have a part of it.

    A plan that has dropped them since stays as it is. Parts that were made by the split go with it
    if nobody has used or changed them since. Raises as :func:`split` does: Invalid too when one of
    the terms was changed since then.
    """
    uses = USES[record.vocabulary]
    require(may_keep_terms(actor, uses.vocabulary))
    return patiently(lambda: _undo(uses, record.pk, actor))


def _undo(uses: Uses, key: int, actor: User) -> Split:
    record = Split.objects.select_for_update().get(pk=key)
    lock_plans(record.uses.order_by().values_list("plan", flat=True))
    found = lock_terms(uses, Q(pk__in=[record.term, *record.into]))
    refused = obstacle(record, found)
    if refused:
        raise Invalid(refused)
    given = {"split": record.pk, "term": record.term, "into": record.into}
    with written_by(actor, _("A split was undone: %(split)s.") % {"split": record}):
        uses.vocabulary._default_manager.filter(pk=record.term).update(status=record.status)
    uses.run(named(SETTLE), **given)
    uses.run(named(PUT_BACK), **given)
    uses.run(named(TELL), **given, back=True, by=actor.pk, now=clock.now())
    uses.run(named(TAKE_BACK), **given)
    if record.made:
        with written_by(actor, _("A split was undone: %(split)s.") % {"split": record}):
            _untouched(uses, record).delete()
    record.undone_by, record.undone_at = actor, clock.now()
    record.save(update_fields=["undone_by", "undone_at"])
    return record


def _untouched(uses: Uses, record: Split) -> QuerySet[Any]:
    """The parts made by a split that no plan has, and to which nothing was done since."""
    vocabulary = str(uses.vocabulary._meta.model_name)
    changed = TermChange.objects.filter(vocabulary=vocabulary, before__isnull=False)
    splits = Split.objects.filter(vocabulary=vocabulary, undone_at=None).exclude(pk=record.pk)
    wanted = {
        key
        for keys in splits.filter(into__overlap=record.made).values_list("into")
        for key in keys[0]
    }
    made: Any = uses.vocabulary._default_manager.filter(pk__in=set(record.made) - wanted)
    if hasattr(uses.vocabulary, "parent"):
        made = made.exclude(pk__in=made.model.objects.exclude(parent=None).values("parent"))
    return (  # type: ignore[no-any-return]
        made.exclude(pk__in=uses.rows.objects.filter(term__in=record.made).values("term"))
        .exclude(pk__in=changed.filter(term__in=record.made).values("term"))
        .exclude(pk__in=made.model.objects.exclude(merged_into=None).values("merged_into"))
    )

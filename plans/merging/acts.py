"""The two acts. Each is one transaction of a fixed number of statements; how they wait for others
is told in :mod:`plans.merging.locks`.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from plans import clock
from plans.errors import Invalid
from plans.merging.foresight import obstacle, refusal, state, with_new_aliases
from plans.merging.locks import Meanwhile, lock_plans, lock_terms, patiently
from plans.merging.uses import USES, Uses, move, move_back, uses_of
from plans.models import Merge, Term, TermStatus, Vocabulary
from plans.permissions import may_keep_terms, require
from plans.term_history import written_by

if TYPE_CHECKING:
    from collections.abc import Iterable

    from accounts.models import User


@transaction.atomic
def merge(terms: Iterable[Term], into: Term, *, actor: User) -> Merge:
    """Make these terms and ``into`` one, which is called as ``into`` is; answer the record of it.

    Plans follow: they keep the words that were chosen, and have the term once. Raises
    PermissionDenied for who does not keep this vocabulary; Invalid, in words, when the terms as
    they are now cannot be merged; Busy when plans with these terms are being saved all the time.
    """
    uses = uses_of(type(into))
    require(may_keep_terms(actor, type(into)))
    keys = sorted({term.pk for term in terms} - {into.pk})
    return patiently(lambda: _merge(uses, keys, into.pk, actor))


def _merge(uses: Uses, keys: list[int], into: int, actor: User) -> Merge:
    held = uses.of(keys).order_by().values_list("plan", flat=True).distinct()
    locked = lock_plans(held)
    found = lock_terms(uses, Q(pk__in=[*keys, into]))
    if not locked.issuperset(held.all()):
        raise Meanwhile
    led = {
        term.pk: term for term in uses.vocabulary._default_manager.filter(Q(merged_into__in=keys))
    }
    refused = refusal([found.get(key) for key in keys], found.get(into))
    if refused:
        raise Invalid(refused)
    before = {str(term.pk): state(term) for term in (found | led).values()}
    aliases = with_new_aliases([found[key] for key in keys], found[into])
    after = before | {
        str(key): before[str(key)] | {"status": TermStatus.MERGED, "merged_into": into}
        for key in [*keys, *led]
    }
    after[str(into)] = before[str(into)] | {"aliases": aliases}
    record = Merge.objects.create(
        vocabulary=Vocabulary(str(uses.vocabulary._meta.model_name)),
        into=into,
        by=actor,
        at=clock.now(),
        before=before,
        after=after,
    )
    move(uses, record, keys, actor=actor)
    with written_by(actor):
        _write_terms(uses, after)
    return record


@transaction.atomic
def undo(record: Merge, *, actor: User) -> Merge:
    """Make the terms of a merge what they were, and give back to plans what it took.

    A plan that has dropped the term since, or chosen it anew, stays as it is. Raises as
    :func:`merge` does: Invalid too when one of the terms was changed since then.
    """
    uses = USES[record.vocabulary]
    require(may_keep_terms(actor, uses.vocabulary))
    return patiently(lambda: _undo(uses, record.pk, actor))


def _undo(uses: Uses, key: int, actor: User) -> Merge:
    record = Merge.objects.select_for_update().get(pk=key)
    lock_plans(record.uses.order_by().values_list("plan", flat=True))
    found = lock_terms(uses, Q(pk__in=[int(term) for term in record.before]))
    refused = obstacle(record, found)
    if refused:
        raise Invalid(refused)
    with written_by(actor, _("A merge was undone: %(merge)s.") % {"merge": record}):
        _write_terms(uses, record.before)
    move_back(uses, record, actor=actor)
    record.undone_by, record.undone_at = actor, clock.now()
    record.save(update_fields=["undone_by", "undone_at"])
    return record


# -- statements ------------------------------------------------------------------------------------


_WRITE_TERMS = """
UPDATE {terms} SET status = those.status, merged_into_id = those.merged_into,
                   aliases = those.aliases
FROM jsonb_to_recordset(%(terms)s) AS those(
    id bigint, status text, merged_into bigint, aliases text[])
WHERE those.id = {terms}.id
"""


def _write_terms(uses: Uses, states: dict[str, Any]) -> None:
    """Make the terms what these say, all at once; names are never changed here."""
    rows = [{"id": int(key), **those} for key, those in states.items()]
    uses.run(_WRITE_TERMS, terms=json.dumps(rows))

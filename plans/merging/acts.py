"""The two acts. Each is one transaction of a fixed number of statements.

Locks are taken in one order everywhere: plans, then terms, each by their keys, then what is on the
plans. Who saves a plan goes the same way (its row, then the terms that are chosen), so one waits
for the other and none is lost. A merge waits for locks only until it has the terms, and never long:
it lets go of everything and begins again, rather than let a lab's save be broken off.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, OperationalError, connection, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from plans import clock
from plans.errors import Busy, Invalid
from plans.merging.foresight import obstacle, refusal, state, with_new_aliases
from plans.merging.uses import USES, Uses, move, move_back, uses_of
from plans.models import Merge, Plan, Term, TermStatus, Vocabulary
from plans.models.constraints import sentence
from plans.permissions import may_keep_terms, require

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from accounts.models import User

PATIENCE = "400ms"
"""How long a merge waits for a plan, and for all of its terms. Shorter than PostgreSQL waits before
it looks for a circle of locks (a second), so it is never a lab's save that is broken off."""
TRIES = 8
_CUT_SHORT = {"55P03", "57014", "40P01"}  # not in time, for one lock or several; in a circle


class _Meanwhile(Exception):
    """A plan has come to hold one of the terms after the plans were locked."""


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
    return _patiently(lambda: _merge(uses, keys, into.pk, actor))


def _merge(uses: Uses, keys: list[int], into: int, actor: User) -> Merge:
    held = uses.of(keys).order_by().values_list("plan", flat=True).distinct()
    locked = _lock_plans(held)
    found = _lock_terms(uses, Q(pk__in=[*keys, into]))
    if not locked.issuperset(held.all()):
        raise _Meanwhile
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
    return _patiently(lambda: _undo(uses, record.pk, actor))


def _undo(uses: Uses, key: int, actor: User) -> Merge:
    record = Merge.objects.select_for_update().get(pk=key)
    _lock_plans(record.uses.order_by().values_list("plan", flat=True))
    found = _lock_terms(uses, Q(pk__in=[int(term) for term in record.before]))
    refused = obstacle(record, found)
    if refused:
        raise Invalid(refused)
    _write_terms(uses, record.before)
    move_back(uses, record, actor=actor)
    record.undone_by, record.undone_at = actor, clock.now()
    record.save(update_fields=["undone_by", "undone_at"])
    return record


# -- locks and statements --------------------------------------------------------------------------


def _patiently(act: Callable[[], Merge]) -> Merge:
    for _attempt in range(TRIES):
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(f"SET LOCAL lock_timeout = '{PATIENCE}'")
                cursor.execute("SET CONSTRAINTS spelling_leads_to_one_term DEFERRED")
                record = act()
                cursor.execute("SET CONSTRAINTS spelling_leads_to_one_term IMMEDIATE")
                cursor.execute("SET LOCAL lock_timeout TO DEFAULT")
                return record
        except _Meanwhile:
            continue
        except OperationalError as error:
            if getattr(error.__cause__, "sqlstate", "") not in _CUT_SHORT:
                raise
        except IntegrityError as error:
            raise Invalid(sentence(error)) from error
    raise Busy(
        _(
            "Somebody is saving plans with these terms just now. Nothing was changed: try again "
            "in a minute."
        )
    )


def _lock_plans(plans: Any) -> set[int]:
    """Lock the rows of these plans in order; who only reads or talks about them is not kept."""
    rows = Plan.objects.select_for_update(no_key=True).filter(pk__in=plans).order_by("pk")
    return set(rows.values_list("pk", flat=True))


def _lock_terms(uses: Uses, which: Q) -> dict[int, Term]:
    """Lock terms in order, so that nobody chooses them; answer them by key, as they are now."""
    terms = uses.vocabulary._default_manager.select_for_update().filter(which).order_by("pk")
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL statement_timeout = '{PATIENCE}'")
        found = {term.pk: term for term in terms}
        cursor.execute("SET LOCAL statement_timeout TO DEFAULT")
    return found


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

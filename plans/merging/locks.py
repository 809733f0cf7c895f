"""How acts that go through many plans wait for those who save one.

Locks are taken in one order everywhere: plans, then terms, each by their keys, then what is on the
plans. Who saves a plan goes the same way (its row, then the terms that are chosen), so one waits
for the other and none is lost. A merge waits for locks only until it has the terms, and never long:
it lets go of everything and begins again, rather than let a lab's save be broken off.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from django.db import IntegrityError, OperationalError, connection, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from plans.errors import Busy, Invalid
from plans.models import Plan, Term
from plans.models.constraints import sentence

if TYPE_CHECKING:
    from collections.abc import Callable

    from plans.merging.uses import Uses

T = TypeVar("T")

PATIENCE = "400ms"
"""How long a merge waits for a plan, and for all of its terms. Shorter than PostgreSQL waits before
it looks for a circle of locks (a second), so it is never a lab's save that is broken off."""
TRIES = 8
_CUT_SHORT = {"55P03", "57014", "40P01"}  # not in time, for one lock or several; in a circle


class Meanwhile(Exception):
    """A plan has come to hold one of the terms after the plans were locked."""


def patiently(act: Callable[[], T]) -> T:
    """Do this in one transaction, again from the beginning while others are in its way.

    Raises Busy when they are all the time; Invalid, in words, when the database refuses.
    """
    for _attempt in range(TRIES):
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(f"SET LOCAL lock_timeout = '{PATIENCE}'")
                cursor.execute("SET CONSTRAINTS spelling_leads_to_one_term DEFERRED")
                record = act()
                cursor.execute("SET CONSTRAINTS spelling_leads_to_one_term IMMEDIATE")
                cursor.execute("SET LOCAL lock_timeout TO DEFAULT")
                return record
        except Meanwhile:
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


def lock_plans(plans: Any) -> set[int]:
    """Lock the rows of these plans in order; who only reads or talks about them is not kept."""
    rows = Plan.objects.select_for_update(no_key=True).filter(pk__in=plans).order_by("pk")
    return set(rows.values_list("pk", flat=True))


def lock_terms(uses: Uses, which: Q) -> dict[int, Term]:
    """Lock terms in order, so that nobody chooses them; answer them by key, as they are now."""
    terms = uses.vocabulary._default_manager.select_for_update().filter(which).order_by("pk")
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL statement_timeout = '{PATIENCE}'")
        found = {term.pk: term for term in terms}
        cursor.execute("SET LOCAL statement_timeout TO DEFAULT")
    return found

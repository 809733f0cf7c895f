"""What becomes of the terms that labs propose: taken into use, renamed, merged or refused.

A plan never waits for this: it has the term, and may be handed in, whatever is decided here. Each
lab that has the term in a plan of today is told in a word what was decided.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar, cast

from django.db import transaction
from django.utils.translation import gettext as _

from plans import history, merging, notifications, taxonomies
from plans.errors import Invalid, WordsNeeded
from plans.models import EventKind, Merge, Plan, Term, TermStatus
from plans.permissions import may_keep_terms, require
from plans.states import SLOTLESS, Role
from plans.term_history import written_by

if TYPE_CHECKING:
    from collections.abc import Iterable

    from accounts.models import User

TermT = TypeVar("TermT", bound=Term)

MOST_WORDS = 2000
"""So many characters has a word to the labs at most."""


@transaction.atomic
def accept(term: TermT, *, actor: User, name: str = "", word: str = "") -> TermT:
    """Take a proposed term into use, under another name if one is given; answer it as it is then.

    Labs that have it are told, with the name it has now and a free ``word`` to them. Raises
    PermissionDenied; Invalid for a name that cannot be, or a term that does not wait any more.
    """
    term = _waiting(term, actor)
    words = _("“%(term)s” is in the list now, and your plan has it.") % {"term": term}
    if name and taxonomies.tidy(name) != term.name:
        was = term.name
        taxonomies.rename(term, name, actor=actor)
        words = _(
            "“%(was)s” is in the list now and is called “%(term)s” there. Your plan keeps the "
            "words that you chose, and is found by both."
        ) % {"was": was, "term": term}
    taxonomies.set_status([term], TermStatus.IN_USE, actor=actor)
    _tell(EventKind.TERM_TAKEN, _plans_with(term), _with(word, words), actor)
    return term


@transaction.atomic
def merge(terms: Iterable[Term], into: Term, *, actor: User, word: str = "") -> Merge:
    """Merge terms as :func:`plans.merging.merge` does, and tell labs whose proposals were merged.

    They are told with a free ``word`` to them. Raises what that raises.
    """
    merging_now = [term for term in terms if term.pk != into.pk]
    keys = [term.pk for term in merging_now if term.status == TermStatus.PROPOSED]
    proposed = list(type(into)._default_manager.filter(pk__in=keys, status=TermStatus.PROPOSED))
    having = [(term.name, _plans_with(term)) for term in proposed]
    record = merging.merge(merging_now, into, actor=actor)
    for name, plans in having:
        words = _(
            "“%(was)s” is the same as “%(term)s”, and your plan has that one now. It keeps the "
            "words that you chose, and is found by both."
        ) % {"was": name, "term": into}
        _tell(EventKind.TERM_MERGED, plans, _with(word, words), actor)
    return record


@transaction.atomic
def refuse(term: TermT, why: str, *, actor: User) -> TermT:
    """Refuse a proposed term: plans that have it keep it, nobody is offered it, labs are told why.

    One word goes to each lab that has it in a plan of today. Raises PermissionDenied, WordsNeeded
    without a reason, Invalid for a term that does not wait any more.
    """
    why = _tidied(why)
    term = _waiting(term, actor)
    if not why:
        raise WordsNeeded(_("Write to the lab why “%(term)s” is not taken.") % {"term": term})
    with written_by(actor):
        term.status, term.refusal = TermStatus.REFUSED, why
        term.save(update_fields=["status", "refusal"])
    words = _(
        "“%(term)s”: %(why)s\n\nYour plan keeps these words. The term is not offered to other "
        "plans; you can choose another one as long as you can write in the plan."
    ) % {"term": term, "why": why}
    _tell(EventKind.TERM_REFUSED, _plans_with(term), words, actor)
    return term


def _tidied(words: str) -> str:
    return words.replace("\0", "").strip()[:MOST_WORDS]


def _with(word: str, words: str) -> str:
    """What the labs are told, followed by the word that was written to them."""
    return "\n\n".join(filter(None, (words, _tidied(word))))


def _waiting(term: TermT, actor: User) -> TermT:
    """The term, locked. Raises Invalid when somebody has decided about it already."""
    require(may_keep_terms(actor, type(term)))
    held: Any = type(term)._default_manager.select_for_update().filter(pk=term.pk).first()
    if held is None:
        raise Invalid(_("“%(term)s” is not there any more.") % {"term": term})
    if held.status != TermStatus.PROPOSED:
        raise Invalid(
            _("Somebody was quicker: “%(term)s” is %(status)s now.")
            % {"term": held, "status": held.get_status_display()}
        )
    return cast("TermT", held)


def _plans_with(term: Term) -> list[Plan]:
    """Of each lab that has the term in a plan of today the newest such plan."""
    having = type(term)._default_manager.filter(pk=term.pk).values(type(term).plans_path)
    plans = Plan.objects.filter(pk__in=having).exclude(state__in=sorted(SLOTLESS))
    newest = plans.order_by("lab_id", "-changed_at", "-pk").distinct("lab_id")
    return list(newest.select_related("lab", "cycle"))


def _tell(kind: EventKind, plans: list[Plan], words: str, actor: User) -> None:
    """A line in the history of each of these plans, and a mail to its lab's people."""
    for plan in plans:
        event = history.record(
            kind,
            actor=actor,
            acted_as=Role.ADMINISTRATOR,
            lab=plan.lab,
            cycle=plan.cycle,
            plan=plan,
            note=words,
        )
        notifications.tell(event)

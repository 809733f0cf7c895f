"""Writing the vocabularies: finding what was meant, proposing what is new, retiring."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar, cast

from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from plans import clock
from plans.errors import Invalid
from plans.models import DataSource, Method, Sdg, Sector, Term, TermStatus, ThematicArea
from plans.models.constraints import sentence
from plans.models.taxonomy import TERM_LENGTH

if TYPE_CHECKING:
    from accounts.models import User

TermT = TypeVar("TermT", bound=Term)

PROPOSABLE: frozenset[type[Term]] = frozenset({ThematicArea, DataSource})
"""The vocabularies to which a lab may propose; methods and sectors are closed, goals are fixed."""

VOCABULARIES: dict[str, type[Term]] = {
    "sdgs": Sdg,
    "thematic_areas": ThematicArea,
    "methods": Method,
    "data_sources": DataSource,
    "sectors": Sector,
}


def tidy(words: str) -> str:
    """What was typed, with runs of white space made one space and loose ends taken off."""
    return " ".join(words.split()).strip(" ,;\\")


def find(vocabulary: type[TermT], words: str) -> TermT | None:
    """The living term meant by ``words``, by name or alias; a merged one leads to its successor."""
    words = tidy(words)
    if not words:
        return None
    term: Any = vocabulary.objects.spelled(words).first()
    while term is not None and term.merged_into:
        term = term.merged_into
    return cast("TermT | None", term)


def known_as(
    vocabulary: type[TermT], words: str, *, besides: Term, aliases_only: bool = False
) -> TermT | None:
    """Another term than ``besides`` that is found by ``words``; what was merged into it is not.

    ``aliases_only`` leaves names out: that no two are alike is the database's to say.
    """
    itself = Q(pk=besides.pk) | Q(merged_into=besides.pk) if besides.pk else Q(pk__in=())
    by_name = Q(folded=F("typed")) if aliases_only else Q(pk__in=())
    others: Any = vocabulary.objects.spelled(words).exclude(itself | by_name)
    return cast("TermT | None", others.first())


@transaction.atomic
def find_or_propose(vocabulary: type[TermT], words: str, *, actor: User) -> TermT:
    """The term meant by ``words``, proposed as a new one when nothing is called so.

    Raises Invalid when the words are too long, or hold no letter or number. Two people who propose
    the same words at the same moment get the same term.
    """
    words = tidy(words)
    if len(words) > TERM_LENGTH:
        raise Invalid(
            _("A name has at most %(most)d characters; this one has %(number)d.")
            % {"most": TERM_LENGTH, "number": len(words)}
        )
    if not any(letter.isalnum() for letter in words):
        raise Invalid(_("Write a name with letters or numbers."))
    found = find(vocabulary, words)
    if found:
        return found
    proposed = vocabulary(
        name=words, status=TermStatus.PROPOSED, proposed_by=actor, created_at=clock.now()
    )
    try:
        with transaction.atomic():
            vocabulary.objects.bulk_create([proposed], ignore_conflicts=True)
    except IntegrityError as error:  # what a letter is, the database has the last word on
        raise Invalid(sentence(error)) from error
    return cast("TermT", vocabulary.objects.spelled(words).get())


def set_status(terms: list[Term], status: TermStatus) -> int:
    """Retire terms, or take them into use again; answer how many changed. Merged ones stay so."""
    changed = 0
    for term in terms:
        if term.status not in (status, TermStatus.MERGED):
            term.status = status
            term.save(update_fields=["status"])
            changed += 1
    return changed

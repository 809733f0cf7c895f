"""Writing the vocabularies: finding what was meant, proposing what is new, retiring, order."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, Any, TypeVar, cast

from django.db import IntegrityError, connection, transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from plans import clock
from plans.errors import Invalid
from plans.models import (
    DataSource,
    Different,
    Method,
    Sdg,
    Sector,
    Term,
    TermStatus,
    ThematicArea,
    Vocabulary,
)
from plans.models.constraints import sentence
from plans.models.taxonomy import TERM_LENGTH
from plans.permissions import may_keep_terms, require
from plans.term_history import written_by

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from accounts.models import User
    from plans.models import Plan

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


def folded(words: Sequence[str]) -> dict[str, str]:
    """Each text as the database folds names (see ``fold_term``), in one query."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT fold_terms(%s::text[])", [list(words)])
        return dict(zip(words, cursor.fetchone()[0], strict=True))


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
def find_or_propose(
    vocabulary: type[TermT], words: str, *, actor: User | None, plan: Plan | None = None
) -> TermT:
    """The term meant by ``words``, proposed as a new one when nothing is called so.

    ``plan`` is where it is needed: who looks at the proposal looks there. Raises Invalid when the
    words are too long, or hold no letter or number. Two people who propose the same words at the
    same moment get the same term.
    """
    words = tidy(words)
    refused = no_name(words)
    if refused:
        raise Invalid(refused)
    found = find(vocabulary, words)
    if found:
        return found
    proposed = vocabulary(
        name=words,
        status=TermStatus.PROPOSED,
        proposed_by=actor,
        proposed_in=plan,
        created_at=clock.now(),
    )
    try:
        with written_by(actor):
            vocabulary.objects.bulk_create([proposed], ignore_conflicts=True)
    except IntegrityError as error:
        found = find(vocabulary, words)
        if found is None:  # what a letter is, the database has the last word on
            raise Invalid(sentence(error)) from error
        return found  # somebody has made it another spelling of a term at this moment
    return cast("TermT", find(vocabulary, words))


def follow(vocabulary: type[Term], keys: Sequence[int]) -> list[int]:
    """The keys of the living terms that these lead to, each once; those of no term are left out."""
    terms: Any = vocabulary._default_manager
    rows = terms.filter(pk__in=keys).values_list("pk", "merged_into")
    living = {pk: into or pk for pk, into in rows}
    return list(dict.fromkeys(living[key] for key in keys if key in living))


_HOLD = """
SELECT asked.id, living.id, living.merged_into_id
FROM {table} asked JOIN {table} living ON living.id = coalesce(asked.merged_into_id, asked.id)
WHERE asked.id = ANY(%s) ORDER BY living.id FOR KEY SHARE OF living
"""


def hold(terms: Iterable[TermT]) -> dict[TermT, TermT]:
    """The living term that each of these leads to; none is merged before the transaction ends.

    For actions that put terms of one vocabulary on a plan. Terms are locked in the order of their
    keys, as merges do; a merge that is under way is waited for, and then followed.
    """
    asked = list(terms)
    if not asked or isinstance(asked[0], Sdg):  # goals are never merged
        return {term: term for term in asked}
    vocabulary = type(asked[0])
    ends = {term.pk: term.pk for term in asked}
    waiting = set(ends)
    while waiting:
        with connection.cursor() as cursor:
            cursor.execute(_HOLD.format(table=vocabulary._meta.db_table), [sorted(waiting)])
            rows = cursor.fetchall()
        # Beyond is where the term had been merged by the time its lock was given.
        led = {key: beyond or living for key, living, beyond in rows}
        ends = {key: led.get(end, end) for key, end in ends.items()}
        waiting = {beyond for _key, _living, beyond in rows if beyond is not None}
    living = {term.pk: term for term in asked}
    living |= vocabulary._default_manager.in_bulk(set(ends.values()) - set(living))
    return {term: living[ends[term.pk]] for term in asked}


@transaction.atomic
def set_status(terms: Iterable[Term], status: TermStatus, *, actor: User) -> int:
    """Retire terms, or take them into use; answer how many changed. Merged ones stay so.

    Raises PermissionDenied for who does not keep the vocabulary.
    """
    changed = 0
    with written_by(actor):
        for term in terms:
            require(may_keep_terms(actor, type(term)))
            # Asked of the database, for somebody may be merging the term at this moment.
            rows = type(term)._default_manager.filter(pk=term.pk)
            others = rows.exclude(status__in=(status, TermStatus.MERGED))
            if others.update(status=status, refusal=""):
                term.status, term.refusal = status, ""
                changed += 1
    return changed


@transaction.atomic
def rename(term: Term, name: str, *, actor: User) -> None:
    """Call a term something else; what it was called finds it still.

    Raises PermissionDenied; Invalid for a name that no term can have, or that another one has.
    """
    require(may_keep_terms(actor, type(term)))
    name = tidy(name)
    refused = no_name(name)
    if refused:
        raise Invalid(refused)
    fold = folded([term.name, name, *term.aliases])
    had = {fold[words] for words in (name, *term.aliases)}
    aliases = [words for words in term.aliases if fold[words] != fold[name]]
    if fold[term.name] not in had:
        aliases.append(term.name)
    terms: Any = type(term)._default_manager
    rows = terms.filter(pk=term.pk, merged_into=None)
    try:
        with written_by(actor):
            changed = rows.update(name=name, aliases=aliases)
    except IntegrityError as error:
        raise Invalid(sentence(error)) from error
    if not changed:
        raise Invalid(_("“%(term)s” was merged into another term.") % {"term": term})
    term.name, term.aliases = name, aliases


def no_name(words: str) -> str:
    """Why no term can be called so; nothing when one can."""
    if len(words) > TERM_LENGTH:
        return _("A name has at most %(most)d characters; this one has %(number)d.") % {
            "most": TERM_LENGTH,
            "number": len(words),
        }
    if not any(letter.isalnum() for letter in words):
        return _("Write a name with letters or numbers.")
    return ""


@transaction.atomic
def put_in_group(themes: Iterable[ThematicArea], group: ThematicArea | None, *, actor: User) -> int:
    """Put themes into the group of another one, or out of theirs; answer how many changed.

    Raises PermissionDenied; Invalid where that would make groups within groups.
    """
    require(may_keep_terms(actor, ThematicArea))
    keys = [theme.pk for theme in themes]
    rows = ThematicArea.objects.filter(pk__in=keys, merged_into=None)
    changing = rows.exclude(parent=group) if group else rows.exclude(parent=None)
    try:
        with written_by(actor):
            return changing.update(parent=group)
    except IntegrityError as error:
        raise Invalid(sentence(error)) from error


@transaction.atomic
def say_different(terms: Iterable[Term], *, actor: User) -> None:
    """Remember that none of these terms is the same as another one of them.

    Raises PermissionDenied for who does not keep the vocabulary.
    """
    rows = sorted(terms, key=lambda term: term.pk)
    if not rows:
        return
    require(may_keep_terms(actor, type(rows[0])))
    vocabulary = Vocabulary(str(rows[0]._meta.model_name))
    pairs = [
        Different(vocabulary=vocabulary, one=one.pk, other=other.pk, by=actor, at=clock.now())
        for one, other in combinations(rows, 2)
    ]
    Different.objects.bulk_create(pairs, ignore_conflicts=True)

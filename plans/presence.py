"""Who is in a plan just now, in which section, and what they saved there meanwhile.

Told by each page of the form when it is opened and every half minute while somebody looks at it;
forgotten a minute later. Nothing depends on it, so nothing is locked and nothing goes into the
history.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.moments import in_short
from plans import clock
from plans.models import Presence, Question
from plans.permissions import may_write, require
from plans.sections import FIELD, GROUP, SECTION, SECTION_OF

if TYPE_CHECKING:
    from collections.abc import Iterable

    from plans.models import Plan, Writing

SEEN_FOR = dt.timedelta(seconds=60)
SAVES = 200
"""So many saves are looked at, at most, for what is new on a page that was open long."""


_ENTER = """
WITH here AS (
    INSERT INTO plans_presence (plan_id, user_id, section, seen_at)
    VALUES (%(plan)s, %(person)s, %(section)s, %(now)s)
    ON CONFLICT (plan_id, user_id)
    DO UPDATE SET section = excluded.section, seen_at = excluded.seen_at
)
SELECT person.*, presence.section AS present_in
FROM plans_presence presence JOIN accounts_user person ON person.id = presence.user_id
WHERE presence.plan_id = %(plan)s AND presence.user_id <> %(person)s
    AND presence.seen_at > %(since)s
ORDER BY person.name, person.id
"""


def enter(plan: Plan, section: str, *, actor: User) -> list[Presence]:
    """Note that a person is in a section (or with "" on the overview); answer who else is there.

    One statement, as every page of the form does it. Raises PermissionDenied for who never writes
    here.
    """
    require(may_write(actor, plan))
    now = clock.now()
    given = {"plan": plan.pk, "person": actor.pk, "section": section, "now": now}
    people: Iterable[Any] = User.objects.raw(_ENTER, given | {"since": now - SEEN_FOR})
    return [Presence(plan=plan, user=one, section=one.present_in) for one in people]


def leave(plan: Plan, section: str, *, actor: User) -> None:
    """Forget that a person was in a section, unless they are in another one by now."""
    Presence.objects.filter(plan=plan, user=actor, section=section).delete()


def others(plan: Plan, reader: User) -> list[Presence]:
    """Who else is in the plan now, by name, in one query."""
    seen = Presence.objects.filter(plan=plan, seen_at__gt=clock.now() - SEEN_FOR)
    return list(seen.exclude(user=reader).select_related("user").order_by("user__name", "user"))


def in_words(people: Iterable[Presence]) -> str:
    """Who is there and where, a sentence each; empty when nobody is."""
    return " ".join(_sentence(one) for one in people)


def writing_now(people: Iterable[Presence]) -> str:
    """Who of them has a section open, a sentence each, for somebody who only reads the plan."""
    return " ".join(
        _("%(who)s is writing in this plan now, in “%(section)s”.")
        % {"who": one.user.get_full_name(), "section": SECTION[one.section].title}
        for one in people
        if one.section in SECTION
    )


def _sentence(one: Presence) -> str:
    name = one.user.get_full_name()
    if one.section not in SECTION:
        return _("%(who)s is in this plan too.") % {"who": name}
    return _("%(who)s is in this plan too, in “%(section)s”.") % {
        "who": name,
        "section": SECTION[one.section].title,
    }


# -- what the others saved -------------------------------------------------------------------------


@dataclass(frozen=True)
class News:
    """What others saved in a section, in words, and the id of the newest of it on the page."""

    words: str = ""
    at: str = ""


def news(plan: Plan, section: str, since: int, reader: User, known: Iterable[str] = ()) -> News:
    """What others than the reader saved in a section after a revision of the plan.

    What they saved in the inputs that the reader has ``known`` of is left out. Empty where they
    saved nothing. Otherwise two queries, however much it is.
    """
    told = {f"id_{name}" for name in known}
    later = plan.writings.filter(revision__gt=since).exclude(by=reader)
    newest: dict[User, Writing] = {}
    what: dict[User, dict[str, None]] = {}
    at = ""
    for writing in later.select_related("by").order_by("-revision")[:SAVES]:
        for entry in writing.entries:
            answer, place = _place(entry)
            if SECTION_OF.get(answer) == section and place not in told:
                newest.setdefault(writing.by, writing)
                what.setdefault(writing.by, {})[answer] = None
                at = at or place
    labels = Question.labels() if what else {}
    return News(
        " ".join(
            _("%(who)s saved %(what)s at %(when)s.")
            % {
                "who": who.get_full_name(),
                "what": get_text_list([_named(one, labels) for one in answers], _("and")),
                "when": _when(newest[who].at),
            }
            for who, answers in what.items()
        ),
        at,
    )


def _place(entry: dict[str, Any]) -> tuple[str, str]:
    """The answer or the group of rows that an entry of a save is about, and its id on the page."""
    for act in ("added", "removed", "moved"):
        if act in entry:
            row_id = entry["id"] if act == "moved" else entry["row"]["id"]
            return entry[act], "rows" if act == "removed" else f"row-{row_id}"
    group, slash, rest = entry["key"].partition("/")
    return group, f"id_{rest.replace('/', '-')}" if slash else f"id_{group}"


def _named(answer: str, labels: dict[str, Question]) -> str:
    """An answer by what stands above it on the page; rows by what they are together."""
    if answer in GROUP:
        return _("“%(answer)s”") % {"answer": GROUP[answer].label}
    question = labels.get(f"{SECTION_OF[answer]}.{answer}")
    label = question.label if question else ""
    return _("“%(answer)s”") % {"answer": label or FIELD[answer].label}


def _when(moment: dt.datetime) -> str:
    """The time of the reader's day with its zone; with the date where it is not today."""
    local = timezone.localtime(moment)
    today = timezone.localtime(clock.now()).date()
    return in_short(moment, today=local.date() == today)

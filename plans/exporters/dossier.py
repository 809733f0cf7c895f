"""The dossier: all of a plan as one archive, for the record.

A page that prints well (``plan.html``), one for every version, the same as data
(``dossier.json``, and each version by the published schema), and the pictures.

It is the same for everybody who may take it, so that it can be handed on: without anything that is
not sent yet, and without what reviewers note among themselves, whoever asks.
"""

from __future__ import annotations

import json
import tempfile
from typing import IO, TYPE_CHECKING, Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.text import slugify

from plans import clock
from plans.document import PlanDocument
from plans.models import Question, Sdg, Thread

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable

    from accounts.models import User
    from plans.models import Comment, Event, Picture, Plan, Review, Version

FORMAT = "action-learning-plan-dossier/1"
IN_MEMORY = 8 * 1024 * 1024
"""An archive with many pictures is put together on disk beyond so many bytes."""


def file_name(plan: Plan, ending: str = "zip") -> str:
    """What the file is called: letters, digits and hyphens only, whatever the title holds."""
    words = slugify(plan.title)[:60].strip("-")
    return f"plan-{plan.pk}-{words}.{ending}" if words else f"plan-{plan.pk}.{ending}"


def archive(plan: Plan, *, reader: User) -> IO[bytes]:
    """The dossier of a plan that was read ``with_document``, as an open file at its beginning.

    Times are told in the active time zone. Whether ``reader`` may have it is the view's to ask.
    """
    found = told(plan, reader)
    file = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - handed on, open
    with ZipFile(file, "w", ZIP_DEFLATED) as packed:
        moment = found["made_at"]
        _put(packed, moment, "plan.html", render_to_string("dossier/plan.html", found))
        _put(packed, moment, "dossier.json", _json(_as_data(found)))
        _put(packed, moment, "schema.json", _json(PlanDocument.model_json_schema()))
        for version in found["versions"]:
            name = f"versions/version-{version.number}"
            page = found | {"version": version, "document": version.document, "folder": "../"}
            _put(packed, moment, f"{name}.html", render_to_string("dossier/version.html", page))
            _put(packed, moment, f"{name}.json", _json(version.content))
        for picture in found["pictures"].values():
            _put_picture(packed, moment, picture)
    file.seek(0)
    return file


def told(plan: Plan, reader: User) -> dict[str, Any]:
    """All that is in it, read in as many queries for much as for little."""
    threads = plan.threads.filter(for_reviewers=False).sent().with_comments(reader)
    reviews = plan.reviews.filter(closed_at__isnull=False).to_read()
    events = plan.events.seen_by(reviews=False).select_related("actor", "in_place_of", "comment")
    events = events.select_related("version", "review").defer("version__content")
    versions = list(plan.versions.select_related("made_by").order_by("number"))
    kept = plan.pictures.order_by("added_at", "pk")
    return {
        "plan": plan,
        "document": plan.document,
        "fingerprint": plan.document.hash(),
        "versions": versions,
        "reviews": list(reversed(reviews)),
        "threads": [_Said(thread) for thread in threads.order_by("opened_at", "pk")],
        "events": list(events.order_by("at", "pk")),
        "pictures": {picture.pk: picture for picture in kept},
        "goals": {goal.number: goal.name for goal in Sdg.objects.only("number", "name")},
        "labels": Question.labels(),
        "made_at": clock.now(),
        "reader": reader,
        "folder": "",
    }


class _Said:
    """A thread with those of its comments that are sent."""

    def __init__(self, thread: Thread) -> None:
        self.thread = thread
        self.comments = [one for one in thread.comments.all() if not one.is_pending]
        self.suggestion = getattr(thread, "suggestion", None)


# -- as data ---------------------------------------------------------------------------------------


def _as_data(told: dict[str, Any]) -> dict[str, Any]:
    plan: Plan = told["plan"]
    return {
        "format": FORMAT,
        "made_at": _at(told["made_at"]),
        "made_for": told["reader"].get_full_name(),
        "plan": {
            "number": plan.pk,
            "lab": plan.lab.name,
            "region": plan.lab.region.name,
            "cycle": str(plan.cycle),
            "state": plan.state,
            "state_since": _at(plan.state_since),
            "last_changed_at": _at(plan.changed_at),
            "hash": told["fingerprint"],
            "document": plan.document.model_dump(mode="json"),
        },
        "versions": [_version(version) for version in told["versions"]],
        "reviews": [_review(review) for review in told["reviews"]],
        "threads": [_thread(said) for said in told["threads"]],
        "timeline": [_event(event) for event in told["events"]],
    }


def _version(version: Version) -> dict[str, Any]:
    return {
        "number": version.number,
        "made_at": _at(version.made_at),
        "made_by": version.made_by.get_full_name(),
        "hash": version.hash,
        "file": f"versions/version-{version.number}.json",
    }


def _review(review: Review) -> dict[str, Any]:
    marks: Iterable[dict[str, str]] = getattr(review, "said", ())
    return {
        "reviewer": review.reviewer.get_full_name(),
        "sent_at": _at(review.closed_at),
        "decision": review.decision,
        "version": review.version.number if review.version else None,
        "summary": review.summary,
        "criteria": [{name: one[name] for name in ("text", "mark", "word")} for one in marks],
    }


def _thread(said: _Said) -> dict[str, Any]:
    thread, suggestion = said.thread, said.suggestion
    return {
        "number": thread.pk,
        "about": thread.place,
        "quote": thread.quote,
        "phrase": thread.phrase,
        "status": thread.status,
        "must_fix": thread.must_fix,
        "opened_by": thread.opened_by.get_full_name(),
        "opened_at": _at(thread.opened_at),
        "comments": [_comment(comment) for comment in said.comments],
        "suggestion": suggestion
        and {
            "words": suggestion.words,
            "status": suggestion.status,
            "answered_by": suggestion.answered_by and suggestion.answered_by.get_full_name(),
            "answered_at": _at(suggestion.answered_at),
            "reason": suggestion.reason,
        },
    }


def _comment(comment: Comment) -> dict[str, Any]:
    return {
        "author": comment.author.get_full_name(),
        "sent_at": _at(comment.sent_at),
        "deleted_at": _at(comment.deleted_at),
        "text": comment.text,
    }


def _event(event: Event) -> dict[str, Any]:
    return {
        "at": _at(event.at),
        "what": event.kind,
        "who": event.actor and event.actor.get_full_name(),
        "as": event.acted_as,
        "on_behalf_of": event.on_behalf_of or None,
        "in_place_of": event.in_place_of and event.in_place_of.get_full_name(),
        "from": event.from_state or None,
        "to": event.to_state or None,
        "words": event.words,
        "version": event.version.number if event.version else None,
        "thread": event.thread_id,
    }


def _at(moment: dt.datetime | None) -> str | None:
    """A moment as data: in UTC, which everything reads alike."""
    return moment.astimezone(timezone.get_fixed_timezone(0)).isoformat() if moment else None


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"


# -- files -----------------------------------------------------------------------------------------


def _put(
    packed: ZipFile, moment: dt.datetime, name: str, content: str | bytes, how: int = ZIP_DEFLATED
) -> None:
    info = ZipInfo(name, timezone.localtime(moment).timetuple()[:6])
    info.compress_type = how
    info.external_attr = 0o644 << 16
    packed.writestr(info, content)


def _put_picture(packed: ZipFile, moment: dt.datetime, picture: Picture) -> None:
    """Put the large file in; nothing where the storage lost it (a backup without its pictures)."""
    try:
        with picture.large.open("rb") as file:
            content: bytes = file.read()
    except FileNotFoundError:
        return
    _put(packed, moment, f"pictures/{picture.pk}.{picture.format}", content, ZIP_STORED)

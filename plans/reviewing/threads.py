"""Threads: opening, answering, addressing, resolving.

Each act is atomic, the plan's row locked first. What a reviewer says while a plan waits for them is
part of their review and pending until that is sent (:mod:`plans.reviewing.reviews`); everything
else is said at once.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from plans import clock, history, notifications
from plans.anchors import Anchor
from plans.diff import TEXTS
from plans.errors import Invalid, PlanError, WordsNeeded
from plans.mentions import named
from plans.models import (
    Comment,
    EventKind,
    Plan,
    Suggestion,
    Thread,
    ThreadStatus,
)
from plans.permissions import (
    may_address,
    may_open_thread,
    may_reply,
    may_resolve,
    people_on,
    require,
    roles_on,
    visible_threads,
)
from plans.reviewing.drafts import NEW, REPLY, forget_draft
from plans.reviewing.pointing import point_at
from plans.reviewing.reviews import begin, joins_review
from plans.sections import FIELD, GROUP
from plans.states import Role
from plans.workflow import locked

if TYPE_CHECKING:
    from collections.abc import Callable

    from accounts.models import User
    from plans.document import PlanDocument
    from plans.models import Review
    from plans.phrases import Phrase


@transaction.atomic
def open_thread(
    plan: Plan,
    place: str,
    text: str,
    *,
    actor: User,
    must_fix: bool = True,
    phrase: Phrase | None = None,
    instead: str | None = None,
    for_reviewers: bool = False,
) -> Thread:
    """Begin a thread on a place of the plan (an anchor's text form), quoting the words there.

    ``phrase`` points at some words of the text at that place, or of one of the texts of a row,
    and so moves the thread there; ``instead`` are the words that the lab could take over for them,
    or for the whole text; none to leave them out. The thread joins the actor's review
    (:func:`joins_review`); a note ``for_reviewers`` never does: it is read by the reviewers' side
    alone, at once. Raises PermissionDenied, WordsNeeded for an empty text, and
    Invalid for a place or phrase that is not in the plan (any more), or words that cannot be
    suggested there.
    """
    plan = locked(plan, actor=actor)
    require(may_resolve(actor, plan))
    if not may_open_thread(actor, plan):
        raise PlanError(_("The lab has this plan now; open threads once it is handed in again."))
    anchor, document = _find(plan, place)
    found = None
    if phrase is not None and phrase.words.strip():
        spot = point_at(document, anchor, phrase)
        anchor, found = spot.anchor, spot.phrase
    quote = document.text_at(anchor)
    if instead is not None:
        text = text.strip() or _("I suggest other words.")
        there = found.words if found else quote
        _refuse_suggestion(anchor, there, instead, for_reviewers=for_reviewers)
        _refuse_too_long(anchor, len(quote) - len(there) + len(instead))
    text = words(text)
    is_pending = not for_reviewers and joins_review(actor, plan)
    review = begin(plan, actor=actor) if is_pending else None
    thread = Thread.objects.create(
        plan=plan,
        review=review,
        place=str(anchor),
        quote=quote,
        phrase=found.words if found else "",
        before=found.before if found else "",
        after=found.after if found else "",
        must_fix=must_fix and not for_reviewers,
        for_reviewers=for_reviewers,
        opened_by=actor,
        opened_at=clock.now(),
    )
    if instead is not None:
        Suggestion.objects.create(thread=thread, words=instead)
    comment = _say(thread, text, actor, review)
    for box in {place, str(anchor), str(replace(anchor, field="")) if anchor.group else place}:
        forget_draft(plan, f"{NEW}{box}", actor=actor)
    if not is_pending:
        tell(thread, EventKind.THREAD_OPENED, actor, comment)
    return thread


@transaction.atomic
def reply(thread: Thread, text: str, *, actor: User) -> Comment:
    """Answer in a thread; pending while the actor reviews, else told at once.

    Raises PermissionDenied, and WordsNeeded for an empty text.
    """
    thread = locked_thread(thread, actor)
    text = words(text)
    review = _review_for(thread, actor)
    comment = _say(thread, text, actor, review)
    if review is None:
        tell(thread, EventKind.REPLIED, actor, comment)
    return comment


def address(thread: Thread, *, actor: User, text: str) -> Thread:
    """The lab says that what a thread asks for is done, and how. Raises WordsNeeded without."""
    return _step(thread, EventKind.ADDRESSED, ThreadStatus.ADDRESSED, may_address, actor, text)


def resolve(thread: Thread, *, actor: User, text: str = "") -> Thread:
    """The reviewer is content."""
    return _step(thread, EventKind.RESOLVED, ThreadStatus.RESOLVED, may_resolve, actor, text)


def reopen(thread: Thread, *, actor: User, text: str = "") -> Thread:
    """The reviewer is not content after all."""
    return _step(thread, EventKind.REOPENED, ThreadStatus.OPEN, may_resolve, actor, text)


STEPS: dict[str, Callable[..., Thread]] = {
    "address": address,
    "resolve": resolve,
    "reopen": reopen,
}


def steps(user: User, thread: Thread) -> list[str]:
    """The steps to offer on a thread: the same questions the acts ask."""
    if thread.is_pending:
        return []
    answer = []
    wants_the_lab = thread.status == ThreadStatus.OPEN and not thread.for_reviewers
    if wants_the_lab and may_address(user, thread.plan):
        answer.append("address")
    if may_resolve(user, thread.plan):
        answer.append("reopen" if thread.status == ThreadStatus.RESOLVED else "resolve")
        if thread.status == ThreadStatus.ADDRESSED:
            answer.append("reopen")
    return answer


_FROM: dict[EventKind, frozenset[ThreadStatus]] = {
    EventKind.ADDRESSED: frozenset({ThreadStatus.OPEN}),
    EventKind.RESOLVED: frozenset({ThreadStatus.OPEN, ThreadStatus.ADDRESSED}),
    EventKind.REOPENED: frozenset({ThreadStatus.ADDRESSED, ThreadStatus.RESOLVED}),
}


@transaction.atomic
def _step(
    thread: Thread,
    kind: EventKind,
    status: ThreadStatus,
    may: Callable[[User, Plan], bool],
    actor: User,
    text: str,
) -> Thread:
    thread = locked_thread(thread, actor)
    require(may(actor, thread.plan))
    if kind == EventKind.ADDRESSED and thread.for_reviewers:
        raise PlanError(_("This note is between reviewers; the lab has nothing to do here."))
    text = text.strip()
    if thread.status == status:  # what was wanted is so; words are said all the same
        if text and not _was_said(thread, text, actor):
            reply(thread, text, actor=actor)
        return thread
    if thread.is_pending:
        raise PlanError(_("This comment is not sent yet: change it, or delete it."))
    if thread.status not in _FROM[kind]:
        raise PlanError(
            _("This thread is %(status)s now.") % {"status": thread.get_status_display()}
        )
    if kind == EventKind.ADDRESSED and not text:
        raise WordsNeeded(_("Say in a few words how: what you changed, or why you left it."))
    thread.status = status
    thread.save(update_fields=["status"])
    # Addressing is the lab's, also where an administrator does it who reviews the plan as well.
    is_reviewing = kind != EventKind.ADDRESSED and _is_reviewing(thread, actor)
    review = begin(thread.plan, actor=actor) if is_reviewing and text else None
    comment = _say(thread, text, actor, review) if text else None
    tell(thread, kind, actor, comment if review is None else None, quiet=is_reviewing)
    return thread


def _was_said(thread: Thread, text: str, actor: User) -> bool:
    """Whether these are the last words of the thread: the button was pressed twice."""
    latest = thread.comments.order_by("-written_at", "-pk").first()
    return latest is not None and (latest.author_id, latest.text) == (actor.pk, text)


# -- for the acts of this package ------------------------------------------------------------------


def locked_thread(thread: Thread, actor: User) -> Thread:
    """The thread as it is now, for somebody who may talk in it; the plan is locked first.

    Raises PermissionDenied for who has no part in the plan, for what is pending with somebody
    else, and for a note between reviewers.
    """
    plan = locked(Plan(pk=thread.plan_id), actor=actor)
    require(may_reply(actor, plan))
    found = visible_threads(actor, plan).select_related("review")
    answer = found.filter(pk=thread.pk).first()
    if answer is None:
        raise PermissionDenied(_("This is not yours to do."))
    answer.plan = plan
    return answer


def tell(
    thread: Thread,
    kind: EventKind,
    actor: User,
    comment: Comment | None = None,
    *,
    quiet: bool = False,
) -> None:
    """Write into the history what happened in a thread, and tell whom it concerns unless quiet.

    What was said is read from the comment, which can still be changed; the event does not copy it.
    """
    roles = roles_on(actor, thread.plan)
    role = next((r for r in (Role.MEMBER, Role.REVIEWER) if r in roles), Role.ADMINISTRATOR)
    event = history.record(
        kind,
        actor=actor,
        acted_as=role,
        lab=thread.plan.lab,
        cycle=thread.plan.cycle,
        plan=thread.plan,
        thread=thread,
        comment=comment,
    )
    if not quiet:
        notifications.tell(event, [comment] if comment else [])


def _is_reviewing(thread: Thread, actor: User) -> bool:
    return not thread.for_reviewers and joins_review(actor, thread.plan)


def _review_for(thread: Thread, actor: User) -> Review | None:
    """The review that a comment in this thread belongs to; none when it is said at once."""
    if _is_reviewing(thread, actor):
        return begin(thread.plan, actor=actor)
    return thread.review if thread.is_pending else None  # of who is no reviewer any more


def _find(plan: Plan, place: str) -> tuple[Anchor, PlanDocument]:
    gone = Invalid(_("That part of the plan is not there any more. Look at the plan again."))
    try:
        anchor = Anchor.parse(place)
    except ValueError:
        raise gone from None
    document = Plan.objects.with_document().get(pk=plan.pk).document
    if anchor.group and document.find_row(anchor) is None:
        raise gone
    return anchor, document


def _refuse_suggestion(anchor: Anchor, words: str, instead: str, *, for_reviewers: bool) -> None:
    if for_reviewers:
        sentence = _("The lab does not see a note, and cannot take words over from it.")
    elif anchor.field not in TEXTS:
        sentence = _("Other words can be suggested for a text only. Say which words you mean.")
    elif instead == words:
        sentence = _("These are the words that stand there already. Write what you suggest.")
    else:
        return
    raise Invalid(sentence, {"instead": sentence})


def _refuse_too_long(anchor: Anchor, length: int) -> None:
    """Say it now, and not only to the lab that would take the words over."""
    own = GROUP[anchor.group].fields if anchor.group else ()
    field = next((one for one in own if one.key == anchor.field), FIELD.get(anchor.field))
    most = field.max_length if field else None
    if most is not None and length > most:
        sentence = ngettext(
            "With these words the answer is %(over)d character too long: "
            "it takes %(most)d. Propose fewer words.",
            "With these words the answer is %(over)d characters too long: "
            "it takes %(most)d. Propose fewer words.",
            length - most,
        ) % {"over": length - most, "most": most}
        raise Invalid(sentence, {"instead": sentence})


def words(text: str) -> str:
    """What was typed without loose ends. Raises WordsNeeded when nothing is left."""
    text = text.strip()
    if not text:
        raise WordsNeeded(_("Write something first."))
    return text


def _say(thread: Thread, text: str, actor: User, review: Review | None) -> Comment:
    comment = Comment(thread=thread, author=actor, text=text, written_at=clock.now(), review=review)
    comment.save()
    name_people(comment)
    forget_draft(thread.plan, f"{REPLY}{thread.pk}", actor=actor)
    return comment


def name_people(comment: Comment) -> None:
    """Note who is named with an @ in a comment, of those who can see what it stands beside."""
    if "@" not in comment.text:
        comment.mentions.clear()
        return
    plan = comment.thread.plan
    people = people_on(plan, reviewers_only=comment.thread.for_reviewers)
    comment.mentions.set(
        [one for one in named(comment.text, people) if one.pk != comment.author_id]
    )

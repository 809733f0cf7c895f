"""Writing a whole document into a draft that is still empty."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Country, User
from plans import directory, history, taxonomies
from plans.errors import Invalid, WrongState
from plans.models import ROWS, Picture, Plan, Sdg, Sector, Term
from plans.permissions import visible_plans

if TYPE_CHECKING:
    from plans.document import PlanDocument

from plans.authoring.pictures import as_one_of
from plans.authoring.saving import (
    open_for_writing,
    readable_refusals,
    touch,
    write,
    write_choices,
)
from plans.authoring.stored import PLAIN_FIELDS


@transaction.atomic
def fill(plan: Plan, document: PlanDocument, *, actor: User, source: str = "") -> Plan:
    """Write a whole document into a plan that is still empty; its type is left as it is.

    Unknown thematic areas and data sources are proposed; a focal point who is not a member of the
    lab is kept as an address; ``source`` names the file it came from. Raises as :func:`save` does,
    WrongState when somebody has written in it already, and Invalid for a method, sector or goal
    that nobody knows, or a file that came in before.
    """
    plan = open_for_writing(plan, actor)
    if plan.revision:
        raise WrongState(
            _("Somebody has begun to write in “%(title)s”. Nothing was brought in.")
            % {"title": plan}
        )
    history.keep(plan)
    before = Plan.objects.with_document().get(pk=plan.pk).document
    if source:
        plan.source = source
        with readable_refusals():
            plan.save(update_fields=["source"])
    _pour(plan, document, actor)
    after = Plan.objects.with_document().get(pk=plan.pk).document
    touch(plan, actor, history.compared(before, after))
    return plan


def _pour(plan: Plan, document: PlanDocument, actor: User) -> None:
    values: dict[str, Any] = {
        name: getattr(document, name)
        for name in PLAIN_FIELDS - {"challenge_type", "country", "focal_point"}
    }
    values["remarks"] = document.remarks
    values["leftover"] = [leftover.model_dump() for leftover in document.leftover]
    values["country"] = Country.objects.filter(name=document.country).first()
    address = document.focal_point.email if document.focal_point else ""
    values["focal_point"] = User.objects.filter(
        memberships__lab=plan.lab_id, email=address.lower(), is_active=True
    ).first()
    values["focal_point_address"] = "" if values["focal_point"] else address
    values["sdgs"] = list(Sdg.objects.filter(number__in=document.sdgs))
    with readable_refusals():
        write(plan, values)
        for key in ("thematic_areas", "methods", "data_sources"):
            # The plan keeps the words of its document, whatever the term is called today.
            named = [taxonomies.tidy(words) for words in getattr(document, key)]
            terms = [_term(taxonomies.VOCABULARIES[key], words, plan, actor) for words in named]
            write_choices(plan, key, dict(zip(terms, named, strict=True)))
        for group, table in ROWS.items():
            rows = [
                table(plan=plan, position=place, **_answers(plan, row, actor))
                for place, row in enumerate(document.rows(group), start=1)
            ]
            table.objects.bulk_create(rows)  # type: ignore[arg-type]
        directory.enter(plan)


def _answers(plan: Plan, row: Any, actor: User) -> dict[str, Any]:
    # A row belongs to one plan: poured into another, it gets an identity of its own.
    answers: dict[str, Any] = row.model_dump(exclude={"id"})
    if "sector" in answers:
        answers["sector"] = _sector(answers["sector"])
    if answers.get("picture"):
        # Of a plan that the writer may see, and of no other.
        known = Picture.objects.filter(pk=answers["picture"], plan__in=visible_plans(actor)).first()
        answers["picture"] = as_one_of(plan, known, actor=actor) if known else None
    if "stages" in answers:
        answers["stages"] = list(answers["stages"])
    return answers


def _sector(words: str) -> Sector | None:
    sector = taxonomies.find(Sector, words)
    if words and sector is None:
        raise Invalid(_("No sector is called “%(words)s”.") % {"words": words})
    return sector


def _term(vocabulary: type[Term], words: str, plan: Plan, actor: User) -> Term:
    if vocabulary in taxonomies.PROPOSABLE:
        return taxonomies.find_or_propose(vocabulary, words, actor=actor, plan=plan)
    term = taxonomies.find(vocabulary, words)
    if term is None:
        raise Invalid(
            _("“%(words)s” is not among the %(vocabulary)s, which is a closed list.")
            % {"words": words, "vocabulary": vocabulary._meta.verbose_name_plural}
        )
    return term

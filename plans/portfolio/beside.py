"""With whom labs work: partners by sector, the new and unusual ones, and organisations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from plans.portfolio.chosen import plans_and_share
from plans.portfolio.figure import Column, Figure, Row, Unit, first_place, share
from plans.portfolio.statement import having

if TYPE_CHECKING:
    from plans.portfolio.statement import Line


def sectors(found: dict[str, list[Line]], total: int) -> Figure:
    """Partners by sector, the most first, and how many of them are new and unusual."""
    del total  # here partners are counted, not plans
    lines = sorted(found.get("sectors", []), key=lambda line: (-line.count(), line.label))
    partners = sum(line.count() for line in lines)
    fresh = sum(line.count(1) for line in lines)
    told = sum(line.count(2) for line in lines)
    rows = tuple(
        Row(
            line.key,
            line.label or _("No sector given"),
            (line.count(), line.count(1), share(line.count(1), line.count(2)), line.count(3)),
            {"sector": line.label} if line.label else {},
        )
        for line in lines
    )
    notes = [_("Partners are counted, not plans: a plan names up to five.")]
    if partners > told:
        words = ngettext(
            "For %(number)d partner nobody said whether it is new and unusual; the share leaves "
            "it out.",
            "For %(number)d partners nobody said whether they are new and unusual; the share "
            "leaves them out.",
            partners - told,
        )
        notes.append(words % {"number": partners - told})
    return Figure(
        key="sectors",
        title=_("Partners, and which are new and unusual"),
        says=_fresh(partners, fresh, share(fresh, told)),
        head=_("Sector"),
        columns=(
            Column("partners", _("Partners")),
            Column("new", _("New and unusual")),
            Column("new_share", _("Share new and unusual"), Unit.PERCENT),
            Column("plans", _("Plans")),
        ),
        rows=rows,
        notes=tuple(notes),
        whole=(partners, fresh, share(fresh, told), None),
    )


def _fresh(partners: int, fresh: int, part: float | None) -> str:
    if not partners:
        return _("None of these plans names a partner.")
    words = ngettext(
        "%(number)d partner; %(fresh)d new and unusual (%(share)s%%).",
        "%(number)d partners; %(fresh)d of them new and unusual (%(share)s%%).",
        partners,
    )
    return words % {"number": partners, "fresh": fresh, "share": f"{part or 0:.0f}"}


def organisations(found: dict[str, list[Line]], total: int) -> Figure:
    """The organisations that are partners most often."""
    rows = tuple(
        Row(
            line.key,
            line.label,
            (line.count(), share(line.count(), total), line.count(1)),
            {"organisation": line.key},
        )
        for line in found.get("organisations", [])
    )
    known = having(found, "organisations")
    return Figure(
        key="organisations",
        title=_("Organisations met most"),
        says=_met(rows),
        head=_("Organisation"),
        columns=(*plans_and_share(), Column("labs", _("Labs"))),
        rows=rows,
        notes=(
            _("Organisations of the network's directory; %(known)d of these plans name one.")
            % {"known": known},
        ),
        shown=10,
    )


def _met(rows: tuple[Row, ...]) -> str:
    if not rows:
        return _("None of these plans names an organisation of the directory.")
    names, number, several = first_place(rows)
    words = (
        ngettext(
            "Met most: %(name)s, each in %(number)d plan.",
            "Met most: %(name)s, each in %(number)d plans.",
            number,
        )
        if several
        else ngettext(
            "Met most: %(name)s, in %(number)d plan.",
            "Met most: %(name)s, in %(number)d plans.",
            number,
        )
    )
    return words % {"name": names, "number": number}

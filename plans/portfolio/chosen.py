"""What plans are about and how they learn: goals, stages, themes, methods, data sources."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from plans.portfolio.figure import Column, Figure, Row, Unit, first_place, share
from plans.portfolio.statement import having
from plans.sections import Stage

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from plans.portfolio.statement import Line


def plans_and_share() -> tuple[Column, ...]:
    """The columns of every figure that counts plans."""
    return (
        Column("plans", _("Plans")),
        Column("share", _("Share of plans"), Unit.PERCENT),
    )


def number_of_plans(number: int) -> str:
    """“1 plan”, “12 plans”."""
    return ngettext("%(number)d plan", "%(number)d plans", number) % {"number": number}


def without(number: int) -> tuple[str, ...]:
    """A note that so many plans say nothing here; none where all do."""
    if not number:
        return ()
    words = ngettext(
        "%(number)d plan says nothing here.", "%(number)d plans say nothing here.", number
    )
    return (words % {"number": number},)


def _ranked(lines: Iterable[Line]) -> list[Line]:
    return sorted(lines, key=lambda line: (-line.count(), line.label.casefold()))


def goals(found: dict[str, list[Line]], total: int) -> Figure:
    """How many plans contribute to each goal: those that any plan names, by number."""
    lines = sorted(found.get("goals", []), key=lambda line: int(line.key))
    rows = tuple(
        Row(
            line.key,
            f"{line.key}. {line.label}",
            (line.count(), share(line.count(), total)),
            {"sdg": line.key},
            {"colour": line.detail},
        )
        for line in lines
    )
    return Figure(
        key="goals",
        title=_("Sustainable Development Goals"),
        says=_most(rows, total),
        head=_("Goal"),
        columns=plans_and_share(),
        rows=rows,
        notes=(
            _("A plan names up to five goals, so the shares add up to more than 100%."),
            *without(total - having(found, "goals")),
        ),
        shown=17,
    )


def stages(found: dict[str, list[Line]], total: int) -> Figure:
    """How many plans ask a question in each stage of the learning cycle."""
    asked = {line.key: line.count() for line in found.get("stages", [])}
    rows = tuple(
        Row(
            stage.value,
            str(stage.label),
            (asked.get(stage.value, 0), share(asked.get(stage.value, 0), total)),
            {"stage": stage.value},
        )
        for stage in Stage
    )
    return Figure(
        key="stages",
        title=_("Stages of the learning cycle"),
        says=_most(rows, total),
        head=_("Stage"),
        columns=plans_and_share(),
        rows=rows,
        notes=(
            _("A plan counts once for each stage in which it asks a question, often for several."),
            *without(total - having(found, "stages")),
        ),
    )


def themes(found: dict[str, list[Line]], total: int) -> Figure:
    """The themes, the most frequent first."""
    return _vocabulary(found, total, "themes", "theme", _("Themes"), _("Theme"))


def methods(found: dict[str, list[Line]], total: int) -> Figure:
    """The methods, the most frequent first."""
    return _vocabulary(found, total, "methods", "method", _("Methods"), _("Method"))


def data_sources(found: dict[str, list[Line]], total: int) -> Figure:
    """The data sources, the most frequent first."""
    words = _("Data sources"), _("Data source")
    return _vocabulary(found, total, "data", "source", *words)


def _vocabulary(
    found: dict[str, list[Line]],
    total: int,
    key: str,
    choice: str,
    title: str,
    head: str,
) -> Figure:
    rows = tuple(
        Row(
            line.key,
            line.label,
            (line.count(), share(line.count(), total)),
            {choice: line.label},
        )
        for line in _ranked(found.get(key, []))
    )
    return Figure(
        key=key,
        title=title,
        says=_most(rows, total),
        head=head,
        columns=plans_and_share(),
        rows=rows,
        notes=(
            _("A plan counts once for each that it names; merged terms count as one."),
            *without(total - having(found, key)),
        ),
        shown=10,
    )


def _most(rows: Sequence[Row], total: int) -> str:
    """Which lines have the most plans, in a sentence."""
    if not any(row.numbers[0] for row in rows):
        return _("None of these plans says anything here.")
    names, part, several = first_place(rows)
    words = (
        _("Named most: %(name)s, each by %(part)d of %(plans)s.")
        if several
        else _("Named most: %(name)s, by %(part)d of %(plans)s.")
    )
    return words % {"name": names, "part": part, "plans": number_of_plans(total)}

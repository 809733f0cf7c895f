"""Which country, lab and cycle a page of the archive belongs to."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from functools import cache
from typing import Final

from django.conf import settings
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from accounts.models import Country, Lab
from plans.errors import Invalid
from plans.importers.wording import bare_words
from plans.models import Cycle

_MOST_NAMED: Final = 12


@cache
def other_names() -> dict[str, str]:
    """Codes of countries by the names that are not their own here, folded (``seeds/``)."""
    path = settings.BASE_DIR / "seeds" / "country_names.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return {bare_words(row["name"]): row["code"] for row in csv.DictReader(file)}


def country_named(name: str) -> Country | None:
    """The country of that name, whatever its capitals, accents and punctuation; None if unknown."""
    words = bare_words(name)
    if not words:
        return None
    for country in Country.objects.all():
        if bare_words(country.name) == words:
            return country
    return Country.objects.filter(pk=other_names().get(words)).first()


def lab_called(slug: str) -> Lab:
    """The lab of that short name. Raises Invalid, with names that exist, when there is none."""
    lab = Lab.objects.filter(slug=slug.strip().lower()).first()
    if lab is None:
        words = bare_words(slug)
        near = [s for s in _slugs(Lab.objects.all()) if words and words.split()[0] in s]
        raise Invalid(
            _("No lab has the short name “%(slug)s”. %(hint)s")
            % {"slug": slug, "hint": _such_as(near or _slugs(Lab.objects.all()))}
        )
    return lab


def lab_of(country: Country | None, name: str) -> Lab:
    """The one lab that works in a country. Raises Invalid with a way out when it is not one."""
    if country is None:
        if not name:
            raise Invalid(_("The page names no country. Say which lab it is of with --lab."))
        raise Invalid(
            _("No country is known as “%(name)s”. Say which lab it is of with --lab.")
            % {"name": name}
        )
    labs = list(Lab.objects.filter(countries=country))
    if len(labs) == 1:
        return labs[0]
    if not labs:
        raise Invalid(
            _("No lab works in %(country)s. Say which lab it is of with --lab.")
            % {"country": country}
        )
    raise Invalid(
        _("Several labs work in %(country)s: %(labs)s. Say which one with --lab.")
        % {"country": country, "labs": ", ".join(_slugs(labs))}
    )


def read_cycle(slug: str) -> tuple[int, int | None]:
    """Year and quarter of a cycle's name. Raises Invalid when it is not one."""
    try:
        return Cycle.read_slug(slug)
    except ValueError:
        raise Invalid(
            _("“%(slug)s” names no cycle. Write it like 2021-Q2, or 2021 for a whole year.")
            % {"slug": slug}
        ) from None


def _slugs(labs: Iterable[Lab]) -> list[str]:
    return [lab.slug for lab in labs]


def _such_as(names: list[str]) -> str:
    if not names:
        return _("There are none yet.")
    shown = names[:_MOST_NAMED]
    if len(shown) < len(names):
        return _("There are %(names)s and more.") % {"names": ", ".join(shown)}
    return _("There are: %(names)s.") % {"names": get_text_list(shown, _("and"))}

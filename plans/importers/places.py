"""Which country, lab and cycle a page of the archive belongs to."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from typing import Final

from django.conf import settings
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from accounts.models import Country, Lab, User
from plans import scheduling
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


@dataclass
class Places:
    """The same questions for many pages, each asked once."""

    _countries: dict[str, Country | None] = field(default_factory=dict)
    _labs: dict[tuple[str | None, str], Lab | Invalid] = field(default_factory=dict)
    _cycles: dict[int, Cycle] = field(default_factory=dict)

    def country_named(self, name: str) -> Country | None:
        """As :func:`country_named`."""
        if name not in self._countries:
            self._countries[name] = country_named(name)
        return self._countries[name]

    def lab_of(self, country: Country | None, name: str) -> Lab:
        """As :func:`lab_of`."""
        key = (country.pk if country else None, name)
        if key not in self._labs:
            try:
                self._labs[key] = lab_of(country, name)
            except Invalid as refusal:
                self._labs[key] = refusal
        found = self._labs[key]
        if isinstance(found, Invalid):
            raise Invalid(str(found))
        return found

    def cycle_of(self, year: int, actor: User | None) -> Cycle:
        """The cycle of a whole year; made when it is over and missing, if somebody acts."""
        if year not in self._cycles:
            found = Cycle.objects.filter(year=year, quarter=None).first()
            if found is None and actor is None:
                return scheduling.past(year)
            self._cycles[year] = found or scheduling.past_cycle(year, None, actor=actor)  # type: ignore[arg-type]
        return self._cycles[year]


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
            raise Invalid(
                _("The page names no country. Write it there, or use import_plans --lab.")
            )
        raise Invalid(
            _("No country is known as “%(name)s”. Correct it, or use import_plans --lab.")
            % {"name": name}
        )
    labs = list(Lab.objects.filter(countries=country))
    if len(labs) == 1:
        return labs[0]
    if not labs:
        raise Invalid(
            _("No lab works in %(country)s. Give one this country, or use import_plans --lab.")
            % {"country": country}
        )
    raise Invalid(
        _("Several labs work in %(country)s: %(labs)s. Choose one with import_plans --lab.")
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

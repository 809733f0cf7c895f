"""What people type into the library's search, and what must come first.

Read a line as: who types this finds first these, in any order among themselves. ``-`` finds
nothing; ``only:`` means that nothing else is found; ``no:`` names what must not be found. What is
searched in is told by ``searched.py``: names are those of the files in ``seeds/demo/plans``, of the
sample pages, and of the plans that it makes itself.
"""

from __future__ import annotations

import pytest
from django.http import QueryDict
from django.utils.http import urlencode

from plans.models import Plan
from plans.search.mending import mended
from plans.search.selection import LibraryFilter
from tests.plans import searched

SEVERAL = {
    "MONGOLIA": "mongolia-bus-stops mongolia-herders-weather mongolia-warm-homes "
    "mongolia-winter-schools sample-kiosks smoke wells",
    "HUMAN-CENTRED": "cabo-verde-salt-water philippines-jeepney-seats rwanda-moto-helmets "
    "viet-nam-floating-clinics",
    "AT-SEA": "barbados-sargassum malawi-lake-phones pacific-reef-market pacific-solar-freezers "
    "senegal-peche-glace",
    "WATER": "argentina-2022 cabo-verde-salt-water ecuador-paramo-senales rain sample-kiosks",
    "ENERGY": "mongolia-warm-homes mongolia-winter-schools pacific-solar-freezers "
    "rwanda-cold-rooms togo-moulins wind",
    "RENEWABLE": "rwanda-cold-rooms togo-moulins wind",
}

TABLE = """
# words, and all of them
mangrove                            | only: philippines-mangrove-honey
insulation                          | mongolia-warm-homes
bus darkhan                         | only: mongolia-bus-stops
darkhan bus                         | only: mongolia-bus-stops
freezer solar                       | pacific-solar-freezers
winter smoke                        | mongolia-warm-homes
helmet passenger                    | rwanda-moto-helmets
coffee                              | timor-leste-coffee-flowers
school lunches                      | nepal-school-meals
insurance roof                      | barbados-roof-insurance
erosion app                         | viet-nam-river-app
the bus in Darkhan                  | only: mongolia-bus-stops
who works on fish markets?          | pacific-reef-market
MANGROVE Honey                      | only: philippines-mangrove-honey

# one word in many forms
freezers                            | pacific-solar-freezers
helmets                             | rwanda-moto-helmets
terraces                            | nepal-terrace-gardens
insulate                            | mongolia-warm-homes
insuring roofs                      | barbados-roof-insurance
clinics floating                    | viet-nam-floating-clinics
precio justo                        | ecuador-cacao
radio                               | senegal-radios
moulins                             | togo-moulins

# accents, on either side
paramo                              | ecuador-paramo-senales
páramo                              | ecuador-paramo-senales
senales                             | ecuador-paramo-senales
peche                               | senegal-peche-glace
pequenas fincas                     | ecuador-cacao
agua chuva                          | only: rain
água                                | ecuador-paramo-senales rain
Bayanzurkh                          | mongolia-warm-homes

# phrases
"solar freezer"                     | pacific-solar-freezers
"freezer solar"                     | -
"stay full"                         | only: rwanda-cold-rooms
“coffee flowers”                    | timor-leste-coffee-flowers
"du courant à heures fixes"         | only: togo-moulins
"Marchés de nuit"                   | only: sample-togo
water-kiosks                        | only: sample-kiosks

# leaving out, and either
garden -school                      | no: argentina-2022
winter NOT school                   | no: mongolia-winter-schools
-"ger districts" winter             | no: mongolia-warm-homes
sargassum OR mangrove               | only: barbados-sargassum philippines-mangrove-honey
winter sargassum OR smoke           | mongolia-warm-homes
-mangrove                           | no: philippines-mangrove-honey

# names: labs, countries, themes by any of their names, goals
Mongolia                            | MONGOLIA
Mongolie                            | MONGOLIA
Cabo Verde                          | only: cabo-verde-salt-water
mongolia bus                        | mongolia-bus-stops
STEM                                | clubs
mathematics                         | clubs
asset mapping                       | argentina-2022 colombia-barrio-agua nepal-terrace-gardens
HCD                                 | HUMAN-CENTRED
énergies renouvelables              | only: RENEWABLE
energias renovables                 | only: RENEWABLE
renewable turbines                  | only: wind
SDG 14                              | only: AT-SEA

# what terms are called in other languages, whatever the plan is written in
agua                                | ecuador-paramo-senales rain
eau                                 | only: WATER
المياه                              | only: WATER
economía circular                   | only: ghana-repair-stalls viet-nam-rice-straw
économie circulaire                 | only: ghana-repair-stalls viet-nam-rice-straw
género                              | philippines-jeepney-seats
énergie                             | only: ENERGY
gestão de resíduos                  | only: ghana-repair-stalls
inundaciones                        | only: colombia-barrio-agua senegal-radios
pêche                               | senegal-peche-glace

# other scripts, and two languages in one search
утаа                                | only: smoke
утаагүй                             | only: smoke
улаанбаатар                         | only: smoke
школа                               | wells
школы                               | wells
чистой водой                        | only: wells
вода                                | wells
الطاقة                              | only: ENERGY coast
طاقة                                | only: ENERGY coast
الطاقه المتجددة                     | only: RENEWABLE coast
可再生能源                          | only: elders
老年人                              | only: elders
"取暖费用"                          | only: elders
cacao prices                        | -
glace OR ice                        | senegal-peche-glace

# typing errors, forgiven where nothing is found
mangorve                            | only: philippines-mangrove-honey
insulatoin                          | mongolia-warm-homes
sargasum                            | only: barbados-sargassum
helmt passenger                     | rwanda-moto-helmets
mongola bus                         | mongolia-bus-stops
jeepny                              | philippines-jeepney-seats
sargas                              | only: barbados-sargassum

# nothing, and nonsense
xylophone                           | -
qwrtzuiop                           | -
"mangrove cheese"                   | -
mangrove sargassum                  | -
"""


@pytest.fixture
def called(db: None) -> dict[int, str]:
    """The short name of each plan of the library."""
    return searched.build()


def find(typed: str, called: dict[int, str]) -> list[str]:
    """The short names of what somebody finds who may see everything, the best first."""
    found = LibraryFilter(QueryDict(urlencode({"q": typed})), Plan.objects.all())
    plans = list(found.qs.values_list("pk", flat=True))
    if not plans and (instead := mended(found)):
        plans = list(instead.selection.qs.values_list("pk", flat=True))
    return [called[plan] for plan in plans]


def wrong(expected: str, found: list[str]) -> bool:
    """Whether what was found is not what the line asks for."""
    kind, _colon, names = expected.rpartition(":")
    wanted = " ".join(SEVERAL.get(name, name) for name in names.split()).split()
    if names.strip() == "-":
        return found != []
    if kind == "no":
        return not found or bool(set(wanted) & set(found))
    first = set(found[: len(wanted)])
    return first != set(wanted) or (kind == "only" and len(found) != len(wanted))


def rows() -> list[tuple[str, str]]:
    """The lines of the table: what is typed, and what must be found."""
    lines = [line for line in TABLE.splitlines() if line and not line.startswith("#")]
    typed_and_expected = [line.rpartition("|") for line in lines]
    return [(typed.strip(), expected.strip()) for typed, _bar, expected in typed_and_expected]


def test_what_people_type_finds_first_what_they_mean(called: dict[int, str]) -> None:
    assert len(rows()) >= 60
    found = {typed: (expected, find(typed, called)) for typed, expected in rows()}

    assert {typed: told for typed, told in found.items() if wrong(*told)} == {}

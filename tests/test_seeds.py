"""What every environment begins with, and that loading it again spoils nothing."""

from __future__ import annotations

from io import StringIO
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.db import connection
from django.db.models import F

from accounts.models import Country, Lab, Region
from accounts.roles import NETWORK_MANAGERS, TAXONOMY_MANAGERS
from plans import taxonomies
from plans.importers import places, seeds
from plans.models import (
    DataSource,
    Method,
    Question,
    Sdg,
    Sector,
    StageName,
    TermStatus,
    ThematicArea,
)
from plans.sections import SECTIONS

pytestmark = pytest.mark.django_db

ARTIFICIAL_INTELLIGENCE = "Artificial intelligence and machine learning"
LITERATURE = "Academic and scientific literature"


@pytest.fixture(scope="module")
def loaded(kept: None) -> None:
    """The seeds, loaded once."""
    seeds.load()


@pytest.fixture(autouse=True)
def _afresh(loaded: None, db: None) -> None:
    """What a test does to them is undone after it."""


def counts() -> dict[str, int]:
    """How many rows of each kind are there."""
    models: list[Any] = [Region, Country, Lab, Sdg, ThematicArea, Method, DataSource, Sector]
    return {model.__name__: model.objects.count() for model in models}


def test_the_network_of_the_seeds() -> None:
    assert counts() == {
        "Region": 5,
        "Country": 116,
        "Lab": 91,
        "Sdg": 17,
        "ThematicArea": 154,
        "Method": 52,
        "DataSource": 74,
        "Sector": 14,
    }


def test_every_country_has_one_lab_in_its_own_region() -> None:
    assert [c.code for c in Country.objects.all() if c.labs.count() != 1] == []
    assert list(Country.objects.exclude(labs__region=F("region"))) == []
    assert sorted(Lab.objects.get(slug="samoa").countries.values_list("code", flat=True)) == [
        "COK",
        "NIU",
        "TKL",
        "WSM",
    ]


def test_the_goals_have_their_official_colours() -> None:
    first = Sdg.objects.get(number=1)
    last = Sdg.objects.get(number=17)

    assert (first.name, first.colour) == ("No poverty", "#E5243B")
    assert (last.name, last.colour) == ("Partnerships for the goals", "#19486A")


def test_each_stage_has_a_row_that_says_what_it_means() -> None:
    told = StageName.objects.exclude(description="")

    assert [row.stage for row in told] == ["sense", "explore", "test", "grow"]


def test_loading_again_adds_nothing() -> None:
    added = seeds.load()

    assert set(added.values()) == {0}


def test_the_command_says_what_it_added() -> None:
    Sector.objects.filter(name="Media").delete()

    first, second = StringIO(), StringIO()
    call_command("load_seeds", stdout=first)
    call_command("load_seeds", stdout=second)

    assert first.getvalue() == "Added: 1 sectors.\n"
    assert second.getvalue() == "Seeds: nothing was missing.\n"


def test_what_administrators_changed_stays_changed() -> None:
    Question.objects.filter(section="challenge", field="background").update(
        label="The story", guidance="Ours."
    )
    Lab.objects.filter(slug="mongolia").update(name="Lab of the steppe", is_active=False)
    Country.objects.filter(code="FJI").update(name="Viti")
    Region.objects.filter(slug="africa").update(slug="afrique")
    Method.objects.filter(name="Pilots").update(status=TermStatus.RETIRED)
    ThematicArea.objects.filter(name="Floods").update(name="Too much water")
    ThematicArea.objects.filter(name="Fintech").update(name="Money apps", aliases=["FinTech"])
    before = counts()

    seeds.load()

    assert counts() == before
    question = Question.objects.get(section="challenge", field="background")
    assert (question.label, question.guidance) == ("The story", "Ours.")
    assert Lab.objects.get(slug="mongolia").name == "Lab of the steppe"
    assert Country.objects.get(code="FJI").name == "Viti"
    assert Method.objects.get(name="Pilots").status == TermStatus.RETIRED


def test_a_term_that_a_lab_proposed_is_not_seeded_a_second_time() -> None:
    Sector.objects.filter(name="Media").delete()
    Sector.objects.create(name="média", status=TermStatus.PROPOSED)

    seeds.load()

    assert list(Sector.objects.filter(name__istartswith="m").values_list("name", flat=True)) == [
        "média"
    ]


def test_terms_of_before_are_labelled_unless_somebody_did_something_about_it() -> None:
    ThematicArea.objects.filter(name="Floods").update(labels={"fr": "Crues"})
    ThematicArea.objects.filter(name="Health").update(labels={})
    Method.objects.filter(name="Pilots").delete()
    Method.objects.create(name="Pilots", status=TermStatus.RETIRED)
    Sector.objects.filter(name="Media").delete()
    Sector.objects.create(name="Media")
    Sector.objects.create(name="Medios de comunicación", status=TermStatus.PROPOSED)

    added = seeds.load()

    assert {kind: number for kind, number in added.items() if number} == {"terms labelled": 2}
    assert ThematicArea.objects.get(name="Floods").labels == {"fr": "Crues"}
    assert ThematicArea.objects.get(name="Health").labels == {}
    assert Method.objects.get(name="Pilots").labels["es"] == "Proyectos piloto"
    assert Sector.objects.get(name="Media").labels == {
        "fr": "Médias",
        "pt": "Meios de comunicação",
        "ar": "وسائل الإعلام",
    }


@pytest.mark.parametrize("model", list(seeds.VOCABULARY_FILES), ids=lambda m: m.__name__)
def test_no_spelling_of_a_vocabulary_means_two_terms(model: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT spelling, array_agg(name) FROM ("
            "SELECT DISTINCT name, unnest(fold_terms(name || aliases || array("
            "SELECT value FROM jsonb_each_text(labels)))) AS spelling "
            f"FROM {model._meta.db_table}) AS spelled GROUP BY spelling HAVING count(*) > 1"
        )
        assert cursor.fetchall() == []


@pytest.mark.parametrize(
    ("vocabulary", "typed", "meant"),
    [
        ("sdgs", "Reduced innequalities", "Reduced inequalities"),
        ("methods", "(Community) Asset Mapping", "Community asset mapping"),
        ("methods", "Artificial Intelligence/Machine Learning", ARTIFICIAL_INTELLIGENCE),
        ("methods", "AI", ARTIFICIAL_INTELLIGENCE),
        ("methods", "Minimal Viable Product (MVP)", "Minimum viable product"),
        ("methods", "Data Ethography", "Data ethnography"),
        ("data_sources", "deep interviews", "In-depth interviews"),
        ("data_sources", "in depth interviews", "In-depth interviews"),
        ("data_sources", "publications - journals, academic papers", LITERATURE),
        ("data_sources", "tracking data,", "Tracking data"),
        ("thematic_areas", "co -creation", "Co-creation"),
        ("thematic_areas", "circular economy, techonology", "Circular economy"),
        ("thematic_areas", "womenempowerment", "Women’s empowerment"),
        ("thematic_areas", "igualdad de genero", "Gender equality"),
        ("thematic_areas", "covid-19 , response", "COVID-19"),
        ("thematic_areas", "économie circulaire", "Circular economy"),
        ("thematic_areas", "gestion del agua", "Water management"),
        ("thematic_areas", "Energias renováveis", "Renewable energy"),
        ("thematic_areas", "إدارة المياه", "Water management"),
        ("methods", "Diseño participativo", "Participatory design"),
        ("data_sources", "Mégadonnées", "Big data"),
        ("sdgs", "Fin de la pobreza", "No poverty"),
        ("sectors", "Société civile", "Civil society"),
        ("sectors", "NGO", "Civil society"),
    ],
)
def test_what_people_typed_leads_to_the_term_they_meant(
    vocabulary: str, typed: str, meant: str
) -> None:
    term = taxonomies.find(taxonomies.VOCABULARIES[vocabulary], typed)

    assert term is not None
    assert term.name == meant


@pytest.mark.parametrize("typed", ["water management", "waste management", "n/a", "ethics"])
def test_different_things_stay_different_and_strays_are_nobody(typed: str) -> None:
    found = [taxonomies.find(ThematicArea, typed), taxonomies.find(Method, typed)]

    assert [term.name.lower() for term in found if term] == (
        [typed] if "management" in typed else []
    )


def test_other_names_of_countries_lead_to_countries() -> None:
    names = {row["name"]: row["code"] for row in seeds.rows("country_names.csv")}
    resolved = {name: places.country_named(name) for name in names}

    assert {name: country.code for name, country in resolved.items() if country} == names
    assert names["Cape Verde"] == "CPV"
    assert names["Ivory Coast"] == "CIV"
    assert names["Republic of the Congo"] == "COG"


def test_every_section_and_question_has_its_words() -> None:
    asked = {(row.section, row.field) for row in Question.objects.all()}
    wanted = {(section.key, "") for section in SECTIONS}
    wanted |= {(section.key, field.key) for section in SECTIONS for field in section.fields}
    wanted |= {
        (section.key, field.key)
        for section in SECTIONS
        if section.group
        for field in section.group.fields
    }

    assert asked == wanted
    assert [q.label for q in Question.objects.all() if len(q.guidance) < 40] == []


def permissions(group: str) -> list[str]:
    """What a group may do, as ``app.codename``."""
    rows = Group.objects.get(name=group).permissions.values_list(
        "content_type__app_label", "codename"
    )
    return sorted(f"{app}.{codename}" for app, codename in rows)


def test_taxonomy_managers_keep_the_vocabularies_and_nothing_else() -> None:
    assert permissions(TAXONOMY_MANAGERS) == [
        "plans.add_datasource",
        "plans.add_method",
        "plans.add_organisation",
        "plans.add_sector",
        "plans.add_thematicarea",
        "plans.change_datasource",
        "plans.change_method",
        "plans.change_organisation",
        "plans.change_sdg",
        "plans.change_sector",
        "plans.change_stagename",
        "plans.change_thematicarea",
        "plans.view_datasource",
        "plans.view_merge",
        "plans.view_method",
        "plans.view_organisation",
        "plans.view_sdg",
        "plans.view_sector",
        "plans.view_split",
        "plans.view_stagename",
        "plans.view_thematicarea",
    ]


def test_network_managers_may_do_everything_with_plans_and_people() -> None:
    given = permissions(NETWORK_MANAGERS)

    assert {name.partition(".")[0] for name in given} == {"accounts", "plans"}
    assert {"accounts.add_user", "plans.change_plan", "plans.delete_method"} <= set(given)


def test_a_permission_that_was_added_by_hand_stays() -> None:
    group = Group.objects.get(name=TAXONOMY_MANAGERS)
    group.permissions.add(*Group.objects.get(name=NETWORK_MANAGERS).permissions.all()[:1])

    seeds.load()

    assert len(permissions(TAXONOMY_MANAGERS)) == 22

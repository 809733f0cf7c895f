"""A selection of plans as figures: counted by hand on a small network, drawn, and taken along."""

from __future__ import annotations

import csv
import datetime as dt
import gzip
import io
from copy import deepcopy
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from PIL import Image

from accounts.models import Country
from plans import authoring, charts, clock, merging, workflow
from plans.authoring import Change
from plans.charts import world
from plans.charts.maps import breaks
from plans.document import PlanDocument
from plans.filters import LibraryFilter
from plans.importers import seeds
from plans.models import Method, Organisation, Plan, Sdg, TermStatus
from plans.permissions import library_plans
from plans.portfolio import FIGURES, Figure, Portfolio, compared, portfolio
from plans.portfolio.chosen import goals
from plans.portfolio.figure import Row, first_place
from plans.portfolio.statement import Line
from plans.portfolio.whole import told as told_of
from plans.states import Act
from plans.views.selecting import address
from tests import personas
from tests.factories import (
    WORDS,
    CountryFactory,
    CycleFactory,
    MethodFactory,
    SdgFactory,
    SectorFactory,
    complete,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.test import Client

    from accounts.models import Lab
    from plans.models import Cycle
    from plans.models.plan import PlanQuerySet
    from tests.personas import Network

SVG = "{http://www.w3.org/2000/svg}"
BEGAN = dt.datetime(2026, 3, 2, 9, tzinfo=dt.UTC)
LATER_PAGE = 15_000


class Told:
    """A network in which everything about four public plans is known, and others are not public.

    Two approved plans of ``lab`` (a big bet about goals 6 and 13, an exploratory one), one of
    ``far_lab`` in the other region, and one from the archive without a type; besides them a plan in
    every state that not everybody may read.
    """

    def __init__(self, network: Network) -> None:
        self.network = network
        opened = {"opens_at": BEGAN - dt.timedelta(days=1), "closes_at": BEGAN.replace(year=2040)}
        self.cycle = CycleFactory.create(year=2026, quarter=1, **opened)
        self.later = CycleFactory.create(year=2027, quarter=2, **opened)
        self.country = Country.objects.get(labs=network.lab)
        SdgFactory.create(number=13, name="Climate action", colour="#3F7E44")
        self.bet = self.approved(network.lab, self.cycle, "big_bet", days=10, goals=(6, 13))
        self.small = self.approved(network.lab, self.later, "exploratory", days=20)
        self.far = self.approved(
            network.far_lab, self.cycle, "exploratory", days=40, writer="other_region_member",
            reviewer="other_reviewer", known=False,
        )  # fmt: skip
        self.old = self.archived()
        for state in ("draft", "submitted", "changes_requested", "withdrawn"):
            network.plan(state, title=f"Hidden {state}", cycle=CycleFactory.create())

    def approved(
        self,
        lab: Lab,
        cycle: Cycle,
        kind: str,
        *,
        days: int,
        goals: tuple[int, ...] = (6,),
        writer: str = "member",
        reviewer: str = "reviewer",
        known: bool = True,
    ) -> Plan:
        """A plan that was begun on a day and approved so many days later."""
        author, judge = self.network[writer], self.network[reviewer]
        with clock.at(BEGAN):
            plan = workflow.start(lab, cycle, actor=author, challenge_type=kind, title="Wells")
            plan = complete(plan, actor=author)
            Sdg.objects.get(number=6)
            terms = list(Sdg.objects.filter(number__in=goals).order_by("number"))
            authoring.save(plan, {"sdgs": Change(terms)}, actor=author)
            if not known:
                row = plan.partners.get()
                authoring.save(plan, {f"partners/{row.pk}/is_new": Change(False)}, actor=author)
            plan = workflow.move(plan, Act.SUBMIT, actor=author)
        with clock.at(BEGAN + dt.timedelta(days=days)):
            return workflow.move(plan, Act.APPROVE, actor=judge)

    def archived(self) -> Plan:
        """A plan from the archive without a type and without most answers."""
        document = PlanDocument.model_validate(
            {"title": "Old", "lab": self.network.lab.name, "sdgs": [6], **WORDS}
        )
        page = authoring.Arrived(
            self.network.lab, self.cycle, "old.md", document.model_dump_json(), document
        )
        plan = authoring.bring_in(page, actor=self.network["network_manager"]).plan
        assert plan is not None
        return plan


@pytest.fixture(scope="module")
def built(kept: None) -> Told:
    """The network as it is before a test, made once."""
    return Told(personas.build())


@pytest.fixture
def told(built: Told, db: None) -> Told:
    """Four plans of which everything is known. What a test writes is undone after it."""
    return deepcopy(built)


@pytest.fixture
def everything(told: Told) -> Portfolio:
    """The figures of all four."""
    return portfolio(Plan.objects.all())


@pytest.fixture
def reader(told: Told, client: Client) -> Client:
    """Somebody of another lab, signed in."""
    client.force_login(told.network.people["other_member"])
    return client


def lines(figure: Figure) -> dict[str, tuple[Any, ...]]:
    """What a figure says: the numbers of each line."""
    return {row.label: row.numbers for row in figure.rows}


# -- counted by hand -------------------------------------------------------------------------------


def test_only_public_plans_are_in_any_number(told: Told, everything: Portfolio) -> None:
    assert (everything.plans, everything.approved, everything.archived) == (4, 3, 1)
    assert everything.labs == 2
    assert Plan.objects.count() == 8
    assert everything == portfolio(library_plans(told.network["member"]))


def test_countries_are_counted_and_plans_without_one_are_told(
    told: Told, everything: Portfolio
) -> None:
    figure = everything.figure("countries")
    far = Country.objects.get(labs=told.network.far_lab)

    assert lines(figure) == {told.country.name: (2, 50.0), far.name: (1, 25.0)}
    assert figure.notes[1:] == ("1 plan names no country.",)
    assert figure.says == f"4 plans in 2 countries; the most in {told.country.name} (2)."


def test_who_shares_the_first_place_is_named_with_the_others(
    told: Told, everything: Portfolio
) -> None:
    far = Country.objects.get(labs=told.network.far_lab)
    public = library_plans(told.network["member"])
    one_of_each = [public.filter(country=here)[0].pk for here in (told.country, far)]
    equal = portfolio(public.filter(pk__in=one_of_each)).figure("countries")
    names = " and ".join(sorted([told.country.name, far.name]))

    assert equal.says == f"2 plans in 2 countries; the most in {names} (1 each)."
    assert portfolio(public.filter(country=far)).figure("countries").says == f"1 plan in {far}."
    assert everything.figure("stages").says == "Named most: Sense and Test, each by 3 of 4 plans."


def test_of_many_that_share_the_first_place_three_are_named() -> None:
    rows = [Row(name, name, (2,)) for name in "ABCDE"]

    assert first_place(rows) == ("A, B, C and others", 2, True)
    assert first_place([*rows, Row("F", "F", (3,))]) == ("F", 3, False)


def test_a_plan_with_two_goals_counts_for_each_and_shares_are_of_plans(
    everything: Portfolio,
) -> None:
    figure = everything.figure("goals")

    assert lines(figure) == {"6. Clean water": (4, 100.0), "13. Climate action": (1, 25.0)}
    assert figure.says == "Named most: 6. Clean water, by 4 of 4 plans."


def test_a_plan_counts_once_for_each_stage_and_stages_without_plans_are_there(
    everything: Portfolio,
) -> None:
    assert lines(everything.figure("stages")) == {
        "Sense": (3, 75.0),
        "Explore": (0, 0.0),
        "Test": (3, 75.0),
        "Grow": (0, 0.0),
    }
    assert everything.figure("stages").notes[1:] == ("1 plan says nothing here.",)


def test_types_are_told_by_year_and_an_archived_plan_without_one_apart(
    everything: Portfolio,
) -> None:
    figure = everything.figure("types")

    assert lines(figure) == {"2027": (0, 1, 0, 0.0), "2026": (1, 1, 1, 33.3)}
    assert figure.says == "1 big bet (25%) and 2 exploratory."
    assert figure.notes[1:] == ("1 plan from the archive has no type.",)


def test_partners_are_counted_by_sector_with_the_new_and_unusual_ones(
    everything: Portfolio,
) -> None:
    figure = everything.figure("sectors")

    assert lines(figure) == {"Farmers": (3, 2, 66.7, 3)}
    assert figure.says == "3 partners; 2 of them new and unusual (67%)."


def test_a_partner_of_whom_nobody_said_whether_they_are_new_is_left_out_of_the_share(
    told: Told,
) -> None:
    document = PlanDocument.model_validate(
        {"title": "Older", "lab": told.network.lab.name, "partners": [{"name": "Somebody"}]}
    )
    page = authoring.Arrived(
        told.network.lab, told.cycle, "older.md", document.model_dump_json(), document
    )
    authoring.bring_in(page, actor=told.network["network_manager"])
    figure = portfolio(Plan.objects.all()).figure("sectors")

    assert lines(figure) == {"Farmers": (3, 2, 66.7, 3), "No sector given": (1, 0, None, 1)}
    assert figure.notes[1].startswith("For 1 partner nobody said")


def test_labs_and_places_tell_which_place_was_taken_how_often(
    told: Told, everything: Portfolio
) -> None:
    network = told.network

    assert lines(everything.figure("places")) == {
        network.lab.name: (1, 1, 0, 2),
        network.far_lab.name: (0, 1, 0, 1),
    }
    assert everything.figure("places").notes[1] == "1 plan from the archive holds no place."


def test_time_to_approval_is_told_by_year_without_archived_plans(everything: Portfolio) -> None:
    figure = everything.figure("times")

    assert lines(figure) == {"2027": (1, 20.0, 20.0, 20.0), "2026": (2, 17.5, 25.0, 32.5)}
    assert figure.whole == (3, 15.0, 20.0, 30.0)
    assert figure.says == "Half of 3 plans took 20.0 days or less."
    assert figure.notes[1].startswith("Not known for 1 plan:")


def test_a_plan_that_was_reopened_counts_from_draft_to_first_approval(told: Told) -> None:
    reviewer, member = told.network["reviewer"], told.network["member"]
    with clock.at(BEGAN + dt.timedelta(days=300)):
        plan = workflow.move(told.bet, Act.REOPEN, actor=reviewer, note="One more thing.")
        plan = workflow.move(plan, Act.SUBMIT, actor=member)
        workflow.move(plan, Act.APPROVE, actor=reviewer)

    assert portfolio(Plan.objects.all()).figure("times").whole == (3, 15.0, 20.0, 30.0)


def test_merged_terms_count_as_one(told: Told) -> None:
    old, member = MethodFactory.create(name="Polls"), told.network["member"]
    plan = workflow.start(
        told.network.lab, told.later, actor=member, challenge_type="big_bet", title="Both"
    )
    plan = complete(plan, actor=member)
    both = [Method.objects.get(name="Surveys"), old]
    authoring.save(plan, {"methods": Change(both)}, actor=member)
    plan = workflow.move(plan, Act.SUBMIT, actor=member)
    workflow.move(plan, Act.APPROVE, actor=told.network["reviewer"])

    before = lines(portfolio(Plan.objects.all()).figure("methods"))
    merging.merge([old], Method.objects.get(name="Surveys"), actor=told.network["network_manager"])

    assert before == {"Surveys": (4, 80.0), "Polls": (1, 20.0)}
    assert lines(portfolio(Plan.objects.all()).figure("methods")) == {"Surveys": (4, 80.0)}


def test_organisations_are_told_with_plans_and_labs(told: Told, everything: Portfolio) -> None:
    found = lines(everything.figure("organisations"))

    assert found == {"Water users' association": (3, 75.0, 2)}
    assert Organisation.objects.exclude(status=TermStatus.MERGED).count() == 1


def test_a_narrowed_selection_counts_only_its_plans(told: Told) -> None:
    data = QueryDict(f"region={told.network.region.slug}&year=2026")
    found = LibraryFilter(data, library_plans(told.network["member"]))
    narrowed = portfolio(found.qs)

    assert (narrowed.plans, narrowed.labs) == (2, 1)
    assert lines(narrowed.figure("types")) == {"2026": (1, 0, 1, 50.0)}
    assert narrowed.figure("times").whole == (1, 10.0, 10.0, 10.0)


def test_a_selection_without_plans_says_so_in_every_figure(told: Told) -> None:
    nothing = portfolio(Plan.objects.none())

    assert nothing.plans == 0
    assert [figure.key for figure in nothing.figures] == list(FIGURES)
    assert all(figure.is_empty for figure in nothing.figures)
    assert {figure.says for figure in nothing.figures} >= {
        "None of these plans names a country.",
        "None of these plans names a partner.",
    }


def test_any_number_of_plans_is_counted_in_one_query(told: Told) -> None:
    with CaptureQueriesContext(connection) as few:
        portfolio(Plan.objects.all())
    for _one in range(3):
        told.network.plan("approved", cycle=CycleFactory.create())
    with CaptureQueriesContext(connection) as many:
        portfolio(Plan.objects.all())

    assert (len(few), len(many)) == (1, 1)


@pytest.mark.parametrize("query", ["", "year=2026", "type=exploratory&sdg=6"])
def test_every_line_leads_to_as_many_plans_as_it_says(told: Told, query: str) -> None:
    plans = library_plans(told.network["member"])
    now = QueryDict(query)
    figures = portfolio(LibraryFilter(now, plans).qs).figures
    wrong, followed = [], set()
    for figure in figures:
        for row in figure.rows:
            where = address(row.choice, now)
            if not where or figure.key == "organisations":
                continue
            followed.add(figure.key)
            said = {
                "types": sum(int(number or 0) for number in row.numbers[:3]),
                "places": sum(int(number or 0) for number in row.numbers[:3]),
                "sectors": row.numbers[-1],
            }.get(figure.key, row.numbers[0])
            got = LibraryFilter(QueryDict(where.partition("?")[2]), plans).qs.count()
            if got != said:
                wrong.append((figure.key, row.label, said, got))

    assert wrong == []
    assert followed >= {
        "countries",
        "stages",
        "themes",
        "methods",
        "data",
        "sectors",
        "places",
        "times",
    }


def test_a_line_without_an_exact_answer_has_no_address() -> None:
    assert address({"sdg": "6"}, QueryDict("sdg=13")) == ""
    assert address({"cycle": "2026"}, QueryDict("cycle=2026-Q1&cycle=2027-Q1")) == ""
    assert address({}, QueryDict()) == ""
    assert address({"sdg": "6"}, QueryDict("region=here")) == "/plans/?region=here&sdg=6"
    assert address({"cycle": "2026"}, QueryDict("cycle=2026-Q1")) == "/plans/?cycle=2026-Q1"


def test_an_organisation_leads_to_its_page(told: Told, reader: Client) -> None:
    living = Organisation.objects.exclude(status=TermStatus.MERGED).get()
    page = reverse("organisation", args=(living.pk,))
    found = table(reader.get("/portfolio/figures/organisations.csv", {"year": "2026"}).content)

    assert [one["address"] for one in found] == [f"{settings.SITE_URL}{page}"]
    assert f'href="{page}"' in reader.get("/portfolio/", {"year": "2026"}).content.decode()
    assert reader.get(page).status_code == 200


# -- drawn -----------------------------------------------------------------------------------------


def parsed(svg: str | bytes) -> Any:
    """A drawing as XML; a map on a page comes with its keys."""
    whole = svg.decode() if isinstance(svg, bytes) else svg
    first = whole.partition("?>\n")[2] or whole
    return ElementTree.fromstring(f"<page>{first}</page>")[0]  # noqa: S314 - made by ourselves


def words_of(svg: str) -> str:
    """All words that a drawing shows."""
    return " ".join(parsed(svg).itertext())


@pytest.mark.parametrize("key", FIGURES)
def test_a_drawing_has_a_title_and_no_style_and_shows_its_numbers(
    everything: Portfolio, key: str
) -> None:
    figure = everything.figure(key)
    for svg in (
        charts.inline(figure, {row.key: "/plans/" for row in figure.rows}, "/world.svg"),
        charts.write(figure, "svg", "all of it", "Made today.", {}).decode(),
    ):
        root = parsed(svg)
        assert root.tag == f"{SVG}svg"
        assert root.find(f"{SVG}title").text == figure.title
        assert figure.says in (root.find(f"{SVG}desc").text or "")
        assert [one.tag for one in root.iter() if "style" in one.attrib] == []
        assert "<script" not in svg
        assert "<style" not in svg
        ids = [one.attrib["id"] for one in root.iter() if "id" in one.attrib]
        assert len(ids) == len(set(ids))
        for row in figure.top:
            assert row.label in words_of(svg)
            told = row.numbers[1 if key == "times" else 0]
            assert str(told) in words_of(svg) or (key, told) == ("places", 0)


def test_a_drawing_is_a_picture_in_a_file_and_a_group_of_links_on_a_page(
    everything: Portfolio,
) -> None:
    figure = everything.figure("goals")
    page = parsed(charts.inline(figure, {"6": "/plans/?sdg=6"}, ""))
    file = parsed(charts.write(figure, "svg", "", "", {}))

    assert (page.attrib["role"], file.attrib["role"]) == ("group", "img")
    assert [link.attrib["href"] for link in page.iter(f"{SVG}a")] == ["/plans/?sdg=6"]
    assert list(file.iter(f"{SVG}a")) == []


def test_every_country_of_the_network_is_on_the_map() -> None:
    countries = seeds.rows("countries.csv")
    spots = {
        row["code"]: world.place(float(row["latitude"]), float(row["longitude"]))
        for row in countries
    }
    outside = [
        code for code, (x, y) in spots.items() if not (0 < x < world.WIDTH and 0 < y < world.HEIGHT)
    ]
    without = set(spots) - set(world.shapes())

    assert outside == []
    assert len(without) == 28
    assert without >= {"NRU", "TUV", "MDV", "BRB"}
    assert set(spots) - without >= {"SRB", "MNG", "KEN", "FJI", "SSD"}


def test_a_country_without_a_shape_is_a_circle_that_leads_to_its_plans(told: Told) -> None:
    nauru = CountryFactory.create(
        code="NRU", name="Nauru", region=told.network.region, latitude=-0.53, longitude=166.93
    )
    Plan.objects.filter(pk=told.old.pk).update(country=nauru)
    figure = portfolio(Plan.objects.filter(pk=told.old.pk)).figure("countries")
    root = parsed(charts.inline(figure, {"NRU": "/plans/?country=NRU"}, "/w.svg"))
    links = [link for link in root.iter(f"{SVG}a") if link.find(f"{SVG}circle") is not None]

    assert {link.attrib["href"] for link in links} == {"/plans/?country=NRU"}
    assert {link.find(f"{SVG}title").text for link in links} == {"Nauru: 1"}


@pytest.mark.parametrize("most", [0, 1, 3, 5, 6, 12, 100, 100_000])
def test_the_steps_of_the_map_begin_with_one_plan_and_rise(most: int) -> None:
    starts = breaks(most)

    assert starts[0] == 1
    assert starts == sorted(set(starts))
    assert len(starts) == min(max(most, 1), 5)
    assert starts[-1] <= max(most, 1)


def test_the_islands_of_the_pacific_lie_together() -> None:
    fiji, samoa, hawaii = (
        world.place(*spot)[0] for spot in ((-17.8, 178.0), (-13.7, -172.4), (20.8, -156.3))
    )

    assert 0 < samoa - fiji < world.WIDTH / 10
    assert hawaii < world.WIDTH / 10


# -- taken along -----------------------------------------------------------------------------------


def table(content: bytes) -> list[dict[str, str]]:
    """The lines of a CSV file."""
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


def test_a_table_names_its_selection_and_leads_to_the_plans(reader: Client, told: Told) -> None:
    response = reader.get("/portfolio/figures/goals.csv", {"year": "2026"})
    found = table(response.content)

    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"] == 'attachment; filename="goals-year-2026.csv"'
    assert list(found[0]) == [
        "figure", "key", "label", "plans", "share", "address", "selection", "made",
    ]  # fmt: skip
    assert [(one["label"], one["plans"]) for one in found] == [
        ("6. Clean water", "3"),
        ("13. Climate action", "1"),
    ]
    assert found[0]["selection"] == "Year: 2026"
    assert found[0]["address"] == f"{settings.SITE_URL}/plans/?year=2026&sdg=6"
    assert "(UTC)" in found[0]["made"]


def test_no_cell_of_a_table_can_run(told: Told, reader: Client) -> None:
    Method.objects.filter(name="Surveys").update(name='=HYPERLINK("http://example.org")')
    found = table(reader.get("/portfolio/figures/methods.csv").content)

    assert [one["label"] for one in found] == ['\'=HYPERLINK("http://example.org")']


@pytest.mark.parametrize("key", ["countries", "goals", "places"])
def test_a_picture_opens_and_is_wide_enough_for_a_slide(reader: Client, key: str) -> None:
    response = reader.get(f"/portfolio/figures/{key}.png")
    with Image.open(io.BytesIO(response.content)) as picture:
        assert (picture.format, picture.width > 1200) == ("PNG", True)
    assert response["Content-Type"] == "image/png"


def test_a_drawing_says_of_which_plans_it_is(reader: Client, told: Told) -> None:
    slug = told.network.region.slug
    response = reader.get("/portfolio/figures/countries.svg", {"region": slug})
    shown = words_of(response.content.decode())

    assert response["Content-Type"] == "image/svg+xml; charset=utf-8"
    assert f"Plans: Region: {told.network.region.name}." in shown
    assert "<use" not in response.content.decode().replace('<use href="#', "")


def test_there_is_no_other_figure_and_no_other_kind_of_file(reader: Client) -> None:
    assert reader.get("/portfolio/figures/people.svg").status_code == 404
    assert reader.get("/portfolio/figures/goals.exe").status_code == 404


def test_the_shapes_of_countries_are_kept_by_browsers(client: Client, db: None) -> None:
    response = client.get(reverse("portfolio_world"))

    assert set(response["Cache-Control"].split(", ")) == {"public", "immutable", "max-age=31536000"}
    assert parsed(response.content).find(f".//{SVG}path[@id='MNG']") is not None


# -- the page --------------------------------------------------------------------------------------


def test_the_page_shows_every_figure_as_drawing_table_and_files(
    reader: Client, everything: Portfolio
) -> None:
    page = reader.get("/portfolio/").content.decode()

    for figure in everything.figures:
        assert f'<h2 class="figure__title" id="figure-{figure.key}">{figure.title}</h2>' in page
        for form in ("svg", "png", "csv"):
            assert f'href="/portfolio/figures/{figure.key}.{form}"' in page
    assert page.count("<table") == len(FIGURES)
    assert "Hidden" not in page
    assert " style=" not in page


def test_the_page_keeps_what_else_an_address_narrows_by(reader: Client, told: Told) -> None:
    page = reader.get("/portfolio/", {"sdg": "13", "type": "big_bet"}).content.decode()

    assert '<input type="hidden" name="sdg" value="13">' in page
    assert '<option value="big_bet" selected>' in page
    assert "<strong>1</strong> plan" in page
    assert "/portfolio/figures/stages.csv?sdg=13&amp;type=big_bet" in page


def test_a_selection_without_plans_says_what_to_do_next(reader: Client) -> None:
    page = reader.get("/portfolio/", {"sdg": "13", "type": "exploratory"}).content.decode()

    assert "No plan fits" in page
    assert "Take a choice away" in page
    assert "<svg xmlns" not in page


def test_an_empty_network_says_when_figures_appear(client: Client, told: Told) -> None:
    client.force_login(told.network.people["member"])
    Plan.objects.filter(state__in=("approved", "archived")).update(state="withdrawn", slot=None)

    assert "Figures appear here once" in client.get("/portfolio/").content.decode()


@pytest.mark.parametrize(
    "query",
    [
        {"region": "atlantis"},
        {"cycle": "soon"},
        {"sdg": "99999999999999999999"},
        {"theme": "\x00"},
        {"type": "\x00big_bet", "year": "²"},
        {"country": "'; DROP TABLE plans_plan; --"},
        {"page": "x", "sort": "nothing", "nonsense": "1"},
    ],
)
@pytest.mark.parametrize("path", ["/portfolio/", "/portfolio/figures/goals.csv"])
def test_nonsense_is_answered(reader: Client, path: str, query: dict[str, str]) -> None:
    assert reader.get(path, query).status_code == 200


def test_what_no_list_has_is_told_and_left_out(reader: Client) -> None:
    page = reader.get("/portfolio/", {"region": "atlantis"}).content.decode()

    assert "“atlantis” is not in the list “Region”. It was left out." in page
    assert "<strong>4</strong> plans" in page


def test_pages_of_the_portfolio_are_read_and_not_written_to(reader: Client) -> None:
    for path in ("/portfolio/", "/portfolio/compare/", "/portfolio/figures/goals.svg"):
        assert reader.post(path).status_code == 405


# -- compared --------------------------------------------------------------------------------------


def test_goals_stand_by_their_number_whichever_selection_names_them() -> None:
    selections = [
        Portfolio(1, 1, 1, 1, (goals({"goals": [Line(number, "A goal", "", (1,))]}, 1),))
        for number in ("13", "2")
    ]

    (found,) = compared(*selections)

    assert [pair.key for pair in found.pairs] == ["2", "13"]


def test_two_selections_are_compared_by_shares_and_the_difference_is_told(told: Told) -> None:
    plans = library_plans(told.network["member"])
    bets, others = (
        portfolio(plans.filter(challenge_type=kind)) for kind in ("big_bet", "exploratory")
    )
    found = {one.key: one for one in compared(bets, others)}
    goals = {pair.label: pair for pair in found["goals"].pairs}

    assert set(found) == set(FIGURES) - {"organisations"}
    climate = goals["13. Climate action"]
    assert (climate.first.number, climate.first.value) == (1, 100.0)
    assert (climate.second.number, climate.second.value) == (0, 0.0)
    assert climate.says == "100 points more in the first selection"
    assert goals["6. Clean water"].says == "about the same"
    assert found["goals"].says == "They differ most in “13. Climate action”: 100% and 0%."
    assert [pair.says for pair in found["times"].pairs] == [
        "15.0 days more in the second selection",
        "20.0 days more in the second selection",
        "25.0 days more in the second selection",
    ]


def test_what_one_side_knows_nothing_of_is_not_called_zero(told: Told) -> None:
    plans = library_plans(told.network["member"])
    approved, archived = (portfolio(plans.filter(state=one)) for one in ("approved", "archived"))
    times = next(one for one in compared(approved, archived) if one.key == "times")

    assert [pair.second.value for pair in times.pairs] == [None] * 3
    assert {pair.says for pair in times.pairs} == {""}
    assert times.says == "There is nothing to compare here."


def test_one_form_chooses_both_sides(reader: Client) -> None:
    sent = {"a-sdg": "13", "a-theme": "", "b-type": "exploratory", "b-theme": ""}
    response = reader.get("/portfolio/compare/", sent)

    assert response.status_code == 302
    assert response["Location"] == "/portfolio/compare/?a=sdg%3D13&b=type%3Dexploratory"
    page = reader.get(response["Location"]).content.decode()
    assert page.count('action="/portfolio/compare/"') == 1
    assert '<input type="hidden" name="a-sdg" value="13">' in page
    assert '<option value="exploratory" selected>' in page


def test_a_form_emptied_on_both_sides_leads_to_all_plans(reader: Client) -> None:
    response = reader.get("/portfolio/compare/", {"a-theme": "", "b-theme": ""})

    assert response["Location"] == "/portfolio/compare/?a=&b="


def test_two_equal_selections_are_not_compared(reader: Client) -> None:
    page = reader.get("/portfolio/compare/?a=sdg%3D13&b=sdg%3D13").content.decode()

    assert "Both selections show the same plans." in page
    assert "Difference" not in page


@pytest.mark.parametrize(
    "query",
    [
        "a=%00&b=%26%26%3D",
        "a=region%3Datlantis",
        "b=sdg%3D6&b-=1&c-sdg=1&a-q=%00",
        "a=a%3D1%26a%3D2&a=sdg%3D1",
    ],
)
def test_nonsense_to_compare_is_answered(reader: Client, query: str) -> None:
    assert reader.get(f"/portfolio/compare/?{query}", follow=True).status_code == 200


def test_nothing_of_a_plan_that_is_not_public_is_anywhere(told: Told, reader: Client) -> None:
    """A word that only plans in the making have, in every vocabulary they can be counted by."""
    member = told.network["member"]
    plan = told.network.plan("draft", title="Zqdraft one", cycle=CycleFactory.create())
    changes: dict[str, Change] = {"methods": Change([MethodFactory.create(name="Zqdraft method")])}
    authoring.save(plan, changes, actor=member)
    authoring.add_row(
        plan,
        "partners",
        actor=member,
        name="Zqdraft partner",
        sector=SectorFactory.create(name="Zqdraft sector"),
    )
    workflow.move(told.network.plan("submitted", title="Zqdraft two"), Act.RECALL, actor=member)
    everywhere = [
        reader.get(path).content.decode("utf-8", "replace")
        for path in (
            "/portfolio/",
            "/portfolio/compare/?a=&b=sdg%3D6",
            *(f"/portfolio/figures/{key}.{form}" for key in FIGURES for form in ("csv", "svg")),
        )
    ]

    assert [page[:80] for page in everywhere if "Zqdraft" in page] == []


def test_a_figure_by_itself_says_what_it_says_among_all(told: Told, everything: Portfolio) -> None:
    alone = {key: portfolio(Plan.objects.all(), key).figures for key in FIGURES}

    assert alone == {key: (everything.figure(key),) for key in FIGURES}


@pytest.fixture
def nothing_kept() -> Iterator[None]:
    """What a test has kept is forgotten after it."""
    yield
    cache.clear()


@pytest.mark.usefixtures("nothing_kept")
def test_figures_of_very_many_plans_are_kept_for_whoever_asks_for_the_same(
    told: Told, reader: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("plans.search.kept.COUNTED_ANEW", 1)
    asked = []

    def counting(plans: PlanQuerySet, *figures: str) -> Portfolio:
        asked.append(plans)
        return portfolio(plans, *figures)

    monkeypatch.setattr("plans.views.selecting.portfolio", counting)
    pages = [reader.get(reverse("portfolio")).context["whole"] for _time in range(2)]
    narrowed = reader.get(reverse("portfolio"), {"year": "2027"}).context["whole"]

    assert pages[0] == pages[1]
    assert len(asked) == 2
    assert narrowed.plans == 1


def _of_the_whole_network() -> Portfolio:
    """As many lines as a page can have: a hundred countries and labs, twelve years, all goals."""
    countries = [
        Country(
            code=row["code"],
            name=row["name"],
            latitude=float(row["latitude"]),
            longitude=float(row["longitude"]),
        )
        for row in seeds.rows("countries.csv")[:100]
    ]
    words = ["energy access", "river basins", "street markets", "school meals", "safe transport"]
    found: dict[str, list[Line]] = {
        "all": [Line("", "", "", (9000, 4000, 100, 100, 20, 30, 5000))],
        "countries": [
            Line(one.code, one.name, "", (7 * at + 3, one.latitude, one.longitude))
            for at, one in enumerate(countries)
        ],
        "points": [Line("", "", "", (at * 1.37 % 90, at * 7.9 % 180, 9)) for at in range(60)],
        "goals": [Line(str(at), f"Goal of {words[at % 5]}", "#19486a", (7 * at,))
                  for at in range(1, 18)],
        "stages": [Line(stage, "", "", (311,)) for stage in ("sense", "explore", "test", "grow")],
        "types": [Line(str(year), "", kind, (year % 97 * 3 + len(kind),))
                  for year in range(2014, 2026) for kind in ("big_bet", "exploratory", "")],
        "times": [Line("", "", "", (4000, 20.5, 33.5, 51.0))]
        + [Line(str(year), "", "", (year % 89, 20.1, year % 31 + 30.5, 81.3))
           for year in range(2014, 2026)],
        "sectors": [Line(str(at), f"{words[at % 5]} organisations {at}", "",
                         (97 * at, 13 * at, 90 * at, 61 * at)) for at in range(1, 15)],
        "places": [Line(f"lab-{at}", f"Lab of {countries[at].name}", "", (at, 3 * at, at % 7, 40))
                   for at in range(100)],
        "cycles": [Line("", "", "", (48,))],
    }  # fmt: skip
    for part in ("themes", "methods", "data", "organisations"):
        found[part] = [
            Line(str(at), f"{part} for {words[at % 5]} and {words[at // 5 % 5]}", "", (907 - at, 9))
            for at in range(60)
        ]
    return told_of(found)


@pytest.mark.usefixtures("nothing_kept")
def test_the_page_of_the_whole_network_is_light(
    reader: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("plans.views.selecting.portfolio", lambda *_: _of_the_whole_network())

    page = reader.get(reverse("portfolio")).content

    assert page.count(b"<title>") > 100
    assert len(gzip.compress(page, 6)) < LATER_PAGE

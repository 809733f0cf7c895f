"""``manage.py import_plans``: what comes in, what is refused, what is said about it."""

from __future__ import annotations

import datetime as dt
import os
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from accounts.models import Lab, User
from plans import workflow
from plans.document import Leftover
from plans.errors import NotReady
from plans.models import Cycle, DataSource, Event, Method, Plan, TermStatus, ThematicArea
from plans.permissions import may_see_people
from plans.states import Act
from tests.factories import (
    CountryFactory,
    CycleFactory,
    DataSourceFactory,
    LabFactory,
    MembershipFactory,
    MethodFactory,
    SdgFactory,
    ThematicAreaFactory,
    UserFactory,
)
from tests.importers.pages import TAGS, group, learning, page, partner, reflection
from tests.personas import Network

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def manager() -> User:
    """The administrator in whose name plans come in."""
    return UserFactory.create(name="Ada Manager", is_staff=True, is_superuser=True)


@pytest.fixture(autouse=True)
def wells() -> Lab:
    """The one lab of Wellland, and the vocabularies that the pages use."""
    SdgFactory.create(number=6, name="Clean water and sanitation")
    ThematicAreaFactory.create(name="Water")
    MethodFactory.create(name="Citizen science")
    DataSourceFactory.create(name="Rain gauges")
    return LabFactory.create(slug="wellland", countries=[CountryFactory.create(name="Wellland")])


@pytest.fixture(autouse=True)
def spring() -> Cycle:
    """A quarter that closed long ago."""
    return CycleFactory.create(
        year=2022,
        quarter=2,
        opens_at=dt.datetime(2022, 4, 1, tzinfo=dt.UTC),
        closes_at=dt.datetime(2022, 5, 1, tzinfo=dt.UTC),
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An empty folder for pages."""
    return tmp_path


def write(folder: Path, name: str = "wells.md", text: str | bytes | None = None) -> Path:
    """A file in the folder; a whole exploratory plan unless told otherwise."""
    content = page("Wells - Exploratory") if text is None else text
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def import_plans(*arguments: object) -> tuple[bool, str]:
    """Run the command: whether all went well, and everything it said."""
    said = StringIO()
    try:
        call_command("import_plans", *map(str, arguments), stdout=said)
    except CommandError as error:
        return False, f"{said.getvalue()}{error}"
    return True, said.getvalue()


def as_draft(*arguments: object) -> tuple[bool, str]:
    """Import as drafts of the spring cycle."""
    return import_plans(*arguments, "--as", "draft", "--cycle", "2022-Q2")


# -- drafts ----------------------------------------------------------------------------------------


def test_a_page_becomes_a_draft_with_every_answer_in_its_field(
    folder: Path, wells: Lab, spring: Cycle, manager: User
) -> None:
    text = page(
        "Wells - Exploratory",
        quantitative=group("> \n\n31 of 90 are dry.") + group("![](https://a.example/1.png)"),
        qualitative=group("> \n[https://a.example](https://a.example)"),
        partners=partner(name="Guild", description="Drills.") + partner(name="Water office"),
        questions=learning("Who repairs?", "Test", usage="Walks.", data_gap="Repairs."),
    )
    went_well, said = as_draft(write(folder, text=text))
    assert went_well
    plan = Plan.objects.get()
    assert (plan.lab, plan.cycle, plan.state, plan.source) == (wells, spring, "draft", "wells.md")
    assert (plan.challenge_type, plan.slot, plan.created_by) == ("exploratory", 1, manager)
    document = plan.document
    assert document.title == "Wells that last"
    assert document.country == "Wellland"
    assert document.challenge_statement == "Every third well runs dry."
    assert document.background == "Drilled in a hurry."
    assert document.value_proposition == "We know the drillers."
    assert document.summary == "Wells, counted by those who drink."
    assert document.early_leads == "The water office."
    assert [(e.kind, e.form, e.text, e.address) for e in document.evidence] == [
        ("quantitative", "text", "31 of 90 are dry.", ""),
        ("quantitative", "picture", "", "https://a.example/1.png"),
        ("qualitative", "link", "", "https://a.example"),
    ]
    assert [(p.name, p.description) for p in document.partners] == [
        ("Guild", "Drills."),
        ("Water office", ""),
    ]
    assert [(q.question, q.stages, q.usage, q.data_gap) for q in document.learning_questions] == [
        ("Who repairs?", ("test",), "Walks.", "Repairs.")
    ]
    assert document.sdgs == (6,)
    assert document.thematic_areas == ("Water",)
    assert document.methods == ("Citizen science",)
    assert document.data_sources == ("Rain gauges",)
    assert "wells.md: “Wells that last”, Wellland, 2022 Q2, exploratory, draft." in said
    assert "1 plan imported, 0 already here, 0 without a plan, 0 refused." in said


def test_the_report_says_what_is_missing(folder: Path) -> None:
    content = partner(name="Guild", description="Drills.") + partner(name="Office", description="x")
    _went_well, said = as_draft(write(folder, text=page(partners=content)))
    assert "- Partner 1, 2: Sector is missing." in said
    assert "- Partner 1, 2: New and unusual partner (yes or no) is missing." in said
    assert "- Challenge type is missing." in said


def test_submitting_an_imported_draft_names_what_the_page_lacks(
    folder: Path, manager: User
) -> None:
    evidence = group("> \n\n31 of 90 are dry.")
    content = partner(name="Guild", description="Drills.") + partner(name="Office", description="x")
    questions = learning("Who repairs?", "Test", usage="Walks.", data_gap="Repairs.")
    text = page("Wells - Exploratory", quantitative=evidence, partners=content, questions=questions)
    as_draft(write(folder, text=text))
    with pytest.raises(NotReady) as refusal:
        workflow.move(Plan.objects.get(), Act.SUBMIT, actor=manager)
    assert [(gap.section, gap.field, gap.place) for gap in refusal.value.gaps] == [
        ("title", "focal_point", None),
        ("partners", "sector", 1),
        ("partners", "is_new", 1),
        ("partners", "sector", 2),
        ("partners", "is_new", 2),
    ]


def test_a_third_exploratory_plan_is_refused_like_any_other(folder: Path) -> None:
    for name in ("a.md", "b.md", "c.md"):
        write(folder, name, page("Exploratory", title=f"Wells {name}"))
    write(folder, "d.md", page("Big bet", title="Wells d.md"))
    went_well, said = as_draft(folder)
    assert not went_well
    assert sorted(plan.source for plan in Plan.objects.all()) == ["a.md", "b.md", "d.md"]
    assert "c.md: not imported. Both exploratory places of 2022 Q2 are taken" in said
    assert said.endswith("Not imported: c.md.")


def test_a_type_can_be_given_for_pages_that_do_not_tell(folder: Path) -> None:
    write(folder, "a.md", page())
    write(folder, "b.md", page("Wells - Exploratory"))
    as_draft(folder, "--type", "big-bet")
    assert dict(Plan.objects.values_list("source", "challenge_type")) == {
        "a.md": "big_bet",
        "b.md": "exploratory",
    }


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            page(summary="x" * 300),
            "The short summary has 300 characters; a draft holds at most 280. Shorten it by 20",
        ),
        (
            page(title="x" * 201),
            "The title has 201 characters; a draft holds at most 200. Shorten it by 1",
        ),
        (
            page(partners="".join(partner(name=f"P{n}") for n in range(6))),
            "The page names 6 partners; a plan has at most 5.",
        ),
    ],
)
def test_what_a_draft_cannot_hold_is_refused_in_words(
    folder: Path, text: str, sentence: str
) -> None:
    went_well, said = as_draft(write(folder, text=text))
    assert not went_well
    assert sentence in said
    assert Plan.objects.count() == 0
    assert Event.objects.count() == 0


def test_a_focal_point_who_is_a_member_is_chosen(folder: Path, wells: Lab) -> None:
    user = UserFactory.create(email="ada@lab.example")
    MembershipFactory.create(user=user, lab=wells)
    as_draft(write(folder))
    plan = Plan.objects.get()
    assert (plan.focal_point, plan.focal_point_address) == (user, "")


def test_any_other_focal_point_is_kept_as_an_address_for_those_who_may_see_it(
    folder: Path, wells: Lab
) -> None:
    UserFactory.create(email="ada@lab.example")
    as_draft(write(folder))
    plan = Plan.objects.get()
    assert (plan.focal_point, plan.focal_point_address) == (None, "ada@lab.example")
    assert not may_see_people(UserFactory.create(name="Reader"), plan)


def test_unknown_terms_are_proposed_and_said(folder: Path) -> None:
    tags = TAGS + "[[thematic_areas:Dowsing]]\n[[methods:Listening]]\n[[datasources:Songs]]\n"
    _went_well, said = as_draft(write(folder, text=page(tags=tags)))
    assert Plan.objects.get().document.thematic_areas == ("Water", "Dowsing")
    for term in (
        ThematicArea.objects.get(name="Dowsing"),
        Method.objects.get(name="Listening"),
        DataSource.objects.get(name="Songs"),
    ):
        assert term.status == TermStatus.PROPOSED
    assert "- thematic area: Dowsing" in said


def test_a_term_is_found_by_another_spelling(folder: Path) -> None:
    ThematicAreaFactory.create(name="Groundwater", aliases=["subsoil water"])
    _went_well, said = as_draft(
        write(folder, text=page(tags=TAGS + "[[thematic_areas:Subsoil-Water,]]"))
    )
    plan = Plan.objects.get()
    assert [term.name for term in plan.thematic_areas.order_by("choices__position")] == [
        "Water",
        "Groundwater",
    ]
    assert plan.document.thematic_areas == ("Water", "Subsoil-Water")
    assert "- thematic area: Subsoil-Water → Groundwater" in said


@pytest.mark.parametrize("words", ["word " * 120, "...", "n/a"])
def test_what_can_be_no_term_is_left_out_and_said(folder: Path, words: str) -> None:
    went_well, said = as_draft(write(folder, text=page(tags=TAGS + f"[[thematic_areas:{words}]]")))
    assert went_well
    assert Plan.objects.get().document.thematic_areas == ("Water",)
    assert f"This can be no thematic area and was left out: {words.strip()}" in said


def test_a_country_that_is_not_the_labs_is_left_out_of_a_draft(folder: Path) -> None:
    LabFactory.create(slug="elsewhere", countries=[CountryFactory.create(name="Elsewhere")])
    went_well, said = as_draft(write(folder), "--lab", "elsewhere")
    assert went_well
    assert Plan.objects.get().document.country == ""
    assert "Elsewhere does not work in Wellland; the country was left out." in said


def test_the_page_and_the_cycle_may_disagree_and_it_is_said(folder: Path) -> None:
    _went_well, said = as_draft(
        write(folder, text=page(tags=TAGS.replace("[[year:2022]]", "[[year:2021]]")))
    )
    assert "The page says 2021, the cycle is 2022 Q2." in said


# -- lab and cycle ---------------------------------------------------------------------------------


def test_a_country_is_found_by_its_other_names(folder: Path) -> None:
    bolivia = CountryFactory.create(code="BOL", name="Bolivia (Plurinational State of)")
    lab = LabFactory.create(countries=[bolivia])
    as_draft(write(folder, text=page(tags=TAGS.replace("Wellland", "BOLIVIA"))))
    assert (Plan.objects.get().lab, Plan.objects.get().country) == (lab, bolivia)


@pytest.mark.parametrize(
    ("country", "sentence"),
    [
        (
            "Atlantis",
            "No country is known as “Atlantis”. Correct it, or use import_plans --lab.",
        ),
        (
            "Desert",
            "No lab works in Desert. Give one this country, or use import_plans --lab.",
        ),
        (
            "Twice",
            "Several labs work in Twice: one, two. Choose one with import_plans --lab.",
        ),
        (
            "",
            "The page names no country. Write it there, or use import_plans --lab.",
        ),
    ],
)
def test_without_one_lab_of_the_country_the_lab_has_to_be_given(
    folder: Path, country: str, sentence: str
) -> None:
    CountryFactory.create(name="Desert")
    twice = CountryFactory.create(name="Twice")
    LabFactory.create(slug="one", countries=[twice])
    LabFactory.create(slug="two", countries=[twice])
    path = write(folder, text=page(tags=TAGS.replace("Wellland", country)))
    assert sentence in as_draft(path)[1]
    went_well, _said = as_draft(path, "--lab", "two")
    assert went_well
    assert Plan.objects.get().lab.slug == "two"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--cycle", "2099-Q1"], "2099 Q1 is not over. Add the cycle, with its dates"),
        (["--cycle", "spring"], "“spring” names no cycle. Write it like 2021-Q2"),
        ([], "Say for which cycle with --cycle, such as 2021-Q2."),
        (["--cycle", "2022-Q2", "--lab", "well"], "No lab has the short name “well”."),
        (["--cycle", "2022-Q2", "--actor", "x@y.example"], "Nobody here has the address"),
    ],
)
def test_a_command_that_cannot_start_says_why(
    folder: Path, arguments: list[str], sentence: str
) -> None:
    went_well, said = import_plans(write(folder), "--as", "draft", *arguments)
    assert not went_well
    assert sentence in said
    assert Plan.objects.count() == 0


def test_plans_come_in_in_an_administrators_name(folder: Path, network: Network) -> None:
    path = write(folder)
    member = network.people["member"]
    assert "does not manage the network" in as_draft(path, "--actor", member.email)[1]
    went_well, said = as_draft(path, "--actor", "Nadia.Network@example.org")
    assert went_well
    assert "In the name of nadia.network@example.org." in said
    assert Plan.objects.get().created_by == network.people["network_manager"]


def test_without_an_administrator_nothing_is_imported(folder: Path, manager: User) -> None:
    User.objects.update(is_staff=False, is_superuser=False)
    assert "Nobody manages the network yet." in as_draft(write(folder))[1]


# -- the archive -----------------------------------------------------------------------------------


def test_an_archived_plan_is_read_only_outside_the_limits_and_holds_no_place(folder: Path) -> None:
    for name in ("a.md", "b.md", "c.md"):
        write(folder, name, page("Exploratory", title="x" * 300, summary="y" * 900))
    went_well, _said = import_plans(folder, "--as", "archived", "--cycle", "2022-Q2")
    assert went_well
    assert [
        (plan.state, plan.challenge_type, plan.slot, len(plan.title), len(plan.summary))
        for plan in Plan.objects.all()
    ] == [("archived", "exploratory", None, 300, 900)] * 3


def test_the_archive_makes_cycles_of_the_past(folder: Path) -> None:
    import_plans(write(folder, "a.md"), "--as", "archived")
    import_plans(write(folder, "b.md"), "--as", "archived", "--cycle", "2020-Q4")
    assert [(plan.source, plan.cycle.slug) for plan in Plan.objects.order_by("source")] == [
        ("a.md", "2022"),
        ("b.md", "2020-Q4"),
    ]
    quarter = Cycle.objects.get(year=2020)
    assert quarter.opens_at == dt.datetime(2020, 10, 1, tzinfo=dt.UTC)
    assert quarter.closes_at == dt.datetime(2021, 1, 1, tzinfo=dt.UTC)


def test_the_archive_makes_no_cycle_of_the_future(folder: Path) -> None:
    went_well, said = import_plans(write(folder), "--as", "archived", "--cycle", "2099")
    assert not went_well
    assert "2099 is not over." in said
    assert Cycle.objects.filter(year=2099).count() == 0


def test_a_page_without_a_year_needs_a_cycle(folder: Path) -> None:
    text = page(tags=TAGS.replace("[[year:2022]]", ""))
    _went_well, said = import_plans(write(folder, text=text), "--as", "archived")
    assert "The page names no year. Say which cycle it is of (import_plans --cycle)." in said


# -- again, not really, and badly ------------------------------------------------------------------


def test_the_sample_pages_come_in(wells: Lab) -> None:
    LabFactory.create(countries=[CountryFactory.create(name="Togo")])
    samples = settings.BASE_DIR / "seeds" / "samples"
    went_well, said = import_plans(samples, "--as", "archived", "--lab", wells.slug)
    assert went_well
    assert "3 plans imported, 0 already here, 1 without a plan, 0 refused." in said
    assert "> Ce n’est pas une question" in Plan.objects.get(cycle__year=2023).challenge_statement


def test_importing_again_changes_nothing(folder: Path) -> None:
    path = write(folder)
    as_draft(path)
    before = Plan.objects.get().document
    went_well, said = as_draft(write(folder, text=page(title="Changed")))
    assert went_well
    assert Plan.objects.get().document == before
    assert "wells.md: left alone, it was imported before as “Wells that last” (draft)." in said


def test_a_dry_run_reports_the_same_and_changes_nothing(folder: Path) -> None:
    for name in ("a.md", "b.md", "c.md"):
        write(folder, name, page("Exploratory", tags=TAGS + "[[thematic_areas:Dowsing]]"))
    tried, said = as_draft(folder, "--dry-run")
    assert not tried
    assert Plan.objects.count() == 0
    assert ThematicArea.objects.filter(name="Dowsing").count() == 0
    really, then_said = as_draft(folder)
    assert not really
    assert said.replace("This was a dry run: nothing was changed.\n", "") == then_said


def test_a_bad_file_does_not_stop_the_others(folder: Path) -> None:
    write(folder, "a-picture.md", b"\x89PNG\r\n\x1a\n\xff\xfe")
    write(folder, "b-empty.md", "\n\n")
    write(folder, "c-notes.md", "# Read me\n\nNot a plan.")
    write(folder, "d-nul.md", "a\0b")
    write(folder, "wells.md")
    went_well, said = as_draft(folder, folder / "missing.md", "/dev/null")
    assert not went_well
    assert "null: not imported. This is not a file that can be read." in said
    assert Plan.objects.get().source == "wells.md"
    assert "a-picture.md: not imported. This is not a text file in UTF-8." in said
    assert "b-empty.md: not imported. This file is empty." in said
    assert "c-notes.md: left alone, there is no plan in it." in said
    assert "d-nul.md: not imported. This is not a text file." in said
    assert "missing.md: not imported. There is no such file." in said


def test_a_file_whose_name_is_no_text_comes_in(folder: Path) -> None:
    write(folder).rename(folder / os.fsdecode(b"wells-\xff.md"))
    went_well, said = as_draft(folder)
    assert went_well
    assert Plan.objects.get().source == "wells-\ufffd.md"
    assert "wells-\ufffd.md: “Wells that last”" in said


def test_a_file_that_was_named_and_is_no_page_is_refused(folder: Path) -> None:
    went_well, said = as_draft(write(folder, "notes.md", "# Read me\n\nNot a plan."))
    assert not went_well
    assert "This is no page of the archive: none of a plan's questions is in it." in said


def test_a_folder_without_pages_is_said_to_be_empty(folder: Path) -> None:
    assert as_draft(folder) == (
        False,
        "In the name of ada.manager@example.org.\nThere is no .md file in these folders.",
    )


def test_a_reflection_makes_no_draft_and_no_error(folder: Path) -> None:
    went_well, said = as_draft(write(folder, text=f"# Wells\n\n{TAGS}\n{reflection()}"))
    assert went_well
    assert Plan.objects.count() == 0
    assert "a closing reflection. Reflections come in with --as archived" in said


def test_words_without_a_place_are_said_and_kept(folder: Path) -> None:
    text = page(
        tags=TAGS + "[[mood:hopeful]]\n",
        end="> END OF ACTION LEARNING PLAN: Thank you! The form saves automatically and "
        "your submission has been recorded. You may now exit this window.\n\nGoodbye, wells.",
    )
    _went_well, said = as_draft(write(folder, text=text))
    assert "there is no place for these words (mood): hopeful" in said
    document = Plan.objects.get().document
    assert document.remarks == "Goodbye, wells."
    assert document.leftover == (Leftover(place="mood", words="hopeful"),)

"""The archive as it comes in: whole, once, with its reflections linked to their plans."""

from __future__ import annotations

import json
import random
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction

from accounts.models import Lab, User
from plans import authoring, closing
from plans.authoring import Arrived
from plans.document import PlanDocument, ReflectionDocument
from plans.errors import Invalid
from plans.importers import archive
from plans.importers.examining import Examined, Order, examine_text
from plans.importers.markdown import read
from plans.models import (
    ArchivePage,
    Cycle,
    Event,
    Plan,
    PlanMethod,
    Reflection,
    SearchText,
    Version,
)
from tests.exporters.test_markdown import BOTH, MUTATIONS, WHOLE, again
from tests.factories import (
    CountryFactory,
    CycleFactory,
    LabFactory,
    MethodFactory,
    SdgFactory,
    UserFactory,
)
from tests.importers.mutations import samples, spoilt
from tests.importers.pages import TAGS, page, partner, reflection

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def manager() -> User:
    """The administrator in whose name the archive comes in."""
    return UserFactory.create(name="Ada Manager", is_staff=True, is_superuser=True)


@pytest.fixture(autouse=True)
def wells() -> Lab:
    """The one lab of Wellland."""
    SdgFactory.create(number=6, name="Clean water and sanitation")
    return LabFactory.create(
        slug="wellland", name="Wellland Lab", countries=[CountryFactory.create(name="Wellland")]
    )


def write(folder: Path, name: str, text: str) -> Path:
    """A file in the folder."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def bring(*arguments: object) -> str:
    """Bring these in as archived, and answer what was said; nothing may be refused."""
    said = StringIO()
    call_command("import_plans", *map(str, arguments), "--as", "archived", stdout=said)
    return said.getvalue()


def told(document: PlanDocument | ReflectionDocument | None) -> object:
    """A document without the names of its rows, and as its page has it: no lab, no cycle."""
    if document is None:
        return None
    rows = {"evidence": {"__all__": {"id"}}, "partners": {"__all__": {"id"}}}
    if isinstance(document, PlanDocument):
        rows["learning_questions"] = {"__all__": {"id"}}
    return document.model_dump(exclude={"lab": True, "cycle": True, **rows})


# -- whole -----------------------------------------------------------------------------------------


def words_of(plan: Plan) -> str:
    """What search looks into for this plan."""
    return str(SearchText.objects.get(pk=plan.pk).words)


def test_what_came_in_is_searched_whole_and_goes_on_being_kept(tmp_path: Path) -> None:
    write(tmp_path, "a.md", WHOLE)
    bring(tmp_path)
    plan = Plan.objects.get()
    came_in = words_of(plan)
    with connection.cursor() as cursor:
        cursor.execute("SELECT keep_search_texts(ARRAY[%s]::bigint[])", [plan.pk])
    assert words_of(plan) == came_in

    plan.partners.filter(position=1).update(name="Fogcatchers")
    assert came_in != words_of(plan)
    assert "'fogcatchers'" in words_of(plan)


@pytest.mark.parametrize("text", [WHOLE, BOTH, *samples()], ids=str.__len__)
def test_what_is_stored_is_word_for_word_what_was_read(
    tmp_path: Path, wells: Lab, text: str
) -> None:
    bring(write(tmp_path, "a.md", text), "--lab", wells.slug)
    reading = read(text)
    stored = Plan.objects.first()
    assert told(stored.document if stored else None) == told(reading.document)
    reflected = Reflection.objects.first()
    assert told(reflected.document if reflected else None) == told(reading.reflection)
    assert ArchivePage.objects.get().text == text


def test_a_stored_plan_goes_out_and_comes_back_the_same(tmp_path: Path) -> None:
    bring(write(tmp_path, "a.md", BOTH))
    plan = Plan.objects.get()
    assert plan.reflection.document.title == "Wells that last"
    back = again(read(BOTH))
    assert told(back.document) == told(plan.document)
    assert told(back.reflection) == told(plan.reflection.document)


def test_words_that_are_no_term_of_their_own_stay_where_they_stood(tmp_path: Path) -> None:
    MethodFactory.create(name="Pilots", aliases=["Piloting"])
    essay = "We walked. " * 30
    words = ("Listening", "Pilots", essay.strip(), "Piloting", "n/a", "Citizen science")
    tags = TAGS.replace(
        "[[methods:Citizen science]]", "".join(f"[[methods:{one}]]\n" for one in words)
    )
    bring(write(tmp_path, "a.md", page(tags=tags)))
    plan = Plan.objects.get()
    assert plan.document.methods == words
    assert list(PlanMethod.objects.values_list("words", flat=True)) == [
        "Listening",
        "Pilots",
        "Citizen science",
    ]


def test_a_country_keeps_the_name_it_has_on_the_page(tmp_path: Path) -> None:
    country = CountryFactory.create(code="CPV", name="Cabo Verde")
    LabFactory.create(slug="cabo-verde", countries=[country])
    tags = TAGS.replace("Wellland", "Cape Verde")
    bring(write(tmp_path, "a.md", page(tags=tags)))
    plan = Plan.objects.get()
    assert (plan.country, plan.document.country) == (country, "Cape Verde")


def test_partners_after_the_fifth_are_kept_beside(tmp_path: Path) -> None:
    text = page(partners="".join(partner(name=f"P{n}", description="Digs.") for n in range(1, 7)))
    said = bring(write(tmp_path, "a.md", text))
    document = Plan.objects.get().document
    assert [one.name for one in document.partners] == ["P1", "P2", "P3", "P4", "P5"]
    assert [(one.place, one.words) for one in document.leftover] == [("partners", "6. P6\nDigs.")]
    assert "The page names 6 partners" in said


def test_an_archived_plan_has_a_version_from_the_beginning(tmp_path: Path) -> None:
    bring(write(tmp_path, "a.md", WHOLE))
    plan = Plan.objects.get()
    version = plan.versions.get()
    assert (version.number, version.document) == (1, plan.document)
    assert Event.objects.get(plan=plan).version == version


# -- again -----------------------------------------------------------------------------------------


def test_running_it_again_changes_nothing(tmp_path: Path) -> None:
    write(tmp_path, "2021/a.md", WHOLE)
    write(tmp_path, "2022/a.md", BOTH.replace("[[year:2022]]", "[[year:2021]]"))
    bring(tmp_path)
    before = [list(model.objects.order_by("pk").values()) for model in KEPT]
    said = bring(tmp_path)
    assert [list(model.objects.order_by("pk").values()) for model in KEPT] == before
    assert "0 plans imported, 2 already here, 0 without a plan, 0 refused." in said


KEPT = (Plan, Reflection, ArchivePage, Version, Event, Cycle)


def test_a_changed_file_is_a_new_version_of_the_same_plan(tmp_path: Path) -> None:
    bring(write(tmp_path, "a.md", BOTH))
    plan = Plan.objects.get()
    first = plan.document
    said = bring(write(tmp_path, "a.md", BOTH.replace("Every third well", "Every second well")))
    assert "it has changed, a new version." in said
    plan = Plan.objects.get()
    assert plan.document.challenge_statement == "Every second well runs dry."
    assert [one.document.challenge_statement for one in plan.versions.order_by("number")] == [
        first.challenge_statement,
        "Every second well runs dry.",
    ]
    assert list(ArchivePage.objects.order_by("number").values_list("number", flat=True)) == [1, 2]
    assert Reflection.objects.get().plan == plan


def test_two_folders_with_a_file_of_the_same_name_are_two_plans(tmp_path: Path) -> None:
    one = write(tmp_path, "first/a.md", page(title="One"))
    other = write(tmp_path, "second/a.md", page(title="Other"))
    bring(one.parent, other.parent)
    assert sorted(Plan.objects.values_list("source", "title")) == [
        ("a.md", "One"),
        ("second/a.md", "Other"),
    ]


def test_a_page_that_came_in_is_never_changed(tmp_path: Path) -> None:
    bring(write(tmp_path, "a.md", WHOLE))
    for act in (lambda: ArchivePage.objects.update(text=""), ArchivePage.objects.all().delete):
        with pytest.raises(IntegrityError, match="written once"), transaction.atomic():
            act()


# -- reflections and their plans -------------------------------------------------------------------


def reflection_page(title: str, year: int, insights: str = "Drillers talk.") -> str:
    """A closing reflection of Wellland."""
    tags = TAGS.replace("[[year:2022]]", f"[[year:{year}]]")
    return f"# {title}\n\n{tags}\n{reflection(insights=insights)}"


def plan_page(title: str, year: int) -> str:
    """A plan of Wellland."""
    return page(title, TAGS.replace("[[year:2022]]", f"[[year:{year}]]"), title=title)


def test_a_reflection_is_linked_to_the_plan_of_its_lab_with_the_nearest_title_and_year(
    tmp_path: Path,
) -> None:
    write(tmp_path, "plan21.md", plan_page("Wells that last", 2021))
    write(tmp_path, "plan23.md", plan_page("Wells that last", 2023))
    write(tmp_path, "other.md", plan_page("Pumps for the plains", 2022))
    write(tmp_path, "reflection.md", reflection_page("WELLS, that last!", 2023))
    said = bring(tmp_path)
    assert "1 closing reflection was linked to its plan." in said
    assert Reflection.objects.get().plan == Plan.objects.get(source="plan23.md")


def test_a_cut_heading_is_known_by_its_beginning(tmp_path: Path) -> None:
    title = "Wells that last longer than the loans they were paid with in the north"
    write(tmp_path, "plan.md", plan_page(title, 2021))
    write(tmp_path, "reflection.md", reflection_page(title[:40] + "…", 2022))
    bring(tmp_path)
    assert Reflection.objects.get().plan == Plan.objects.get()


def test_what_is_doubtful_is_listed_and_not_linked(tmp_path: Path) -> None:
    write(tmp_path, "one.md", plan_page("Wells of the north", 2022))
    write(tmp_path, "two.md", plan_page("Wells of the south", 2022))
    write(tmp_path, "reflection.md", reflection_page("Wells of the", 2022))
    said = bring(tmp_path)
    assert Reflection.objects.get().plan is None
    assert "Closing reflections whose plan is not certain:" in said
    assert "reflection.md: “Wells of the”, Wellland Lab" in said
    assert "“Wells of the south”, 2022" in said


def test_a_reflection_is_linked_by_hand_to_a_plan_of_its_own_lab_only(
    tmp_path: Path, manager: User
) -> None:
    write(tmp_path, "plan.md", plan_page("Pumps", 2022))
    write(tmp_path, "reflection.md", reflection_page("Wells of the moon", 2022))
    bring(tmp_path)
    found, plan = Reflection.objects.get(), Plan.objects.get()
    assert closing.link(found, plan, actor=manager).plan == plan
    assert closing.link(found, None, actor=manager).plan is None
    other = authoring.bring_in(
        Arrived(LabFactory.create(), CycleFactory.create(), "o.md", "#", PlanDocument(title="O")),
        actor=manager,
    ).plan
    with pytest.raises(Invalid, match="of its own lab"):
        closing.link(found, other, actor=manager)


# -- for other programs ----------------------------------------------------------------------------


def lines(*arguments: object) -> list[dict[str, object]]:
    """What ``--dry-run --json`` prints."""
    said = bring(*arguments, "--dry-run", "--json")
    return [json.loads(line) for line in said.splitlines()]


def test_every_file_is_one_line_of_json(tmp_path: Path) -> None:
    write(tmp_path, "a-plan.md", WHOLE)
    write(tmp_path, "both.md", BOTH)
    write(tmp_path, "nowhere.md", page(tags=TAGS.replace("Wellland", "Atlantis")))
    write(tmp_path, "readme.md", "# Read me\n\nHello.")
    write(tmp_path, "reflection.md", reflection_page("Wells", 2022))
    (tmp_path / "spoilt.md").write_bytes(b"\xff\xfe\0")
    found = lines(tmp_path)
    keys = ["source", "kind", "document", "reflection", "warnings", "errors"]
    assert [list(line) for line in found] == [keys] * 6
    assert [(line["source"], line["kind"], len(line["errors"])) for line in found] == [  # type: ignore[arg-type]
        ("a-plan.md", "plan", 0),
        ("both.md", "both", 0),
        ("nowhere.md", "plan", 1),
        ("readme.md", "other", 0),
        ("reflection.md", "reflection", 0),
        ("spoilt.md", "other", 1),
    ]
    first = PlanDocument.model_validate(found[0]["document"])
    assert (first.lab, first.cycle, first.title) == ("Wellland Lab", "2022", "Wells that last")
    assert ReflectionDocument.model_validate(found[1]["reflection"]).insights == ("One.\n\nTwo.",)
    assert found[4]["document"] is None
    assert Plan.objects.count() == Cycle.objects.count() == 0


def test_the_lines_say_the_same_each_time_and_need_no_administrator(
    tmp_path: Path, manager: User
) -> None:
    write(tmp_path, "both.md", BOTH)
    manager.delete()
    assert lines(tmp_path) == lines(tmp_path)


def test_json_without_a_dry_run_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="only goes with --dry-run"):
        bring(write(tmp_path, "a.md", WHOLE), "--json")


# -- spoilt pages ----------------------------------------------------------------------------------


def test_a_spoilt_page_is_stored_word_for_word_or_not_at_all(manager: User, wells: Lab) -> None:
    dice = random.Random(673)
    order = Order(actor=manager, archived=True, cycle=None, lab=wells)
    texts = [WHOLE, BOTH, *samples()]
    for number in range(MUTATIONS // 4):
        text = spoilt(dice.choice(texts), dice).replace("\0", "").replace("\ud800", "")
        found = examine_text(Examined(f"{number}.md", text), order, named=True)
        plans, reflections = Plan.objects.count(), Reflection.objects.count()
        report = archive.store(found, order)
        if report.failed:
            assert found.errors != [], (report.sentence, text)
            assert (Plan.objects.count(), Reflection.objects.count()) == (plans, reflections)
            continue
        kept = ArchivePage.objects.get(source=f"{number}.md")
        assert told(kept.plan.document if kept.plan else None) == told(found.document), text
        reflected = kept.reflection.document if kept.reflection else None
        assert told(reflected) == told(found.reflection), text

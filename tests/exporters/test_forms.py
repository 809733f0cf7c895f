"""Plans as files: what is in them, for whom, and that nothing in them can run."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from dataclasses import replace
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from docx import Document
from openpyxl import load_workbook

from plans import authoring
from plans.authoring import Change
from plans.exporters.entries import Entry, entries, words
from plans.exporters.forms import FORMS
from plans.exporters.structured import ExportedPlans
from plans.exporters.tables import PLANS, harmless
from plans.importers.markdown import read
from plans.models import Plan, Question
from tests.personas import Network
from tests.plans.picture_files import jpeg

pytestmark = pytest.mark.django_db

EVERY_SCRIPT = "Дулаан гэр · بيوت دافئة · 温暖的家 · 😀"
ARABIC = "تحدينا هو أن المياه تنفد."


@pytest.fixture
def plan(network: Network) -> Plan:
    """An approved plan in several scripts, with a picture."""
    draft = network.plan("draft", title=EVERY_SCRIPT)
    changes = {
        "background": Change(f"{ARABIC}\n\n=1+1\n\n<b>bold</b> & #let x"),
        "summary": Change("+7"),
    }
    authoring.save(draft, changes, actor=network["member"])
    item = draft.evidence.order_by("position")[0]
    authoring.give_picture(draft, item.pk, jpeg(), actor=network["member"])
    return draft


def entry_of(plan: Plan, network: Network, persona: str = "member") -> Entry:
    """The plan as that persona may have it."""
    (found,) = entries(network[persona], Plan.objects.filter(pk=plan.pk), "https://plans.example")
    return found


def fetched(network: Network, plan: Plan, form: str, persona: str = "member") -> bytes:
    """The file that persona gets."""
    client = Client()
    client.force_login(network[persona])
    response = client.get(reverse("plan_export", args=(plan.pk, form)))
    assert response.status_code == 200
    assert "attachment" in response["Content-Disposition"]
    return bytes(response.content)


def test_json_follows_the_published_schema(network: Network, plan: Plan) -> None:
    exported = ExportedPlans.model_validate_json(fetched(network, plan, "json"))
    (found,) = exported.plans
    assert (found.number, found.plan) == (plan.pk, Plan.objects.get(pk=plan.pk).document)
    schema = Client().get(reverse("export_schema")).json()
    assert schema["title"] == "ExportedPlans"
    assert "PlanDocument" in schema["$defs"]


def test_markdown_can_be_brought_in_again(network: Network, plan: Plan) -> None:
    document = read(fetched(network, plan, "markdown").decode()).document
    assert document is not None
    stored = Plan.objects.get(pk=plan.pk).document
    assert (document.title, document.challenge_type) == (stored.title, stored.challenge_type)
    assert [(p.name, p.sector, p.is_new) for p in document.partners] == [
        (p.name, p.sector, p.is_new) for p in stored.partners
    ]
    assert document.methods == stored.methods


def test_a_workbook_holds_texts_and_no_formulas(network: Network, plan: Plan) -> None:
    book = load_workbook(io.BytesIO(fetched(network, plan, "xlsx")))
    assert book.sheetnames == [
        *("plans", "evidence", "partners", "learning_questions", "reflections"),
    ]
    sheet = book["plans"]
    assert [cell.value for cell in sheet[1]] == [name for name, _value in PLANS]
    told = dict(zip([name for name, _value in PLANS], sheet[2], strict=True))
    assert (told["title"].value, told["summary"].value) == (EVERY_SCRIPT, "+7")
    kinds = {cell.data_type for page in book for row in page.iter_rows() for cell in row}
    assert kinds <= {"s", "n", "inlineStr"}


def test_a_text_table_holds_no_formulas(network: Network, plan: Plan) -> None:
    text = fetched(network, plan, "csv").decode("utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(text, newline=""))
    assert (row["title"], row["summary"]) == (EVERY_SCRIPT, "'+7")


@pytest.mark.parametrize("text", ["=1+1", "+7", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1"])
def test_what_looks_like_a_formula_is_made_a_text(text: str) -> None:
    assert harmless(text) == f"'{text}"


@pytest.mark.parametrize("value", [12.5, -3, "a = b", "", None])
def test_other_values_stay_what_they_are(value: object) -> None:
    assert harmless(value) == ("" if value is None else value)


def test_a_word_document_has_headings_pictures_in_words_and_a_direction(
    network: Network, plan: Plan
) -> None:
    content = fetched(network, plan, "docx")
    document = Document(io.BytesIO(content))
    heads = [(p.style.name, p.text) for p in document.paragraphs if p.style.name[:7] == "Heading"]  # type: ignore[union-attr]
    assert heads[0] == ("Heading 1", EVERY_SCRIPT)
    assert ("Heading 2", "Challenge") in heads
    xml = zipfile.ZipFile(io.BytesIO(content)).read("word/document.xml").decode()
    assert 'descr="A picture that nobody has described yet"' in xml
    arabic = next(p for p in document.paragraphs if p.text == ARABIC)
    assert "<w:bidi" in arabic._p.xml
    assert "TOC \\o" in xml


@pytest.mark.parametrize("style", ["Normal", "Title", "Heading 1", "Heading 4"])
def test_a_word_document_names_a_font_for_every_script_and_another_where_it_is_missing(
    network: Network, plan: Plan, style: str
) -> None:
    document = Document(io.BytesIO(fetched(network, plan, "docx")))
    inside = document.styles[style].element.rPr
    fonts = {name.rpartition("}")[2]: font for name, font in inside.rFonts.attrib.items()}
    assert fonts == {
        "ascii": "Noto Sans",
        "hAnsi": "Noto Sans",
        "eastAsia": "Noto Sans CJK SC",
        "cs": "Noto Sans Arabic",
    }
    (size,), (complex_size,) = inside.xpath("w:sz/@w:val"), inside.xpath("w:szCs/@w:val")
    assert size == complex_size
    (language,) = document.styles.element.xpath("w:docDefaults//w:lang")
    assert [*language.attrib.values()] == ["en", "zh-CN", "ar-SA"]
    (table,) = (
        relation.target_part.blob.decode()
        for relation in document.part.rels.values()
        if relation.reltype.endswith("/fontTable")
    )
    for font in set(fonts.values()):
        assert re.search(rf'<w:font w:name="{font}">\s*<w:altName w:val="[\w ]+"/>', table), font


def test_a_pdf_is_tagged_and_made_of_data_only(network: Network, plan: Plan) -> None:
    content = fetched(network, plan, "pdf")
    assert content.startswith(b"%PDF-")
    assert b"/StructTreeRoot" in content
    assert b"/Marked true" in content.replace(b"/Marked  true", b"/Marked true")


@pytest.mark.parametrize("form", FORMS)
def test_an_address_of_a_person_is_only_for_who_sees_it_on_the_page(
    network: Network, form: str
) -> None:
    plan = network.plan("approved")
    person = plan.document.focal_point
    assert person is not None
    theirs = entry_of(plan, network, "member")
    others = entry_of(plan, network, "other_region_member")
    assert theirs.document.focal_point == person
    assert others.document.focal_point is None
    if form in ("json", "csv", "markdown"):
        assert person.email in fetched(network, plan, form).decode()
        assert person.email not in fetched(network, plan, form, "other_region_member").decode()


@pytest.mark.parametrize("form", FORMS)
def test_an_empty_plan_goes_out_in_every_form(network: Network, form: str) -> None:
    plan = network.plan("draft", title="")
    Plan.objects.filter(pk=plan.pk).update(title="")
    assert len(FORMS[form].write([entry_of(plan, network)])) > 0


def test_many_plans_are_one_file(network: Network) -> None:
    plans = [network.plan("approved", challenge_type=kind) for kind in ("big_bet", "exploratory")]
    client = Client()
    client.force_login(network["other_region_member"])
    answer = client.get(reverse("plans_export", args=("markdown",)))
    folder = zipfile.ZipFile(io.BytesIO(answer.content))
    assert sorted(name.split("-")[0] for name in folder.namelist()) == sorted(
        str(plan.pk) for plan in plans
    )
    answer = client.get(reverse("plans_export", args=("json",)), {"type": "big_bet"})
    assert [one["number"] for one in answer.json()["plans"]] == [plans[0].pk]


def test_too_many_even_for_the_worker_are_answered_in_words(
    network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    for kind in ("big_bet", "exploratory"):
        network.plan("approved", challenge_type=kind)
    small = replace(FORMS["pdf"], at_most=1, most_later=1)
    monkeypatch.setitem(FORMS, "pdf", small)
    client = Client()
    client.force_login(network["member"])
    page = client.get(reverse("plans_export", args=("pdf",))).content.decode()
    assert "for at most 1 plans at a time" in page


def test_labels_are_those_of_the_administrators(network: Network) -> None:

    Question.objects.create(section="challenge", field="background", label="How it came about")
    assert words().of("challenge.background") == "How it came about"
    assert words().of("challenge") == "Challenge"


def test_the_command_writes_pages_that_come_in_again(network: Network, tmp_path: Path) -> None:
    plan = network.plan("approved")
    network.plan("draft", title="Nobody's business")
    said = StringIO()
    reader = network["other_region_member"].email
    call_command("export_plans", str(tmp_path), "--as=markdown", f"--for={reader}", stdout=said)
    (page,) = tmp_path.iterdir()
    document = read(page.read_text(encoding="utf-8")).document
    assert document is not None
    assert (document.title, document.focal_point) == (plan.title, None)
    assert said.getvalue() == "1 plan written.\n"


def test_the_command_says_on_the_cover_which_plans_were_asked_for_and_keeps_their_order(
    network: Network, tmp_path: Path
) -> None:
    first, second = network.plan("approved", title="Wells"), network.plan("approved", title="Rain")
    reader = f"--for={network['member'].email}"
    numbers = [str(second.pk), str(first.pk), str(second.pk)]
    for arguments, asked, titles in (
        (numbers, f"Plans {second.pk}, {first.pk}", ["Rain", "Wells"]),
        ([], "All plans of the library", ["Wells", "Rain"]),
    ):
        file = tmp_path / "plans.docx"
        call_command("export_plans", str(file), *arguments, "--as=docx", reader, stdout=StringIO())
        paragraphs = Document(str(file)).paragraphs
        assert f"Selection: {asked}" in [one.text for one in paragraphs]
        heads = [one.text for one in paragraphs if one.style and one.style.name == "Heading 1"]
        assert heads == titles


def test_the_command_says_what_is_wrong(network: Network, tmp_path: Path) -> None:
    reader = network["member"].email
    for arguments, sentence in (
        ([str(tmp_path), "--as=pdf", "--for=nobody@example.org"], "Nobody here has the address"),
        ([str(tmp_path), "--as=pdf", f"--for={reader}"], "There is no plan to write."),
    ):
        with pytest.raises(CommandError, match=sentence):
            call_command("export_plans", *arguments)

"""A vocabulary as a file: out, in with a look at every row, and all or nothing."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook, load_workbook

from plans import spreadsheets, taxonomies
from plans.models import Method, TermChange, ThematicArea
from tests.factories import MethodFactory, ThematicAreaFactory
from tests.plans.admin.pages import said, text

if TYPE_CHECKING:
    from django.test import Client

    from accounts.models import User
    from tests.personas import Network

BULK = "/admin/plans/thematicarea/bulk/"


def send(editor: Client, content: str | bytes, name: str = "terms.csv", to: str = BULK) -> Any:
    """Send a file."""
    content = content.encode() if isinstance(content, str) else content
    return editor.post(to, {"file": SimpleUploadedFile(name, content)})


def confirm(editor: Client, preview: Any, to: str = BULK) -> Any:
    """Press the button of a preview."""
    return editor.post(to, {"table": preview.context["table"], "confirm": "1"})


def xlsx(*rows: tuple[Any, ...]) -> bytes:
    """A workbook with these rows."""
    book, kept = Workbook(), io.BytesIO()
    for row in rows:
        book.worksheets[0].append(row)
    book.save(kept)
    return kept.getvalue()


def terms() -> dict[str, tuple[str, ...]]:
    """Each theme by name: its spellings, where it stands, and its group."""
    rows = ThematicArea.objects.select_related("parent")
    return {term.name: (*term.aliases, term.status, str(term.parent or "")) for term in rows.all()}


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_what_is_taken_out_changes_nothing_when_it_is_brought_in(
    editor: Client, network: Network, kind: str
) -> None:
    network.plan()
    water = ThematicArea.objects.get(name="Water")
    ThematicAreaFactory.create(
        name="=Wells", aliases=["Dug, wells", "+pumps"], labels={"ar": "آبار"}, parent=water
    )
    ThematicAreaFactory.create(name="Youth", position=2, description="One line.\nTwo lines.")
    before = list(ThematicArea.objects.order_by("pk").values())

    file = editor.get(f"{BULK}?format={kind}")
    preview = send(editor, file.content, f"terms.{kind}")

    assert preview.context["numbers"] == {"new": 0, "changed": 0, "same": 3, "wrong": 0}
    assert list(ThematicArea.objects.order_by("pk").values()) == before
    assert file.headers["Content-Disposition"] == f'attachment; filename="thematicarea.{kind}"'


def test_a_file_says_what_it_is_about(editor: Client, network: Network) -> None:
    network.plan()
    rows = list(
        csv.reader(io.StringIO(editor.get(f"{BULK}?format=csv").content.decode("utf-8-sig")))
    )
    book = load_workbook(io.BytesIO(editor.get(f"{BULK}?format=xlsx").content))

    heads = ["key", "name", "other_spellings", "meaning"]
    heads += ["label_en", "label_fr", "label_es", "label_pt", "label_ar"]
    heads += ["group", "place", "status", "plans"]
    key = str(ThematicArea.objects.get().pk)
    assert rows == [heads, [key, "Water", *[""] * 9, "in use", "1"]]
    assert [cell.value for cell in book.worksheets[0][1]] == heads


def test_terms_are_changed_and_added_after_a_look(editor: Client, taxonomy_manager: User) -> None:
    water = ThematicAreaFactory.create(name="Watter")
    ThematicAreaFactory.create(name="Magic")
    file = (
        "key;name;other_spellings;label_fr;group;status\r\n"
        f"{water.pk};Water;H2O | Agua;Eau;;\r\n"
        ";magic;;;;retired\r\n"
        ";Wells;;Puits;water;\r\n"
    )

    preview = send(editor, file)
    untouched = terms()
    done = confirm(editor, preview)

    assert preview.context["numbers"] == {"new": 1, "changed": 2, "same": 0, "wrong": 0}
    assert "name Watter Water" in text(preview)
    assert untouched == {"Watter": ("in_use", ""), "Magic": ("in_use", "")}
    assert said(done)[-1] == "1 term was added. 2 terms were changed."
    assert terms() == {
        "Water": ("H2O", "Agua", "Watter", "in_use", ""),
        "Magic": ("retired", ""),
        "Wells": ("in_use", "Water"),
    }
    assert taxonomies.find(ThematicArea, "puits") == ThematicArea.objects.get(name="Wells")
    change = TermChange.objects.filter(term=water.pk).first()
    assert change is not None
    assert (change.by, change.note) == (taxonomy_manager, "From a file.")


BAD = """key,name,other_spellings,label_es,place,status,group
,,,,,,
,¿ – ?,,,,,
,Energy,Agua,,,,
999999,Fire,,,,,
,Wind,,,many,,
,Sun,,,,merged,
,Moon,,,,,Nowhere
,Good one,,,,,
"""


def test_rows_with_errors_are_named_and_nothing_is_done(editor: Client) -> None:
    ThematicAreaFactory.create(name="Water", aliases=["Agua"])

    preview = send(editor, BAD)
    forced = confirm(editor, preview)

    assert (preview.status_code, forced.status_code) == (422, 422)
    assert [(row.number, row.problems) for row in preview.context["wrong"]] == [
        (3, ["Write a name with letters or numbers."]),
        (4, ["“Agua” already leads to the term “Water”."]),
        (5, ["No term has the key “999999”."]),
        (6, ["A place is a number from 1 to 32767."]),
        (7, ["A term is “in use” or “retired”; leave it empty to change nothing."]),
        (8, ["No theme is called “Nowhere”."]),
    ]
    assert "6 rows have errors, so nothing was changed." in text(preview)
    assert 'name="confirm"' not in preview.content.decode()
    assert list(terms()) == ["Water"]


def test_what_happened_since_the_look_is_seen_when_it_is_done(editor: Client) -> None:
    preview = send(editor, "name\nFog nets\n")
    ThematicAreaFactory.create(name="Nets", aliases=["Fog nets"])

    confirm(editor, preview)

    assert list(terms()) == ["Nets"]


NO_TABLE: list[tuple[bytes, str]] = [
    (b"", "The first line names the columns, each once; “name” has to be there."),
    (b"name\n", "There are no rows in this file."),
    (b"nome\nWater\n", "There is a column “nome” that is not known."),
    (b"name,name\nWater,Wells\n", "The first line names the columns, each once"),
    (b"\xff\xfe\x00", "This is no CSV file in UTF-8. Save it as “CSV UTF-8”, or as XLSX."),
    (b"PK\x03\x04nonsense", "This XLSX file cannot be read. Save it anew and try again."),
    (b"name\n" + b"x" * (5 * 1024 * 1024), "This file is too large: 5 MB at most."),
    (b"name\n" + b"Water\n" * 5001, "A file has 5000 rows at most."),
    (b'name\n"unclosed', "1 term would be new."),
]


@pytest.mark.parametrize(("content", "words"), NO_TABLE)
def test_what_is_no_table_is_answered_in_words(editor: Client, content: bytes, words: str) -> None:
    assert words in text(send(editor, content))


def test_nothing_sent_and_a_page_made_by_somebody_else_are_answered_in_words(
    editor: Client, manager: Client
) -> None:
    assert "Choose a file first." in text(editor.post(BULK))
    assert "This page is too old." in text(editor.post(BULK, {"table": "x", "confirm": "1"}))


def test_a_workbook_with_numbers_and_empty_rows_is_read(editor: Client) -> None:
    answer = send(editor, xlsx(("name", "place"), ("Water", 2), (2030, None)), "terms.xlsx")

    assert answer.context["numbers"]["new"] == 2
    confirm(editor, answer)
    assert dict(ThematicArea.objects.values_list("name", "position")) == {"Water": 2, "2030": None}


def test_other_vocabularies_have_no_groups(editor: Client) -> None:
    MethodFactory.create(name="Surveys")
    there = "/admin/plans/method/bulk/"

    assert "“group” that is not known" in text(send(editor, "name,group\nA,B\n", to=there))
    confirm(editor, send(editor, "name\nInterviews\n", to=there), to=there)
    assert sorted(Method.objects.values_list("name", flat=True)) == ["Interviews", "Surveys"]
    assert "group" not in spreadsheets.written(Method, "csv").decode()


def test_the_codebook_lists_what_is_in_use_by_group(editor: Client) -> None:
    water = ThematicAreaFactory.create(name="Water", description="All of it.")
    ThematicAreaFactory.create(name="Wells", parent=water, labels={"fr": "Puits"})
    ThematicAreaFactory.create(name="Air", status="retired")

    shown = editor.get("/admin/plans/thematicarea/codebook/")

    assert [
        (str(term), [str(one) for one in group]) for term, group in shown.context["entries"]
    ] == [("Water", ["Wells"])]
    assert "All of it." in text(shown)
    assert "Puits" in text(shown)


def test_themes_are_put_into_a_group_and_in_order_on_the_list(editor: Client) -> None:
    water, wells, pumps = (ThematicAreaFactory.create(name=n) for n in ("Water", "Wells", "Pumps"))
    there = "/admin/plans/thematicarea/"
    sent = {"action": "put_in_group", "_selected_action": [wells.pk, pumps.pk]}

    assert "Put into the group of" in text(editor.post(there, sent))
    moved = editor.post(there, sent | {"confirm": "1", "group": water.pk})
    again = editor.post(
        there,
        {"action": "put_in_group", "_selected_action": water.pk, "confirm": "1", "group": wells.pk},
    )

    assert said(moved)[-1] == "2 themes were moved."
    assert said(again)[-1] == "Choose a group from the list."
    assert set(water.group.all()) == {wells, pumps}
    rows = {f"form-{n}-id": term.pk for n, term in enumerate((pumps, water, wells))}
    places = {f"form-{n}-position": place for n, place in enumerate(("2", "", "1"))}
    counts = {"form-TOTAL_FORMS": 3, "form-INITIAL_FORMS": 3, "_save": "Save"}
    editor.post(there, rows | places | counts)
    assert [str(term) for term in ThematicArea.objects.all()] == ["Wells", "Pumps", "Water"]

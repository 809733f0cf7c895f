"""Bringing in pages through the administration: send, read the report, confirm; and linking."""

from __future__ import annotations

import html
import io
import re
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from plans.errors import Invalid
from plans.importers import packed
from plans.importers.packed import unpack
from plans.models import ArchivePage, Parcel, Plan, Reflection
from tests.exporters.test_markdown import BOTH, WHOLE
from tests.factories import CountryFactory, LabFactory, SdgFactory
from tests.importers.pages import TAGS, reflection
from tests.personas import Network

pytestmark = pytest.mark.django_db

SEND = "admin:plans_archive_bring_in"


def zipped(**pages: str | bytes) -> bytes:
    """A packed folder; ``__`` in a name stands for a slash."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as folder:
        for name, page in pages.items():
            folder.writestr(f"{name.replace('__', '/')}.md", page)
    return content.getvalue()


@pytest.fixture
def manager(network: Network) -> Client:
    """The browser of who manages the network; Wellland has a lab."""
    SdgFactory.create(number=6)
    LabFactory.create(slug="wellland", countries=[CountryFactory.create(name="Wellland")])
    client = Client()
    client.force_login(network["network_manager"])
    return client


def send(client: Client, content: bytes, name: str = "archive.zip") -> tuple[int, str]:
    """Send a file; the page one arrives on."""
    file = SimpleUploadedFile(name, content)
    response = client.post(reverse(SEND), {"parcel": file}, follow=True)
    return response.status_code, response.content.decode()


NOWHERE = "No country is known as “Atlantis”. Correct it, or use import_plans --lab."


def rows(page: str) -> list[tuple[str, ...]]:
    """The lines of a report: file, what it is, questions, why it would not come in."""
    body = page[page.index("<tbody>") : page.index("</tbody>")]
    cells = (re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row) for row in body.split("<tr>")[1:])
    return [tuple(map(html.unescape, row)) for row in cells if len(row) > 1]


def test_nothing_comes_in_before_the_report_was_confirmed(manager: Client) -> None:
    _status, page = send(manager, zipped(a=WHOLE, b__both=BOTH, readme="Hello."))
    assert "<li>1 plan</li>" in page
    assert "<li>1 plan with its closing reflection</li>" in page
    assert "<li>1 file that is no page of the archive and stays out</li>" in page
    assert "Which plan a closing reflection is about" not in page
    assert Plan.objects.count() == 0
    parcel = Parcel.objects.get()
    address = reverse("admin:plans_archive_report", args=(parcel.pk,))
    done = manager.post(address, {"confirm": "1"}, follow=True).content.decode()
    assert "All 3 pages of archive.zip have been dealt with." in done
    assert sorted(ArchivePage.objects.values_list("source", flat=True)) == ["a.md", "b/both.md"]
    assert (Plan.objects.count(), Reflection.objects.count()) == (2, 1)


def test_the_report_promises_no_plan_to_a_reflection_that_comes_without_one(
    manager: Client,
) -> None:
    _status, page = send(manager, zipped(z=f"# Something else\n\n{TAGS}{reflection()}"))
    assert "<li>1 closing reflection</li>" in page
    assert "Every page is understood." in page
    assert "Which plan a closing reflection is about is looked for once all pages are in" in page


def test_what_is_doubtful_and_what_would_not_come_in_is_in_the_report(manager: Client) -> None:
    nowhere = WHOLE.replace("[[country:Wellland]]", "[[country:Atlantis]]")
    odd = WHOLE.replace("[[year:2022]]", "[[year:2022]]\n[[mood:hopeful]]")
    _status, page = send(manager, zipped(nowhere=nowhere, odd=odd, spoilt=b"\xff\xfe"))
    assert "2 pages would not come in" in page
    assert "One page would come in with a question" in page
    assert rows(page) == [
        ("nowhere.md", "plan", "", NOWHERE),
        ("odd.md", "plan", "The tag “mood” is not known: hopeful", ""),
        ("spoilt.md", "no page of the archive", "", "This is not a text file in UTF-8."),
    ]


def test_the_report_has_a_line_for_each_file_in_pages_and_shows_only_what_is_asked_for(
    manager: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("plans.admin.archive.LINES_A_PAGE", 2)
    odd = WHOLE.replace("[[year:2022]]", "[[year:2022]]\n[[mood:hopeful]]")
    _status, page = send(manager, zipped(a=WHOLE, b=BOTH, c=odd))
    assert [row[:2] for row in rows(page)] == [
        ("a.md", "plan"),
        ("b.md", "plan with its closing reflection"),
    ]
    address = reverse("admin:plans_archive_report", args=(Parcel.objects.get().pk,))

    def shown(**asked: str) -> list[str]:
        return [row[0] for row in rows(manager.get(address, asked).content.decode())]

    assert shown(page="2") == ["c.md"]
    assert shown(page="nonsense") == ["a.md", "b.md"]
    assert shown(only="doubted") == ["c.md"]
    assert shown(only="refused") == []
    assert shown(only="nonsense") == []


def test_a_report_that_is_opened_again_is_made_anew(manager: Client) -> None:
    nowhere = WHOLE.replace("[[country:Wellland]]", "[[country:Atlantis]]")
    _status, page = send(manager, zipped(a=nowhere))
    assert rows(page) == [("a.md", "plan", "", NOWHERE)]
    LabFactory.create(countries=[CountryFactory.create(name="Atlantis")])
    address = reverse("admin:plans_archive_report", args=(Parcel.objects.get().pk,))
    assert rows(manager.get(address).content.decode()) == [("a.md", "plan", "", "")]


def test_who_decides_against_it_leaves_nothing_behind(manager: Client) -> None:
    send(manager, zipped(a=WHOLE))
    address = reverse("admin:plans_archive_report", args=(Parcel.objects.get().pk,))
    manager.post(address, {"cancel": "1"})
    assert (Parcel.objects.count(), Plan.objects.count()) == (0, 0)


def test_a_large_folder_comes_in_over_several_requests(
    manager: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("plans.admin.archive.SECONDS_A_STEP", -1)
    send(manager, zipped(a=WHOLE, b=BOTH))
    address = reverse("admin:plans_archive_report", args=(Parcel.objects.get().pk,))
    page = manager.post(address, {"confirm": "1"}, follow=True).content.decode()
    assert "1 of 2 pages are in." in page
    page = manager.post(address, {"confirm": "1"}, follow=True).content.decode()
    assert "All 2 pages of archive.zip have been dealt with." in page
    assert Plan.objects.count() == 2


def test_a_parcel_is_for_who_sent_it(manager: Client, network: Network) -> None:
    send(manager, zipped(a=WHOLE))
    Parcel.objects.update(given_by=network["taxonomy_manager"])
    address = reverse("admin:plans_archive_report", args=(Parcel.objects.get().pk,))
    assert manager.get(address).status_code == 404


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"nonsense", "This is not a ZIP file that can be opened."),
        (zipped(), "There is no .md file in it."),
        (zipped(a=WHOLE)[:-40], "This is not a ZIP file that can be opened."),
        (b"", "This file is empty. Choose another one."),
    ],
    ids=["nonsense", "nothing", "cut", "empty"],
)
def test_what_is_no_parcel_is_refused_in_words(
    manager: Client, content: bytes, sentence: str
) -> None:
    status, page = send(manager, content)
    assert (status, sentence in page) == (200, True)
    assert Parcel.objects.count() == 0


def test_no_file_at_all_is_refused_in_words(manager: Client) -> None:
    page = manager.post(reverse(SEND), {"parcel": "words"}).content.decode()
    assert "Choose a ZIP file." in page


def test_a_bomb_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = zipped(a="a" * 3_000_000)
    assert len(bomb) < 5_000
    (page,) = unpack(bomb)
    assert (page.text, page.problem) == (
        "",
        "This file is larger than any page of the archive.",
    )
    monkeypatch.setattr(packed, "LARGEST_FOLDER", 2_000_000)
    with pytest.raises(Invalid, match="larger than any archive"):
        unpack(zipped(**{f"p{n}": "a" * 900_000 for n in range(4)}))


def test_too_many_pages_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packed, "MOST_PAGES", 2)
    with pytest.raises(Invalid, match="There are 3 pages in it; at most 2 come in"):
        unpack(zipped(a="a", b="b", c="c"))


def test_a_damaged_page_is_said_and_the_others_are_read() -> None:
    content = bytearray(zipped(a="Words of the first page.", b=WHOLE))
    place = content.find(b"a.md") + 8
    content[place : place + 6] = b"\xff" * 6
    first, second = unpack(bytes(content))
    assert first.problem == "It is damaged in the ZIP file."
    assert second.text == WHOLE


def test_what_a_computer_adds_to_a_folder_is_left_out() -> None:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as folder:
        for name in ("__MACOSX/a.md", "a.md", "b/.hidden.md", "picture.png", "c/"):
            folder.writestr(name, "words")
    assert [page.name for page in unpack(content.getvalue())] == ["a.md"]


def test_a_reflection_is_linked_by_hand(manager: Client) -> None:
    send(manager, zipped(a=WHOLE, z=f"# Something else\n\n{TAGS}{reflection()}"))
    address = reverse("admin:plans_archive_report", args=(Parcel.objects.get().pk,))
    manager.post(address, {"confirm": "1"})
    found, plan = Reflection.objects.get(), Plan.objects.get()
    assert found.plan is None
    listed = manager.get(reverse("admin:plans_reflection_changelist"), {"linked": "no"})
    assert "Something else" in listed.content.decode()
    link = reverse("admin:plans_reflection_link", args=(found.pk,))
    assert "Wells that last" in manager.get(link).content.decode()
    refused = manager.post(link, {"plan": "999999"}).content.decode()
    assert "Choose a plan from the list." in refused
    manager.post(link, {"plan": plan.pk})
    found.refresh_from_db()
    assert found.plan == plan

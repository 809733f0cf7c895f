"""The dossier: everything of a plan for the record, and nothing that is not for everybody on it."""

from __future__ import annotations

import json
from io import BytesIO
from typing import TYPE_CHECKING, Any
from zipfile import ZipFile

import pytest
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from plans import authoring, diff, reviewing, workflow
from plans.document import PlanDocument
from plans.exporters.dossier import file_name
from plans.exporters.record import _stretches
from plans.models import Criterion, Mark, Plan
from plans.states import Act
from tests.factories import sent_thread
from tests.plans.picture_files import jpeg

if TYPE_CHECKING:
    from tests.personas import Network


@pytest.fixture
def told(network: Network) -> Plan:
    """A plan that was asked to change, with a picture, a thread with an answer, and a mark."""
    plan = network.plan("draft", title="Wells – l'eau <b>& der Fluss")
    row = plan.evidence.order_by("position")[0]
    authoring.give_picture(plan, row.pk, jpeg(), actor=network["member"])
    plan = workflow.move(plan, Act.SUBMIT, actor=network["member"])
    criterion = Criterion.objects.create(cycle=plan.cycle, position=1, text="It can be answered.")
    thread = sent_thread(plan, "challenge.background", "Since when?", actor=network["reviewer"])
    reviewing.reply(thread, "Since 2021.", actor=network["member"])
    marks = {criterion: (Mark.PARTLY, "Nearly.")}
    reviewing.keep(plan, actor=network["reviewer"], summary="Say more.", marks=marks)
    reviewing.send(
        plan, "changes_requested", actor=network["reviewer"], summary="Say more.", marks=marks
    )
    return plan


def taken(network: Network, plan: Plan, persona: str) -> ZipFile:
    """The dossier as somebody gets it."""
    client = Client()
    client.force_login(network[persona])
    response = client.get(reverse("plan_dossier", args=(plan.pk,)))
    assert (response.status_code, response["Content-Type"]) == (200, "application/zip")
    return ZipFile(BytesIO(b"".join(response)))


def everything_in(packed: ZipFile) -> str:
    """All text of an archive."""
    return "\n".join(
        packed.read(name).decode() for name in packed.namelist() if "pictures/" not in name
    )


def test_the_archive_holds_pages_data_versions_and_pictures(network: Network, told: Plan) -> None:
    packed = taken(network, told, "member")

    (picture,) = told.pictures.all()
    assert packed.namelist() == [
        *("plan.html", "dossier.json", "schema.json"),
        *("versions/version-1.html", "versions/version-1.json"),
        f"pictures/{picture.pk}.jpg",
    ]
    assert packed.testzip() is None


def test_the_data_is_the_plan_its_versions_reviews_threads_and_history(
    network: Network, told: Plan
) -> None:
    packed = taken(network, told, "reviewer")
    data: dict[str, Any] = json.loads(packed.read("dossier.json"))

    document = PlanDocument.model_validate(data["plan"]["document"])
    assert document.hash() == data["plan"]["hash"]
    (version,) = data["versions"]
    kept = PlanDocument.model_validate_json(packed.read(version["file"]))
    assert kept.hash() == version["hash"]
    assert json.loads(packed.read("schema.json"))["title"] == "PlanDocument"
    assert [
        (one["reviewer"], one["decision"], one["version"], one["summary"], one["criteria"])
        for one in data["reviews"]
        if one["summary"]
    ] == [
        (
            "Rosa Reviewer",
            "changes_requested",
            1,
            "Say more.",
            [{"text": "It can be answered.", "mark": "partly", "word": "Nearly."}],
        )
    ]
    (thread,) = data["threads"]
    assert (thread["about"], thread["status"]) == ("challenge.background", "open")
    assert [(one["author"], one["text"]) for one in thread["comments"]] == [
        ("Rosa Reviewer", "Since when?"),
        ("Mira Member", "Since 2021."),
    ]
    what = [one["what"] for one in data["timeline"]]
    assert (what[0], what[-1]) == ("start", "request_changes")
    assert {one["at"][-6:] for one in data["timeline"]} == {"+00:00"}


def test_the_page_says_it_all_in_words_with_times_and_zones(network: Network, told: Plan) -> None:
    packed = taken(network, told, "member")
    page = packed.read("plan.html").decode()

    for words in (
        "Wells – l&#x27;eau &lt;b&gt;&amp; der Fluss",
        "Since 2021.",
        "It can be answered.",
        "partly met",
        "Changes requested: Rosa Reviewer",
        'href="versions/version-1.html"',
        'src="pictures/',
        " (UTC)",
        told.document.hash(),
    ):
        assert words in page, words
    assert "<script" not in page
    assert 'src="../pictures/' in packed.read("versions/version-1.html").decode()


LONG = "the screens showed the timetable and not the bus " * 8


@pytest.mark.parametrize(
    ("before", "after", "around"),
    [
        (f"{LONG}for about a week.", f"{LONG}for a week.", "bus for about a week."),
        (f"Once {LONG}.", f"Twice {LONG}.", "OnceTwice the screens"),
    ],
)
def test_words_around_a_change_are_shortened_and_keep_the_space_between_them(
    before: str, after: str, around: str
) -> None:
    line = "".join(text for _kind, text in _stretches(diff.words(before, after)))

    assert around in line
    assert line.count("…") == 1
    assert len(line) < 100


def test_on_paper_times_are_the_readers_own_and_a_mark_is_one_sentence(
    network: Network, told: Plan
) -> None:
    member = network["member"]
    member.time_zone = "Asia/Tokyo"
    member.save()
    client = Client()
    client.force_login(member)
    response = client.get(reverse("plan_dossier", args=(told.pk,)), {"form": "pdf"})
    pages = PdfReader(BytesIO(b"".join(response))).pages
    text = " ".join(" ".join(page.extract_text() for page in pages).split())

    assert "It can be answered: partly met. Nearly." in text
    assert text.count("(Asia/Tokyo, UTC+09:00)") >= 5
    assert "UTC)" not in text


PERSONAS = ("member", "reviewer", "network_manager", "reviewer_in_lab")


@pytest.mark.parametrize("persona", PERSONAS)
def test_nothing_that_is_not_sent_and_no_note_between_reviewers_is_in_it(
    network: Network, told: Plan, persona: str
) -> None:
    reviewer = network["reviewer"]
    told = workflow.move(told, Act.SUBMIT, actor=network["member"], note="As it is.")
    sent = told.threads.get()
    reviewing.open_thread(told, "plan", "Zq7 pending Xw9", actor=reviewer)
    reviewing.reply(sent, "Zq7 answer Xw9", actor=reviewer)
    reviewing.keep(told, actor=reviewer, summary="Zq7 summary Xw9", marks={})
    reviewing.keep_draft(told, "new:challenge", "Zq7 typed Xw9", actor=reviewer)
    reviewing.open_thread(told, "plan", "Zq7 note Xw9", actor=reviewer, for_reviewers=True)
    marked = {
        *told.threads.values_list("comments__text", flat=True),
        *told.reviews.values_list("summary", flat=True),
        *told.drafts.values_list("text", flat=True),
    }
    assert {words for words in marked if words.startswith("Zq7")} == {
        f"Zq7 {kind} Xw9" for kind in ("pending", "answer", "summary", "typed", "note")
    }

    text = everything_in(taken(network, told, persona))

    assert "Since 2021." in text
    assert "Zq7" not in text


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Wells: who drinks first?", "plan-{pk}-wells-who-drinks-first.zip"),
        ("../../etc/passwd", "plan-{pk}-etcpasswd.zip"),
        ("Худаг\r\nX-Evil: 1", "plan-{pk}-x-evil-1.zip"),
        ("水", "plan-{pk}.zip"),
        ("", "plan-{pk}.zip"),
        ("a" * 200, "plan-{pk}-" + "a" * 60 + ".zip"),
    ],
)
def test_the_name_of_the_file_is_safe_whatever_the_title(title: str, name: str) -> None:
    assert file_name(Plan(pk=7, title=title)) == name.format(pk=7)


def test_a_draft_and_a_plan_of_the_archive_have_a_dossier_too(network: Network) -> None:
    said = {"draft": True, "archived": False}

    assert {
        state: "It was not handed in yet"
        in taken(network, network.plan(state), "member").read("plan.html").decode()
        for state in said
    } == said


def test_a_picture_that_the_storage_lost_does_not_hold_it_up(network: Network, told: Plan) -> None:
    (picture,) = told.pictures.all()
    picture.large.storage.delete(str(picture.large.name))

    assert f"pictures/{picture.pk}.jpg" not in taken(network, told, "member").namelist()


def test_the_history_leads_to_it(network: Network, told: Plan) -> None:
    client = Client()
    client.force_login(network["member"])

    page = client.get(reverse("plan_history", args=(told.pk,))).content.decode()

    assert f'href="{reverse("plan_dossier", args=(told.pk,))}"' in page

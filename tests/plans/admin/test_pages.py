"""What holds for every administration page of the plans app."""

from __future__ import annotations

import gettext
import re
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from plans import authoring, keys, merging, reviewing, scheduling, splitting, workflow
from plans.document import ReflectionDocument
from plans.models import (
    Cycle,
    Plan,
    Question,
    StageName,
)
from plans.sections import Stage
from plans.states import Act, ChallengeType
from tests import factories
from tests.factories import (
    CycleFactory,
    DataSourceFactory,
    LabFactory,
    MethodFactory,
    SdgFactory,
    SectorFactory,
    ThematicAreaFactory,
)
from tests.personas import Network
from tests.plans.admin.pages import DAY, MODELS, page, text

QUERIES = {
    "accesskey": 7,
    "cycle": 5,
    "extension": 6,
    "event": 7,
    "notification": 7,
    "plan": 7,
    "question": 5,
    "thread": 5,
    "comment": 7,
    "review": 7,
    "version": 7,
    "thematicarea": 6,
    "datasource": 5,
    "method": 5,
    "sector": 5,
    "sdg": 5,
    "stagename": 5,
    "merge": 7,
    "split": 7,
    "organisation": 5,
    "archivepage": 6,
    "reflection": 7,
}


def one_of_everything(network: Network, number: int) -> Plan:
    """A plan of a new lab with a thread, an extension, and terms of its own."""
    lab = LabFactory.create(region=network.region)
    writer = factories.member_of(lab, f"Writer {number}")
    cycle = CycleFactory.create()
    for make in (ThematicAreaFactory, DataSourceFactory, MethodFactory, SectorFactory):
        make.create(aliases=[f"Spelling {number}"])
    one, other = (MethodFactory.create() for _term in range(2))
    merging.merge([one], other, actor=network["network_manager"])
    parts = [MethodFactory.create() for _part in range(2)]
    splitting.split(MethodFactory.create(), parts, actor=network["network_manager"])
    SdgFactory.create(number=number)
    StageName.objects.create(stage=list(Stage)[number - 1])
    Question.objects.create(section="title", field=f"field {number}", label="A question")
    scheduling.extend(lab, cycle, until=cycle.closes_at + DAY, actor=network["network_manager"])
    learned = authoring.Arrived(
        lab,
        cycle,
        f"{number}.md",
        "# Learned",
        reflection=ReflectionDocument(title="Learned", insights=("Ask first.",)),
    )
    authoring.bring_in(learned, actor=network["network_manager"])
    keys.make(f"Map {number}", ["plans"], DAY, actor=writer)
    plan = workflow.start(
        lab, cycle, actor=writer, challenge_type=ChallengeType.BIG_BET, title=f"Plan {number}"
    )
    plan = workflow.move(factories.complete(plan, actor=writer), Act.SUBMIT, actor=writer)
    reviewing.open_thread(plan, "plan", "Well begun.", actor=network["reviewer"])
    return workflow.move(plan, Act.REQUEST_CHANGES, actor=network["reviewer"])


def queries(browser: Client, address: str) -> int:
    """How many questions a page asks the database."""
    with CaptureQueriesContext(connection) as asked:
        assert browser.get(address).status_code == 200
    return len(asked)


def test_every_list_asks_as_much_with_three_rows_as_with_one(
    manager: Client, network: Network
) -> None:
    Cycle.objects.all().delete()
    one_of_everything(network, 1)
    manager.get(page("plan"))
    assert {model: queries(manager, page(model)) for model in MODELS} == QUERIES
    one_of_everything(network, 2)
    one_of_everything(network, 3)
    assert {model: queries(manager, page(model)) for model in MODELS} == QUERIES


def test_a_plans_page_asks_as_much_for_a_long_plan(manager: Client, network: Network) -> None:
    plan = one_of_everything(network, 1)
    manager.get(page("plan", "change", plan.pk))
    assert queries(manager, page("plan", "change", plan.pk)) == 7
    for number in (1, 2, 3):
        authoring.add_row(
            plan, "evidence", actor=network["network_manager"], kind="qualitative", text="Seen."
        )
        authoring.add_row(
            plan, "partners", actor=network["network_manager"], name=f"Partner {number}"
        )
    assert queries(manager, page("plan", "change", plan.pk)) == 7


def test_no_page_speaks_of_objects(manager: Client, network: Network) -> None:
    one_of_everything(network, 1)
    addresses = [reverse("admin:index"), reverse("admin:app_list", args=["plans"])]
    for name, model in MODELS.items():
        row = model._default_manager.first()
        assert row is not None
        addresses += [page(name), page(name, "change", row.pk), page(name, "history", row.pk)]
    term = MethodFactory.create()
    addresses += [page("method", "add"), page("method", "delete", term.pk), page("cycle", "add")]
    addresses += [page("extension", "add"), page("cycle") + "?e=1&nothing=1"]
    spoken = {
        address: re.findall(r"\w*\bobjects?\b\w*|\binstances?\b|\bnull\b", words, re.IGNORECASE)
        for address in addresses
        for words in [text(manager.get(address)) + _labels(manager.get(address))]
    }
    assert spoken == {key: [] for key in addresses}


def _labels(response: Any) -> str:
    """What is read out of a page's attributes."""
    found = re.findall(r'(?:aria-label|title|alt|placeholder)="([^"]*)"', response.content.decode())
    return " ".join(found)


@pytest.mark.parametrize(
    "asked",
    [
        {"q": "\0"},
        {"p": "99999999999999999999"},
        {"o": "99999999999999999999"},
        {"nothing": "1"},
        {"id__exact": "99999999999999999999"},
        {"id__exact": "\0"},
        {"state__exact": "\0"},
        {"at__year": "99999"},
    ],
)
def test_an_address_that_makes_no_sense_shows_a_list(
    manager: Client, asked: dict[str, str]
) -> None:
    answers = {model: manager.get(page(model), asked, follow=True).status_code for model in MODELS}
    assert answers == dict.fromkeys(MODELS, 200)


def test_pages_carry_nothing_that_the_content_policy_would_stop(
    manager: Client, discussed: Plan
) -> None:
    asked = manager.post(page("plan"), {"action": "approve", "_selected_action": discussed.pk})
    for shown in (
        asked,
        manager.get(page("plan")),
        manager.get(page("plan", "change", discussed.pk)),
        manager.get(page("extension", "add")),
        manager.get(page("cycle", "add")),
        manager.get(page("sdg")),
    ):
        source = shown.content.decode()
        assert shown.headers["Content-Security-Policy"]
        assert re.findall(r"<[^>]*\s(?:on\w+|style)=", source) == []
        assert re.findall(r"<script(?![^>]*\ssrc=)", source) == []


def test_the_words_put_in_place_of_djangos_are_the_ones_in_the_catalogue() -> None:
    """The compiled catalogue holds every sentence of the readable one."""
    folder = Path(__file__).parents[3] / "plans" / "locale" / "en" / "LC_MESSAGES"
    readable = re.findall(
        r'^msgid "(.+)"\nmsgstr "(.+)"$', (folder / "django.po").read_text("utf-8"), re.MULTILINE
    )
    with (folder / "django.mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    assert len(readable) == 17
    assert {
        asked: compiled.gettext(asked.replace('\\"', '"')) for asked, _answer in readable
    } == dict(readable)

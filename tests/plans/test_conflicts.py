"""Two people in one answer: both texts are shown with what differs, and the later one chooses."""

from __future__ import annotations

import json
import re
from html import unescape
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from plans import authoring
from plans.authoring import Change, row_key
from plans.forms.conflict import Piece, laid_out
from plans.forms.fields import AddressField, TextField
from plans.models import Plan
from tests.factories import SdgFactory, ThematicAreaFactory

if TYPE_CHECKING:
    from accounts.models import User
    from tests.personas import Network

WELLS = "Wells run dry before the rains come. Nobody knows how deep the water is."
MIRAS = WELLS.replace("dry", "empty")
LEOS = WELLS.replace("deep", "salty")
BOTH = "Wells run empty before the rains come. Nobody knows how salty the water is."


@pytest.fixture
def plan(network: Network) -> Plan:
    """A draft that says :data:`WELLS`."""
    plan = network.plan()
    authoring.save(plan, {"background": Change(WELLS)}, actor=network["member"])
    return Plan.objects.get(pk=plan.pk)


class Form:
    """The form of a section as a browser without scripts has it: every input, and its buttons."""

    def __init__(self, user: User, plan: Plan, section: str) -> None:
        self.client = Client()
        self.client.force_login(user)
        self.address = f"/plans/{plan.pk}/edit/{section}/"
        self.read(self.client.get(self.address))

    def read(self, page: Any) -> None:
        """Take what the page holds now."""
        self.html = page.content.decode()
        form = self.html[self.html.index('id="section-form"') :]
        self.values: dict[str, list[str]] = {}
        for tag in re.findall(r"<input[^>]*>", form):
            told = dict(re.findall(r'(\w+)="([^"]*)"', tag))
            is_box = told.get("type") in ("checkbox", "radio")
            if "name" in told and (not is_box or " checked" in tag):
                self.values.setdefault(told["name"], []).append(unescape(told.get("value", "")))
        areas = re.findall(r'<textarea[^>]*name="([^"]*)"[^>]*>\n?(.*?)</textarea>', form, re.S)
        for name, text in areas:
            self.values[name] = [unescape(text)]
        chosen = re.findall(
            r'<select[^>]*name="([^"]*)".*?<option value="([^"]*)" selected', form, re.S
        )
        self.values |= {name: [value] for name, value in chosen}

    def press(self, button: str, **typed: Any) -> Any:
        """Press a button, known by how its value begins, after typing these."""
        found = re.search(rf'name="do" value="({re.escape(button)}[^"]*)"', self.html)
        assert found is not None, f"no button {button}"
        sent = self.values | typed | {"do": unescape(found[1])}
        page = self.client.post(self.address, sent, follow=True)
        self.read(page)
        return page

    def types(self, **answers: Any) -> dict[str, Any]:
        """Send these answers as the script does while they are typed; what is wrong with them."""
        sent = {"do": "auto", "base": self.values["base"][0], "only": json.dumps(list(answers))}
        problems: dict[str, Any] = self.client.post(self.address, sent | answers).json()["problems"]
        return problems


def marked(html: str) -> list[str]:
    """The words that are marked, with what is said of them to ears."""
    return [
        " ".join(re.sub("<[^>]*>", "", one).split()) for one in re.findall("<mark>.*?</mark>", html)
    ]


def background(plan: Plan) -> str:
    """What is stored."""
    return Plan.objects.get(pk=plan.pk).background


def both_write(plan: Plan, member: User, lead: User) -> Form:
    """Mira saves while Leo has the page open; answers Leo's form."""
    form = Form(lead, plan, "challenge")
    authoring.save(plan, {"background": Change(MIRAS)}, actor=member)
    return form


@pytest.mark.parametrize("way", ["button", "while typing"])
def test_both_texts_are_shown_with_what_differs_marked_who_and_when(
    way: str, plan: Plan, member: User, lead: User
) -> None:
    form = both_write(plan, member, lead)
    if way == "button":
        form.press("save", background=LEOS)
        html = form.html
        assert form.values["background"] == [LEOS]
    else:
        html = form.types(background=LEOS)["background"]["conflict"]

    sides = html[html.index('class="conflict"') : html.index('<details class="conflict__both"')]
    assert marked(sides) == [
        "[only here: empty end]",
        "[only here: deep end]",
        "[only here: dry end]",
        "[only here: salty end]",
    ]
    assert "<strong>Stored by Mira Member</strong>" in html
    assert re.search(r"<time[^>]*>\d+ \w+ \d{4}, \d\d:\d\d \(UTC\)</time>", sides)
    assert background(plan) == MIRAS


@pytest.mark.parametrize(
    ("choice", "stays"), [("mine", LEOS), ("theirs", MIRAS), ("both", BOTH)], ids=str
)
def test_the_later_one_chooses(
    choice: str, stays: str, plan: Plan, member: User, lead: User
) -> None:
    form = both_write(plan, member, lead)
    form.press("save", background=LEOS)

    page = form.press(f"{choice}:background:")

    assert background(plan) == stays
    assert form.values["background"] == [stays]
    assert 'class="conflict"' not in form.html
    assert page.redirect_chain[-1][0].endswith("?at=id_background#id_background")


def test_until_it_is_chosen_nothing_is_overwritten_however_often_one_saves(
    plan: Plan, member: User, lead: User
) -> None:
    form = both_write(plan, member, lead)
    for words in (LEOS, f"{LEOS} More.", f"{LEOS} More and more."):
        form.press("save", background=words)
        assert background(plan) == MIRAS
        assert list(form.types(background=words)) == ["background"]

    form.press("both:background:")
    assert background(plan) == f"{BOTH} More and more."


def test_what_a_third_wrote_while_one_was_choosing_is_not_overwritten_either(
    plan: Plan, network: Network
) -> None:
    form = both_write(plan, network["member"], network["lead"])
    form.press("save", background=LEOS)
    theirs = f"In the east. {MIRAS}"
    authoring.save(plan, {"background": Change(theirs)}, actor=network["network_manager"])

    form.press("mine:background:")
    assert background(plan) == theirs
    assert "Stored by Nadia Network" in form.html

    form.press("both:background:")
    assert background(plan) == f"In the east. {LEOS}"  # what was chosen before, and hers


def test_choosing_in_one_answer_decides_nothing_in_another(
    plan: Plan, member: User, lead: User
) -> None:
    form = both_write(plan, member, lead)
    authoring.save(plan, {"summary": Change("Mira's summary.")}, actor=member)
    form.press("save", background=LEOS, summary="Leo's summary.")

    form.press("mine:background:")

    now = Plan.objects.get(pk=plan.pk)
    assert (now.background, now.summary) == (LEOS, "Mira's summary.")
    assert form.values["summary"] == ["Leo's summary."]
    assert "mine:summary:" in form.html
    assert "mine:background:" not in form.html


def test_both_together_that_is_too_long_stays_in_the_box_to_be_shortened(
    plan: Plan, member: User, lead: User
) -> None:
    form = Form(lead, plan, "challenge")
    authoring.save(plan, {"summary": Change("m" * 200)}, actor=member)
    form.press("save", summary="l" * 200)

    form.press("both:summary:")

    assert form.values["summary"] == [f"{'m' * 200} {'l' * 200}"]
    assert "This is 121 characters too long" in form.html
    form.press("save", summary="m and l")
    assert Plan.objects.get(pk=plan.pk).summary == "m and l"


def test_chosen_terms_are_compared_and_can_be_put_together(
    plan: Plan, member: User, lead: User
) -> None:
    common, miras, leos = ThematicAreaFactory.create_batch(3)
    authoring.save(plan, {"thematic_areas": Change([common])}, actor=member)
    form = Form(lead, plan, "classification")
    authoring.save(plan, {"thematic_areas": Change([common, miras])}, actor=member)

    form.press("save", thematic_areas=[str(common.pk), str(leos.pk)])
    sides = form.html[: form.html.index('<details class="conflict__both"')]
    assert marked(sides) == [f"[only here: {miras} end]", f"[only here: {leos} end]"]
    assert authoring.chosen_terms(plan, "thematic_areas") == [common, miras]

    form.press("both:thematic_areas:")
    assert authoring.chosen_terms(plan, "thematic_areas") == [common, miras, leos]


def test_more_terms_than_there_may_be_are_not_offered_together(
    plan: Plan, member: User, lead: User
) -> None:
    goals = [SdgFactory.create(number=number) for number in (1, 2, 3, 4, 5, 7)]
    form = Form(lead, plan, "classification")
    authoring.save(plan, {"sdgs": Change(goals[:3])}, actor=member)

    form.press("save", sdgs=["4", "5", "7"])

    assert "Both together would be more than 5." in form.html
    assert "both:sdgs" not in form.html
    form.press("theirs:sdgs:")
    assert authoring.chosen_terms(plan, "sdgs") == goals[:3]


def test_answers_of_rows_are_compared_too(plan: Plan, member: User, lead: User) -> None:
    row = plan.rows("learning_questions")[0]
    name = f"{row.pk}-stages"
    key = row_key("learning_questions", row.pk, "stages")
    form = Form(lead, plan, "learning")
    authoring.save(plan, {key: Change(["sense", "explore"])}, actor=member)
    form.press("save", **{name: ["sense", "grow"]})
    assert marked(form.html) == ["[only here: Explore end]", "[only here: Grow end]"]

    form.press(f"both:{name}:")

    row.refresh_from_db()
    assert sorted(row.stages) == ["explore", "grow", "sense"]


def test_one_choice_of_several_is_shown_in_words(plan: Plan, member: User, lead: User) -> None:
    row = plan.rows("partners")[0]
    name, key = f"{row.pk}-is_new", row_key("partners", row.pk, "is_new")
    authoring.save(plan, {key: Change(None)}, actor=member)
    form = Form(lead, plan, "partners")
    authoring.save(plan, {key: Change(value=True)}, actor=member)

    form.press("save", **{name: "no"})

    texts = re.findall(r'class="conflict__text" dir="auto">(.*?)</div>', form.html)
    assert texts == ["Yes", "No"]
    assert f"both:{name}" not in form.html
    form.press(f"mine:{name}:")
    row.refresh_from_db()
    assert row.is_new is False


def test_ones_own_words_of_another_window_are_called_so(plan: Plan, member: User) -> None:
    form = both_write(plan, member, member)
    form.press("save", background=LEOS)
    assert "Stored by you in another window" in form.html
    assert ">Take the stored one</button>" in form.html


@pytest.mark.parametrize(
    "do",
    ["mine", "both:background", "theirs:background:x", "both:nothing:x", "mine:since:0",
     "theirs:csrfmiddlewaretoken:x", "mine:\x00:\x00"],
)  # fmt: skip
def test_nonsense_chooses_nothing(do: str, plan: Plan, member: User, lead: User) -> None:
    form = both_write(plan, member, lead)
    sent = form.values | {"background": LEOS, "do": do, "both-background": "[", "since": "9"}

    page = form.client.post(form.address, sent, follow=True)

    assert page.status_code == 200
    assert 'class="conflict"' in page.content.decode()
    assert background(plan) == MIRAS


@pytest.mark.parametrize("since", ["", "-1", "x", "9" * 30, "²"])
def test_without_knowing_what_both_began_with_nothing_is_lost(
    since: str, plan: Plan, member: User, lead: User
) -> None:
    form = both_write(plan, member, lead)
    form.values["base"] = [json.dumps(json.loads(form.values["base"][0]) | {"since": since})]
    form.press("save", background=LEOS)
    form.press("both:background:")
    assert background(plan) == f"{MIRAS} {LEOS}"


def test_a_conflict_while_typing_takes_few_queries(plan: Plan, member: User, lead: User) -> None:
    form = both_write(plan, member, lead)
    with CaptureQueriesContext(connection) as queries:
        form.types(background=LEOS)
    asked = [
        one["sql"]
        for one in queries
        if not one["sql"].startswith(("BEGIN", "SAVE", "RELE", "COMM"))
    ]
    assert len(asked) == 7


def test_an_empty_side_and_addresses() -> None:
    emptied = laid_out("background", TextField(), "", "Mine.")
    assert (emptied.sides.theirs, emptied.sides.mine) == ((), (Piece("Mine.", marked=True),))
    assert "both" not in emptied.inputs

    links = laid_out("address", AddressField(), "https://a.org", "https://b.org")
    assert "both" not in links.inputs  # of two addresses no third one can be made

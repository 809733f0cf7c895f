"""A closing reflection while it is written: saved by itself, by several people, nothing lost."""

from __future__ import annotations

import datetime as dt
import json
import re
from html import unescape
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client
from django.urls import reverse

from plans import clock, workflow
from plans.models import Plan, Reflection
from plans.states import Act

if TYPE_CHECKING:
    from tests.personas import Network

pytestmark = pytest.mark.django_db


@pytest.fixture
def approved(network: Network) -> Plan:
    """A plan whose cycle can be looked back on."""
    return network.plan("approved", title="Wells that answer")


class Writer:
    """Somebody with the form open."""

    def __init__(self, network: Network, persona: str, plan: Plan) -> None:
        self.client = Client()
        self.client.force_login(network[persona])
        self.address = reverse("plan_reflection", args=(plan.pk,))
        self._sees(self.client.get(self.address))

    def _sees(self, answer: Any) -> None:
        self.answer, self.page = answer, unescape(answer.content.decode())
        form = answer.context["form"]
        self.boxes = {name: form[name].value() or "" for name in form.fields if name != "base"}
        self.base = json.loads(form["base"].value())

    def types(self, **answers: str) -> Any:
        """Send these answers as the browser does while they are typed."""
        sent = {"do": "auto", "base": json.dumps(self.base), "only": json.dumps(list(answers))}
        answer = self.client.post(self.address, sent | answers)
        self.boxes |= answers
        if answer.status_code == 200:
            self.base |= answer.json()["base"]
        return answer

    def presses(self, do: str = "save", **answers: str) -> Any:
        """Type these answers and send the whole form, before it is saved by itself."""
        self.boxes |= answers
        sent = {"do": do, "base": json.dumps(self.base)}
        answer = self.client.post(self.address, self.boxes | sent)
        if answer.status_code != 302:
            self._sees(answer)
        return answer


def stored() -> Any:
    """The reflection as it is read."""
    return Reflection.objects.get().document


def test_what_is_typed_is_stored_and_confirmed(network: Network, approved: Plan) -> None:
    writer = Writer(network, "member", approved)
    question = approved.document.learning_questions[0].id

    answer = writer.types(
        **{
            "handover": "The office.\r\nIt pays.",
            f"outcome_{question}": "partly",
            "time_test": "9 %",
        }
    ).json()

    assert (answer["problems"], len(answer["base"])) == ({}, 3)
    assert re.fullmatch(r"\d\d:\d\d \(UTC\)", answer["at"])
    assert stored().handover == "The office.\nIt pays."
    assert stored().outcomes[0].outcome == "partly"
    assert stored().time_spent[0].share == "9"
    assert writer.types(handover="The office.").json()["problems"] == {}
    assert stored().handover == "The office."
    assert stored().time_spent[0].share == "9"


def test_two_write_in_it_at_a_time(network: Network, approved: Plan) -> None:
    member, lead = (Writer(network, one, approved) for one in ("member", "lead"))
    member.types(barriers="The rains.")
    lead.types(interplay="All of it.")
    pressed = member.presses(insight_1="Ask first.", methods="Walking")

    assert pressed.status_code == 302
    assert (stored().barriers, stored().interplay) == ("The rains.", "All of it.")
    assert (stored().insights, stored().methods) == (("Ask first.",), ("Walking",))


def test_the_same_answer_of_two_is_not_overwritten_until_one_has_seen_both(
    network: Network, approved: Plan
) -> None:
    member, lead = (Writer(network, one, approved) for one in ("member", "lead"))
    lead.types(handover="The lead's words.", links="https://example.org/")
    problems = member.types(handover="The member's words.", barriers="Rain.").json()["problems"]

    assert problems == {
        "handover": {
            "messages": [
                (
                    "Somebody else changed this while you were writing. "
                    "Your text is still here: press Save to see both."
                )
            ]
        }
    }
    assert (stored().handover, stored().barriers) == ("The lead's words.", "Rain.")
    assert member.presses("finish").status_code == 409
    assert "Somebody saved this reflection while you were writing. Nothing of" in member.page
    assert member.page.count("The lead's words.") == 1
    assert member.page.count("The member's words.") == 1
    assert 'data-unsaved="["handover"]"' in member.page
    assert "https://example.org/</textarea>" in member.page  # what only the other wrote
    assert (stored().handover, Reflection.objects.get().finished_at) == ("The lead's words.", None)
    member.presses(handover="Both words.")
    assert (stored().handover, stored().links) == ("Both words.", "https://example.org/")


def test_what_another_wrote_is_shown_also_where_the_own_text_cannot_be_stored(
    network: Network, approved: Plan
) -> None:
    member, lead = (Writer(network, one, approved) for one in ("member", "lead"))
    lead.types(time_sense="30", barriers="The rains.")
    told = member.types(time_sense="130").json()["problems"]["time_sense"]["messages"]
    assert told == [
        "Write a number from 0 to 100, such as 40: so many of each 100 hours.",
        (
            "Somebody else changed this while you were writing. "
            "Your text is still here: press Save to see both."
        ),
    ]
    assert member.presses(barriers="w" * 15_001).status_code == 409

    otherwise = [(box.name, words) for box, words in member.answer.context["otherwise"]]
    assert otherwise == [("time_sense", "30"), ("barriers", "The rains.")]


def test_what_another_chose_is_shown_in_words(network: Network, approved: Plan) -> None:
    outcome = f"outcome_{approved.document.learning_questions[0].id}"
    Writer(network, "member", approved).types(handover="The office.")
    member, lead = (Writer(network, one, approved) for one in ("member", "lead"))
    lead.types(**{outcome: "partly", "handover": ""})
    member.presses(**{outcome: "answered", "handover": "Another office."})

    assert [words for _box, words in member.answer.context["otherwise"]] == ["Answered in part", ""]
    _before, problems, panel = re.split('There are 2 problems|id="otherwise"', member.page)
    assert "Handover: Somebody else changed this" in problems
    assert panel.index("Question 1: was it answered?") < panel.index("Answered in part")
    assert panel.index("Handover") < panel.index("Nothing: it was taken away.")


def test_space_around_a_text_is_no_change(network: Network, approved: Plan) -> None:
    member = Writer(network, "member", approved)
    member.types(handover="The office.\r\n")
    Writer(network, "lead", approved).types(handover="The office pays.")

    assert member.presses().status_code == 302
    assert stored().handover == "The office pays."


def test_partners_nobody_had_planned_are_in_sight_once_there_is_one(
    network: Network, approved: Plan
) -> None:
    folded = '<details class="further-partners">'
    unfolded = '<details class="further-partners" open>'
    writer = Writer(network, "member", approved)
    assert folded in writer.page
    writer.types(further_2_account="Measured.")
    lead = Writer(network, "lead", approved)
    assert unfolded in lead.page

    writer.types(further_2_account="Measured on Mondays.")
    lead.presses(further_2_account="")
    assert unfolded in lead.page  # for what is wrong stands there


def test_boxes_keep_their_places_and_readers_see_no_empty_ones(
    network: Network, approved: Plan
) -> None:
    writer = Writer(network, "member", approved)
    school = {"further_2_name": "The school", "further_2_account": "Measured."}
    writer.types(insight_1="First.", insight_3="Third.", **school)
    answer = writer.types(insight_1="")
    again = writer.types(insight_3="The third.", further_2_account="Measured on Mondays.")

    assert (answer.json()["problems"], again.json()["problems"]) == ({}, {})
    assert stored().insights == ("The third.",)
    assert [(one.name, one.account) for one in stored().partners] == [
        ("The school", "Measured on Mondays.")
    ]
    page = Writer(network, "lead", approved).page
    assert re.search(r'name="insight_3"[^>]*>\s*The third\.</textarea>', page)


def test_a_valid_answer_is_stored_beside_one_that_is_not(network: Network, approved: Plan) -> None:
    writer = Writer(network, "member", approved)
    answer = writer.types(time_sense="101", handover="The office.").json()

    assert list(answer["base"]) == ["handover"]
    assert answer["problems"]["time_sense"]["messages"] == [
        "Write a number from 0 to 100, such as 40: so many of each 100 hours."
    ]
    assert (stored().handover, stored().time_spent) == ("The office.", ())


def test_shares_are_added_up_when_all_of_it_is_sent(network: Network, approved: Plan) -> None:
    writer = Writer(network, "member", approved)
    assert writer.types(time_sense="60").json()["problems"] == {}
    assert writer.types(time_grow="70").json()["problems"] == {}  # the other may go down next
    assert writer.presses("finish").status_code == 200

    assert "Together these shares are 130 of 100. Make them 100 or less." in writer.page
    assert Reflection.objects.get().finished_at is None
    assert writer.presses("finish", time_sense="30").status_code == 302


def test_a_published_one_is_changed_by_pressing_save_alone(
    network: Network, approved: Plan
) -> None:
    writer = Writer(network, "member", approved)
    writer.presses("finish", handover="The office.")
    answer = writer.types(handover="Half a sen")

    assert (answer.status_code, answer.json()) == (409, {"kind": "published"})
    assert stored().handover == "The office."
    writer = Writer(network, "member", approved)
    writer.presses(handover="Another office.")
    assert stored().handover == "Another office."


def test_a_plan_that_was_reopened_meanwhile_takes_nothing(network: Network, approved: Plan) -> None:
    writer = Writer(network, "member", approved)
    workflow.move(approved, Act.REOPEN, actor=network["reviewer"], note="Once more.")

    answer = writer.types(handover="Too late.")
    assert (answer.status_code, answer.json()) == (409, {"kind": "closed"})
    pressed = writer.presses(handover="Too late.")
    assert pressed.status_code == 409
    assert "Too late." in pressed.content.decode()
    assert Reflection.objects.count() == 0


@pytest.mark.parametrize(
    "only",
    ["", "nonsense", "{}", '["no_such_answer"]', '["base"]', "[" * 100_000],
    ids=["nothing", "words", "no list", "no answer", "no answer to write", "deep"],
)
@pytest.mark.parametrize("base", ["?", "[" * 100_000], ids=["words", "deep"])
def test_nonsense_stores_nothing(network: Network, approved: Plan, only: str, base: str) -> None:
    writer = Writer(network, "member", approved)
    answer = writer.client.post(
        writer.address, {"do": "auto", "base": base, "only": only, "handover": "X"}
    )
    assert (answer.status_code, answer.json()["base"]) == (200, {})
    assert Reflection.objects.count() == 0


def test_a_script_is_answered_with_the_form_alone(network: Network, approved: Plan) -> None:
    writer = Writer(network, "member", approved)
    asked = {"HX-Request": "true"}

    refused = writer.client.post(writer.address, {"time_sense": "x"}, headers=asked)
    published = writer.client.post(writer.address, {"do": "finish"}, headers=asked)

    assert refused.content.decode().lstrip().startswith('<div id="messages" hx-swap-oob')
    assert published.headers["HX-Redirect"] == approved.get_absolute_url()


def earlier(plan: Plan, network: Network, persona: str = "member") -> list[tuple[str, list[Any]]]:
    """What the page tells of earlier texts: who wrote them, and which answers differ."""
    client = Client()
    client.force_login(network[persona])
    page = client.get(reverse("plan_reflection_earlier", args=(plan.pk,)))
    return [(one.written_by.name, answers) for one, answers in page.context["told"]]


def test_what_somebody_writes_over_or_takes_out_is_kept(network: Network, approved: Plan) -> None:
    first = "The water office, which pays the drillers."
    member = Writer(network, "member", approved)
    member.types(handover="The water")
    member.types(handover=first, insight_1="Ask.")
    assert earlier(approved, network) == []
    member.types(handover="N")
    assert earlier(approved, network) == [("Mira Member", [("Handover", first)])]
    member.types(handover="Nobody.")
    lead = Writer(network, "lead", approved)
    lead.types(barriers="Rain.")  # takes nothing from anybody
    member.types(links="https://example.org/")
    assert len(earlier(approved, network)) == 1
    lead.types(insight_1="Listen.")

    assert earlier(approved, network, "lead") == [
        ("Mira Member", [("Insight 1", "Ask.")]),
        ("Mira Member", [("Insight 1", "Ask."), ("Handover", first)]),
    ]


@pytest.mark.parametrize(("minutes", "kept"), [(9, 0), (11, 1)])
def test_one_piece_of_writing_ends_after_ten_minutes(
    network: Network, approved: Plan, minutes: int, kept: int
) -> None:
    writer = Writer(network, "member", approved)
    writer.types(handover="The office.")
    with clock.at(clock.now() + dt.timedelta(minutes=minutes)):
        writer.types(handover="Nobody.")
        assert len(earlier(approved, network)) == kept

"""Whose answers are shown beside a question, in what order, and what is said without any."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING, Any

import pytest
from django.urls import reverse

from plans import authoring
from plans.authoring import Change
from plans.diff import TEXTS
from plans.models import Cycle, Plan, Question, Sdg
from plans.sections import SECTION
from plans.similarity import COMPARED, Other, answers_like
from tests.factories import CycleFactory, SdgFactory, ThematicAreaFactory

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client
    from pytest_django import DjangoAssertNumQueries

    from accounts.models import User
    from plans.models import ThematicArea
    from tests.personas import Network


@pytest.fixture
def theme() -> Callable[[str], ThematicArea]:
    """A theme by its name, made when it is first asked for."""
    made: dict[str, ThematicArea] = {}

    def named(name: str) -> ThematicArea:
        if name not in made:
            made[name] = ThematicAreaFactory.create(name=name)
        return made[name]

    return named


@pytest.fixture
def plan(network: Network) -> Plan:
    """The draft beside whose questions answers are shown."""
    return network.plan("draft", title="Ours")


@pytest.fixture
def other(network: Network, theme: Any) -> Callable[..., Plan]:
    """An approved plan of another lab: ``other("A", themes=["Rivers"], goals=[6])``."""

    def make(
        title: str, *, themes: list[str], goals: list[int] | None = None, **extra: Any
    ) -> Plan:
        writer = extra.pop("writer", network["other_member"])
        lab = extra.pop("lab", network.other_lab)
        cycle = extra.pop("cycle", None) or CycleFactory.create()
        changes: dict[str, Any] = {key: Change(value) for key, value in extra.items()}
        made = network.plan("draft", title=title, lab=lab, writer=writer, cycle=cycle)
        changes["thematic_areas"] = Change([theme(name) for name in themes])
        changes["sdgs"] = Change([goal(number) for number in goals or []])
        authoring.save(made, changes, actor=writer)
        Plan.objects.filter(pk=made.pk).update(state="approved")
        return Plan.objects.get(pk=made.pk)

    return make


def goal(number: int) -> Any:
    """A goal by its number."""
    return Sdg.objects.filter(number=number).first() or SdgFactory.create(number=number)


def about(plan: Plan, user: User, *, themes: list[Any], goals: list[int]) -> None:
    """Say what the plan is about."""
    changes = {
        "thematic_areas": Change(themes),
        "sdgs": Change([goal(number) for number in goals]),
    }
    authoring.save(plan, changes, actor=user)


def found(plan: Plan, user: User, place: str = "challenge.background") -> list[Other]:
    """The answers shown beside a question."""
    stored = Plan.objects.with_document().get(pk=plan.pk)
    section, _dot, field = place.partition(".")
    return answers_like(stored, section, field, user=user)


def titles(plan: Plan, user: User, place: str = "challenge.background") -> list[str]:
    """Whose they are, in order."""
    return [str(one.plan) for one in found(plan, user, place)]


# -- who is near -----------------------------------------------------------------------------------


def test_a_rare_theme_counts_more_than_two_that_many_have(
    plan: Plan, member: User, theme: Any, other: Any
) -> None:
    about(plan, member, themes=[theme(name) for name in ("Rare", "Common", "Usual")], goals=[6])
    other("Common and usual", themes=["Common", "Usual"])
    other("Common", themes=["Common"], goals=[6])
    other("Rare", themes=["Rare"])
    for number in range(3):
        other(f"Usual {number}", themes=["Usual", "Common"], background="")

    assert titles(plan, member) == ["Rare", "Common and usual", "Common"]


def test_of_equally_near_ones_shared_goals_decide_and_then_the_newest(
    plan: Plan, member: User, theme: Any, other: Any
) -> None:
    about(plan, member, themes=[theme("Rivers")], goals=[6, 13])
    years = [Cycle.objects.get_or_create(year=year, quarter=1, defaults=_open())[0]
             for year in (2041, 2042)]  # fmt: skip
    other("Older", themes=["Rivers"], cycle=years[0])
    other("Newer", themes=["Rivers"], cycle=years[1])
    other("Two goals", themes=["Rivers"], goals=[6, 13], cycle=years[0])

    assert titles(plan, member) == ["Two goals", "Newer", "Older"]


def _open() -> dict[str, Any]:
    cycle = CycleFactory.build()
    return {"opens_at": cycle.opens_at, "closes_at": cycle.closes_at}


def test_without_shared_themes_shared_goals_will_do_and_without_both_nobody_is_near(
    plan: Plan, member: User, theme: Any, other: Any
) -> None:
    about(plan, member, themes=[theme("Rivers")], goals=[6, 13])
    other("Two goals", themes=[], goals=[6, 13])
    other("One goal", themes=[], goals=[6, 1])
    other("Rivers", themes=["Rivers"])
    other("Nothing in common", themes=["Buses"], goals=[11])

    assert titles(plan, member) == ["Rivers", "Two goals", "One goal"]


def test_three_are_enough(plan: Plan, member: User, theme: Any, other: Any) -> None:
    about(plan, member, themes=[theme("Rivers")], goals=[])
    for number in range(4):
        other(f"Plan {number}", themes=["Rivers"])

    assert titles(plan, member) == ["Plan 3", "Plan 2", "Plan 1"]


def test_only_what_everybody_may_read_of_other_labs_is_shown(
    network: Network, plan: Plan, member: User, theme: Any, other: Any
) -> None:
    about(plan, member, themes=[theme("Rivers")], goals=[])
    other("Ours, too", themes=["Rivers"], lab=network.lab, writer=member)
    for state in ("draft", "submitted", "changes_requested", "withdrawn"):
        hidden = other(state, themes=["Rivers"])
        slot = None if state == "withdrawn" else hidden.slot
        Plan.objects.filter(pk=hidden.pk).update(state=state, slot=slot)
    archived = other("Archived", themes=["Rivers"])
    Plan.objects.filter(pk=archived.pk).update(state="archived", slot=None)

    assert titles(plan, member) == ["Archived"]


def test_the_plan_it_was_copied_from_is_not_shown_again(
    network: Network, member: User, theme: Any, other: Any
) -> None:
    source = other("Theirs", themes=["Rivers"])
    other("Another", themes=["Rivers"])
    copy = authoring.copy(source, network.lab, network.cycle, actor=member).plan

    assert titles(copy, member) == ["Another"]


# -- what is shown ---------------------------------------------------------------------------------


def test_an_answer_comes_with_its_words_and_what_is_shared(
    plan: Plan, member: User, theme: Any, other: Any
) -> None:
    about(plan, member, themes=[theme("Rivers"), theme("Fish")], goals=[])
    theirs = other("Theirs", themes=["Fish", "Buses", "Rivers"], background="Dry.")

    assert found(plan, member) == [Other(theirs, "Dry.", "", ["Fish", "Rivers"])]


@pytest.mark.parametrize(
    ("place", "words", "told_with"),
    [
        ("evidence.text", "Levels fell by 4 m in 2 years.", ""),
        ("partners.description", "They read the gauges.", "Water users' association"),
        ("learning.question", "Do shared readings change how much is pumped?", ""),
        ("learning.usage", "Diaries, then a trial in two villages.",
         "Do shared readings change how much is pumped?"),
    ],
)  # fmt: skip
def test_of_rows_the_first_with_an_answer_is_shown(
    network: Network, plan: Plan, member: User, theme: Any, other: Any,
    place: str, words: str, told_with: str,
) -> None:  # fmt: skip
    about(plan, member, themes=[theme("Rivers")], goals=[])
    theirs = other("Theirs", themes=["Rivers"])
    group = SECTION[place.partition(".")[0]].group
    assert group is not None
    Plan.objects.filter(pk=theirs.pk).update(state="draft")
    empty: Any = authoring.add_row(theirs, group.key, actor=network["other_member"])
    authoring.move_row(theirs, group.key, empty.pk, 1, actor=network["other_member"])
    Plan.objects.filter(pk=theirs.pk).update(state="approved")

    (one,) = found(plan, member, place)

    assert (one.words, one.about) == (words, told_with)


def test_who_did_not_answer_is_not_shown(plan: Plan, member: User, theme: Any, other: Any) -> None:
    about(plan, member, themes=[theme("Rivers")], goals=[])
    other("Silent", themes=["Rivers"], background="")

    assert titles(plan, member) == []
    assert titles(plan, member, "challenge.summary") == ["Silent"]


def test_every_question_answered_in_words_is_compared() -> None:
    """Names, titles, links and what pictures show are nobody's to learn from."""
    asked = {
        (key, field.key)
        for key, section in SECTION.items()
        for field in (*section.fields, *(section.group.fields if section.group else ()))
        if field.key in TEXTS - {"title", "name", "address", "alternative", "caption"}
    }

    assert {(section, field) for section, fields in COMPARED.items() for field in fields} == asked


@pytest.mark.parametrize("many", [1, 30])
def test_it_takes_three_queries_at_most(
    plan: Plan, member: User, theme: Any, other: Any, many: int,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:  # fmt: skip
    about(plan, member, themes=[theme("Rivers")], goals=[6])
    first = other("Plan", themes=["Rivers"], goals=[6])
    Plan.objects.bulk_create(
        Plan(
            lab=first.lab, cycle=CycleFactory.create(), state="approved", title=f"Plan {number}",
            challenge_type="big_bet", slot=1, created_by=first.created_by, background="Dry.",
        )
        for number in range(many - 1)
    )  # fmt: skip
    through = Plan.thematic_areas.through
    through.objects.bulk_create(
        through(plan=one, term=theme("Rivers"), words="Rivers")
        for one in Plan.objects.filter(challenge_type="big_bet")
    )
    stored = Plan.objects.with_document().get(pk=plan.pk)
    assert stored.gathered["goals"]

    with django_assert_max_num_queries(3):
        assert len(answers_like(stored, "challenge", "background", user=member)) == min(many, 3)


# -- the pages -------------------------------------------------------------------------------------


def page(client: Client, user: User, address: str, **headers: str) -> str:
    """The text of what this person gets at an address, in one line."""
    client.force_login(user)
    answer = client.get(address, headers=headers)
    assert answer.status_code == 200
    html = answer.content.decode()
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", html.partition("<main")[2] or html)).split())


def address_of(plan: Plan, place: str = "challenge.background") -> str:
    """Where the answers of others to a question are."""
    return reverse("plan_others", args=(plan.pk, *place.split(".")))


def test_the_form_leads_there_from_every_compared_question(
    client: Client, plan: Plan, member: User
) -> None:
    client.force_login(member)
    led = {}
    for key in SECTION:
        html = client.get(reverse("plan_section", args=(plan.pk, key))).content.decode()
        led[key] = tuple(re.findall(r'href="[^"]*/others/(\w+)/"', html))

    assert {key: fields for key, fields in led.items() if fields} == COMPARED


def test_beside_the_question_it_is_a_fragment_and_else_a_page(
    client: Client, plan: Plan, member: User, theme: Any, other: Any
) -> None:
    Question.objects.create(section="challenge", field="background", label="The story")
    about(plan, member, themes=[theme("Rivers")], goals=[])
    other("Theirs", themes=["Rivers"], background="Dry <b>years</b>.\n\nMore.")

    shown = "How others answered Theirs Neighbours, 2"
    fragment = page(client, member, address_of(plan), **{"HX-Request": "true"})
    whole = page(client, member, address_of(plan))

    assert fragment.startswith(shown)
    assert "Dry <b>years</b>. More. Also about: Rivers" in fragment
    assert "The story Answers of approved and archived plans of other labs" in whole
    assert shown in whole


def test_where_nothing_is_found_it_says_what_would_help(
    client: Client, plan: Plan, member: User, theme: Any
) -> None:
    about(plan, member, themes=[theme("Rivers")], goals=[])
    told = page(client, member, address_of(plan))
    assert "No plan that was approved in another lab shares a theme or a goal with yours" in told

    about(plan, member, themes=[], goals=[])
    told = page(client, member, address_of(plan))
    assert "No plan with an answer to this was approved in another lab yet." in told


def test_before_themes_and_goals_are_chosen_the_newest_are_shown_the_own_region_first(
    client: Client, network: Network, plan: Plan, member: User, other: Any
) -> None:
    about(plan, member, themes=[], goals=[])
    far: dict[str, Any] = {"lab": network.far_lab, "writer": network["other_region_member"]}
    for number in range(3):
        other(f"Far {number}", themes=[], background=f"Far away {number}.", **far)
    other("Near", themes=[], background="Next door.")

    html = page(client, member, address_of(plan))

    assert re.findall(r"Far away \d|Next door", html) == ["Next door", "Far away 2", "Far away 1"]
    assert "Once you have chosen themes and goals, they are nearer to your plan." in html


@pytest.mark.parametrize(
    "place", ["challenge.title", "title.title", "nowhere.background", "partners.name"]
)
def test_other_questions_have_no_such_page(
    client: Client, plan: Plan, member: User, place: str
) -> None:
    client.force_login(member)

    assert client.get(address_of(plan, place)).status_code == 404

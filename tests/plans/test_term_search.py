"""Terms near to what is typed: what is found, in which order, with what use; and proposing."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING, Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils.html import strip_tags
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from plans import authoring, lookup, merging, taxonomies
from plans.authoring import Change
from plans.models import DataSource, Organisation, Plan, Sdg, TermStatus, ThematicArea
from plans.models.taxonomy import TERM_LENGTH
from tests.factories import (
    CycleFactory,
    DataSourceFactory,
    MethodFactory,
    SdgFactory,
    ThematicAreaFactory,
)

if TYPE_CHECKING:
    from accounts.models import User
    from tests.personas import Network


LOOKED_AT = "An administrator will look at it. You can go on and hand in the plan."


def theme(name: str, *aliases: str, status: TermStatus = TermStatus.IN_USE) -> ThematicArea:
    """A theme with its other spellings."""
    made: ThematicArea = ThematicAreaFactory.create(name=name, aliases=list(aliases), status=status)
    return made


def found(typed: str) -> list[str]:
    """The names of the themes near to what was typed, best first."""
    return [one.term.name for one in lookup.near(ThematicArea, typed)]


def a_plan(network: Network, state: str, *terms: ThematicArea) -> Plan:
    """A plan that has exactly these themes, brought into that state."""
    plan = network.plan(state, cycle=CycleFactory.create())
    plan.thematic_areas.through._default_manager.filter(plan=plan).delete()
    authoring.saving.write_choices(plan, "thematic_areas", dict.fromkeys(terms, ""))
    return plan


# -- what is near ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "typed",
    [
        "co-creation",
        "co creation",
        "Cocreation",
        "  CO CREATION ",
        "co‑creation",
        "co-créat",
        "coc",
    ],
)
def test_co_creation_is_found_however_it_is_written(network: Network, typed: str) -> None:
    theme("Co-creation")
    theme("Recreation and sports")
    theme("Energy access")

    assert found(typed)[0] == "Co-creation"


def test_what_is_found_says_how_much_it_is_used_and_whether_it_was_meant(network: Network) -> None:
    created = theme("Co-creation")
    for _number in range(3):
        a_plan(network, "approved", created)

    exact, beginning = (lookup.near(ThematicArea, typed)[0] for typed in ("co creation", "co cre"))

    assert [exact, beginning] == [
        lookup.Near(term=created, uses=3, meant=True),
        lookup.Near(term=created, uses=3, meant=False),
    ]


@pytest.mark.parametrize(
    ("typed", "also"),
    [
        ("agtech", "AgTech"),
        ("agtec", "AgTech"),
        ("tecnologia agricola", "Tecnología agrícola"),
        ("agrícola", "Tecnología agrícola"),
        ("сельское", "Сельское хозяйство"),
    ],
)
def test_a_term_is_found_by_another_spelling_which_is_then_told(
    network: Network, typed: str, also: str
) -> None:
    theme("Agricultural technology", "AgTech", "Tecnología agrícola", "Сельское хозяйство")

    assert [(one.term.name, one.also) for one in lookup.near(ThematicArea, typed)] == [
        ("Agricultural technology", also)
    ]


def test_found_by_its_name_no_other_spelling_is_told(network: Network) -> None:
    theme("Water", "Water supply")

    assert [one.also for one in lookup.near(ThematicArea, "water")] == [""]


@pytest.mark.parametrize(
    "typed", ["watter managment", "watr", "waterr", "managemnt", "warter managing"]
)
def test_typing_errors_are_forgiven(network: Network, typed: str) -> None:
    theme("Water management")
    theme("Digital finance")

    assert found(typed) == ["Water management"]


def test_the_best_comes_first(network: Network) -> None:
    theme("Rain and water")
    theme("Drinkwaters")
    theme("Fog", "Water from fog")
    theme("Rivers", "Water")
    theme("Waterways")
    theme("Wader birds")

    assert found("water") == [
        "Rivers",  # called so, by another spelling
        "Waterways",  # begins so
        "Fog",  # a spelling begins so
        "Rain and water",  # a word begins so
        "Drinkwaters",  # holds it
    ]


def test_of_two_as_near_the_one_in_use_comes_before_the_one_proposed(network: Network) -> None:
    theme("Water a", status=TermStatus.PROPOSED)
    theme("Water b")

    shown = lookup.near(ThematicArea, "water")

    assert [(one.term.name, one.is_proposed) for one in shown] == [
        ("Water b", False),
        ("Water a", True),
    ]


def test_every_word_is_looked_for_in_whatever_order(network: Network) -> None:
    theme("Access to clean water")
    theme("Access to finance")

    assert found("water access")[0] == "Access to clean water"


def test_no_more_are_answered_than_a_list_holds(network: Network) -> None:
    for number in range(lookup.NEAR + 4):
        theme(f"Water {number}")

    assert len(found("water")) == lookup.NEAR


def test_a_vocabulary_does_not_find_anothers_terms(network: Network) -> None:
    MethodFactory.create(name="Water diaries")
    DataSourceFactory.create(name="Water meters", aliases=["Meters"])

    assert found("water") == []
    assert [str(one.term) for one in lookup.near(DataSource, "meters")] == ["Water meters"]


def test_retired_terms_are_not_found_and_merged_ones_lead_on(
    network: Network, taxonomy_manager: User
) -> None:
    water, waters = theme("Water"), theme("Hydrology")
    theme("Hydroponics", status=TermStatus.RETIRED)
    merging.merge([waters], water, actor=taxonomy_manager)

    shown = lookup.near(ThematicArea, "hydro")

    assert [(one.term.name, one.also) for one in shown] == [("Water", "Hydrology")]


# -- how much it is used ---------------------------------------------------------------------------


def test_only_plans_that_everybody_may_read_are_counted(network: Network) -> None:
    water = theme("Wetlands")
    used = {}
    for state in ("draft", "withdrawn", "submitted", "changes_requested", "approved", "archived"):
        a_plan(network, state, water)
        used[state] = lookup.near(ThematicArea, "wetlands")[0].uses

    assert used == {
        "draft": 0,
        "withdrawn": 0,
        "submitted": 0,
        "changes_requested": 0,
        "approved": 1,
        "archived": 2,
    }


def test_the_whole_list_counts_the_same(network: Network) -> None:
    wetlands, bogs = theme("Wetlands"), theme("Bogs")
    theme("Swamps", status=TermStatus.RETIRED)
    a_plan(network, "draft", wetlands, bogs)
    a_plan(network, "approved", wetlands)

    listed = lookup.living(ThematicArea).filter(name__in=("Wetlands", "Bogs", "Swamps"))

    assert [(term.name, term.uses) for term in listed] == [("Bogs", 0), ("Wetlands", 1)]


# -- nonsense --------------------------------------------------------------------------------------

NONSENSE = [
    "",
    "   ",
    "\x00",
    "!!! --- ???",
    "%_\\%",
    "'; DROP TABLE plans_plan; --",
    "[[[((*+?\\",
    "\\m\\y\\Z",
    "\u202e\u200b\ufeff",
    "😀😀😀",
    "\ud83d",
    "a",
    "x" * 5000,
    "wörd " * 900,
    "水" * 300,
    "ﷺ" * 300,
]


@pytest.mark.parametrize("typed", NONSENSE)
@pytest.mark.parametrize("vocabulary", ["thematic_areas", "organisations", "sdgs"])
def test_nonsense_finds_nothing_and_breaks_nothing(
    network: Network, vocabulary: str, typed: str
) -> None:
    theme("Water")
    client = Client()
    client.force_login(network.people["member"])
    query = {"q": typed.encode("utf-8", "surrogatepass")}

    answers = [
        client.get(reverse(name, args=(vocabulary,)), query) for name in ("terms", "terms_near")
    ]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert b"data-value" not in answers[1].content


@given(typed=st.text(max_size=60))
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
def test_whatever_is_typed_is_answered(network: Network, typed: str) -> None:
    ThematicArea.objects.get_or_create(name="Water (drinking)", aliases=["H₂O", "c.++"])

    assert len(lookup.near(ThematicArea, typed)) <= 1


def test_a_zero_byte_in_the_middle_of_a_word_is_not_there(network: Network) -> None:
    theme("Water")

    assert found("wa\x00ter") == ["Water"]


@pytest.mark.parametrize("typed", ["water\x00", "q\x00"])
def test_a_page_number_or_words_with_a_zero_byte_are_answered(network: Network, typed: str) -> None:
    client = Client()
    client.force_login(network.people["member"])
    pages = ["0", "-1", "99999999999999999999", "two", typed]
    address = reverse("terms", args=("thematic_areas",))

    assert [client.get(address, {"page": page}).status_code for page in pages] == [200] * 5


# -- the options of a list, and whole lists --------------------------------------------------------


class Reader:
    """Somebody who asks for terms."""

    def __init__(self, user: User) -> None:
        self.client = Client()
        self.client.force_login(user)

    def options(self, typed: str, vocabulary: str = "thematic_areas") -> list[str]:
        """The list below an input, in words."""
        answer = self.client.get(reverse("terms_near", args=(vocabulary,)), {"q": typed})
        options = unescape(answer.content.decode()).split("</li>")[:-1]
        return [" ".join(strip_tags(option).split()) for option in options]

    def page(self, vocabulary: str, query: str = "") -> str:
        """A whole vocabulary, or what was found in it, in words."""
        answer = self.client.get(reverse("terms", args=(vocabulary,)) + query)
        return " ".join(unescape(strip_tags(answer.content.decode())).split())


@pytest.fixture
def reader(network: Network) -> Reader:
    """A member of a lab."""
    cache.clear()
    return Reader(network.people["member"])


def test_near_ones_come_with_their_use_before_a_new_one_is_offered(
    network: Network, reader: Reader
) -> None:
    a_plan(network, "approved", theme("Co-creation", "Codesign"))
    theme("Recreation", status=TermStatus.PROPOSED)

    assert reader.options("creation") == [
        "Co-creation in 1 plan",
        "Recreation in no plan yet · proposed",
        f"Propose “creation” as new {LOOKED_AT}",
    ]


def test_what_has_a_name_already_is_not_offered_as_new(network: Network, reader: Reader) -> None:
    theme("Co-creation", "Codesign")

    assert reader.options("co creation") == ["Co-creation in no plan yet"]
    assert reader.options("co design") == ["Co-creation also called “Codesign” in no plan yet"]


@pytest.mark.parametrize("typed", ["!!!", "x" * (TERM_LENGTH + 1)])
def test_what_can_be_no_name_is_not_offered(network: Network, reader: Reader, typed: str) -> None:
    assert reader.options(typed) == []


def test_a_closed_vocabulary_offers_nothing_new(network: Network, reader: Reader) -> None:
    MethodFactory.create(name="Prototyping")

    assert reader.options("prototype", "methods") == ["Prototyping in no plan yet"]
    assert reader.options("horoscopes", "methods") == []


def test_what_is_typed_is_shown_and_not_obeyed(network: Network, reader: Reader) -> None:
    answer = reader.client.get(
        reverse("terms_near", args=("thematic_areas",)), {"q": '<b onclick="x">"new"'}
    )

    assert b"<b onclick" not in answer.content
    assert 'Propose “<b onclick="x">"new"” as new' in unescape(answer.content.decode())


def test_a_goal_is_found_by_its_number_in_the_boxes(network: Network, reader: Reader) -> None:
    SdgFactory.create(number=13, name="Climate action")
    answer = reader.client.get(reverse("terms_near", args=("sdgs",)), {"q": "climat"})

    assert 'data-value="13"' in answer.content.decode()
    assert Sdg.objects.get(number=13).pk != 13


def test_a_whole_list_tells_other_spellings_and_use(network: Network, reader: Reader) -> None:
    a_plan(network, "approved", theme("Bogs", "Mires", "Fens"))

    assert "1 in all" not in reader.page("thematic_areas")
    assert "Bogs also called Mires, Fens in 1 plan" in reader.page("thematic_areas")


def test_long_lists_are_paged(network: Network, reader: Reader) -> None:
    ThematicArea.objects.bulk_create(ThematicArea(name=f"Topic {n:03}") for n in range(105))

    first, second = reader.page("thematic_areas"), reader.page("thematic_areas", "?page=2")

    assert ("Topic 000" in first, "Topic 104" in first) == (True, False)
    assert ("Topic 000" in second, "Topic 104" in second) == (False, True)


def test_an_empty_list_and_nothing_found_say_what_to_do(network: Network, reader: Reader) -> None:
    assert Organisation.objects.count() == 0

    assert "Entries appear here once plans name them." in reader.page("organisations")
    assert "Try another word, or only its beginning." in reader.page("organisations", "?q=zzz")


# -- typed into the form ---------------------------------------------------------------------------


class Writer(Reader):
    """Somebody with the form of the themes open, whose browser runs no scripts."""

    def __init__(self, user: User, plan: Plan) -> None:
        super().__init__(user)
        self.plan = plan
        self.address = reverse("plan_section", args=(plan.pk, "classification"))

    def sends(self, words: str, do: str, **more: Any) -> str:
        """The page after a button, in words."""
        chosen = [str(term.pk) for term in self.chosen()]
        form = self.client.get(self.address).content.decode()
        base = re.search(r'name="base" value="([^"]*)"', form)
        assert base is not None
        data = {
            "base": unescape(base[1]),
            "thematic_areas": chosen,
            "sdgs": ["6"],
            "thematic_areas_new": words,
            "do": do,
        }
        answer = self.client.post(self.address, data | more, follow=True)
        assert answer.status_code == 200
        return " ".join(unescape(strip_tags(answer.content.decode())).split())

    def chosen(self) -> list[Any]:
        """The themes that are stored."""
        plan = Plan.objects.get(pk=self.plan.pk)
        return list(authoring.chosen_terms(plan, "thematic_areas"))


@pytest.fixture
def writer(network: Network) -> Writer:
    """The writer of a draft that has no theme yet."""
    plan = network.plan()
    authoring.save(plan, {"thematic_areas": Change([])}, actor=network["member"])
    return Writer(network.people["member"], plan)


@pytest.mark.parametrize("do", ["save", "choose:thematic_areas"])
def test_a_typed_spelling_is_added_as_the_term_it_means(writer: Writer, do: str) -> None:
    term = theme("Co-creation", "Codesign")

    page = writer.sends("co design", do)

    assert writer.chosen() == [term]
    assert "“co design” was added as “Co-creation”." in page


def test_unknown_words_show_the_near_ones_and_nothing_is_proposed_yet(
    writer: Writer, network: Network
) -> None:
    a_plan(network, "approved", theme("Co-creation"))
    before = ThematicArea.objects.count()

    page = writer.sends("creation", "choose:thematic_areas")

    assert "“creation” is not in the list yet. Nothing is added so far: choose one" in page
    assert page.index("Perhaps you mean one of these? Co-creation in 1 plan Use this one") < (
        page.index("Propose “creation” as new")
    )
    assert (writer.chosen(), ThematicArea.objects.count()) == ([], before)


def test_a_near_one_is_taken_instead(writer: Writer) -> None:
    term = theme("Co-creation")

    page = writer.sends("creation", f"use:thematic_areas:{term.pk}")

    assert writer.chosen() == [term]
    assert "“Co-creation” was added." in page


def test_proposing_adds_a_new_term_under_ones_name_and_says_what_happens(
    writer: Writer, member: User
) -> None:
    page = writer.sends("  Fog   harvesting ", "propose:thematic_areas")

    [term] = writer.chosen()
    assert (term.name, term.status, term.proposed_by) == (
        "Fog harvesting",
        TermStatus.PROPOSED,
        member,
    )
    assert "“Fog harvesting” was added. It is new: an administrator will look at it." in page


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("", "Write the new term first."),
        ("\x00", "Write the new term first."),
        ("!!!", "Write a name with letters or numbers."),
        ("x" * 201, "A name has at most 200 characters; this one has 201."),
    ],
)
def test_what_cannot_be_proposed_is_refused_beside_the_input(
    writer: Writer, words: str, sentence: str
) -> None:
    before = ThematicArea.objects.count()

    assert sentence in writer.sends(words, "propose:thematic_areas")
    assert ThematicArea.objects.count() == before


@pytest.mark.parametrize(
    "do",
    [
        "use:thematic_areas:nonsense",
        "use:thematic_areas:99999999999999999999999",
        "use:thematic_areas:0",
        "use:thematic_areas",
        "use:",
        "propose:methods",
        "propose:users",
        "choose:data_sources",
        "propose:",
    ],
)
def test_a_button_that_nobody_made_proposes_nothing(writer: Writer, do: str) -> None:
    before = (ThematicArea.objects.count(), DataSource.objects.count())

    page = writer.sends("Fog", do)

    assert "“Fog” is not in the list yet." in page
    assert (ThematicArea.objects.count(), DataSource.objects.count()) == before


def test_a_retired_term_is_not_added_and_the_words_stay(writer: Writer) -> None:
    theme("Fax machines", status=TermStatus.RETIRED)

    page = writer.sends("fax machines", "choose:thematic_areas")

    assert "“Fax machines” is not used any more. Choose another one from the list." in page
    assert writer.chosen() == []


def test_a_merged_term_is_added_as_the_one_it_became(
    writer: Writer, taxonomy_manager: User
) -> None:
    water, wells = theme("Wet water"), theme("Old wells")
    merging.merge([wells], water, actor=taxonomy_manager)

    assert "“old wells” was added as “Wet water”." in writer.sends(
        "old wells", "choose:thematic_areas"
    )
    assert writer.chosen() == [water]


def test_a_sixth_theme_is_refused_and_stays_typed(writer: Writer, network: Network) -> None:
    five = [theme(f"Topic {number}") for number in range(5)]
    authoring.save(writer.plan, {"thematic_areas": Change(five)}, actor=network["member"])
    theme("Wetlands")

    page = writer.sends("Wetlands", "choose:thematic_areas")

    assert "Choose at most 5: take 1 away." in page
    assert "5 of 5 chosen. To choose another, take one away first." in page
    assert writer.chosen() == five


def test_the_limit_is_told_before_it_is_hit(writer: Writer, network: Network) -> None:
    said = []
    for number in (0, 1, 4, 5):
        terms = [
            taxonomies.find_or_propose(ThematicArea, f"T{n}", actor=None) for n in range(number)
        ]
        authoring.save(writer.plan, {"thematic_areas": Change(terms)}, actor=network["member"])
        page = writer.client.get(writer.address).content.decode()
        line = page.split('id="id_thematic_areas_limit"')[1].split(">", 1)[1].split("<")[0]
        said.append(line)

    assert said == [
        "Choose 1 to 5.",
        "1 of 5 chosen. There is room for 4 more.",
        "4 of 5 chosen. There is room for 1 more.",
        "5 of 5 chosen. To choose another, take one away first.",
    ]

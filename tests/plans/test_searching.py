"""What the database keeps for the search, how a search is read, and what an address narrows to."""

from __future__ import annotations

import re
import uuid
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.http import QueryDict
from django.urls import reverse
from django.utils.http import urlencode

from accounts.models import Lab
from plans import merging
from plans.models import (
    LearningQuestion,
    Partner,
    Plan,
    PlanThematicArea,
    Reflection,
    SearchText,
    ThematicArea,
)
from plans.search.context import contexts
from plans.search.mending import mended
from plans.search.selection import LibraryFilter
from plans.search.words import Clause, Unit, read
from tests.factories import ThematicAreaFactory

if TYPE_CHECKING:
    from django.test import Client
    from pytest_django import DjangoAssertNumQueries

    from tests.personas import Network


def titles(query: str) -> list[str]:
    """The titles of what an address finds among all plans, in order."""
    found = LibraryFilter(QueryDict(query), Plan.objects.all())
    return list(found.qs.values_list("title", flat=True))


def sql(statement: str, *given: Any) -> None:
    """Do something by hand, past everything of ours but the database."""
    with connection.cursor() as cursor:
        cursor.execute(statement, given)


def folded(words: str) -> str:
    """The words as the database folds them, one space between."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT search_words(%s)", [words])
        return " ".join(cursor.fetchone()[0].split())


@pytest.mark.parametrize(
    ("written", "language"),
    [
        ("Water for the town, and who brings it to the houses", "en"),
        ("De l'eau pour la ville et pour les maisons des gens", "fr"),
        ("El agua de la ciudad y los que la llevan por las calles", "es"),
        ("A água da cidade não chega aos bairros, e os camiões são caros", "pt"),
        ("Улаанбаатар хотын өвлийн утааг бууруулах", "mn"),
        ("Чистая вода для сельских школ", "ru"),
        ("الطاقة المتجددة في قرى الساحل", "ar"),
        ("社区可再生能源", "zh"),
        ("地域の再生可能エネルギー", "ja"),
        ("Phòng khám nổi cho người dân trên sông và các cù lao", "vi"),
        ("Mangrove honey", ""),
    ],
)
def test_the_language_of_a_plan_is_told_from_its_words(
    network: Network, written: str, language: str
) -> None:
    texts = dict.fromkeys(("challenge_statement", "background", "value_proposition"), "")
    plan = network.plan("draft")
    plan.evidence.all().delete()
    plan.partners.all().delete()
    plan.learning_questions.all().delete()
    Plan.objects.filter(pk=plan.pk).update(**texts, summary="", early_leads="", title=written)

    assert SearchText.objects.get(pk=plan.pk).language == language


def test_words_are_folded_in_every_script(db: None) -> None:
    told = {
        "L’École d’Été, co-création": "l ecole d ete co creation",
        "São Tomé; Đà Nẵng; Łódź; Straße": "sao tome da nang lodz strasse",
        "e\u0301te\u0301": "ete",
        "Ёлки Й": "елки й",
        "الطاقَة المُتجدّدة": "طاقة متجددة",
        "可再生 energy": "可 再 生 energy",
    }

    assert {words: folded(words) for words in told} == told


def test_whatever_changes_a_text_changes_what_is_found(network: Network) -> None:
    plan = network.plan("draft", title="Okapi")
    partner, question = (plan.partners.get(), plan.learning_questions.get())
    assert titles("q=okapi") == ["Okapi"]

    sql("UPDATE plans_plan SET background = 'Narwhal' WHERE id = %s", plan.pk)
    sql("UPDATE plans_partner SET description = 'Pangolin' WHERE id = %s", partner.pk)
    sql("UPDATE plans_learningquestion SET usage = 'Tapir' WHERE id = %s", question.pk)
    assert titles("q=okapi+narwhal+pangolin+tapir") == ["Okapi"]

    Partner.objects.filter(pk=partner.pk).delete()
    assert titles("q=pangolin") == []
    LearningQuestion.objects.create(id=uuid.uuid4(), plan=plan, position=2, question="Numbat?")
    assert titles("q=numbat") == ["Okapi"]


def test_plans_written_in_one_statement_are_all_found(network: Network) -> None:
    names = [f"Orchard {number:02}" for number in range(45)]
    Plan.objects.bulk_create(
        Plan(
            lab=network.lab,
            cycle=network.cycle,
            state="archived",
            title=name,
            source=f"{name}.md",
            created_by=network["member"],
        )
        for name in names
    )
    assert sorted(titles("q=orchard")) == names
    Plan.objects.filter(title__lt="Orchard 40").update(background="Pears")
    assert sorted(titles("q=orchard+pears")) == names[:40]


def test_a_plan_that_is_gone_leaves_nothing_behind(network: Network) -> None:
    plan = Plan.objects.create(
        lab=network.lab,
        cycle=network.cycle,
        state="withdrawn",
        title="Okapi",
        created_by=network["member"],
    )
    assert titles("q=okapi") == ["Okapi"]

    sql("DELETE FROM plans_plan WHERE id = %s", plan.pk)

    assert not SearchText.objects.filter(pk=plan.pk).exists()


def test_a_reflection_is_searched_once_it_is_finished(network: Network) -> None:
    plan = network.plan("approved", title="Wells")
    content = {"insights": ["Ocelots help"], "focal_point": {"name": "Zoltan", "email": "z@x.org"}}
    made = Reflection.objects.create(
        lab=plan.lab,
        cycle=plan.cycle,
        plan=plan,
        content=content,
        fingerprint="0" * 64,
        changed_by=network["member"],
    )
    assert titles("q=ocelots") == []

    Reflection.objects.filter(pk=made.pk).update(finished_at=plan.created_at)

    assert titles("q=ocelots") == ["Wells"]
    assert titles("q=zoltan") == []


def test_a_text_too_long_to_be_searched_is_saved_all_the_same(network: Network) -> None:
    plan = network.plan("draft", title="Okapi")
    words = " ".join(f"word{number}ж" for number in range(60_000))

    Plan.objects.filter(pk=plan.pk).update(
        challenge_statement=words, background=words[::-1], value_proposition=words.upper()
    )

    assert titles("q=okapi") == ["Okapi"]


def test_names_lead_to_plans_as_soon_as_they_are_given(network: Network) -> None:
    plan = network.plan("approved", title="Wells")
    used = PlanThematicArea.objects.filter(plan=plan).get().term
    ThematicArea.objects.filter(pk=used.pk).update(
        name="Aardvarks", aliases=["Ant bears"], labels={"fr": "Oryctéropes"}
    )
    Lab.objects.filter(pk=plan.lab_id).update(name="Lab of the Hidden Valley")

    for words in ("aardvark", "ant+bears", "orycterope", "hidden+valley"):
        assert titles(f"q={words}") == ["Wells"], words


def test_a_merged_theme_leads_to_the_one_that_stays(network: Network) -> None:
    plan = network.plan("approved", title="Wells")
    used = PlanThematicArea.objects.filter(plan=plan).get().term
    stays = ThematicAreaFactory.create(name="Aardvarks")
    name = used.name

    merging.merge([used], stays, actor=network["taxonomy_manager"])

    for query in (f"theme={used.pk}", f"theme={stays.pk}", f"theme={name}", "q=aardvarks"):
        assert titles(query) == ["Wells"], query
    assert titles(f"not_theme={used.pk}") == []


@pytest.mark.parametrize(
    ("typed", "clauses"),
    [
        ("water kiosks", [["water"], ["kiosks"]]),
        ('"water kiosks"', [['"water kiosks"']]),
        ("«water kiosks» open", [['"water kiosks"'], ["open"]]),
        ("water -kiosk", [["water"], ["-kiosk"]]),
        ("water NOT kiosk", [["water"], ["-kiosk"]]),
        ('water -"at night"', [["water"], ['-"at night"']]),
        ("rain OR snow harvest", [["rain", "snow"], ["harvest"]]),
        ("OR rain OR", [["rain"]]),
        ("the water of the town", [["water"], ["town"]]),
        ("the", [["the"]]),
        ("l'énergie des femmes", [["énergie"], ["femmes"]]),
        ("women's work", [["women"], ["work"]]),
        ("SDG 6 roofs", [["sdg6"], ["roofs"]]),
        ("who works on roofs?", [["roofs?"]]),
        ('open "quote', [["open"], ['"quote"']]),
        ("!!! ... \x00 - -- '' \"\"", []),
        ("", []),
    ],
)
def test_what_is_typed_is_taken_apart(typed: str, clauses: list[list[str]]) -> None:
    def told(clause: Clause, unit: Unit) -> str:
        words = f'"{unit.typed}"' if unit.exact else unit.typed
        return f"-{words}" if clause.excluded else words

    found = read(typed).clauses
    assert [[told(one, unit) for unit in one.units] for one in found] == clauses


@pytest.mark.parametrize(
    "query",
    [
        *("q=%00", "q=%EF%BF%BF", "q=%ED%A0%80", "q=!!!", "q=%22%22%22", "q=-", "q=-+-+-", "q=%27"),
        *("q=-wells", "q=NOT", "q=OR+OR", "q=a%3A*%26%7C!()%3C-%3E", "q=%5C%5C'%5C", "q=%25%25%25"),
        *(f"q={'a' * 3000}", f"q={'wells+' * 1500}", f"q={'%22' * 900}", f"q={'-x+' * 900}"),
        *("theme=%00", "theme=99999999999999999999", "sdg=-1", "cycle=9999999-Q9", "year=1e9"),
        *("more=theme", "more=%00", "more=nothing", "sort=%00", "sort=best", "page=99999999999"),
        "&".join(f"theme={number}" for number in range(500)),
        "&".join(f"not_lab=x{number}" for number in range(500)),
    ],
)
def test_whatever_is_asked_for_is_answered_calmly(
    client: Client, network: Network, query: str
) -> None:
    network.plan("approved", title="Wells")
    client.force_login(network["other_member"])

    assert client.get(f"{reverse('library')}?{query}").status_code == 200


def test_each_number_is_what_its_choice_would_leave(network: Network) -> None:
    network.plan("approved", title="Wells")
    network.plan("approved", title="Gauges", challenge_type="big_bet")
    network.plan("archived", title="Roofs")
    base = "q=wells+OR+roofs+OR+gauges"
    for asked in (base, f"{base}&type=big_bet", f"{base}&not_state=archived&type=exploratory"):
        counts = LibraryFilter(QueryDict(asked), Plan.objects.all()).counts()
        assert counts.plans == len(titles(asked))
        for facet, choices in counts.choices.items():
            others = "&".join(part for part in asked.split("&") if not part.startswith(f"{facet}="))
            for choice in choices:
                told = titles(f"{others}&{facet}={choice.word}")
                assert choice.plans == len(told), (asked, facet, choice)


def test_old_addresses_still_lead_to_the_same_plans(network: Network) -> None:
    plan = network.plan("approved", title="Wells")
    theme = PlanThematicArea.objects.filter(plan=plan).get().words
    for query in (
        *(f"theme={theme}", f"theme={theme.upper()}", f"cycle={plan.cycle.slug}"),
        *(f"cycle={plan.cycle.year}", f"year={plan.cycle.year}", f"lab={plan.lab.slug}"),
        *(f"region={plan.lab.region.slug}", f"country={plan.country_id}", "type=exploratory"),
    ):
        assert titles(query) == ["Wells"], query


def test_the_best_match_comes_first_where_words_are_given_and_the_newest_otherwise(
    client: Client, network: Network
) -> None:
    network.plan("approved", title="Okapi", challenge_type="big_bet")
    other = network.plan("archived", title="Others")
    sql("UPDATE plans_plan SET background = 'One okapi came by.' WHERE id = %s", other.pk)
    assert titles("q=okapi") == ["Okapi", "Others"]
    assert titles("q=okapi&sort=title") == ["Okapi", "Others"]
    assert titles("sort=title") == titles("sort=title&q=") == ["Okapi", "Others"]
    client.force_login(network["other_member"])

    html = client.get(reverse("library"), {"q": "okapi"}).content.decode()

    # What is usual is not put into the address, so that words typed later bring the best first.
    assert re.findall(r'<option value="([^"]*)"( selected)?>', html) == [
        ("", " selected"), ("newest", ""), ("oldest", ""), ("title", ""),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "mended_to", "queries"),
    [
        ("axolotsl", ("axolotls",), 3),
        ("axolotsl quiey of", ("axolotls", "quiet"), 3),
        ("axolotsl quiey of canalz", ("axolotls", "quiet", "canals"), 3),
        ("axolotsl qwrtz", None, 1),
        ("qwrtz wrtzq rtzqw tzqwr zqwrt", None, 1),
    ],
)
def test_slips_in_several_words_are_mended_in_as_many_queries_as_one(
    network: Network,
    typed: str,
    mended_to: tuple[str, ...] | None,
    queries: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    network.plan("approved", title="Axolotls of the quiet canals")
    found = LibraryFilter(QueryDict(urlencode({"q": typed})), Plan.objects.all())
    assert list(found.qs) == []

    with django_assert_num_queries(queries):
        instead = mended(found)

    assert (instead and instead.right) == mended_to


@pytest.mark.parametrize(
    ("typed", "in_title", "in_passage"),
    [
        ("axolotl señal", ["Axolotls"], ["Señal", "ÀXOLOTLS"]),
        ("senal", [], ["Señal"]),
        ("axolotls", ["Axolotls"], []),
        ('"heard at dusk"', [], ["heard at dusk"]),
        ('quiet "at dusk"', ["quiet"], ["at dusk"]),
    ],
)
def test_a_passage_shows_the_words_that_title_and_summary_lack(
    network: Network, typed: str, in_title: list[str], in_passage: list[str]
) -> None:
    plan = network.plan("draft", title="Axolotls of the quiet canals")
    heard = "Nobody knows. The Señal is heard at dusk, not far from ÀXOLOTLS."
    Plan.objects.filter(pk=plan.pk).update(background=heard, value_proposition="Heard at dusk.")
    wanted = LibraryFilter(QueryDict(urlencode({"q": typed})), Plan.objects.all()).wanted

    found = contexts([plan], wanted)[plan.pk]

    assert [text for text, hit in found.title if hit] == in_title
    assert [text for text, hit in found.passage if hit] == in_passage

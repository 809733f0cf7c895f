"""Vocabularies: finding what was meant, proposing what is new, retiring."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from plans import taxonomies, workflow
from plans.authoring import Change, save
from plans.errors import Invalid
from plans.models import Method, Sector, TermStatus, ThematicArea
from plans.models.constraints import sentence
from tests.factories import MethodFactory, SectorFactory, ThematicAreaFactory
from tests.plans.test_limits import at_once

if TYPE_CHECKING:
    from accounts.models import User
    from tests.personas import Network


@pytest.mark.parametrize(
    "typed",
    [
        "Économie bleue",
        "economie bleue",
        "ECONOMIE-BLEUE",
        "  Économie   bleue, ",
        "Économie bleue\\",
        "Économie\nbleue",
        "Blue economy",
        "blue-economy!",
    ],
)
def test_a_term_is_found_however_it_is_typed(network: Network, typed: str) -> None:
    term = ThematicAreaFactory.create(name="Économie bleue", aliases=["Blue economy"])

    assert taxonomies.find(ThematicArea, typed) == term


@pytest.mark.parametrize("typed", ["", "   ", ",", "Économie verte", "Économi", "\\"])
def test_nothing_is_found_for_other_words(network: Network, typed: str) -> None:
    ThematicAreaFactory.create(name="Économie bleue")

    assert taxonomies.find(ThematicArea, typed) is None


@pytest.mark.parametrize(
    ("name", "typed"), [("Экология", "экология"), ("مياه", "مياه"), ("水", "水"), ("ﬁre", "fire")]
)
def test_other_alphabets_are_folded_too(network: Network, name: str, typed: str) -> None:
    term = ThematicAreaFactory.create(name=name)

    assert taxonomies.find(ThematicArea, typed) == term


@pytest.mark.parametrize("other", [{"name": "waters"}, {"name": "Sea", "aliases": ["WATERS"]}])
def test_a_spelling_belongs_to_one_term(network: Network, other: dict[str, Any]) -> None:
    ThematicAreaFactory.create(name="Water", aliases=["Waters"])

    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        ThematicAreaFactory.create(**other)

    assert sentence(refused.value) == (
        "Another term of this vocabulary already goes by this name or spelling."
    )
    assert MethodFactory.create(name="Waters").aliases == []


def test_a_spelling_is_free_again_when_its_term_lets_go_of_it(network: Network) -> None:
    water = ThematicAreaFactory.create(name="Water", aliases=["Waters"])
    water.aliases = []
    water.save()

    assert ThematicAreaFactory.create(name="Sea", aliases=["Waters"]).aliases == ["Waters"]


def test_a_merged_term_leads_to_its_successor(network: Network) -> None:
    last = ThematicAreaFactory.create(name="Water")
    ThematicAreaFactory.create(name="Wells", status=TermStatus.MERGED, merged_into=last)

    assert taxonomies.find(ThematicArea, "wells") == last


@pytest.mark.django_db(transaction=True)
def test_who_proposes_what_is_made_a_spelling_at_that_moment_gets_its_term(
    network: Network,
) -> None:
    for number in range(10):
        water = ThematicAreaFactory.create(name=f"Water {number}")
        spelling = f"Fog {number}"

        def rename(water: ThematicArea = water, spelling: str = spelling) -> None:
            with contextlib.suppress(IntegrityError):
                water.aliases = [spelling]
                water.save()

        at_once(
            [
                rename,
                lambda spelling=spelling: taxonomies.find_or_propose(  # type: ignore[misc]
                    ThematicArea, spelling, actor=network["member"]
                ),
            ]
        )

        found = ThematicArea.objects.spelled(spelling)
        assert [taxonomies.find(ThematicArea, spelling)] == list(found)


def test_a_vocabulary_does_not_find_anothers_terms(network: Network) -> None:
    MethodFactory.create(name="Surveys")

    assert taxonomies.find(Sector, "Surveys") is None


def test_new_words_are_proposed_under_the_name_of_who_typed_them(member: User) -> None:
    term = taxonomies.find_or_propose(ThematicArea, "  Fog   harvesting ", actor=member)

    assert (term.name, term.status, term.proposed_by) == (
        "Fog harvesting",
        TermStatus.PROPOSED,
        member,
    )
    assert taxonomies.find_or_propose(ThematicArea, "FOG-HARVESTING", actor=member) == term


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "Write a name with letters or numbers."),
        ("?!", "Write a name with letters or numbers."),
        ("🌊", "Write a name with letters or numbers."),
        ("ʼʼ", "A term needs at least one letter or number."),
        ("ж" * 201, "A name has at most 200 characters; this one has 201."),
    ],
)
def test_what_is_no_name_is_refused_in_words(member: User, typed: str, sentence: str) -> None:
    with pytest.raises(Invalid) as refused:
        taxonomies.find_or_propose(ThematicArea, typed, actor=member)

    assert str(refused.value) == sentence


@given(typed=st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00")))
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_whatever_is_typed_is_a_term_or_refused_in_words(member: User, typed: str) -> None:
    mark = transaction.savepoint()
    with contextlib.suppress(Invalid):
        term = taxonomies.find_or_propose(ThematicArea, typed, actor=member)
        assert taxonomies.find(ThematicArea, typed) == term
    transaction.savepoint_rollback(mark)


@pytest.mark.django_db(transaction=True)
def test_two_who_propose_the_same_at_once_get_the_same_term(network: Network) -> None:
    people = [network["member"], network["other_member"], network["lead"]]
    spellings = ["Fog harvesting", "fog harvesting", "Fog-harvesting"]

    refused = at_once(
        [
            lambda words=words, actor=actor: taxonomies.find_or_propose(  # type: ignore[misc]
                ThematicArea, words, actor=actor
            )
            for words, actor in zip(spellings, people, strict=True)
        ]
    )

    assert refused == ["", "", ""]
    assert ThematicArea.objects.count() == 1


def test_retiring_changes_those_that_were_not_retired(network: Network) -> None:
    living = SectorFactory.create(name="Farmers")
    retired = SectorFactory.create(name="Guilds", status=TermStatus.RETIRED)
    merged = SectorFactory.create(name="Peasants", status=TermStatus.MERGED, merged_into=living)

    manager = network["taxonomy_manager"]
    terms = [living, retired, merged]
    assert taxonomies.set_status(terms, TermStatus.RETIRED, actor=manager) == 1
    assert dict(Sector.objects.values_list("name", "status")) == {
        "Farmers": "retired",
        "Guilds": "retired",
        "Peasants": "merged",
    }


def test_new_plans_are_offered_what_is_in_use(network: Network) -> None:
    for status in ("proposed", "in_use", "retired"):
        MethodFactory.create(name=status, status=status)

    assert [term.name for term in Method.objects.offered()] == ["in_use"]


def test_a_term_says_on_how_many_plans_it_is(network: Network, member: User) -> None:
    water, unused = ThematicAreaFactory.create(name="A"), ThematicAreaFactory.create(name="B")
    for title in ("One", "Two"):
        plan = workflow.start(network.lab, network.cycle, actor=member, title=title)
        save(plan, {"thematic_areas": Change([water])}, actor=member)

    counted = {term: term.uses for term in ThematicArea.objects.with_uses()}  # type: ignore[attr-defined]
    assert counted == {water: 2, unused: 0}


def test_a_sector_counts_plans_and_not_partners(network: Network) -> None:
    network.plan(title="One")
    network.plan(title="Two")

    (sector,) = Sector.objects.with_uses()
    assert sector.uses == 2  # type: ignore[attr-defined]

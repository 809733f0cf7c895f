"""Names that are probably one: found where an editor would, and never where they would not."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, Any

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given, settings
from hypothesis import strategies as st

from plans.duplicates import Name, Reason, find, slips

if TYPE_CHECKING:
    from pathlib import Path

READ_ONCE = {language: frozenset(slips.dictionary(language)) for language in slips.LANGUAGES}


@pytest.fixture(autouse=True)
def _dictionaries_are_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that many short lists take no longer than one."""
    monkeypatch.setattr(slips, "dictionary", READ_ONCE.__getitem__)


ONE = [
    # names, why they are one
    ("co-creation", "co -creation", Reason.LETTERS),
    ("co-creation", "Co creation", Reason.LETTERS),
    ("igualdad de género", "Igualdad de Genero", Reason.LETTERS),
    ("transparency and accountability\\", "transparency and accountability", Reason.LETTERS),
    ("women empowerment", "womenempowerment", Reason.LETTERS),
    ("micro, small, medium enterprises", "micro small medium enterprises", Reason.LETTERS),
    ("women's empowerment", "women empowerment", Reason.LETTERS),
    ("digital service", "digital services", Reason.PLURAL),
    ("woman empowerment", "women empowerment", Reason.PLURAL),
    ("sustainable city", "sustainable cities", Reason.PLURAL),
    ("process innovation", "processes innovation", Reason.PLURAL),
    ("transportation & mobility", "transportation and mobility", Reason.PLURAL),
    ("urbanisation", "urbanization", Reason.PLURAL),
    ("labour markets", "labor market", Reason.PLURAL),
    ("climate resiliency", "climate resilience", Reason.PLURAL),
    ("knowledge transfer", "transfer of knowledge", Reason.ORDER),
    ("techonology", "technology", Reason.TYPING),
    ("enviroment", "environment", Reason.TYPING),
    ("community involment", "community involvement", Reason.TYPING),
    ("startegic foresight", "strategic foresight", Reason.TYPING),
    ("community relience", "community resilience", Reason.TYPING),
    ("AI", "artificial intelligence", Reason.ABBREVIATION),
    ("IoT", "internet of things", Reason.ABBREVIATION),
    ("small and medium enterprises (SMEs)", "small and medium enterprise", Reason.ABBREVIATION),
    ("IoT (internet of things)", "internet of things", Reason.ABBREVIATION),
    ("AI ethics", "ethics of artificial intelligence", Reason.ABBREVIATION),
    ("ONG", "organisations non gouvernementales", Reason.ABBREVIATION),
    ("mujeres rurales", "mujer rural", Reason.PLURAL),
    ("inovações sociais", "inovação social", Reason.PLURAL),
    ("journaux locaux", "journal local", Reason.PLURAL),
    ("ageing", "aging", Reason.PLURAL),
    ("inclusion digital", "digital inclusion", Reason.ORDER),
    ("women & youth", "youth and women", Reason.ORDER),
    ("acess to finance", "access to finance", Reason.TYPING),
    ("comunity engagment", "community engagement", Reason.TYPING),
    ("helath system", "health system", Reason.TYPING),
    ("desarollo sostenible", "desarrollo sostenible", Reason.TYPING),
    ("igualdad de género", "gender equality", Reason.TRANSLATION),
    ("gestion des déchets", "waste management", Reason.TRANSLATION),
    ("igualdade de gênero", "égalité des sexes", Reason.TRANSLATION),
]

TWO = [
    ("water management", "waste management"),
    ("qualitative interviews", "quantitative interviews"),
    ("employment", "unemployment"),
    ("formal economy", "informal economy"),
    ("governance", "e-governance"),
    ("waste management", "solid waste management"),
    ("food waste", "food waste management"),
    ("rural development", "urban development"),
    ("economic", "economics"),
    ("covid-19", "covid-20"),
    ("migration", "mitigation"),
    ("digitization", "digitalization"),
    ("county councils", "country councils"),
    ("sustainable", "sustainability"),
    ("public policy", "public police"),
    ("macroeconomics", "microeconomics"),
    ("vitamin A", "vitamin E"),
    ("news", "new"),
    ("gender equality", "gender inequality"),
    ("data", "date"),
    ("child mortality", "child morality"),
    ("impunity", "immunity"),
    ("prenatal care", "perinatal care"),
    ("sanitation", "sanitization"),
    ("international migration", "intentional migration"),
    ("clinical trials", "clinical trails"),
    ("rural to urban migration", "urban to rural migration"),
    ("loans to banks", "loans from banks"),
    ("health and education", "health education"),
    ("waste and water management", "wastewater management"),
    ("care home", "home care"),
    ("innovation policy", "policy innovation"),
    ("vitamin A deficiency", "vitamin E deficiency"),
    ("securities market", "security market"),
    ("industry 4.0", "industry 40"),
    ("C++", "C"),
    ("Niger", "Nigeria"),
    ("gestión de riesgos", "gestión de residuos"),
    ("emploi des jeunes", "chômage des jeunes"),
    ("policía fiscal", "política fiscal"),
]


@pytest.mark.parametrize(("one", "other", "reason"), ONE)
def test_one_name_written_twice_is_found(one: str, other: str, reason: Reason) -> None:
    (group,) = find([Name(one, 1), Name(other, 2)]).groups

    assert [name.text for name in group.names] == [other, one]
    assert reason in group.reasons


@pytest.mark.parametrize(("one", "other"), TWO)
def test_two_names_that_look_alike_are_left_apart(one: str, other: str) -> None:
    assert find([Name(one), Name(other)]).groups == []


def test_the_surest_come_first_then_those_used_most() -> None:
    names = [
        Name("techonology", 9),
        Name("technology", 9),
        Name("co creation", 1),
        Name("co-creation", 2),
        Name("fin-tech", 5),
        Name("fintech", 4),
    ]

    groups = find(names).groups

    assert [[name.text for name in group.names] for group in groups] == [
        ["fin-tech", "fintech"],
        ["co-creation", "co creation"],
        ["techonology", "technology"],
    ]
    assert [group.score for group in groups] == [1.0, 1.0, 0.92]


def test_what_somebody_has_told_apart_stays_apart_also_by_way_of_a_third() -> None:
    names = [Name("public space", 5), Name("public spaces", 4), Name("Public-space", 3)]

    groups = find(names, different=[("Public Spaces", "public space")]).groups

    assert [[name.text for name in group.names] for group in groups] == [
        ["public space", "Public-space"]
    ]


def test_a_known_label_in_another_language_is_the_same_name() -> None:
    names = [Name("gender equality", 15, ("igualdad de género",)), Name("Igualdad de genero", 2)]

    (group,) = find(names).groups

    assert (group.score, group.reasons) == (0.99, [Reason.LABEL])


def test_an_abbreviation_of_two_meanings_is_put_with_neither() -> None:
    names = [
        Name("public private partnership (PPP)", 3),
        Name("purchasing power parity (PPP)", 2),
        Name("PPP", 4),
    ]

    assert find(names).groups == []


def test_what_has_an_abbreviation_is_not_offered_as_a_split() -> None:
    names = [
        Name("water, sanitation and hygiene", 3),
        Name("water"),
        Name("sanitation and hygiene"),
    ]

    assert find(names).splits == []


def test_names_glued_together_are_offered_as_a_split_into_what_is_known() -> None:
    names = [
        Name("circular economy, techonology", 10),
        Name("circular economy", 45),
        Name("technology", 7),
        Name("governance, economic diversification, and citizen agency", 3),
        Name("governance", 16),
        Name("micro, small, medium enterprises", 10),
    ]

    splits = [(s.name.text, [one.text for one in s.into], s.new) for s in find(names).splits]

    assert splits == [
        ("circular economy, techonology", ["circular economy", "technology"], []),
        (
            "governance, economic diversification, and citizen agency",
            ["governance"],
            ["economic diversification", "citizen agency"],
        ),
    ]


@settings(deadline=None)  # a dictionary is read where words are nearly alike
@given(st.lists(st.text(max_size=30), max_size=12))
def test_any_names_at_all_are_put_into_one_group_at_most(texts: list[str]) -> None:
    names = [Name(text) for text in texts]

    grouped = [name for group in find(names).groups for name in group.names]

    assert len({id(name) for name in grouped}) == len(grouped)


# -- the command -----------------------------------------------------------------------------------


def said(*args: Any, **options: Any) -> str:
    """What the command prints."""
    out = io.StringIO()
    call_command("find_duplicates", *args, stdout=out, **options)
    return out.getvalue()


@pytest.fixture
def listed(tmp_path: Path) -> Path:
    """A file as a spreadsheet writes it."""
    path = tmp_path / "names.csv"
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        rows = csv.writer(file)
        rows.writerows([["name", "times_used"], ["co-creation", 31], ["co creation", 16]])
        rows.writerows([["digital services", 3], ["", 4], ["circular economy, co-creation", ""]])
        rows.writerows([["circular economy", 45]])
    return path


def test_the_command_prints_groups_with_scores_for_other_programs(listed: Path) -> None:
    assert json.loads(said(listed, json=True)) == {
        "groups": [
            {
                "score": 1.0,
                "reasons": ["letters"],
                "uses": 47,
                "names": [{"name": "co-creation", "uses": 31}, {"name": "co creation", "uses": 16}],
            }
        ],
        "splits": [
            {
                "name": "circular economy, co-creation",
                "uses": 0,
                "into": ["circular economy", "co-creation"],
                "new": [],
            }
        ],
    }


def test_the_command_prints_a_list_for_people(listed: Path) -> None:
    assert said(listed) == (
        "1.00  co-creation (31) | co creation (16)  [letters]\n"
        "split circular economy, co-creation (0) into circular economy | co-creation\n"
    )


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "is empty: it needs a line of headings first."),
        (b"name,uses\nwater,many\n", "Line 2: “many” is not a number of uses."),
        (b"name\n\xff\xfe\n", "is not a CSV file in UTF-8"),
    ],
)
def test_a_file_that_makes_no_sense_is_refused_in_words(
    tmp_path: Path, content: bytes, sentence: str
) -> None:
    path = tmp_path / "names.csv"
    path.write_bytes(content)

    with pytest.raises(CommandError) as refused:
        said(path)

    assert sentence in str(refused.value)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(CommandError) as refused:
        said(tmp_path / "none.csv")

    assert (
        str(refused.value) == f"{tmp_path / 'none.csv'} cannot be read: No such file or directory."
    )

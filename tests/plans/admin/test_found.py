"""What is probably one: shown, remembered as different, merged, split and brought back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from plans import authoring
from plans.authoring import Change
from plans.models import Different, Split, ThematicArea
from tests.factories import SectorFactory, ThematicAreaFactory
from tests.plans.admin.pages import page, said, text

if TYPE_CHECKING:
    from django.test import Client

    from tests.personas import Network

FOUND = "/admin/plans/thematicarea/duplicates/"


def themes(*names: str) -> list[ThematicArea]:
    """Themes of these names."""
    return [ThematicAreaFactory.create(name=name) for name in names]


def groups(editor: Client) -> list[list[str]]:
    """The groups that are shown, by name."""
    shown = editor.get(FOUND).context["groups"]
    return [[str(term) for term in group["terms"]] for group in shown]


def test_groups_are_shown_with_their_use_and_nothing_is_merged(editor: Client) -> None:
    themes("Digital service", "Digital services", "Water management", "Waste management")

    assert groups(editor) == [["Digital service", "Digital services"]]
    assert "singular and plural" in text(editor.get(FOUND))
    assert ThematicArea.objects.exclude(merged_into=None).count() == 0


def test_a_label_in_another_language_joins_two_terms(editor: Client) -> None:
    themes("Igualdad de género")
    ThematicAreaFactory.create(name="Gender equality", labels={"es": "La igualdad de géneros"})

    assert groups(editor) == [["Igualdad de género", "Gender equality"]]


def test_what_is_not_the_same_is_remembered(editor: Client) -> None:
    one, two = themes("Digital service", "Digital services")

    answer = editor.post(FOUND, {"_selected_action": [one.pk, two.pk]})

    assert said(answer)[-1].startswith("Remembered: “Digital service” and “Digital services”")
    assert Different.objects.count() == 1
    assert groups(editor) == []
    editor.post(FOUND, {"_selected_action": [two.pk, one.pk]})
    assert Different.objects.count() == 1
    assert said(editor.post(FOUND, {"_selected_action": ["x", "\0", "9" * 40]}))[-1] == (
        "Leave at least two terms ticked that are not the same."
    )


def test_new_terms_are_looked_at_again(editor: Client) -> None:
    themes("Digital service")
    assert groups(editor) == []
    themes("Digital services")
    assert len(groups(editor)) == 1


def test_a_glued_term_is_split_after_a_preview_and_brought_back(
    editor: Client, network: Network
) -> None:
    whole, energy, trade = themes("Energy, trade", "Energy", "Trade")
    plan = network.plan(title="Energy for all")
    authoring.save(plan, {"thematic_areas": Change([whole])}, actor=network["member"])
    assert [str(term) for term, *_parts in editor.get(FOUND).context["splits"]] == ["Energy, trade"]
    sent: dict[str, Any] = {
        "action": "split",
        "_selected_action": whole.pk,
        "part": ["Energy", "Trade"],
    }

    preview = text(editor.post(page("thematicarea"), sent))
    done = editor.post(page("thematicarea"), sent | {"confirm": "yes"})
    record = Split.objects.get()

    assert "1 plan changes, and its history says so." in preview
    assert "1 of them is not yours to read" in preview
    assert done.headers["Location"] == page("split", "change", record.pk)
    assert list(plan.thematic_areas.order_by("name")) == [energy, trade]
    undo = {"action": "undo", "_selected_action": record.pk}
    assert "“Energy, trade” → “Energy”, “Trade”" in text(editor.post(page("split"), undo))
    editor.post(page("split"), undo | {"confirm": "yes"})
    assert list(plan.thematic_areas.all()) == [whole]


def test_a_part_that_is_no_term_yet_is_shown_as_new_and_made_by_the_split(editor: Client) -> None:
    whole, _energy = themes("Energy, trade", "Energy")
    sent = {"action": "split", "_selected_action": whole.pk, "parts": "Energy\r\nTrades\0"}

    preview = text(editor.post(page("thematicarea"), sent))
    assert "“Trades” is in no list yet. It is made a term in use" in preview
    assert not ThematicArea.objects.filter(name="Trades").exists()

    editor.post(page("thematicarea"), sent | {"confirm": "yes"})
    assert ThematicArea.objects.get(name="Trades").status == "in_use"


def test_a_part_that_no_term_can_be_called_is_said_and_what_was_typed_stays(editor: Client) -> None:
    whole, _energy = themes("Energy, trade", "Energy")
    sent = {"action": "split", "_selected_action": whole.pk, "parts": "Energy\r\n?!\0"}

    answer = editor.post(page("thematicarea"), sent)

    assert answer.status_code == 422
    assert "Write a name with letters or numbers." in text(answer)
    assert ">Energy\n?!</textarea>" in answer.content.decode()
    asked = editor.post(page("thematicarea"), {"action": "split", "_selected_action": whole.pk})
    assert ">Energy\ntrade</textarea>" in asked.content.decode()


def test_sectors_are_merged_and_never_split(editor: Client) -> None:
    sector = SectorFactory.create(name="Farmers, fishers")

    assert "Split" not in text(editor.get(page("sector", "change", sector.pk)))
    assert "Split" in text(editor.get(page("thematicarea", "change", *[t.pk for t in themes("X")])))


def test_a_page_of_groups_takes_as_many_queries_for_one_as_for_many(
    editor: Client, django_assert_num_queries: Any
) -> None:
    themes("Digital service", "Digital services")
    editor.get(FOUND)
    with django_assert_num_queries(6):
        editor.get(FOUND)
    for number in range(12):
        themes(f"Number {number}x tool", f"Number {number}x tools")
    editor.get(FOUND)
    with django_assert_num_queries(6):
        assert len(groups(editor)) == 13

"""Merging terms in the administration: choosing, seeing what would change, doing it, undoing it."""

from __future__ import annotations

from html import unescape
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client

from plans import authoring, merging
from plans.authoring import Change
from plans.models import Merge, Method, Organisation, Plan, TermStatus, ThematicArea
from tests.factories import MethodFactory, SdgFactory, ThematicAreaFactory
from tests.personas import Network
from tests.plans.admin.pages import page, said
from tests.plans.admin.pages import text as raw
from tests.plans.test_merging import draft, on


def text(response: Any) -> str:
    """What a page says."""
    return unescape(raw(response))


def send(browser: Client, *terms: Any, model: str = "thematicarea", **more: Any) -> Any:
    """Send the action “Merge …” for these terms, with what was chosen besides."""
    sent = {"action": "merge", "_selected_action": [term.pk for term in terms]}
    return browser.post(page(model), sent | more)


def offered(response: Any) -> dict[str, bool]:
    """The terms that may stay, by name, and which of them is ticked."""
    context = response.context
    terms = [*context["terms"], *context["found"]]
    return {term.name: str(term.pk) == context["stays"] for term in terms}


@pytest.fixture
def water(network: Network) -> list[ThematicArea]:
    """Three themes that are one; the second is the most used."""
    terms = [ThematicAreaFactory.create(name=name) for name in ("Waters", "Water", "Wells")]
    draft(network, "One", terms[1])
    draft(network, "Two", terms[1], terms[0])
    return terms


def test_the_one_that_is_used_most_is_suggested_to_stay(
    editor: Client, water: list[ThematicArea]
) -> None:
    asked = send(editor, *water)

    assert offered(asked) == {"Water": True, "Waters": False, "Wells": False}
    assert "Water in use, in 2 plans" in text(asked)
    assert "Wells in use, in no plan yet" in text(asked)


def test_one_in_use_is_suggested_before_one_that_is_only_proposed(
    editor: Client, water: list[ThematicArea]
) -> None:
    ThematicArea.objects.filter(name="Water").update(status=TermStatus.PROPOSED)

    assert offered(send(editor, *water))["Waters"]


def test_another_one_is_searched_for(editor: Client, water: list[ThematicArea]) -> None:
    sea = ThematicAreaFactory.create(name="Freshwater", aliases=["Lakes"])
    ThematicAreaFactory.create(name="Gone", aliases=["Lakes "], status="merged", merged_into=sea)
    chosen = str(water[1].pk)

    found = send(editor, *water, search="1", other=" LAKES ", into=chosen)
    none = send(editor, *water, search="1", other="desert\0", into=chosen)

    assert offered(found) == {"Water": True, "Waters": False, "Wells": False, "Freshwater": False}
    assert "No other term goes by “desert”." in text(none)
    assert 'value="desert"' in none.content.decode()


def test_of_many_that_are_found_the_first_are_shown(
    editor: Client, water: list[ThematicArea]
) -> None:
    for number in range(21):
        ThematicAreaFactory.create(name=f"Lake {number:02}")

    found = send(editor, *water, search="1", other="lake")

    assert len(found.context["found"]) == 20
    assert "There are more. Type more of the name to find the one you mean." in text(found)


def test_what_would_change_is_shown_and_nothing_changed(
    manager: Client, water: list[ThematicArea]
) -> None:
    shown = send(manager, *water, preview="Show", into=water[1].pk)

    words = text(shown)
    for sentence in (
        "These terms are not offered any more, and lead to “Water”: “Waters”, “Wells”.",
        "1 plan changes. It keeps the words it chose, and has “Water” from now on.",
        "1 of them has two or more of these terms.",
        "keeps “Water”; “Waters” is taken off (2 of 5 today, 1 of 5 then)",
        "“Water” is found by these as well: “Waters”, “Wells”.",
    ):
        assert sentence in words
    assert [str(change.plan) for change in shown.context["changes"]] == ["Two"]
    assert 'value="Merge 2 terms into “Water”"' in shown.content.decode()
    assert Merge.objects.count() == 0


def test_who_may_not_read_the_plans_gets_their_number(
    editor: Client, water: list[ThematicArea]
) -> None:
    words = text(send(editor, *water, preview="Show", into=water[1].pk))

    assert "1 of them is not yours to read, and is counted but not named." in words
    assert "Two" not in words


def test_long_lists_of_plans_are_paged(
    manager: Client, network: Network, water: list[ThematicArea]
) -> None:
    for number in range(51):
        draft(network, f"Draft {number:02}", water[2])

    first = send(manager, *water, preview="Show", into=water[1].pk)
    second = send(manager, *water, into=water[1].pk, page="2")

    assert "1 to 50 of 52" in text(first)
    assert "51 to 52 of 52" in text(second)
    assert "Draft 50" in text(second)
    assert 'start="51"' in second.content.decode()


def test_merging_leads_to_its_record_from_which_it_is_undone(
    manager: Client, network: Network, water: list[ThematicArea]
) -> None:
    plan = Plan.objects.get(title="Two")
    done = send(manager, *water, confirm="Merge", into=water[1].pk)

    record = Merge.objects.get()
    assert done.headers["Location"] == page("merge", "change", record.pk)
    assert said(done) == ["Merged. 1 plan follows “Water” now."]
    assert on(plan) == [("Water", "Water")]
    shown = manager.get(done.headers["Location"])
    assert [button.label for button in shown.context["buttons"]] == ["Undo"]
    words = text(shown)
    for part in (
        "“Waters”, “Wells” → “Water”",
        "Nadia Network",
        "“Waters” – taken off",
        "Waters, Wells",
    ):
        assert part in words

    sent = {"action": "undo", "_selected_action": record.pk, "_from_page": "1"}
    asked = manager.post(page("merge"), sent)
    assert "1 use on a plan comes back." in text(asked)
    assert Merge.objects.get().undone_at is None
    undone = manager.post(page("merge"), sent | {"confirm": "Undo"})

    assert undone.headers["Location"] == page("merge", "change", record.pk)
    assert said(undone)[-1] == "Undone: “Waters”, “Wells” → “Water”."
    assert on(plan) == [("Water", "Water"), ("Waters", "Waters")]
    again = manager.get(page("merge", "change", record.pk))
    assert again.context["buttons"] == []
    assert "undone by Nadia Network" in text(again)
    assert "came back" in text(again)


def test_what_was_merged_is_in_each_terms_history(
    manager: Client, water: list[ThematicArea]
) -> None:
    send(manager, water[0], water[1], confirm="Merge", into=water[1].pk)
    record = Merge.objects.get()
    manager.post(
        page("merge"), {"action": "undo", "_selected_action": record.pk, "confirm": "Undo"}
    )

    told = LogEntry.objects.order_by("object_repr", "pk")
    assert list(told.values_list("object_repr", "change_message")) == [
        ("Water", "“Waters” merged into this one."),
        ("Water", "Merge undone: “Waters” → “Water”."),
        ("Waters", "Merged into “Water”."),
        ("Waters", "Merge undone: “Waters” → “Water”."),
    ]


def test_another_one_than_those_chosen_can_stay(
    editor: Client, network: Network, water: list[ThematicArea]
) -> None:
    sea = ThematicAreaFactory.create(name="Sea")

    send(editor, *water, confirm="Merge", into=sea.pk)

    assert Merge.objects.get().merged_names == ["Water", "Waters", "Wells"]
    assert set(ThematicArea.objects.values_list("name", "merged_into")) == {
        ("Sea", None), ("Water", sea.pk), ("Waters", sea.pk), ("Wells", sea.pk),
    }  # fmt: skip


@pytest.mark.parametrize("into", ["", "0", "99999999999999999999", "x", "\0", "²"])
def test_nothing_sensible_chosen_asks_again(
    editor: Client, water: list[ThematicArea], into: str
) -> None:
    asked = send(editor, *water, preview="Show", into=into)

    assert asked.status_code == 200
    assert "Choose which term stays." in text(asked)


def test_one_alone_is_not_merged(editor: Client, water: list[ThematicArea]) -> None:
    shown = send(editor, water[0], preview="Show", into=water[0].pk)

    assert "Choose at least two terms: one that stays, and what is merged into it." in text(shown)
    assert 'name="confirm"' not in shown.content.decode()


def test_what_is_refused_meanwhile_is_said_on_the_same_page(
    editor: Client, network: Network, water: list[ThematicArea]
) -> None:
    ThematicArea.objects.filter(pk=water[1].pk).update(status=TermStatus.RETIRED)

    shown = send(editor, *water, confirm="Merge", into=water[1].pk)

    sentence = "“Water” is retired, and “Waters” is in use."
    assert [message.startswith(sentence) for message in said(shown)] == [True]
    assert sentence in text(shown)
    assert Merge.objects.count() == 0


def test_merged_terms_are_left_out(editor: Client, water: list[ThematicArea]) -> None:
    gone = ThematicAreaFactory.create(name="Seas", status="merged", merged_into=water[0])

    asked = send(editor, *water, gone)
    alone = send(editor, gone)

    assert list(offered(asked)) == ["Water", "Waters", "Wells"]
    assert said(alone) == ["“Seas” was merged into “Waters” already and is left out."]
    assert alone.headers["Location"] == page("thematicarea")


def test_organisations_are_merged_the_same_way(manager: Client, network: Network) -> None:
    plan = network.plan(title="One")
    union = Organisation.objects.create(name="The Union")
    guild = Organisation.objects.create(name="Guild")
    plan.partners.update(organisation=guild)

    shown = send(manager, union, guild, model="organisation", preview="Show", into=union.pk)
    send(manager, union, guild, model="organisation", confirm="Merge", into=union.pk)

    assert "“Water users' association” stays as it is written" in text(shown)
    assert plan.partners.get().organisation == union
    record = manager.get(page("merge", "change", Merge.objects.get().pk))
    assert "“Water users' association” (was: Guild)" in text(record)


def test_goals_are_not_merged(manager: Client, network: Network) -> None:
    goals = [SdgFactory.create(number=number) for number in (1, 2)]

    send(manager, *goals, model="sdg", confirm="Merge", into=goals[0].pk)

    assert Merge.objects.count() == 0
    assert manager.get(page("sdg", "change", goals[0].pk)).context["links"] == []


@pytest.mark.parametrize("who", ["member", "lead", "reviewer"])
def test_nobody_else_merges(
    client: Client, network: Network, water: list[ThematicArea], who: str
) -> None:
    client.force_login(network[who])

    send(client, *water, confirm="Merge", into=water[1].pk)

    assert Merge.objects.count() == 0


def test_past_merges_are_listed_for_those_who_keep_that_vocabulary(
    client: Client, editor: Client, network: Network, water: list[ThematicArea]
) -> None:
    record = merging.merge([water[0]], water[1], actor=network["taxonomy_manager"])
    methods = [MethodFactory.create(name=name) for name in ("Diary", "Diaries")]
    merging.undo(
        merging.merge(methods[1:], methods[0], actor=network["taxonomy_manager"]),
        actor=network["taxonomy_manager"],
    )
    listed = [str(row) for row in editor.get(page("merge")).context["cl"].result_list]
    stands = editor.get(page("merge"), {"undone": "no"}).context["cl"].result_list
    themes = editor.get(page("thematicarea", "change", water[1].pk)).context["links"][0].address

    assert listed == ["“Diaries” → “Diary”", "“Waters” → “Water”"]
    assert list(stands) == [record]
    assert list(editor.get(themes).context["cl"].result_list) == [record]
    group = network.people["taxonomy_manager"].groups.get()
    group.permissions.remove(group.permissions.get(codename="change_thematicarea"))
    assert [row.vocabulary for row in editor.get(page("merge")).context["cl"].result_list] == [
        "method"
    ]
    refused = editor.post(
        page("merge"), {"action": "undo", "_selected_action": record.pk, "confirm": "Undo"}
    )
    assert refused.status_code == 302
    assert Merge.objects.get(pk=record.pk).undone_at is None


def test_a_merge_that_cannot_be_undone_says_why(
    editor: Client, network: Network, water: list[ThematicArea]
) -> None:
    record = merging.merge([water[0]], water[1], actor=network["taxonomy_manager"])
    ThematicArea.objects.filter(pk=water[1].pk).update(name="Freshwater")
    sent = {"action": "undo", "_selected_action": record.pk}

    asked = editor.post(page("merge"), sent)
    tried = editor.post(page("merge"), sent | {"confirm": "Undo"})

    reason = (
        "This merge cannot be undone as things are, for terms were changed since. “Water” is "
        "called “Freshwater” now."
    )
    assert reason in text(asked)
    assert 'name="confirm"' not in asked.content.decode()
    assert said(tried) == [f"“Waters” → “Water”: {reason}"]


def test_several_are_undone_the_latest_first(
    editor: Client, network: Network, water: list[ThematicArea]
) -> None:
    actor = network["taxonomy_manager"]
    first = merging.merge([water[0]], water[1], actor=actor)
    second = merging.merge([water[1]], water[2], actor=actor)
    sent = {"action": "undo", "_selected_action": [first.pk, second.pk]}

    asked = editor.post(page("merge"), sent)
    editor.post(page("merge"), sent | {"confirm": "Undo"})

    assert 'name="confirm"' in asked.content.decode()
    assert Merge.objects.filter(undone_at=None).count() == 0
    assert ThematicArea.objects.filter(merged_into=None).count() == 3


def test_what_does_not_come_back_is_named(
    manager: Client, network: Network, water: list[ThematicArea]
) -> None:
    record = merging.merge([water[0]], water[2], actor=network["taxonomy_manager"])
    plan = Plan.objects.get(title="Two")
    authoring.save(plan, {"thematic_areas": Change([water[1]])}, actor=network["member"])

    asked = manager.post(page("merge"), {"action": "undo", "_selected_action": record.pk})

    words = text(asked)
    assert "0 uses on plans come back." in words
    assert "1 does not: its plan has dropped the term since, or chosen it anew" in words
    assert "“Waters” stays as the plan has it now" in words


def test_names_of_a_merged_term_are_not_changed(
    editor: Client, network: Network, water: list[ThematicArea]
) -> None:
    merging.merge([water[0]], water[1], actor=network["taxonomy_manager"])

    editor.post(page("thematicarea", "change", water[0].pk), {"name": "Seas", "aliases": ""})

    water[0].refresh_from_db()
    assert water[0].name == "Waters"


def test_a_page_that_was_open_during_a_merge_takes_no_spelling_away(
    editor: Client, network: Network, water: list[ThematicArea]
) -> None:
    into = water[1]
    ThematicArea.objects.filter(pk=into.pk).update(aliases=["H2O", "Aqua"])
    shown = {"name": "Water", "initial-aliases": "H2O\r\nAqua"}
    merging.merge([water[0]], into, actor=network["taxonomy_manager"])

    editor.post(page("thematicarea", "change", into.pk), shown | {"aliases": "Aqua\r\nRivers"})
    into.refresh_from_db()
    assert into.aliases == ["Aqua", "Rivers", "Waters"]

    shown["name"] = "Waterways"
    editor.post(page("thematicarea", "change", into.pk), shown | {"aliases": "H2O\r\nAqua"})
    into.refresh_from_db()
    assert (into.name, into.aliases) == ("Waterways", ["Aqua", "Rivers", "Waters"])


def test_a_merged_term_is_not_deleted(
    manager: Client, network: Network, water: list[ThematicArea]
) -> None:
    merging.merge([water[2]], water[1], actor=network["taxonomy_manager"])

    answer = manager.post(page("thematicarea", "delete", water[2].pk), {"post": "yes"})

    assert said(answer) == [
        (
            "“Wells” was merged into “Water”, and what it is called leads there. It stays, so that "
            "this can be undone."
        )
    ]
    assert ThematicArea.objects.filter(pk=water[2].pk).exists()


def test_a_list_offers_merging_and_a_merged_terms_page_does_not(
    editor: Client, network: Network
) -> None:
    one, two = (MethodFactory.create(name=name) for name in ("Diary", "Diaries"))
    merging.merge([two], one, actor=network["taxonomy_manager"])

    assert "merge" in dict(
        editor.get(page("method")).context["action_form"].fields["action"].choices
    )
    labels = [
        [button.label for button in editor.get(page("method", "change", row.pk)).context["buttons"]]
        for row in Method.objects.order_by("name")
    ]
    assert labels == [[], ["Retire", "Merge …", "Split …"]]

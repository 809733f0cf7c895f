"""The vocabularies in the administration."""

from __future__ import annotations

import re
from collections.abc import Callable
from threading import Thread
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from accounts.models import User
from plans.filters import LibraryFilter
from plans.models import (
    LANGUAGES,
    LearningQuestion,
    Method,
    Plan,
    Sector,
    StageName,
    TermStatus,
    ThematicArea,
)
from plans.sections import Stage
from tests.factories import (
    MethodFactory,
    SdgFactory,
    ThematicAreaFactory,
)
from tests.personas import Network
from tests.plans.admin.pages import VOCABULARIES, listed, page, said, text


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("co creation", ["Co-creation"]),
        ("COCREATION", ["Co-creation"]),
        ("creation co", ["Co-creation"]),
        ("igualdad de genero", ["Gender equality"]),
        ("joint design", ["Co-creation"]),
        ("design gender", []),
        ("%", ["Co-creation", "Gender equality"]),
        ("", ["Co-creation", "Gender equality"]),
    ],
)
def test_terms_are_found_by_name_and_spelling_however_written(
    editor: Client, typed: str, found: list[str]
) -> None:
    ThematicAreaFactory.create(name="Co-creation", aliases=["Joint design"])
    ThematicAreaFactory.create(name="Gender equality", aliases=["Igualdad de género"])
    assert listed(editor.get(page("thematicarea"), {"q": typed})) == found


def test_terms_are_filtered_by_status(editor: Client) -> None:
    ThematicAreaFactory.create(name="Old", status=TermStatus.RETIRED)
    ThematicAreaFactory.create(name="New", status=TermStatus.PROPOSED)
    ThematicAreaFactory.create(name="Now")
    assert listed(editor.get(page("thematicarea"), {"status__exact": "proposed"})) == ["New"]


def test_a_list_says_on_how_many_plans_a_term_is(
    manager: Client, complete_plan: Callable[..., Plan]
) -> None:
    complete_plan(title="Wells")
    complete_plan("submitted", title="Pumps")
    for model in VOCABULARIES:
        used = manager.get(page(model))
        assert "2 plans" in text(used)
        address = re.search(r'href="(/admin/plans/plan/\?[^"]+)"', used.content.decode())
        assert address
        assert sorted(listed(manager.get(address[1].replace("&amp;", "&")))) == ["Pumps", "Wells"]


def test_who_may_not_see_plans_gets_the_number_alone(
    editor: Client, complete_plan: Callable[..., Plan]
) -> None:
    complete_plan()
    used = editor.get(page("method"))
    assert "1 plan" in text(used)
    assert "/admin/plans/plan/" not in used.content.decode()


def test_terms_are_retired_and_taken_into_use_again(editor: Client) -> None:
    one, two = ThematicAreaFactory.create(name="Apps"), ThematicAreaFactory.create(name="Bots")
    chosen = {"_selected_action": [one.pk, two.pk]}
    answer = editor.post(page("thematicarea"), {"action": "retire"} | chosen)
    assert said(answer) == ["2 terms are retired now. Plans that have them keep them."]
    assert set(ThematicArea.objects.values_list("status", flat=True)) == {"retired"}
    answer = editor.post(page("thematicarea"), {"action": "take_into_use"} | chosen)
    assert said(answer)[-1] == "2 terms are in use now."
    assert set(ThematicArea.objects.values_list("status", flat=True)) == {"in_use"}


def test_a_merged_term_stays_merged(editor: Client) -> None:
    into = ThematicAreaFactory.create(name="Water")
    merged = ThematicAreaFactory.create(name="Waters", status="merged", merged_into=into)
    answer = editor.post(
        page("thematicarea"), {"action": "take_into_use", "_selected_action": [merged.pk]}
    )
    assert said(answer) == [
        "“Waters” was merged into “Water” and stays so.",
        "0 terms are in use now.",
    ]
    merged.refresh_from_db()
    assert merged.status == "merged"
    assert "merged into “Water”" in text(editor.get(page("thematicarea")))


def test_the_button_on_a_terms_page_retires_it_and_comes_back(editor: Client) -> None:
    term = MethodFactory.create(name="Interviews")
    shown = editor.get(page("method", "change", term.pk))
    assert [button.label for button in shown.context["buttons"]] == ["Retire", "Merge …", "Split …"]
    answer = editor.post(
        page("method"), {"action": "retire", "_selected_action": term.pk, "_from_page": "1"}
    )
    assert answer.headers["Location"] == page("method", "change", term.pk)
    shown = editor.get(answer.headers["Location"])
    assert [button.label for button in shown.context["buttons"]] == ["Take into use", "Merge …"]


def test_the_status_is_not_in_the_form(editor: Client) -> None:
    term = MethodFactory.create(name="Interviews")
    sent = {"name": "Long interviews", "aliases": "", "status": "retired", "merged_into": term.pk}
    assert editor.post(page("method", "change", term.pk), sent).status_code == 302
    term.refresh_from_db()
    assert (term.name, term.status, term.merged_into) == ("Long interviews", "in_use", None)


def test_a_new_term_is_in_use(editor: Client) -> None:
    sent = {"name": "  Foresight  ", "aliases": "Futures\nfutures\n\nHorizon scanning, wide"}
    assert editor.post(page("thematicarea", "add"), sent).status_code == 302
    term = ThematicArea.objects.get()
    assert (term.name, term.status) == ("Foresight", "in_use")
    assert term.aliases == ["Futures", "Horizon scanning, wide"]


ALREADY = (
    "There is already a term with this name, give or take capitals, accents, spaces and "
    "punctuation."
)


def taken(words: str, other: str = "Gender equality") -> str:
    """What is said of words that lead to another term."""
    return f"“{words}” already leads to the term “{other}”. Take it away there first."


@pytest.mark.parametrize(
    ("sent", "errors"),
    [
        ({"name": "GENDER  equality!", "aliases": ""}, {"name": [ALREADY]}),
        (
            {"name": "–!", "aliases": ""},
            {"name": ["A term needs at least one letter or number."]},
        ),
        (
            {"name": "Igualdad de genero", "aliases": ""},
            {"name": [taken("Igualdad de genero")]},
        ),
        (
            {"name": "Women", "aliases": "mujeres\ngender-equality\nigualdad de género"},
            {"aliases": [taken("gender-equality"), taken("igualdad de género")]},
        ),
        (
            {"name": "Women", "aliases": "…"},
            {"aliases": ["“…” needs at least one letter or number."]},
        ),
        (
            {"name": "Women", "aliases": "w" * 201},
            {
                "aliases": [
                    "“" + "w" * 40 + "…” is too long: a spelling has at most 200 characters."
                ]
            },
        ),
        (
            {"name": "W\0men", "aliases": ""},
            {"name": ["There is a sign in this that cannot be shown. Take it out."]},
        ),
    ],
)
def test_what_would_clash_is_said_beside_the_input(
    editor: Client, sent: dict[str, str], errors: dict[str, list[str]]
) -> None:
    ThematicAreaFactory.create(name="Gender equality", aliases=["Igualdad de género"])
    refused = editor.post(page("thematicarea", "add"), sent)
    assert refused.context["adminform"].form.errors == errors
    assert ThematicArea.objects.count() == 1


def test_a_terms_own_words_do_not_clash_with_it(editor: Client) -> None:
    term = ThematicAreaFactory.create(name="Water", aliases=["Agua"])
    ThematicAreaFactory.create(name="H2O", status="merged", merged_into=term)
    sent = {"name": "WATER", "aliases": "agua\nwater\nh2o"}
    assert editor.post(page("thematicarea", "change", term.pk), sent).status_code == 302
    term.refresh_from_db()
    assert (term.name, term.aliases) == ("WATER", ["agua", "water", "h2o"])


def test_the_same_words_may_be_in_two_vocabularies(editor: Client) -> None:
    MethodFactory.create(name="Interviews")
    sent = {"name": "Interviews", "aliases": ""}
    assert editor.post(page("datasource", "add"), sent).status_code == 302


@pytest.mark.django_db(transaction=True)
def test_two_who_add_the_same_name_at_once_are_told_beside_the_input(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The form finds the name free, and somebody else stores it before it is stored."""
    client.force_login(User.objects.create_superuser("both@example.org"))
    save, meanwhile = Sector.save, [Sector(name="UNIVERSITY")]

    def somebody_else() -> None:
        Sector.objects.bulk_create([meanwhile.pop()])
        connection.close()

    def slowly(term: Sector, *args: Any, **kwargs: Any) -> None:
        if meanwhile:
            other = Thread(target=somebody_else)
            other.start()
            other.join()
        save(term, *args, **kwargs)

    monkeypatch.setattr(Sector, "save", slowly)
    refused = client.post(page("sector", "add"), {"name": "University", "aliases": "Academia"})
    assert refused.context["adminform"].form.errors == {"name": [ALREADY]}
    assert "Academia" in refused.content.decode()
    assert [term.name for term in Sector.objects.all()] == ["UNIVERSITY"]


def test_a_term_on_a_plan_is_not_deleted_but_the_way_to_retire_it_is_named(
    manager: Client, complete_plan: Callable[..., Plan]
) -> None:
    complete_plan()
    term = Sector.objects.get()
    for answer in (
        manager.get(page("sector", "delete", term.pk)),
        manager.post(page("sector", "delete", term.pk), {"post": "yes"}),
    ):
        assert answer.headers["Location"] == page("sector", "change", term.pk)
        assert said(answer)[-1] == (
            f"“{term}” is on 1 plan, so it cannot be deleted. Retire it instead: "
            "plans keep it, and it is not offered any more."
        )
    assert Sector.objects.count() == 1


def test_a_term_that_others_became_part_of_is_not_deleted(manager: Client) -> None:
    into = MethodFactory.create(name="Survey")
    MethodFactory.create(name="Surveys", status="merged", merged_into=into)
    answer = manager.post(page("method", "delete", into.pk), {"post": "yes"})
    assert said(answer) == ["Other terms were merged into “Survey”, so it cannot be deleted."]


def test_a_term_that_nothing_needs_is_deleted(manager: Client) -> None:
    term = MethodFactory.create(name="Survey")
    asked = manager.get(page("method", "delete", term.pk))
    assert "Delete “Survey”? This goes with it:" in text(asked)
    assert manager.post(page("method", "delete", term.pk), {"post": "yes"}).status_code == 302
    assert Method.objects.count() == 0


def test_no_list_deletes_many_at_once(manager: Client) -> None:
    term = MethodFactory.create()
    manager.post(page("method"), {"action": "delete_selected", "_selected_action": term.pk})
    manager.post(
        page("method"), {"action": "delete_selected", "_selected_action": term.pk, "post": "yes"}
    )
    assert Method.objects.count() == 1


def test_a_goal_keeps_number_name_and_colour(manager: Client) -> None:
    goal = SdgFactory.create(number=6, name="Clean Water and Sanitation", colour="#26BDE2")
    shown = manager.get(page("sdg", "change", goal.pk))
    assert 'fill="#26BDE2"' in shown.content.decode()
    sent = {"number": 7, "name": "Water", "colour": "#000000", "aliases": "SDG 6\nWASH"}
    assert manager.post(page("sdg", "change", goal.pk), sent).status_code == 302
    goal.refresh_from_db()
    assert (goal.number, goal.name, goal.colour) == (6, "Clean Water and Sanitation", "#26BDE2")
    assert goal.aliases == ["SDG 6", "WASH"]
    assert manager.get(page("sdg", "add")).status_code == 403
    assert manager.post(page("sdg", "delete", goal.pk), {"post": "yes"}).status_code == 403


# -- the stages of the learning cycle --------------------------------------------------------------


@pytest.fixture
def stages(db: None) -> dict[str, StageName]:
    """The rows of the four stages, the last one first."""
    made = (StageName(stage=stage) for stage in reversed(Stage))
    return {row.stage: row for row in StageName.objects.bulk_create(made)}


def labelled(**labels: str) -> dict[str, str]:
    """What the form of a stage sends, or that of a goal without its spellings."""
    return {"description": "", **{f"label_{one}": "" for one in LANGUAGES}, **labels}


def test_a_stage_is_labelled_and_found_by_its_label(
    editor: Client, network: Network, stages: dict[str, StageName]
) -> None:
    network.plan("approved", title="Wells")
    sent = labelled(label_es=" Probar ", label_ar="اختبار", description="Try it out.")
    editor.post(page("stagename", "change", stages["test"].pk), sent | {"stage": "grow"})

    stages["test"].refresh_from_db()
    assert stages["test"].labels == {"es": "Probar", "ar": "اختبار"}
    assert (stages["test"].stage, stages["test"].description) == ("test", "Try it out.")
    assert listed(editor.get(page("stagename"))) == ["Sense", "Explore", "Test", "Grow"]
    for typed in ("test", "TEST", "próbar", "اختبار"):
        asked = LibraryFilter({"stage": typed}, Plan.objects.all())
        assert [(one.word, one.name) for one in asked.chosen] == [("test", "Test")]


def test_a_label_leads_to_one_stage(editor: Client, stages: dict[str, StageName]) -> None:
    stages["test"].labels = {"es": "Probar"}
    stages["test"].save()
    there = page("stagename", "change", stages["sense"].pk)

    refused = editor.post(there, labelled(label_pt="PROBAR", label_fr="Grow", label_en="–"))

    assert refused.context["adminform"].form.errors == {
        "label_pt": ["“PROBAR” already leads to the stage “Test”. Choose another word."],
        "label_fr": ["“Grow” already leads to the stage “Grow”. Choose another word."],
        "label_en": ["A label needs at least one letter or number."],
    }
    assert editor.post(there, labelled(label_en="Sense")).status_code == 302


def test_stages_are_neither_added_nor_deleted(
    manager: Client, stages: dict[str, StageName]
) -> None:
    gone = page("stagename", "delete", stages["sense"].pk)
    assert manager.get(page("stagename", "add")).status_code == 403
    assert manager.post(gone, {"post": "yes"}).status_code == 403
    assert StageName.objects.count() == 4


def test_the_codebook_of_stages_says_on_how_many_plans_each_is(
    editor: Client, network: Network, stages: dict[str, StageName]
) -> None:
    network.plan("approved", title="Wells")
    asked = set(LearningQuestion.objects.get().stages)

    shown = editor.get(page("stagename", "codebook"))

    assert [(str(stage), stage.uses) for stage, _group in shown.context["entries"]] == [
        (str(stage.label), int(stage in asked)) for stage in Stage
    ]


def test_the_codebook_of_goals_is_in_their_order(editor: Client) -> None:
    for number, name in ((2, "Zero hunger"), (13, "Climate action"), (1, "No poverty")):
        SdgFactory.create(number=number, name=name)

    shown = editor.get(page("sdg", "codebook"))

    assert [goal.number for goal, _group in shown.context["entries"]] == [1, 2, 13]


def test_who_keeps_vocabularies_labels_goals(editor: Client) -> None:
    goal = SdgFactory.create(number=6, name="Clean water and sanitation")
    sent = labelled(label_fr="Eau propre et assainissement", aliases="WASH")

    assert editor.post(page("sdg", "change", goal.pk), sent).status_code == 302

    goal.refresh_from_db()
    assert goal.labels == {"fr": "Eau propre et assainissement"}


# -- the page of a term ----------------------------------------------------------------------------


def form(term: ThematicArea, **changed: Any) -> dict[str, Any]:
    """What the form of a term's page sends."""
    sent = {"name": term.name, "aliases": "\n".join(term.aliases), "description": ""}
    return sent | {f"label_{language}": "" for language in LANGUAGES} | changed


def test_labels_a_meaning_and_a_group_are_written_on_a_terms_page(editor: Client) -> None:
    water, wells = (ThematicAreaFactory.create(name=name) for name in ("Water", "Wells"))
    sent = form(wells, label_fr=" Puits ", label_ar="آبار", parent=water.pk, position="3")

    editor.post(page("thematicarea", "change", wells.pk), sent | {"description": "Dug or drilled."})

    wells.refresh_from_db()
    assert wells.labels == {"fr": "Puits", "ar": "آبار"}
    assert (wells.parent, wells.position, wells.description) == (water, 3, "Dug or drilled.")
    editor.post(page("thematicarea", "change", wells.pk), form(wells, label_ar="آبار"))
    wells.refresh_from_db()
    assert (wells.labels, wells.parent) == ({"ar": "آبار"}, None)


def test_a_label_that_leads_elsewhere_is_refused_beside_its_input(editor: Client) -> None:
    ThematicAreaFactory.create(name="Water", aliases=["Eau"])
    wells = ThematicAreaFactory.create(name="Wells")

    answer = editor.post(page("thematicarea", "change", wells.pk), form(wells, label_fr="EAU"))

    assert answer.context["adminform"].form.errors["label_fr"] == [
        "“EAU” already leads to the term “Water”. Take it away there first."
    ]
    wells.refresh_from_db()
    assert wells.labels == {}


def test_a_group_in_a_group_is_refused_in_words(editor: Client) -> None:
    water, wells, pumps = (ThematicAreaFactory.create(name=n) for n in ("Water", "Wells", "Pumps"))
    editor.post(page("thematicarea", "change", wells.pk), form(wells, parent=water.pk))

    answer = editor.post(
        page("thematicarea", "change", water.pk), form(water, parent=pumps.pk), follow=True
    )

    assert "A theme is in the group of a theme that is in no group itself" in text(answer)
    water.refresh_from_db()
    assert water.parent is None


def test_a_terms_page_tells_its_story_its_use_and_its_plans(
    editor: Client, network: Network
) -> None:
    network.plan("approved", title="Wells that answered")
    network.plan(title="A draft of theirs")
    water = ThematicArea.objects.get(name="Water")
    editor.post(page("thematicarea", "change", water.pk), form(water, name="Waters"))

    shown = editor.get(page("thematicarea", "change", water.pk))

    assert [line.what for line in shown.context["story"]] == [
        ["Renamed from “Water” to “Waters”."],
        ["Added as “Water”: in use."],
    ]
    year = network.cycle.year
    assert shown.context["usage"].years == [(year, [2], 2)]
    assert "Wells that answered" in text(shown)
    assert "A draft of theirs" not in text(shown)
    assert "1 plan that is not yours to read." in text(shown)

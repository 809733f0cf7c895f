"""Each rule that the database keeps, broken by hand-written SQL: refused, with its sentence.

The table names every constraint of the models; one without a row fails the last test.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction

from accounts.models import Absence, Country, Invitation, Lab, Membership, Region, Reviewer, User
from plans import (
    authoring,
    inbox,
    keys,
    merging,
    presence,
    reviewing,
    scheduling,
    splitting,
    taxonomies,
    workflow,
)
from plans.authoring import Change
from plans.document import PlanDocument, ReflectionDocument
from plans.models import (
    CHOICES,
    ROWS,
    AccessKey,
    ArchivePage,
    Checkpoint,
    Collection,
    CollectionEntry,
    CollectionReader,
    Comment,
    Criterion,
    CriterionMark,
    Cycle,
    DataSource,
    Delivery,
    Different,
    Draft,
    Event,
    Evidence,
    Extension,
    LearningQuestion,
    Look,
    MadeFile,
    Mark,
    Merge,
    MergedUse,
    Method,
    Mute,
    Notification,
    Organisation,
    Partner,
    Picture,
    Plan,
    Preference,
    Presence,
    Question,
    Reflection,
    Review,
    SavedSearch,
    Sdg,
    SearchName,
    Sector,
    Split,
    SplitUse,
    StageName,
    Suggestion,
    TermChange,
    TermStatus,
    ThematicArea,
    Thread,
    Topic,
    Upload,
    UploadPiece,
    Version,
    Writing,
)
from plans.models.constraints import TRIGGERS, sentence
from tests.factories import CycleFactory, SdgFactory
from tests.plans.picture_files import jpeg

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.db.models import Model

    from tests.personas import Network


@dataclass
class World:
    """One row of everything, to be copied and changed by the statements of the table."""

    network: Network
    big_bet: Plan
    exploratory: Plan
    second: Plan
    spare: Plan
    withdrawn: Plan

    def pk(self, model: type[Model]) -> Any:
        """The key of some row of that table."""
        row = model._default_manager.order_by("pk").first()
        assert row is not None, model
        return row.pk


@pytest.fixture
def world(network: Network) -> World:
    """A lab whose places are all taken, with a row in every table."""
    member, reviewer, manager = (
        network[name] for name in ("member", "reviewer", "network_manager")
    )
    withdrawn = network.plan("withdrawn", title="Withdrawn")
    big_bet = network.plan("submitted", challenge_type="big_bet", title="Big bet")
    exploratory = network.plan(title="Exploratory")
    second = network.plan(title="Second")
    spare = workflow.start(network.lab, network.cycle, actor=member, title="Spare")
    for number in range(2, 6):
        authoring.add_row(exploratory, "partners", actor=member, name=f"Partner {number}")
    item = second.evidence.order_by("position")[0].pk
    authoring.give_picture(second, item, jpeg(), actor=member)
    upload = authoring.begin_sending(second, item, len(jpeg()), "", actor=member)
    authoring.receive(upload, 0, jpeg(), actor=member)
    CycleFactory.create(year=2025, quarter=None)
    reviewing.open_thread(
        big_bet, "challenge.background", "Who pays?", actor=reviewer, instead="Paid by all."
    )
    criterion = Criterion.objects.create(cycle=network.cycle, position=1, text="It can be tested")
    reviewing.keep(big_bet, actor=reviewer, summary="", marks={criterion: (Mark.MET, "")})
    reviewing.keep_draft(big_bet, "new:plan", "And when", actor=reviewer)
    presence.enter(exploratory, "partners", actor=member)
    Look.objects.create(plan=big_bet, user=reviewer)
    inbox.choose(member, {Topic.TALK: Delivery.NEVER})
    inbox.mute(member, big_bet, muted=True)
    keys.make("The ministry's site", ["plans"], dt.timedelta(days=30), actor=member)
    Absence.objects.create(
        reviewer=Reviewer.objects.get(user=reviewer, region=network.region),
        stand_in=network["other_reviewer"],
        begins_at=dt.datetime(2026, 7, 1, tzinfo=dt.UTC),
        ends_at=dt.datetime(2026, 7, 31, tzinfo=dt.UTC),
    )
    scheduling.extend(
        network.lab, network.cycle, until=network.cycle.closes_at.replace(year=2999), actor=manager
    )
    Plan.objects.filter(pk=big_bet.pk).update(source="big.md")
    page = authoring.Arrived(
        network.lab,
        network.cycle,
        "archived.md",
        "# Archived",
        PlanDocument(title="Archived"),
        ReflectionDocument(title="Archived"),
    )
    authoring.bring_in(page, actor=manager)
    SdgFactory.create(number=2, name="Écosystèmes, façades")
    Question.objects.create(section="title", field="title", label="Title")
    StageName.objects.create(stage="sense")
    Invitation.objects.create(email="new@example.org", lab=network.lab, invited_by=manager)
    Invitation.objects.create(email="new@example.org", region=network.region, invited_by=manager)
    for model in MERGED:
        terms = model._default_manager
        terms.create(name="Écosystèmes, façades")
        kept = terms.create(name="Kept", aliases=["Spelled so"])
        terms.create(name="Gone", status=TermStatus.MERGED, merged_into=kept)
    exploratory.partners.update(organisation=Organisation.objects.create(name="Union"))
    theme = ThematicArea.objects.create(name="Rivers")
    authoring.save(second, {"thematic_areas": Change([theme])}, actor=member)
    merging.merge([theme], ThematicArea.objects.get(name="Kept"), actor=manager)
    glued, lakes, ponds = (
        ThematicArea.objects.create(name=name) for name in ("Lakes, ponds", "Lakes", "Ponds")
    )
    authoring.save(second, {"thematic_areas": Change([glued])}, actor=member)
    splitting.split(glued, [lakes, ponds], actor=manager)
    taxonomies.say_different([lakes, ponds], actor=manager)
    taxonomies.put_in_group([lakes], ponds, actor=manager)
    chosen = Collection.objects.create(name="Wells", owner=member)
    for number, plan in enumerate((big_bet, exploratory), start=1):
        CollectionEntry.objects.create(collection=chosen, plan=plan, position=number)
    CollectionReader.objects.create(collection=chosen, address="colleague@example.org")
    SavedSearch.objects.create(
        owner=member, position=1, name="Wells", query="q=wells", how_often="never"
    )
    MadeFile.objects.create(person=member, form="pdf", ending="pdf", of=2)
    return World(network, big_bet, exploratory, second, spare, withdrawn)


# -- SQL, written short ----------------------------------------------------------------------------


def update(model: type[Model], pk: Any, changes: str) -> str:
    """``UPDATE … SET changes`` of one row."""
    return f"UPDATE {model._meta.db_table} SET {changes} WHERE {_key(model)} = '{pk}'"


def approved(world: World, statement: str) -> str:
    """The statement, once the big bet that waits for reviewers is approved."""
    return update(Plan, world.big_bet.pk, "state = 'approved'") + "; " + statement


def copy(model: type[Model], pk: Any, **others: str) -> str:
    """``INSERT`` a second row like that one, with some columns given as SQL."""
    columns = [
        str(field.column)
        for field in model._meta.concrete_fields
        if not field.primary_key or field.column in others
    ]
    if isinstance(model._meta.pk, type(Partner._meta.pk)):
        others = {"id": "gen_random_uuid()", **others}
        columns = ["id", *columns]
    values = ", ".join(others.get(column, column) for column in columns)
    return (
        f"INSERT INTO {model._meta.db_table} ({', '.join(columns)}) "
        f"SELECT {values} FROM {model._meta.db_table} WHERE {_key(model)} = '{pk}'"
    )


def _key(model: type[Model]) -> str:
    assert model._meta.pk is not None
    return str(model._meta.pk.column)


PLAN_COPY = {"source": "''"}
TERMS: tuple[type[Model], ...] = (ThematicArea, Method, DataSource, Sector, Organisation)
MERGED: dict[type[Model], str] = {
    ThematicArea: "choices",
    Method: "choices",
    DataSource: "choices",
    Sector: "partners",
    Organisation: "partners",
}
"""The vocabularies whose terms are merged, and how plans come to them."""
KEPT: tuple[type[Model], ...] = (Event, Version, Writing, Checkpoint, TermChange, ArchivePage)
WITH_GOALS: tuple[type[Model], ...] = (Sdg, *TERMS)
NAME_ONCE = (
    "There is already a term with this name, give or take capitals, accents, spaces and "
    "punctuation."
)
ONE_TERM = "Another term of this vocabulary already goes by this name or spelling."
ONE_LABEL = (
    "A term has one label for each language, with letters or numbers and at most 200 characters."
)
ONE_LEVEL = (
    "A theme is in the group of a theme that is in no group itself, "
    "and has no themes below it then."
)
WRITTEN_ONCE = "This could not be stored. Check what you entered and try again."
APPROVED = "The text of an approved plan stays as it was approved. Reopen the plan to change it."
LIMIT = "A lab hands in one big bet and two exploratory plans per cycle."

TABLE: list[tuple[str, str, str, Callable[[World], str]]] = [
    # what is tried, the constraint, its sentence, the statement
    (
        "an access key called nothing",
        "access_key_has_a_name",
        "Give the key a name, so that you know it again.",
        lambda w: update(AccessKey, w.pk(AccessKey), "name = E' \\t'"),
    ),
    (
        "an access key that is kept itself",
        "access_key_itself_is_not_kept",
        "Of a key only its digest is kept.",
        lambda w: update(AccessKey, w.pk(AccessKey), "digest = 'alp_' || repeat('a', 60)"),
    ),
    *(
        (
            f"an access key for {what}",
            "access_key_is_for_something_known",
            "Choose what the key is for: at least one of these.",
            lambda w, scopes=scopes: update(AccessKey, w.pk(AccessKey), f"scopes = '{scopes}'"),
        )
        for what, scopes in (("nothing", "{}"), ("drafts", "{plans,drafts}"))
    ),
    (
        "an access key that ends as it begins",
        "access_key_ends_later",
        "The day on which a key ends has to be still to come.",
        lambda w: update(AccessKey, w.pk(AccessKey), "expires_at = made_at"),
    ),
    (
        "an access key for longer than a year",
        "access_key_lasts_a_year_at_most",
        "A key is valid for a year at most.",
        lambda w: update(
            AccessKey, w.pk(AccessKey), "expires_at = made_at + interval '366 days 1 second'"
        ),
    ),
    *(
        (
            f"an access key revoked {how}",
            "access_key_says_who_revoked_it",
            "A key that is revoked says when, and by whom.",
            lambda w, changes=changes: update(AccessKey, w.pk(AccessKey), changes),
        )
        for how, changes in (
            ("by nobody", "revoked_at = now()"),
            ("never", "revoked_by_id = owner_id"),
        )
    ),
    (
        "a second collection with the name, in capitals",
        "one_collection_per_name",
        "You already have a collection with this name.",
        lambda w: copy(Collection, w.pk(Collection), name="'WELLS'"),
    ),
    (
        "a collection whose name is a dash",
        "collection_name_has_letters",
        "A name needs at least one letter or number.",
        lambda w: update(Collection, w.pk(Collection), "name = ' – '"),
    ),
    (
        "a collection open to the world",
        "collection_openness_is_known",
        "Choose one from the list.",
        lambda w: update(Collection, w.pk(Collection), "openness = 'world'"),
    ),
    (
        "a plan twice in a collection",
        "plan_once_per_collection",
        "This plan is already in the collection.",
        lambda w: copy(CollectionEntry, w.pk(CollectionEntry), position="3"),
    ),
    (
        "two plans of a collection at one place",
        "one_entry_per_position",
        "Only one can be at this place.",
        lambda w: copy(CollectionEntry, w.pk(CollectionEntry), plan_id=str(w.second.pk)),
    ),
    *(
        (
            f"a plan of a collection at place {place}",
            "collection_holds_200_plans",
            "A collection holds at most 200 plans.",
            lambda w, place=place: update(
                CollectionEntry, w.pk(CollectionEntry), f"position = {place}"
            ),
        )
        for place in (0, 201)
    ),
    (
        "a collection shared twice with one address",
        "reader_once_per_collection",
        "It is already shared with this address.",
        lambda w: copy(CollectionReader, w.pk(CollectionReader)),
    ),
    (
        "a reader's address in capitals",
        "reader_address_in_small_letters",
        "Write the e-mail address in small letters.",
        lambda w: update(CollectionReader, w.pk(CollectionReader), "address = 'A@example.org'"),
    ),
    (
        "a second search with the name, in capitals",
        "one_search_per_name",
        "You already have a search with this name.",
        lambda w: copy(
            SavedSearch, w.pk(SavedSearch), name="'WELLS'", query="'q=rain'", position="2"
        ),
    ),
    (
        "a search saved twice",
        "search_saved_once",
        "You have saved this search already.",
        lambda w: copy(SavedSearch, w.pk(SavedSearch), name="'Rain'", position="2"),
    ),
    (
        "two searches at one place",
        "one_search_per_position",
        "Only one can be at this place.",
        lambda w: copy(SavedSearch, w.pk(SavedSearch), name="'Rain'", query="'q=rain'"),
    ),
    *(
        (
            f"a search at place {place}",
            "twenty_searches_at_most",
            "You can keep 20 searches. Remove one that you no longer need first.",
            lambda w, place=place: update(SavedSearch, w.pk(SavedSearch), f"position = {place}"),
        )
        for place in (0, 21)
    ),
    (
        "a search whose name is a dash",
        "search_name_has_letters",
        "A name needs at least one letter or number.",
        lambda w: update(SavedSearch, w.pk(SavedSearch), "name = ' – '"),
    ),
    (
        "a search of 2001 characters",
        "search_fits_2000_characters",
        "This search is too long to be saved. Use fewer words.",
        lambda w: update(SavedSearch, w.pk(SavedSearch), "query = repeat('ж', 2001)"),
    ),
    *(
        (
            f"a search that is mailed {what}",
            "search_is_due_when_mailed",
            "Choose one of the ways in the list.",
            lambda w, changes=changes: update(SavedSearch, w.pk(SavedSearch), changes),
        )
        for what, changes in (
            ("every hour", "how_often = 'hourly', due_at = now()"),
            ("every day, at no time", "how_often = 'daily'"),
            ("never, at some time", "due_at = now()"),
        )
    ),
    (
        "a second reflection from the same file",
        "one_reflection_per_imported_file",
        "This file has already been imported for this lab.",
        lambda w: copy(Reflection, w.pk(Reflection), plan_id="NULL"),
    ),
    (
        "a reflection about nothing",
        "a_reflection_is_about_a_plan",
        "Only a reflection from the archive can be without its plan.",
        lambda w: copy(Reflection, w.pk(Reflection), plan_id="NULL", source="''"),
    ),
    (
        "a second page with the same number",
        "one_page_per_number",
        "This file already came in with this number.",
        lambda w: copy(ArchivePage, w.pk(ArchivePage)),
    ),
    (
        "a file that is half there",
        "file_status_is_known",
        "A file is waiting, being made, ready, or not made.",
        lambda w: update(MadeFile, w.pk(MadeFile), "status = 'half'"),
    ),
    (
        "a file of more plans than it has",
        "a_file_reads_no_more_plans_than_it_has",
        "No more plans can be read than are asked for.",
        lambda w: update(MadeFile, w.pk(MadeFile), "done = 3"),
    ),
    (
        "a file that is ready and nowhere",
        "a_ready_file_is_there",
        "A file that is ready is kept, and until a day.",
        lambda w: update(MadeFile, w.pk(MadeFile), "status = 'ready'"),
    ),
    (
        "a file on its way that says why it was not made",
        "only_a_failed_file_has_a_problem",
        "Only a file that was not made says why.",
        lambda w: update(MadeFile, w.pk(MadeFile), "problem = 'No room'"),
    ),
    (
        "a page with number 0",
        "pages_are_counted_from_one",
        "Pages are counted from 1.",
        lambda w: copy(ArchivePage, w.pk(ArchivePage), number="0"),
    ),
    (
        "a page that became nothing",
        "a_page_became_something",
        "A page that is kept is a plan, a reflection or both.",
        lambda w: copy(
            ArchivePage, w.pk(ArchivePage), number="7", plan_id="NULL", reflection_id="NULL"
        ),
    ),
    (
        "a second big bet",
        "one_plan_per_slot",
        "Another plan of this lab holds this place.",
        lambda w: copy(Plan, w.big_bet.pk, **PLAN_COPY),
    ),
    (
        "a second big bet in a place of its own",
        "slot_fits_type_and_state",
        LIMIT,
        lambda w: copy(Plan, w.big_bet.pk, slot="2", **PLAN_COPY),
    ),
    (
        "a fourth plan in the first place",
        "one_plan_per_slot",
        "Another plan of this lab holds this place.",
        lambda w: copy(Plan, w.exploratory.pk, slot="1"),
    ),
    (
        "a fourth plan in the second place",
        "one_plan_per_slot",
        "Another plan of this lab holds this place.",
        lambda w: copy(Plan, w.exploratory.pk, slot="2"),
    ),
    (
        "a fourth plan in a third place",
        "slot_fits_type_and_state",
        LIMIT,
        lambda w: copy(Plan, w.exploratory.pk, slot="3"),
    ),
    (
        "a fourth plan in no place",
        "slot_fits_type_and_state",
        LIMIT,
        lambda w: copy(Plan, w.exploratory.pk, slot="NULL"),
    ),
    (
        "an exploratory plan turned into a second big bet",
        "one_plan_per_slot",
        "Another plan of this lab holds this place.",
        lambda w: update(Plan, w.exploratory.pk, "challenge_type = 'big_bet'"),
    ),
    (
        "a place without a type",
        "slot_fits_type_and_state",
        LIMIT,
        lambda w: update(Plan, w.spare.pk, "slot = 1"),
    ),
    (
        "a type without a place",
        "slot_fits_type_and_state",
        LIMIT,
        lambda w: update(Plan, w.spare.pk, "challenge_type = 'exploratory'"),
    ),
    (
        "a submitted plan without a type",
        "slot_fits_type_and_state",
        LIMIT,
        lambda w: update(Plan, w.spare.pk, "state = 'submitted'"),
    ),
    (
        "a withdrawn plan that holds a place",
        "slot_fits_type_and_state",
        LIMIT,
        lambda w: update(Plan, w.withdrawn.pk, "slot = 2"),
    ),
    (
        "a withdrawn plan made a draft again without a place",
        "slot_fits_type_and_state",
        LIMIT,
        lambda w: update(Plan, w.withdrawn.pk, "state = 'draft'"),
    ),
    (
        "an archived plan that holds a place",
        "slot_fits_type_and_state",
        LIMIT,
        lambda w: update(Plan, w.big_bet.pk, "state = 'archived'"),
    ),
    (
        "an unknown state",
        "plan_state_is_known",
        "A plan cannot be in this state.",
        lambda w: update(Plan, w.big_bet.pk, "state = 'lost'"),
    ),
    (
        "an unknown type",
        "challenge_type_is_known",
        "A plan is a big bet or exploratory.",
        lambda w: update(Plan, w.withdrawn.pk, "challenge_type = 'moonshot'"),
    ),
    (
        "a summary of 281 characters",
        "summary_fits_280_characters",
        "The short summary has at most 280 characters.",
        lambda w: update(Plan, w.spare.pk, "summary = repeat('ж', 281)"),
    ),
    (
        "a title of 201 characters",
        "title_fits_200_characters",
        "A title has at most 200 characters.",
        lambda w: update(Plan, w.spare.pk, "title = repeat('ж', 201)"),
    ),
    (
        "a latitude of 100",
        "latitude_is_on_earth",
        "Latitude runs from -90 to 90 degrees.",
        lambda w: update(Plan, w.spare.pk, "latitude = 100"),
    ),
    (
        "a latitude that is not a number",
        "latitude_is_on_earth",
        "Latitude runs from -90 to 90 degrees.",
        lambda w: update(Plan, w.spare.pk, "latitude = 'NaN'"),
    ),
    (
        "a longitude of -181",
        "longitude_is_on_earth",
        "Longitude runs from -180 to 180 degrees.",
        lambda w: update(Plan, w.spare.pk, "longitude = -181"),
    ),
    (
        "the same file twice",
        "one_plan_per_imported_file",
        "This file has already been imported for this lab.",
        lambda w: update(Plan, w.spare.pk, "source = 'big.md'"),
    ),
    (
        "a sixth partner",
        "five_partners_at_most",
        "A plan names at most five partners.",
        lambda w: copy(Partner, w.exploratory.partners.get(position=5).pk, position="6"),
    ),
    *(
        (
            f"two rows of {model._meta.db_table} at one place",
            f"{model._meta.model_name}_one_per_position",
            "Only one can be at this place.",
            lambda w, model=model: copy(model, w.pk(model)),
        )
        for model in ROWS.values()
    ),
    *(
        (
            f"a row of {model._meta.db_table} at place 0",
            f"{model._meta.model_name}_positions_from_1",
            "Places are counted from 1.",
            lambda w, model=model: update(model, w.pk(model), "position = 0"),
        )
        for model in ROWS.values()
    ),
    (
        "an unknown kind of evidence",
        "evidence_kind_is_known",
        "Evidence is quantitative or qualitative.",
        lambda w: update(Evidence, w.pk(Evidence), "kind = 'rumour'"),
    ),
    (
        "evidence in an unknown form",
        "evidence_form_is_known",
        "Evidence is given as a text, a link or a picture.",
        lambda w: update(Evidence, w.pk(Evidence), "form = 'song'"),
    ),
    (
        "a picture in a format that we do not write",
        "picture_format_is_known",
        "Pictures are kept as JPEG or PNG.",
        lambda w: update(Picture, w.pk(Picture), "format = 'svg'"),
    ),
    *(
        (
            f"a picture of {size} bytes on its way",
            "upload_is_at_most_10_mb",
            "A picture has at most 10 MB.",
            lambda w, size=size: update(Upload, w.pk(Upload), f"size = {size}"),
        )
        for size in (0, 10 * 1024 * 1024 + 1)
    ),
    (
        "a piece of a picture twice",
        "one_piece_per_start",
        "This piece has already arrived.",
        lambda w: copy(UploadPiece, w.pk(UploadPiece)),
    ),
    (
        "an unknown stage",
        "stages_are_known",
        "The stages are Sense, Explore, Test and Grow.",
        lambda w: update(LearningQuestion, w.pk(LearningQuestion), "stages = '{sense,rest}'"),
    ),
    *(
        (
            f"a term of {model._meta.db_table} spelled “{spelling}”",
            f"{model._meta.model_name}_name_once",
            NAME_ONCE,
            lambda w, model=model, spelling=spelling: copy(
                model, _term(model), name=f"'{spelling}'"
            ),
        )
        for model in TERMS
        for spelling in (
            "Écosystèmes, façades",
            "écosystèmes, FAÇADES",
            "Ecosystemes, facades",
            "Écosystèmes  façades",
            "Écosystèmes-façades!",
            "ecosystemesfacades",
        )
    ),
    (
        "a goal spelled differently",
        "sdg_name_once",
        NAME_ONCE,
        lambda w: copy(Sdg, _term(Sdg), number="3", name="'ECOSYSTEMES FACADES'"),
    ),
    *(
        (
            f"a term of {model._meta.db_table} without letters",
            f"{model._meta.model_name}_name_has_letters",
            "A term needs at least one letter or number.",
            lambda w, model=model: update(model, _term(model), "name = '¿ – ?'"),
        )
        for model in WITH_GOALS
    ),
    *(
        (
            f"a term of {model._meta.db_table} in an unknown state",
            f"{model._meta.model_name}_status_is_known",
            "A term is proposed, in use, retired, refused or merged.",
            lambda w, model=model: update(model, _term(model), "status = 'lost'"),
        )
        for model in WITH_GOALS
    ),
    *(
        (
            f"a term of {model._meta.db_table} merged into none",
            f"{model._meta.model_name}_merged_says_where",
            "A merged term says which term it was merged into.",
            lambda w, model=model: update(model, _term(model), "status = 'merged'"),
        )
        for model in WITH_GOALS
    ),
    *(
        (
            f"a term of {model._meta.db_table} in use and merged",
            f"{model._meta.model_name}_merged_says_where",
            "A merged term says which term it was merged into.",
            lambda w, model=model: update(model, _term(model), f"merged_into_id = {_term(model)}"),
        )
        for model in WITH_GOALS
    ),
    (
        "another text of an approved plan",
        "approved_text_stays",
        APPROVED,
        lambda w: approved(w, update(Plan, w.big_bet.pk, "background = 'Four dry years.'")),
    ),
    *(
        (
            f"a row of {model._meta.db_table} {what} an approved plan",
            "approved_text_stays",
            APPROVED,
            lambda w, model=model, sql=sql: approved(
                w, sql.format(table=model._meta.db_table, plan=w.big_bet.pk, other=w.second.pk)
            ),
        )
        for model in (Evidence, Partner, LearningQuestion)
        for what, sql in (
            ("taken from", "DELETE FROM {table} WHERE plan_id = {plan}"),
            ("moved within", "UPDATE {table} SET position = position + 10 WHERE plan_id = {plan}"),
            (
                "brought into",
                "UPDATE {table} SET plan_id = {plan}, position = 90 WHERE plan_id = {other}",
            ),
        )
    ),
    *(
        (
            f"a term of {model._meta.db_table} merged into one that was merged",
            "merged_into_a_living_term",
            "A term is merged into a living one, and into one that was not merged itself.",
            lambda w, model=model: merged(model, into=_term(model, "Gone")),
        )
        for model in MERGED
    ),
    *(
        (
            f"a term of {model._meta.db_table} merged to which another one leads",
            "merged_into_a_living_term",
            "A term is merged into a living one, and into one that was not merged itself.",
            lambda w, model=model: update(
                model,
                _term(model, "Kept"),
                f"status = 'merged', merged_into_id = {_term(model)}",
            ),
        )
        for model in MERGED
    ),
    *(
        (
            f"a term of {model._meta.db_table} merged into itself",
            "merged_into_a_living_term",
            "A term is merged into a living one, and into one that was not merged itself.",
            lambda w, model=model: merged(model, into=_term(model)),
        )
        for model in MERGED
    ),
    *(
        (
            f"a term of {model._meta.db_table} merged that is on a plan",
            "merged_term_is_on_no_plan",
            "Plans still have this term. Merging it moves them to the term that stays.",
            lambda w, model=model, path=path: update(
                model, used(model, path), f"status = 'merged', merged_into_id = {_term(model)}"
            ),
        )
        for model, path in MERGED.items()
    ),
    *(
        (
            f"a spelling in {model._meta.db_table} that is another's name",
            "spelling_leads_to_one_term",
            ONE_TERM,
            lambda w, model=model: update(
                model, _term(model), "aliases = '{other spelling, kept}'"
            ),
        )
        for model in MERGED
    ),
    *(
        (
            f"a spelling in {model._meta.db_table} that is another's spelling",
            "spelling_leads_to_one_term",
            ONE_TERM,
            lambda w, model=model: update(model, _term(model), "aliases = '{spélled-so}'"),
        )
        for model in MERGED
    ),
    *(
        (
            f"a name in {model._meta.db_table} that is another's spelling",
            "spelling_leads_to_one_term",
            ONE_TERM,
            lambda w, model=model: copy(model, _term(model), name="'SPELLED SO'"),
        )
        for model in MERGED
    ),
    (
        "a term that search would know twice",
        "search_name_once",
        "This name is already there.",
        lambda w: copy(SearchName, w.pk(SearchName)),
    ),
    *(
        (
            f"a label of {model._meta.db_table} that another term is called",
            "spelling_leads_to_one_term",
            ONE_TERM,
            lambda w, model=model: update(model, _term(model), """labels = '{"fr": "KEPT"}'"""),
        )
        for model in MERGED
    ),
    *(
        (
            f"a label of {model._meta.db_table} that is {what}",
            f"{model._meta.model_name}_has_one_label_a_language",
            ONE_LABEL,
            lambda w, model=model, labels=labels: update(model, _term(model), labels),
        )
        for model in WITH_GOALS
        for what, labels in (
            ("none", """labels = '{"fr": " – "}'"""),
            ("no text", """labels = '{"fr": 7}'"""),
            ("too long", "labels = jsonb_build_object('fr', repeat('é', 201))"),
            ("in no language", """labels = '{"Plain French": "Eau"}'"""),
            ("in a list", """labels = '["Eau"]'"""),
        )
    ),
    *(
        (
            f"a term of {model._meta.db_table} refused without a word",
            f"{model._meta.model_name}_refused_says_why",
            "A term that is refused says why.",
            lambda w, model=model: update(model, _term(model), "status = 'refused'"),
        )
        for model in WITH_GOALS
    ),
    *(
        (
            f"a term of {model._meta.db_table} before the first",
            f"{model._meta.model_name}_places_from_1",
            "Places are counted from 1.",
            lambda w, model=model: update(model, _term(model), "position = 0"),
        )
        for model in WITH_GOALS
    ),
    *(
        (
            f"a theme in the group of {what}",
            "theme_groups_are_one_level",
            ONE_LEVEL,
            lambda w, one=one, group=group: update(
                ThematicArea, _term(ThematicArea, one), f"parent_id = {_term(ThematicArea, group)}"
            ),
        )
        for what, one, group in (
            ("itself", "Kept", "Kept"),
            ("one that is in a group", "Kept", "Lakes"),
            ("one that was merged", "Kept", "Gone"),
            ("another, with a group of its own", "Ponds", "Kept"),
        )
    ),
    (
        "a theme merged that has a group",
        "theme_groups_are_one_level",
        ONE_LEVEL,
        lambda w: (
            f"UPDATE plans_thematicarea SET status = 'merged', "
            f"merged_into_id = {_term(ThematicArea, 'Kept')} WHERE id = "
            f"{emptied(_term(ThematicArea, 'Ponds'))}"
        ),
    ),
    (
        "a change to a term in an unknown vocabulary",
        "change_vocabulary_is_known",
        "There is no such vocabulary.",
        lambda w: copy(TermChange, w.pk(TermChange), vocabulary="'flag'"),
    ),
    (
        "a change of nothing",
        "change_says_what",
        "A change to a term says what was changed.",
        lambda w: copy(TermChange, w.pk(TermChange), before="NULL", after="NULL"),
    ),
    (
        "two that are different in an unknown vocabulary",
        "different_vocabulary_is_known",
        "There is no such vocabulary.",
        lambda w: update(Different, w.pk(Different), "vocabulary = 'flag'"),
    ),
    (
        "a term different from itself",
        "different_terms_are_two",
        "A term cannot be different from itself.",
        lambda w: update(Different, w.pk(Different), "other = one"),
    ),
    (
        "two that are different, twice",
        "different_terms_once",
        "It was said already that these are not the same.",
        lambda w: copy(Different, w.pk(Different)),
    ),
    (
        "a split in an unknown vocabulary",
        "split_vocabulary_is_known",
        "There is no such vocabulary.",
        lambda w: update(Split, w.pk(Split), "vocabulary = 'flag'"),
    ),
    (
        "a split into one",
        "split_is_into_two_or_more",
        "A term is split into two others or more.",
        lambda w: update(Split, w.pk(Split), '"into" = "into"[1:1]'),
    ),
    (
        "a split into itself",
        "split_is_into_two_or_more",
        "A term is split into two others or more.",
        lambda w: update(Split, w.pk(Split), 'term = "into"[1]'),
    ),
    (
        "a split that was undone by nobody",
        "undone_split_says_by_whom_and_when",
        "A split that was undone says by whom and when.",
        lambda w: update(Split, w.pk(Split), "undone_at = now()"),
    ),
    (
        "a split that changes a plan twice",
        "split_use_once_per_plan",
        "A split changes each plan once.",
        lambda w: copy(SplitUse, w.pk(SplitUse)),
    ),
    (
        "a merge in an unknown vocabulary",
        "merge_vocabulary_is_known",
        "There is no such vocabulary.",
        lambda w: update(Merge, w.pk(Merge), "vocabulary = 'flag'"),
    ),
    (
        "a merge that was undone by nobody",
        "undone_merge_says_by_whom_and_when",
        "A merge that was undone says by whom and when.",
        lambda w: update(Merge, w.pk(Merge), "undone_at = now()"),
    ),
    (
        "a merged use of nothing",
        "merged_use_is_a_choice_or_a_partner",
        "A use is a chosen term or a partner.",
        lambda w: update(MergedUse, w.pk(MergedUse), "choice = NULL"),
    ),
    (
        "a merged use that is somehow back",
        "merged_use_fate_is_known",
        "A use came back when its merge was undone, or not.",
        lambda w: update(MergedUse, w.pk(MergedUse), "fate = 'perhaps'"),
    ),
    (
        "an eighteenth goal",
        "sdg_number_is_1_to_17",
        "The goals are numbered from 1 to 17.",
        lambda w: update(Sdg, _term(Sdg), "number = 18"),
    ),
    *(
        (
            f"a term twice in {model._meta.db_table}",
            f"{model._meta.model_name}_once_per_plan",
            "This is already chosen.",
            lambda w, model=model: copy(model, w.pk(model)),
        )
        for model in CHOICES.values()
    ),
    (
        "two versions of one number",
        "one_version_per_number",
        "This plan already has a version with this number.",
        lambda w: copy(Version, w.pk(Version)),
    ),
    (
        "a version numbered 0",
        "version_number_from_one",
        "Versions are counted from 1.",
        lambda w: copy(Version, w.pk(Version), number="0"),
    ),
    (
        "two checkpoints of one moment",
        "one_checkpoint_per_revision",
        "The plan has already been kept as it was here.",
        lambda w: copy(Checkpoint, w.pk(Checkpoint)),
    ),
    (
        "two saves that made the same of a plan",
        "one_writing_per_revision",
        "This save has already been noted.",
        lambda w: copy(Writing, w.pk(Writing)),
    ),
    (
        "a person twice in one plan",
        "one_presence_per_person",
        "This person is already noted as being here.",
        lambda w: copy(Presence, w.pk(Presence)),
    ),
    (
        "a second open review of one reviewer",
        "one_open_review_per_reviewer",
        "This reviewer already has an open review of this plan.",
        lambda w: copy(Review, w.pk(Review)),
    ),
    (
        "a review that ended without a decision",
        "closed_review_has_decision",
        "A review that has ended says how.",
        lambda w: update(Review, w.pk(Review), "closed_at = now()"),
    ),
    (
        "a review that was decided without an end",
        "closed_review_has_decision",
        "A review that has ended says how.",
        lambda w: update(Review, w.pk(Review), "decision = 'approved'"),
    ),
    (
        "an unknown decision",
        "closed_review_has_decision",
        "A review that has ended says how.",
        lambda w: update(Review, w.pk(Review), "closed_at = now(), decision = 'perhaps'"),
    ),
    (
        "an unknown status of a thread",
        "thread_status_is_known",
        "A thread is open, addressed or resolved.",
        lambda w: update(Thread, w.pk(Thread), "status = 'forgotten'"),
    ),
    (
        "an empty comment",
        "comment_says_something",
        "Write something first.",
        lambda w: update(Comment, w.pk(Comment), "text = ''"),
    ),
    (
        "a second criterion at one place",
        "one_criterion_per_place",
        "Only one criterion can be at this place.",
        lambda w: copy(Criterion, w.pk(Criterion)),
    ),
    (
        "a second mark for one criterion",
        "one_mark_per_criterion",
        "This criterion is already marked.",
        lambda w: copy(CriterionMark, w.pk(CriterionMark)),
    ),
    (
        "an unknown mark",
        "mark_is_known",
        "A criterion is met, partly met, or not yet met.",
        lambda w: update(CriterionMark, w.pk(CriterionMark), "mark = 'splendid'"),
    ),
    (
        "a second look of one person at one plan",
        "one_look_per_person",
        "That this person read the plan is already noted.",
        lambda w: copy(Look, w.pk(Look)),
    ),
    (
        "a suggestion that was applied by nobody",
        "suggestion_is_answered_by_somebody",
        "A suggestion waits, or somebody has answered it.",
        lambda w: update(Suggestion, w.pk(Suggestion), "status = 'applied', answered_at = now()"),
    ),
    (
        "a suggestion that waits and was answered",
        "suggestion_is_answered_by_somebody",
        "A suggestion waits, or somebody has answered it.",
        lambda w: update(
            Suggestion,
            w.pk(Suggestion),
            f"answered_at = now(), answered_by_id = {w.network.people['member'].pk}",
        ),
    ),
    (
        "a suggestion in an unknown status",
        "suggestion_is_answered_by_somebody",
        "A suggestion waits, or somebody has answered it.",
        lambda w: update(Suggestion, w.pk(Suggestion), "status = 'forgotten'"),
    ),
    (
        "a suggestion declined without a word",
        "declined_suggestion_says_why",
        "Say why the suggestion is declined.",
        lambda w: update(
            Suggestion,
            w.pk(Suggestion),
            "status = 'declined', answered_at = now(), "
            f"answered_by_id = {w.network.people['member'].pk}",
        ),
    ),
    (
        "somebody twice in one plan",
        "one_presence_per_person",
        "This person is already noted as being here.",
        lambda w: copy(Presence, w.pk(Presence)),
    ),
    (
        "a second draft in one box",
        "one_draft_per_box",
        "What is typed here is already kept.",
        lambda w: copy(Draft, w.pk(Draft)),
    ),
    (
        "an unknown kind of event",
        "event_kind_is_known",
        "The history knows no such thing.",
        lambda w: copy(Event, w.pk(Event), kind="'gossip'"),
    ),
    *(
        (
            f"a row of {model._meta.db_table} changed afterwards",
            "",
            WRITTEN_ONCE,
            lambda w, model=model: update(model, w.pk(model), "id = id"),
        )
        for model in KEPT
    ),
    *(
        (
            f"a row of {model._meta.db_table} deleted",
            "",
            WRITTEN_ONCE,
            lambda w, model=model: f"DELETE FROM {model._meta.db_table}",
        )
        for model in KEPT
    ),
    (
        "somebody told twice of one event",
        "nobody_is_told_twice",
        "This person is already told of this.",
        lambda w: copy(Notification, w.pk(Notification)),
    ),
    (
        "a second choice for one topic",
        "one_preference_per_topic",
        "There is already a choice for this.",
        lambda w: copy(Preference, w.pk(Preference)),
    ),
    (
        "a choice for an unknown topic",
        "preference_is_known",
        "Choose one of the ways in the list.",
        lambda w: update(Preference, w.pk(Preference), "topic = 'weather'"),
    ),
    (
        "an unknown way to be told",
        "preference_is_known",
        "Choose one of the ways in the list.",
        lambda w: update(Preference, w.pk(Preference), "delivery = 'by_pigeon'"),
    ),
    (
        "a plan muted twice",
        "muted_once",
        "This is already muted.",
        lambda w: copy(Mute, w.pk(Mute)),
    ),
    (
        "nothing muted",
        "mute_is_of_a_plan_or_a_thread",
        "Mute a plan or a thread.",
        lambda w: update(Mute, w.pk(Mute), "plan_id = NULL"),
    ),
    (
        "a plan and a thread muted in one",
        "mute_is_of_a_plan_or_a_thread",
        "Mute a plan or a thread.",
        lambda w: update(Mute, w.pk(Mute), f"thread_id = {w.pk(Thread)}"),
    ),
    (
        "a second cycle for one quarter",
        "one_cycle_per_quarter",
        "There is already a cycle for this quarter.",
        lambda w: copy(Cycle, w.network.cycle.pk),
    ),
    (
        "a second cycle for a whole year",
        "one_cycle_per_quarter",
        "There is already a cycle for this quarter.",
        lambda w: copy(Cycle, Cycle.objects.get(quarter=None).pk),
    ),
    (
        "a fifth quarter",
        "quarter_is_one_to_four",
        "A quarter is a number from 1 to 4, or empty.",
        lambda w: update(Cycle, w.network.cycle.pk, "quarter = 5"),
    ),
    (
        "a cycle that closes when it opens",
        "cycle_closes_after_it_opens",
        "A cycle has to close after it opens.",
        lambda w: update(Cycle, w.network.cycle.pk, "closes_at = opens_at"),
    ),
    (
        "reviews that are due before the cycle opens",
        "reviews_are_due_after_cycle_opens",
        "Reviews are due after the cycle opens.",
        lambda w: update(Cycle, w.network.cycle.pk, "review_by = opens_at"),
    ),
    (
        "a second extension for a lab and a cycle",
        "one_extension_per_lab_and_cycle",
        "This lab already has an extension for this cycle. Change that one.",
        lambda w: copy(Extension, w.pk(Extension)),
    ),
    (
        "a second label for one question",
        "one_text_per_section_and_field",
        "This question already has its label and guidance.",
        lambda w: copy(Question, w.pk(Question)),
    ),
    (
        "a second row of labels for one stage",
        "one_row_per_stage",
        "This stage already has its labels.",
        lambda w: copy(StageName, w.pk(StageName)),
    ),
    (
        "labels of a stage that is none",
        "named_stage_is_known",
        "The stages are Sense, Explore, Test and Grow.",
        lambda w: update(StageName, w.pk(StageName), "stage = 'rest'"),
    ),
    (
        "a label of a stage without a letter",
        "stage_has_one_label_a_language",
        ONE_LABEL.replace("A term", "A stage"),
        lambda w: update(StageName, w.pk(StageName), """labels = '{"fr": " – "}'"""),
    ),
    (
        "somebody twice, in capitals",
        "email_in_small_letters",
        "Write the e-mail address in small letters.",
        lambda w: copy(User, w.network.people["member"].pk, email="upper(email)"),
    ),
    (
        "somebody twice",
        "",
        WRITTEN_ONCE,
        lambda w: copy(User, w.network.people["member"].pk),
    ),
    (
        "a country code of two letters",
        "country_code_is_three_capitals",
        "A country's code is three capital letters.",
        lambda w: copy(Country, w.pk(Country), code="'KE'", name="'Kenya'"),
    ),
    (
        "a country code in small letters",
        "country_code_is_three_capitals",
        "A country's code is three capital letters.",
        lambda w: copy(Country, w.pk(Country), code="'ken'", name="'Kenya'"),
    ),
    (
        "a country beyond the pole",
        "country_lies_on_earth",
        "Latitude runs from -90 to 90 degrees and longitude from -180 to 180.",
        lambda w: copy(Country, w.pk(Country), code="'KEN'", name="'Kenya'", latitude="91"),
    ),
    (
        "somebody twice in one lab",
        "one_membership_per_person_and_lab",
        "This person is already in this lab.",
        lambda w: copy(Membership, w.pk(Membership), role="'lead'"),
    ),
    (
        "an unknown role in a lab",
        "membership_role_is_known",
        "A person is a member or a lead of a lab.",
        lambda w: update(Membership, w.pk(Membership), "role = 'king'"),
    ),
    (
        "somebody twice a reviewer of one region",
        "one_reviewer_row_per_person_and_region",
        "This person already reviews for this region.",
        lambda w: copy(Reviewer, w.pk(Reviewer)),
    ),
    (
        "an absence that ends before it begins",
        "absence_ends_after_it_begins",
        "The last day cannot be before the first.",
        lambda w: update(Absence, w.pk(Absence), "ends_at = begins_at"),
    ),
    (
        "an invitation to a lab and a region",
        "invitation_is_to_a_lab_or_a_region",
        "Choose either a lab or a region to invite to.",
        lambda w: update(
            Invitation,
            Invitation.objects.get(region=None).pk,
            f"region_id = {w.network.region.pk}",
        ),
    ),
    (
        "an invitation to nothing",
        "invitation_is_to_a_lab_or_a_region",
        "Choose either a lab or a region to invite to.",
        lambda w: update(Invitation, Invitation.objects.get(region=None).pk, "lab_id = NULL"),
    ),
    (
        "a second invitation to a lab, in capitals",
        "one_open_invitation_per_email_and_lab",
        "This address has already been invited to this lab.",
        lambda w: copy(
            Invitation, Invitation.objects.get(region=None).pk, email="upper(email)", key="'two'"
        ),
    ),
    (
        "a second invitation to a region, in capitals",
        "one_open_invitation_per_email_and_region",
        "This address has already been invited to review for this region.",
        lambda w: copy(
            Invitation, Invitation.objects.get(lab=None).pk, email="upper(email)", key="'two'"
        ),
    ),
    (
        "a lab deleted that has plans",
        "",
        WRITTEN_ONCE,
        lambda w: f"DELETE FROM {Lab._meta.db_table} WHERE id = {w.network.lab.pk}",
    ),
    (
        "a region deleted that has labs",
        "",
        WRITTEN_ONCE,
        lambda w: f"DELETE FROM {Region._meta.db_table} WHERE id = {w.network.region.pk}",
    ),
    (
        "a theme deleted that is on a plan",
        "",
        WRITTEN_ONCE,
        lambda w: f"DELETE FROM plans_thematicarea WHERE id = {w.pk(ThematicArea)}",
    ),
]


def _term(model: type[Model], name: str = "Écosystèmes, façades") -> Any:
    return model._default_manager.get(name=name).pk


def emptied(key: int) -> int:
    """A theme that is taken off all plans."""
    CHOICES["thematic_areas"].objects.filter(term=key).delete()
    return key


def merged(model: type[Model], *, into: Any) -> str:
    """``UPDATE`` that merges the term nothing needs into that one."""
    return update(model, _term(model), f"status = 'merged', merged_into_id = {into}")


def used(model: type[Model], path: str) -> Any:
    """The key of a term that is on some plan."""
    return model._default_manager.filter(**{f"{path}__isnull": False}).order_by("pk")[0].pk


def run(sql: str) -> int:
    """Run one statement to its end, deferred rules included; answer how many rows it changed."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(sql)
            changed = int(cursor.rowcount)
        connection.check_constraints()
    return changed


def refusal(sql: str, constraint: str) -> tuple[str, str]:
    """The constraint that refused a statement, where the table names one, and its sentence."""
    try:
        return f"{run(sql)} rows changed", ""
    except IntegrityError as error:
        broken = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None)
        return (broken or "") if constraint else "", sentence(error)


def test_the_database_refuses_every_statement_of_the_table(world: World) -> None:
    found = {what: refusal(made(world), name) for what, name, _words, made in TABLE}

    assert found == {what: (name, words) for what, name, words, _made in TABLE}


ALLOWED: list[tuple[str, Callable[[World], str], int]] = [
    # what is tried, the statement, how many rows it changes
    (
        "a summary of 280 characters",
        lambda w: update(Plan, w.spare.pk, "summary = repeat('ж', 280)"),
        1,
    ),
    (
        "a title of 200 characters",
        lambda w: update(Plan, w.spare.pk, "title = repeat('ж', 200)"),
        1,
    ),
    ("one end of the earth", lambda w: update(Plan, w.spare.pk, "latitude=-90, longitude=180"), 1),
    ("the other end", lambda w: update(Plan, w.spare.pk, "latitude=90, longitude=-180"), 1),
    (
        "evidence of which nobody has said yet what it is",
        lambda w: update(Evidence, w.pk(Evidence), "kind = '', form = ''"),
        1,
    ),
    (
        "a picture of 10 MB on its way",
        lambda w: update(Upload, w.pk(Upload), f"size = {10 * 1024 * 1024}"),
        1,
    ),
    (
        "longer texts in the archive",
        lambda w: update(
            Plan,
            w.withdrawn.pk,
            "state = 'archived', title = repeat('ж', 201), summary = repeat('ж', 281)",
        ),
        1,
    ),
    (
        "another sector for a partner of an approved plan",
        lambda w: approved(
            w,
            f"UPDATE plans_partner SET sector_id = {_term(Sector)} WHERE plan_id = {w.big_bet.pk}",
        ),
        1,
    ),
    (
        "another text for a plan that is opened again",
        lambda w: approved(
            w,
            update(Plan, w.big_bet.pk, "state = 'changes_requested', background = 'Four years.'"),
        ),
        1,
    ),
    (
        "a place given up",
        lambda w: update(Plan, w.big_bet.pk, "state = 'withdrawn', slot = NULL"),
        1,
    ),
    (
        "two rows that change places",
        lambda w: (
            f"UPDATE plans_evidence SET position = 3 - position WHERE plan_id = {w.big_bet.pk}"
        ),
        2,
    ),
    (
        "another lab's big bet, from the same file",
        lambda w: copy(Plan, w.big_bet.pk, lab_id=str(w.network.other_lab.pk)),
        1,
    ),
    ("a term of other letters", lambda w: copy(Sector, _term(Sector), name="'Экосистема'"), 1),
    (
        "a new invitation beside an answered one",
        lambda w: copy(
            Invitation, Invitation.objects.get(lab=None).pk, key="'two'", accepted_at="now()"
        ),
        1,
    ),
]


def test_the_database_allows_what_is_just_right(world: World) -> None:
    found = {}
    for what, made, _rows in ALLOWED:
        mark = transaction.savepoint()
        found[what] = run(made(world))
        transaction.savepoint_rollback(mark)

    assert found == {what: rows for what, _made, rows in ALLOWED}


def test_every_constraint_has_a_row_in_the_table() -> None:
    named = {row[1] for row in TABLE if row[1]}

    assert named == set(TRIGGERS) | {
        constraint.name
        for model in apps.get_models()
        if model._meta.app_label in ("accounts", "plans")
        for constraint in model._meta.constraints
    }

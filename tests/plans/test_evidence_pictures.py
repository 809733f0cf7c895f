"""Pictures as evidence: given, replaced, brought back, copied, and asked to be described.

What is refused leaves nothing behind: no row, no file.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest

from plans import authoring, history, readiness, workflow
from plans.anchors import Anchor
from plans.authoring import Change, fingerprint, row_key
from plans.diff import changes
from plans.document import EvidenceItem, PlanDocument
from plans.errors import Invalid, WrongState
from plans.models import Evidence, Picture, Plan
from plans.sections import PICTURE_BYTES
from plans.states import Act
from tests.factories import CycleFactory
from tests.plans.picture_files import jpeg, png_of

if TYPE_CHECKING:
    from accounts.models import User
    from tests.personas import Network

FOLDER = "django.core.files.storage.FileSystemStorage"
PHOTO, OTHER = jpeg(300, 200), jpeg(200, 300)


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Any) -> Any:
    """A folder for the pictures of one test; answered, so that it can be looked into."""
    storage = {"BACKEND": FOLDER, "OPTIONS": {"location": str(tmp_path)}}
    settings.STORAGES = {**settings.STORAGES, "default": storage}
    return tmp_path


def files(folder: Any) -> list[str]:
    """The files that are kept, without the folders they are in."""
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


@pytest.fixture
def plan(network: Network) -> Plan:
    """A complete draft with two items of evidence."""
    return network.plan()


@pytest.fixture
def item(plan: Plan, member: User) -> Evidence:
    """A third one, which is to be a picture."""
    row = authoring.add_row(plan, "evidence", actor=member, kind="quantitative", form="picture")
    assert isinstance(row, Evidence)
    return row


def key_of(item: Evidence) -> str:
    """The key of its picture."""
    return row_key("evidence", item.pk, "picture")


def picture_of(item: Evidence) -> Picture | None:
    """The picture that is stored with it now."""
    return Evidence.objects.select_related("picture").get(pk=item.pk).picture


# -- given at once ---------------------------------------------------------------------------------


def test_a_picture_is_kept_in_two_files_that_only_its_key_names(
    plan: Plan, item: Evidence, member: User, folder: Any
) -> None:
    given = authoring.give_picture(plan, item.pk, PHOTO, actor=member)

    kept = picture_of(item)
    assert kept is not None
    assert kept == given.picture
    assert (kept.plan, kept.format, kept.added_by) == (plan, "jpg", member)
    assert (kept.width, kept.height, kept.small_width, kept.small_height) == (300, 200, 300, 200)
    assert files(folder) == [f"{kept.pk}-large.jpg", f"{kept.pk}-small.jpg"]
    assert kept.large.name == f"pictures/{kept.pk.hex[:2]}/{kept.pk}-large.jpg"


def test_the_plan_says_so_and_its_history_too(plan: Plan, item: Evidence, member: User) -> None:
    before = Plan.objects.get(pk=plan.pk).revision

    given = authoring.give_picture(plan, item.pk, PHOTO, actor=member)

    assert given.picture is not None
    now = Plan.objects.get(pk=plan.pk)
    assert now.document.evidence[2].picture == given.picture.pk
    assert now.revision == before + 1
    latest = plan.writings.order_by("-revision").first()
    assert latest is not None
    assert latest.by == member
    assert latest.entries == [{"key": key_of(item), "before": None, "after": str(given.picture.pk)}]


@pytest.mark.parametrize(
    "content",
    [b"", b"MZ program", b"<svg onload='alert(1)'/>", PHOTO[:500], png_of(60_000, 60_000),
     PHOTO + bytes(PICTURE_BYTES)],
    ids=["empty", "program", "drawing", "cut off", "bomb", "too large"],
)  # fmt: skip
def test_what_is_refused_leaves_nothing(
    plan: Plan, item: Evidence, member: User, folder: Any, content: bytes
) -> None:
    before = Plan.objects.get(pk=plan.pk).revision

    with pytest.raises(Invalid):
        authoring.give_picture(plan, item.pk, content, actor=member)

    assert (Picture.objects.count(), files(folder)) == (0, [])
    assert Plan.objects.get(pk=plan.pk).revision == before


def test_files_are_removed_when_what_follows_fails(
    plan: Plan, item: Evidence, member: User, folder: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[list[str]] = []

    def fail(*args: Any, **kwargs: Any) -> None:
        seen.append(files(folder))
        raise RuntimeError

    monkeypatch.setattr("plans.authoring.pictures.save", fail)
    with pytest.raises(RuntimeError):
        authoring.give_picture(plan, item.pk, PHOTO, actor=member)

    assert [len(names) for names in seen] == [2]
    assert (Picture.objects.count(), files(folder)) == (0, [])


def test_no_picture_comes_into_a_plan_that_was_handed_in(
    plan: Plan, member: User, folder: Any
) -> None:
    first = plan.evidence.order_by("position")[0]
    workflow.move(plan, Act.SUBMIT, actor=member)

    with pytest.raises(WrongState):
        authoring.give_picture(plan, first.pk, PHOTO, actor=member)

    assert (Picture.objects.count(), files(folder)) == (0, [])


def test_the_picture_of_somebody_else_is_not_overwritten_unseen(
    plan: Plan, item: Evidence, member: User, lead: User, folder: Any
) -> None:
    base = fingerprint(None)
    theirs = authoring.give_picture(plan, item.pk, PHOTO, actor=lead, base=base).picture

    given = authoring.give_picture(plan, item.pk, OTHER, actor=member, base=base)

    assert given.picture is None
    assert given.outcome.conflicts == {key_of(item): theirs}
    assert given.outcome.written[key_of(item)].by == lead
    assert (picture_of(item), Picture.objects.count(), len(files(folder))) == (theirs, 1, 2)

    insisting = fingerprint(theirs)
    mine = authoring.give_picture(plan, item.pk, OTHER, actor=member, base=insisting).picture
    assert mine is not None
    assert picture_of(item) == mine


def test_an_item_that_was_removed_takes_no_picture(
    plan: Plan, item: Evidence, member: User, lead: User, folder: Any
) -> None:
    authoring.remove_row(plan, "evidence", item.pk, actor=lead)

    given = authoring.give_picture(plan, item.pk, PHOTO, actor=member)

    assert (given.picture, given.outcome.conflicts) == (None, {key_of(item): None})
    assert (Picture.objects.count(), files(folder)) == (0, [])


# -- in versions, in the history, in copies --------------------------------------------------------


def test_an_old_picture_comes_back(plan: Plan, item: Evidence, member: User, folder: Any) -> None:
    first = authoring.give_picture(plan, item.pk, PHOTO, actor=member).picture
    then = Plan.objects.get(pk=plan.pk).document
    second = authoring.give_picture(plan, item.pk, OTHER, actor=member).picture
    now = Plan.objects.get(pk=plan.pk)
    assert [now.document.evidence[2].picture, len(files(folder))] == [second and second.pk, 4]

    place = Anchor(section="", group="evidence", row=item.pk)
    done = authoring.restore(now, then, place, actor=member)

    assert (done.changed, done.left_out) == (True, [])
    assert picture_of(item) == first


def test_the_history_knows_the_picture_at_every_revision(
    plan: Plan, item: Evidence, member: User
) -> None:
    first = authoring.give_picture(plan, item.pk, PHOTO, actor=member).picture
    revision = Plan.objects.get(pk=plan.pk).revision
    authoring.save(plan, {key_of(item): Change(None)}, actor=member)
    authoring.remove_row(plan, "evidence", item.pk, actor=member)

    def told(revision: int) -> list[UUID | None]:
        document = history.document_at(plan, revision)
        return [row.picture for row in document.evidence] if document else []

    assert told(revision - 1) == [None, None, None]
    assert told(revision) == [None, None, first and first.pk]
    assert told(revision + 1) == [None, None, None]
    assert told(revision + 2) == [None, None]


def test_a_removed_item_comes_back_with_its_picture_and_its_words(
    plan: Plan, item: Evidence, member: User
) -> None:
    picture = authoring.give_picture(plan, item.pk, PHOTO, actor=member).picture
    words = {row_key("evidence", item.pk, name): Change(f"The {name}.") for name in
             ("alternative", "caption")}  # fmt: skip
    authoring.save(plan, words, actor=member)
    before = Plan.objects.get(pk=plan.pk).document
    authoring.remove_row(plan, "evidence", item.pk, actor=member)

    authoring.put_row_back(plan, "evidence", item.pk, actor=member)

    assert Plan.objects.get(pk=plan.pk).document == before
    assert before.evidence[2].alternative == "The alternative."
    assert picture_of(item) == picture


def test_a_document_without_pictures_is_written_as_before_there_were_any() -> None:
    """So the hashes of the versions that were kept then are still those of what they hold."""
    told = EvidenceItem(kind="qualitative", form="text", text="Seen.").model_dump(mode="json")

    assert set(told) == {"id", "kind", "form", "text", "address"}


def test_a_document_with_a_picture_is_read_back_as_it_was(
    plan: Plan, item: Evidence, member: User
) -> None:
    authoring.give_picture(plan, item.pk, PHOTO, actor=member)
    document = Plan.objects.get(pk=plan.pk).document

    assert PlanDocument.model_validate(document.model_dump(mode="json")) == document
    assert len(changes(document, PlanDocument.model_validate_json(document.model_dump_json()))) == 0


def test_a_document_brings_the_pictures_of_plans_that_its_writer_may_see_and_no_others(
    network: Network, plan: Plan, item: Evidence, member: User, folder: Any
) -> None:
    picture = authoring.give_picture(plan, item.pk, PHOTO, actor=member).picture
    document = Plan.objects.get(pk=plan.pk).document
    assert picture is not None

    def filled(lab: Any, writer: User) -> Picture | None:
        new = workflow.start(lab, CycleFactory.create(), actor=writer)
        kept = document.model_copy(update={"country": "", "focal_point": None})
        authoring.fill(new, kept, actor=writer)
        return new.evidence.order_by("position").select_related("picture")[2].picture

    mine = filled(network.lab, network["member"])
    theirs = filled(network.other_lab, network["other_member"])

    assert theirs is None
    assert mine is not None
    assert mine.pk != picture.pk
    assert mine.large.name == picture.large.name
    assert len(files(folder)) == 2


def test_a_picture_without_words_holds_up_submission(
    plan: Plan, item: Evidence, member: User
) -> None:
    authoring.give_picture(plan, item.pk, PHOTO, actor=member)

    def missing() -> list[tuple[str, str]]:
        found = readiness.blocking(readiness.gaps(Plan.objects.get(pk=plan.pk)))
        return [(gap.target, gap.message) for gap in found]

    assert missing() == [
        (
            f"id_{item.pk}-alternative",
            "Describe what the picture shows, for somebody who cannot see it.",
        )
    ]
    words = {row_key("evidence", item.pk, "alternative"): Change("Four wells, three dry.")}
    authoring.save(plan, words, actor=member)
    assert missing() == []

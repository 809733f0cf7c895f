"""Collections: who reads them, what of them, and what their makers do."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from typing import TYPE_CHECKING, Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from docx import Document

from plans import collecting
from plans.errors import Invalid
from plans.models import Collection, CollectionEntry, Openness
from plans.permissions import visible_collections, visible_entries
from plans.states import Act
from plans.workflow import move as move_plan
from tests.factories import CycleFactory, member_of, sent_thread
from tests.personas import PERSONAS

if TYPE_CHECKING:
    from accounts.models import User
    from plans.models import Plan
    from tests.personas import Network

SECRET = "zebrafishmarker"
NOTE = "quaggamarker"


@pytest.fixture
def member(network: Network) -> User:
    """Somebody of the lab, who makes collections."""
    member: User = network["member"]
    return member


@pytest.fixture
def wells(member: User) -> Collection:
    """An empty collection, for its maker only."""
    return collecting.make("Wells", "For the forum.", actor=member)


def browser(person: User) -> Client:
    """A browser in which somebody is signed in."""
    client = Client()
    client.force_login(person)
    return client


def approved(network: Network, number: int, **extra: Any) -> list[Plan]:
    """So many approved plans, their titles counted from 1."""
    return [
        network.plan("approved", title=f"Plan {n}", cycle=CycleFactory.create(), **extra)
        for n in range(1, number + 1)
    ]


def titles(collection: Collection) -> list[tuple[int, str]]:
    """The places and titles of the plans in a collection."""
    entries = collection.entries.select_related("plan").order_by("position")
    return [(entry.position, entry.plan.title) for entry in entries]


# -- who reads -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("openness", "readers"),
    [
        ("private", {"member"}),
        ("shared", {"member", "other_member"}),
        ("network", set(PERSONAS) - {"anonymous"}),
    ],
)
def test_a_collection_is_read_by_those_it_is_for(
    network: Network, wells: Collection, member: User, openness: str, readers: set[str]
) -> None:
    collecting.share(wells, network["other_member"].email, actor=member)
    collecting.open_to(wells, openness, actor=member)

    found = {name for name in PERSONAS if visible_collections(network[name]).exists()}

    assert found == readers


def test_a_collection_shows_nobody_a_plan_or_a_note_on_one_that_they_may_not_see(
    network: Network, wells: Collection, member: User
) -> None:
    (everybodys,) = approved(network, 1)
    draft = network.plan("draft", title=SECRET)
    collecting.add(wells, draft, NOTE, actor=member)
    collecting.add(wells, everybodys, "Read this.", actor=member)
    collecting.open_to(wells, Openness.NETWORK, actor=member)
    pages = [
        f"{reverse('collections')}?whose=network",
        wells.get_absolute_url(),
        reverse("collection_export_choose", args=(wells.pk,)),
        reverse("collection_export", args=(wells.pk, "json")),
        reverse("collection_export", args=(wells.pk, "csv")),
    ]

    theirs = [browser(network["other_member"]).get(page).content.decode() for page in pages]
    mine = [browser(member).get(page).content.decode() for page in pages]

    assert [SECRET in page or NOTE in page for page in theirs] == [False] * 5
    assert [SECRET in page for page in mine] == [True, True, False, True, True]
    # Neither the number of plans nor the number of a place tells that there is another one.
    assert "One plan" in theirs[0]
    assert "One plan" in theirs[1]
    assert "2. " not in theirs[1]
    assert "Read this." in theirs[1]


def test_a_plan_that_its_collector_may_not_see_any_more_is_gone_for_them_too(
    network: Network, wells: Collection, member: User
) -> None:
    draft = network.plan("draft", title=SECRET)
    collecting.add(wells, draft, actor=member)
    network.people["member"].memberships.all().delete()

    assert list(visible_entries(network["member"], wells)) == []


def test_what_goes_out_is_in_the_order_of_the_collection(
    network: Network, wells: Collection, member: User
) -> None:
    plans = approved(network, 3)
    for plan in reversed(plans):
        collecting.add(wells, plan, actor=member)

    response = browser(member).get(reverse("collection_export", args=(wells.pk, "json")))

    sent = json.loads(response.content)["plans"]
    assert [one["plan"]["title"] for one in sent] == ["Plan 3", "Plan 2", "Plan 1"]


def test_its_notes_and_what_it_is_for_go_out_with_a_collection(
    network: Network, wells: Collection, member: User
) -> None:
    first, second = approved(network, 2)
    collecting.add(wells, second, "=Read it first.\n\nThen the other.", actor=member)
    collecting.add(wells, first, actor=member)
    client = browser(member)

    def sent(form: str) -> bytes:
        return bytes(client.get(reverse("collection_export", args=(wells.pk, form))).content)

    plans = json.loads(sent("json"))["plans"]
    assert [one["note"] for one in plans] == ["=Read it first.\n\nThen the other.", None]
    table = list(csv.DictReader(io.StringIO(sent("csv").decode("utf-8-sig"))))
    assert [one["note"] for one in table] == ["'=Read it first.\n\nThen the other.", ""]
    document = Document(io.BytesIO(sent("docx")))
    told = [paragraph.text for paragraph in document.paragraphs]
    assert "Selection: Collection: Wells\nFor the forum." in told
    assert "Note in the collection: =Read it first." in told
    with zipfile.ZipFile(io.BytesIO(sent("markdown"))) as folder:
        assert folder.read("notes.md").decode() == (
            f"{second.pk}-plan-2.md\n\n=Read it first.\n\nThen the other.\n\n{first.pk}-plan-1.md\n"
        )


def test_who_takes_a_collection_along_is_told_that_its_notes_are_in_the_file(
    network: Network, wells: Collection, member: User
) -> None:
    for plan in approved(network, 2):
        collecting.add(wells, plan, actor=member)

    page = browser(member).get(reverse("collection_export_choose", args=(wells.pk,)))

    assert (
        "2 plans in the order of the collection, as you can read them. The notes of the collection"
        " and what it is for are in the file."
    ) in page.content.decode()


def test_a_collection_goes_out_with_the_threads_of_its_plans_where_that_is_wished(
    network: Network, wells: Collection, member: User
) -> None:
    plan = network.plan("submitted")
    sent_thread(plan, "plan", "Who pays for the pump?", actor=network["reviewer"])
    collecting.add(wells, plan, actor=member)
    client = browser(member)
    choice = reverse("collection_export_choose", args=(wells.pk,))
    file = reverse("collection_export", args=(wells.pk, "json"))

    plain, wished = (client.get(file + asked).content.decode() for asked in ("", "?threads=yes"))

    assert ["Who pays for the pump?" in sent for sent in (plain, wished)] == [False, True]
    assert f'href="{choice}?threads=yes"' in client.get(choice).content.decode()
    assert f'href="{file}?threads=yes"' in client.get(f"{choice}?threads=yes").content.decode()


# -- what its maker does ---------------------------------------------------------------------------


def test_plans_change_places_and_the_ends_stay(
    network: Network, wells: Collection, member: User
) -> None:
    first, second, third = [
        collecting.add(wells, plan, actor=member) for plan in approved(network, 3)
    ]

    collecting.move(wells, third.pk, -1, actor=member)
    assert titles(wells) == [(1, "Plan 1"), (2, "Plan 3"), (3, "Plan 2")]
    collecting.move(wells, first.pk, -1, actor=member)
    collecting.move(wells, second.pk, 1, actor=member)
    assert titles(wells) == [(1, "Plan 1"), (2, "Plan 3"), (3, "Plan 2")]
    collecting.take_out(wells, first.pk, actor=member)
    assert titles(wells) == [(1, "Plan 3"), (2, "Plan 2")]


def test_a_plan_goes_up_past_one_that_its_maker_does_not_see(
    network: Network, wells: Collection, member: User
) -> None:
    one, two = approved(network, 2, lab=network.other_lab, writer=network["other_member"])
    collecting.add(wells, one, actor=member)
    hidden = network.plan("draft", lab=network.other_lab, writer=network["other_member"])
    CollectionEntry.objects.create(collection=wells, plan=hidden, position=2)
    last = collecting.add(wells, two, actor=member)

    collecting.move(wells, last.pk, -1, actor=member)

    entries = CollectionEntry.objects.filter(collection=wells).order_by("position")
    assert [entry.plan for entry in entries] == [two, hidden, one]


@pytest.mark.parametrize("name", ["", "  ", "–", "wells", " WELLS "])
def test_a_collection_needs_a_name_of_its_own(wells: Collection, member: User, name: str) -> None:
    with pytest.raises(Invalid):
        collecting.make(name, actor=member)

    assert Collection.objects.count() == 1


def test_a_plan_is_in_a_collection_once(network: Network, wells: Collection, member: User) -> None:
    (plan,) = approved(network, 1)
    collecting.add(wells, plan, actor=member)

    with pytest.raises(Invalid, match=r"This plan is already in the collection\."):
        collecting.add(wells, plan, actor=member)


def test_nobody_collects_a_plan_that_they_may_not_see(network: Network) -> None:
    other = network["other_member"]
    theirs = collecting.make("Theirs", actor=other)

    with pytest.raises(PermissionDenied):
        collecting.add(theirs, network.plan("draft"), actor=other)


def test_only_its_maker_changes_a_collection_that_everybody_reads(
    network: Network, wells: Collection, member: User
) -> None:
    (plan,) = approved(network, 1)
    entry = collecting.add(wells, plan, actor=member)
    collecting.open_to(wells, Openness.NETWORK, actor=member)
    manager = network["network_manager"]

    for act in (
        lambda: collecting.rename(wells, "Mine", "", actor=manager),
        lambda: collecting.open_to(wells, Openness.PRIVATE, actor=manager),
        lambda: collecting.share(wells, "a@example.org", actor=manager),
        lambda: collecting.note(wells, entry.pk, "So.", actor=manager),
        lambda: collecting.move(wells, entry.pk, 1, actor=manager),
        lambda: collecting.take_out(wells, entry.pk, actor=manager),
        lambda: collecting.delete(wells, actor=manager),
    ):
        with pytest.raises(PermissionDenied):
            act()


# -- sharing ---------------------------------------------------------------------------------------


def test_who_shares_is_not_told_whether_somebody_signs_in_with_an_address(
    network: Network, wells: Collection, member: User
) -> None:
    client = browser(member)
    page = reverse("collection_sharing", args=(wells.pk,))
    told = []
    for address in (network["other_member"].email, "nobody.here@example.org"):
        answer = client.post(page, {"do": "share", "reader": address}, follow=True)
        told.append(answer.content.decode().replace(address, "ADDRESS"))
        wells.readers.all().delete()

    assert "Olga" not in told[0]
    assert _told(told[0]) == _told(told[1])


def _told(page: str) -> str:
    """What a page says, without what is of this request alone."""
    start = page.index("<main")
    lines = page[start:].splitlines()
    return "\n".join(line for line in lines if "csrf" not in line and "stop:" not in line)


def test_a_colleague_is_found_by_name_and_nobody_else_is(
    network: Network, wells: Collection, member: User
) -> None:
    reader = collecting.share(wells, "léo LEAD", actor=member)
    assert (reader.address, reader.person) == ("leo.lead@example.org", network["lead"])

    with pytest.raises(Invalid, match="Nobody in your labs has this name"):
        collecting.share(wells, "Olga Neighbour", actor=member)


def test_a_collection_stays_with_who_it_was_shared_with_when_addresses_change(
    network: Network, wells: Collection, member: User
) -> None:
    reader = network["other_member"]
    collecting.share(wells, reader.email, actor=member)
    type(reader).objects.filter(pk=reader.pk).update(email="married@example.org")
    heir = member_of(network.far_lab, "Heir", email=reader.email)

    assert [visible_collections(one).count() for one in (network["other_member"], heir)] == [1, 0]


def test_what_is_shared_by_name_stays_in_that_list_when_it_is_open_to_all(
    network: Network, wells: Collection, member: User
) -> None:
    other = network["other_member"]
    collecting.share(wells, other.email, actor=member)
    page = f"{reverse('collections')}?whose=shared"
    shown = {}

    for openness in (Openness.SHARED, Openness.NETWORK, Openness.PRIVATE):
        collecting.open_to(wells, openness, actor=member)
        shown[openness] = wells.get_absolute_url() in browser(other).get(page).content.decode()

    assert shown == {Openness.SHARED: True, Openness.NETWORK: True, Openness.PRIVATE: False}


def test_somebody_who_comes_later_finds_what_was_shared_with_their_address(
    network: Network, wells: Collection, member: User
) -> None:
    collecting.share(wells, "New.Colleague@example.org", actor=member)

    newcomer = member_of(network.far_lab, "New", email="new.colleague@example.org")

    assert list(visible_collections(newcomer)) == [wells]


def test_a_first_reader_opens_a_collection_and_the_last_word_is_its_makers(
    network: Network, wells: Collection, member: User
) -> None:
    collecting.share(wells, network["other_member"].email, actor=member)
    wells.refresh_from_db()
    assert wells.openness == Openness.SHARED

    collecting.open_to(wells, Openness.PRIVATE, actor=member)
    assert not visible_collections(network["other_member"]).exists()


# -- by hand ---------------------------------------------------------------------------------------


def test_a_plan_is_put_into_a_new_collection_from_its_page(network: Network, member: User) -> None:
    (plan,) = approved(network, 1)
    client = browser(member)
    page = reverse("plan_collect", args=(plan.pk,))

    refused = client.post(page, {"name": "", "note": "Typed once."})
    assert "A name needs at least one letter or number." in refused.content.decode()
    assert "Typed once." in refused.content.decode()
    client.post(page, {"name": "To read", "note": "Why not."})

    made = Collection.objects.get(owner=member)
    assert [(one.plan, one.note) for one in made.entries.all()] == [(plan, "Why not.")]


@pytest.mark.parametrize(
    "sent",
    [
        {"do": "share", "reader": "no address\x00"},
        {"do": "share", "reader": "a@b@c"},
        {"do": "share"},
        {"do": "open", "openness": "world"},
        {"do": "stop:999999999999999999999"},
        {"do": "stop:x"},
        {"do": "dance"},
        {},
    ],
)
def test_nonsense_that_is_sent_is_answered_in_words(
    wells: Collection, member: User, sent: dict[str, str]
) -> None:
    answer = browser(member).post(reverse("collection_sharing", args=(wells.pk,)), sent)

    assert answer.status_code == 200
    assert wells.readers.count() == 0


def test_an_approved_plan_that_is_reopened_leaves_the_collections_of_others(
    network: Network, member: User
) -> None:
    (plan,) = approved(network, 1)
    other = network["other_member"]
    theirs = collecting.make_of(plan, "Theirs", actor=other)
    assert visible_entries(other, theirs).count() == 1

    move_plan(plan, Act.REOPEN, actor=network["reviewer"], note="Once more.")

    assert visible_entries(network["other_member"], theirs).count() == 0

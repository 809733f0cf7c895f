"""Files that the worker makes: asked for once, made whole, fetched by nobody who may not."""

from __future__ import annotations

import datetime as dt
import json
from copy import deepcopy
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership
from plans import clock, collecting, preparing, workflow
from plans.errors import Busy, Invalid, WrongState
from plans.exporters import later
from plans.exporters.forms import FORMS
from plans.models import LONGEST_SELECTION, FileStatus, MadeFile
from plans.states import Act
from tests import personas
from tests.factories import CycleFactory, fresh, sent_thread

if TYPE_CHECKING:
    from pytest_django import DjangoAssertNumQueries

    from accounts.models import User
    from plans.models import Plan
    from tests.personas import Network

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def built(kept: None) -> tuple[Network, Plan]:
    """The network and an approved plan, made once."""
    network = personas.build()
    return network, network.plan("approved", challenge_type="big_bet")


@pytest.fixture
def both(built: tuple[Network, Plan], db: None) -> tuple[Network, Plan]:
    """The same as they were made. What a test writes is undone after it."""
    return deepcopy(built)


@pytest.fixture
def network(both: tuple[Network, Plan]) -> Network:
    """Everybody who can meet the plan."""
    return both[0]


@pytest.fixture
def approved(both: tuple[Network, Plan]) -> Plan:
    """An approved plan."""
    return both[1]


def ask(actor: User, form: str = "json", selection: str = "", *, threads: bool = False) -> MadeFile:
    """Ask for a file, without a worker."""
    ending = FORMS[form].ending
    return preparing.ask(form, ending, selection, actor=actor, of=1, with_threads=threads)


def made(
    actor: User, form: str = "json", selection: str = "", *, threads: bool = False
) -> MadeFile:
    """Ask for a file and have it made."""
    asked = ask(actor, form, selection, threads=threads)
    later.make.func(asked.pk)
    asked.refresh_from_db()
    return asked


def client_of(user: User) -> Client:
    """Somebody's browser."""
    client = Client()
    client.force_login(user)
    return client


def content_of(client: Client, file: MadeFile) -> bytes:
    """The file as it comes down."""
    response = client.get(reverse("file", args=(file.pk,)))
    assert response.status_code == 200
    return b"".join(response)


# -- made and fetched ------------------------------------------------------------------------------


def test_a_file_is_made_and_fetched(network: Network, approved: Plan) -> None:
    file = made(network["member"])
    assert (file.status, file.done, file.of, file.plans) == ("ready", 1, 1, [approved.pk])
    client = client_of(network["member"])
    exported = json.loads(content_of(client, file))
    assert [one["number"] for one in exported["plans"]] == [approved.pk]
    file.refresh_from_db()
    assert file.fetched_at is not None
    assert file.expires_at == (file.made_at or timezone.now()) + preparing.KEPT_FOR


@pytest.mark.parametrize("form", FORMS)
def test_every_form_can_be_made(network: Network, approved: Plan, form: str) -> None:
    file = made(network["member"], form)
    assert (file.status, file.problem) == ("ready", "")
    assert file.size == len(content_of(client_of(network["member"]), file)) > 0


def test_the_selection_is_that_of_the_library(network: Network, approved: Plan) -> None:
    other = network.plan("approved", challenge_type="exploratory")
    file = made(network["member"], selection="type=exploratory&page=7&nonsense=%00")
    assert file.plans == [other.pk]


def test_what_somebody_may_not_see_is_not_in_their_file(network: Network, approved: Plan) -> None:
    person = approved.document.focal_point
    assert person is not None
    told = {
        who: content_of(client_of(network[who]), made(network[who])).decode()
        for who in ("member", "other_region_member")
    }
    assert [person.email in text for text in told.values()] == [True, False]


def test_a_file_is_nobody_elses(network: Network, approved: Plan) -> None:
    file = made(network["member"])
    for who in ("other_member", "lead", "network_manager"):
        client = client_of(network[who])
        assert client.get(reverse("file", args=(file.pk,))).status_code == 404
        assert client.post(reverse("file_change", args=(file.pk, "remove"))).status_code == 404
    with pytest.raises(PermissionDenied):
        preparing.remove(file, actor=network["lead"])


def test_who_lost_a_role_does_not_get_what_they_had_with_it(
    network: Network, approved: Plan
) -> None:
    file = made(network["member"])
    Membership.objects.filter(user=network["member"]).delete()
    client = client_of(network["member"])
    response = client.get(reverse("file", args=(file.pk,)), follow=True)
    assert response.redirect_chain == [(reverse("files"), 302)]
    assert "no longer for you" in response.content.decode()


def test_a_plan_that_is_nobodys_business_any_more_is_not_fetched(
    network: Network, approved: Plan
) -> None:
    reader = network["other_region_member"]
    file = made(reader)
    workflow.move(approved, Act.REOPEN, actor=network["reviewer"], note="Once more.")
    response = client_of(reader).get(reverse("file", args=(file.pk,)), follow=True)
    assert "no longer for you" in response.content.decode()


def test_rights_are_those_of_the_moment_in_which_it_is_made(
    network: Network, approved: Plan
) -> None:
    file = ask(network["member"])
    Membership.objects.filter(user=network["member"]).delete()
    later.make.func(file.pk)
    person = approved.document.focal_point
    assert person is not None
    content = content_of(client_of(fresh(network["member"])), file).decode()
    assert person.email not in content


def test_threads_go_along_where_they_were_asked_for(network: Network) -> None:
    plan = network.plan("submitted")
    words = "Since when exactly?"
    reviewer = network["reviewer"]
    sent_thread(plan, "challenge.background", words, actor=reviewer, must_fix=False)
    workflow.move(plan, Act.APPROVE, actor=network["reviewer"])
    for threads in (True, False):
        text = content_of(
            client_of(network["member"]), made(network["member"], threads=threads)
        ).decode()
        assert ("Since when exactly?" in text) is threads
    others = made(network["other_region_member"], threads=True)
    text = content_of(client_of(network["other_region_member"]), others).decode()
    assert "Since when exactly?" not in text


# -- asked for -------------------------------------------------------------------------------------


def test_the_same_file_is_asked_for_once(network: Network) -> None:
    assert ask(network["member"]) == ask(network["member"])
    assert ask(network["member"], "csv") != ask(network["member"])


def test_few_files_of_a_person_are_made_at_once(network: Network) -> None:
    for number in range(preparing.MOST_AT_ONCE):
        ask(network["member"], selection=f"q={number}")
    with pytest.raises(Busy, match="5 files of yours are being made"):
        ask(network["member"], selection="q=more")
    ask(network["lead"])


def test_a_selection_beyond_all_bounds_is_refused(network: Network) -> None:
    with pytest.raises(Invalid, match="too long"):
        ask(network["member"], selection="q" * (LONGEST_SELECTION + 1))


def test_a_collection_is_made_in_its_own_order(network: Network) -> None:
    member = network["member"]
    wells = collecting.make("Wells", "", actor=member)
    for title in ("Second", "Third", "First"):
        plan = network.plan("approved", title=title, cycle=CycleFactory.create())
        last = collecting.add(wells, plan, f"{title}, for it is short.", actor=member)
    collecting.move(wells, last.pk, -1, actor=member)
    asked = preparing.ask("json", "json", "", actor=member, of=3, collection=wells)

    later.make.func(asked.pk)

    sent = json.loads(content_of(client_of(member), asked))["plans"]
    assert [one["plan"]["title"] for one in sent] == ["Second", "First", "Third"]
    assert [one["note"] for one in sent] == [
        f"{title}, for it is short." for title in ("Second", "First", "Third")
    ]


def test_files_come_in_the_order_of_the_library(network: Network, approved: Plan) -> None:
    member = network["member"]
    for title in ("Second", "Third", "First"):
        network.plan("approved", title=title, cycle=CycleFactory.create())
    address = f"{reverse('plans_export', args=('json',))}?sort=title"

    at_once = client_of(member).get(address).content
    in_the_background = content_of(client_of(member), made(member, selection="sort=title"))

    for sent in (at_once, in_the_background):
        titles = [one["plan"]["title"] for one in json.loads(sent)["plans"]]
        assert titles == ["First", "Second", "Third", approved.title]


def test_a_file_says_which_plans_were_asked_for(network: Network, approved: Plan) -> None:
    member = network["member"]
    wells = collecting.make("Wells & water", "", actor=member)
    collecting.add(wells, approved, actor=member)
    collected = preparing.ask("json", "json", "", actor=member, of=1, collection=wells)
    later.make.func(collected.pk)
    chosen, everything = made(member, selection="type=big_bet"), made(member)
    client = client_of(member)

    page = client.get(reverse("files")).content.decode()
    names = [
        client.get(reverse("file", args=(file.pk,)))["Content-Disposition"]
        for file in (collected, chosen, everything)
    ]

    said = ("Collection: Wells &amp; water", "Type: Big bet", "All plans of the library")
    assert [page.count(f"<bdi>{words}</bdi>") for words in said] == [1, 1, 1]
    day = f"{timezone.localdate():%Y-%m-%d}"
    assert names == [
        f'attachment; filename="action-learning-plans-{words}{day}.json"'
        for words in ("collection-wells-water-", "type-big-bet-", "")
    ]


def test_what_is_too_large_for_a_request_is_made_in_the_background(
    network: Network, approved: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(FORMS, "json", replace(FORMS["json"], at_most=0))
    client = client_of(network["member"])
    address = f"{reverse('plans_export', args=('json',))}?type=big_bet&threads=yes"
    page = client.get(address).content.decode()
    assert f'action="{address.replace("&", "&amp;")}"' in page
    response = client.post(address)
    assert response["Location"] == reverse("files")
    file = MadeFile.objects.get()
    assert (file.selection, file.with_threads, file.of) == ("type=big_bet", True, 1)


def test_what_even_the_worker_does_not_make_is_said(
    network: Network, approved: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(FORMS, "json", replace(FORMS["json"], at_most=0, most_later=0))
    client = client_of(network["member"])
    page = client.post(reverse("plans_export", args=("json",)), follow=True).content.decode()
    assert "More than 0 plans do not fit into one file of this form." in page
    assert MadeFile.objects.count() == 0


# -- the worker ------------------------------------------------------------------------------------


def test_a_file_whose_worker_died_is_taken_up_again(network: Network, approved: Plan) -> None:
    file = ask(network["member"])
    assert preparing.take(file.pk) is not None  # and then nothing is heard of it
    later.make.func(file.pk)
    file.refresh_from_db()
    assert file.status == FileStatus.WORKING
    with clock.at(timezone.now() + preparing.TAKEN_FOR + dt.timedelta(seconds=1)):
        later.make.func(file.pk)
    file.refresh_from_db()
    assert (file.status, file.attempts) == ("ready", 2)


def test_a_file_over_which_every_worker_dies_says_so(network: Network) -> None:
    file = ask(network["member"])
    moment = timezone.now()
    for number in range(preparing.MOST_ATTEMPTS + 1):
        with clock.at(moment + number * (preparing.TAKEN_FOR + dt.timedelta(seconds=1))):
            preparing.take(file.pk)
    file.refresh_from_db()
    assert (file.status, file.problem) == (
        "failed",
        "It was begun several times, and never came to its end.",
    )
    page = client_of(network["member"]).get(reverse("files")).content.decode()
    assert "never came to its end" in page
    assert "Try again" in page


def test_a_worker_that_comes_back_too_late_changes_nothing(
    network: Network, approved: Plan
) -> None:
    first = preparing.take(ask(network["member"]).pk)
    assert first is not None
    with clock.at(timezone.now() + preparing.TAKEN_FOR + dt.timedelta(seconds=1)):
        second = preparing.take(first.pk)
    assert second is not None
    assert preparing.tell(first, 1, 1) is False
    assert preparing.finish(first, b"old", "json", [approved.pk], []) is False
    assert preparing.finish(second, b"new", "json", [approved.pk], []) is True
    assert MadeFile.objects.get().file.read() == b"new"


def test_a_fault_of_ours_is_told_and_can_be_tried_again(
    network: Network, approved: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_found: object) -> bytes:
        raise RuntimeError

    with monkeypatch.context() as patch:
        patch.setitem(FORMS, "json", replace(FORMS["json"], write=broken))
        file = made(network["member"])
    assert (file.status, file.problem) == ("failed", "Something went wrong on our side. Ask again.")
    client = client_of(network["member"])
    client.post(reverse("file_change", args=(file.pk, "again")))
    later.make.func(file.pk)
    file.refresh_from_db()
    assert (file.status, file.problem, file.attempts) == ("ready", "", 1)
    with pytest.raises(WrongState):
        preparing.again(file, actor=network["member"])


def test_a_selection_that_became_empty_is_told(network: Network) -> None:
    file = made(network["member"], selection="type=exploratory")
    assert file.problem == "No plan fits any more. Choose again in the library."


def test_nobody_waits_for_a_file_that_was_taken_away(network: Network, approved: Plan) -> None:
    taken = preparing.take(ask(network["member"]).pk)
    assert taken is not None
    preparing.remove(taken, actor=network["member"])
    assert preparing.tell(taken, 0, 1) is False
    later.make.func(taken.pk)
    assert MadeFile.objects.count() == 0


def test_a_file_is_removed_after_its_week(
    network: Network, approved: Plan, django_capture_on_commit_callbacks: object
) -> None:
    file = made(network["member"])
    storage, name = file.file.storage, str(file.file.name)
    assert preparing.clean() == 0
    with (
        clock.at(timezone.now() + preparing.KEPT_FOR + dt.timedelta(minutes=1)),
        django_capture_on_commit_callbacks(execute=True),  # type: ignore[operator]
    ):
        assert preparing.clean() == 1
    assert (MadeFile.objects.count(), storage.exists(name)) == (0, False)


# -- the page --------------------------------------------------------------------------------------


def test_the_page_looks_again_only_while_something_is_on_its_way(
    network: Network, approved: Plan
) -> None:
    client = client_of(network["member"])
    assert (
        "A file that takes a while to make lands here."
        in client.get(reverse("files")).content.decode()
    )
    file = ask(network["member"])
    page = client.get(reverse("files")).content.decode()
    assert 'hx-trigger="every 3s"' in page
    assert f'<a href="{reverse("files")}">Look again</a>' in page
    part = client.get(reverse("files"), headers={"HX-Request": "true"}).content.decode()
    assert part.lstrip().startswith('<div id="files"')
    later.make.func(file.pk)
    page = client.get(reverse("files")).content.decode()
    assert "hx-trigger" not in page
    assert reverse("file", args=(file.pk,)) in page


def test_a_file_that_is_not_ready_or_was_lost_is_said_in_words(
    network: Network, approved: Plan
) -> None:
    client = client_of(network["member"])
    file = ask(network["member"])
    address = reverse("file", args=(file.pk,))
    assert "not ready yet" in client.get(address, follow=True).content.decode()
    later.make.func(file.pk)
    file.refresh_from_db()
    file.file.storage.delete(str(file.file.name))
    assert "was lost" in client.get(address, follow=True).content.decode()


@pytest.mark.parametrize("number", [1, 3])
def test_the_page_asks_as_little_for_three_files_as_for_one(
    network: Network, django_assert_num_queries: DjangoAssertNumQueries, number: int
) -> None:
    client = client_of(network["member"])
    client.get(reverse("files"))
    for place in range(number):
        ask(network["member"], selection=f"q={place}")
    with django_assert_num_queries(5):
        client.get(reverse("files"))


# -- anything a browser can send -------------------------------------------------------------------


@pytest.mark.parametrize("form", [*FORMS, "exe", "PDF", "x" * 300])
@pytest.mark.parametrize(
    "query",
    [
        *("", "threads=yes", "threads=%00", "page=99999999999999999999", "cycle=2021-Q9"),
        *("q=%00%ff", "q=" + "x" * 5000, "country=%27;--", "region=a&region=b", "sdg=-1", "&&&=%"),
    ],
)
def test_no_address_of_an_export_fails(
    network: Network, approved: Plan, form: str, query: str
) -> None:
    client = client_of(network["other_region_member"])
    for address in (
        f"{reverse('plans_export_choose')}?{query}",
        f"/plans/export/{form}/?{query}",
        f"/plans/{approved.pk}/export/{form}/?{query}",
    ):
        assert client.get(address).status_code in (200, 404), address
    assert client.post(f"/plans/export/{form}/?{query}").status_code in (302, 404)
    for method in ("put", "delete", "patch"):
        answer = getattr(client, method)(f"/plans/export/{form}/?{query}")
        assert answer.status_code in (404, 405)


@pytest.mark.parametrize("number", ["0", "99999999999999999999999", "-1", "x", "1e3", "%00"])
def test_no_address_of_a_file_fails(network: Network, number: str) -> None:
    client = client_of(network["member"])
    for address in (f"/files/{number}/", f"/files/{number}/again/", f"/files/{number}/dance/"):
        assert client.get(address).status_code in (404, 405), address
        assert client.post(address).status_code in (404, 405), address

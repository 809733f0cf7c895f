"""A lab's people: who sees the page, and what can be done there."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from accounts import invitations
from accounts.models import Invitation, Membership
from tests.factories import LabFactory, UserFactory
from tests.personas import Network

Browsers = Callable[[str], Client]
PAGE = "/labs/wells/people/"


@pytest.mark.parametrize(
    ("name", "sees", "sends"),
    [
        ("anonymous", 302, 401),
        ("member", 200, 403),
        ("lead", 200, 302),
        ("other_member", 404, 404),
        ("other_region_member", 404, 404),
        ("reviewer", 404, 404),
        ("other_reviewer", 404, 404),
        ("reviewer_in_lab", 200, 403),
        ("network_manager", 200, 302),
        ("taxonomy_manager", 404, 404),
    ],
)
def test_who_sees_a_labs_people_and_who_invites(
    browser_of: Browsers, name: str, sees: int, sends: int
) -> None:
    browser = browser_of(name)
    assert browser.get(PAGE).status_code == sees
    answer = browser.post(PAGE, {"email": "new@example.org", "role": "member"})
    assert answer.status_code == sends
    assert Invitation.objects.count() == (1 if sends == 302 else 0)


def test_a_member_is_not_offered_what_only_a_lead_may_do(browser_of: Browsers) -> None:
    page = browser_of("member").get(PAGE).content.decode()
    assert "Mira Member" in page
    assert "Send the invitation" not in page
    assert "Make lead" not in page


def test_a_lead_invites_and_is_told_so(
    browser_of: Browsers, django_capture_on_commit_callbacks: Any
) -> None:
    browser = browser_of("lead")
    with django_capture_on_commit_callbacks(execute=True):
        answer = browser.post(PAGE, {"email": "new@example.org", "role": "lead"})
    assert answer["Location"] == PAGE
    page = browser.get(PAGE).content.decode()
    assert "An invitation is on its way to new@example.org." in page
    assert [message.to for message in mail.outbox] == [["new@example.org"]]
    assert Invitation.objects.get().role == "lead"


@pytest.mark.parametrize(
    ("email", "says"),
    [
        ("", "Enter the e-mail address of the person to invite."),
        ("nobody", "Enter an e-mail address, such as name@example.org."),
        ("mira.member@example.org", "Mira Member is already in this lab."),
        ("nul\0@example.org", "An e-mail address has no such characters in it."),
        ("x" * 300 + "@example.org", "Ensure this value has at most 254 characters"),
    ],
)
def test_what_is_wrong_with_an_invitation_is_said_and_what_was_typed_stays(
    browser_of: Browsers, email: str, says: str
) -> None:
    answer = browser_of("lead").post(PAGE, {"email": email, "role": "lead"})
    assert answer.status_code == 200
    page = answer.content.decode()
    assert says in page
    assert 'href="#id_email"' in page
    assert re.search(r'value="lead"[^>]* checked', page)


def test_an_invitation_is_sent_again_and_cancelled(network: Network, browser_of: Browsers) -> None:
    invitation = invitations.invite("new@example.org", actor=network["lead"], lab=network.lab)
    browser = browser_of("lead")
    address = f"/labs/wells/invitations/{invitation.pk}/"
    assert browser.post(address + "resend/")["Location"] == PAGE
    assert browser.post(address + "cancel/")["Location"] == PAGE
    assert Invitation.objects.count() == 0
    assert browser.post(address + "cancel/").status_code == 404


def test_a_member_becomes_lead_and_is_removed(network: Network, browser_of: Browsers) -> None:
    row = Membership.objects.get(user=network["member"], lab=network.lab)
    browser = browser_of("lead")
    address = f"/labs/wells/people/{row.pk}/"
    browser.post(address + "role/", {"role": "lead"})
    row.refresh_from_db()
    assert row.role == "lead"
    assert "Remove Mira Member from" in browser.get(address + "remove/").content.decode()
    assert Membership.objects.filter(pk=row.pk).exists()
    assert browser.post(address + "remove/")["Location"] == PAGE
    assert not Membership.objects.filter(pk=row.pk).exists()


def test_the_only_lead_is_told_why_they_cannot_leave(
    network: Network, browser_of: Browsers
) -> None:
    row = Membership.objects.get(user=network["lead"], lab=network.lab)
    browser = browser_of("lead")
    assert (
        "Make somebody else lead first"
        in browser.get(f"/labs/wells/people/{row.pk}/remove/").content.decode()
    )
    browser.post(f"/labs/wells/people/{row.pk}/remove/")
    assert "is the only lead of this lab" in browser.get(PAGE).content.decode()


def test_who_leaves_goes_home_and_not_to_a_page_that_is_gone(
    network: Network, browser_of: Browsers
) -> None:
    member = Membership.objects.get(user=network["member"], lab=network.lab)
    invitations.set_role(member, "lead", actor=network["lead"])
    answer = browser_of("member").post(f"/labs/wells/people/{member.pk}/remove/")
    assert answer["Location"] == "/"


def test_a_role_that_there_is_not_is_not_found(network: Network, browser_of: Browsers) -> None:
    row = Membership.objects.get(user=network["member"], lab=network.lab)
    answer = browser_of("lead").post(f"/labs/wells/people/{row.pk}/role/", {"role": "king"})
    assert answer.status_code == 404


def test_people_of_another_lab_are_not_reached_through_ones_own(
    network: Network, browser_of: Browsers
) -> None:
    row = Membership.objects.get(user=network["other_member"], lab=network.other_lab)
    answer = browser_of("lead").post(f"/labs/wells/people/{row.pk}/remove/")
    assert answer.status_code == 404
    assert Membership.objects.filter(pk=row.pk).exists()


def test_the_list_of_labs_leads_straight_to_the_only_one(browser_of: Browsers) -> None:
    assert browser_of("member").get("/people/")["Location"] == PAGE
    assert "You are in no lab" in browser_of("reviewer").get("/people/").content.decode()


@pytest.mark.parametrize("many", [1, 3])
def test_a_labs_page_takes_the_same_queries_for_one_and_three(
    network: Network, browser_of: Browsers, django_assert_num_queries: Any, many: int
) -> None:
    for number in range(many):
        Membership.objects.create(user=UserFactory.create(), lab=network.lab)
        invitations.invite(f"new{number}@example.org", actor=network["lead"], lab=network.lab)
    browser = browser_of("lead")
    with django_assert_num_queries(6):
        browser.get(PAGE)


@pytest.mark.parametrize("many", [1, 3])
def test_the_list_of_labs_takes_the_same_queries_for_one_and_three(
    network: Network, browser_of: Browsers, django_assert_num_queries: Any, many: int
) -> None:
    for _number in range(many):
        LabFactory.create(region=network.region)
    browser = browser_of("network_manager")
    with django_assert_num_queries(6):
        browser.get("/people/")

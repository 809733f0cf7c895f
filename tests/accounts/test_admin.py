"""People and places in the administration."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client
from django.utils import timezone

from accounts import invitations
from accounts.models import Invitation, Lab, Membership, User
from tests.factories import LabFactory, UserFactory
from tests.personas import Network

Browsers = Callable[[str], Client]
LISTS = ("user", "region", "country", "lab", "membership", "reviewer", "invitation")


@pytest.fixture
def manager(browser_of: Browsers) -> Client:
    """The browser of a network manager."""
    return browser_of("network_manager")


@pytest.fixture
def superuser(network: Network) -> Client:
    """The browser of somebody with every right."""
    client = Client()
    client.force_login(User.objects.create_superuser("root@example.org", name="Root"))
    return client


def add(browser: Client, **given: str) -> Any:
    return browser.post(
        "/admin/accounts/invitation/add/",
        {"email": "new@example.org", "role": "member", "lab": "", "region": ""} | given,
    )


def test_adding_an_invitation_sends_it(
    manager: Client, network: Network, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        answer = add(manager, lab=str(network.lab.pk), role="lead")
    assert answer.status_code == 302
    invitation = Invitation.objects.get()
    assert (invitation.email, invitation.lab, invitation.role) == (
        "new@example.org",
        network.lab,
        "lead",
    )
    assert invitation.invited_by == network.people["network_manager"]
    assert [message.to for message in mail.outbox] == [["new@example.org"]]


def test_a_reviewer_is_invited_to_a_region(manager: Client, network: Network) -> None:
    assert add(manager, region=str(network.region.pk)).status_code == 302
    assert Invitation.objects.get().region == network.region


def test_an_invitation_is_to_a_lab_or_a_region(manager: Client, network: Network) -> None:
    both = add(manager, lab=str(network.lab.pk), region=str(network.region.pk))
    neither = add(manager)
    for answer in (both, neither):
        assert "Choose either a lab or a region to invite to." in answer.content.decode()
    assert Invitation.objects.count() == 0


def test_why_somebody_cannot_be_invited_is_said(manager: Client, network: Network) -> None:
    add(manager, lab=str(network.lab.pk))
    answer = add(manager, lab=str(network.lab.pk), email="NEW@example.org")
    assert "has already been invited" in answer.content.decode()
    answer = add(manager, lab=str(network.lab.pk), email="mira.member@example.org")
    assert "Mira Member is already in this lab." in answer.content.decode()
    assert Invitation.objects.count() == 1


def test_an_invitation_that_ran_out_does_not_stand_in_the_way(
    manager: Client, network: Network
) -> None:
    old = invitations.invite("new@example.org", actor=network["lead"], lab=network.lab)
    Invitation.objects.update(expires_at=timezone.now() - dt.timedelta(days=1))
    assert add(manager, lab=str(network.lab.pk)).status_code == 302
    assert Invitation.objects.get().key != old.key


def test_invitations_are_sent_again_and_cancelled_from_the_list(
    manager: Client, network: Network
) -> None:
    one = invitations.invite("one@example.org", actor=network["lead"], lab=network.lab)
    two = invitations.invite("two@example.org", actor=network["lead"], lab=network.lab)
    invitations.accept_as_new(two.key, name="Two", password="long enough words")
    address = "/admin/accounts/invitation/"
    for action, says in (("send_again", "Sent again"), ("cancel", "Cancelled")):
        given = {"action": action, "_selected_action": [one.pk, two.pk]}
        page = manager.post(address, given, follow=True).content.decode()
        assert f"{says}: one@example.org." in page
        assert "meanwhile" in page
    assert [row.email for row in Invitation.objects.all()] == ["two@example.org"]


def test_people_are_switched_off_and_on_but_never_deleted(
    manager: Client, network: Network
) -> None:
    member = network.people["member"]
    page = manager.get("/admin/accounts/user/").content.decode()
    assert 'value="switch_off"' in page
    assert 'value="delete_selected"' not in page
    assert manager.get(f"/admin/accounts/user/{member.pk}/delete/").status_code == 403
    assert manager.get("/admin/accounts/user/add/").status_code == 403
    for action, active in (("switch_off", False), ("switch_on", True)):
        manager.post("/admin/accounts/user/", {"action": action, "_selected_action": [member.pk]})
        member.refresh_from_db()
        assert member.is_active is active


def test_nobody_switches_themself_or_a_superuser_off(
    manager: Client, superuser: Client, network: Network
) -> None:
    manager.post(
        "/admin/accounts/user/",
        {
            "action": "switch_off",
            "_selected_action": list(User.objects.values_list("pk", flat=True)),
        },
    )
    left = User.objects.filter(is_active=True).order_by("email")
    assert [user.email for user in left] == [
        network.people["network_manager"].email,
        "root@example.org",
    ]


def form_of(person: User, **changed: Any) -> dict[str, Any]:
    inlines: dict[str, Any] = {}
    for prefix in ("memberships", "reviewer_of"):
        rows = list(getattr(person, prefix).all())
        inlines |= {f"{prefix}-TOTAL_FORMS": len(rows), f"{prefix}-INITIAL_FORMS": len(rows)}
        for place, row in enumerate(rows):
            inlines |= {f"{prefix}-{place}-id": row.pk, f"{prefix}-{place}-user": person.pk}
            for name in ("lab", "role", "region"):
                value = getattr(row, f"{name}_id", getattr(row, name, None))
                inlines |= {f"{prefix}-{place}-{name}": value} if value else {}
    own = {"email": person.email, "name": person.name, "time_zone": "UTC", "is_active": "on"}
    return own | inlines | changed


def test_managers_do_not_make_themselves_superusers(manager: Client, network: Network) -> None:
    person = network.people["network_manager"]
    answer = manager.post(
        f"/admin/accounts/user/{person.pk}/change/",
        form_of(person, is_superuser="on", is_staff="on", name="Changed"),
    )
    assert answer.status_code == 302
    person.refresh_from_db()
    assert (person.name, person.is_superuser) == ("Changed", False)


def test_managers_neither_change_superusers_nor_set_passwords(
    manager: Client, superuser: Client, network: Network
) -> None:
    root = User.objects.get(email="root@example.org")
    answer = manager.post(
        f"/admin/accounts/user/{root.pk}/change/", form_of(root, email="mine@example.org")
    )
    assert answer.status_code == 403
    member = network.people["member"]
    for person in (root, member):
        assert manager.get(f"/admin/accounts/user/{person.pk}/password/").status_code == 403
    assert superuser.get(f"/admin/accounts/user/{member.pk}/password/").status_code == 200


def test_a_changed_address_is_the_one_to_sign_in_with(manager: Client, network: Network) -> None:
    member = network.people["member"]
    EmailAddress.objects.create(user=member, email=member.email, verified=True, primary=True)
    answer = manager.post(
        f"/admin/accounts/user/{member.pk}/change/", form_of(member, email="Moved@Example.org")
    )
    assert answer.status_code == 302
    member.refresh_from_db()
    assert member.email == "moved@example.org"
    rows = EmailAddress.objects.filter(user=member).values_list("email", "verified", "primary")
    assert list(rows) == [("moved@example.org", True, True)]


def test_an_address_that_somebody_has_is_refused(manager: Client, network: Network) -> None:
    member = network.people["member"]
    answer = manager.post(
        f"/admin/accounts/user/{member.pk}/change/",
        form_of(member, email=network.people["lead"].email.upper()),
    )
    assert "Somebody with this e-mail address is already here." in answer.content.decode()


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("question", ["", "?q=wells", "?q=%00", "?role__exact=%00", "?e=1"])
def test_lists_answer_any_question(manager: Client, name: str, question: str) -> None:
    answer = manager.get(f"/admin/accounts/{name}/{question}", follow=True)
    assert answer.status_code == 200


@pytest.mark.parametrize("name", LISTS)
def test_a_row_that_there_is_not_leads_back(manager: Client, name: str) -> None:
    for key in ("99999", "%00", "AAA%00"):
        assert manager.get(f"/admin/accounts/{name}/{key}/change/").status_code in (302, 403)


def test_what_completes_an_input_answers_any_question(manager: Client) -> None:
    answer = manager.get(
        "/admin/autocomplete/?term=%00we&app_label=accounts&model_name=membership&field_name=lab"
    )
    assert [row["text"] for row in answer.json()["results"]] == ["Wells"]


@pytest.mark.parametrize(
    ("name", "queries"),
    [("user", 9), ("lab", 7), ("membership", 6), ("invitation", 8)],
)
@pytest.mark.parametrize("many", [1, 3])
def test_lists_take_the_same_queries_for_one_and_three(
    manager: Client,
    network: Network,
    django_assert_num_queries: Any,
    name: str,
    queries: int,
    many: int,
) -> None:
    for number in range(many):
        lab: Lab = LabFactory.create(region=network.region)
        Membership.objects.create(user=UserFactory.create(), lab=lab)
        manager_person = network["network_manager"]
        invitations.invite(f"new{number}@example.org", actor=manager_person, lab=lab)
    with django_assert_num_queries(queries):
        manager.get(f"/admin/accounts/{name}/")


@pytest.mark.parametrize("name", ["member", "lead", "reviewer"])
def test_the_administration_is_for_administrators(browser_of: Browsers, name: str) -> None:
    assert browser_of(name).get("/admin/accounts/user/").status_code in (302, 403)


def test_keepers_of_vocabularies_do_not_see_people(browser_of: Browsers) -> None:
    browser = browser_of("taxonomy_manager")
    assert [browser.get(f"/admin/accounts/{name}/").status_code for name in LISTS] == [403] * 7

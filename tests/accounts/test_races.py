"""Two people at the same instant, over two real connections."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from django.db import connection

from accounts import invitations
from accounts.models import Invitation, LabRole, Membership, User
from tests import personas
from tests.factories import fresh

pytestmark = pytest.mark.django_db(transaction=True)


def together(*acts: Callable[[], object]) -> list[str]:
    """Run all at once; answer what each came to: "done", or the sentence of its refusal."""
    begin = threading.Barrier(len(acts))
    answers = [""] * len(acts)

    def run(place: int, act: Callable[[], object]) -> None:
        begin.wait()
        try:
            act()
            answers[place] = "done"
        except invitations.InvitationError as error:
            answers[place] = str(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=each) for each in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(answers, key=lambda answer: answer != "done")


def test_an_invitation_accepted_twice_at_once_makes_one_person() -> None:
    network = personas.build()
    invitation = invitations.invite("new@example.org", actor=network["lead"], lab=network.lab)

    def accept() -> object:
        return invitations.accept_as_new(invitation.key, name="A", password="long enough words")

    answers = together(*[accept] * 6)
    assert answers == ["done", *["This invitation has already been used."] * 5]
    assert User.objects.filter(email="new@example.org").count() == 1
    assert Membership.objects.filter(user__email="new@example.org").count() == 1


def test_two_leads_who_invite_the_same_person_at_once_make_one_invitation() -> None:
    network = personas.build()

    def invite(name: str) -> Callable[[], object]:
        return lambda: invitations.invite("new@example.org", actor=network[name], lab=network.lab)

    answers = together(*[invite("lead"), invite("network_manager")] * 3)
    refusal = "new@example.org has already been invited. You can send the e-mail again."
    assert answers == ["done", *[refusal] * 5]
    assert Invitation.objects.count() == 1


def test_two_leads_who_leave_at_once_leave_one_behind() -> None:
    network = personas.build()
    second = Membership.objects.get(user=network["member"], lab=network.lab)
    invitations.set_role(second, LabRole.LEAD, actor=network["lead"])
    rows = Membership.objects.filter(lab=network.lab, role=LabRole.LEAD).select_related("user")

    def leave(row: Membership) -> Callable[[], object]:
        return lambda: invitations.remove_member(row, actor=fresh(row.user))

    answers = together(*[leave(row) for row in rows])
    assert answers[0] == "done"
    assert "is the only lead of this lab" in answers[1]
    assert Membership.objects.filter(lab=network.lab, role=LabRole.LEAD).count() == 1

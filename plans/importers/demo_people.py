"""The people of the demo network, from ``seeds/demo/people.toml``: all invented, one password."""

from __future__ import annotations

import datetime as dt
import tomllib
from pathlib import Path
from typing import Any, NamedTuple

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.models import Group
from django.utils.translation import gettext as _

from accounts.models import Lab, LabRole, Membership, Region, Reviewer, User
from plans.importers.seeds import SEEDS

DEMO = SEEDS / "demo"


class Account(NamedTuple):
    """A demo account, as a row of the table that the command prints."""

    role: str
    place: str
    email: str


def read(path: Path) -> dict[str, Any]:
    """A file of the demo network, as data."""
    return tomllib.loads(path.read_text(encoding="utf-8"))


def password() -> str:
    """The one password of all demo accounts."""
    words: str = read(DEMO / "people.toml")["password"]
    return words


def accounts() -> list[Account]:
    """The demo accounts here that still have the known password, in the order of the file."""
    people = read(DEMO / "people.toml")["people"]
    hashes = dict(
        User.objects.filter(email__in=[row["email"] for row in people], is_active=True)
        .order_by("email")
        .values_list("email", "password")
    )
    # They were stored with one hash, so as a rule this slow question is asked once.
    known = {one for one in set(hashes.values()) if check_password(password(), one)}
    return [
        Account(*_role(row), row["email"]) for row in people if hashes.get(row["email"]) in known
    ]


def strangers() -> bool:
    """Whether somebody here has an address that the demo network would use."""
    people = read(DEMO / "people.toml")["people"]
    return User.objects.filter(email__in=[row["email"] for row in people]).exists()


def _role(row: dict[str, Any]) -> tuple[str, str]:
    """What somebody is, and where."""
    labs = [*row.get("leads", ()), *row.get("member_of", ())]
    regions = row.get("reviews", ())
    place = ", ".join([*labs, *regions])
    if labs and regions:
        return _("reviewer who is in a lab"), place
    if labs:
        return (_("lab lead") if "leads" in row else _("lab member")), place
    if regions:
        return _("reviewer"), place
    return (_("administrator"), row["group"]) if "group" in row else (_("superuser"), "")


def store(joined: dt.datetime) -> dict[str, User]:
    """Store everybody, with their places; answer them by address."""
    rows = read(DEMO / "people.toml")["people"]
    hashed = make_password(password())  # once for all: hashing is slow on purpose
    User.objects.bulk_create(
        User(
            email=row["email"],
            name=row["name"],
            time_zone=row["time_zone"],
            password=hashed,
            is_staff="group" in row or row.get("superuser", False),
            is_superuser=row.get("superuser", False),
            date_joined=joined,
        )
        for row in rows
    )
    people = {user.email: user for user in User.objects.filter(password=hashed)}
    EmailAddress.objects.bulk_create(
        EmailAddress(user=user, email=email, verified=True, primary=True)
        for email, user in people.items()
    )
    labs = dict(Lab.objects.values_list("slug", "pk"))
    regions = dict(Region.objects.values_list("slug", "pk"))
    Membership.objects.bulk_create(
        Membership(user=people[row["email"]], lab_id=labs[slug], role=role)
        for row in rows
        for key, role in (("leads", LabRole.LEAD), ("member_of", LabRole.MEMBER))
        for slug in row.get(key, ())
    )
    Reviewer.objects.bulk_create(
        Reviewer(user=people[row["email"]], region_id=regions[slug])
        for row in rows
        for slug in row.get("reviews", ())
    )
    for row in rows:
        if "group" in row:
            people[row["email"]].groups.add(Group.objects.get(name=row["group"]))
    return people

"""Everybody who can meet a plan: one small network around one lab, made afresh for a test."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib.auth.models import AnonymousUser, Group

from accounts.models import LabRole
from accounts.roles import NETWORK_MANAGERS, TAXONOMY_MANAGERS
from plans.importers import seeds
from tests import factories
from tests.factories import (
    CycleFactory,
    LabFactory,
    RegionFactory,
    ReviewerFactory,
    UserFactory,
    member_of,
    reviewer_of,
)

if TYPE_CHECKING:
    from accounts.models import Lab, Region, User
    from plans.models import Cycle, Plan

PERSONAS = (
    "anonymous",
    "member",
    "lead",
    "other_member",
    "other_region_member",
    "reviewer",
    "other_reviewer",
    "reviewer_in_lab",
    "network_manager",
    "taxonomy_manager",
)
"""Who is asked in every table of who may do what."""


@dataclass
class Network:
    """Two regions, three labs, an open cycle, and the people of :data:`PERSONAS` by name."""

    region: Region
    other_region: Region
    lab: Lab
    other_lab: Lab
    far_lab: Lab
    cycle: Cycle
    people: dict[str, User]

    def __getitem__(self, name: str) -> Any:
        """The person as the next request meets them; ``anonymous`` is nobody in particular."""
        if name == "anonymous":
            return AnonymousUser()
        return factories.fresh(self.people[name])

    def plan(self, state: str = "draft", **extra: Any) -> Plan:
        """A complete plan of the lab in that state, written by ``member``."""
        who = {
            "writer": self["member"],
            "reviewer": self["reviewer"],
            "manager": self["network_manager"],
        }
        lab = extra.pop("lab", self.lab)
        return factories.plan_in(state, lab, extra.pop("cycle", self.cycle), **(who | extra))


def build() -> Network:
    """Make the network. Both groups of administrators have the permissions of the seeds."""
    seeds.load_groups()
    region, other_region = RegionFactory.create(slug="here"), RegionFactory.create(slug="elsewhere")
    lab = LabFactory.create(slug="wells", region=region)
    other_lab = LabFactory.create(slug="neighbours", region=region)
    far_lab = LabFactory.create(slug="far", region=other_region)
    people = {
        "member": member_of(lab, "Mira Member"),
        "lead": member_of(lab, "Leo Lead", LabRole.LEAD),
        "other_member": member_of(other_lab, "Olga Neighbour"),
        "other_region_member": member_of(far_lab, "Farid Far"),
        "reviewer": reviewer_of(region, "Rosa Reviewer"),
        "other_reviewer": reviewer_of(other_region, "Otto Elsewhere"),
        "reviewer_in_lab": member_of(lab, "Rita Both"),
        "network_manager": UserFactory.create(name="Nadia Network", is_staff=True),
        "taxonomy_manager": UserFactory.create(name="Tomas Terms", is_staff=True),
    }
    ReviewerFactory.create(user=people["reviewer_in_lab"], region=region)
    people["network_manager"].groups.add(Group.objects.get(name=NETWORK_MANAGERS))
    people["taxonomy_manager"].groups.add(Group.objects.get(name=TAXONOMY_MANAGERS))
    return Network(region, other_region, lab, other_lab, far_lab, CycleFactory.create(), people)

"""What is not everybody's is nowhere in the API, whoever's the key is: marked words, looked for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from copy import deepcopy
from urllib.parse import unquote_plus, urlencode

import pytest
from django.test import Client
from django.urls import reverse

from plans import closing, keys, taxonomies
from plans.document import Person, ReflectionDocument
from plans.models import Organisation, Scope, Term, TermStatus, ThematicArea
from plans.taxonomies import VOCABULARIES
from tests import personas
from tests.personas import PERSONAS
from tests.test_access import World, secrets_of, text_of

PUBLIC = ("approved", "archived")
STATES = ("draft", "submitted", "changes_requested", "withdrawn", *PUBLIC)


@pytest.fixture(scope="module")
def built(kept: None) -> World:
    """The network with a plan in every state and threads, made once."""
    return World(personas.build())


@pytest.fixture
def world(built: World, db: None) -> World:
    """The same as it was made. What a test writes is undone after it."""
    return deepcopy(built)


def mark(world: World) -> dict[str, set[str]]:
    """Put marked words everywhere; answer them by what they are part of."""
    secrets = secrets_of(world)
    member = world.network["member"]
    proposal = taxonomies.find_or_propose(
        ThematicArea, "Zq7 proposed Xw9", actor=member, plan=world.plans["draft"]
    )
    assert proposal.status == TermStatus.PROPOSED
    unfinished = ReflectionDocument(insights=("Zq7 unfinished Xw9",))
    closing.write(world.plans["approved"], lambda _stored: unfinished, actor=member)
    secrets["proposals and what is being written"] = {"Zq7 proposed Xw9", "Zq7 unfinished Xw9"}
    return secrets


def addresses(world: World) -> Iterator[str]:
    """Every address of the API, for every plan, and narrowed by every word to what is hidden."""
    for plan in world.plans.values():
        yield reverse("api:plan", args=(plan.pk,))
        yield reverse("api:reflection", args=(plan.pk,))
    for vocabulary in (*VOCABULARIES, "organisations"):
        yield reverse("api:terms", args=(vocabulary,), query={"limit": 100})
    for name in ("plans", "portfolio", "regions", "countries", "labs", "cycles", "openapi"):
        yield reverse(f"api:{name}")
    for asked in (
        *({"state": state} for state in STATES),
        *({"q": word} for word in ("Zq7", "Zq7 draft", "Mira", "example.org", "member@")),
        *({name: "Zq7 draft partner Xw9"} for name in ("theme", "partner", "lab", "not_theme")),
        {"lab": world.network.lab.slug},
    ):
        yield f"{reverse('api:plans')}?{urlencode(asked)}"
        yield f"{reverse('api:portfolio')}?{urlencode(asked)}"


@pytest.mark.parametrize("persona", [name for name in PERSONAS if name != "anonymous"])
def test_nothing_but_what_is_everybodys_is_read_with_a_key(world: World, persona: str) -> None:
    secrets = mark(world)
    actor = world.network[persona]
    made = keys.make("Zq", Scope.values, dt.timedelta(days=9), actor=actor)
    client = Client(headers={"Authorization": f"Bearer {made.shown_once}"})
    told = {address: text_of(client.get(address)) for address in addresses(world)}

    hidden = {secret for part in secrets if part not in PUBLIC for secret in secrets[part]}
    found = {
        (address, secret)
        for address, text in told.items()
        for secret in hidden
        # A refusal repeats what it was asked for.
        if secret in text and secret not in unquote_plus(address)
    }
    assert found == set()
    everything = "".join(told.values())
    assert {secret for part in PUBLIC for secret in secrets[part] if secret not in everything} == (
        set()
    )


def test_the_focal_point_of_the_archive_stays_here(world: World) -> None:
    named = Person(name="Zq7 Person Xw9", email="zq7@example.org")
    page = ReflectionDocument(insights=("We asked.",), focal_point=named)
    plan, member = world.plans["approved"], world.network["member"]
    closing.write(plan, lambda _stored: page, actor=member, finish=True)
    made = keys.make("Zq", Scope.values, dt.timedelta(days=9), actor=member)
    client = Client(headers={"Authorization": f"Bearer {made.shown_once}"})

    told = text_of(client.get(reverse("api:reflection", args=(plan.pk,))))

    assert "We asked." in told
    assert "zq7" not in told.casefold()


def test_every_vocabulary_is_looked_through() -> None:
    assert {*VOCABULARIES.values(), Organisation} == set(Term.__subclasses__())

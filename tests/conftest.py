"""What every test can ask for: the network of :mod:`tests.personas`, and each of its people."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any
from unittest import mock

import pytest
from django.apps import apps
from django.contrib.auth.models import AnonymousUser, Permission
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import connection, transaction
from django.test import TransactionTestCase

from tests import personas

if TYPE_CHECKING:
    from pytest_django import DjangoDbBlocker

    from accounts.models import Lab, Region, User
    from plans.models import Cycle, Plan


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the longest test by far, so that nobody waits for it in the end."""
    items.sort(key=lambda item: item.path.name != "test_migrations.py")


def pytest_collection_finish() -> None:
    """Have garbage collected seldom, and not in what is loaded now: that is much, and stays.

    Otherwise a third of the time in which tables are made goes into looking for garbage.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 10, 10)


STAYS = {ContentType, Permission}
"""What migrating makes, and every test expects."""

EMPTY = """
DO $$
DECLARE one text;
BEGIN
  SET LOCAL session_replication_role = replica;
  FOREACH one IN ARRAY '{%s}'::text[] LOOP EXECUTE 'DELETE FROM ' || one; END LOOP;
END $$
"""
"""Deletes all rows of these tables; keys that point at them, and triggers, have no say in it."""


@pytest.fixture(scope="session", autouse=True)
def quickly_emptied() -> Iterator[None]:
    """After a test that commits, empty the tables by deleting the few rows in them.

    Django's way truncates every table, which makes new files for each of them and their indexes,
    and works out all permissions again: half a second a test. Where the role may not pass by
    triggers, it stays at that.
    """
    tables = {model._meta.db_table for model in apps.get_models(include_auto_created=True)}
    tables -= {model._meta.db_table for model in STAYS}

    def empty(_case: TransactionTestCase) -> None:
        assert not connection.in_atomic_block, "nothing is 'kept' where a test commits"
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_setting('is_superuser')")
            if cursor.fetchone() == ("on",):
                cursor.execute(EMPTY % ",".join(sorted(tables)))
            else:
                call_command("flush", interactive=False, reset_sequences=False, verbosity=0)

    with mock.patch.object(TransactionTestCase, "_fixture_teardown", empty):
        yield


@pytest.fixture(scope="module")
def kept(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """What module-wide fixtures build on this is built once, and taken back after the module.

    A test gets a ``deepcopy`` of it together with ``db``, so that what it writes is undone after
    it. Only for modules in which all tests want it and none commits.
    """
    with django_db_blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture
def network(db: None) -> personas.Network:
    """Two regions, three labs, an open cycle and everybody in them."""
    return personas.build()


@pytest.fixture
def anonymous() -> AnonymousUser:
    """Somebody who is not signed in."""
    return AnonymousUser()


def _persona(name: str) -> Any:
    @pytest.fixture(name=name)
    def person(network: personas.Network) -> User:
        return network.people[name]

    return person


member = _persona("member")
lead = _persona("lead")
other_member = _persona("other_member")
other_region_member = _persona("other_region_member")
reviewer = _persona("reviewer")
other_reviewer = _persona("other_reviewer")
reviewer_in_lab = _persona("reviewer_in_lab")
network_manager = _persona("network_manager")
taxonomy_manager = _persona("taxonomy_manager")


@pytest.fixture
def region(network: personas.Network) -> Region:
    """The region of ``lab`` and of ``reviewer``."""
    return network.region


@pytest.fixture
def lab(network: personas.Network) -> Lab:
    """The lab of ``member``, ``lead`` and ``reviewer_in_lab``."""
    return network.lab


@pytest.fixture
def other_lab(network: personas.Network) -> Lab:
    """The lab of ``other_member``, in the same region."""
    return network.other_lab


@pytest.fixture
def cycle(network: personas.Network) -> Cycle:
    """A quarter that is open now."""
    return network.cycle


@pytest.fixture
def complete_plan(network: personas.Network) -> Callable[..., Plan]:
    """Make a complete plan of ``lab`` in a state: ``complete_plan("submitted", title="…")``."""
    return network.plan

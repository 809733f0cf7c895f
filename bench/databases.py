"""The databases that measurements fill: one for each kind, kept from one time to the next."""

from __future__ import annotations

import os

import django
from django.core.management import call_command


def prepare(name: str, *, seeds: bool = True) -> None:
    """Set Django up on a database of this name: made if need be, migrated, with the seeds in it.

    Whoever sets ``DATABASE_URL`` chooses another. Without ``seeds`` the caller loads them: that
    looks through all plans, and takes long where plans were written past the triggers.
    """
    os.environ["DJANGO_SETTINGS_MODULE"] = "bench.settings"
    if "DATABASE_URL" not in os.environ:
        from config import database

        database.start()
        database.create(name)
        os.environ["DATABASE_URL"] = database.url(name)
    django.setup()
    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    if seeds:
        call_command("load_seeds", verbosity=0)

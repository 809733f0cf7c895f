"""``manage.py load_demo``: a network to look at, with people whose password everybody knows."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from plans import clock
from plans.importers import demo, demo_people, seeds
from plans.models import Cycle, Plan


class Command(BaseCommand):
    """Fills an empty database; on any other it only says which demo accounts there are."""

    help = "Fill an empty database with the demo network, and print its accounts."

    def handle(self, *args: Any, **options: Any) -> None:
        """Load unless something speaks against it, and print the demo accounts."""
        against = _against()
        if not against:
            seeds.load()
            number = demo.load(clock.now().date())
        if options["verbosity"] == 0:
            return
        self.stdout.write(
            against
            or ngettext(
                "The demo network is loaded: %(number)d plan.",
                "The demo network is loaded: %(number)d plans.",
                number,
            )
            % {"number": number}
        )
        self._print_accounts(demo_people.accounts())

    def _print_accounts(self, accounts: list[demo_people.Account]) -> None:
        if not accounts:
            return
        self.stdout.write(
            self.style.WARNING(
                _(
                    "DEMO: everybody knows the password of these accounts. Never let an address "
                    "that others can reach lead to this database."
                )
            )
        )
        known = demo_people.password()
        shown = _first_of_each(accounts)
        table = [(_("who"), _("where"), _("e-mail"), _("password"))]
        table += [(row.role, row.place, row.email, known) for row in shown]
        widths = [max(map(len, column)) for column in zip(*table, strict=True)]
        for cells in table:
            line = "  ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True))
            self.stdout.write(f"  {line.rstrip()}")
        others = len(accounts) - len(shown)
        if others:
            self.stdout.write(
                _("The other %(number)d are in seeds/demo/people.toml.") % {"number": others}
            )


def _against() -> str:
    """Why the demo network must not come into this database, in a sentence; empty if it may."""
    if settings.PRODUCTION:
        return _("This is a public site: the demo network is not for it. Nothing was loaded.")
    if Plan.objects.exists() or Cycle.objects.exists():
        return _("There are plans or cycles here already; nothing was loaded.")
    if demo_people.strangers():
        return _("Somebody here has the e-mail address of a demo account; nothing was loaded.")
    return ""


def _first_of_each(accounts: list[demo_people.Account]) -> list[demo_people.Account]:
    """One account for each thing a person can be, and all that are for the whole network."""
    first: dict[tuple[str, str], demo_people.Account] = {}
    for account in accounts:
        in_lab = account.role in (_("lab lead"), _("lab member"))
        first.setdefault((account.role, "" if in_lab else account.place), account)
    return list(first.values())

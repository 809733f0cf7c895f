"""``manage.py load_seeds``: regions, countries, labs, vocabularies, the questionnaire, groups."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from plans.importers import seeds


class Command(BaseCommand):
    """Adds what is missing and changes nothing that is there; made to run at every start."""

    help = "Add the regions, countries, labs, vocabularies and questions that are missing."

    def handle(self, *args: Any, **options: Any) -> None:
        """Load, and say what was added."""
        added = seeds.load()
        if options["verbosity"] > 0:
            said = ", ".join(f"{number} {kind}" for kind, number in added.items() if number)
            self.stdout.write(
                _("Added: %(what)s.") % {"what": said} if said else _("Seeds: nothing was missing.")
            )

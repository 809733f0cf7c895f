"""``manage.py arrange_digests``: ask the worker anew for the mails about saved searches."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from plans import watching


class Command(BaseCommand):
    """For a queue that was emptied: each mail asks for the next one, so one lost ends them."""

    help = "Ask the worker for every e-mail about saved searches that is to come."

    def handle(self, *args: Any, **options: Any) -> None:
        """Say for how many moments the worker was asked."""
        del args, options
        self.stdout.write(f"The worker was asked for e-mails at {watching.arrange()} moments.")

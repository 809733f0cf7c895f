"""``manage.py import_plans``: bring pages of the old archive in."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Lab, User
from accounts.roles import roles_of
from plans import scheduling
from plans.errors import PlanError
from plans.importers import archive, places
from plans.importers.report import FileReport
from plans.models import Cycle
from plans.states import ChallengeType


class Command(BaseCommand):
    """Reads markdown files and makes drafts or archived plans of them; reports on each file."""

    help = (
        "Bring in plans from the archive's markdown files. A folder stands for all .md files in "
        "it. Each file comes in whole or not at all, and one that is refused does not stop the "
        "others; the exit status is 1 when any was refused. A file that was imported before for "
        "the same lab and cycle is left alone."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """The command line."""
        parser.add_argument("paths", nargs="+", type=Path, metavar="PATH")
        parser.add_argument(
            "--as",
            dest="state",
            choices=("draft", "archived"),
            required=True,
            help="draft: plans to work on, within the limit of one big bet and two exploratory "
            "plans; archived: read-only, outside the limits",
        )
        parser.add_argument(
            "--cycle",
            help="such as 2021-Q2, or 2021 for a whole year. One that lies in the past and is "
            "missing is made, long closed. For archived plans it may be left out: then it is the "
            "year that each file names.",
        )
        parser.add_argument(
            "--lab", metavar="SLUG", help="the lab's short name; else the one lab of the country"
        )
        parser.add_argument(
            "--type",
            dest="challenge_type",
            choices=[kind.replace("_", "-") for kind in ChallengeType.values],
            help="for drafts whose file does not tell; without one they hold no place yet",
        )
        parser.add_argument(
            "--actor",
            metavar="EMAIL",
            help="whose work this is in the plans' history; else the longest-serving administrator",
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="report the same, and change nothing"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Import, report, and raise CommandError when a file was refused or nothing can start."""
        del args
        try:
            reports = self._try(options) if options["dry_run"] else self._run(options)
        except PlanError as refusal:
            raise CommandError(str(refusal)) from None
        if not reports:
            raise CommandError(_("There is no .md file in these folders."))
        self.stdout.write(archive.in_short(reports))
        if options["dry_run"]:
            self.stdout.write(_("This was a dry run: nothing was changed."))
        refused = [report for report in reports if report.failed]
        if refused:
            raise CommandError(
                _("Not imported: %(names)s.") % {"names": ", ".join(r.name for r in refused)}
            )

    def _try(self, options: dict[str, Any]) -> list[FileReport]:
        """Do everything, in one transaction that is then taken back."""
        with transaction.atomic():
            reports = self._run(options)
            transaction.set_rollback(True)
        return reports

    def _run(self, options: dict[str, Any]) -> list[FileReport]:
        actor = _actor(options["actor"])
        archived = options["state"] == "archived"
        order = archive.Order(
            actor=actor,
            archived=archived,
            cycle=_cycle(options["cycle"], actor, archived=archived),
            lab=_lab(options["lab"]),
            challenge_type=(options["challenge_type"] or "").replace("-", "_"),
        )
        self.stdout.write(_("In the name of %(person)s.") % {"person": actor.email})
        reports = []
        for path, named in archive.files_in(options["paths"]):
            report = archive.bring_in(path, order, named=named)
            reports.append(report)
            for line in report.lines():
                self.stdout.write(line)
        return reports


def _cycle(slug: str | None, actor: User, *, archived: bool) -> Cycle | None:
    if not slug:
        if archived:
            return None
        raise CommandError(_("Say for which cycle with --cycle, such as 2021-Q2."))
    return scheduling.past_cycle(*places.read_cycle(slug), actor=actor)


def _lab(slug: str | None) -> Lab | None:
    return places.lab_called(slug) if slug else None


def _actor(email: str | None) -> User:
    """The administrator in whose name plans come in."""
    if email:
        user = User.objects.filter(email=email.strip().lower()).first()
        if user is None:
            raise CommandError(_("Nobody here has the address %(email)s.") % {"email": email})
        if not roles_of(user).manages_network:
            raise CommandError(_("%(email)s does not manage the network.") % {"email": email})
        return user
    staff = User.objects.filter(is_active=True, is_staff=True).order_by("-is_superuser", "pk")
    for user in staff:
        if roles_of(user).manages_network:
            return user
    raise CommandError(
        _("Nobody manages the network yet. Make an administrator with manage.py createsuperuser.")
    )

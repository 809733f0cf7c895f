"""``manage.py import_plans``: bring pages of the old archive in."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, TypeVar

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Lab, User
from accounts.roles import roles_of
from plans import closing, scheduling
from plans.errors import PlanError
from plans.importers import archive, places
from plans.importers.examining import Order, examine
from plans.importers.files import files_in
from plans.importers.report import FileReport
from plans.models import Cycle
from plans.states import ChallengeType

ThingT = TypeVar("ThingT")


class Command(BaseCommand):
    """Reads markdown files and makes drafts or archived plans of them; reports on each file."""

    help = (
        "Bring in plans from the archive's markdown files. A folder stands for all .md files in "
        "it and below. Each file comes in whole or not at all, and one that is refused does not "
        "stop the others; the exit status is 1 when any was refused. A file that came in before "
        "for the same lab and cycle is left alone; an archived one that has changed since becomes "
        "a new version. Closing reflections are linked to their plans."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """The command line."""
        parser.add_argument("paths", nargs="+", type=Path, metavar="PATH")
        parser.add_argument(
            "--as",
            dest="state",
            choices=("draft", "archived"),
            default="archived",
            help="archived, unless told otherwise: read-only, outside the limits; draft: plans to "
            "work on, within the limit of one big bet and two exploratory plans",
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
        parser.add_argument(
            "--processes",
            type=int,
            default=min(2, os.cpu_count() or 1),
            metavar="N",
            help="how many work at the same time where there are many files (default: %(default)s)",
        )
        parser.add_argument(
            "--json",
            action="store_true",
            help="with --dry-run: read the files only, and print one line of JSON for each: "
            "source, kind, document, reflection, warnings, errors",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Import, report, and raise CommandError when a file was refused or nothing can start."""
        del args
        if options["json"] and not options["dry_run"]:
            raise CommandError(_("--json only goes with --dry-run."))
        try:
            if options["json"]:
                self._print_lines(options)
                return
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

    def _print_lines(self, options: dict[str, Any]) -> None:
        """One line of JSON a file, in the order of their names; nothing is written anywhere."""
        order = self._order(options, None)
        files = list(files_in(options["paths"]))
        for file in self._watched(files, len(files)):
            line = examine(file, order).as_line()
            self.stdout.write(json.dumps(line))

    def _try(self, options: dict[str, Any]) -> list[FileReport]:
        """Do everything, in one transaction that is then taken back."""
        with transaction.atomic():
            reports = self._run(options)
            transaction.set_rollback(True)
        return reports

    def _run(self, options: dict[str, Any]) -> list[FileReport]:
        actor = _actor(options["actor"])
        order = self._order(options, actor)
        self.stdout.write(_("In the name of %(person)s.") % {"person": actor.email})
        reports = []
        files = list(files_in(options["paths"]))
        made = archive.bring_in_all(files, order, processes=options["processes"])
        for report in self._watched(made, len(files)):
            reports.append(report)
            for line in report.lines():
                self.stdout.write(line)
        if order.archived and reports:
            self._link(actor)
        return reports

    def _link(self, actor: User) -> None:
        """Link reflections to their plans, and list those that somebody has to look at."""
        found = closing.link_all(actor=actor)
        if found.certain:
            self.stdout.write(
                ngettext(
                    "%(n)d closing reflection was linked to its plan.",
                    "%(n)d closing reflections were linked to their plans.",
                    len(found.certain),
                )
                % {"n": len(found.certain)}
            )
        if found.doubtful:
            self.stdout.write(_("Closing reflections whose plan is not certain:"))
        for reflection, near in found.doubtful:
            self.stdout.write(f"  - {reflection.source}: “{reflection}”, {reflection.lab}")
            for one in near:
                self.stdout.write(f"      {one.score:.0f} %  “{one.plan}”, {one.plan.cycle}")

    def _order(self, options: dict[str, Any], actor: User | None) -> Order:
        archived = options["state"] == "archived"
        return Order(
            actor=actor,
            archived=archived,
            cycle=_cycle(options["cycle"], actor, archived=archived),
            lab=_lab(options["lab"]),
            challenge_type=(options["challenge_type"] or "").replace("-", "_"),
        )

    def _watched(self, things: Iterable[ThingT], count: int) -> Iterator[ThingT]:
        """These, one after the other; somebody at a terminal sees how far it is."""
        shows = sys.stderr.isatty() and count > 1
        began = shown = time.monotonic()
        for number, thing in enumerate(things, start=1):
            yield thing
            now = time.monotonic()
            if shows and (now - shown > 0.2 or number == count):
                shown = now
                self.stderr.write(_bar(number, count, now - began), ending="")
        if shows:
            self.stderr.write("")


def _bar(number: int, count: int, seconds: float) -> str:
    """“[#####.....] 512 of 1090, 43 a second”, over the line before."""
    full = 30 * number // count
    told = _("%(number)d of %(count)d, %(speed)d a second") % {
        "number": number,
        "count": count,
        "speed": number / max(seconds, 0.001),
    }
    return f"\r[{'#' * full}{'.' * (30 - full)}] {told}"


def _cycle(slug: str | None, actor: User | None, *, archived: bool) -> Cycle | None:
    if not slug:
        if archived:
            return None
        raise CommandError(_("Say for which cycle with --cycle, such as 2021-Q2."))
    year, quarter = places.read_cycle(slug)
    if actor is not None:
        return scheduling.past_cycle(year, quarter, actor=actor)
    known = Cycle.objects.filter(year=year, quarter=quarter).first()
    return known or scheduling.past(year, quarter)


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

"""``manage.py export_plans``: write plans into a file or a folder, in any form."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from plans.exporters import archive_pages
from plans.exporters.entries import of_keys
from plans.exporters.forms import FORMS
from plans.filters import LibraryFilter
from plans.permissions import visible_plans
from plans.search import said


class Command(BaseCommand):
    """Writes what somebody may see: the library, or the plans that are named."""

    help = (
        "Write plans into a file. With --as markdown and a folder: a page of the archive for each "
        "plan, which import_plans reads again. Without numbers: everything that the library shows, "
        "in its order; with numbers: those plans, in the order in which they are named."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """The command line."""
        parser.add_argument("path", type=Path, metavar="PATH", help="the file or folder to write")
        parser.add_argument(
            "numbers", nargs="*", type=int, metavar="NUMBER", help="plans by number"
        )
        parser.add_argument("--as", dest="form", choices=list(FORMS), required=True)
        parser.add_argument(
            "--for",
            dest="reader",
            metavar="EMAIL",
            required=True,
            help="whose eyes it is for: what this person may not see stays out",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Write, and say how many; CommandError where there is nobody or nothing of that name."""
        del args
        reader = User.objects.filter(email=options["reader"].strip().lower()).first()
        if reader is None:
            raise CommandError(
                _("Nobody here has the address %(email)s.") % {"email": options["reader"]}
            )
        keys, asked = _asked(reader, list(dict.fromkeys(options["numbers"])))
        found = list(of_keys(reader, keys, str(settings.SITE_URL).rstrip("/")))
        if not found:
            raise CommandError(_("There is no plan to write."))
        form, path = FORMS[options["form"]], options["path"]
        try:
            if path.is_dir() and form.key == "markdown":
                for entry in found:
                    name = f"{archive_pages.file_name(entry)}.md"
                    (path / name).write_bytes(archive_pages.one(entry))
            else:
                path.write_bytes(form.content(found, asked))
        except OSError as error:
            raise CommandError(
                _("This cannot be written: %(reason)s.") % {"reason": error.strerror}
            ) from None
        self.stdout.write(
            ngettext("%(n)d plan written.", "%(n)d plans written.", len(found)) % {"n": len(found)}
        )


def _asked(reader: User, numbers: list[int]) -> tuple[list[int], str]:
    """The numbers of the plans to write, in their order, and which they are in words."""
    if numbers:
        told = ngettext("Plan %(numbers)s", "Plans %(numbers)s", len(numbers))
        return numbers, told % {"numbers": ", ".join(map(str, numbers))}
    library = LibraryFilter(QueryDict(""), visible_plans(reader))
    return list(library.qs.values_list("pk", flat=True)), said.told(library)

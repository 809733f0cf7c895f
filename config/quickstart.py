"""What ``make run``, ``make dev`` and ``make stop`` do.

``run`` brings the database up to date, fills an empty one with the demo network, and serves the
site the way a real server does: gunicorn and a worker, compressed static files, DEBUG off. ``dev``
serves it with Django's reloading server instead. Both end with Ctrl-C, which also stops the
database if it was started here.
"""

import hashlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from io import StringIO
from pathlib import Path
from types import FrameType
from typing import Literal
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

from config.embedded import server
from config.embedded.places import BASE_DIR, VAR_DIR, DatabaseUnavailable

HOST = "127.0.0.1"
RUNNING = VAR_DIR / "quickstart.pid"
MANAGE = (sys.executable, "manage.py")
Kind = Literal["run", "dev"]


class CannotStart(Exception):
    """The site cannot be started; the message says why and what to do."""


def main(arguments: Sequence[str]) -> int:
    """``run``, ``dev`` or ``stop``; returns the exit status."""
    match list(arguments):
        case ["run"]:
            return serve("run")
        case ["dev"]:
            return serve("dev")
        case ["stop"]:
            return stop()
        case _:
            _say("Use: python -m config.quickstart run | dev | stop")
            return 2


def serve(kind: Kind) -> int:
    """Prepare everything and serve until Ctrl-C; returns the exit status.

    Raises CannotStart or DatabaseUnavailable before anything was started.
    """
    began = time.monotonic()
    port = _free_port()
    os.chdir(BASE_DIR)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    os.environ.setdefault("SITE_URL", f"http://localhost:{port}")
    if kind == "dev":
        os.environ.setdefault("DEBUG", "1")
    # From here on a signal ends this function like Ctrl-C does, so that all is cleared up.
    signal.signal(signal.SIGTERM, _end)
    signal.signal(signal.SIGHUP, _end)
    VAR_DIR.mkdir(exist_ok=True)
    RUNNING.write_text(str(os.getpid()), encoding="ascii")
    processes: list[subprocess.Popen[bytes]] = []
    started_database = not os.environ.get("DATABASE_URL") and server.start()
    try:
        accounts = _prepare(collect=kind == "run")
        processes.append(_start(*_web(kind, port), PORT=str(port)))
        if _answers_in_time(port, processes):
            _say(f"Ready after {time.monotonic() - began:.0f} seconds: {os.environ['SITE_URL']}")
            _say(f"{accounts}Ctrl-C stops it. E-mails appear below.")
            processes.append(_start(*MANAGE, "db_worker"))
        return _wait_for_the_first(processes)
    except KeyboardInterrupt:
        return 0
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        _stop(processes)
        if started_database and not server.in_use():
            server.stop()
        RUNNING.unlink(missing_ok=True)
        _say("Stopped.")


def stop() -> int:
    """End a running ``make run`` or ``make dev``, and the embedded database."""
    try:
        supervisor = int(RUNNING.read_text(encoding="ascii"))
        os.kill(supervisor, signal.SIGTERM)
    except (FileNotFoundError, ProcessLookupError, ValueError):
        RUNNING.unlink(missing_ok=True)
        _say("Nothing was running.")
    else:
        until = time.monotonic() + 30
        while RUNNING.exists() and time.monotonic() < until:
            time.sleep(0.1)
    server.stop()
    return 0


# -- before serving --------------------------------------------------------------------------------


def _free_port() -> int:
    given = os.environ.get("PORT") or "8000"
    if not (given.isascii() and given.isdigit() and 0 < int(given) < 65536):
        raise CannotStart(f"PORT is '{given}', but must be a number from 1 to 65535.")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, int(given)))
        except OSError as error:
            raise CannotStart(
                f"Port {given} cannot be used ({error.strerror}). If this project is running "
                "already, 'make stop' ends it; otherwise take another port, for example: "
                f"PORT={int(given) + 1} make run"
            ) from error
    return int(given)


def _prepare(*, collect: bool) -> str:
    """Bring database and files up to date, in this one process to save the time of loading.

    Returns what the demo network says of itself: its accounts; nothing where people have begun
    without it.
    """
    import django
    from django.contrib.auth import get_user_model
    from django.core.management import call_command
    from django.db import connections

    django.setup()
    from plans.importers import demo_people  # its models are there only now

    call_command("migrate", interactive=False, verbosity=0)
    call_command("createcachetable", verbosity=0)
    if collect:
        _collect_static()
    call_command("load_seeds", verbosity=0)
    empty = not get_user_model()._default_manager.exists()
    if empty:
        _say("An empty database: filling it with the demo network …")
    said = StringIO()
    if empty or demo_people.accounts():
        call_command("load_demo", stdout=said)
    connections.close_all()
    return said.getvalue()


def _collect_static() -> None:
    """Collect static files if any of them, or any installed package, changed since last time."""
    from django.conf import settings
    from django.core.management import call_command

    sources = [BASE_DIR / "requirements.lock", *sorted((BASE_DIR / "static").rglob("*"))]
    state = hashlib.sha256(
        "\n".join(f"{path} {path.stat().st_mtime_ns}" for path in sources).encode()
    ).hexdigest()
    collected = Path(settings.STATIC_ROOT) / ".collected"
    if not collected.exists() or collected.read_text(encoding="ascii") != state:
        call_command("collectstatic", interactive=False, verbosity=0, clear=True)
        collected.write_text(state, encoding="ascii")


# -- while serving ---------------------------------------------------------------------------------


def _web(kind: Kind, port: int) -> tuple[str, ...]:
    if kind == "dev":
        return (*MANAGE, "runserver", f"{HOST}:{port}")
    return (sys.executable, "-m", "gunicorn", "--config", "python:config.gunicorn")


def _start(*command: str, PORT: str = "") -> subprocess.Popen[bytes]:  # noqa: N803
    bind = {"WEB_BIND": f"{HOST}:{PORT}"} if PORT else {}
    return subprocess.Popen(command, env={**os.environ, **bind})  # noqa: S603 - our own commands


def _answers_in_time(port: int, processes: Sequence[subprocess.Popen[bytes]]) -> bool:
    """Wait for the first page; false if a process ended before, or after a minute."""
    until = time.monotonic() + 60
    while all(process.poll() is None for process in processes) and time.monotonic() < until:
        try:
            urlopen(f"http://{HOST}:{port}/account/login/", timeout=30).close()
        except HTTPError:
            return True
        except (URLError, OSError):
            time.sleep(0.1)
        else:
            return True
    return False


def _wait_for_the_first(processes: Sequence[subprocess.Popen[bytes]]) -> int:
    """Wait until any of them ends, which is a failure: they are meant to go on."""
    while True:
        for process in processes:
            if process.poll() is not None:
                _say(f"'{' '.join(map(str, process.args[1:]))}' ended by itself.")  # type: ignore[index]
                return 1
        time.sleep(0.2)


def _stop(processes: Sequence[subprocess.Popen[bytes]]) -> None:
    for process in processes:
        if process.poll() is None:
            process.terminate()
    for process in processes:
        try:
            process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            process.kill()


def _end(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except (CannotStart, DatabaseUnavailable) as reason:
        sys.exit(str(reason))

"""Web servers as processes of their own, as a public site runs them, on the test's database."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from urllib.parse import urlencode

from django.conf import settings
from django.db import connection


class WebServer:
    """One web server; ``address`` stays the same when it is started again. Threads may kill it.

    The socket is opened here and handed over, so that a request simply waits while the server
    starts; while none is running, nobody listens.
    """

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._port: int = self._listener.getsockname()[1]
        self.address = f"http://localhost:{self._port}"
        self._process: subprocess.Popen[bytes] | None = None
        self._changing = Lock()

    def start(self) -> None:
        """Start it, unless it runs."""
        with self._changing:
            if self._process:
                return
            if self._listener.fileno() < 0:
                self._listener = socket.create_server(("127.0.0.1", self._port))
            self._process = subprocess.Popen(
                [sys.executable, "-m", "gunicorn", "--config", "python:config.gunicorn"],
                cwd=settings.BASE_DIR,
                env=self._environment(),
                pass_fds=[self._listener.fileno()],
                start_new_session=True,
            )
            # From here on only the server holds it: if that ends, so do the requests.
            self._listener.close()

    def _environment(self) -> dict[str, str]:
        database = connection.settings_dict
        where = {key: database[key.upper()] for key in ("host", "port", "password")}
        return {
            "PATH": os.defpath,
            "DJANGO_SETTINGS_MODULE": "tests.settings",
            "SITE_URL": self.address,
            "CACHE_URL": "dbcache://cache_entries",
            "DATABASE_URL": f"postgres://{database['USER']}@/{database['NAME']}?{urlencode(where)}",
            "WEB_BIND": f"fd://{self._listener.fileno()}",
            "WEB_WORKERS": "1",
        }

    def stop(self) -> None:
        """Let it finish what it does, and end it."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """End it and its workers in the middle of whatever they do."""
        self._end(signal.SIGKILL)

    def _end(self, how: signal.Signals) -> None:
        with self._changing:
            if self._process:
                os.killpg(self._process.pid, how)
                self._process.wait()
                self._process = None


@contextmanager
def web_server() -> Iterator[WebServer]:
    """A server that runs until the block ends."""
    server = WebServer()
    server.start()
    try:
        yield server
    finally:
        server.stop()

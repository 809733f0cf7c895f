"""What ``make run`` says where it cannot start."""

import os
import socket
import subprocess
import sys

import pytest
from django.conf import settings


def run(port: str) -> subprocess.CompletedProcess[str]:
    """``make run`` without the installing."""
    return subprocess.run(
        [sys.executable, "-m", "config.quickstart", "run"],
        env={"PATH": os.defpath, "PORT": port},
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_taken_port_is_told_with_two_ways_out() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

        refused = run(str(port))

    assert refused.returncode == 1
    assert refused.stderr == (
        f"Port {port} cannot be used (Address already in use). If this project is running "
        "already, 'make stop' ends it; otherwise take another port, for example: "
        f"PORT={port + 1} make run\n"
    )


@pytest.mark.parametrize("port", ["http", "0", "65536", "-1"])
def test_a_port_that_is_none_is_refused(port: str) -> None:
    refused = run(port)

    assert refused.returncode == 1
    assert refused.stderr == f"PORT is '{port}', but must be a number from 1 to 65535.\n"

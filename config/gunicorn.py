"""How gunicorn serves the site; ``docs/deploy.md`` explains the variables."""

import gc
import multiprocessing
import os
from importlib import import_module
from pathlib import Path
from typing import Any

wsgi_app = "config.wsgi:application"
bind = os.environ.get("WEB_BIND", "127.0.0.1:8000")
workers = int(os.environ.get("WEB_WORKERS", 0)) or min(multiprocessing.cpu_count() + 1, 8)
threads = int(os.environ.get("WEB_THREADS", 4))
worker_class = "gthread"
timeout = 60
graceful_timeout = 20
keepalive = 5
# A worker says it is alive by touching a file, which must not wait for a disk.
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108
accesslog = os.environ.get("WEB_ACCESS_LOG") or None
loglevel = "error"

# Workers are forked from a loaded application, so that they share its memory …
preload_app = True


def when_ready(_server: Any) -> None:
    """… and its objects are set aside, so that no full collection ever walks through them.

    Called once, after the application was loaded and before the first worker is forked. Nothing
    here may talk to the database: forked processes must not share a connection.
    """
    import_module("config.urls")
    gc.collect()
    gc.freeze()

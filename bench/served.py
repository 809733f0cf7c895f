"""The site's settings as on a server, with collected static files in a folder of their own."""

import os
from pathlib import Path

from config.settings import *  # noqa: F403

DEBUG = False
STATIC_ROOT = Path(os.environ["BENCH_STATIC"])
STORAGES["staticfiles"] = {"BACKEND": "config.static.HashedStorage"}  # noqa: F405
LOGGING = {"version": 1}

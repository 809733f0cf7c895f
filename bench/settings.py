"""The site's settings with the bare page added; measured with DEBUG off, as on a server."""

from config.settings import *  # noqa: F403

DEBUG = False
ALLOWED_HOSTS = ["testserver"]
ROOT_URLCONF = "bench.urls"
LOGGING = {"version": 1}
STORAGES = {
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}

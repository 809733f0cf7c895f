"""Django's PostgreSQL engine, which starts the embedded server when nobody answers.

Django loads this module because settings name ``config.embedded`` as the engine; that happens only
where ``DATABASE_URL`` is unset. Whatever needs the database first (a command, a test, a web
process) thereby starts the server, and importing the settings alone starts nothing.
"""

from typing import Any

import psycopg
from django.db.backends.postgresql import base

from config.embedded import places, server


class DatabaseWrapper(base.DatabaseWrapper):
    """PostgreSQL, found where the embedded server listens at this moment."""

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """Connect, after starting the server if the first attempt fails.

        Raises ``places.DatabaseUnavailable`` where the server cannot be started, and psycopg's own
        error where it runs and still refuses.
        """
        try:
            return super().get_new_connection(self._at_server(conn_params))
        except psycopg.OperationalError:
            server.start()
            return super().get_new_connection(self._at_server(conn_params))

    def _at_server(self, conn_params: dict[str, Any]) -> dict[str, Any]:
        # Starting may have had to choose another folder, so the settings' value may be older.
        return {**conn_params, "host": str(places.socket_folder())}

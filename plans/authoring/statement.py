"""Several writes that reach the database as one statement: one way there and back for a save.

PostgreSQL runs the parts of a ``WITH`` in no particular order, none sees what another one wrote,
and no row may be written by two of them. Constraints hold as ever; when one is broken, nothing of
the statement stays.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import connection, models
from django.db.models import sql
from django.db.models.constants import OnConflict


class Statement:
    """What is to be written, collected part by part and then sent."""

    def __init__(self) -> None:
        self._parts: list[tuple[str, Sequence[Any]]] = []

    def update(self, rows: models.QuerySet[Any], **values: Any) -> None:
        """Set these values on rows, as ``QuerySet.update`` does."""
        query: Any = rows.query.chain(sql.UpdateQuery)
        query.add_update_values(values)
        query.clear_ordering(force=True)
        self._add(query)

    def delete(self, rows: models.QuerySet[Any]) -> None:
        """Delete rows to which nothing else refers."""
        query = rows.query.chain(sql.DeleteQuery)
        query.clear_ordering(force=True)
        self._add(query)

    def insert(self, *rows: models.Model, unless: Sequence[str] = (), then: str = "") -> None:
        """Add rows of one table.

        ``unless`` one is there with the same values in these fields; then nothing is done, or only
        its field ``then`` takes the new value.
        """
        if not rows:
            return
        meta = rows[0]._meta
        fields = [field for field in meta.local_concrete_fields if not _is_counted(field)]
        conflict = (OnConflict.UPDATE if then else OnConflict.IGNORE) if unless else None
        query = sql.InsertQuery(
            type(rows[0]),
            on_conflict=conflict,
            update_fields=[meta.get_field(then)] if then else [],
            unique_fields=[meta.get_field(name) for name in unless],
        )
        query.insert_values(fields, list(rows))
        self._add(query)

    def _add(self, query: sql.Query) -> None:
        compiled: Any = query.get_compiler(connection=connection).as_sql()
        self._parts += compiled if isinstance(compiled, list) else [compiled]

    def send(self) -> None:
        """Write all of it. Raises IntegrityError when a constraint is broken."""
        if not self._parts:
            return
        named = ", ".join(f"part{place} AS ({part})" for place, (part, _) in enumerate(self._parts))
        params = [one for _, params in self._parts for one in params]
        with connection.cursor() as cursor:
            cursor.execute(f"WITH {named} SELECT 1", params)
        self._parts = []


def _is_counted(field: models.Field[Any, Any]) -> bool:
    """Whether the database gives this field its value."""
    return isinstance(field, models.AutoField)

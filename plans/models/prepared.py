"""What is asked beside every row in the same words: put into SQL once for the process.

To do that anew for each page takes Django longer than the database takes to answer.
"""

from __future__ import annotations

from functools import cache, wraps
from typing import TYPE_CHECKING, Any, ParamSpec, cast

from django.apps import apps
from django.db import connection
from django.db.models.expressions import RawSQL

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.db.models.expressions import BaseExpression

P = ParamSpec("P")

_LAST = 2**31 - 1
"""The highest key there could be stands for the first argument, the one below for the second…"""


def prepared(model: str) -> Callable[[Callable[P, BaseExpression]], Callable[P, RawSQL]]:
    """Let a function that answers an expression answer its SQL instead, made the first time.

    The expression is to annotate rows of ``model`` (``plans.Plan``) with. What the function is
    called with are whole numbers (``TypeError``), such as keys of rows, and others each time.

    Like every ``RawSQL`` it speaks of the model's table by name: it belongs into the outermost
    query of that table, and may not reach through its relations (``ValueError``).
    """

    def decorate(expressed: Callable[P, BaseExpression]) -> Callable[P, RawSQL]:
        name, expression_for = expressed.__qualname__, cast("Callable[..., Any]", expressed)

        @cache
        def made(number: int) -> RawSQL:
            stand_ins = [_LAST - place for place in range(number)]
            rows = apps.get_model(model)._base_manager.order_by()
            query = rows.annotate(asked=expression_for(*stand_ins)).query
            if sum(map(bool, query.alias_refcount.values())) > 1:
                raise ValueError(f"{name} reaches beyond the table of {model}.")
            expression = query.annotations["asked"]
            sql, params = query.get_compiler(connection=connection).compile(expression)
            return RawSQL(sql, params, expression.output_field)  # noqa: S611 - Django's own SQL

        @wraps(expressed)
        def asked(*keys: P.args, **named: P.kwargs) -> RawSQL:
            if named or not all(type(key) is int for key in keys):
                raise TypeError(f"{name} takes whole numbers, in their order.")
            raw = made(len(keys))
            given: dict[Any, Any] = {_LAST - place: key for place, key in enumerate(keys)}
            params = [given.get(one, one) if isinstance(one, int) else one for one in raw.params]
            return RawSQL(raw.sql, params, raw.output_field)  # noqa: S611 - as it was made

        return asked

    return decorate

"""A selection of plans seen as a whole: figures, each of which is a table before it is a drawing.

``portfolio(plans)`` asks the database once, however many plans there are. Only plans that everybody
may read are ever counted (``permissions.library_plans``), whatever selection is handed in. Nothing
is written here.
"""

from plans.portfolio.compared import Comparison, Pair, Side, compared
from plans.portfolio.figure import Column, Figure, Row, Unit
from plans.portfolio.whole import FIGURES, Portfolio, portfolio

__all__ = [
    "FIGURES",
    "Column",
    "Comparison",
    "Figure",
    "Pair",
    "Portfolio",
    "Row",
    "Side",
    "Unit",
    "compared",
    "portfolio",
]

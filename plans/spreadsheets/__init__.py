"""A vocabulary as a table, CSV or XLSX: written out, and read in again with all or nothing done.

A row is meant for the term with its ``key``, or without one for the term that its ``name`` finds;
any other row is a new term. A column that is not there changes nothing. What a row would break is
said of that row, in the words of the rule, and then no row is taken.
"""

from plans.spreadsheets.files import MOST_BYTES, Numbered, Reading, Row, read, taken, tried, written
from plans.spreadsheets.table import COLUMNS

__all__ = [
    "COLUMNS",
    "MOST_BYTES",
    "Numbered",
    "Reading",
    "Row",
    "read",
    "taken",
    "tried",
    "written",
]

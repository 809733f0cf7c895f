"""Figures drawn by the server: on a page, and as files to take along."""

from plans.charts.files import FORMS, WHAT_FOR, write
from plans.charts.inline import drawn, inline, inline_pairs, sample, small_map
from plans.charts.maps import shapes_file

__all__ = [
    "FORMS",
    "WHAT_FOR",
    "drawn",
    "inline",
    "inline_pairs",
    "sample",
    "shapes_file",
    "small_map",
    "write",
]

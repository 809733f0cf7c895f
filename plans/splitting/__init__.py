"""Splitting a term that glues several together, seeing what that does, and taking it back."""

from plans.splitting.acts import part_called, split, undo
from plans.splitting.foresight import (
    MOST_PARTS,
    Change,
    Foresight,
    Retrospect,
    can_be_split,
    foresee,
    foresee_undo,
)

__all__ = [
    "MOST_PARTS",
    "Change",
    "Foresight",
    "Retrospect",
    "can_be_split",
    "foresee",
    "foresee_undo",
    "part_called",
    "split",
    "undo",
]

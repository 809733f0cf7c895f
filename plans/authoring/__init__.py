"""Writing a plan: saving answers, changing its rows, filling one from a document."""

from plans.authoring.filling import bring_in, fill
from plans.authoring.restoring import KEPT_OUT, Restored, restore
from plans.authoring.rows import add_row, move_row, remove_row, shift_row
from plans.authoring.saving import (
    Change,
    Outcome,
    answers,
    chosen_terms,
    fingerprint,
    open_for_writing,
    row_key,
    save,
    vocabulary,
)

__all__ = [
    "KEPT_OUT",
    "Change",
    "Outcome",
    "Restored",
    "add_row",
    "answers",
    "bring_in",
    "chosen_terms",
    "fill",
    "fingerprint",
    "move_row",
    "open_for_writing",
    "remove_row",
    "restore",
    "row_key",
    "save",
    "shift_row",
    "vocabulary",
]

"""Writing a plan: saving answers, changing its rows, filling or copying one, going back."""

from plans.authoring.bringing import Arrived, BroughtIn, bring_in
from plans.authoring.copying import Copied, carried_in, confirm, copy
from plans.authoring.filling import fill
from plans.authoring.glossary import Glossary
from plans.authoring.pictures import (
    LARGEST_PIECE,
    Given,
    arrived,
    begin_sending,
    finish_sending,
    give_picture,
    receive,
    stop_sending,
)
from plans.authoring.restoring import KEPT_OUT, Restored, previewed, put_row_back, restore
from plans.authoring.rows import add_row, move_row, remove_row, shift_row
from plans.authoring.saving import (
    Change,
    Outcome,
    Reading,
    open_for_writing,
    save,
    save_form,
)
from plans.authoring.stored import answers, chosen_terms, fingerprint, row_key, vocabulary

__all__ = [
    "KEPT_OUT",
    "LARGEST_PIECE",
    "Arrived",
    "BroughtIn",
    "Change",
    "Copied",
    "Given",
    "Glossary",
    "Outcome",
    "Reading",
    "Restored",
    "add_row",
    "answers",
    "arrived",
    "begin_sending",
    "bring_in",
    "carried_in",
    "chosen_terms",
    "confirm",
    "copy",
    "fill",
    "fingerprint",
    "finish_sending",
    "give_picture",
    "move_row",
    "open_for_writing",
    "previewed",
    "put_row_back",
    "receive",
    "remove_row",
    "restore",
    "row_key",
    "save",
    "save_form",
    "shift_row",
    "stop_sending",
    "vocabulary",
]

"""Making several terms of a vocabulary one, and taking that back.

:func:`merge` and :func:`undo` write; :func:`foresee` and :func:`foresee_undo` say beforehand what
they would change, and read the same statements.
"""

from plans.merging.acts import merge, undo
from plans.merging.foresight import Foresight, Retrospect, foresee, foresee_undo, refusal
from plans.merging.uses import USES, Uses, uses_of

__all__ = [
    "USES",
    "Foresight",
    "Retrospect",
    "Uses",
    "foresee",
    "foresee_undo",
    "merge",
    "refusal",
    "undo",
    "uses_of",
]

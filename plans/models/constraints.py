"""From a broken database constraint to the sentence it carries.

The constraints of the models are the home of what the database guarantees, and :data:`TRIGGERS` of
what takes more than a constraint; when one of them refuses a write, this finds the words to show.
"""

from __future__ import annotations

from django.apps import apps
from django.db import IntegrityError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

TRIGGERS = {
    "merged_into_a_living_term": gettext_lazy(
        "A term is merged into a living one, and into one that was not merged itself."
    ),
    "merged_term_is_on_no_plan": gettext_lazy(
        "Plans still have this term. Merging it moves them to the term that stays."
    ),
    "approved_text_stays": gettext_lazy(
        "The text of an approved plan stays as it was approved. Reopen the plan to change it."
    ),
    "theme_groups_are_one_level": gettext_lazy(
        "A theme is in the group of a theme that is in no group itself, and has no themes below "
        "it then."
    ),
}
"""What the triggers of the migrations promise, under the names that they refuse by."""


def sentence(error: IntegrityError) -> str:
    """The message of the constraint that was broken, or one that fits any."""
    name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None)
    if name in TRIGGERS:
        return str(TRIGGERS[name])
    for model in apps.get_models():
        for constraint in model._meta.constraints:
            if constraint.name == name:
                return str(constraint.get_violation_error_message())
    return _("This could not be stored. Check what you entered and try again.")

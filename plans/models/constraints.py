"""From a broken database constraint to the sentence it carries.

The constraints of the models are the one home of what the database guarantees; when one of them
refuses a write, this finds the words to show.
"""

from __future__ import annotations

from django.apps import apps
from django.db import IntegrityError
from django.utils.translation import gettext as _


def sentence(error: IntegrityError) -> str:
    """The message of the constraint that was broken, or one that fits any."""
    name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None)
    for model in apps.get_models():
        for constraint in model._meta.constraints:
            if constraint.name == name:
                return str(constraint.get_violation_error_message())
    return _("This could not be stored. Check what you entered and try again.")

"""Finding names that are probably one, for a person to look at."""

from plans.duplicates.finding import find
from plans.duplicates.results import Found, Group, Name, Reason, Split

__all__ = ["Found", "Group", "Name", "Reason", "Split", "find"]

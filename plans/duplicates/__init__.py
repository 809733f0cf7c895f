"""Finding names that are probably one, for a person to look at."""

from plans.duplicates.finding import Found, Group, Name, Reason, Split, find

__all__ = ["Found", "Group", "Name", "Reason", "Split", "find"]

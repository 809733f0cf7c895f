"""The forms people fill in."""

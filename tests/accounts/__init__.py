"""People: how they come in, who sees them, what they may change."""

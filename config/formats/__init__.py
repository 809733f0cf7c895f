"""How times and dates are written, where Django's own pages do it."""

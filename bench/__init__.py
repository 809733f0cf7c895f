"""Measurements that anyone can repeat. Each module is a command that prints a table."""

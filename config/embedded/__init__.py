"""Django's database engine for the PostgreSQL server that comes with the project (see base.py)."""

"""Migrations: nothing missing, named by hand, and back again without a trace."""

from __future__ import annotations

import re

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from plans.models import Spelling, ThematicArea, Vocabulary

OURS = ("accounts", "plans")
OURS_TOO = {
    *("fold_term", "fold_terms", "unaccent", "pg_trgm", "btree_gist"),
    *("refuse_change", "keep_spellings", "guard_merged_term"),
    *("search_words", "search_stems", "search_language", "search_texts"),
    *("keep_search_texts", "keep_search_texts_of_few", "keep_search_words", "keep_search_name"),
    *(f"search_{what}" for what in ("plan_changed", "name_changed", "name_lost")),
    *(f"search_{what}_changed" for what in ("evidence", "partner", "learningquestion")),
    "search_reflection_changed",
    *(f"{what}_{name}" for what in ("living", "follow") for name in Vocabulary.values),
}
"""Functions and extensions that the migrations make."""

SCHEMA = """
SELECT 'column', table_name || '.' || column_name,
       concat_ws(' ', data_type, is_nullable, column_default)
  FROM information_schema.columns WHERE table_schema = 'public'
UNION ALL
SELECT 'constraint', conrelid::regclass || '.' || conname, pg_get_constraintdef(oid)
  FROM pg_constraint WHERE connamespace = 'public'::regnamespace
UNION ALL
SELECT 'index', indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'
UNION ALL
SELECT 'trigger', tgrelid::regclass || '.' || tgname, pg_get_triggerdef(oid)
  FROM pg_trigger WHERE NOT tgisinternal
UNION ALL
SELECT 'function', proname, pg_get_functiondef(oid)
  FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prokind = 'f'
UNION ALL
SELECT 'extension', extname, '' FROM pg_extension
"""


def schema() -> dict[tuple[str, str], str]:
    """Everything that the database is made of, as it describes itself."""
    with connection.cursor() as cursor:
        cursor.execute(SCHEMA)
        found = {(kind, name): text for kind, name, text in cursor.fetchall()}
    # Columns keep their order and foreign keys their number only in how they are named.
    return {key: re.sub(r"\s+", " ", text) for key, text in found.items()}


@pytest.mark.django_db
def test_no_migration_is_missing() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_migrations_have_names_given_by_hand() -> None:
    names = [name for app, name in MigrationLoader(None).disk_migrations if app in OURS]

    assert [
        name for name in names if re.search(r"_(auto|initial|alter|remove|add)(_|$)", name)
    ] == []
    assert [name for name in names if not re.fullmatch(r"\d{4}_[a-z][a-z_]+[a-z]", name)] == []


TERMS = {
    "Water": ["Waters", "H2O"],
    "Sea": ["waters", "Ocean"],
    "Ocean": ["the sea", "THE SEA"],
    "Rivers": ["water", "Streams"],
}
"""Terms as they could be before each spelling was of one term only; their other spellings."""


@pytest.mark.django_db(transaction=True)
def test_migrations_go_all_the_way_back_and_forth_again_and_settle_spellings_of_two_terms() -> None:
    before = schema()

    call_command("migrate", "accounts", "zero", verbosity=0)
    between = {name for _kind, name in schema() if name.startswith(OURS) or name in OURS_TOO}
    call_command("migrate", "plans", "0005", verbosity=0)
    with connection.cursor() as cursor:
        for name, aliases in TERMS.items():
            cursor.execute(
                "INSERT INTO plans_thematicarea (name, aliases, status, created_at) "
                "VALUES (%s, %s, 'in_use', now())",
                [name, aliases],
            )
    call_command("migrate", verbosity=0)

    assert between == set()
    assert schema() == before
    assert dict(ThematicArea.objects.values_list("name", "aliases")) == {
        "Water": ["Waters", "H2O"],
        "Sea": [],
        "Ocean": ["the sea", "THE SEA"],
        "Rivers": ["Streams"],
    }
    spelled = Spelling.objects.filter(vocabulary="thematicarea").values_list("folded", flat=True)
    assert sorted(spelled) == [
        "h2o", "ocean", "rivers", "sea", "streams", "thesea", "water", "waters",
    ]  # fmt: skip

"""The database's own folding of names: without case, accents, spaces and punctuation.

One function for one text, one for a list of texts; both immutable, so that unique constraints and
indexes can be made on them. The collation (PostgreSQL 17 or newer) is named because lower() and
[[:alnum:]] must know Cyrillic and Arabic on every server, whatever its default. unaccent() is
wrapped because its dictionary could be changed in theory, so PostgreSQL calls it merely stable.
"""

from django.contrib.postgres.operations import UnaccentExtension
from django.db import migrations

FOLD_TERM = """
CREATE FUNCTION fold_term(words text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN regexp_replace(
    lower(public.unaccent('public.unaccent'::regdictionary, normalize(words, NFKC))
          COLLATE "pg_c_utf8"),
    '[^[:alnum:]]+', '', 'g');
"""

FOLD_TERMS = """
CREATE FUNCTION fold_terms(words text[]) RETURNS text[]
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN (SELECT coalesce(array_agg(fold_term(word) ORDER BY place), ARRAY[]::text[])
        FROM unnest(words) WITH ORDINALITY AS listed(word, place));
"""


class Migration(migrations.Migration):
    initial = True
    dependencies = [("accounts", "0001_people_and_places")]
    operations = [
        UnaccentExtension(),
        migrations.RunSQL(FOLD_TERM, "DROP FUNCTION fold_term(text)"),
        migrations.RunSQL(FOLD_TERMS, "DROP FUNCTION fold_terms(text[])"),
    ]

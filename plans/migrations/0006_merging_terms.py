"""Merges of terms, and what the database promises about merged terms and about spellings.

- A term is merged into a living one, nothing leads to a merged term, and none is on a plan. So
  there is no chain and no circle.
- Whatever chooses a merged term gets the one it leads to, also where the merge happens at the very
  moment: the choice waits for the merge and follows it.
- A spelling, folded, leads to one living term of its vocabulary. ``plans_spelling`` is kept by a
  trigger; an exclusion constraint on it makes the promise hold for raw SQL and races, too.
"""

import django.contrib.postgres.constraints
import django.db.models.constraints
import django.db.models.deletion
from django.conf import settings
from django.contrib.postgres.operations import BtreeGistExtension
from django.db import migrations, models

import plans.clock

VOCABULARIES = (
    # the vocabulary, and where its terms are used
    ("sdg", "plans_plansdg", "term_id"),
    ("thematicarea", "plans_planthematicarea", "term_id"),
    ("method", "plans_planmethod", "term_id"),
    ("datasource", "plans_plandatasource", "term_id"),
    ("sector", "plans_partner", "sector_id"),
    ("organisation", "plans_partner", "organisation_id"),
)
CHOICES = [
    ("sdg", "Sustainable Development Goals"),
    ("thematicarea", "thematic areas"),
    ("method", "methods"),
    ("datasource", "data sources"),
    ("sector", "sectors"),
    ("organisation", "partner organisations"),
]

# A spelling that two living terms have stays with the one that is called so, or the older one.
ONE_TERM_A_SPELLING = """
WITH spelled AS (
    SELECT term.id, coalesce(term.merged_into_id, term.id) AS leads_to, alias, place,
           fold_term(alias) AS folded
    FROM {table} term, unnest(term.aliases) WITH ORDINALITY AS listed(alias, place)
),
kept AS (
    SELECT id, array_agg(alias ORDER BY place) AS aliases FROM spelled
    WHERE NOT EXISTS (
        SELECT FROM {table} other
        WHERE coalesce(other.merged_into_id, other.id) <> spelled.leads_to
          AND (fold_term(other.name) = spelled.folded
               OR (other.id < spelled.id AND spelled.folded = ANY (fold_terms(other.aliases))))
    )
    GROUP BY id
)
UPDATE {table} term SET aliases = coalesce(kept.aliases, ARRAY[]::varchar[])
FROM {table} every LEFT JOIN kept ON kept.id = every.id
WHERE every.id = term.id AND cardinality(term.aliases) <> cardinality(coalesce(kept.aliases, '{{}}'))
"""

FILL = """
INSERT INTO plans_spelling (vocabulary, folded, term, leads_to)
SELECT DISTINCT '{vocabulary}', folded, term.id, coalesce(term.merged_into_id, term.id)
FROM {table} term, unnest(fold_terms(array_prepend(term.name, term.aliases)::text[])) AS folded
WHERE folded <> ''
"""

KEEP_SPELLINGS = """
CREATE FUNCTION keep_spellings() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        DELETE FROM plans_spelling WHERE vocabulary = TG_ARGV[0] AND term = OLD.id;
    END IF;
    IF TG_OP <> 'DELETE' THEN
        INSERT INTO plans_spelling (vocabulary, folded, term, leads_to)
        SELECT DISTINCT TG_ARGV[0], folded, NEW.id, coalesce(NEW.merged_into_id, NEW.id)
        FROM unnest(fold_terms(array_prepend(NEW.name, NEW.aliases)::text[])) AS folded
        WHERE folded <> '';
    END IF;
    RETURN NULL;
END;
$$;
"""

# The row is locked as an update of its key would, so that a plan that is choosing the term at this
# moment is waited for, and seen. One that was merged before is on no plan already.
GUARD_MERGED = """
CREATE FUNCTION guard_merged_term() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    living boolean;
    led_to boolean;
    used boolean;
BEGIN
    EXECUTE format('SELECT merged_into_id IS NULL FROM %I WHERE id = $1 FOR SHARE', TG_TABLE_NAME)
        INTO living USING NEW.merged_into_id;
    EXECUTE format('SELECT EXISTS (SELECT FROM %I WHERE merged_into_id = $1)', TG_TABLE_NAME)
        INTO led_to USING NEW.id;
    IF led_to OR NOT living THEN
        RAISE EXCEPTION 'A term is merged into a living one.'
            USING ERRCODE = 'integrity_constraint_violation',
                  CONSTRAINT = 'merged_into_a_living_term';
    END IF;
    IF TG_OP = 'UPDATE' THEN
        IF OLD.merged_into_id IS NOT NULL THEN
            RETURN NULL;
        END IF;
    END IF;
    EXECUTE format('SELECT FROM %I WHERE id = $1 FOR UPDATE', TG_TABLE_NAME) USING NEW.id;
    EXECUTE format('SELECT EXISTS (SELECT FROM %I WHERE %I = $1)', TG_ARGV[0], TG_ARGV[1])
        INTO used USING NEW.id;
    IF used THEN
        RAISE EXCEPTION 'A merged term is on no plan.'
            USING ERRCODE = 'integrity_constraint_violation',
                  CONSTRAINT = 'merged_term_is_on_no_plan';
    END IF;
    RETURN NULL;
END;
$$;
"""

# Read under a lock that a merge waits for and is waited for; asked again until a term is living, as
# one merge may follow another. One function a vocabulary, so that its statement is planned once.
LIVING = """
CREATE FUNCTION living_{vocabulary}(wanted bigint) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    beyond bigint;
BEGIN
    LOOP
        SELECT merged_into_id INTO beyond FROM plans_{vocabulary} WHERE id = wanted FOR KEY SHARE;
        EXIT WHEN beyond IS NULL;
        wanted := beyond;
    END LOOP;
    RETURN wanted;
END;
$$;
"""

FOLLOW = """
CREATE FUNCTION follow_{vocabulary}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.{column} := living_{vocabulary}(NEW.{column});
    RETURN NEW;
END;
$$;
"""


def function(name: str, sql: str) -> migrations.RunSQL:
    """A function, made and taken away."""
    return migrations.RunSQL(sql, f"DROP FUNCTION {name}")


def trigger(table: str, name: str, what: str) -> migrations.RunSQL:
    """A trigger, made and taken away."""
    return migrations.RunSQL(f"CREATE TRIGGER {name} {what}", f"DROP TRIGGER {name} ON {table}")


def promises() -> list[migrations.RunSQL]:
    """The triggers of every vocabulary, and of the tables in which terms are used."""
    made = []
    for vocabulary, uses, column in VOCABULARIES:
        table = f"plans_{vocabulary}"
        made += [
            migrations.RunSQL(ONE_TERM_A_SPELLING.format(table=table), migrations.RunSQL.noop),
            migrations.RunSQL(
                FILL.format(table=table, vocabulary=vocabulary), migrations.RunSQL.noop
            ),
            trigger(
                table,
                "keep_spellings",
                f"AFTER INSERT OR DELETE OR UPDATE OF name, aliases, merged_into_id ON {table} "
                f"FOR EACH ROW EXECUTE FUNCTION keep_spellings('{vocabulary}')",
            ),
            trigger(
                table,
                "guard_merged_term",
                f"AFTER INSERT OR UPDATE OF merged_into_id ON {table} FOR EACH ROW "
                "WHEN (NEW.merged_into_id IS NOT NULL) "
                f"EXECUTE FUNCTION guard_merged_term('{uses}', '{column}')",
            ),
        ]
        names = {"vocabulary": vocabulary, "column": column}
        made += [
            function(f"living_{vocabulary}(bigint)", LIVING.format(**names)),
            function(f"follow_{vocabulary}()", FOLLOW.format(**names)),
            trigger(
                uses,
                f"follow_merged_{vocabulary}",
                f"BEFORE INSERT OR UPDATE OF {column} ON {uses} FOR EACH ROW "
                f"WHEN (NEW.{column} IS NOT NULL) EXECUTE FUNCTION follow_{vocabulary}()",
            ),
        ]
    return made


class Migration(migrations.Migration):
    dependencies = [
        ("plans", "0005_what_writing_needs"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        BtreeGistExtension(),
        migrations.CreateModel(
            name="Merge",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "vocabulary",
                    models.CharField(choices=CHOICES, max_length=20, verbose_name="vocabulary"),
                ),
                (
                    "into",
                    models.PositiveBigIntegerField(verbose_name="key of the term that stayed"),
                ),
                ("at", models.DateTimeField(default=plans.clock.now, verbose_name="when")),
                ("before", models.JSONField(verbose_name="terms before")),
                ("after", models.JSONField(verbose_name="terms after")),
                ("undone_at", models.DateTimeField(null=True, verbose_name="undone")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="who",
                    ),
                ),
                (
                    "undone_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="undone by",
                    ),
                ),
            ],
            options={
                "verbose_name": "merge of terms",
                "verbose_name_plural": "merges of terms",
                "ordering": ("-at", "-pk"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            vocabulary__in=[
                                "sdg",
                                "thematicarea",
                                "method",
                                "datasource",
                                "sector",
                                "organisation",
                            ]
                        ),
                        name="merge_vocabulary_is_known",
                        violation_error_message="There is no such vocabulary.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(undone_at__isnull=True, undone_by__isnull=True)
                        | models.Q(undone_at__isnull=False, undone_by__isnull=False),
                        name="undone_merge_says_by_whom_and_when",
                        violation_error_message="A merge that was undone says by whom and when.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="MergedUse",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("choice", models.BigIntegerField(null=True, verbose_name="chosen term")),
                ("partner", models.UUIDField(null=True, verbose_name="partner")),
                ("term", models.BigIntegerField(verbose_name="term before")),
                ("position", models.PositiveSmallIntegerField(null=True, verbose_name="place")),
                (
                    "words",
                    models.CharField(blank=True, max_length=200, verbose_name="words chosen"),
                ),
                ("removed", models.BooleanField(default=False, verbose_name="removed")),
                (
                    "fate",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("back", "came back"),
                            ("dropped", "stays as the plan has it now"),
                            ("full", "does not come back: the plan has no room for it"),
                        ],
                        max_length=8,
                        verbose_name="when undone",
                    ),
                ),
                (
                    "merge",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="uses",
                        to="plans.merge",
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="plans.plan",
                        verbose_name="plan",
                    ),
                ),
            ],
            options={
                "verbose_name": "use of a merged term",
                "verbose_name_plural": "uses of merged terms",
                "ordering": ("merge", "plan", "position", "pk"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            choice__isnull=False, partner__isnull=True, position__isnull=False
                        )
                        | models.Q(
                            choice__isnull=True, partner__isnull=False, position__isnull=True
                        ),
                        name="merged_use_is_a_choice_or_a_partner",
                        violation_error_message="A use is a chosen term or a partner.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(fate__in=["", "back", "dropped", "full"]),
                        name="merged_use_fate_is_known",
                        violation_error_message=(
                            "A use came back when its merge was undone, or not."
                        ),
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Spelling",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "vocabulary",
                    models.CharField(choices=CHOICES, max_length=20, verbose_name="vocabulary"),
                ),
                ("folded", models.TextField(verbose_name="folded")),
                ("term", models.BigIntegerField(verbose_name="term")),
                ("leads_to", models.BigIntegerField(verbose_name="leads to")),
            ],
            options={
                "verbose_name": "spelling",
                "verbose_name_plural": "spellings",
                "ordering": ("vocabulary", "folded"),
                "indexes": [
                    models.Index(
                        models.F("vocabulary"), models.F("term"), name="spelling_of_a_term"
                    )
                ],
                "constraints": [
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        deferrable=django.db.models.constraints.Deferrable["IMMEDIATE"],
                        expressions=[("vocabulary", "="), ("folded", "="), ("leads_to", "<>")],
                        name="spelling_leads_to_one_term",
                        violation_error_message=(
                            "Another term of this vocabulary already goes by this name or spelling."
                        ),
                    )
                ],
            },
        ),
        function("keep_spellings()", KEEP_SPELLINGS),
        function("guard_merged_term()", GUARD_MERGED),
        *promises(),
    ]

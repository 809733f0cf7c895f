"""What terms need to be trusted: meaning, labels, groups, order, refusal, splits, and their story.

- Labels in other languages are spellings: they lead to one living term of the vocabulary, too.
- A theme is in the group of a theme that is in none itself.
- Every change to a term is noted by a trigger: what was so before and after, and who did it, if the
  transaction says so (``plans.actor``, ``plans.at``, ``plans.note``). The notes are written once.
"""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import plans.clock
import plans.models.taxonomy

VOCABULARIES = ("sdg", "thematicarea", "method", "datasource", "sector", "organisation")

ARE_LABELS = """
CREATE FUNCTION are_labels(labels jsonb) RETURNS boolean
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN jsonb_typeof(labels) = 'object' AND NOT EXISTS (
    SELECT FROM jsonb_each(CASE jsonb_typeof(labels) WHEN 'object' THEN labels ELSE '{}' END)
        AS label(language, words)
    WHERE language !~ '^[a-z]{2,3}$' OR jsonb_typeof(words) <> 'string'
       OR fold_term(words #>> '{}') = '' OR length(words #>> '{}') > 200);
"""

KEEP_SPELLINGS = """
CREATE OR REPLACE FUNCTION keep_spellings() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        DELETE FROM plans_spelling WHERE vocabulary = TG_ARGV[0] AND term = OLD.id;
    END IF;
    IF TG_OP <> 'DELETE' THEN
        INSERT INTO plans_spelling (vocabulary, folded, term, leads_to)
        SELECT DISTINCT TG_ARGV[0], folded, NEW.id, coalesce(NEW.merged_into_id, NEW.id)
        FROM unnest(fold_terms(array_prepend(NEW.name, NEW.aliases)::text[] || LABELS)) AS folded
        WHERE folded <> '';
    END IF;
    RETURN NULL;
END;
$$;
"""
ALL_LABELS = "array(SELECT value FROM jsonb_each_text(NEW.labels))"

SPELLED_BY = """
DROP TRIGGER keep_spellings ON plans_{vocabulary};
CREATE TRIGGER keep_spellings AFTER INSERT OR DELETE OR UPDATE OF {columns} ON plans_{vocabulary}
FOR EACH ROW EXECUTE FUNCTION keep_spellings('{vocabulary}');
"""
COLUMNS = "name, aliases, merged_into_id"

# The wider theme is locked as one that changes would be: it cannot join a group at this moment.
GUARD_GROUPS = """
CREATE FUNCTION guard_theme_groups() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.merged_into_id IS NULL AND NEW.parent_id IS NOT NULL THEN
        PERFORM FROM plans_thematicarea
        WHERE id = NEW.parent_id AND id <> NEW.id AND parent_id IS NULL AND merged_into_id IS NULL
        FOR SHARE;
        IF FOUND AND NOT EXISTS (
            SELECT FROM plans_thematicarea WHERE parent_id = NEW.id AND merged_into_id IS NULL
        ) THEN
            RETURN NULL;
        END IF;
    ELSIF NEW.merged_into_id IS NULL OR NOT EXISTS (
        SELECT FROM plans_thematicarea WHERE parent_id = NEW.id AND merged_into_id IS NULL
    ) THEN
        RETURN NULL;
    END IF;
    RAISE EXCEPTION 'Groups of themes are one level.'
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'theme_groups_are_one_level';
END;
$$;
"""

NOTE_CHANGE = """
CREATE FUNCTION note_term_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    silent text[] := ARRAY['id', 'created_at', 'proposed_by_id', 'proposed_in_id'];
    was jsonb;
    became jsonb;
BEGIN
    IF TG_OP <> 'INSERT' THEN
        was := to_jsonb(OLD) - silent;
    END IF;
    IF TG_OP <> 'DELETE' THEN
        became := to_jsonb(NEW) - silent;
    END IF;
    IF TG_OP = 'UPDATE' THEN
        was := (SELECT jsonb_object_agg(key, value) FROM jsonb_each(was)
                WHERE value IS DISTINCT FROM became -> key);
        IF was IS NULL THEN
            RETURN NULL;
        END IF;
        became := (SELECT jsonb_object_agg(key, became -> key) FROM jsonb_object_keys(was) AS key);
    END IF;
    INSERT INTO plans_termchange (vocabulary, term, by_id, at, before, after, note)
    VALUES (
        TG_ARGV[0], coalesce(NEW.id, OLD.id),
        nullif(current_setting('plans.actor', true), '')::bigint,
        coalesce(nullif(current_setting('plans.at', true), '')::timestamptz, statement_timestamp()),
        was, became, coalesce(current_setting('plans.note', true), '')
    );
    RETURN NULL;
END;
$$;
"""


def trigger(table: str, name: str, what: str) -> migrations.RunSQL:
    """A trigger, made and taken away."""
    return migrations.RunSQL(f"CREATE TRIGGER {name} {what}", f"DROP TRIGGER {name} ON {table}")


def spelled_by_labels() -> list[migrations.RunSQL]:
    """From now on a change of labels changes spellings."""
    function = migrations.RunSQL(
        KEEP_SPELLINGS.replace("LABELS", ALL_LABELS), KEEP_SPELLINGS.replace(" || LABELS", "")
    )
    return [
        function,
        *(
            migrations.RunSQL(
                SPELLED_BY.format(vocabulary=vocabulary, columns=f"{COLUMNS}, labels"),
                SPELLED_BY.format(vocabulary=vocabulary, columns=COLUMNS),
            )
            for vocabulary in VOCABULARIES
        ),
    ]


def told() -> list[migrations.RunSQL]:
    """Every change to a term is noted, once and for all."""
    return [
        migrations.RunSQL(NOTE_CHANGE, "DROP FUNCTION note_term_change()"),
        *(
            trigger(
                f"plans_{vocabulary}",
                "note_term_change",
                f"AFTER INSERT OR UPDATE OR DELETE ON plans_{vocabulary} "
                f"FOR EACH ROW EXECUTE FUNCTION note_term_change('{vocabulary}')",
            )
            for vocabulary in VOCABULARIES
        ),
        trigger(
            "plans_termchange",
            "written_once",
            "BEFORE UPDATE OR DELETE ON plans_termchange "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()",
        ),
    ]


def grouped() -> list[migrations.RunSQL]:
    """Groups of themes are one level."""
    return [
        migrations.RunSQL(GUARD_GROUPS, "DROP FUNCTION guard_theme_groups()"),
        trigger(
            "plans_thematicarea",
            "guard_theme_groups",
            "AFTER INSERT OR UPDATE OF parent_id, merged_into_id ON plans_thematicarea "
            "FOR EACH ROW WHEN (NEW.merged_into_id IS NOT NULL OR NEW.parent_id IS NOT NULL) "
            "EXECUTE FUNCTION guard_theme_groups()",
        ),
    ]


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_people_and_places"),
        ("plans", "0008_in_whose_place"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunSQL(ARE_LABELS, "DROP FUNCTION are_labels(jsonb)"),
        migrations.CreateModel(
            name="Different",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "vocabulary",
                    models.CharField(
                        choices=[
                            ("sdg", "Sustainable Development Goals"),
                            ("thematicarea", "thematic areas"),
                            ("method", "methods"),
                            ("datasource", "data sources"),
                            ("sector", "sectors"),
                            ("organisation", "partner organisations"),
                        ],
                        max_length=20,
                        verbose_name="vocabulary",
                    ),
                ),
                ("one", models.PositiveBigIntegerField(verbose_name="one term")),
                ("other", models.PositiveBigIntegerField(verbose_name="other term")),
                ("at", models.DateTimeField(default=plans.clock.now, verbose_name="when")),
            ],
            options={
                "verbose_name": "pair that is not the same",
                "verbose_name_plural": "pairs that are not the same",
                "ordering": ("-at", "-pk"),
            },
        ),
        migrations.CreateModel(
            name="Split",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "vocabulary",
                    models.CharField(
                        choices=[
                            ("sdg", "Sustainable Development Goals"),
                            ("thematicarea", "thematic areas"),
                            ("method", "methods"),
                            ("datasource", "data sources"),
                            ("sector", "sectors"),
                            ("organisation", "partner organisations"),
                        ],
                        max_length=20,
                        verbose_name="vocabulary",
                    ),
                ),
                ("term", models.PositiveBigIntegerField(verbose_name="key of the term")),
                (
                    "into",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.PositiveBigIntegerField(),
                        size=None,
                        verbose_name="keys of its parts",
                    ),
                ),
                ("names", models.JSONField(verbose_name="what they were called")),
                ("status", models.CharField(max_length=10, verbose_name="status before")),
                ("at", models.DateTimeField(default=plans.clock.now, verbose_name="when")),
                ("undone_at", models.DateTimeField(null=True, verbose_name="undone")),
            ],
            options={
                "verbose_name": "split of a term",
                "verbose_name_plural": "splits of terms",
                "ordering": ("-at", "-pk"),
            },
        ),
        migrations.CreateModel(
            name="SplitUse",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("choice", models.BigIntegerField(verbose_name="chosen term")),
                ("position", models.PositiveSmallIntegerField(verbose_name="place")),
                ("words", models.CharField(max_length=200, verbose_name="words chosen")),
                (
                    "given",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(),
                        default=list,
                        size=None,
                        verbose_name="chosen instead",
                    ),
                ),
                (
                    "left_out",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(),
                        default=list,
                        size=None,
                        verbose_name="left out",
                    ),
                ),
                ("came_back", models.BooleanField(null=True, verbose_name="came back")),
            ],
            options={
                "verbose_name": "use of a split term",
                "verbose_name_plural": "uses of split terms",
                "ordering": ("split", "plan"),
            },
        ),
        migrations.CreateModel(
            name="TermChange",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "vocabulary",
                    models.CharField(
                        choices=[
                            ("sdg", "Sustainable Development Goals"),
                            ("thematicarea", "thematic areas"),
                            ("method", "methods"),
                            ("datasource", "data sources"),
                            ("sector", "sectors"),
                            ("organisation", "partner organisations"),
                        ],
                        max_length=20,
                        verbose_name="vocabulary",
                    ),
                ),
                ("term", models.PositiveBigIntegerField(verbose_name="term")),
                ("at", models.DateTimeField(default=plans.clock.now, verbose_name="when")),
                ("before", models.JSONField(null=True, verbose_name="before")),
                ("after", models.JSONField(null=True, verbose_name="after")),
                ("note", models.TextField(blank=True, verbose_name="in words")),
            ],
            options={
                "verbose_name": "change to a term",
                "verbose_name_plural": "changes to terms",
                "ordering": ("-pk",),
            },
        ),
        migrations.AlterModelOptions(
            name="datasource",
            options={
                "ordering": ("position", "name"),
                "verbose_name": "data source",
                "verbose_name_plural": "data sources",
            },
        ),
        migrations.AlterModelOptions(
            name="method",
            options={
                "ordering": ("position", "name"),
                "verbose_name": "method",
                "verbose_name_plural": "methods",
            },
        ),
        migrations.AlterModelOptions(
            name="organisation",
            options={
                "ordering": ("position", "name"),
                "verbose_name": "partner organisation",
                "verbose_name_plural": "partner organisations",
            },
        ),
        migrations.AlterModelOptions(
            name="sector",
            options={
                "ordering": ("position", "name"),
                "verbose_name": "sector",
                "verbose_name_plural": "sectors",
            },
        ),
        migrations.AlterModelOptions(
            name="thematicarea",
            options={
                "ordering": ("position", "name"),
                "verbose_name": "thematic area",
                "verbose_name_plural": "thematic areas",
            },
        ),
        migrations.RemoveConstraint(
            model_name="datasource",
            name="datasource_status_is_known",
        ),
        migrations.RemoveConstraint(
            model_name="event",
            name="event_kind_is_known",
        ),
        migrations.RemoveConstraint(
            model_name="method",
            name="method_status_is_known",
        ),
        migrations.RemoveConstraint(
            model_name="organisation",
            name="organisation_status_is_known",
        ),
        migrations.RemoveConstraint(
            model_name="sdg",
            name="sdg_status_is_known",
        ),
        migrations.RemoveConstraint(
            model_name="sector",
            name="sector_status_is_known",
        ),
        migrations.RemoveConstraint(
            model_name="thematicarea",
            name="thematicarea_status_is_known",
        ),
        migrations.AddField(
            model_name="datasource",
            name="description",
            field=models.TextField(
                blank=True,
                help_text="For who chooses among terms, and in the codebook.",
                verbose_name="what it means",
            ),
        ),
        migrations.AddField(
            model_name="datasource",
            name="labels",
            field=models.JSONField(
                blank=True,
                default=dict,
                help_text="Searching, typing and importing find the term by any of them.",
                verbose_name="in other languages",
            ),
        ),
        migrations.AddField(
            model_name="datasource",
            name="position",
            field=models.PositiveSmallIntegerField(
                blank=True,
                help_text="Those with a place come first, in this order; the others follow by name.",
                null=True,
                verbose_name="place",
            ),
        ),
        migrations.AddField(
            model_name="datasource",
            name="proposed_in",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="plans.plan",
                verbose_name="proposed in",
            ),
        ),
        migrations.AddField(
            model_name="datasource",
            name="refusal",
            field=models.TextField(blank=True, editable=False, verbose_name="why it was refused"),
        ),
        migrations.AddField(
            model_name="method",
            name="description",
            field=models.TextField(
                blank=True,
                help_text="For who chooses among terms, and in the codebook.",
                verbose_name="what it means",
            ),
        ),
        migrations.AddField(
            model_name="method",
            name="labels",
            field=models.JSONField(
                blank=True,
                default=dict,
                help_text="Searching, typing and importing find the term by any of them.",
                verbose_name="in other languages",
            ),
        ),
        migrations.AddField(
            model_name="method",
            name="position",
            field=models.PositiveSmallIntegerField(
                blank=True,
                help_text="Those with a place come first, in this order; the others follow by name.",
                null=True,
                verbose_name="place",
            ),
        ),
        migrations.AddField(
            model_name="method",
            name="proposed_in",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="plans.plan",
                verbose_name="proposed in",
            ),
        ),
        migrations.AddField(
            model_name="method",
            name="refusal",
            field=models.TextField(blank=True, editable=False, verbose_name="why it was refused"),
        ),
        migrations.AddField(
            model_name="organisation",
            name="description",
            field=models.TextField(
                blank=True,
                help_text="For who chooses among terms, and in the codebook.",
                verbose_name="what it means",
            ),
        ),
        migrations.AddField(
            model_name="organisation",
            name="labels",
            field=models.JSONField(
                blank=True,
                default=dict,
                help_text="Searching, typing and importing find the term by any of them.",
                verbose_name="in other languages",
            ),
        ),
        migrations.AddField(
            model_name="organisation",
            name="position",
            field=models.PositiveSmallIntegerField(
                blank=True,
                help_text="Those with a place come first, in this order; the others follow by name.",
                null=True,
                verbose_name="place",
            ),
        ),
        migrations.AddField(
            model_name="organisation",
            name="proposed_in",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="plans.plan",
                verbose_name="proposed in",
            ),
        ),
        migrations.AddField(
            model_name="organisation",
            name="refusal",
            field=models.TextField(blank=True, editable=False, verbose_name="why it was refused"),
        ),
        migrations.AddField(
            model_name="sdg",
            name="description",
            field=models.TextField(
                blank=True,
                help_text="For who chooses among terms, and in the codebook.",
                verbose_name="what it means",
            ),
        ),
        migrations.AddField(
            model_name="sdg",
            name="labels",
            field=models.JSONField(
                blank=True,
                default=dict,
                help_text="Searching, typing and importing find the term by any of them.",
                verbose_name="in other languages",
            ),
        ),
        migrations.AddField(
            model_name="sdg",
            name="position",
            field=models.PositiveSmallIntegerField(
                blank=True,
                help_text="Those with a place come first, in this order; the others follow by name.",
                null=True,
                verbose_name="place",
            ),
        ),
        migrations.AddField(
            model_name="sdg",
            name="proposed_in",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="plans.plan",
                verbose_name="proposed in",
            ),
        ),
        migrations.AddField(
            model_name="sdg",
            name="refusal",
            field=models.TextField(blank=True, editable=False, verbose_name="why it was refused"),
        ),
        migrations.AddField(
            model_name="sector",
            name="description",
            field=models.TextField(
                blank=True,
                help_text="For who chooses among terms, and in the codebook.",
                verbose_name="what it means",
            ),
        ),
        migrations.AddField(
            model_name="sector",
            name="labels",
            field=models.JSONField(
                blank=True,
                default=dict,
                help_text="Searching, typing and importing find the term by any of them.",
                verbose_name="in other languages",
            ),
        ),
        migrations.AddField(
            model_name="sector",
            name="position",
            field=models.PositiveSmallIntegerField(
                blank=True,
                help_text="Those with a place come first, in this order; the others follow by name.",
                null=True,
                verbose_name="place",
            ),
        ),
        migrations.AddField(
            model_name="sector",
            name="proposed_in",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="plans.plan",
                verbose_name="proposed in",
            ),
        ),
        migrations.AddField(
            model_name="sector",
            name="refusal",
            field=models.TextField(blank=True, editable=False, verbose_name="why it was refused"),
        ),
        migrations.AddField(
            model_name="thematicarea",
            name="description",
            field=models.TextField(
                blank=True,
                help_text="For who chooses among terms, and in the codebook.",
                verbose_name="what it means",
            ),
        ),
        migrations.AddField(
            model_name="thematicarea",
            name="labels",
            field=models.JSONField(
                blank=True,
                default=dict,
                help_text="Searching, typing and importing find the term by any of them.",
                verbose_name="in other languages",
            ),
        ),
        migrations.AddField(
            model_name="thematicarea",
            name="parent",
            field=models.ForeignKey(
                blank=True,
                help_text="A wider theme, which is in no group itself.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="group",
                to="plans.thematicarea",
                verbose_name="in the group of",
            ),
        ),
        migrations.AddField(
            model_name="thematicarea",
            name="position",
            field=models.PositiveSmallIntegerField(
                blank=True,
                help_text="Those with a place come first, in this order; the others follow by name.",
                null=True,
                verbose_name="place",
            ),
        ),
        migrations.AddField(
            model_name="thematicarea",
            name="proposed_in",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="plans.plan",
                verbose_name="proposed in",
            ),
        ),
        migrations.AddField(
            model_name="thematicarea",
            name="refusal",
            field=models.TextField(blank=True, editable=False, verbose_name="why it was refused"),
        ),
        migrations.AlterField(
            model_name="datasource",
            name="status",
            field=models.CharField(
                choices=[
                    ("proposed", "proposed"),
                    ("in_use", "in use"),
                    ("retired", "retired"),
                    ("refused", "refused"),
                    ("merged", "merged"),
                ],
                default="in_use",
                max_length=10,
                verbose_name="status",
            ),
        ),
        migrations.AlterField(
            model_name="event",
            name="kind",
            field=models.CharField(
                choices=[
                    ("start", "began the plan"),
                    ("submit", "submitted the plan for review"),
                    ("recall", "took the plan back"),
                    ("request_changes", "requested changes"),
                    ("approve", "approved the plan"),
                    ("reopen", "reopened the plan"),
                    ("withdraw", "withdrew the plan"),
                    ("restore", "restored the plan as a draft"),
                    ("import", "brought the plan in from the archive"),
                    ("thread_opened", "opened a thread"),
                    ("replied", "replied in a thread"),
                    ("addressed", "marked a thread as addressed"),
                    ("resolved", "resolved a thread"),
                    ("reopened", "reopened a thread"),
                    ("extended", "extended the deadline"),
                    ("reviewed", "sent comments"),
                    ("suggestion_applied", "applied a suggestion"),
                    ("suggestion_declined", "declined a suggestion"),
                    ("claimed", "took on the review"),
                    ("handed_over", "handed the review over"),
                    ("nudged", "wrote to the lab"),
                    ("reminded", "reminded the reviewers"),
                    ("overdue", "reminded the reviewers that the review is overdue"),
                    ("term_refused", "did not take a new term into the list"),
                ],
                max_length=20,
                verbose_name="what",
            ),
        ),
        migrations.AlterField(
            model_name="method",
            name="status",
            field=models.CharField(
                choices=[
                    ("proposed", "proposed"),
                    ("in_use", "in use"),
                    ("retired", "retired"),
                    ("refused", "refused"),
                    ("merged", "merged"),
                ],
                default="in_use",
                max_length=10,
                verbose_name="status",
            ),
        ),
        migrations.AlterField(
            model_name="organisation",
            name="status",
            field=models.CharField(
                choices=[
                    ("proposed", "proposed"),
                    ("in_use", "in use"),
                    ("retired", "retired"),
                    ("refused", "refused"),
                    ("merged", "merged"),
                ],
                default="in_use",
                max_length=10,
                verbose_name="status",
            ),
        ),
        migrations.AlterField(
            model_name="sdg",
            name="status",
            field=models.CharField(
                choices=[
                    ("proposed", "proposed"),
                    ("in_use", "in use"),
                    ("retired", "retired"),
                    ("refused", "refused"),
                    ("merged", "merged"),
                ],
                default="in_use",
                max_length=10,
                verbose_name="status",
            ),
        ),
        migrations.AlterField(
            model_name="sector",
            name="status",
            field=models.CharField(
                choices=[
                    ("proposed", "proposed"),
                    ("in_use", "in use"),
                    ("retired", "retired"),
                    ("refused", "refused"),
                    ("merged", "merged"),
                ],
                default="in_use",
                max_length=10,
                verbose_name="status",
            ),
        ),
        migrations.AlterField(
            model_name="thematicarea",
            name="status",
            field=models.CharField(
                choices=[
                    ("proposed", "proposed"),
                    ("in_use", "in use"),
                    ("retired", "retired"),
                    ("refused", "refused"),
                    ("merged", "merged"),
                ],
                default="in_use",
                max_length=10,
                verbose_name="status",
            ),
        ),
        migrations.AddConstraint(
            model_name="datasource",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("status__in", ["proposed", "in_use", "retired", "refused", "merged"])
                ),
                name="datasource_status_is_known",
                violation_error_message="A term is proposed, in use, retired, refused or merged.",
            ),
        ),
        migrations.AddConstraint(
            model_name="datasource",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "refused"), _negated=True),
                    models.Q(("refusal", ""), _negated=True),
                    _connector="OR",
                ),
                name="datasource_refused_says_why",
                violation_error_message="A term that is refused says why.",
            ),
        ),
        migrations.AddConstraint(
            model_name="datasource",
            constraint=models.CheckConstraint(
                condition=models.Q(plans.models.taxonomy.AreLabels("labels")),
                name="datasource_has_one_label_a_language",
                violation_error_message="A term has one label for each language, with letters or numbers and at most 200 characters.",
            ),
        ),
        migrations.AddConstraint(
            model_name="datasource",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("position__isnull", True), ("position__gte", 1), _connector="OR"
                ),
                name="datasource_places_from_1",
                violation_error_message="Places are counted from 1.",
            ),
        ),
        migrations.AddConstraint(
            model_name="event",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        [
                            "start",
                            "submit",
                            "recall",
                            "request_changes",
                            "approve",
                            "reopen",
                            "withdraw",
                            "restore",
                            "import",
                            "thread_opened",
                            "replied",
                            "addressed",
                            "resolved",
                            "reopened",
                            "extended",
                            "reviewed",
                            "suggestion_applied",
                            "suggestion_declined",
                            "claimed",
                            "handed_over",
                            "nudged",
                            "reminded",
                            "overdue",
                            "term_refused",
                        ],
                    )
                ),
                name="event_kind_is_known",
                violation_error_message="The history knows no such thing.",
            ),
        ),
        migrations.AddConstraint(
            model_name="method",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("status__in", ["proposed", "in_use", "retired", "refused", "merged"])
                ),
                name="method_status_is_known",
                violation_error_message="A term is proposed, in use, retired, refused or merged.",
            ),
        ),
        migrations.AddConstraint(
            model_name="method",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "refused"), _negated=True),
                    models.Q(("refusal", ""), _negated=True),
                    _connector="OR",
                ),
                name="method_refused_says_why",
                violation_error_message="A term that is refused says why.",
            ),
        ),
        migrations.AddConstraint(
            model_name="method",
            constraint=models.CheckConstraint(
                condition=models.Q(plans.models.taxonomy.AreLabels("labels")),
                name="method_has_one_label_a_language",
                violation_error_message="A term has one label for each language, with letters or numbers and at most 200 characters.",
            ),
        ),
        migrations.AddConstraint(
            model_name="method",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("position__isnull", True), ("position__gte", 1), _connector="OR"
                ),
                name="method_places_from_1",
                violation_error_message="Places are counted from 1.",
            ),
        ),
        migrations.AddConstraint(
            model_name="organisation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("status__in", ["proposed", "in_use", "retired", "refused", "merged"])
                ),
                name="organisation_status_is_known",
                violation_error_message="A term is proposed, in use, retired, refused or merged.",
            ),
        ),
        migrations.AddConstraint(
            model_name="organisation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "refused"), _negated=True),
                    models.Q(("refusal", ""), _negated=True),
                    _connector="OR",
                ),
                name="organisation_refused_says_why",
                violation_error_message="A term that is refused says why.",
            ),
        ),
        migrations.AddConstraint(
            model_name="organisation",
            constraint=models.CheckConstraint(
                condition=models.Q(plans.models.taxonomy.AreLabels("labels")),
                name="organisation_has_one_label_a_language",
                violation_error_message="A term has one label for each language, with letters or numbers and at most 200 characters.",
            ),
        ),
        migrations.AddConstraint(
            model_name="organisation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("position__isnull", True), ("position__gte", 1), _connector="OR"
                ),
                name="organisation_places_from_1",
                violation_error_message="Places are counted from 1.",
            ),
        ),
        migrations.AddConstraint(
            model_name="sdg",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("status__in", ["proposed", "in_use", "retired", "refused", "merged"])
                ),
                name="sdg_status_is_known",
                violation_error_message="A term is proposed, in use, retired, refused or merged.",
            ),
        ),
        migrations.AddConstraint(
            model_name="sdg",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "refused"), _negated=True),
                    models.Q(("refusal", ""), _negated=True),
                    _connector="OR",
                ),
                name="sdg_refused_says_why",
                violation_error_message="A term that is refused says why.",
            ),
        ),
        migrations.AddConstraint(
            model_name="sdg",
            constraint=models.CheckConstraint(
                condition=models.Q(plans.models.taxonomy.AreLabels("labels")),
                name="sdg_has_one_label_a_language",
                violation_error_message="A term has one label for each language, with letters or numbers and at most 200 characters.",
            ),
        ),
        migrations.AddConstraint(
            model_name="sdg",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("position__isnull", True), ("position__gte", 1), _connector="OR"
                ),
                name="sdg_places_from_1",
                violation_error_message="Places are counted from 1.",
            ),
        ),
        migrations.AddConstraint(
            model_name="sector",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("status__in", ["proposed", "in_use", "retired", "refused", "merged"])
                ),
                name="sector_status_is_known",
                violation_error_message="A term is proposed, in use, retired, refused or merged.",
            ),
        ),
        migrations.AddConstraint(
            model_name="sector",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "refused"), _negated=True),
                    models.Q(("refusal", ""), _negated=True),
                    _connector="OR",
                ),
                name="sector_refused_says_why",
                violation_error_message="A term that is refused says why.",
            ),
        ),
        migrations.AddConstraint(
            model_name="sector",
            constraint=models.CheckConstraint(
                condition=models.Q(plans.models.taxonomy.AreLabels("labels")),
                name="sector_has_one_label_a_language",
                violation_error_message="A term has one label for each language, with letters or numbers and at most 200 characters.",
            ),
        ),
        migrations.AddConstraint(
            model_name="sector",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("position__isnull", True), ("position__gte", 1), _connector="OR"
                ),
                name="sector_places_from_1",
                violation_error_message="Places are counted from 1.",
            ),
        ),
        migrations.AddConstraint(
            model_name="thematicarea",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("status__in", ["proposed", "in_use", "retired", "refused", "merged"])
                ),
                name="thematicarea_status_is_known",
                violation_error_message="A term is proposed, in use, retired, refused or merged.",
            ),
        ),
        migrations.AddConstraint(
            model_name="thematicarea",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "refused"), _negated=True),
                    models.Q(("refusal", ""), _negated=True),
                    _connector="OR",
                ),
                name="thematicarea_refused_says_why",
                violation_error_message="A term that is refused says why.",
            ),
        ),
        migrations.AddConstraint(
            model_name="thematicarea",
            constraint=models.CheckConstraint(
                condition=models.Q(plans.models.taxonomy.AreLabels("labels")),
                name="thematicarea_has_one_label_a_language",
                violation_error_message="A term has one label for each language, with letters or numbers and at most 200 characters.",
            ),
        ),
        migrations.AddConstraint(
            model_name="thematicarea",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("position__isnull", True), ("position__gte", 1), _connector="OR"
                ),
                name="thematicarea_places_from_1",
                violation_error_message="Places are counted from 1.",
            ),
        ),
        migrations.AddField(
            model_name="different",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="who",
            ),
        ),
        migrations.AddField(
            model_name="split",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="who",
            ),
        ),
        migrations.AddField(
            model_name="split",
            name="undone_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="undone by",
            ),
        ),
        migrations.AddField(
            model_name="splituse",
            name="plan",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="plans.plan",
                verbose_name="plan",
            ),
        ),
        migrations.AddField(
            model_name="splituse",
            name="split",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="uses", to="plans.split"
            ),
        ),
        migrations.AddField(
            model_name="termchange",
            name="by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="who",
            ),
        ),
        migrations.AddConstraint(
            model_name="different",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "vocabulary__in",
                        ["sdg", "thematicarea", "method", "datasource", "sector", "organisation"],
                    )
                ),
                name="different_vocabulary_is_known",
                violation_error_message="There is no such vocabulary.",
            ),
        ),
        migrations.AddConstraint(
            model_name="different",
            constraint=models.CheckConstraint(
                condition=models.Q(("one__lt", models.F("other"))),
                name="different_terms_are_two",
                violation_error_message="A term cannot be different from itself.",
            ),
        ),
        migrations.AddConstraint(
            model_name="different",
            constraint=models.UniqueConstraint(
                fields=("vocabulary", "one", "other"),
                name="different_terms_once",
                violation_error_message="It was said already that these are not the same.",
            ),
        ),
        migrations.AddConstraint(
            model_name="split",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "vocabulary__in",
                        ["sdg", "thematicarea", "method", "datasource", "sector", "organisation"],
                    )
                ),
                name="split_vocabulary_is_known",
                violation_error_message="There is no such vocabulary.",
            ),
        ),
        migrations.AddConstraint(
            model_name="split",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("into__len__gte", 2),
                    models.Q(("into__contains", [models.F("term")]), _negated=True),
                ),
                name="split_is_into_two_or_more",
                violation_error_message="A term is split into two others or more.",
            ),
        ),
        migrations.AddConstraint(
            model_name="split",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("undone_at__isnull", True), ("undone_by__isnull", True)),
                    models.Q(("undone_at__isnull", False), ("undone_by__isnull", False)),
                    _connector="OR",
                ),
                name="undone_split_says_by_whom_and_when",
                violation_error_message="A split that was undone says by whom and when.",
            ),
        ),
        migrations.AddConstraint(
            model_name="splituse",
            constraint=models.UniqueConstraint(
                fields=("split", "plan"),
                name="split_use_once_per_plan",
                violation_error_message="A split changes each plan once.",
            ),
        ),
        migrations.AddIndex(
            model_name="termchange",
            index=models.Index(models.F("vocabulary"), models.F("term"), name="story_of_a_term"),
        ),
        migrations.AddConstraint(
            model_name="termchange",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "vocabulary__in",
                        ["sdg", "thematicarea", "method", "datasource", "sector", "organisation"],
                    )
                ),
                name="change_vocabulary_is_known",
                violation_error_message="There is no such vocabulary.",
            ),
        ),
        migrations.AddConstraint(
            model_name="termchange",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("before__isnull", False), ("after__isnull", False), _connector="OR"
                ),
                name="change_says_what",
                violation_error_message="A change to a term says what was changed.",
            ),
        ),
        migrations.AddIndex(
            model_name="spelling",
            index=django.contrib.postgres.indexes.GinIndex(
                django.contrib.postgres.indexes.OpClass("folded", "gin_trgm_ops"),
                name="spelling_near",
            ),
        ),
        *spelled_by_labels(),
        *grouped(),
        *told(),
    ]

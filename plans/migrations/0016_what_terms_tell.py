"""A split notes which of its parts are new; labs are told of taken and merged proposals;
the stages of the learning cycle have labels.

The indexes on other spellings go: what a term is called is looked up in the table of spellings.
"""

import django.contrib.postgres.fields
from django.db import migrations, models

import plans.models.taxonomy

VOCABULARIES = ("sdg", "thematicarea", "method", "datasource", "sector", "organisation")
STAGES = [("sense", "Sense"), ("explore", "Explore"), ("test", "Test"), ("grow", "Grow")]
KINDS = [
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
    ("term_taken", "took a new term into the list"),
    ("term_merged", "made a new term one with another"),
]


NAMES_OF_STAGE = """
CREATE FUNCTION names_of_stage(stage text, labels jsonb) RETURNS text[]
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN fold_terms(array_prepend(stage, array(SELECT value FROM jsonb_each_text(labels))));
"""


class Migration(migrations.Migration):
    dependencies = [("plans", "0015_words_in_the_making")]

    operations = [
        migrations.AddField(
            model_name="split",
            name="made",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.PositiveBigIntegerField(),
                default=list,
                size=None,
                verbose_name="keys of new parts",
            ),
        ),
        migrations.RemoveConstraint(model_name="event", name="event_kind_is_known"),
        migrations.AlterField(
            model_name="event",
            name="kind",
            field=models.CharField(choices=KINDS, max_length=20, verbose_name="what"),
        ),
        migrations.AddConstraint(
            model_name="event",
            constraint=models.CheckConstraint(
                condition=models.Q(kind__in=[kind for kind, _words in KINDS]),
                name="event_kind_is_known",
                violation_error_message="The history knows no such thing.",
            ),
        ),
        *(
            migrations.RemoveIndex(model_name=vocabulary, name=f"{vocabulary}_aliases")
            for vocabulary in VOCABULARIES
        ),
        migrations.RunSQL(NAMES_OF_STAGE, "DROP FUNCTION names_of_stage(text, jsonb)"),
        migrations.CreateModel(
            name="StageName",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "stage",
                    models.CharField(choices=STAGES, max_length=8, verbose_name="stage"),
                ),
                (
                    "description",
                    models.TextField(
                        blank=True,
                        help_text="For who chooses stages, and in the codebook.",
                        verbose_name="what it means",
                    ),
                ),
                (
                    "labels",
                    models.JSONField(blank=True, default=dict, verbose_name="in other languages"),
                ),
            ],
            options={
                "verbose_name": "stage of the learning cycle",
                "verbose_name_plural": "stages of the learning cycle",
                "ordering": ("pk",),
                "constraints": (
                    models.UniqueConstraint(
                        fields=("stage",),
                        name="one_row_per_stage",
                        violation_error_message="This stage already has its labels.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(stage__in=[stage for stage, _words in STAGES]),
                        name="named_stage_is_known",
                        violation_error_message="The stages are Sense, Explore, Test and Grow.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(plans.models.taxonomy.AreLabels("labels")),
                        name="stage_has_one_label_a_language",
                        violation_error_message=(
                            "A stage has one label for each language, with letters or numbers and "
                            "at most 200 characters."
                        ),
                    ),
                ),
            },
        ),
    ]

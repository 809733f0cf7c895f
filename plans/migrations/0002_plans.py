"""The tables of plans, vocabularies, reviews and history."""

import uuid

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.core.validators
import django.db.models.constraints
import django.db.models.deletion
import django.db.models.functions.text
import django.db.models.lookups
from django.conf import settings
from django.db import migrations, models

import plans.clock
import plans.models.taxonomy


class Migration(migrations.Migration):
    dependencies = [
        ("plans", "0001_folding"),
        ("accounts", "0001_people_and_places"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Cycle",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "year",
                    models.PositiveSmallIntegerField(
                        validators=[
                            django.core.validators.MinValueValidator(2000),
                            django.core.validators.MaxValueValidator(2100),
                        ],
                        verbose_name="year",
                    ),
                ),
                (
                    "quarter",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        help_text="1 to 4. Leave empty for a cycle that runs the whole year.",
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(4),
                        ],
                        verbose_name="quarter",
                    ),
                ),
                ("opens_at", models.DateTimeField(verbose_name="opens")),
                (
                    "closes_at",
                    models.DateTimeField(
                        help_text="The deadline, to the minute.", verbose_name="closes"
                    ),
                ),
            ],
            options={
                "verbose_name": "cycle",
                "verbose_name_plural": "cycles",
                "ordering": ("-year", "-quarter"),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("year", "quarter"),
                        name="one_cycle_per_quarter",
                        nulls_distinct=False,
                        violation_error_message="There is already a cycle for this quarter.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("quarter__isnull", True), ("quarter__range", (1, 4)), _connector="OR"
                        ),
                        name="quarter_is_one_to_four",
                        violation_error_message="A quarter is a number from 1 to 4, or empty.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("closes_at__gt", models.F("opens_at"))),
                        name="cycle_closes_after_it_opens",
                        violation_error_message="A cycle has to close after it opens.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DataSource",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=200, verbose_name="name")),
                (
                    "aliases",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=200),
                        blank=True,
                        default=list,
                        help_text="Separated by commas. Typing one of these finds this term.",
                        size=None,
                        verbose_name="other spellings",
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("proposed", "proposed"),
                            ("in_use", "in use"),
                            ("retired", "retired"),
                            ("merged", "merged"),
                        ],
                        default="in_use",
                        max_length=10,
                        verbose_name="status",
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        default=plans.clock.now, editable=False, verbose_name="added"
                    ),
                ),
                (
                    "merged_into",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="plans.datasource",
                        verbose_name="merged into",
                    ),
                ),
                (
                    "proposed_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="proposed by",
                    ),
                ),
            ],
            options={
                "verbose_name": "data source",
                "verbose_name_plural": "data sources",
                "ordering": ("name",),
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Event",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
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
                        ],
                        max_length=20,
                        verbose_name="what",
                    ),
                ),
                ("acted_as", models.CharField(max_length=15, verbose_name="acting as")),
                (
                    "on_behalf_of",
                    models.CharField(blank=True, max_length=15, verbose_name="on behalf of"),
                ),
                (
                    "from_state",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("draft", "draft"),
                            ("submitted", "submitted"),
                            ("changes_requested", "changes requested"),
                            ("approved", "approved"),
                            ("withdrawn", "withdrawn"),
                            ("archived", "archived"),
                        ],
                        max_length=20,
                        verbose_name="from",
                    ),
                ),
                (
                    "to_state",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("draft", "draft"),
                            ("submitted", "submitted"),
                            ("changes_requested", "changes requested"),
                            ("approved", "approved"),
                            ("withdrawn", "withdrawn"),
                            ("archived", "archived"),
                        ],
                        max_length=20,
                        verbose_name="to",
                    ),
                ),
                ("note", models.TextField(blank=True, verbose_name="in words")),
                ("at", models.DateTimeField(default=plans.clock.now, verbose_name="when")),
                (
                    "actor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="who",
                    ),
                ),
                (
                    "cycle",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="events",
                        to="plans.cycle",
                        verbose_name="cycle",
                    ),
                ),
                (
                    "lab",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="events",
                        to="accounts.lab",
                        verbose_name="lab",
                    ),
                ),
            ],
            options={
                "verbose_name": "event",
                "verbose_name_plural": "events",
                "ordering": ("-at", "-pk"),
            },
        ),
        migrations.CreateModel(
            name="Extension",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("until", models.DateTimeField(verbose_name="until")),
                ("reason", models.TextField(blank=True, verbose_name="reason")),
                (
                    "granted_at",
                    models.DateTimeField(
                        default=plans.clock.now, editable=False, verbose_name="granted"
                    ),
                ),
                (
                    "cycle",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="extensions",
                        to="plans.cycle",
                        verbose_name="cycle",
                    ),
                ),
                (
                    "granted_by",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="granted by",
                    ),
                ),
                (
                    "lab",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="extensions",
                        to="accounts.lab",
                        verbose_name="lab",
                    ),
                ),
            ],
            options={
                "verbose_name": "extension",
                "verbose_name_plural": "extensions",
                "ordering": ("-until",),
            },
        ),
        migrations.CreateModel(
            name="Method",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=200, verbose_name="name")),
                (
                    "aliases",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=200),
                        blank=True,
                        default=list,
                        help_text="Separated by commas. Typing one of these finds this term.",
                        size=None,
                        verbose_name="other spellings",
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("proposed", "proposed"),
                            ("in_use", "in use"),
                            ("retired", "retired"),
                            ("merged", "merged"),
                        ],
                        default="in_use",
                        max_length=10,
                        verbose_name="status",
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        default=plans.clock.now, editable=False, verbose_name="added"
                    ),
                ),
                (
                    "merged_into",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="plans.method",
                        verbose_name="merged into",
                    ),
                ),
                (
                    "proposed_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="proposed by",
                    ),
                ),
            ],
            options={
                "verbose_name": "method",
                "verbose_name_plural": "methods",
                "ordering": ("name",),
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Notification",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(default=plans.clock.now, verbose_name="written"),
                ),
                ("due_at", models.DateTimeField(default=plans.clock.now, verbose_name="due")),
                ("sent_at", models.DateTimeField(blank=True, null=True, verbose_name="sent")),
                ("attempts", models.PositiveSmallIntegerField(default=0, verbose_name="attempts")),
                ("last_error", models.TextField(blank=True, verbose_name="last problem")),
                (
                    "event",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="notifications",
                        to="plans.event",
                        verbose_name="event",
                    ),
                ),
                (
                    "recipient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="notifications",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="to",
                    ),
                ),
            ],
            options={
                "verbose_name": "notification",
                "verbose_name_plural": "notifications",
                "ordering": ("-created_at", "-pk"),
            },
        ),
        migrations.CreateModel(
            name="Plan",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "draft"),
                            ("submitted", "submitted"),
                            ("changes_requested", "changes requested"),
                            ("approved", "approved"),
                            ("withdrawn", "withdrawn"),
                            ("archived", "archived"),
                        ],
                        default="draft",
                        max_length=20,
                        verbose_name="state",
                    ),
                ),
                (
                    "state_since",
                    models.DateTimeField(
                        default=plans.clock.now, verbose_name="in this state since"
                    ),
                ),
                (
                    "slot",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="place"),
                ),
                ("revision", models.PositiveIntegerField(default=0)),
                (
                    "source",
                    models.CharField(blank=True, max_length=255, verbose_name="imported from"),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        default=plans.clock.now, editable=False, verbose_name="begun"
                    ),
                ),
                (
                    "changed_at",
                    models.DateTimeField(
                        default=plans.clock.now, editable=False, verbose_name="last changed"
                    ),
                ),
                ("title", models.TextField(blank=True, verbose_name="title")),
                (
                    "challenge_type",
                    models.CharField(
                        blank=True,
                        choices=[("big_bet", "big bet"), ("exploratory", "exploratory")],
                        max_length=12,
                        verbose_name="challenge type",
                    ),
                ),
                (
                    "latitude",
                    models.FloatField(
                        blank=True,
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(-90),
                            django.core.validators.MaxValueValidator(90),
                        ],
                        verbose_name="latitude",
                    ),
                ),
                (
                    "longitude",
                    models.FloatField(
                        blank=True,
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(-180),
                            django.core.validators.MaxValueValidator(180),
                        ],
                        verbose_name="longitude",
                    ),
                ),
                (
                    "focal_point_address",
                    models.CharField(
                        blank=True, max_length=255, verbose_name="focal point as imported"
                    ),
                ),
                (
                    "challenge_statement",
                    models.TextField(blank=True, verbose_name="challenge statement"),
                ),
                ("background", models.TextField(blank=True, verbose_name="background")),
                (
                    "value_proposition",
                    models.TextField(blank=True, verbose_name="value proposition"),
                ),
                ("summary", models.TextField(blank=True, verbose_name="short summary")),
                ("early_leads", models.TextField(blank=True, verbose_name="early leads to grow")),
                (
                    "changed_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="last changed by",
                    ),
                ),
                (
                    "claimed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="claimed_plans",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="reviewer on it",
                    ),
                ),
                (
                    "country",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="plans",
                        to="accounts.country",
                        verbose_name="country",
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="begun by",
                    ),
                ),
                (
                    "cycle",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="plans",
                        to="plans.cycle",
                        verbose_name="cycle",
                    ),
                ),
                (
                    "focal_point",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="focal_plans",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="focal point",
                    ),
                ),
                (
                    "lab",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="plans",
                        to="accounts.lab",
                        verbose_name="lab",
                    ),
                ),
                (
                    "writers",
                    models.ManyToManyField(
                        blank=True,
                        related_name="written_plans",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="people who wrote in it",
                    ),
                ),
            ],
            options={
                "verbose_name": "plan",
                "verbose_name_plural": "plans",
                "ordering": (
                    "-cycle__year",
                    "-cycle__quarter",
                    "lab__name",
                    "challenge_type",
                    "pk",
                ),
            },
        ),
        migrations.CreateModel(
            name="LearningQuestion",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("position", models.PositiveSmallIntegerField(verbose_name="place")),
                ("question", models.TextField(blank=True, verbose_name="learning question")),
                (
                    "stages",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("sense", "Sense"),
                                ("explore", "Explore"),
                                ("test", "Test"),
                                ("grow", "Grow"),
                            ],
                            max_length=8,
                        ),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="stages of the learning cycle",
                    ),
                ),
                (
                    "usage",
                    models.TextField(blank=True, verbose_name="how the methods will be used"),
                ),
                ("data_gap", models.TextField(blank=True, verbose_name="data gaps filled")),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="learning_questions",
                        to="plans.plan",
                        verbose_name="plan",
                    ),
                ),
            ],
            options={
                "verbose_name": "learning question",
                "verbose_name_plural": "learning questions",
                "ordering": ("plan", "position"),
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Evidence",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("position", models.PositiveSmallIntegerField(verbose_name="place")),
                (
                    "kind",
                    models.CharField(
                        choices=[("quantitative", "quantitative"), ("qualitative", "qualitative")],
                        default="quantitative",
                        max_length=12,
                        verbose_name="kind",
                    ),
                ),
                (
                    "form",
                    models.CharField(
                        choices=[("text", "text"), ("link", "link"), ("picture", "picture")],
                        default="text",
                        max_length=8,
                        verbose_name="given as",
                    ),
                ),
                ("text", models.TextField(blank=True, verbose_name="text")),
                ("address", models.TextField(blank=True, verbose_name="link")),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="evidence",
                        to="plans.plan",
                        verbose_name="plan",
                    ),
                ),
            ],
            options={
                "verbose_name": "item of evidence",
                "verbose_name_plural": "evidence",
                "ordering": ("plan", "position"),
                "abstract": False,
            },
        ),
        migrations.AddField(
            model_name="event",
            name="plan",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="events",
                to="plans.plan",
                verbose_name="plan",
            ),
        ),
        migrations.CreateModel(
            name="PlanDataSource",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("position", models.PositiveSmallIntegerField(default=1, verbose_name="place")),
                ("words", models.CharField(max_length=200, verbose_name="words chosen")),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        to="plans.plan",
                        verbose_name="plan",
                    ),
                ),
                (
                    "term",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="choices",
                        to="plans.datasource",
                    ),
                ),
            ],
            options={
                "ordering": ("plan", "position", "pk"),
                "abstract": False,
            },
        ),
        migrations.AddField(
            model_name="plan",
            name="data_sources",
            field=models.ManyToManyField(
                related_name="plans", through="plans.PlanDataSource", to="plans.datasource"
            ),
        ),
        migrations.CreateModel(
            name="PlanMethod",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("position", models.PositiveSmallIntegerField(default=1, verbose_name="place")),
                ("words", models.CharField(max_length=200, verbose_name="words chosen")),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        to="plans.plan",
                        verbose_name="plan",
                    ),
                ),
                (
                    "term",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="choices",
                        to="plans.method",
                    ),
                ),
            ],
            options={
                "ordering": ("plan", "position", "pk"),
                "abstract": False,
            },
        ),
        migrations.AddField(
            model_name="plan",
            name="methods",
            field=models.ManyToManyField(
                related_name="plans", through="plans.PlanMethod", to="plans.method"
            ),
        ),
        migrations.CreateModel(
            name="Question",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "section",
                    models.CharField(editable=False, max_length=20, verbose_name="section"),
                ),
                (
                    "field",
                    models.CharField(
                        blank=True, editable=False, max_length=30, verbose_name="question"
                    ),
                ),
                ("label", models.CharField(max_length=200, verbose_name="label")),
                ("guidance", models.TextField(blank=True, verbose_name="guidance")),
            ],
            options={
                "verbose_name": "question",
                "verbose_name_plural": "questions",
                "ordering": ("pk",),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("section", "field"),
                        name="one_text_per_section_and_field",
                        violation_error_message="This question already has its label and guidance.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Sdg",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=200, verbose_name="name")),
                (
                    "aliases",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=200),
                        blank=True,
                        default=list,
                        help_text="Separated by commas. Typing one of these finds this term.",
                        size=None,
                        verbose_name="other spellings",
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("proposed", "proposed"),
                            ("in_use", "in use"),
                            ("retired", "retired"),
                            ("merged", "merged"),
                        ],
                        default="in_use",
                        max_length=10,
                        verbose_name="status",
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        default=plans.clock.now, editable=False, verbose_name="added"
                    ),
                ),
                ("number", models.PositiveSmallIntegerField(unique=True, verbose_name="number")),
                (
                    "colour",
                    models.CharField(
                        max_length=7,
                        validators=[django.core.validators.RegexValidator("^#[0-9A-F]{6}$")],
                        verbose_name="colour",
                    ),
                ),
                (
                    "merged_into",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="plans.sdg",
                        verbose_name="merged into",
                    ),
                ),
                (
                    "proposed_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="proposed by",
                    ),
                ),
            ],
            options={
                "verbose_name": "Sustainable Development Goal",
                "verbose_name_plural": "Sustainable Development Goals",
                "ordering": ("number",),
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="PlanSdg",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("position", models.PositiveSmallIntegerField(default=1, verbose_name="place")),
                ("words", models.CharField(max_length=200, verbose_name="words chosen")),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        to="plans.plan",
                        verbose_name="plan",
                    ),
                ),
                (
                    "term",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="choices",
                        to="plans.sdg",
                    ),
                ),
            ],
            options={
                "ordering": ("plan", "position", "pk"),
                "abstract": False,
            },
        ),
        migrations.AddField(
            model_name="plan",
            name="sdgs",
            field=models.ManyToManyField(
                related_name="plans", through="plans.PlanSdg", to="plans.sdg"
            ),
        ),
        migrations.CreateModel(
            name="Sector",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=200, verbose_name="name")),
                (
                    "aliases",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=200),
                        blank=True,
                        default=list,
                        help_text="Separated by commas. Typing one of these finds this term.",
                        size=None,
                        verbose_name="other spellings",
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("proposed", "proposed"),
                            ("in_use", "in use"),
                            ("retired", "retired"),
                            ("merged", "merged"),
                        ],
                        default="in_use",
                        max_length=10,
                        verbose_name="status",
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        default=plans.clock.now, editable=False, verbose_name="added"
                    ),
                ),
                (
                    "merged_into",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="plans.sector",
                        verbose_name="merged into",
                    ),
                ),
                (
                    "proposed_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="proposed by",
                    ),
                ),
            ],
            options={
                "verbose_name": "sector",
                "verbose_name_plural": "sectors",
                "ordering": ("name",),
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Partner",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("position", models.PositiveSmallIntegerField(verbose_name="place")),
                ("name", models.TextField(blank=True, verbose_name="name")),
                ("description", models.TextField(blank=True, verbose_name="the collaboration")),
                (
                    "is_new",
                    models.BooleanField(
                        blank=True, null=True, verbose_name="new and unusual partner?"
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="partners",
                        to="plans.plan",
                        verbose_name="plan",
                    ),
                ),
                (
                    "sector",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="partners",
                        to="plans.sector",
                        verbose_name="sector",
                    ),
                ),
            ],
            options={
                "verbose_name": "partner",
                "verbose_name_plural": "partners",
                "ordering": ("plan", "position"),
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="ThematicArea",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=200, verbose_name="name")),
                (
                    "aliases",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=200),
                        blank=True,
                        default=list,
                        help_text="Separated by commas. Typing one of these finds this term.",
                        size=None,
                        verbose_name="other spellings",
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("proposed", "proposed"),
                            ("in_use", "in use"),
                            ("retired", "retired"),
                            ("merged", "merged"),
                        ],
                        default="in_use",
                        max_length=10,
                        verbose_name="status",
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        default=plans.clock.now, editable=False, verbose_name="added"
                    ),
                ),
                (
                    "merged_into",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="plans.thematicarea",
                        verbose_name="merged into",
                    ),
                ),
                (
                    "proposed_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="proposed by",
                    ),
                ),
            ],
            options={
                "verbose_name": "thematic area",
                "verbose_name_plural": "thematic areas",
                "ordering": ("name",),
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="PlanThematicArea",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("position", models.PositiveSmallIntegerField(default=1, verbose_name="place")),
                ("words", models.CharField(max_length=200, verbose_name="words chosen")),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        to="plans.plan",
                        verbose_name="plan",
                    ),
                ),
                (
                    "term",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="choices",
                        to="plans.thematicarea",
                    ),
                ),
            ],
            options={
                "ordering": ("plan", "position", "pk"),
                "abstract": False,
            },
        ),
        migrations.AddField(
            model_name="plan",
            name="thematic_areas",
            field=models.ManyToManyField(
                related_name="plans", through="plans.PlanThematicArea", to="plans.thematicarea"
            ),
        ),
        migrations.CreateModel(
            name="Thread",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("place", models.CharField(max_length=80, verbose_name="about")),
                ("quote", models.TextField(blank=True, verbose_name="words spoken of")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("open", "open"),
                            ("addressed", "addressed"),
                            ("resolved", "resolved"),
                        ],
                        default="open",
                        max_length=10,
                        verbose_name="status",
                    ),
                ),
                (
                    "must_fix",
                    models.BooleanField(default=True, verbose_name="must be fixed before approval"),
                ),
                ("opened_at", models.DateTimeField(default=plans.clock.now, verbose_name="opened")),
                (
                    "opened_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="opened by",
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="threads",
                        to="plans.plan",
                        verbose_name="plan",
                    ),
                ),
            ],
            options={
                "verbose_name": "thread",
                "verbose_name_plural": "threads",
                "ordering": ("opened_at", "pk"),
            },
        ),
        migrations.AddField(
            model_name="event",
            name="thread",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="events",
                to="plans.thread",
                verbose_name="thread",
            ),
        ),
        migrations.CreateModel(
            name="Comment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("text", models.TextField(verbose_name="text")),
                (
                    "written_at",
                    models.DateTimeField(default=plans.clock.now, verbose_name="written"),
                ),
                (
                    "author",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="author",
                    ),
                ),
                (
                    "thread",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="comments",
                        to="plans.thread",
                        verbose_name="thread",
                    ),
                ),
            ],
            options={
                "verbose_name": "comment",
                "verbose_name_plural": "comments",
                "ordering": ("written_at", "pk"),
            },
        ),
        migrations.CreateModel(
            name="Version",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField(verbose_name="number")),
                ("content", models.JSONField(verbose_name="content")),
                ("hash", models.CharField(max_length=64, verbose_name="fingerprint")),
                ("made_at", models.DateTimeField(default=plans.clock.now, verbose_name="made")),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="made by",
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="versions",
                        to="plans.plan",
                        verbose_name="plan",
                    ),
                ),
            ],
            options={
                "verbose_name": "version",
                "verbose_name_plural": "versions",
                "ordering": ("plan", "-number"),
            },
        ),
        migrations.CreateModel(
            name="Review",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "decision",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("approved", "approved"),
                            ("changes_requested", "changes requested"),
                            ("commented", "comments only"),
                        ],
                        max_length=20,
                        verbose_name="decision",
                    ),
                ),
                ("summary", models.TextField(blank=True, verbose_name="summary")),
                ("opened_at", models.DateTimeField(default=plans.clock.now, verbose_name="begun")),
                ("closed_at", models.DateTimeField(blank=True, null=True, verbose_name="ended")),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="reviews",
                        to="plans.plan",
                        verbose_name="plan",
                    ),
                ),
                (
                    "reviewer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reviews",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="reviewer",
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reviews",
                        to="plans.version",
                        verbose_name="version",
                    ),
                ),
            ],
            options={
                "verbose_name": "review",
                "verbose_name_plural": "reviews",
                "ordering": ("-opened_at",),
            },
        ),
        migrations.AddField(
            model_name="event",
            name="version",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="events",
                to="plans.version",
                verbose_name="version",
            ),
        ),
        migrations.AddIndex(
            model_name="datasource",
            index=django.contrib.postgres.indexes.GinIndex(
                plans.models.taxonomy.FoldAll("aliases"), name="datasource_aliases"
            ),
        ),
        migrations.AddConstraint(
            model_name="datasource",
            constraint=models.UniqueConstraint(
                plans.models.taxonomy.Fold("name"),
                name="datasource_name_once",
                violation_error_message="There is already a term with this name, give or take capitals, accents, spaces and punctuation.",
            ),
        ),
        migrations.AddConstraint(
            model_name="datasource",
            constraint=models.CheckConstraint(
                condition=django.db.models.lookups.GreaterThan(
                    django.db.models.functions.text.Length(plans.models.taxonomy.Fold("name")), 0
                ),
                name="datasource_name_has_letters",
                violation_error_message="A term needs at least one letter or number.",
            ),
        ),
        migrations.AddConstraint(
            model_name="datasource",
            constraint=models.CheckConstraint(
                condition=models.Q(("status__in", ["proposed", "in_use", "retired", "merged"])),
                name="datasource_status_is_known",
                violation_error_message="A term is proposed, in use, retired or merged.",
            ),
        ),
        migrations.AddConstraint(
            model_name="datasource",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("merged_into__isnull", False), ("status", "merged")),
                    models.Q(
                        models.Q(("status", "merged"), _negated=True), ("merged_into__isnull", True)
                    ),
                    _connector="OR",
                ),
                name="datasource_merged_says_where",
                violation_error_message="A merged term says which term it was merged into.",
            ),
        ),
        migrations.AddConstraint(
            model_name="extension",
            constraint=models.UniqueConstraint(
                fields=("lab", "cycle"),
                name="one_extension_per_lab_and_cycle",
                violation_error_message="This lab already has an extension for this cycle. Change that one.",
            ),
        ),
        migrations.AddIndex(
            model_name="method",
            index=django.contrib.postgres.indexes.GinIndex(
                plans.models.taxonomy.FoldAll("aliases"), name="method_aliases"
            ),
        ),
        migrations.AddConstraint(
            model_name="method",
            constraint=models.UniqueConstraint(
                plans.models.taxonomy.Fold("name"),
                name="method_name_once",
                violation_error_message="There is already a term with this name, give or take capitals, accents, spaces and punctuation.",
            ),
        ),
        migrations.AddConstraint(
            model_name="method",
            constraint=models.CheckConstraint(
                condition=django.db.models.lookups.GreaterThan(
                    django.db.models.functions.text.Length(plans.models.taxonomy.Fold("name")), 0
                ),
                name="method_name_has_letters",
                violation_error_message="A term needs at least one letter or number.",
            ),
        ),
        migrations.AddConstraint(
            model_name="method",
            constraint=models.CheckConstraint(
                condition=models.Q(("status__in", ["proposed", "in_use", "retired", "merged"])),
                name="method_status_is_known",
                violation_error_message="A term is proposed, in use, retired or merged.",
            ),
        ),
        migrations.AddConstraint(
            model_name="method",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("merged_into__isnull", False), ("status", "merged")),
                    models.Q(
                        models.Q(("status", "merged"), _negated=True), ("merged_into__isnull", True)
                    ),
                    _connector="OR",
                ),
                name="method_merged_says_where",
                violation_error_message="A merged term says which term it was merged into.",
            ),
        ),
        migrations.AddIndex(
            model_name="notification",
            index=models.Index(
                condition=models.Q(("sent_at__isnull", True)),
                fields=["due_at"],
                name="notification_waiting",
            ),
        ),
        migrations.AddConstraint(
            model_name="notification",
            constraint=models.UniqueConstraint(
                fields=("event", "recipient"),
                name="nobody_is_told_twice",
                violation_error_message="This person is already told of this.",
            ),
        ),
        migrations.AddConstraint(
            model_name="learningquestion",
            constraint=models.UniqueConstraint(
                deferrable=django.db.models.constraints.Deferrable["DEFERRED"],
                fields=("plan", "position"),
                name="learningquestion_one_per_position",
                violation_error_message="Only one can be at this place.",
            ),
        ),
        migrations.AddConstraint(
            model_name="learningquestion",
            constraint=models.CheckConstraint(
                condition=models.Q(("position__gte", 1)),
                name="learningquestion_positions_from_1",
                violation_error_message="Places are counted from 1.",
            ),
        ),
        migrations.AddConstraint(
            model_name="learningquestion",
            constraint=models.CheckConstraint(
                condition=models.Q(("stages__contained_by", ["sense", "explore", "test", "grow"])),
                name="stages_are_known",
                violation_error_message="The stages are Sense, Explore, Test and Grow.",
            ),
        ),
        migrations.AddConstraint(
            model_name="evidence",
            constraint=models.UniqueConstraint(
                deferrable=django.db.models.constraints.Deferrable["DEFERRED"],
                fields=("plan", "position"),
                name="evidence_one_per_position",
                violation_error_message="Only one can be at this place.",
            ),
        ),
        migrations.AddConstraint(
            model_name="evidence",
            constraint=models.CheckConstraint(
                condition=models.Q(("position__gte", 1)),
                name="evidence_positions_from_1",
                violation_error_message="Places are counted from 1.",
            ),
        ),
        migrations.AddConstraint(
            model_name="evidence",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["quantitative", "qualitative"])),
                name="evidence_kind_is_known",
                violation_error_message="Evidence is quantitative or qualitative.",
            ),
        ),
        migrations.AddConstraint(
            model_name="evidence",
            constraint=models.CheckConstraint(
                condition=models.Q(("form__in", ["text", "link", "picture"])),
                name="evidence_form_is_known",
                violation_error_message="Evidence is given as a text, a link or a picture.",
            ),
        ),
        migrations.AddConstraint(
            model_name="plandatasource",
            constraint=models.UniqueConstraint(
                fields=("plan", "term"),
                name="plandatasource_once_per_plan",
                violation_error_message="This is already chosen.",
            ),
        ),
        migrations.AddConstraint(
            model_name="planmethod",
            constraint=models.UniqueConstraint(
                fields=("plan", "term"),
                name="planmethod_once_per_plan",
                violation_error_message="This is already chosen.",
            ),
        ),
        migrations.AddIndex(
            model_name="sdg",
            index=django.contrib.postgres.indexes.GinIndex(
                plans.models.taxonomy.FoldAll("aliases"), name="sdg_aliases"
            ),
        ),
        migrations.AddConstraint(
            model_name="sdg",
            constraint=models.UniqueConstraint(
                plans.models.taxonomy.Fold("name"),
                name="sdg_name_once",
                violation_error_message="There is already a term with this name, give or take capitals, accents, spaces and punctuation.",
            ),
        ),
        migrations.AddConstraint(
            model_name="sdg",
            constraint=models.CheckConstraint(
                condition=django.db.models.lookups.GreaterThan(
                    django.db.models.functions.text.Length(plans.models.taxonomy.Fold("name")), 0
                ),
                name="sdg_name_has_letters",
                violation_error_message="A term needs at least one letter or number.",
            ),
        ),
        migrations.AddConstraint(
            model_name="sdg",
            constraint=models.CheckConstraint(
                condition=models.Q(("status__in", ["proposed", "in_use", "retired", "merged"])),
                name="sdg_status_is_known",
                violation_error_message="A term is proposed, in use, retired or merged.",
            ),
        ),
        migrations.AddConstraint(
            model_name="sdg",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("merged_into__isnull", False), ("status", "merged")),
                    models.Q(
                        models.Q(("status", "merged"), _negated=True), ("merged_into__isnull", True)
                    ),
                    _connector="OR",
                ),
                name="sdg_merged_says_where",
                violation_error_message="A merged term says which term it was merged into.",
            ),
        ),
        migrations.AddConstraint(
            model_name="sdg",
            constraint=models.CheckConstraint(
                condition=models.Q(("number__range", (1, 17))),
                name="sdg_number_is_1_to_17",
                violation_error_message="The goals are numbered from 1 to 17.",
            ),
        ),
        migrations.AddConstraint(
            model_name="plansdg",
            constraint=models.UniqueConstraint(
                fields=("plan", "term"),
                name="plansdg_once_per_plan",
                violation_error_message="This is already chosen.",
            ),
        ),
        migrations.AddIndex(
            model_name="sector",
            index=django.contrib.postgres.indexes.GinIndex(
                plans.models.taxonomy.FoldAll("aliases"), name="sector_aliases"
            ),
        ),
        migrations.AddConstraint(
            model_name="sector",
            constraint=models.UniqueConstraint(
                plans.models.taxonomy.Fold("name"),
                name="sector_name_once",
                violation_error_message="There is already a term with this name, give or take capitals, accents, spaces and punctuation.",
            ),
        ),
        migrations.AddConstraint(
            model_name="sector",
            constraint=models.CheckConstraint(
                condition=django.db.models.lookups.GreaterThan(
                    django.db.models.functions.text.Length(plans.models.taxonomy.Fold("name")), 0
                ),
                name="sector_name_has_letters",
                violation_error_message="A term needs at least one letter or number.",
            ),
        ),
        migrations.AddConstraint(
            model_name="sector",
            constraint=models.CheckConstraint(
                condition=models.Q(("status__in", ["proposed", "in_use", "retired", "merged"])),
                name="sector_status_is_known",
                violation_error_message="A term is proposed, in use, retired or merged.",
            ),
        ),
        migrations.AddConstraint(
            model_name="sector",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("merged_into__isnull", False), ("status", "merged")),
                    models.Q(
                        models.Q(("status", "merged"), _negated=True), ("merged_into__isnull", True)
                    ),
                    _connector="OR",
                ),
                name="sector_merged_says_where",
                violation_error_message="A merged term says which term it was merged into.",
            ),
        ),
        migrations.AddConstraint(
            model_name="partner",
            constraint=models.UniqueConstraint(
                deferrable=django.db.models.constraints.Deferrable["DEFERRED"],
                fields=("plan", "position"),
                name="partner_one_per_position",
                violation_error_message="Only one can be at this place.",
            ),
        ),
        migrations.AddConstraint(
            model_name="partner",
            constraint=models.CheckConstraint(
                condition=models.Q(("position__gte", 1)),
                name="partner_positions_from_1",
                violation_error_message="Places are counted from 1.",
            ),
        ),
        migrations.AddConstraint(
            model_name="partner",
            constraint=models.CheckConstraint(
                condition=models.Q(("position__lte", 5)),
                name="five_partners_at_most",
                violation_error_message="A plan names at most five partners.",
            ),
        ),
        migrations.AddIndex(
            model_name="thematicarea",
            index=django.contrib.postgres.indexes.GinIndex(
                plans.models.taxonomy.FoldAll("aliases"), name="thematicarea_aliases"
            ),
        ),
        migrations.AddConstraint(
            model_name="thematicarea",
            constraint=models.UniqueConstraint(
                plans.models.taxonomy.Fold("name"),
                name="thematicarea_name_once",
                violation_error_message="There is already a term with this name, give or take capitals, accents, spaces and punctuation.",
            ),
        ),
        migrations.AddConstraint(
            model_name="thematicarea",
            constraint=models.CheckConstraint(
                condition=django.db.models.lookups.GreaterThan(
                    django.db.models.functions.text.Length(plans.models.taxonomy.Fold("name")), 0
                ),
                name="thematicarea_name_has_letters",
                violation_error_message="A term needs at least one letter or number.",
            ),
        ),
        migrations.AddConstraint(
            model_name="thematicarea",
            constraint=models.CheckConstraint(
                condition=models.Q(("status__in", ["proposed", "in_use", "retired", "merged"])),
                name="thematicarea_status_is_known",
                violation_error_message="A term is proposed, in use, retired or merged.",
            ),
        ),
        migrations.AddConstraint(
            model_name="thematicarea",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("merged_into__isnull", False), ("status", "merged")),
                    models.Q(
                        models.Q(("status", "merged"), _negated=True), ("merged_into__isnull", True)
                    ),
                    _connector="OR",
                ),
                name="thematicarea_merged_says_where",
                violation_error_message="A merged term says which term it was merged into.",
            ),
        ),
        migrations.AddConstraint(
            model_name="planthematicarea",
            constraint=models.UniqueConstraint(
                fields=("plan", "term"),
                name="planthematicarea_once_per_plan",
                violation_error_message="This is already chosen.",
            ),
        ),
        migrations.AddIndex(
            model_name="plan",
            index=models.Index(fields=["state", "state_since"], name="plan_queue"),
        ),
        migrations.AddIndex(
            model_name="plan",
            index=models.Index(fields=["-changed_at"], name="plan_changed"),
        ),
        migrations.AddConstraint(
            model_name="plan",
            constraint=models.UniqueConstraint(
                fields=("lab", "cycle", "challenge_type", "slot"),
                name="one_plan_per_slot",
                violation_error_message="Another plan of this lab holds this place.",
            ),
        ),
        migrations.AddConstraint(
            model_name="plan",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        models.Q(("state__in", ["archived", "withdrawn"]), _negated=True),
                        models.Q(
                            models.Q(
                                ("challenge_type", "big_bet"),
                                ("slot__in", (1,)),
                                ("slot__isnull", False),
                            ),
                            models.Q(
                                ("challenge_type", "exploratory"),
                                ("slot__in", (1, 2)),
                                ("slot__isnull", False),
                            ),
                            _connector="OR",
                        ),
                    ),
                    models.Q(("challenge_type", ""), ("slot__isnull", True), ("state", "draft")),
                    models.Q(("slot__isnull", True), ("state__in", ["archived", "withdrawn"])),
                    _connector="OR",
                ),
                name="slot_fits_type_and_state",
                violation_error_message="A lab hands in one big bet and two exploratory plans per cycle.",
            ),
        ),
        migrations.AddConstraint(
            model_name="plan",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "state__in",
                        [
                            "draft",
                            "submitted",
                            "changes_requested",
                            "approved",
                            "withdrawn",
                            "archived",
                        ],
                    )
                ),
                name="plan_state_is_known",
                violation_error_message="A plan cannot be in this state.",
            ),
        ),
        migrations.AddConstraint(
            model_name="plan",
            constraint=models.CheckConstraint(
                condition=models.Q(("challenge_type__in", ("", "big_bet", "exploratory"))),
                name="challenge_type_is_known",
                violation_error_message="A plan is a big bet or exploratory.",
            ),
        ),
        migrations.AddConstraint(
            model_name="plan",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state", "archived"),
                    django.db.models.lookups.LessThanOrEqual(
                        django.db.models.functions.text.Length("summary"), 280
                    ),
                    _connector="OR",
                ),
                name="summary_fits_280_characters",
                violation_error_message="The short summary has at most 280 characters.",
            ),
        ),
        migrations.AddConstraint(
            model_name="plan",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state", "archived"),
                    django.db.models.lookups.LessThanOrEqual(
                        django.db.models.functions.text.Length("title"), 200
                    ),
                    _connector="OR",
                ),
                name="title_fits_200_characters",
                violation_error_message="A title has at most 200 characters.",
            ),
        ),
        migrations.AddConstraint(
            model_name="plan",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("latitude__isnull", True), ("latitude__range", (-90, 90)), _connector="OR"
                ),
                name="latitude_is_on_earth",
                violation_error_message="Latitude runs from -90 to 90 degrees.",
            ),
        ),
        migrations.AddConstraint(
            model_name="plan",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("longitude__isnull", True), ("longitude__range", (-180, 180)), _connector="OR"
                ),
                name="longitude_is_on_earth",
                violation_error_message="Longitude runs from -180 to 180 degrees.",
            ),
        ),
        migrations.AddConstraint(
            model_name="plan",
            constraint=models.UniqueConstraint(
                condition=models.Q(("source", ""), _negated=True),
                fields=("lab", "cycle", "source"),
                name="one_plan_per_imported_file",
                violation_error_message="This file has already been imported for this lab.",
            ),
        ),
        migrations.AddIndex(
            model_name="thread",
            index=models.Index(fields=["plan", "status"], name="thread_by_plan"),
        ),
        migrations.AddConstraint(
            model_name="thread",
            constraint=models.CheckConstraint(
                condition=models.Q(("status__in", ["open", "addressed", "resolved"])),
                name="thread_status_is_known",
                violation_error_message="A thread is open, addressed or resolved.",
            ),
        ),
        migrations.AddConstraint(
            model_name="comment",
            constraint=models.CheckConstraint(
                condition=models.Q(("text", ""), _negated=True),
                name="comment_says_something",
                violation_error_message="Write something first.",
            ),
        ),
        migrations.AddConstraint(
            model_name="version",
            constraint=models.UniqueConstraint(
                fields=("plan", "number"),
                name="one_version_per_number",
                violation_error_message="This plan already has a version with this number.",
            ),
        ),
        migrations.AddConstraint(
            model_name="version",
            constraint=models.CheckConstraint(
                condition=models.Q(("number__gte", 1)),
                name="version_number_from_one",
                violation_error_message="Versions are counted from 1.",
            ),
        ),
        migrations.AddConstraint(
            model_name="review",
            constraint=models.UniqueConstraint(
                condition=models.Q(("closed_at__isnull", True)),
                fields=("plan", "reviewer"),
                name="one_open_review_per_reviewer",
                violation_error_message="This reviewer already has an open review of this plan.",
            ),
        ),
        migrations.AddConstraint(
            model_name="review",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("closed_at__isnull", True), ("decision", "")),
                    models.Q(
                        ("closed_at__isnull", False),
                        ("decision__in", ["approved", "changes_requested", "commented"]),
                    ),
                    _connector="OR",
                ),
                name="closed_review_has_decision",
                violation_error_message="A review that has ended says how.",
            ),
        ),
        migrations.AddIndex(
            model_name="event",
            index=models.Index(fields=["plan", "-at"], name="event_by_plan"),
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
                        ],
                    )
                ),
                name="event_kind_is_known",
                violation_error_message="The history knows no such thing.",
            ),
        ),
    ]

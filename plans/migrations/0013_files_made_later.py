"""Files that the worker makes because they are too large for a request."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import plans.clock
import plans.models.made_file


class Migration(migrations.Migration):
    dependencies = [
        ("plans", "0012_collections_and_saved_searches"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="MadeFile",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("form", models.CharField(max_length=16, verbose_name="form")),
                ("ending", models.CharField(max_length=8, verbose_name="ending")),
                (
                    "selection",
                    models.CharField(blank=True, max_length=4000, verbose_name="selection"),
                ),
                ("with_threads", models.BooleanField(default=False, verbose_name="with threads")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("waiting", "waiting its turn"),
                            ("working", "being made"),
                            ("ready", "ready"),
                            ("failed", "not made"),
                        ],
                        default="waiting",
                        max_length=8,
                        verbose_name="status",
                    ),
                ),
                ("of", models.PositiveIntegerField(default=0, verbose_name="plans")),
                ("done", models.PositiveIntegerField(default=0, verbose_name="plans read")),
                (
                    "attempts",
                    models.PositiveSmallIntegerField(default=0, verbose_name="begun so often"),
                ),
                (
                    "problem",
                    models.CharField(
                        blank=True, max_length=300, verbose_name="why it was not made"
                    ),
                ),
                ("plans", models.JSONField(default=list, verbose_name="plans in it")),
                ("rights", models.JSONField(default=list, verbose_name="made with the rights of")),
                (
                    "file",
                    models.FileField(
                        blank=True,
                        max_length=200,
                        upload_to=plans.models.made_file.kept_at,
                        verbose_name="file",
                    ),
                ),
                ("size", models.PositiveBigIntegerField(default=0, verbose_name="bytes")),
                (
                    "asked_at",
                    models.DateTimeField(default=plans.clock.now, verbose_name="asked for"),
                ),
                ("taken_until", models.DateTimeField(null=True, verbose_name="taken until")),
                ("made_at", models.DateTimeField(null=True, verbose_name="made")),
                ("expires_at", models.DateTimeField(null=True, verbose_name="kept until")),
                ("fetched_at", models.DateTimeField(null=True, verbose_name="first fetched")),
                (
                    "collection",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="plans.collection",
                        verbose_name="collection",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="files",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="asked by",
                    ),
                ),
            ],
            options={
                "verbose_name": "file made by the worker",
                "verbose_name_plural": "files made by the worker",
                "ordering": ("-asked_at", "-pk"),
                "indexes": [
                    models.Index(fields=["person", "-asked_at"], name="files_of_a_person"),
                    models.Index(
                        condition=models.Q(("status", "ready")),
                        fields=["expires_at"],
                        name="files_to_remove",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("status__in", ["waiting", "working", "ready", "failed"])
                        ),
                        name="file_status_is_known",
                        violation_error_message="A file is waiting, being made, ready, or not made.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("done__lte", models.F("of"))),
                        name="a_file_reads_no_more_plans_than_it_has",
                        violation_error_message="No more plans can be read than are asked for.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "ready"), _negated=True),
                            models.Q(
                                models.Q(("file", ""), _negated=True),
                                ("made_at__isnull", False),
                                ("expires_at__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="a_ready_file_is_there",
                        violation_error_message="A file that is ready is kept, and until a day.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("status", "failed"), ("problem", ""), _connector="OR"),
                        name="only_a_failed_file_has_a_problem",
                        violation_error_message="Only a file that was not made says why.",
                    ),
                ],
            },
        ),
    ]

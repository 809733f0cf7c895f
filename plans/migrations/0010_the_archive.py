"""Closing reflections, the archive's pages as they came in, and words without a place."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import plans.clock


def guard(table: str) -> migrations.RunSQL:
    """The trigger of ``0003_append_only`` on ``table``."""
    return migrations.RunSQL(
        f"CREATE TRIGGER written_once BEFORE UPDATE OR DELETE ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()",
        f"DROP TRIGGER written_once ON {table}",
    )


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_people_and_places"),
        ("plans", "0009_terms_people_trust"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="plan",
            name="kept_words",
            field=models.JSONField(default=dict, editable=False, verbose_name="words as imported"),
        ),
        migrations.AddField(
            model_name="plan",
            name="leftover",
            field=models.JSONField(
                default=list, editable=False, verbose_name="words without a place"
            ),
        ),
        migrations.AddField(
            model_name="plan",
            name="remarks",
            field=models.TextField(
                blank=True, editable=False, verbose_name="remarks in the archive"
            ),
        ),
        migrations.CreateModel(
            name="Reflection",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("title", models.TextField(blank=True, verbose_name="title")),
                ("content", models.JSONField(verbose_name="content")),
                ("fingerprint", models.CharField(max_length=64, verbose_name="fingerprint")),
                (
                    "source",
                    models.CharField(blank=True, max_length=255, verbose_name="imported from"),
                ),
                ("revision", models.PositiveIntegerField(default=0)),
                (
                    "finished_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="finished"),
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
                (
                    "changed_by",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="last changed by",
                    ),
                ),
                (
                    "cycle",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reflections",
                        to="plans.cycle",
                        verbose_name="cycle",
                    ),
                ),
                (
                    "lab",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reflections",
                        to="accounts.lab",
                        verbose_name="lab",
                    ),
                ),
                (
                    "plan",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reflection",
                        to="plans.plan",
                        verbose_name="plan",
                    ),
                ),
            ],
            options={
                "verbose_name": "closing reflection",
                "verbose_name_plural": "closing reflections",
                "ordering": ("-changed_at", "pk"),
            },
        ),
        migrations.CreateModel(
            name="ArchivePage",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("source", models.CharField(max_length=255, verbose_name="file")),
                ("number", models.PositiveIntegerField(default=1, verbose_name="number")),
                ("text", models.TextField(verbose_name="text")),
                ("fingerprint", models.CharField(max_length=64, verbose_name="fingerprint")),
                (
                    "brought_at",
                    models.DateTimeField(default=plans.clock.now, verbose_name="brought in"),
                ),
                (
                    "brought_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="brought in by",
                    ),
                ),
                (
                    "cycle",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="plans.cycle",
                        verbose_name="cycle",
                    ),
                ),
                (
                    "lab",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.lab",
                        verbose_name="lab",
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="pages",
                        to="plans.plan",
                        verbose_name="plan",
                    ),
                ),
                (
                    "reflection",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="pages",
                        to="plans.reflection",
                        verbose_name="reflection",
                    ),
                ),
            ],
            options={
                "verbose_name": "page of the archive",
                "verbose_name_plural": "pages of the archive",
                "ordering": ("source", "-number"),
            },
        ),
        migrations.AddConstraint(
            model_name="reflection",
            constraint=models.UniqueConstraint(
                condition=models.Q(("source", ""), _negated=True),
                fields=("lab", "cycle", "source"),
                name="one_reflection_per_imported_file",
                violation_error_message="This file has already been imported for this lab.",
            ),
        ),
        migrations.AddConstraint(
            model_name="reflection",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("plan__isnull", False),
                    models.Q(("source", ""), _negated=True),
                    _connector="OR",
                ),
                name="a_reflection_is_about_a_plan",
                violation_error_message="Only a reflection from the archive can be without its plan.",
            ),
        ),
        migrations.AddConstraint(
            model_name="archivepage",
            constraint=models.UniqueConstraint(
                fields=("lab", "cycle", "source", "number"),
                name="one_page_per_number",
                violation_error_message="This file already came in with this number.",
            ),
        ),
        migrations.AddConstraint(
            model_name="archivepage",
            constraint=models.CheckConstraint(
                condition=models.Q(("number__gte", 1)),
                name="pages_are_counted_from_one",
                violation_error_message="Pages are counted from 1.",
            ),
        ),
        migrations.AddConstraint(
            model_name="archivepage",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("plan__isnull", False), ("reflection__isnull", False), _connector="OR"
                ),
                name="a_page_became_something",
                violation_error_message="A page that is kept is a plan, a reflection or both.",
            ),
        ),
        migrations.CreateModel(
            name="Parcel",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("content", models.BinaryField(verbose_name="content")),
                ("name", models.CharField(max_length=255, verbose_name="file")),
                ("given_at", models.DateTimeField(default=plans.clock.now, verbose_name="sent")),
                ("done", models.PositiveIntegerField(default=0, verbose_name="pages brought in")),
                ("report", models.JSONField(default=list, verbose_name="report")),
                (
                    "given_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="sent by",
                    ),
                ),
            ],
            options={
                "verbose_name": "parcel of pages",
                "verbose_name_plural": "parcels of pages",
                "ordering": ("-given_at",),
            },
        ),
        guard("plans_archivepage"),
    ]

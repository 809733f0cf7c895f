"""Every save as what it took out and put in; both tables are written once, like events."""

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
        ("plans", "0003_append_only"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.CreateModel(
            name="Checkpoint",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="checkpoints",
                        to="plans.plan",
                        verbose_name="plan",
                    ),
                ),
                ("revision", models.PositiveIntegerField(verbose_name="revision")),
                ("content", models.JSONField(verbose_name="content")),
                ("made_at", models.DateTimeField(default=plans.clock.now, verbose_name="made")),
            ],
            options={
                "verbose_name": "checkpoint",
                "verbose_name_plural": "checkpoints",
                "ordering": ("plan", "-revision"),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("plan", "revision"),
                        name="one_checkpoint_per_revision",
                        violation_error_message=("The plan has already been kept as it was here."),
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Writing",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="writings",
                        to="plans.plan",
                        verbose_name="plan",
                    ),
                ),
                ("revision", models.PositiveIntegerField(verbose_name="revision")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="who",
                    ),
                ),
                ("at", models.DateTimeField(default=plans.clock.now, verbose_name="when")),
                ("entries", models.JSONField(verbose_name="what")),
            ],
            options={
                "verbose_name": "save",
                "verbose_name_plural": "saves",
                "ordering": ("plan", "-revision"),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("plan", "revision"),
                        name="one_writing_per_revision",
                        violation_error_message="This save has already been noted.",
                    )
                ],
            },
        ),
        guard("plans_checkpoint"),
        guard("plans_writing"),
    ]

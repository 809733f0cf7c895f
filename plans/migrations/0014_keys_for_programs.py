"""Keys with which programs read: who made them, for what, until when, and how often one asked."""

import datetime

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.expressions
from django.conf import settings
from django.db import migrations, models

import plans.clock


class Migration(migrations.Migration):
    dependencies = [
        ("plans", "0013_files_made_later"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.CreateModel(
            name="AccessKey",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=100, verbose_name="name")),
                ("start", models.CharField(max_length=12, verbose_name="begins with")),
                ("digest", models.CharField(editable=False, max_length=64, unique=True)),
                (
                    "scopes",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("plans", "Plans and closing reflections"),
                                ("terms", "Vocabularies: themes, methods, data sources and others"),
                                ("portfolio", "Figures of the portfolio"),
                            ],
                            max_length=20,
                        ),
                        size=None,
                        verbose_name="may read",
                    ),
                ),
                (
                    "made_at",
                    models.DateTimeField(
                        default=plans.clock.now, editable=False, verbose_name="made"
                    ),
                ),
                ("expires_at", models.DateTimeField(verbose_name="valid until")),
                (
                    "last_used_on",
                    models.DateField(
                        blank=True, editable=False, null=True, verbose_name="last used"
                    ),
                ),
                ("minute", models.DateTimeField(default=plans.clock.now, editable=False)),
                ("asked", models.PositiveIntegerField(default=0, editable=False)),
                (
                    "revoked_at",
                    models.DateTimeField(
                        blank=True, editable=False, null=True, verbose_name="revoked"
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="access_keys",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="owner",
                    ),
                ),
                (
                    "revoked_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="revoked by",
                    ),
                ),
            ],
            options={
                "verbose_name": "access key",
                "verbose_name_plural": "access keys",
                "ordering": ("-made_at", "-pk"),
                "indexes": [
                    models.Index(fields=["owner", "-made_at"], name="access_keys_of_owner")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("name__regex", "^\\s*$"), _negated=True),
                        name="access_key_has_a_name",
                        violation_error_message="Give the key a name, so that you know it again.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("digest__regex", "^[0-9a-f]{64}$")),
                        name="access_key_itself_is_not_kept",
                        violation_error_message="Of a key only its digest is kept.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("scopes__len__gte", 1),
                            ("scopes__contained_by", ["plans", "terms", "portfolio"]),
                        ),
                        name="access_key_is_for_something_known",
                        violation_error_message="Choose what the key is for: at least one of these.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("expires_at__gt", models.F("made_at"))),
                        name="access_key_ends_later",
                        violation_error_message="The day on which a key ends has to be still to come.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "expires_at__lte",
                                django.db.models.expressions.CombinedExpression(
                                    models.F("made_at"),
                                    "+",
                                    models.Value(datetime.timedelta(days=366)),
                                ),
                            )
                        ),
                        name="access_key_lasts_a_year_at_most",
                        violation_error_message="A key is valid for a year at most.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("revoked_at__isnull", True), ("revoked_by__isnull", True)),
                            models.Q(("revoked_at__isnull", False), ("revoked_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="access_key_says_who_revoked_it",
                        violation_error_message="A key that is revoked says when, and by whom.",
                    ),
                ],
            },
        ),
    ]

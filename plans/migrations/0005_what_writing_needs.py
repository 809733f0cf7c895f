"""Pictures, people in a plan, the directory of partner organisations, and what was copied."""

import uuid

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.functions.text
import django.db.models.lookups
from django.conf import settings
from django.contrib.postgres.operations import TrigramExtension
from django.db import migrations, models

import plans.clock
import plans.models.picture
import plans.models.taxonomy


class Migration(migrations.Migration):
    dependencies = [
        ("plans", "0004_what_was_written"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        TrigramExtension(),
        migrations.CreateModel(
            name="Organisation",
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
            ],
            options={
                "verbose_name": "partner organisation",
                "verbose_name_plural": "partner organisations",
                "ordering": ("name",),
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Picture",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "format",
                    models.CharField(
                        choices=[("jpg", "JPEG"), ("png", "PNG")],
                        max_length=4,
                        verbose_name="format",
                    ),
                ),
                (
                    "large",
                    models.FileField(
                        upload_to=plans.models.picture.large_file, verbose_name="large"
                    ),
                ),
                (
                    "small",
                    models.FileField(
                        upload_to=plans.models.picture.small_file, verbose_name="small"
                    ),
                ),
                ("width", models.PositiveIntegerField(verbose_name="width")),
                ("height", models.PositiveIntegerField(verbose_name="height")),
                ("small_width", models.PositiveIntegerField(verbose_name="width of the small one")),
                (
                    "small_height",
                    models.PositiveIntegerField(verbose_name="height of the small one"),
                ),
                ("added_at", models.DateTimeField(default=plans.clock.now, verbose_name="added")),
            ],
            options={
                "verbose_name": "picture",
                "verbose_name_plural": "pictures",
                "ordering": ("plan", "added_at"),
            },
        ),
        migrations.CreateModel(
            name="Presence",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("section", models.CharField(max_length=20, verbose_name="section")),
                ("seen_at", models.DateTimeField(default=plans.clock.now, verbose_name="seen")),
            ],
            options={
                "verbose_name": "person in a plan",
                "verbose_name_plural": "people in plans",
                "ordering": ("plan", "-seen_at"),
            },
        ),
        migrations.CreateModel(
            name="Upload",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("row", models.UUIDField(verbose_name="item of evidence")),
                ("size", models.PositiveIntegerField(verbose_name="bytes")),
                (
                    "digest",
                    models.CharField(blank=True, max_length=64, verbose_name="SHA-256"),
                ),
                ("begun_at", models.DateTimeField(default=plans.clock.now, verbose_name="begun")),
            ],
            options={
                "verbose_name": "picture on its way",
                "verbose_name_plural": "pictures on their way",
                "ordering": ("begun_at",),
            },
        ),
        migrations.CreateModel(
            name="UploadPiece",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("start", models.PositiveIntegerField(verbose_name="first byte")),
                ("content", models.BinaryField(verbose_name="content")),
            ],
            options={
                "verbose_name": "piece of a picture",
                "verbose_name_plural": "pieces of pictures",
                "ordering": ("upload", "start"),
            },
        ),
        # What kind an item is and how it is given may be left open.
        migrations.RemoveConstraint(model_name="evidence", name="evidence_kind_is_known"),
        migrations.RemoveConstraint(model_name="evidence", name="evidence_form_is_known"),
        migrations.AlterField(
            model_name="evidence",
            name="kind",
            field=models.CharField(
                blank=True,
                choices=[("quantitative", "quantitative"), ("qualitative", "qualitative")],
                default="",
                max_length=12,
                verbose_name="kind",
            ),
        ),
        migrations.AlterField(
            model_name="evidence",
            name="form",
            field=models.CharField(
                blank=True,
                choices=[("text", "text"), ("link", "link"), ("picture", "picture")],
                default="",
                max_length=8,
                verbose_name="given as",
            ),
        ),
        migrations.AddConstraint(
            model_name="evidence",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ("", "quantitative", "qualitative"))),
                name="evidence_kind_is_known",
                violation_error_message="Evidence is quantitative or qualitative.",
            ),
        ),
        migrations.AddConstraint(
            model_name="evidence",
            constraint=models.CheckConstraint(
                condition=models.Q(("form__in", ("", "text", "link", "picture"))),
                name="evidence_form_is_known",
                violation_error_message="Evidence is given as a text, a link or a picture.",
            ),
        ),
        migrations.RunSQL(
            migrations.RunSQL.noop,
            # On the way back, to what both were preselected as before.
            "SET CONSTRAINTS ALL IMMEDIATE;"
            "UPDATE plans_evidence SET kind = 'quantitative' WHERE kind = '';"
            "UPDATE plans_evidence SET form = 'text' WHERE form = '';",
        ),
        migrations.AddField(
            model_name="evidence",
            name="alternative",
            field=models.TextField(blank=True, verbose_name="what the picture shows"),
        ),
        migrations.AddField(
            model_name="evidence",
            name="caption",
            field=models.TextField(blank=True, verbose_name="caption"),
        ),
        migrations.AddField(
            model_name="plan",
            name="carried_over",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=100),
                blank=True,
                default=list,
                editable=False,
                size=None,
                verbose_name="copied and not confirmed yet",
            ),
        ),
        migrations.AddField(
            model_name="plan",
            name="copied_from",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="copies",
                to="plans.plan",
                verbose_name="copied from",
            ),
        ),
        migrations.AddIndex(
            model_name="datasource",
            index=django.contrib.postgres.indexes.GinIndex(
                django.contrib.postgres.indexes.OpClass(
                    plans.models.taxonomy.Fold("name"), "gin_trgm_ops"
                ),
                name="datasource_near",
            ),
        ),
        migrations.AddIndex(
            model_name="method",
            index=django.contrib.postgres.indexes.GinIndex(
                django.contrib.postgres.indexes.OpClass(
                    plans.models.taxonomy.Fold("name"), "gin_trgm_ops"
                ),
                name="method_near",
            ),
        ),
        migrations.AddIndex(
            model_name="sdg",
            index=django.contrib.postgres.indexes.GinIndex(
                django.contrib.postgres.indexes.OpClass(
                    plans.models.taxonomy.Fold("name"), "gin_trgm_ops"
                ),
                name="sdg_near",
            ),
        ),
        migrations.AddIndex(
            model_name="sector",
            index=django.contrib.postgres.indexes.GinIndex(
                django.contrib.postgres.indexes.OpClass(
                    plans.models.taxonomy.Fold("name"), "gin_trgm_ops"
                ),
                name="sector_near",
            ),
        ),
        migrations.AddIndex(
            model_name="thematicarea",
            index=django.contrib.postgres.indexes.GinIndex(
                django.contrib.postgres.indexes.OpClass(
                    plans.models.taxonomy.Fold("name"), "gin_trgm_ops"
                ),
                name="thematicarea_near",
            ),
        ),
        migrations.AddField(
            model_name="organisation",
            name="merged_into",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="plans.organisation",
                verbose_name="merged into",
            ),
        ),
        migrations.AddField(
            model_name="organisation",
            name="proposed_by",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="proposed by",
            ),
        ),
        migrations.AddField(
            model_name="partner",
            name="organisation",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="partners",
                to="plans.organisation",
                verbose_name="in the directory",
            ),
        ),
        migrations.AddField(
            model_name="picture",
            name="added_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="added by",
            ),
        ),
        migrations.AddField(
            model_name="picture",
            name="plan",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="pictures",
                to="plans.plan",
                verbose_name="plan",
            ),
        ),
        migrations.AddField(
            model_name="evidence",
            name="picture",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="evidence",
                to="plans.picture",
                verbose_name="picture",
            ),
        ),
        migrations.AddField(
            model_name="presence",
            name="plan",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="presences",
                to="plans.plan",
                verbose_name="plan",
            ),
        ),
        migrations.AddField(
            model_name="presence",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="who",
            ),
        ),
        migrations.AddField(
            model_name="upload",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="sent by",
            ),
        ),
        migrations.AddField(
            model_name="upload",
            name="plan",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="uploads",
                to="plans.plan",
                verbose_name="plan",
            ),
        ),
        migrations.AddField(
            model_name="uploadpiece",
            name="upload",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="pieces",
                to="plans.upload",
                verbose_name="picture on its way",
            ),
        ),
        migrations.AddIndex(
            model_name="organisation",
            index=django.contrib.postgres.indexes.GinIndex(
                plans.models.taxonomy.FoldAll("aliases"), name="organisation_aliases"
            ),
        ),
        migrations.AddIndex(
            model_name="organisation",
            index=django.contrib.postgres.indexes.GinIndex(
                django.contrib.postgres.indexes.OpClass(
                    plans.models.taxonomy.Fold("name"), "gin_trgm_ops"
                ),
                name="organisation_near",
            ),
        ),
        migrations.AddConstraint(
            model_name="organisation",
            constraint=models.UniqueConstraint(
                plans.models.taxonomy.Fold("name"),
                name="organisation_name_once",
                violation_error_message="There is already a term with this name, give or take capitals, accents, spaces and punctuation.",
            ),
        ),
        migrations.AddConstraint(
            model_name="organisation",
            constraint=models.CheckConstraint(
                condition=django.db.models.lookups.GreaterThan(
                    django.db.models.functions.text.Length(plans.models.taxonomy.Fold("name")), 0
                ),
                name="organisation_name_has_letters",
                violation_error_message="A term needs at least one letter or number.",
            ),
        ),
        migrations.AddConstraint(
            model_name="organisation",
            constraint=models.CheckConstraint(
                condition=models.Q(("status__in", ["proposed", "in_use", "retired", "merged"])),
                name="organisation_status_is_known",
                violation_error_message="A term is proposed, in use, retired or merged.",
            ),
        ),
        migrations.AddConstraint(
            model_name="organisation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("merged_into__isnull", False), ("status", "merged")),
                    models.Q(
                        models.Q(("status", "merged"), _negated=True), ("merged_into__isnull", True)
                    ),
                    _connector="OR",
                ),
                name="organisation_merged_says_where",
                violation_error_message="A merged term says which term it was merged into.",
            ),
        ),
        migrations.AddConstraint(
            model_name="picture",
            constraint=models.CheckConstraint(
                condition=models.Q(("format__in", ["jpg", "png"])),
                name="picture_format_is_known",
                violation_error_message="Pictures are kept as JPEG or PNG.",
            ),
        ),
        migrations.AddConstraint(
            model_name="presence",
            constraint=models.UniqueConstraint(
                fields=("plan", "user"),
                name="one_presence_per_person",
                violation_error_message="This person is already noted as being here.",
            ),
        ),
        migrations.AddConstraint(
            model_name="upload",
            constraint=models.CheckConstraint(
                condition=models.Q(("size__range", (1, 10485760))),
                name="upload_is_at_most_10_mb",
                violation_error_message="A picture has at most 10 MB.",
            ),
        ),
        migrations.AddConstraint(
            model_name="uploadpiece",
            constraint=models.UniqueConstraint(
                fields=("upload", "start"),
                name="one_piece_per_start",
                violation_error_message="This piece has already arrived.",
            ),
        ),
    ]

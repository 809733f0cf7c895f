"""Sets of plans under a name, and searches that tell what is new."""

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
        ("plans", "0011_searching"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Collection",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=200, verbose_name="name")),
                ("purpose", models.TextField(blank=True, verbose_name="what it is for")),
                (
                    "openness",
                    models.CharField(
                        choices=[
                            ("private", "only me"),
                            ("shared", "people I name"),
                            ("network", "everybody in the network"),
                        ],
                        default="private",
                        max_length=10,
                        verbose_name="who reads it",
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        default=plans.clock.now, editable=False, verbose_name="made"
                    ),
                ),
                (
                    "changed_at",
                    models.DateTimeField(
                        default=plans.clock.now, editable=False, verbose_name="last changed"
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="collections",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="made by",
                    ),
                ),
            ],
            options={
                "verbose_name": "collection",
                "verbose_name_plural": "collections",
                "ordering": ("-changed_at", "-pk"),
            },
        ),
        migrations.CreateModel(
            name="CollectionEntry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("position", models.PositiveSmallIntegerField(verbose_name="place")),
                ("note", models.TextField(blank=True, verbose_name="note")),
                (
                    "added_at",
                    models.DateTimeField(
                        default=plans.clock.now, editable=False, verbose_name="added"
                    ),
                ),
                (
                    "collection",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="entries",
                        to="plans.collection",
                        verbose_name="collection",
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
                "verbose_name": "plan of a collection",
                "verbose_name_plural": "plans of a collection",
                "ordering": ("collection", "position"),
            },
        ),
        migrations.CreateModel(
            name="CollectionReader",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("address", models.EmailField(max_length=254, verbose_name="e-mail address")),
                (
                    "collection",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="readers",
                        to="plans.collection",
                        verbose_name="collection",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="person",
                    ),
                ),
            ],
            options={
                "verbose_name": "reader of a collection",
                "verbose_name_plural": "readers of a collection",
                "ordering": ("collection", "address"),
            },
        ),
        migrations.CreateModel(
            name="SavedSearch",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("position", models.PositiveSmallIntegerField(verbose_name="place")),
                ("name", models.CharField(max_length=200, verbose_name="name")),
                ("query", models.TextField(blank=True, verbose_name="search")),
                (
                    "how_often",
                    models.CharField(
                        choices=[
                            ("daily", "every day"),
                            ("weekly", "every Monday"),
                            ("never", "no e-mail"),
                        ],
                        default="weekly",
                        max_length=10,
                        verbose_name="by e-mail",
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        default=plans.clock.now, editable=False, verbose_name="saved"
                    ),
                ),
                (
                    "looked_at",
                    models.DateTimeField(
                        default=plans.clock.now, editable=False, verbose_name="last looked at"
                    ),
                ),
                (
                    "told_until",
                    models.DateTimeField(
                        default=plans.clock.now, verbose_name="told of what came until"
                    ),
                ),
                ("due_at", models.DateTimeField(blank=True, null=True, verbose_name="next e-mail")),
                ("attempts", models.PositiveSmallIntegerField(default=0, verbose_name="attempts")),
                ("last_error", models.TextField(blank=True, verbose_name="last problem")),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="saved_searches",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="who",
                    ),
                ),
            ],
            options={
                "verbose_name": "saved search",
                "verbose_name_plural": "saved searches",
                "ordering": ("owner", "position"),
            },
        ),
        migrations.AddConstraint(
            model_name="collection",
            constraint=models.UniqueConstraint(
                models.F("owner"),
                django.db.models.functions.text.Lower("name"),
                name="one_collection_per_name",
                violation_error_message="You already have a collection with this name.",
            ),
        ),
        migrations.AddConstraint(
            model_name="collection",
            constraint=models.CheckConstraint(
                condition=django.db.models.lookups.GreaterThan(
                    django.db.models.functions.text.Length(plans.models.taxonomy.Fold("name")), 0
                ),
                name="collection_name_has_letters",
                violation_error_message="A name needs at least one letter or number.",
            ),
        ),
        migrations.AddConstraint(
            model_name="collection",
            constraint=models.CheckConstraint(
                condition=models.Q(("openness__in", ["private", "shared", "network"])),
                name="collection_openness_is_known",
                violation_error_message="Choose one from the list.",
            ),
        ),
        migrations.AddConstraint(
            model_name="collectionentry",
            constraint=models.UniqueConstraint(
                fields=("collection", "plan"),
                name="plan_once_per_collection",
                violation_error_message="This plan is already in the collection.",
            ),
        ),
        migrations.AddConstraint(
            model_name="collectionentry",
            constraint=models.UniqueConstraint(
                deferrable=django.db.models.constraints.Deferrable["DEFERRED"],
                fields=("collection", "position"),
                name="one_entry_per_position",
                violation_error_message="Only one can be at this place.",
            ),
        ),
        migrations.AddConstraint(
            model_name="collectionentry",
            constraint=models.CheckConstraint(
                condition=models.Q(("position__range", (1, 200))),
                name="collection_holds_200_plans",
                violation_error_message="A collection holds at most 200 plans.",
            ),
        ),
        migrations.AddConstraint(
            model_name="collectionreader",
            constraint=models.UniqueConstraint(
                fields=("collection", "address"),
                name="reader_once_per_collection",
                violation_error_message="It is already shared with this address.",
            ),
        ),
        migrations.AddConstraint(
            model_name="collectionreader",
            constraint=models.CheckConstraint(
                condition=models.Q(("address", django.db.models.functions.text.Lower("address"))),
                name="reader_address_in_small_letters",
                violation_error_message="Write the e-mail address in small letters.",
            ),
        ),
        migrations.AddIndex(
            model_name="savedsearch",
            index=models.Index(
                condition=models.Q(("due_at__isnull", False)),
                fields=["due_at"],
                name="saved_search_due",
            ),
        ),
        migrations.AddConstraint(
            model_name="savedsearch",
            constraint=models.UniqueConstraint(
                models.F("owner"),
                django.db.models.functions.text.Lower("name"),
                name="one_search_per_name",
                violation_error_message="You already have a search with this name.",
            ),
        ),
        migrations.AddConstraint(
            model_name="savedsearch",
            constraint=models.UniqueConstraint(
                fields=("owner", "query"),
                name="search_saved_once",
                violation_error_message="You have saved this search already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="savedsearch",
            constraint=models.UniqueConstraint(
                fields=("owner", "position"),
                name="one_search_per_position",
                violation_error_message="Only one can be at this place.",
            ),
        ),
        migrations.AddConstraint(
            model_name="savedsearch",
            constraint=models.CheckConstraint(
                condition=models.Q(("position__range", (1, 20))),
                name="twenty_searches_at_most",
                violation_error_message="You can keep 20 searches. Remove one that you no longer need first.",
            ),
        ),
        migrations.AddConstraint(
            model_name="savedsearch",
            constraint=models.CheckConstraint(
                condition=django.db.models.lookups.GreaterThan(
                    django.db.models.functions.text.Length(plans.models.taxonomy.Fold("name")), 0
                ),
                name="search_name_has_letters",
                violation_error_message="A name needs at least one letter or number.",
            ),
        ),
        migrations.AddConstraint(
            model_name="savedsearch",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    django.db.models.lookups.LessThanOrEqual(
                        django.db.models.functions.text.Length("query"), 2000
                    )
                ),
                name="search_fits_2000_characters",
                violation_error_message="This search is too long to be saved. Use fewer words.",
            ),
        ),
        migrations.AddConstraint(
            model_name="savedsearch",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("due_at__isnull", True), ("how_often", "never")),
                    models.Q(("due_at__isnull", False), ("how_often__in", ("daily", "weekly"))),
                    _connector="OR",
                ),
                name="search_is_due_when_mailed",
                violation_error_message="Choose one of the ways in the list.",
            ),
        ),
    ]

"""Events say in whose place a stand-in acted."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("plans", "0007_reviews_as_one_act"),
    ]

    operations = [
        migrations.AddField(
            model_name="event",
            name="in_place_of",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="in place of",
            ),
        ),
    ]

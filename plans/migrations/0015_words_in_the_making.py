"""Beside a comment that is being typed: the words chosen for it, and those proposed instead."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("plans", "0014_keys_for_programs")]

    operations = [
        migrations.AddField(
            model_name="draft",
            name="rest",
            field=models.JSONField(blank=True, default=dict, verbose_name="what stands beside it"),
        ),
        migrations.AlterField(
            model_name="draft",
            name="text",
            field=models.TextField(blank=True, verbose_name="text"),
        ),
    ]

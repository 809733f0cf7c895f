from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("plans", "0014_keys_for_programs")]
    operations: list[object] = []

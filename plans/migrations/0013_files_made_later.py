from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("plans", "0012_collections_and_saved_searches")]
    operations: list[object] = []

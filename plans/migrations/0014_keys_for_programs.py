from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("plans", "0013_files_made_later")]
    operations: list[object] = []

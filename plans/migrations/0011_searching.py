from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("plans", "0010_the_archive")]
    operations: list[object] = []

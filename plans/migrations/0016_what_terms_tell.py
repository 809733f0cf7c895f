from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("plans", "0015_words_in_the_making")]
    operations: list[object] = []

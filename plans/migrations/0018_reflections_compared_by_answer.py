"""Who saves second is compared by answer, as in a plan; the number of saves is no longer kept."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("plans", "0017_search_texts_by_twenties")]

    operations = [migrations.RemoveField(model_name="reflection", name="revision")]

"""What the library is sorted by, and how a stored file finds its resource."""

import django.db.models.functions.text
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("assignments", "0003_between_sessions"),
        ("profiles", "0011_between_sessions"),
    ]

    operations = [
        migrations.RemoveIndex(model_name="resource", name="library_by_title"),
        migrations.AddIndex(
            model_name="resource",
            index=models.Index(
                django.db.models.functions.text.Left(
                    models.Func("title", function="profiles_folded", output_field=models.TextField()), 100
                ),
                models.F("id"),
                condition=models.Q(("archived_at", None)),
                name="library_in_order",
            ),
        ),
        migrations.AddIndex(
            model_name="resource",
            index=models.Index(
                models.F("file"), condition=models.Q(("file", ""), _negated=True), name="resource_by_file"
            ),
        ),
    ]

"""Prompts for programs without their own, so that coachees are asked something from the first week on."""

from django.db import migrations

from assignments.default_prompts import add_default_prompts


def add(apps, schema_editor):
    add_default_prompts(apps.get_model("assignments", "Prompt"))


class Migration(migrations.Migration):
    dependencies = [
        ("assignments", "0004_library"),
    ]

    operations = [
        migrations.RunPython(add, migrations.RunPython.noop),
    ]

"""People written by SQL (imports, COPY): columns with defaults, and their words folded once instead of thrice."""

from django.db import migrations, models

FUNCTION = """
CREATE OR REPLACE FUNCTION profiles_words_of_person() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    folded text := profiles_folded(NEW.name);
BEGIN
    IF TG_OP = 'UPDATE' THEN
        DELETE FROM profiles_personword WHERE person_id = NEW.id;
    END IF;
    INSERT INTO profiles_personword (person_id, in_email, word, name)
    SELECT NEW.id, false, word, left(folded, 80) FROM profiles_words(folded) AS word
    UNION ALL
    SELECT NEW.id, true, word, left(folded, 80) FROM profiles_words(NEW.email) AS word;
    RETURN NULL;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("profiles", "0006_never_signed_in")]

    operations = [
        migrations.AlterField(
            model_name="person",
            name="about",
            field=models.TextField(blank=True, db_default="", max_length=2000, verbose_name="about"),
        ),
        migrations.AlterField(
            model_name="person",
            name="photo",
            field=models.CharField(blank=True, db_default="", editable=False, max_length=40),
        ),
        migrations.AlterField(
            model_name="person",
            name="version",
            field=models.PositiveIntegerField(db_default=0, default=0, editable=False),
        ),
        migrations.RunSQL(FUNCTION, migrations.RunSQL.noop),
    ]

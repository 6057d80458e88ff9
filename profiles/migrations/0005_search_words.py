"""The words by which people are found, kept by the database itself.

The functions do what `profiles.folding` does: the tables of letters are those of the Unicode that Python knows.
"""

import sys
import unicodedata

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

WHOLE = {"ø": "o", "ł": "l", "đ": "d", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d"}
BETWEEN = r"[^a-z0-9\u00c0-\u1fff\u2c00-\u2dff\u3040-\U0010ffff]+"


def letters():
    """What NFKD leaves whole, with its folded form: accents fold to nothing."""
    for code in (*range(0xD800), *range(0xE000, sys.maxunicode + 1)):
        letter = chr(code)
        if unicodedata.combining(letter):
            yield letter, ""
        elif unicodedata.normalize("NFKD", letter) == letter:
            folded = letter.casefold().translate(str.maketrans(WHOLE))
            if folded != letter and not letter.isascii():
                yield letter, folded


def fold_sql():
    """lower() knows no letter beyond ASCII in the collation C, whatever the database's own; translate() does the rest."""
    table = list(letters())
    one = [(letter, folded) for letter, folded in table if len(folded) == 1]
    gone = "".join(letter for letter, folded in table if not folded)
    many = [(letter, folded) for letter, folded in table if len(folded) > 1]
    before, after = "".join(letter for letter, _ in one), "".join(folded for _, folded in one)
    folded = f"translate(lower(normalize(given, NFKD) COLLATE \"C\"), '{before}{gone}', '{after}')"
    for letter, letters_of_it in many:
        folded = f"replace({folded}, '{letter}', '{letters_of_it}')"
    return f"""
        CREATE FUNCTION profiles_folded(given text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
        AS $$ SELECT CASE WHEN octet_length(given) = length(given) THEN lower(given COLLATE "C") ELSE {folded} END $$;
    """


WORDS = rf"""
CREATE FUNCTION profiles_words(given text) RETURNS SETOF text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE ROWS 4 AS $$
    SELECT DISTINCT left(word, 64)
    FROM regexp_split_to_table(profiles_folded(given) COLLATE "C", '{BETWEEN}') AS word
    WHERE word <> ''
$$;

CREATE FUNCTION profiles_words_of_person() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        DELETE FROM profiles_personword WHERE person_id = NEW.id;
    END IF;
    INSERT INTO profiles_personword (person_id, in_email, word, name)
    SELECT NEW.id, false, word, left(profiles_folded(NEW.name), 80) FROM profiles_words(NEW.name) AS word
    UNION ALL
    SELECT NEW.id, true, word, left(profiles_folded(NEW.name), 80) FROM profiles_words(NEW.email) AS word;
    RETURN NULL;
END $$;

CREATE TRIGGER person_words_added AFTER INSERT ON profiles_person
    FOR EACH ROW EXECUTE FUNCTION profiles_words_of_person();
CREATE TRIGGER person_words_changed AFTER UPDATE OF name, email ON profiles_person
    FOR EACH ROW WHEN (OLD.name <> NEW.name OR OLD.email <> NEW.email)
    EXECUTE FUNCTION profiles_words_of_person();
ALTER TABLE profiles_personword ADD CONSTRAINT words_of_person
    FOREIGN KEY (person_id) REFERENCES profiles_person (id) ON DELETE CASCADE;
"""

EVERYBODY = """
INSERT INTO profiles_personword (person_id, in_email, word, name)
SELECT id, false, word, left(profiles_folded(person.name), 80)
FROM profiles_person AS person, profiles_words(person.name) AS word
UNION ALL
SELECT id, true, word, left(profiles_folded(person.name), 80)
FROM profiles_person AS person, profiles_words(person.email) AS word;
"""

BACK = """
DROP TRIGGER person_words_added ON profiles_person;
DROP TRIGGER person_words_changed ON profiles_person;
DROP FUNCTION profiles_words_of_person();
DROP FUNCTION profiles_words(text);
DROP FUNCTION profiles_folded(text);
ALTER TABLE profiles_personword DROP CONSTRAINT words_of_person;
"""


def create_fold(apps, schema_editor):
    schema_editor.execute(fold_sql(), params=None)


class Migration(migrations.Migration):
    dependencies = [("profiles", "0004_edits")]

    operations = [
        migrations.CreateModel(
            name="PersonWord",
            fields=[
                ("in_email", models.BooleanField()),
                ("word", models.CharField(db_collation="C", max_length=64)),
                ("name", models.CharField(db_collation="C", max_length=80)),
                (
                    "person",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="words",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("pk", models.CompositePrimaryKey("person_id", "word", "in_email", blank=True, editable=False, primary_key=True, serialize=False)),
            ],
            options={
                "indexes": [models.Index("in_email", "word", "name", "person", name="people_by_word")],
            },
        ),
        migrations.RunPython(create_fold, migrations.RunPython.noop),
        migrations.RunSQL(WORDS, BACK),
        migrations.RunSQL(EVERYBODY, migrations.RunSQL.noop),
    ]

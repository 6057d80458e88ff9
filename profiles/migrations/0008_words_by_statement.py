"""The words of many people written at once come from one statement instead of one for each person."""

from django.db import migrations

BY_STATEMENT = """
CREATE FUNCTION profiles_words_of_people() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO profiles_personword (person_id, in_email, word, name)
    WITH folded AS MATERIALIZED (SELECT id, email, profiles_folded(name) AS name FROM added)
    SELECT id, false, word, left(name, 80) FROM folded, profiles_words(name) AS word
    UNION ALL
    SELECT id, true, word, left(name, 80) FROM folded, profiles_words(email) AS word;
    RETURN NULL;
END $$;

DROP TRIGGER person_words_added ON profiles_person;
CREATE TRIGGER person_words_added AFTER INSERT ON profiles_person
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION profiles_words_of_people();
"""

BY_ROW = """
DROP TRIGGER person_words_added ON profiles_person;
CREATE TRIGGER person_words_added AFTER INSERT ON profiles_person
    FOR EACH ROW EXECUTE FUNCTION profiles_words_of_person();
DROP FUNCTION profiles_words_of_people();
"""


class Migration(migrations.Migration):
    dependencies = [("profiles", "0007_people_in_bulk")]

    operations = [migrations.RunSQL(BY_STATEMENT, BY_ROW)]

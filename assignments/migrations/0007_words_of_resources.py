"""The words by which resources are found, kept by the database itself in a column that the ORM does not read.

A column, for an index of an expression alone leaves the planner to work the words out row by row wherever many match.
Words with letters beyond ASCII are folded one by one, each once, for folding a long text with such letters as a whole
takes a second; of an article the first 2,000 of them count, so that none takes longer than that.
"""

from django.db import migrations

# The search path is kept with the function, for a restored database has none while it is filled.
WORDS = r"""
CREATE OR REPLACE FUNCTION assignments_words_inside(title text, summary text, tags text[], body text) RETURNS tsvector
LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 10000 SET search_path FROM CURRENT AS $$
    WITH pieces AS MATERIALIZED (
        SELECT DISTINCT left(piece, 200) AS piece, octet_length(piece) = length(piece) AS is_plain, place
        FROM (VALUES (1, concat_ws(' ', title, summary, array_to_string(tags, ' '))), (2, body)) AS given (place, words),
            regexp_split_to_table(words, '\s+') AS piece
    )
    SELECT array_to_tsvector(coalesce(array_agg(DISTINCT word), '{}'))
    FROM (
        SELECT string_agg(piece, ' ') AS folded FROM pieces WHERE is_plain
        UNION ALL
        (SELECT piece FROM pieces WHERE NOT is_plain ORDER BY place LIMIT 2000)
    ) AS parts, profiles_words(folded) AS word
$$;
ALTER TABLE assignments_resource
    ADD COLUMN words tsvector GENERATED ALWAYS AS (assignments_words_inside(title, summary, tags, body)) STORED;
CREATE INDEX resources_by_words ON assignments_resource USING gin (words);
"""
BACK = """
ALTER TABLE assignments_resource DROP COLUMN words;
DROP FUNCTION assignments_words_inside(text, text, text[], text) CASCADE;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("assignments", "0006_given_out"),
        ("profiles", "0011_between_sessions"),
    ]

    operations = [migrations.RunSQL(WORDS, BACK)]

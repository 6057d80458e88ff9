"""What the library is searched and sorted by.

The words are kept in an index and not in a column: rows stay small, and what an import writes is found at once. They
are folded one by one, each once, for folding a long text as a whole takes a second. Of a text the first 8,000 different ones
count, so that no article takes longer than that.
"""

import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.functions.text
from django.db import migrations, models

# The search path is kept with the function, for a restored database makes its indexes without one.
WORDS = r"""
CREATE FUNCTION assignments_words_inside(title text, summary text, tags text[], body text) RETURNS tsvector
LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 5000 SET search_path FROM CURRENT AS $$
    SELECT array_to_tsvector(coalesce(array_agg(DISTINCT word), '{}'))
    FROM (
        SELECT regexp_split_to_table(concat_ws(' ', title, summary, array_to_string(tags, ' ')), '\s+') AS piece
        UNION
        (SELECT DISTINCT left(piece, 200) FROM regexp_split_to_table(body, '\s+') AS piece LIMIT 8000)
    ) AS pieces, profiles_words(piece) AS word
$$;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("assignments", "0003_between_sessions"),
        ("profiles", "0011_between_sessions"),
    ]

    operations = [
        migrations.RunSQL(WORDS, "DROP FUNCTION assignments_words_inside(text, text, text[], text);"),
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
        migrations.AddIndex(
            model_name="resource",
            index=django.contrib.postgres.indexes.GinIndex(
                models.Func(
                    "title",
                    "summary",
                    "tags",
                    "body",
                    function="assignments_words_inside",
                    output_field=django.contrib.postgres.search.SearchVectorField(),
                ),
                name="resources_by_word",
            ),
        ),
    ]

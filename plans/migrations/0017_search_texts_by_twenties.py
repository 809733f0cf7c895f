"""The words of many plans that are written in one statement are kept by twenties.

The statement that gathers them joins the plans with their texts. Where the database believes that
there are no plans, since it looked last when there were none, it compares each with each: of ten
thousand that took it twenty minutes.
"""

from django.db import migrations

# In the order of keys, as the rows are locked, so that two who write the same plans never wait for
# each other in a circle.
FORWARD = """
ALTER FUNCTION keep_search_texts(bigint[]) RENAME TO keep_search_texts_of_few;
CREATE FUNCTION keep_search_texts(wanted bigint[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    few bigint[];
BEGIN
    IF cardinality(wanted) <= 20 THEN
        PERFORM keep_search_texts_of_few(wanted);
        RETURN;
    END IF;
    FOR few IN
        SELECT array_agg(id ORDER BY id)
        FROM (SELECT id, row_number() OVER (ORDER BY id) - 1 AS place
              FROM unnest(wanted) AS id) AS placed
        GROUP BY place / 20
        ORDER BY place / 20
    LOOP
        PERFORM keep_search_texts_of_few(few);
    END LOOP;
END;
$$;
"""
BACKWARD = """
DROP FUNCTION keep_search_texts(bigint[]);
ALTER FUNCTION keep_search_texts_of_few(bigint[]) RENAME TO keep_search_texts;
"""


class Migration(migrations.Migration):
    dependencies = [("plans", "0016_what_terms_tell")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]

"""Tables that search looks into, and the triggers that keep them true.

- ``search_words`` folds a text into words: without case, accents, marks and punctuation; scripts
  without spaces between words are taken apart sign by sign, so that any part of a text is a phrase.
- A plan's vector is made anew when a statement has changed a text of it: of the plan, its rows, or
  its finished reflection. What it points to (terms, labs, countries) is not in it, so that merging
  and renaming cost nothing: search looks those up by ``plans_searchname``.
- Every word stands there as it is, and as its stem in the plan's language, marked with that
  (``fr=energ``): what is a stem in one language is another word in the next. The dictionaries know
  no stop words, so no word is lost.
"""

import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
from django.db import migrations, models

# Where words are not parted by spaces: Thai to Burmese, Khmer, kana, Han, Hangul.
SIGNS = "ก-๿຀-໿က-႟ក-៿぀-ヿ㐀-䶿一-鿿豈-﫿가-힣"

SEARCH_WORDS = f"""
CREATE FUNCTION search_words(words text) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
    folded text := words;
BEGIN
    IF folded !~ '^[ -~\\n]*$' THEN
        folded := public.unaccent('public.unaccent'::regdictionary, normalize(folded, NFKC));
    END IF;
    folded := lower(folded COLLATE "pg_c_utf8");
    IF folded ~ '[\u0300-\u036f\u0640\u064b-\u065f\u0670\u200b-\u200f\u00ad]' THEN
        folded := regexp_replace(
            folded, '[\u0300-\u036f\u0640\u064b-\u065f\u0670\u200b-\u200f\u00ad]+', '', 'g');
    END IF;
    IF folded ~ '[\u0621-\u064a]' THEN
        folded := translate(folded, 'أإآٱىؤئ', 'اااايوي');
        folded := regexp_replace(
            folded COLLATE "pg_c_utf8", '\\m(?:وال|بال|لل|ال)(?=[[:alpha:]]{{3}})', '', 'g');
    END IF;
    IF folded ~ '[{SIGNS}]' THEN
        folded := regexp_replace(folded, '([{SIGNS}])', ' \\1 ', 'g');
    END IF;
    RETURN regexp_replace(folded COLLATE "pg_c_utf8", '[^[:alnum:][:space:]]+', ' ', 'g');
END;
$$;
"""

STEMMED = {
    "en": "english",
    "fr": "french",
    "es": "spanish",
    "pt": "portuguese",
    "ar": "arabic",
    "ru": "russian",
    "tr": "turkish",
    "id": "indonesian",
}


def stemming() -> list[migrations.RunSQL]:
    """A dictionary and a configuration for each language that PostgreSQL has stems for."""
    made = []
    for language, snowball in STEMMED.items():
        made.append(
            migrations.RunSQL(
                f"CREATE TEXT SEARCH DICTIONARY stems_{language} "
                f"(TEMPLATE = snowball, LANGUAGE = {snowball});"
                f"CREATE TEXT SEARCH CONFIGURATION stems_{language} (COPY = pg_catalog.simple);"
                f"ALTER TEXT SEARCH CONFIGURATION stems_{language} ALTER MAPPING "
                f"FOR asciiword, word WITH stems_{language};",
                f"DROP TEXT SEARCH CONFIGURATION stems_{language};"
                f"DROP TEXT SEARCH DICTIONARY stems_{language};",
            )
        )
    return made


# The words are cut where a vector would be too long for PostgreSQL, rather than refuse a save.
SEARCH_STEMS = """
CREATE FUNCTION search_stems(language text, words text) RETURNS tsvector
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE AS $$
BEGIN
    RETURN CASE WHEN language IN (STEMMED) THEN
        regexp_replace(
            to_tsvector(('stems_' || language)::regconfig, words)::text, '(^| )''', '\\1''' || language || '=', 'g'
        )::tsvector
    ELSE '' END;
END;
$$;
""".replace("STEMMED", ", ".join(f"'{language}'" for language in STEMMED))

# Words that stand in every text of a language and seldom in one of another; folded.
STOP_WORDS = {
    "en": "the of and to in is for with that this by are from be which their we",
    "fr": "les des du est et pour dans une avec sur aux qui par nous le ce au l d",
    "es": "los las del el y con por una como su se lo es nuestra",
    "pt": "os do da em uma com nao ao dos na das pelo sao e",
    "id": "yang dan untuk dengan di ini dari pada",
    "tr": "ve bir icin ile bu olarak daha",
    "vi": "va cua cac nguoi duoc nhung trong cho",
}
LETTERS = (
    ("ja", "[぀-ヿ]"),
    ("ko", "[가-힣]"),
    ("zh", "[㐀-䶿一-鿿]"),
    ("th", "[ก-๿]"),
    ("ar", "[\u0621-\u064a]"),
    ("mn", "[өүӨҮ]"),
    ("uk", "[іїєІЇЄ]"),
    ("ru", "[а-яА-Я]"),
    ("vi", "[ạảấầẩẫậắằẳẵặẹẻẽếềểễệịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹđĐơưƠƯ]"),
)
SEVERAL = {"ja": 0.02, "mn": 0.01, "uk": 0.01, "vi": 0.05}
"""In which part of a text's letters these tell its language; otherwise in a quarter."""

# Where nearly every letter takes one byte, the script is Latin and the stop words tell.
SEARCH_LANGUAGE = """
CREATE FUNCTION search_language(written text, words tsvector) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
    beginning text := left(written, 800);
    letters integer;
    found_language text := '';
BEGIN
    IF octet_length(beginning) > 1.12 * length(beginning) THEN
        letters := length(regexp_replace(
            beginning COLLATE "pg_c_utf8", '[^[:alpha:]]+', '', 'g'));
        found_language := CASE BY_LETTERS ELSE '' END;
    END IF;
    IF found_language <> '' THEN
        RETURN found_language;
    END IF;
    RETURN coalesce((
        SELECT stop_words.language
        FROM unnest(words) AS found
        JOIN (VALUES BY_WORDS) AS stop_words(language, word) ON found.lexeme = word
        GROUP BY stop_words.language
        HAVING sum(cardinality(found.positions)) >= 2
        ORDER BY sum(cardinality(found.positions)) DESC, stop_words.language
        LIMIT 1
    ), '');
END;
$$;
"""
BY_LETTERS = " ".join(
    f"WHEN length(regexp_replace(beginning, '{signs.replace('[', '[^')}+', '', 'g'))"
    f" > {SEVERAL.get(language, 0.25)} * letters THEN '{language}'"
    for language, signs in LETTERS
)
BY_WORDS = ", ".join(
    f"('{language}', '{word}')" for language, words in STOP_WORDS.items() for word in words.split()
)

# Of a reflection: what the lab wrote, not who answers for it and what only files need.
REFLECTED = """
SELECT string_agg(said #>> '{}', E'\\n')
FROM plans_reflection AS reflection,
     jsonb_path_query(
        reflection.content - ARRAY['format', 'lab', 'cycle', 'country', 'focal_point', 'leftover'],
        'lax $.** ? (@.type() == "string")'
     ) AS said
WHERE reflection.plan_id = plan.id AND reflection.finished_at IS NOT NULL
  AND said #>> '{}' !~ '^[0-9a-f-]{36}$'
"""

# One row for each text of a plan that search knows, by weight, in the order of the reading view.
PLAN_TEXTS = """
CREATE FUNCTION search_texts(wanted bigint[])
RETURNS TABLE (plan_id bigint, weight text, written text) LANGUAGE sql STABLE AS $$
    SELECT plan.id, weight, left(written, 40000)
    FROM plans_plan AS plan, LATERAL (VALUES
        ('A', plan.title),
        ('B', plan.summary),
        ('B', plan.challenge_statement),
        ('C', plan.background),
        ('C', plan.value_proposition),
        ('D', (SELECT string_agg(concat_ws(E'\\n', text, alternative, caption), E'\\n'
                                 ORDER BY position)
               FROM plans_evidence AS evidence WHERE evidence.plan_id = plan.id)),
        ('C', (SELECT string_agg(name, E'\\n' ORDER BY position)
               FROM plans_partner AS partner WHERE partner.plan_id = plan.id)),
        ('D', (SELECT string_agg(description, E'\\n' ORDER BY position)
               FROM plans_partner AS partner WHERE partner.plan_id = plan.id)),
        ('C', (SELECT string_agg(question, E'\\n' ORDER BY position)
               FROM plans_learningquestion AS asked WHERE asked.plan_id = plan.id)),
        ('D', (SELECT string_agg(concat_ws(E'\\n', usage, data_gap), E'\\n' ORDER BY position)
               FROM plans_learningquestion AS asked WHERE asked.plan_id = plan.id)),
        ('D', plan.early_leads),
        ('D', (REFLECTED))
    ) AS texts(weight, written)
    WHERE plan.id = ANY(wanted) AND written <> ''
$$;
"""

# Who writes one plan in several statements may put it off, and asks for it at the end.
# Who waits for the row reads afterwards what the other has stored meanwhile: no word gets lost.
KEEP_TEXTS = """
CREATE FUNCTION keep_search_texts(wanted bigint[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    plan record;
    language text;
    plain tsvector;
    stems tsvector;
BEGIN
    IF wanted IS NULL OR cardinality(wanted) = 0
        OR current_setting('searching.put_off', true) = 'yes' THEN
        RETURN;
    END IF;
    PERFORM FROM plans_searchtext WHERE plan_id = ANY(wanted) ORDER BY plan_id FOR UPDATE;
    FOR plan IN
        SELECT one.id, one.state,
               coalesce(string_agg(search_words(texts.written), ' ')
                   FILTER (WHERE texts.weight = 'A'), '') AS a,
               coalesce(string_agg(search_words(texts.written), ' ')
                   FILTER (WHERE texts.weight = 'B'), '') AS b,
               coalesce(string_agg(search_words(texts.written), ' ')
                   FILTER (WHERE texts.weight = 'C'), '') AS c,
               coalesce(string_agg(search_words(texts.written), ' ')
                   FILTER (WHERE texts.weight = 'D'), '') AS d,
               left(string_agg(texts.written, ' '), 4000) AS beginning
        FROM plans_plan AS one LEFT JOIN search_texts(wanted) AS texts ON texts.plan_id = one.id
        WHERE one.id = ANY(wanted)
        GROUP BY one.id
        ORDER BY one.id
    LOOP
        BEGIN
            plain := setweight(to_tsvector('simple', plan.a), 'A')
                  || setweight(to_tsvector('simple', plan.b), 'B')
                  || setweight(to_tsvector('simple', plan.c), 'C')
                  || setweight(to_tsvector('simple', plan.d), 'D');
            language := search_language(coalesce(plan.beginning, ''), plain);
            stems := setweight(search_stems(language, plan.a), 'A')
                  || setweight(search_stems(language, plan.b), 'B')
                  || setweight(search_stems(language, plan.c), 'C')
                  || setweight(search_stems(language, plan.d), 'D');
            plain := plain || stems;
        EXCEPTION WHEN program_limit_exceeded THEN
            -- Longer than any vector may be. Better found by its title than not to be saved.
            language := '';
            plain := setweight(to_tsvector('simple', left(plan.a, 40000)), 'A');
        END;
        INSERT INTO plans_searchtext AS kept (plan_id, language, words)
        VALUES (plan.id, language, plain)
        ON CONFLICT (plan_id) DO UPDATE SET language = excluded.language, words = excluded.words
        WHERE (kept.language, kept.words) IS DISTINCT FROM (excluded.language, excluded.words);
        IF plan.state IN ('approved', 'archived') THEN
            PERFORM keep_search_words(plain);
        END IF;
    END LOOP;
END;
$$;
"""

# Vectors lie outside of their table, so that reading all of them seems cheap to the planner, which
# does not count what fetching and unpacking costs: 400 ms where the index takes 20.
SEARCH_SAID = """
CREATE FUNCTION search_said(wanted tsquery) RETURNS SETOF bigint
LANGUAGE sql STABLE ROWS 500 SET enable_seqscan = off AS $$
    SELECT plan_id FROM plans_searchtext WHERE words @@ wanted
$$;
"""

KEEP_WORDS = """
CREATE FUNCTION keep_search_words(words tsvector) RETURNS void LANGUAGE sql AS $$
    INSERT INTO plans_searchword (word)
    SELECT lexeme FROM unnest(words)
    WHERE length(lexeme) BETWEEN 3 AND 40 AND lexeme !~ '[=0-9]'
      AND NOT EXISTS (SELECT FROM plans_searchword WHERE word = lexeme)
$$;
"""

COLUMNS = "title, summary, challenge_statement, background, value_proposition, early_leads"


def _in(name: str) -> str:
    return ", ".join(f"{name}.{column}" for column in COLUMNS.split(", "))


PLAN_CHANGED = """
CREATE FUNCTION search_plan_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        PERFORM keep_search_texts(array_agg(id)) FROM later;
    ELSIF TG_OP = 'DELETE' THEN
        DELETE FROM plans_searchtext WHERE plan_id IN (SELECT id FROM earlier);
    ELSE
        PERFORM keep_search_texts(array_agg(later.id))
        FROM later JOIN earlier USING (id)
        WHERE (LATER) IS DISTINCT FROM (EARLIER);
        PERFORM keep_search_words(kept.words)
        FROM later JOIN earlier USING (id) JOIN plans_searchtext AS kept ON kept.plan_id = later.id
        WHERE later.state IN ('approved', 'archived') AND earlier.state <> later.state;
    END IF;
    RETURN NULL;
END;
$$;
"""

ROWS = {
    "plans_evidence": ("text", "alternative", "caption"),
    "plans_partner": ("name", "description"),
    "plans_learningquestion": ("question", "usage", "data_gap"),
    "plans_reflection": ("content", "finished_at"),
}
"""The tables beside the plan that hold texts of it, and their columns of texts."""

ROW_CHANGED = """
CREATE FUNCTION search_{table}_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        PERFORM keep_search_texts(array_agg(DISTINCT plan_id)) FROM later
        WHERE plan_id IS NOT NULL;
    ELSIF TG_OP = 'DELETE' THEN
        PERFORM keep_search_texts(array_agg(DISTINCT plan_id)) FROM earlier
        WHERE plan_id IS NOT NULL;
    ELSE
        PERFORM keep_search_texts(array_agg(DISTINCT plan_id))
        FROM (
            SELECT unnest(ARRAY[later.plan_id, earlier.plan_id]) AS plan_id
            FROM later JOIN earlier USING (id)
            WHERE ({later}, later.plan_id, later.place) IS DISTINCT FROM
                  ({earlier}, earlier.plan_id, earlier.place)
        ) AS changed
        WHERE plan_id IS NOT NULL;
    END IF;
    RETURN NULL;
END;
$$;
"""

# What a term is called, each word as it is and as the stem of its language.
KEEP_NAME = """
CREATE FUNCTION keep_search_name(kind_told text, told jsonb) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    called text := search_words(concat_ws(' . ', told ->> 'name',
        (SELECT string_agg(alias, ' . ') FROM jsonb_array_elements_text(told -> 'aliases') AS alias),
        'sdg' || (told ->> 'number')));
    found tsvector := to_tsvector('simple', called) || search_stems('en', called);
BEGIN
    IF told ? 'labels' THEN
        found := (
            SELECT found || coalesce(string_agg(
                (to_tsvector('simple', search_words(label))
                 || search_stems(language, search_words(label)))::text, ' '), '')::tsvector
            FROM jsonb_each_text(told -> 'labels') AS labels(language, label)
        );
    END IF;
    INSERT INTO plans_searchname AS kept (kind, key, leads_to, words)
    VALUES (kind_told, coalesce(told ->> 'id', told ->> 'code'),
            coalesce(told ->> 'merged_into_id', told ->> 'id', told ->> 'code'), found)
    ON CONFLICT (kind, key) DO UPDATE SET leads_to = excluded.leads_to, words = excluded.words
    WHERE (kept.leads_to, kept.words) IS DISTINCT FROM (excluded.leads_to, excluded.words);
    IF kind_told <> 'organisation' THEN
        PERFORM keep_search_words(found);
    END IF;
END;
$$;
"""
FILL_NAMES = "SELECT keep_search_name('{kind}', to_jsonb(named)) FROM {table} AS named"
NAME_CHANGED = """
CREATE FUNCTION search_name_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM keep_search_name(TG_ARGV[0], to_jsonb(NEW));
    RETURN NULL;
END;
$$;
"""
NAME_LOST = """
CREATE FUNCTION search_name_lost() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM plans_searchname
    WHERE kind = TG_ARGV[0] AND key = coalesce(to_jsonb(OLD) ->> 'id', to_jsonb(OLD) ->> 'code');
    RETURN NULL;
END;
$$;
"""

TERMS = ("sdg", "thematicarea", "method", "datasource", "sector", "organisation")
NAMED = {
    **{f"plans_{kind}": (kind, "name, aliases, labels, merged_into_id") for kind in TERMS},
    **{f"accounts_{kind}": (kind, "name") for kind in ("lab", "country", "region")},
}


LANGUAGES = [
    ("en", "English"),
    ("fr", "French"),
    ("es", "Spanish"),
    ("pt", "Portuguese"),
    ("ar", "Arabic"),
    ("ru", "Russian"),
    ("mn", "Mongolian"),
    ("uk", "Ukrainian"),
    ("tr", "Turkish"),
    ("id", "Indonesian"),
    ("vi", "Vietnamese"),
    ("zh", "Chinese"),
    ("ja", "Japanese"),
    ("ko", "Korean"),
    ("th", "Thai"),
    ("", "not known"),
]


def function(name: str, sql: str) -> migrations.RunSQL:
    """A function, made and taken away."""
    return migrations.RunSQL(sql, f"DROP FUNCTION {name}")


def trigger(table: str, name: str, what: str) -> migrations.RunSQL:
    """A trigger, made and taken away."""
    return migrations.RunSQL(f"CREATE TRIGGER {name} {what}", f"DROP TRIGGER {name} ON {table}")


def watched(table: str, called: str) -> list[migrations.RunSQL]:
    """The triggers after every statement that changes a table of texts."""
    seen = {
        "INSERT": "NEW TABLE AS later",
        "UPDATE": "OLD TABLE AS earlier NEW TABLE AS later",
        "DELETE": "OLD TABLE AS earlier",
    }
    return [
        trigger(
            table,
            f"search_after_{act.lower()}",
            f"AFTER {act} ON {table} REFERENCING {tables} "
            f"FOR EACH STATEMENT EXECUTE FUNCTION {called}()",
        )
        for act, tables in seen.items()
    ]


def texts() -> list[migrations.RunSQL]:
    """Keep the words of plans from now on, and fill in those there are."""
    made = [
        function(
            "search_plan_changed()",
            PLAN_CHANGED.replace("LATER", _in("later")).replace("EARLIER", _in("earlier")),
        ),
        *watched("plans_plan", "search_plan_changed"),
    ]
    for table, columns in ROWS.items():
        called = f"search_{table.removeprefix('plans_')}_changed"
        place = "id" if table == "plans_reflection" else "position"
        sql = ROW_CHANGED.format(
            table=table.removeprefix("plans_"),
            later=", ".join(f"later.{column}" for column in columns),
            earlier=", ".join(f"earlier.{column}" for column in columns),
        ).replace(".place", f".{place}")
        made += [function(f"{called}()", sql), *watched(table, called)]
    made.append(
        migrations.RunSQL(
            "SELECT keep_search_texts(ARRAY[id]) FROM plans_plan ORDER BY id",
            migrations.RunSQL.noop,
        )
    )
    return made


def names() -> list[migrations.RunSQL]:
    """Keep the names from now on, and fill in those there are."""
    made = [
        function("keep_search_name(text, jsonb)", KEEP_NAME),
        function("search_name_changed()", NAME_CHANGED),
        function("search_name_lost()", NAME_LOST),
    ]
    for table, (kind, columns) in NAMED.items():
        made += [
            trigger(
                table,
                "search_name_changed",
                f"AFTER INSERT OR UPDATE OF {columns} ON {table} "
                f"FOR EACH ROW EXECUTE FUNCTION search_name_changed('{kind}')",
            ),
            trigger(
                table,
                "search_name_lost",
                f"AFTER DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION search_name_lost('{kind}')",
            ),
            migrations.RunSQL(
                FILL_NAMES.format(kind=kind, table=table),
                migrations.RunSQL.noop,
            ),
        ]
    return made


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_people_and_places"),
        ("plans", "0010_the_archive"),
    ]
    operations = [
        migrations.CreateModel(
            name="SearchText",
            fields=[
                (
                    "plan",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        primary_key=True,
                        related_name="search_text",
                        serialize=False,
                        to="plans.plan",
                        verbose_name="plan",
                    ),
                ),
                (
                    "language",
                    models.CharField(
                        blank=True,
                        choices=LANGUAGES,
                        default="",
                        max_length=2,
                        verbose_name="language",
                    ),
                ),
                (
                    "words",
                    django.contrib.postgres.search.SearchVectorField(verbose_name="words"),
                ),
            ],
            options={
                "verbose_name": "searched text",
                "verbose_name_plural": "searched texts",
                "ordering": ("plan",),
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(
                        fields=("words",), name="search_text_words"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SearchName",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(max_length=20, verbose_name="kind")),
                ("key", models.CharField(max_length=20, verbose_name="key")),
                ("leads_to", models.CharField(max_length=20, verbose_name="leads to")),
                (
                    "words",
                    django.contrib.postgres.search.SearchVectorField(verbose_name="words"),
                ),
            ],
            options={
                "verbose_name": "searched name",
                "verbose_name_plural": "searched names",
                "ordering": ("kind", "key"),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("kind", "key"),
                        name="search_name_once",
                        violation_error_message="This name is already there.",
                    )
                ],
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(
                        fields=("words",), name="search_name_words"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SearchWord",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("word", models.TextField(verbose_name="word")),
            ],
            options={
                "verbose_name": "searched word",
                "verbose_name_plural": "searched words",
                "ordering": ("word",),
                "indexes": [
                    models.Index(fields=["word"], name="search_word"),
                    django.contrib.postgres.indexes.GinIndex(
                        django.contrib.postgres.indexes.OpClass("word", "gin_trgm_ops"),
                        name="search_word_alike",
                    ),
                ],
            },
        ),
        function("search_words(text)", SEARCH_WORDS),
        *stemming(),
        function("search_stems(text, text)", SEARCH_STEMS),
        function(
            "search_language(text, tsvector)",
            SEARCH_LANGUAGE.replace("BY_LETTERS", BY_LETTERS).replace("BY_WORDS", BY_WORDS),
        ),
        function("search_texts(bigint[])", PLAN_TEXTS.replace("REFLECTED", REFLECTED)),
        migrations.RunSQL(SEARCH_SAID, "DROP FUNCTION IF EXISTS search_said(tsquery)"),
        function("keep_search_words(tsvector)", KEEP_WORDS),
        function("keep_search_texts(bigint[])", KEEP_TEXTS),
        *names(),
        *texts(),
    ]

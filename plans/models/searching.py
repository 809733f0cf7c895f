"""What search looks into. Kept by the database itself; nothing else writes here.

Triggers see to it after every statement, whichever way a text came in (the migration that makes
them tells how): a form, an import, a merge, or SQL by hand. Who writes a plan in several statements
has it done once, with :func:`words_kept_once`. Texts are folded by ``search_words``:
small letters, without accents and punctuation, Chinese and the like sign by sign. Nobody's name or
address is in any of it, except where a lab wrote it into a text of its plan.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import SearchVectorField
from django.db import connection, models
from django.utils.translation import gettext_lazy as _

from plans.models.plan import Plan


class TextLanguage(models.TextChoices):
    """The languages that the database tells apart, by stop words and by script."""

    ENGLISH = "en", _("English")
    FRENCH = "fr", _("French")
    SPANISH = "es", _("Spanish")
    PORTUGUESE = "pt", _("Portuguese")
    ARABIC = "ar", _("Arabic")
    RUSSIAN = "ru", _("Russian")
    MONGOLIAN = "mn", _("Mongolian")
    UKRAINIAN = "uk", _("Ukrainian")
    TURKISH = "tr", _("Turkish")
    INDONESIAN = "id", _("Indonesian")
    VIETNAMESE = "vi", _("Vietnamese")
    CHINESE = "zh", _("Chinese")
    JAPANESE = "ja", _("Japanese")
    KOREAN = "ko", _("Korean")
    THAI = "th", _("Thai")
    UNKNOWN = "", _("not known")


class SearchText(models.Model):
    """What a plan says in its own words, and in which language most of it is.

    ``words`` has every word as it is folded, and once more as a stem of its language: ``fr=energ``.
    """

    # The trigger takes the row away with its plan; Django need not ask for it first.
    plan = models.OneToOneField(
        Plan,
        models.DO_NOTHING,
        primary_key=True,
        related_name="search_text",
        verbose_name=_("plan"),
    )
    language = models.CharField(
        _("language"), max_length=2, choices=TextLanguage.choices, blank=True, default=""
    )
    words = SearchVectorField(_("words"))

    class Meta:
        verbose_name = _("searched text")
        verbose_name_plural = _("searched texts")
        ordering = ("plan",)
        indexes = (GinIndex(fields=("words",), name="search_text_words"),)

    def __str__(self) -> str:
        return str(self.pk)


class SearchName(models.Model):
    """What something is called that plans are found by: a term, lab, country or region.

    Of a term that is its name, other spellings and labels; what a merged one is called
    ``leads_to`` the living one.
    """

    kind = models.CharField(_("kind"), max_length=20)
    key = models.CharField(_("key"), max_length=20)
    leads_to = models.CharField(_("leads to"), max_length=20)
    words = SearchVectorField(_("words"))

    class Meta:
        verbose_name = _("searched name")
        verbose_name_plural = _("searched names")
        ordering = ("kind", "key")
        constraints = (
            models.UniqueConstraint(
                fields=("kind", "key"),
                name="search_name_once",
                violation_error_message=_("This name is already there."),
            ),
        )
        indexes = (GinIndex(fields=("words",), name="search_name_words"),)

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"


class SearchWord(models.Model):
    """A word of a plan that was once everybody's, or of a name: what a typing error may have meant.

    No word is shown to anybody whom no plan is found for by it.
    """

    # Not unique: two plans that bring the same new word at one moment need not wait in line.
    word = models.TextField(_("word"), db_index=False)

    class Meta:
        verbose_name = _("searched word")
        verbose_name_plural = _("searched words")
        ordering = ("word",)
        indexes = (
            models.Index(fields=("word",), name="search_word"),
            GinIndex(OpClass("word", "gin_trgm_ops"), name="search_word_alike"),
        )

    def __str__(self) -> str:
        return self.word


@contextmanager
def words_kept_once(plan: Plan) -> Iterator[None]:
    """Write one plan in here, and no other: its words are kept at the end instead of each time.

    Wants a transaction around it, and the plan's key by the end. What raises leaves things as they
    were: the setting is taken back with the savepoint that it was made in.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('searching.put_off', 'yes', true)")
    yield
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('searching.put_off', '', true)")
        cursor.execute("SELECT keep_search_texts(ARRAY[%s]::bigint[])", [plan.pk])

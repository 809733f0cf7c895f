"""What the stages of the learning cycle are called in the language of whoever reads.

The site speaks English; taxonomy managers give stages labels in other languages (``StageName``).
Browsers say which languages somebody reads. Files stay English: they are handed on to others.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation.trans_real import parse_accept_lang_header

from plans.models import LANGUAGES, StageName
from plans.sections import Stage

if TYPE_CHECKING:
    from django.http import HttpRequest

ENGLISH = "en"
_KEPT = "_stage_names"


def language_of(request: HttpRequest) -> str:
    """The first of the reader's languages that labels may be in; English where there is none."""
    asked = parse_accept_lang_header(request.headers.get("Accept-Language", ""))
    spoken = (language.partition("-")[0] for language, _worth in asked)
    return next((language for language in spoken if language in LANGUAGES), ENGLISH)


def stage_names(request: HttpRequest | None) -> dict[str, str]:
    """What this reader calls the stages that have a label in their language.

    Empty for English and for a mail; otherwise one query a request.
    """
    if request is None or (language := language_of(request)) == ENGLISH:
        return {}
    kept: dict[str, str] | None = getattr(request, _KEPT, None)
    if kept is None:
        labels = StageName.objects.values_list("stage", f"labels__{language}")
        kept = {stage: label for stage, label in labels if label}
        setattr(request, _KEPT, kept)
    return kept


def stage_called(stage: str, request: HttpRequest | None) -> tuple[str, str]:
    """What a stage is called for this reader, and in which language that is."""
    label = stage_names(request).get(stage)
    if request is None or label is None:
        return str(Stage(stage).label), ENGLISH
    return label, language_of(request)

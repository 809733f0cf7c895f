"""Numbers of very many plans, kept for a moment: for whoever asks for the same right after.

The cache is the one that all processes share. What few plans say is counted anew each time.
"""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING, TypeVar

from django.core.cache import cache
from django.utils.translation import get_language

if TYPE_CHECKING:
    from collections.abc import Callable

Told = TypeVar("Told")

COUNTED_ANEW = 2_000
"""Where more plans than this are found, their numbers may be as old as ``COUNTED_FOR`` seconds."""
COUNTED_FOR = 60


def kept(asked: str, count: Callable[[], Told], plans: Callable[[Told], int]) -> Told:
    """What ``count`` answers, or answered within the last minute to whoever asked the same.

    ``asked`` says everything that the answer depends on: what is counted, of which plans, and what
    the reader may see. ``plans`` tells of an answer of how many plans it is.
    """
    whole = f"{get_language()}:{asked}".encode(errors="replace")
    key = f"counted-{blake2b(whole, digest_size=16).hexdigest()}"
    answer: Told | None = cache.get(key)
    if answer is None:
        answer = count()
        if plans(answer) > COUNTED_ANEW:
            cache.set(key, answer, COUNTED_FOR)
    return answer

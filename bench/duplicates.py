"""How long it takes to look through a vocabulary for names that are probably one.

    python -m bench.duplicates [--names 10000]

Names are made by chance from the words of the seeds, a fifth of them with a slip in them. Needs no
database.
"""

from __future__ import annotations

import argparse
import random
import statistics
import time

from plans.duplicates import Name, find

SYLLABLES = [first + second for first in "bcdfglmnprstv" for second in "aeiou"]


def main() -> None:
    """Make names, look through them three times, print."""
    reader = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    reader.add_argument("--names", type=int, default=10_000, help="how many names there are")
    options = reader.parse_args()
    print(f"{'names':>8}{'groups':>8}{'splits':>8}{'seconds':>9}")
    for number in (options.names // 10, options.names):
        names = made_up(number)
        taken = []
        for _round in range(3):
            begun = time.perf_counter()
            found = find(names)
            taken.append(time.perf_counter() - begun)
        print(
            f"{number:>8}{len(found.groups):>8}{len(found.splits):>8}"
            f"{statistics.median(taken):>9.2f}"
        )


def made_up(number: int) -> list[Name]:
    """So many names of one to four words; the same every time."""
    chance = random.Random(number)
    words = ["".join(chance.choices(SYLLABLES, k=chance.randint(2, 6))) for _ in range(number // 3)]
    names: list[str] = []
    while len(names) < number:
        name = " ".join(chance.sample(words, chance.randint(1, 4)))
        names.append(name)
        if chance.random() < 0.2:
            at = chance.randrange(1, len(name))
            names.append(name[:at] + name[at + 1 :])
    return [Name(name, chance.randint(1, 40)) for name in names[:number]]


if __name__ == "__main__":
    main()

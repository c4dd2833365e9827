"""How long the readers take over distinct product and direction texts, in one process and one thread."""

from __future__ import annotations

import itertools
import random
import time
from collections.abc import Iterator
from dataclasses import dataclass

from medicines import directions, products
from medicines.tables import rows

TARGETS = {"directions": (100_000, 10.0), "products": (10_000, 2.0)}
FLOOR_ROUNDS = 20
AMOUNTS = ("1", "2", "ONE", "TWO", "one", "half a", "1-2", "1 or 2", "1.5", "3")
UNITS = ("tablet", "TABLETS", "cap", "capsules", "5ml", "tab(s)", "")
OFTEN = (
    "twice a day", "BD", "tds", "four times a day", "every 12 hours", "nocte", "in the morning",
    "every 4-6 hours", "once daily", "at night", "QDS", "on alternate days",
)  # fmt: skip
NOTES = (
    "", "when required", "PRN for pain", "with food", "max 8 in 24 hours", "swallow whole", "as directed",
    "for back pain", "do not drive if drowsy", "with plenty of water",
)  # fmt: skip
VERBS = ("Take", "TAKE", "take", "", "To be taken:", "Pt to take")


@dataclass(frozen=True)
class Reading:
    """Texts read, seconds of processor time, and seconds that only splitting the same texts takes."""

    texts: int
    seconds: float
    floor: float


def measure() -> dict[str, Reading]:
    """Read as many distinct texts of each kind as the targets say, once each."""
    chance = random.Random(1)
    written = list(itertools.islice(_directions(chance), TARGETS["directions"][0]))
    named = list(itertools.islice(_products(chance), TARGETS["products"][0]))
    products.read(named[0]), directions.read(written[0], "tablet")
    return {
        "directions": _timed(written, lambda text: directions.read(text, "tablet")),
        "products": _timed(named, products.read),
    }


def _timed(texts: list[str], read: object) -> Reading:
    start = time.process_time()
    for text in texts:
        read(text)  # type: ignore[operator]
    seconds = time.process_time() - start
    start = time.process_time()
    for _ in range(FLOOR_ROUNDS):
        for text in texts:
            text.lower().split()
    return Reading(len(texts), seconds, (time.process_time() - start) / FLOOR_ROUNDS)


def _directions(chance: random.Random) -> Iterator[str]:
    """Distinct texts in the shapes systems and people write, with remarks that no two share."""
    for number in itertools.count():
        parts = [chance.choice(kind) for kind in (VERBS, AMOUNTS, UNITS, OFTEN, NOTES)]
        yield f"{' '.join(part for part in parts if part)} (review {number:06d})"


def _products(chance: random.Random) -> Iterator[str]:
    """Distinct texts: the worked products as they are and with manufacturers that no two share."""
    names = [row["name"] for row in rows("gold/products")]
    yield from dict.fromkeys(names)
    for number in itertools.count():
        yield f"{chance.choice(names)} (Maker {number:06d} Ltd)"


def table(found: dict[str, Reading]) -> str:
    """The measurements as Markdown."""
    lines = [
        f"| {kind} | {one.texts:,} | {one.seconds:.1f} | at most {TARGETS[kind][1]:g} | "
        f"{one.seconds / one.floor:,.0f} |"
        for kind, one in found.items()
    ]
    return (
        "Each distinct text is read once, in one thread; seconds of processor time.\n\n"
        "| texts | distinct | seconds | target | × splitting them into words |\n|---|--:|--:|--:|--:|\n"
        + "\n".join(lines)
    )

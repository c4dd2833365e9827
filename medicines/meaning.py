"""What tells two directions of one medicine apart: the amount a day, and the time of day it is for."""

from collections.abc import Iterator

from medicines.direction_text.vocabulary.tokens import tokens_of
from medicines.directions import LONGEST
from medicines.dose import LineDose
from medicines.plain_text import plain

HALF_A_DAY = 12
LATE = {"tea", "evening", "night"}
BEGINS = ((0, "night"), (4, "morning"), (11, "noon"), (15, "evening"), (20, "night"))


def meaning(line: LineDose, text: str | None) -> str:
    """A key of what directions ask for: equal where two texts of one medicine ask for the same course.

    Two lines of one day with the same key are one course, by whatever names and words ("MST 60mg, 1 bd" and
    "morphine 60mg m/r, ONE TWICE A DAY"); with other keys they are taken side by side ("one in the morning",
    "two at night"). Directions that are not regular are alike only where their words are.
    """
    if line.units_per_day is None:
        return f"text {plain(text, LONGEST) or ''}"
    wear = line.direction.patch_interval_hours or line.product.wear_hours if line.basis == "patch" else None
    return f"{line.units_per_day:.9g}|{wear or ''}|{' '.join(times_of_day(line.words))}"


def times_of_day(words: tuple[str, ...]) -> tuple[str, ...]:
    """The times of day among the words a reading rests on, sorted; none where they span the whole day, as
    "morning and night" says no more than "twice a day"."""
    found = {time for said in words for time in _times(said)}
    return () if "morning" in found and found & LATE else tuple(sorted(found))


def _times(said: str) -> Iterator[str]:
    kinds, values, written = tokens_of(said)
    hour = 0.0
    for kind, (low, _, name), word in zip(kinds, values, written, strict=True):
        if kind == "n":
            hour = low
        elif kind == "V":  # am or pm after a number
            yield _part_of_day(hour % HALF_A_DAY + (HALF_A_DAY if word == "pm" else 0))
        elif kind == "t":
            yield _part_of_day(float(name[:2])) if name[:2].isdigit() else name


def _part_of_day(hour: float) -> str:
    return next(name for begins, name in reversed(BEGINS) if hour >= begins)

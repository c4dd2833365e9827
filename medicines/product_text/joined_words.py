"""Words written without the space between them, taken apart where that can be done in one way only."""

import re
from functools import lru_cache

from medicines.product_text import forms
from medicines.product_text.ingredients import ANY_NAME, BRANDS, GENERIC, PREFIXES
from medicines.product_text.strengths import MASS_MG, VOLUME
from medicines.product_text.word_check import KNOWN

BEFORE_SLASHED = re.compile(r"(?<=[a-z])(?=(?:m/r|s/r|p/r|s/f|e/c|s/l|t/derm)(?![a-z]))")
RUN = re.compile(r"(?<![a-z])[a-z]{4,}(?![a-z])")
UNITS = MASS_MG.keys() | VOLUME.keys()
NAMES = {name for name in (*BRANDS, *GENERIC) if len(name) > 5}
WORDS = {word for word in KNOWN if len(word) > 2}
FIRSTS = NAMES | {word for word in WORDS if len(word) > 3}
ENDS = {"mr", "sr", "xl", "sf"}


def unglued(written: str) -> str:
    """The text with spaces put back: "naloxonehcl", "oralsolution", "10mgtablets", "10mgm/r"."""
    if "/" in written:
        written = BEFORE_SLASHED.sub(" ", written)
    return RUN.sub(_run, written)


def _run(match: re.Match[str]) -> str:
    after_number = match.start() > 0 and match.string[match.start() - 1].isdigit()
    return _separated(match.group(), after_number)


@lru_cache(maxsize=16384)
def _separated(word: str, after_number: bool) -> str:
    """The word in two, where it is not known, not one slip from it, and one known word after another."""
    if word in KNOWN or word in PREFIXES or forms.spelt(word) != word or ANY_NAME.candidates(word):
        return word
    first = UNITS if after_number else FIRSTS
    cuts = [at for at in range(1, len(word) - 1) if word[:at] in first and _may_follow(word[at:], at)]
    return f"{word[: cuts[0]]} {word[cuts[0] :]}" if len(cuts) == 1 else word


def _may_follow(end: str, start: int) -> bool:
    """Whether a known word may be cut off: a short one only from a long one, so that "disper" is no SR."""
    return end in WORDS or (end in ENDS and start > 4)

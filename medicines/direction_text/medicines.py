"""Names of medicines in a direction: the one it is about, and others whose doses are not its own."""

import re
from collections.abc import Sequence

from medicines.direction_text.sentence import BAD, KEEP, Made, Sentence

BESIDE = re.compile(r"[B_][ae&]*\$(?:[&|r,]\$)*[^.,!()&]*")
COUNTED = re.compile(r"\$(?:nX?)?(?:n(?!g)|[q=K])")
AMOUNT_AFTER = re.compile(r"ng.*(?:n(?![gl])|[q=K])")
IN_MG = re.compile(r"\$(?:nX?)?ng")
HAS_DOSE = re.compile(r"[nq=KftDWHxoyPMU]")
OFTEN = re.compile(r"[ftDWHxo]")
OTHER = re.compile(r"\$[^.,!()$]*")
BESIDE_NAMES = re.compile(r"[B_][ae&]*\$(?:[&|r,]\$)*")
OPTION_OR_MOST = re.compile("[PZMU]")
BARE = re.compile(r"\$n(?![uglpxhdwX])")
LEAST_STRENGTH = 5.0
NAMES = re.compile(r"\$+")


def subjects(kinds: str, words: Sequence[str]) -> tuple[str, ...]:
    """Names of what the direction is about: those before any frequency, and not beside or with another."""
    found: list[str] = []
    for match in NAMES.finditer(kinds):
        before = kinds[: match.start()]
        if not OFTEN.search(before) and not before.rstrip("ae&").endswith(("B", "_")):
            found += words[match.start() : match.end()]
    return tuple(found)


def without_medicines(sentence: Sentence) -> None:
    """Leave out names of medicines; not understood where a dose beside a name may be that medicine's."""
    sentence.reduce(BESIDE, _beside)
    sentence.drop(BESIDE_NAMES)
    sentence.reduce(OTHER, _other)
    sentence.reduce(BARE, _strength)
    sentence.drop(NAMES)


def _beside(sentence: Sentence, start: int, end: int) -> Made:
    """Another item taken with it: its strength and how often go as well; a count of it cannot be told."""
    kinds = sentence.kinds[start:end]
    if COUNTED.search(kinds) or AMOUNT_AFTER.search(kinds) or OPTION_OR_MOST.search(kinds):
        return BAD
    if not IN_MG.search(kinds):
        return KEEP
    return BAD if "g" in sentence.kinds[:start] else None


def _strength(sentence: Sentence, start: int, end: int) -> Made:
    """A larger number after a name may be its strength: MST 10 bd."""
    return BAD if sentence.values[end - 1][1] >= LEAST_STRENGTH else KEEP


def _other(sentence: Sentence, start: int, end: int) -> Made:
    """A name after the dose, with a dose of its own."""
    later = OFTEN.search(sentence.kinds, 0, start) and HAS_DOSE.search(sentence.kinds, start, end)
    return BAD if later else KEEP

"""Whether a text leaves open what is taken, or how many patches are worn, where and for how long."""

import re

from medicines.direction_text.vocabulary.known_words import known
from medicines.direction_text.vocabulary.typing_slips import MEANING

RATE = re.compile(
    r"\b[0-9]+(?:\.[0-9]+)? ?(?:mcgs?|micrograms?|microgms?|ug)(?: ?(?:/|per|an) ?(?:h|hr|hrs|hours?)\b)?"
)
COUNT = re.compile(r"\b(?:[1-8]|one|two|three|four|five|six|seven|eight)\b(?: ?\([1-8]\))?")
WORD = re.compile(r"[a-z]+(?:'[a-z]+)?")
ON_FOR_ONE = re.compile(r"\b(?:on|ne|oe) (?:patch|[0-9])")
OTHER_SIGN = re.compile(r"[^a-z\s.,;:()*'\-]")
WORDS = """
    a advice advised an and applied apply area as asd back be before by chronic clean clinic consultant
    continue continued control dermal directed direction directions doctor dr dry for from gp hairless
    hospital instructed instruction instructions letter mdu new nurse of on pain patch patches per prescribed
    prescriber previously relief severe skin specialist take taken team the their to transdermal unbroken use
    used using usual with x you your
"""
SAYS_NOTHING = frozenset(WORDS.split())
"""Words that leave the use of a patch to somebody else, or tell only what it is for and where it goes."""

PART_OF_BODY = (
    r"(?:arms?|legs?|sides?|shoulders?|thighs?|hips?|sites?|areas?|knees?|limbs?|buttocks?|backs?|feet)"
)
EACH = re.compile(
    rf"\b(?:each|every|per|both|either|two|2) (?:[a-z]+ )?{PART_OF_BODY}\b|\bboth\b|\bbilateral"
)
LEFT_AND_RIGHT = re.compile(
    r"\bleft\b[^.]*(?:\band\b|&|\+|/)[^.]*\bright\b|\bright\b[^.]*(?:\band\b|&|\+|/)[^.]*\bleft\b"
)
OTHERWISE = re.compile(
    r"(?:^|[.;:,(\-])\s*or\b"
    r"(?! (?:a meal|just|after|before|with|chew|crush|break|drive|operate|use|tools|sun|medicines|in water)"
    r"\b)"
)
ON_DAYS = re.compile(r"\bon ((?:[a-z]+ ){1,2})days?\b")
ALL_DAYS = {"the", "same", "set", "all", "both", "these", "consecutive"}
IN_TURN = re.compile(r"\b(?:alternat|rotat|switch|chang|vary|differ)")


def left_open(text: str) -> bool:
    """Whether every word of a text in the plain spelling is one that leaves the use of patches open.

    One whole number from 1 to 8 may stand in it, and the rate of a patch.
    """
    rest, counts = COUNT.subn(" ", RATE.sub(" ", text))
    if counts > 1 or OTHER_SIGN.search(rest) or ON_FOR_ONE.search(text):
        return False
    return all(part in SAYS_NOTHING for word in WORD.findall(rest) for part in known(word))


def otherwise(text: str) -> bool:
    """Whether a sentence or bracket begins with "or": what stands before it is not all that may be done."""
    return "or " in text and OTHERWISE.search(text) is not None


def on_some_days(text: str) -> bool:
    """Whether doses are for days of a kind: on dialysis days; not on alternate days, or on the same days."""
    found = ON_DAYS.search(text) if " day" in text else None
    words = [part for word in found[1].split() for part in known(word)] if found else []
    return bool(words) and MEANING.isdisjoint(words) and ALL_DAYS.isdisjoint(words)


def several_places(text: str) -> bool:
    """Whether a patch goes to each of several parts of the body: then it may be one or two at once."""
    if EACH.search(text):
        return True
    return LEFT_AND_RIGHT.search(text) is not None and not IN_TURN.search(text)

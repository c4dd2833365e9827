"""Doses that are optional by what they are for: not regular, before a dressing, or for the worst only."""

import re

NOT_REGULAR = (
    r"\b(?:not?|nor|never|avoid|don'?t|without|isn'?t)\b[^.,;]{0,40}"
    r"\b(?:regular|routine|every ?day\b|daily use)"
)
BEFORE = (
    r"\b(?:before|prior to|pre|ahead of|for|during)\b[^.,;]{0,25}"
    r"\b(?:dressing|physio|exercis|activit|procedure)"
)
SELDOM = (
    r"\bin ?between\b|\b(?:according|depending|dependent) (?:to|on) pain"
    r"|\bas (?:little|few|seldom) as|\blast resort|\bemergenc"
    r"|\bcris[ie]s\b|\binfrequent|\bpain persists|\bwound care|\bpain[ -]dependent|\bsubject to pain"
    r"|\bafter trying|\blowest (?:dose|amount)|\bnot continuous|\bcould (?:take|have|use)"
)
SIGNS = (
    "regular", "routine", "every day", "everyday", "daily use", "dressing", "physio", "exercis", "activit",
    "procedure", "between", "to pain", "on pain", "as little", "as few", "as seldom", "resort", "emergenc",
    "cris", "infrequent", "persists", "wound", "dependent", "subject to", "trying", "lowest", "continuous",
    "could ",
)  # fmt: skip
"""Words of which one stands in every circumstance: looked for first, which is quicker."""
CIRCUMSTANCE = re.compile(f"{NOT_REGULAR}|{BEFORE}|{SELDOM}")


def with_option_said(text: str) -> str:
    """The text in the plain spelling, with "when required" at its end where a circumstance says so."""
    said = any(word in text for word in SIGNS) and CIRCUMSTANCE.search(text)
    return f"{text} . when required" if said else text

"""Whether the signs and numbers of a product text can be read in one way only."""

import re

from medicines.understood import KNOWN

SLASHED = re.compile(r"\b(m|p|s|t|i)[/.](r|f|l|c|v|m|derm)\b")
DECIMAL_COMMA = re.compile(r"[0-9],(?![0-9]{3}(?![0-9]))[0-9]")
THOUSANDS = re.compile(r"(?<=[0-9]),(?=[0-9]{3}(?![0-9]))")
LEADING_POINT = re.compile(r"(?<![^\s/(+])\.(?=[0-9])")
AFTER_NUMBER = re.compile(r"[0-9]([a-z]+)|[0-9] ([a-z]{1,6})(?= ?/)")
COUNTS = {
    "x",
    "s",
    "d",
    "w",
    "wk",
    "wks",
    "week",
    "weeks",
    "st",
    "nd",
    "rd",
    "th",
    "op",
    "iu",
    "unit",
    "units",
}
ILLEGIBLE = (
    (DECIMAL_COMMA, "a comma between digits can be read in two ways"),
    (re.compile(r"[0-9]e[-+]?[0-9]"), "a number in scientific notation is not how a strength is written"),
    (re.compile(r"(?<![^\s/(+])-\.?[0-9]"), "a strength cannot be negative"),
    (re.compile(r"[0-9]\s?[\^*=~<>!#$£€@?\\'\"`]+\s?[0-9]"), "a sign between digits is not understood"),
    (re.compile(r"[0-9]\.[0-9]*\.[0-9]"), "a number has two decimal points"),
    (
        re.compile(r"[0-9]{8}(?<![0-9]{9})\s?(?:m?c?g|ml|microgram)"),
        "a strength of so many digits is not written",
    ),
)


def illegible(written: str) -> str:
    """Why the numbers of a plain text cannot be read in one way; "" where they can."""
    for glued, spaced in AFTER_NUMBER.findall(written):
        if (glued or spaced) not in KNOWN and (glued or spaced) not in COUNTS:
            return "what follows a number is not a unit"
    return next((reason for pattern, reason in ILLEGIBLE if pattern.search(written)), "")


def spelt(written: str) -> str:
    """The text with m/r as mr, 1,000 as 1000, .5 as 0.5 and underscores as spaces."""
    spaced = LEADING_POINT.sub("0.", THOUSANDS.sub("", written.replace("_", " ")))
    return SLASHED.sub(r"\1\2", spaced)

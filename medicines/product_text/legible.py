"""Whether the signs and numbers of a product text can be read in one way only."""

import re

from medicines.product_text.brackets import MAKER
from medicines.product_text.forms import RELEASES, VIALS
from medicines.product_text.ingredients import BRANDS, GENERIC
from medicines.product_text.strengths import HOUR, MASS_MG
from medicines.product_text.word_check import KNOWN

SLASHED = re.compile(r"\b(m|p|s|t|i|e)[/.](r|f|l|c|v|m|derm)\b|\b(t)[ -](derm)\b")
DECIMAL_COMMA = re.compile(r"[0-9],(?![0-9]{3}(?![0-9]))[0-9]")
THOUSANDS = re.compile(r"(?<=[0-9]),(?=[0-9]{3}(?![0-9]))")
LEADING_POINT = re.compile(r"(?<![^\s/(+])\.(?=[0-9])")
AFTER_NUMBER = re.compile(r"[0-9]([a-z]+)|[0-9] ([a-z]{1,6})(?= ?/)")
BEFORE_NUMBER = re.compile(r"(?<![a-z])([a-z]+)[0-9][0-9.]*( ?(?:[mux/]|gram))?")
NOT_AFTER_NUMBERS = (RELEASES - HOUR) | VIALS
COUNTS = {"x", "s", "d", "w", "wk", "wks", "week", "weeks", "st", "nd", "rd", "th", "op"}
OF_MAKER = re.compile(rf"\([^()]*\b(?:{MAKER.pattern})\b[^()]*\)")
WITH_DIGITS = {"x", "cd", "df", "p", "codis"}
RAISED = re.compile(r"[⁰¹²³⁴-⁹₀-₉]")
ILLEGIBLE: tuple[tuple[re.Pattern[str], str], ...] = (
    (DECIMAL_COMMA, "a comma between digits can be read in two ways"),
    (re.compile(r"[0-9]e[-+]?[0-9]"), "a number in scientific notation is not how a strength is written"),
    (re.compile(r"(?<![^\s/(+])[-‐]\.?[0-9]"), "a strength cannot be negative"),
    (
        re.compile(r"[0-9]\s?[\^*=~<>!#$£€@?\\'\"`]+\s?[0-9]|\b0x[0-9]"),
        "a sign between digits is not understood",
    ),
    (re.compile(r"[0-9]\.[0-9]*\.[0-9]"), "a number has two decimal points"),
    (re.compile(r"[0-9]{8,} ?(?:m?c?g|ml|microgram)"), "a strength of so many digits is not written"),
    (re.compile(r"< ?[a-z/!]"), "the text holds markup"),
    (
        re.compile(r"[0-9][sdw] ?(?:m?c?g\b|micro|ml\b|/)|\bx1\b|[0-9] ?mgm ?/|[a-z]\.[0-9]"),
        "a letter may stand for a digit",
    ),
)
UNIT = r"(?:mgs?|mcgs?|micro(?:gram)?s?|g|gm|ug|mls?|milli\w*)\b"
SHIFTED = (
    rf"[!\"£$^*;?>=~|\\@'`]\s?\.?[0-9]|[%&_{{}}:<]\.[0-9]|[^\s\w]&[0-9]|\s_[0-9]|[!\"£$%^&*(][.]?{UNIT}"
    r"|[0-9][!\"£$%^&*;?{}|\\~'`]+[.]?[0-9a-z]|[0-9]\)[a-z0-9]|[0-9]\[|\[(?![^\]]*\])|\((?![^)]*\))\s?[0-9]"
    rf"|[0-9]\s?[,;:'?!)\-]\s?{UNIT}|[0-9][./]\s?{UNIT}"
    rf"|%[0-9]|[0-9]%\s?{UNIT}|/\s?[%,;'][ a-z]|\)\.[0-9]|[0-9]\)[/\-]|(?<![0-9.])0[0-9]+ ?{UNIT}|m?c?g[.,]ml"
    rf"|{UNIT}\s?[?;'!\"=*\\|]|/[)(!\"£$%^&*][.]?[0-9]"
)
DOUBLED = r"[0-9a-z]//|//[0-9a-z]|[-.,;:][-.,]\s?\.?[0-9](?<!\.\.\.[0-9])|\s,[0-9]|,,|\+\.[0-9]"
ILLEGIBLE += (
    (re.compile(SHIFTED), "a sign stands where a digit or a unit belongs"),
    (re.compile(DOUBLED), "a sign between digits is not understood"),
    (re.compile(r"(?<![0-9.,a-z])[0-9] [0-9]+(?: ?mg)?/[0-9]"), "a number is broken by a space"),
    (re.compile(r"\bm/[a-qs-z]\b"), "a letter of the release is not understood"),
    (re.compile(r"[0-9] ?mls? ?/ ?[0-9.]* ?ml"), "ml of ml are no strength"),
)
ANY_ILLEGIBLE = re.compile("|".join(f"(?:{pattern.pattern})" for pattern, _ in ILLEGIBLE))


def illegible(text: str, written: str) -> str:
    """Why the numbers of a text, and of its plain spelling, cannot be read in one way; "" where they can."""
    if RAISED.search(text):
        return "a raised digit is not part of a strength"
    if ANY_ILLEGIBLE.search(written):
        return next(reason for pattern, reason in ILLEGIBLE if pattern.search(written))
    written = OF_MAKER.sub(" ", written.replace("μ", "u"))
    for glued, spaced in AFTER_NUMBER.findall(written):
        word = glued or spaced
        if glued in NOT_AFTER_NUMBERS or (word not in KNOWN and word not in COUNTS):
            return "what follows a number is not a unit"
    for glued, measured in BEFORE_NUMBER.findall(written):
        if not _may_stand_before_digits(glued, bool(measured)):
            return "a letter may stand for a digit"
    return ""


def _may_stand_before_digits(word: str, measured: bool) -> bool:
    """Whether digits may follow a word at once: DF118, x56, tab20mg; not l5mg, tab5, microgram5."""
    if word in WITH_DIGITS:
        return True
    named = word in BRANDS or word in GENERIC
    return len(word) > 1 and measured and (named or (word in KNOWN and word not in MASS_MG))


def spelt(written: str) -> str:
    """The text with m/r as mr, 1,000 as 1000, .5 as 0.5 and underscores as spaces."""
    spaced = written.replace("_", " ").replace("μ", "u").replace("(s)", "s")
    if "," in spaced:
        spaced = THOUSANDS.sub("", spaced)
    if "." in spaced:
        spaced = LEADING_POINT.sub("0.", spaced)
    return SLASHED.sub(r"\1\2\3\4", spaced)

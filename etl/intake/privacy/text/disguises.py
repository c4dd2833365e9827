"""A text as it is searched: the disguises that typing, spreadsheets and web pages put on it taken off."""

from __future__ import annotations

import html
import re
import unicodedata
from urllib.parse import unquote

LONGEST = 10_000  # characters searched of one text; the contract keeps no text of more than 1,000
_ESCAPED = re.compile(r"&#?\w{2,8};|%[0-9A-Fa-f]{2}")
_CONTROLS = dict.fromkeys((*range(32), 127), " ")
_DOTS = "·•∙⋅。・"
_ALIKE = dict(
    zip("АВЕКМНОРСТУХЅІЈаеорсухѕіјΑΒΕΖΗΙΚΜΝΟΡΤΥΧο", "ABEKMHOPCTYXSIJaeopcyxsijABEZHIKMNOPTYXo", strict=True)
)
_DAY = r"(?:0?[1-9]|[12]\d|3[01])"
_MONTH = r"(?:0?[1-9]|1[0-2])"
_YEAR = r"(?:(?:19|20)?\d\d)"
_DATED = re.compile(
    rf"(?<![\d])(?<!\d[/.\-])(?:{_DAY}([/.\-]){_MONTH}\1{_YEAR}|(?:19|20)\d\d([/.\-]){_MONTH}(?:\2{_DAY})?)"
    r"(?![/.\-]?\d)|(?<!\d)\d{1,2}:\d\d(?::\d\d)?(?!\d)"
    r"|(?<![\d.])(?:[01]?\d|2[0-3])\.(?:00|15|30|45)(?![\d.])"
)
_LIKE_DIGITS = re.compile(r"(?<![A-Za-z0-9])(?=[0-9OoIl|]*[0-9OoIl|]{2})[0-9OoIl|]+(?![A-Za-z0-9])")
_AS_DIGITS = str.maketrans("OoIl|", "00111")


class _Plain(dict[int, str]):
    """Character → what it stands for: a digit of any script, a space, a dash, a dot, or nothing."""

    def __missing__(self, code: int) -> str:
        self[code] = found = _stands_for(chr(code))
        return found


def _stands_for(character: str) -> str:
    kind = unicodedata.category(character)
    if kind in ("Cf", "Mn", "Me"):
        return ""
    if kind in ("Cc", "Zs", "Zl", "Zp"):
        return " "
    if kind == "Nd":
        return str(unicodedata.digit(character))
    if kind == "Pd" or character == "\u2212":
        return "-"
    return "." if character in _DOTS else _ALIKE.get(character, character)


_PLAIN = _Plain()


def plain(text: str) -> str:
    """The text in ordinary letters, digits, single spaces, dashes and dots, without invisible characters."""
    text = text[:LONGEST]
    if "&" in text or "%" in text:
        text = unquote(html.unescape(text)) if _ESCAPED.search(text) else text
    if text.isascii():
        return " ".join(text.translate(_CONTROLS).split())
    return " ".join(unicodedata.normalize("NFKC", text.translate(_PLAIN)).translate(_PLAIN).split())


def with_digits(text: str) -> str:
    """The text with O, I and l read as digits where a word is made of nothing else."""
    return _LIKE_DIGITS.sub(lambda hit: hit[0].translate(_AS_DIGITS), text)


def undated(text: str) -> str:
    """The text without dates and times of day, whose digits are nobody's number."""
    return _DATED.sub("¶", text)

"""Lines that are no rows, wherever they stand: totals, page numbers, the header again."""

from __future__ import annotations

import re
from collections.abc import Sequence

from etl.layouts import normal

TOTALS, PAGE, HEADER_AGAIN = "a line of totals", "a page number", "the header again"
END = "a line that says the report ends"
_COUNTED = "rows|records|patients?|issues|items|count|people|results|practice|organisation|month|report"
_TOTALS = re.compile(
    rf"(?:(?:grand |sub[ -]?)?totals?(?: (?:number )?(?:(?:of|for) )?(?:(?:this|the) )?(?:{_COUNTED}))?"
    r"|(?:patient )?counts?"
    rf"|number of (?:{_COUNTED}))[ :=]*[\d ]*",
    re.IGNORECASE,
)
_END = re.compile(r"[*\- ]*end of (?:the )?(?:report|file|list|data|search)[*\-. ]*", re.IGNORECASE)
_PAGE = re.compile(r"(?:- ?)?page:? ?\d+(?: ?(?:of|/) ?\d+)?(?: ?-)?", re.IGNORECASE)
# Every cell of a line of totals or of a page number is of these words, so that others need no look.
_MARKS = r"[\s\x{a0}\d:=,;|\"/.*-]*"
_WORDS = rf"grand|sub|totals?|number|of|for|this|{_COUNTED}|counts?|page|end|the|file|list|data|search"
MAYBE = rf"(?i)^{_MARKS}(?:(?:{_WORDS}){_MARKS})*$"  # for Arrow


def no_row(cells: Sequence[str], *heads: Sequence[str]) -> str:
    """Why a line is no row; "" where it may be one. No medicine and no date fits the words of totals.
    `heads`: the header, and lines above it, normalised."""
    words = " ".join(part for cell in cells for part in re.split(r"[,;|\t\"\s]+", cell) if part)
    if not words or len(words) > 100:
        return HEADER_AGAIN if words and is_header(cells, *heads) else ""
    if _TOTALS.fullmatch(words):
        return TOTALS
    if _PAGE.fullmatch(words):
        return PAGE
    if _END.fullmatch(words):
        return END
    return HEADER_AGAIN if is_header(cells, *heads) else ""


def is_header(cells: Sequence[str], *heads: Sequence[str]) -> bool:
    """Whether a line is the header of its file once more, or a line above it: all as it is spelled there."""
    own = [normal(cell) for cell in cells]
    return any(own) and any(own[: len(head)] == list(head) and not any(own[len(head) :]) for head in heads)

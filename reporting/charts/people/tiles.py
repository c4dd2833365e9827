"""A few large numbers below each other, each with its words: an SVG text for a slide."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from textwrap import wrap

from reporting.charts import theme

WIDTH, ROOM = 1180, 620
VALUE_WIDTH = 330
LINE_HEIGHT = 32
LINE_CHARACTERS = 72
WORDS_CHARACTERS, WORDS_LINES = 68, 2


@dataclass(frozen=True)
class Tile:
    """value: the number as printed; title: what it is; words: the judgement on it; role: its colour's."""

    value: str
    title: str
    words: str
    role: str = "data_dark"


def tiles(shown: Sequence[Tile]) -> str:
    """SVG text of at most six tiles, as high as the room allows. Every number stands beside its words."""
    each = min(170, ROOM // max(len(shown), 1))
    rows = "".join(_tile(tile, place * each, each) for place, tile in enumerate(shown))
    height = each * max(len(shown), 1)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" '
        f'viewBox="0 0 {WIDTH} {height}">{rows}</svg>'
    )


def _tile(tile: Tile, top: float, height: float) -> str:
    middle = top + height / 2
    size = min(64.0, height * 0.5, VALUE_WIDTH / (len(tile.value) * theme.BOLD_CHARACTER))
    lines = wrap(tile.words, WORDS_CHARACTERS, max_lines=WORDS_LINES, placeholder=" …")
    title = middle - 6 - LINE_HEIGHT / 2 * (len(lines) - 1)  # so that two lines do not reach the rule below
    words = "".join(
        f'<text x="{VALUE_WIDTH + 30}" y="{title + LINE_HEIGHT * place:.0f}" font-size="22" '
        f'fill="{theme.text(tile.role)}">{escape(line)}</text>'
        for place, line in enumerate(lines, 1)
    )
    rule = f'<path d="M0 {top:.0f}H{WIDTH}" stroke="{theme.LINE}"/>' if top else ""
    return (
        f'{rule}<text x="0" y="{middle + size * 0.36:.0f}" font-size="{size:.0f}" font-weight="700" '
        f'fill="{theme.NAVY}">{escape(tile.value)}</text>'
        f'<text x="{VALUE_WIDTH + 30}" y="{title:.0f}" font-size="26" font-weight="600" '
        f'fill="{theme.INK}">{escape(tile.title)}</text>{words}'
    )


def sentence(words: str) -> str:
    """SVG text of words that stand where there is nothing to draw."""
    lines = wrap(words, LINE_CHARACTERS) or [""]
    rows = "".join(
        f'<text x="0" y="{60 + place * 44}" font-size="30" fill="{theme.MUTED}">{escape(line)}</text>'
        for place, line in enumerate(lines)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{ROOM}" '
        f'viewBox="0 0 {WIDTH} {ROOM}">{rows}</svg>'
    )

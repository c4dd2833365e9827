"""Variation and assurance icons in the manner of Making Data Count, drawn here as SVG text."""

from reporting.charts import theme

WIGGLE = ((16, 36), (24, 30), (32, 36), (40, 28), (48, 34))
RISE = ((13, 42), (20, 40), (27, 38), (34, 32), (41, 26), (48, 20))
LETTERS = {"high": "H", "low": "L"}
ASSURANCE = {"pass": ("P", "improvement"), "fail": ("F", "concern"), "inconsistent": ("?", "common")}


def variation_icon(variation: str, better: str) -> str:
    """SVG text for a variation (common | improvement | concern | neutral_high | neutral_low).

    better tells whether an improvement lies high (H) or low (L). ValueError for an unknown variation.
    """
    colour = theme.mark(variation)
    if variation == "common":
        return _icon(colour, _dots(WIGGLE, theme.mark("common"), count=0))
    side = _side(variation, better)
    dots = RISE if side == "high" else tuple((x, 62 - y) for x, y in RISE)
    if variation.startswith("neutral"):
        return _icon(colour, _arrow(side, colour))
    letter_y = 26 if side == "high" else 50
    return _icon(colour, _dots(dots, colour, count=3) + _letter(LETTERS[side], 18, letter_y, 15, colour))


def assurance_icon(assurance: str) -> str:
    """SVG text for an assurance (pass | fail | inconsistent); ValueError for any other word."""
    if assurance not in ASSURANCE:
        raise ValueError(f"icons: {assurance!r} is no assurance; use pass, fail or inconsistent.")
    letter, role = ASSURANCE[assurance]
    colour = theme.mark(role)
    band = f'<rect x="15" y="20" width="34" height="16" rx="2" fill="{theme.LINE_PALE}"/>'
    y = {"pass": 44, "fail": 48, "inconsistent": 28}[assurance]
    dashes = 'stroke-width="2.5" stroke-dasharray="3 3"'
    target = f'<line x1="13" x2="51" y1="{y}" y2="{y}" stroke="{colour}" {dashes}/>'
    return _icon(colour, band + target + _letter(letter, 32, 33, 16, colour))


def _side(variation: str, better: str) -> str:
    if variation.startswith("neutral"):
        return variation.removeprefix("neutral_")
    if better not in ("higher", "lower"):
        raise ValueError(f"icons: {variation} needs a better direction, higher or lower, not {better!r}.")
    return "high" if (variation == "improvement") == (better == "higher") else "low"


def _icon(colour: str, inner: str) -> str:
    ring = f'<circle cx="32" cy="32" r="29.5" fill="{theme.PAPER}" stroke="{colour}" stroke-width="3"/>'
    size = 'width="64" height="64" viewBox="0 0 64 64"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size}>{ring}{inner}</svg>'


def _dots(points: tuple[tuple[int, int], ...], colour: str, *, count: int) -> str:
    path = " ".join(f"{x},{y}" for x, y in points)
    line = f'<polyline points="{path}" fill="none" stroke="{theme.AXIS}" stroke-width="1.5"/>'
    plain = len(points) - count if count else 0
    colours = [theme.AXIS if index < plain else colour for index in range(len(points))]
    marks = "".join(
        f'<circle cx="{x}" cy="{y}" r="3" fill="{fill}"/>'
        for (x, y), fill in zip(points, colours, strict=True)
    )
    return line + marks


def _letter(letter: str, x: int, y: int, size: int, colour: str) -> str:
    font = f'font-family="{theme.FONT}" font-size="{size}" font-weight="700" text-anchor="middle"'
    halo = f'paint-order="stroke" stroke="{theme.PAPER}" stroke-width="3"'
    return f'<text x="{x}" y="{y}" {font} {halo} fill="{colour}">{letter}</text>'


def _arrow(side: str, colour: str) -> str:
    points = "32,14 46,30 37,30 37,50 27,50 27,30 18,30"
    turn = "" if side == "high" else ' transform="rotate(180 32 32)"'
    return f'<polygon points="{points}" fill="{colour}"{turn}/>'

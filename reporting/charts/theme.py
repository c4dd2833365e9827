"""The only colours, fonts and sizes of charts, icons and sparklines."""

INK = "#212B32"
MUTED = "#4C6272"
AXIS = "#768692"
LINE = "#D8DDE0"
LINE_PALE = "#E8EDEE"
LIMIT_BAND = "#F3F6F8"
LIMIT_BAND_INNER = "#E8EDF4"
PAPER = "#FFFFFF"
BLUE = "#005EB8"
NAVY = "#003087"
MIDDLE_HALF = "#DCE8F5"
GREY_FLOW = "#D3D6DB"
BLUE_FLOW = "#B5D0EA"
BLUE_SOFT = "#E6EFF9"
ORANGE = "#ED8B00"
ORANGE_TEXT = "#8F4700"
ORANGE_SOFT = "#FDF1E0"
PURPLE = "#7C2855"
PURPLE_SOFT = "#F3EAF0"

AMBER_ZONE = "#FDF1E0"
RED_ZONE = "#F9DDB3"

MARK = {
    "improvement": BLUE,
    "concern": ORANGE,
    "common": AXIS,
    "neutral": PURPLE,
    "neutral_high": PURPLE,
    "neutral_low": PURPLE,
    "data": BLUE,
    "data_dark": NAVY,
    "own": INK,
    "strong": MUTED,
    "faint": GREY_FLOW,
}
TEXT = MARK | {"concern": ORANGE_TEXT, "common": MUTED, "faint": MUTED}
SOFT = {
    "improvement": BLUE_SOFT,
    "concern": ORANGE_SOFT,
    "common": LIMIT_BAND,
    "neutral": PURPLE_SOFT,
    "neutral_high": PURPLE_SOFT,
    "neutral_low": PURPLE_SOFT,
}

BANDS_OF_FOUR = ("#C5DCF1", "#6FA8DB", "#005EB8", "#003087")
BANDS_OF_SIX = ("#DFEBF7", "#C5DCF1", "#6FA8DB", "#2F7CC4", "#005EB8", "#003087")

FONT = "Inter, Arial, sans-serif"
TEXT_SIZE = 13
SMALL_SIZE = 12
CHARACTER = 0.57  # mean width of a character, as a share of the text size
BOLD_CHARACTER = 0.61
LABEL_GAP = 18
POINT = 9
POINT_COMPACT = 6
DOT = 11
ROW = 30
LABEL_INDENT = 10

CONFIG = {"displayModeBar": False, "scrollZoom": False, "doubleClick": False}


def mark(role: str) -> str:
    """Colour of a point, line or bar by its role; ValueError for a role that has none."""
    return _of(MARK, role)


def text(role: str) -> str:
    """Colour of words by role: dark enough to read on white."""
    return _of(TEXT, role)


def soft(role: str) -> str:
    """Pale background for words of a role."""
    return _of(SOFT, role)


def bands(count: int) -> tuple[str, ...]:
    """Colours of 1 to 6 ordered bands, light to dark; ValueError beyond six."""
    if not 1 <= count <= len(BANDS_OF_SIX):
        raise ValueError(f"theme: no colours for {count} bands; draw between 1 and {len(BANDS_OF_SIX)}.")
    if count > len(BANDS_OF_FOUR):
        return BANDS_OF_SIX[len(BANDS_OF_SIX) - count :]
    return BANDS_OF_FOUR[len(BANDS_OF_FOUR) - count :]


def _of(colours: dict[str, str], role: str) -> str:
    if role not in colours:
        raise ValueError(f"theme: {role!r} is no role; use one of {', '.join(colours)}.")
    return colours[role]

"""One spelling for text that systems and people write in many: case, signs, spaces, fractions."""

import re
import unicodedata

FRACTIONS = {"½": "1/2", "¼": "1/4", "¾": "3/4", "⅓": "1/3", "⅔": "2/3", "⅕": "1/5", "⅛": "1/8"}
SIGNS = {
    "·": ".",
    "µ": "u",
    "μ": "u",
    "×": "x",
    "–": "-",
    "—": "-",
    "−": "-",
    "‑": "-",
    "’": "'",
    "‘": "'",
}
SIGN_TABLE = str.maketrans(
    {**{sign: f" {written} " for sign, written in FRACTIONS.items()}, **SIGNS, "\u00a0": " "}
)
SPACES = re.compile(r" {2,}")


def plain(text: object, longest: int, line_end: str = " ") -> str | None:
    """Lower-case text in one spelling; "" for nothing written; None where it cannot be text a person wrote.

    `line_end` replaces line breaks. Not readable: longer than `longest` characters, not a str,
    control or invisible characters, digits other than 0-9, the mark of a failed decoding.
    """
    if text is None:
        return ""
    if not isinstance(text, str) or len(text) > longest:
        return None
    written = text.replace("`", "'").replace("\t", " ")
    if not written.isascii():
        written = written.translate(SIGN_TABLE)
        if any(unicodedata.category(character) == "No" for character in written):  # 1² is not 12
            return None
        written = unicodedata.normalize("NFKC", written)
        if any(character.isnumeric() and not character.isascii() for character in written):
            return None
    if not written.isprintable():
        written = written.replace("\r\n", line_end).replace("\r", line_end).replace("\n", line_end)
    if not written.isprintable() or "\ufffd" in written:
        return None
    if "  " in written:
        written = SPACES.sub(" ", written)
    return written.strip().lower()

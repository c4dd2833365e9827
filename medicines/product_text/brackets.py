"""What a product text says in brackets, told from the maker's name that stands there as well."""

import re
from functools import lru_cache

from medicines.product_text import forms
from medicines.product_text.ingredients import BRANDS, GENERIC
from medicines.spelling import Speller

FORM_WORDS = forms.SINGLE | forms.RELEASES
WITH = {"with", "plus", "containing", "contains", "+"}
MEANT = FORM_WORDS | forms.NEUTRAL | forms.STOPPED | BRANDS.keys() | GENERIC.keys()
SLIPS = Speller({word for word in MEANT if len(word) > 1}, shortest=2, shortest_changed=2, same_first=False)
MAKER = re.compile(
    r"ltd|limited|plc|llp|inc|gmbh|uk|usa|eu|co|company|corp|pharm\w*|lab|labs|laborator\w*|health\w*|medical|medicines?"
    r"|distribut\w*|international|group|holdings|trading|wholesal\w*|import\w*|generics?|products"
)


def depths(tokens: list[str]) -> list[int]:
    """How many brackets each token stands in (brackets themselves count as inside)."""
    found, depth = [], 0
    for token in tokens:
        depth += token in "(["
        found.append(depth)
        depth -= token in ")]" and depth > 0
    return found


def without_makers(tokens: list[str], depth: list[int]) -> list[str]:
    """The tokens, with "|" for brackets and for all in one that names a maker or nothing known."""
    if not any(depth):
        return tokens
    kept: list[str] = []
    inside: list[str] = []
    for token, level in zip([*tokens, ""], [*depth, 0], strict=True):
        if inside and (level == 0 or (level == 1 and token in "([")):
            kept += (
                inside if _says_something(tuple(inside)) or _garbled(tuple(inside)) else ["|"] * len(inside)
            )
            inside = []
        if level:
            inside.append("|" if token in "()[]" else token)
        else:
            kept.append(token)
    return kept[:-1]


def of_makers(tokens: list[str], depth: list[int]) -> set[int]:
    """Where the tokens of brackets stand that name a maker."""
    found: set[int] = set()
    inside: list[int] = []
    for at, level in enumerate([*depth, 0]):
        if level:
            inside.append(at)
        elif inside:
            found |= set(inside) if any(MAKER.fullmatch(tokens[place]) for place in inside) else set()
            inside = []
    return found


@lru_cache(maxsize=4096)
def _says_something(inside: tuple[str, ...]) -> bool:
    """Whether a bracket holds a number or a word of form or release, and no maker."""
    if not WITH.isdisjoint(inside):
        return True
    if any(MAKER.fullmatch(word) for word in inside):
        return False
    return any(w[0].isdigit() or forms.spelt(w) in FORM_WORDS for w in inside)


@lru_cache(maxsize=4096)
def _garbled(inside: tuple[str, ...]) -> bool:
    """Whether a bracket holds a word that a slip may have made of a known one, or one broken by spaces."""
    words = [word for word in inside if word != "|"]
    if len(words) > 1 and "".join(words) in FORM_WORDS:
        return True
    if len(words) != 1 or words[0] in MEANT or MAKER.fullmatch(words[0]):
        return False
    return bool(SLIPS.candidates(words[0]))

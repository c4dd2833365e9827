"""Whether every word of a product text is understood: what is not stated may only be assumed where it is."""

from collections.abc import Sequence
from functools import lru_cache

from medicines.product_text import forms
from medicines.product_text.brackets import MAKER
from medicines.product_text.ingredients import BRANDS, GENERIC
from medicines.product_text.strengths import DOSE, HOUR, MASS_MG, VOLUME
from medicines.spelling import Speller

SIGNIFICANT = 3  # the shortest word that a slip is looked for in
COUNTED = {"tablet", "capsule", "patch", "other", "oral_solution"}
KNOWN = forms.SINGLE | forms.NEUTRAL | forms.RELEASES | set(MASS_MG) | set(VOLUME) | HOUR | DOSE

FORMS = {word for phrase in forms.WORDS for word in phrase.split()}
AFTER_NAMES = {"sf", "plus"}  # where SR stands, and where a brand is another brand
NEXT_TO_IN_AND_PER = {"im", "pdr"}  # "10mg im 5ml", "15 micrograms pdr hour"
HOURS = {(hour,) for hour in HOUR}
JOINING = {"/", "+", "&", "and", "with"}
SIGNS = {"in", "per", "and", "with", "for"}
BEFORE_HOUR = {"/", "per", "every", "a", "an"}
SOLIDS = {word for word, form in forms.WORDS.items() if form.name in ("tablet", "capsule")}
NAMES = {word for name in BRANDS.values() for word in name.name.split()} | BRANDS.keys() | GENERIC.keys()
LONG = tuple(word for word in NAMES | FORMS if len(word) > 5)
MEANT = {word for word in KNOWN | NAMES | forms.STOPPED if len(word) >= SIGNIFICANT}
SLIPS = Speller(MEANT, shortest=SIGNIFICANT, shortest_changed=SIGNIFICANT, same_first=False)


def all_words(tokens: Sequence[str]) -> bool:
    """Whether each word is a form, a release, a unit or one that changes nothing ("|" stands for a name)."""
    return all(forms.spelt(token) in KNOWN for token in tokens if token[0].isalpha())


def strange(tokens: Sequence[str], may_name_maker: bool) -> list[int]:
    """Where words stand that are not understood ("|" stands for a name).

    A word after the form and all strengths may be a maker's name, if it is like no word that is known, and is
    not the rest of one: "suspen sion".
    """
    formed = next((at for at, token in enumerate(tokens) if forms.spelt(token) in FORMS), len(tokens))
    measured = max((at for at, token in enumerate(tokens) if token in MASS_MG), default=len(tokens))
    found = [len(tokens) - 1] if tokens and tokens[-1] in JOINING else []
    for at, token in enumerate(tokens):
        if not token[0].isalpha() or _fits(tokens, at):
            continue
        joined = at > 0 and (tokens[at - 1] in JOINING or tokens[at - 1] + token in KNOWN)
        if not may_name_maker or at < max(formed, measured) or joined or not may_be_maker(token):
            found.append(at)
    return found


def _fits(tokens: Sequence[str], at: int) -> bool:
    """Whether a word is known where it stands: "x" beside a count, not "sf" where SR belongs."""
    before, after = tokens[at - 1] if at else "", tokens[at + 1 : at + 3]
    if tokens[at] == "x":
        return before[:1].isdigit() or (bool(after) and after[0][0].isdigit() and after[-1] not in MASS_MG)
    if tokens[at] in AFTER_NAMES:
        return before != "|" or after[:1] == ("|",)
    if tokens[at] in NEXT_TO_IN_AND_PER:
        return not (len(after) == 2 and after[1] in VOLUME) and after[:1] not in HOURS
    if tokens[at] in HOUR:
        return before in BEFORE_HOUR or before in MASS_MG or before[:1].isdigit()
    if tokens[at] in SIGNS:
        return bool(after) and not (tokens[at] == "for" and forms.spelt(after[0]) in SOLIDS)
    word = forms.spelt(tokens[at])
    return word in KNOWN and not (word == "free" and before == "|")


@lru_cache(maxsize=16384)
def may_be_maker(word: str) -> bool:
    """Whether a word that is not known is also not a known one with a slip."""
    if MAKER.fullmatch(word):
        return True
    if len(word) <= SIGNIFICANT or word.startswith(LONG) or word.endswith(LONG):
        return False
    return not SLIPS.candidates(word)


def no_bare_number(tokens: Sequence[str]) -> bool:
    """Whether each number has a unit or is a pack ("caps 100 caps", "caps x 100"): none can be a strength."""
    packed = False
    for at, token in enumerate(tokens):
        after = tokens[at + 1] if at + 1 < len(tokens) else ""
        form = forms.WORDS.get(token)
        packed = packed or (form is not None and form.name in COUNTED)
        unit = after in MASS_MG or after in VOLUME or after == "/"
        before = tokens[at - 1] if at else ""
        pack = packed and (after in forms.WORDS or before == "x")
        if token[0].isdigit() and not (unit or pack or before == "/"):
            return False
    return True

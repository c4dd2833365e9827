"""Whether every word of a product text is understood: what is not stated may only be assumed where it is."""

from collections.abc import Sequence

from medicines.product_text import forms
from medicines.product_text.strengths import DOSE, HOUR, MASS_MG, VOLUME

COUNTED = {"tablet", "capsule", "patch", "other", "oral_solution"}
KNOWN = forms.SINGLE | forms.NEUTRAL | forms.RELEASES | set(MASS_MG) | set(VOLUME) | HOUR | DOSE


def all_words(tokens: Sequence[str]) -> bool:
    """Whether each word is a form, a release, a unit or one that changes nothing ("|" stands for a name)."""
    return all(forms.spelt(token) in KNOWN for token in tokens if token[0].isalpha())


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

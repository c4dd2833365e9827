"""What a product text means: ingredient, strength, form, release and oral morphine equivalent of one unit."""

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from medicines import conversion
from medicines.composition import Part, part_of
from medicines.forms import form_of, release_of
from medicines.ingredients import INGREDIENTS, Mention, mentions, tokens_of
from medicines.writing import plain

LONGEST = 300
SLASHED = re.compile(r"\b(m|p|s|t)/(r|f|l|derm)\b")
DECIMAL_COMMA = re.compile(r"[0-9],(?![0-9]{3}(?![0-9]))[0-9]")
THOUSANDS = re.compile(r"(?<=[0-9]),(?=[0-9]{3}(?![0-9]))")
MEDICINE = {"opioid", "gabapentinoid", "benzodiazepine", "z_drug"}
JOINERS = {"/", "+", "and", "with", "&"}
KNOWN_BESIDE = re.compile(
    r"sugar|free|plus|extra|advance|flavour|caffeine|codeine|soluble|effervescent|s|f|sf|[0-9.]+|m?c?g|ml"
)


@dataclass(frozen=True, slots=True)
class Product:
    """A product text, read.

    Strength is mg of the ingredient that counts per unit, mg/ml or microgram/h. `ome_per_unit` is mg oral
    morphine equivalent per tablet, capsule, sachet or ml, a day for one patch; 0 for medicines without one;
    None where not converted or not understood (`reason` says why). Factors: medicines/factors.csv.
    """

    class_: str
    ingredient: str = ""
    strength: float | None = None
    strength_unit: str | None = None
    form: str = ""
    release: str = "none"
    status: str = "unmapped"
    ome_per_unit: Decimal | None = None
    factor: Decimal | None = None
    factor_source: str | None = None
    reason: str = ""
    mg_per_unit: Decimal | None = None
    ddd_per_unit: Decimal | None = None
    unit_dose: bool = False


def unmapped(reason: str) -> Product:
    """A product text that is not understood, with the reason."""
    return Product("unmapped", reason=reason)


@lru_cache(maxsize=65536)
def read(text: str | None) -> Product:
    """What a product text means; class and status "unmapped" with a reason where it is not understood."""
    written = plain(text, LONGEST)
    if not written:
        return unmapped("no product is named" if written == "" else "the text is too long or cannot be read")
    if DECIMAL_COMMA.search(written):
        return unmapped("a comma between digits can be read in two ways")
    spelt = SLASHED.sub(r"\1\2", THOUSANDS.sub("", written.replace("_", " ")))
    return _read_tokens(tokens_of(spelt))


def _read_tokens(tokens: list[str]) -> Product:
    depths = _depths(tokens)
    named = mentions(tokens)
    main = [m for m in named if depths[m.start] == 0]
    aside = [m for m in named if depths[m.start] > 0 and "".join(tokens[m.start : m.end]).isalpha()]
    if not main:
        main = aside
    chosen = _chosen(main)
    if chosen is None:
        several = any(_class(m) in MEDICINE for m in main)
        return unmapped(
            "more than one medicine is named" if several else "no medicine of these classes is recognised"
        )
    if any(_class(m) in MEDICINE and m.ingredient != chosen.ingredient for m in aside):
        return unmapped("the name and its bracket name different medicines")
    outside = [token if depth == 0 else "|" for token, depth in zip(tokens, depths, strict=True)]
    if _class(chosen) not in MEDICINE and _unknown_beside(outside, main):
        return unmapped("an ingredient of the combination is not recognised")
    return _product(tokens, outside, main, chosen)


def _depths(tokens: list[str]) -> list[int]:
    """How many brackets each token stands in (brackets themselves count as inside)."""
    depths, depth = [], 0
    for token in tokens:
        depth += token in "(["
        depths.append(depth)
        depth -= token in ")]" and depth > 0
    return depths


def _class(mention: Mention) -> str:
    ingredient = INGREDIENTS.get(mention.ingredient)
    return ingredient.class_ if ingredient else ""


def _chosen(named: list[Mention]) -> Mention | None:
    """The mention that counts: the one medicine of these classes, else the first other analgesic."""
    medicines = [m for m in named if _class(m) in MEDICINE]
    if len({m.ingredient for m in medicines}) > 1:
        return None
    branded = [m for m in medicines if m.brand] or medicines
    return next(iter(branded), next((m for m in named if _class(m)), None))


def _unknown_beside(tokens: list[str], named: list[Mention]) -> bool:
    """Whether a sign of combination joins a word that is not understood."""
    inside = {at for m in named for at in range(m.start, m.end)}
    for at, token in enumerate(tokens[:-1]):
        beside = tokens[at + 1]
        if (
            token in JOINERS
            and at + 1 not in inside
            and beside.isalpha()
            and not KNOWN_BESIDE.fullmatch(beside)
        ):
            return True
    return False


def _product(tokens: list[str], outside: list[str], named: list[Mention], chosen: Mention) -> Product:
    words = " ".join(token for token in outside if token != "-")
    form = form_of(words, chosen.brand)
    within = {at for m in named for at in range(m.start, m.end)}
    part = part_of(["|" if at in within else token for at, token in enumerate(outside)], named, chosen)
    if part.mg is None and part.reason == "no strength is stated":
        part = part_of(["|" if at in within else token for at, token in enumerate(tokens)], named, chosen)
    release = release_of(words, form, chosen.brand)
    return _converted(form.name, form.swallowed, release, words, named, chosen, part)


def _converted(
    form: str, swallowed: bool, release: str, words: str, named: list[Mention], chosen: Mention, part: Part
) -> Product:
    if not form and part.per == "hour":
        form, release = "patch", "patch"
    if not form and part.ml is not None:
        form, swallowed, release = "oral_solution", True, "immediate"
    ingredient = INGREDIENTS[chosen.ingredient]
    measured = conversion.measured(ingredient, form, part)
    outcome = conversion.outcome(ingredient, form, swallowed, named, chosen, measured)
    return Product(
        class_=outcome.class_,
        ingredient=ingredient.name,
        strength=None if measured.value is None else float(measured.value),
        strength_unit=measured.unit,
        form=form,
        release=release,
        status=outcome.status,
        ome_per_unit=outcome.ome,
        factor=outcome.factor,
        factor_source=outcome.source,
        reason=outcome.reason,
        mg_per_unit=measured.value if measured.unit in ("mg", "mg/ml") else None,
        ddd_per_unit=outcome.ddd,
        unit_dose="unit dose" in words or "udv" in words,
    )

"""What a product text means: ingredient, strength, form, release and oral morphine equivalent of one unit."""

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache

from medicines import factors
from medicines.plain_text import plain
from medicines.product_text import conversion, forms, other_parts, route, wear_time, word_check
from medicines.product_text.brackets import depths, of_makers, without_makers
from medicines.product_text.composition import TWO_AMOUNTS, TWO_STRENGTHS, Part, part_of
from medicines.product_text.forms import release_of
from medicines.product_text.ingredients import INGREDIENTS, Mention, mentions, tokens_of
from medicines.product_text.joined_words import unglued
from medicines.product_text.legible import illegible, spelt
from medicines.product_text.strengths import strengths

LONGEST = 300
UNIT_DOSE = re.compile("unit dose|udv|ora?l v(?:l|ial)")
MEDICINE = {"opioid", "gabapentinoid", "benzodiazepine", "z_drug"}


@dataclass(frozen=True, slots=True)
class Product:
    """A product text, read.

    Strength is mg of the ingredient that counts per unit, mg/ml or microgram/h. `ome_per_unit` is mg oral
    morphine equivalent per tablet, capsule, sachet or ml, a day for one patch; 0 for medicines without one;
    None where not converted or not understood (`reason` says why). Factors: medicines/tables/factors.csv.
    `partners` are the other parts of a combination, sorted ("paracetamol 500 mg"); `wear_hours` how long one
    patch is worn (medicines/tables/patches.csv), None where that is not known.
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
    partners: tuple[str, ...] = ()
    wear_hours: int | None = None

    @property
    def identity(self) -> tuple[object, ...]:
        """What makes two texts one product: every part, its strength, form and release; not the brand."""
        own = (self.ingredient, self.strength, self.strength_unit, self.form, self.release)
        return (*own, *self.partners)


def unmapped(reason: str) -> Product:
    """A product text that is not understood, with the reason."""
    return Product("unmapped", reason=reason)


def read(text: str | None, factor_version: str | None = None) -> Product:
    """What a product text means; class and status "unmapped" with a reason where it is not understood.

    `factor_version`: one of medicines/tables/factors.csv, the newest when None; ValueError if unknown.
    """
    version = factors.known(factor_version)
    legible = text is None or (isinstance(text, str) and len(text) <= LONGEST)
    return _read(text, version) if legible else unmapped("the text is too long or cannot be read")


@lru_cache(maxsize=65536)
def _read(text: str | None, version: str) -> Product:
    written = plain(text.replace("™", "") if text else text, LONGEST)
    if not written:
        return unmapped("no product is named" if written == "" else "the text is too long or cannot be read")
    spaced = unglued(written)
    reason = illegible(text or "", spaced)
    if reason:
        return unmapped(reason)
    in_use = forms.NOT_IN_USE.sub(" ", spaced)
    read = _read_tokens(tokens_of(spelt(in_use)), version)
    return read if in_use == spaced else _without_dose(read, "the text says that it is stopped or not in use")


def _read_tokens(tokens: list[str], version: str) -> Product:
    depth = depths(tokens)
    named = mentions(tokens)
    main = [m for m in named if depth[m.start] == 0]
    aside = [m for m in named if depth[m.start] > 0 and "".join(tokens[m.start : m.end]).isalpha()]
    if not main:
        main = aside
    chosen = _chosen(main)
    if chosen is None:
        several = any(_class(m) in MEDICINE for m in main)
        return unmapped(
            "more than one medicine is named" if several else "no medicine of these classes is recognised"
        )
    if _broken(tokens[chosen.start : chosen.end]):
        return unmapped("a name is broken by a space")
    if any(_class(m) in MEDICINE and m.ingredient != chosen.ingredient for m in aside):
        return unmapped("the name and its bracket name different medicines")
    chosen = _branded(chosen, aside)
    outside = [token if level == 0 else "|" for token, level in zip(tokens, depth, strict=True)]
    said = without_makers(tokens, depth)
    read = _product(tokens, outside, said, tuple(main), tuple(aside), chosen, version)
    within = {at for m in named for at in range(m.start, m.end)}
    if len({m.brand.name for m in main if m.brand and m.ingredient == chosen.ingredient}) > 1:
        return _without_dose(read, "more than one product is named")
    if _bracket_disagrees(read, said, depth):
        return _without_dose(read, "the bracket states another strength")
    odd = word_check.strange(_unnamed(said, within), may_name_maker=_class(chosen) in MEDICINE)
    return _with_odd_words(read, tokens, odd, chosen) if odd else read


def _broken(parts: list[str]) -> bool:
    """Whether a name begins with a release or a form, which a space made of it: "Pr egabalin"."""
    return len(parts) > 1 and (parts[0] in forms.RELEASES or parts[0] in forms.SINGLE)


def _bracket_disagrees(read: Product, said: list[str], depth: list[int]) -> bool:
    """Whether a bracket states another strength; of a patch it is the content, without ml the total."""
    mine = read.mg_per_unit
    if mine is None or not any(depth):
        return False
    inside = [token if level else "|" for token, level in zip(said, depth, strict=True)]
    stated = [strength for strength in strengths(inside) if strength.unit_written]
    if read.strength_unit == "mg/ml":
        return any(s.ml and mine not in [mg / s.ml for mg in s.mg] for s in stated)
    others = [amount for partner in read.partners for amount in partner.split()]
    return any(mine not in s.mg and f"{s.mg[0].normalize():f}" not in others for s in stated)


def _with_odd_words(read: Product, tokens: list[str], odd: list[int], chosen: Mention) -> Product:
    """A product with words that are not understood: nothing at all where one may be another medicine."""
    before = any(at < chosen.start for at in odd)
    joined = any(not word_check.JOINING.isdisjoint((tokens[at - 1], *tokens[at + 1 : at + 2])) for at in odd)
    if before or joined or read.class_ not in MEDICINE:
        return unmapped("a word that is not understood may be another medicine")
    return _without_dose(read, "a word is not understood")


def _without_dose(read: Product, reason: str) -> Product:
    return replace(
        read,
        status="unmapped",
        ome_per_unit=None,
        factor=None,
        factor_source=None,
        ddd_per_unit=None,
        reason=reason,
    )


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


def _branded(chosen: Mention, aside: list[Mention]) -> Mention:
    """The mention with the brand its bracket names: "Oxycodone 10mg tablets (Longtec)"."""
    brands = {m.brand for m in aside if m.brand and m.ingredient == chosen.ingredient}
    return chosen._replace(brand=brands.pop()) if chosen.brand is None and len(brands) == 1 else chosen


def _product(
    tokens: list[str],
    outside: list[str],
    said: list[str],
    named: tuple[Mention, ...],
    aside: tuple[Mention, ...],
    chosen: Mention,
    version: str,
) -> Product:
    within = {at for m in named for at in range(m.start, m.end)}
    part = part_of(_unnamed(outside, within), named, chosen)
    if part.mg is None and part.reason == "no strength is stated":
        part = part_of(_unnamed(tokens, within), named, chosen)
    rest = _unnamed(said, within)
    also = [m for m in aside if m.start not in of_makers(tokens, depths(tokens))]
    others = other_parts.others(rest, sorted({*named, *also}), chosen, part)
    return _converted(tuple(said), rest, named, others, chosen, part, version)


def _unnamed(tokens: list[str], within: set[int]) -> tuple[str, ...]:
    """The tokens with "|" for names."""
    return tuple(["|" if at in within else token for at, token in enumerate(tokens)])


@lru_cache(maxsize=16384)
def _converted(
    said: tuple[str, ...],
    rest: tuple[str, ...],
    named: tuple[Mention, ...],
    others: other_parts.Others,
    chosen: Mention,
    part: Part,
    version: str,
) -> Product:
    """The product of what is said beside the names of makers, remembered for the next maker's."""
    words = " ".join([forms.spelt(token) for token in said if token != "-"])
    if not part.mg_stated and not (word_check.all_words(rest) and word_check.no_bare_number(rest)):
        part = Part(reason="no strength is stated, and not every word is understood")
    ingredient = INGREDIENTS[chosen.ingredient]
    once = sum(mention.ingredient == chosen.ingredient for mention in named) == 1
    if once and ingredient.class_ != "opioid" and part.reason in (TWO_AMOUNTS, TWO_STRENGTHS):
        return unmapped("more amounts are stated than medicines are named")
    form = route.form(words, rest, named, chosen, part)
    measured = conversion.measured(ingredient, chosen.brand, form.name, form.swallowed, part)
    outcome = conversion.outcome(ingredient, form.name, form.swallowed, named, chosen, measured, version)
    read = Product(
        class_=outcome.class_,
        ingredient=ingredient.name,
        strength=None if measured.value is None else float(measured.value),
        strength_unit=measured.unit,
        form=form.name,
        release=release_of(words, form, chosen.brand),
        status=outcome.status,
        ome_per_unit=outcome.ome,
        factor=outcome.factor,
        factor_source=outcome.source,
        reason=outcome.reason,
        mg_per_unit=measured.value if measured.unit in ("mg", "mg/ml") else None,
        ddd_per_unit=outcome.ddd,
        unit_dose=UNIT_DOSE.search(words) is not None,
        partners=other_parts.written(others, part.ml),
        wear_hours=wear_time.hours(words, ingredient.name, chosen.brand, measured.value)
        if form.name == "patch"
        else None,
    )
    contradiction = other_parts.impossible(others, ingredient.name, part) or route.contradiction(
        words, read.form, read.release, ingredient, chosen.brand, read.partners
    )
    return _without_dose(read, contradiction) if contradiction else read

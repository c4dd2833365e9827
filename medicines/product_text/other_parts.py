"""What else a product holds: every other part of a combination, with its strength where it is known."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from fractions import Fraction

from medicines.product_text.composition import Part
from medicines.product_text.ingredients import BRANDS, INGREDIENTS, PARTNERS, Beside, Mention
from medicines.product_text.strengths import Strength, strengths

Others = tuple[tuple[str, Decimal | None], ...]
MOST = Decimal(5000)  # mg of a part that ingredients.csv does not list
SHARES: dict[tuple[str, str], set[Fraction]] = {}
"""The shares that a part has of the ingredient in the brands that hold both."""
for _brand in BRANDS.values():
    for _partner in _brand.partners:
        if _partner.share is not None:
            SHARES.setdefault((_brand.ingredient, _partner.name), set()).add(_partner.share)


def others(tokens: Sequence[str], named: Sequence[Mention], chosen: Mention, part: Part) -> Others:
    """The other parts by name, with the mg stated for each or usual for the brand."""
    brands = [m.brand for m in (*named, chosen) if m.brand and m.ingredient == chosen.ingredient]
    own = {partner.name: partner for brand in brands for partner in brand.partners}
    names = dict.fromkeys([*(m.ingredient for m in named if m.ingredient != chosen.ingredient), *own])
    if not names:
        return ()
    known = dict(_stated(strengths(tuple(tokens)), named, list(names), part))
    usual = {name: _usual(own.get(name), part) for name in sorted(names)}
    return tuple((name, known.get(name, amount)) for name, amount in usual.items())


def written(parts: Others, ml: Decimal | None) -> tuple[str, ...]:
    """The other parts as a product names them: "naloxone 5 mg", "paracetamol 100 mg/ml", or the name."""
    return tuple(name if mg is None else f"{name} {_amount(mg, ml)}" for name, mg in parts)


def impossible(parts: Others, ingredient: str, part: Part) -> str:
    """Why an amount of another part cannot be as stated; "" where all can."""
    for name, mg in parts:
        if mg is None:
            continue
        most = INGREDIENTS[name].max_mg if name in INGREDIENTS else None
        if mg > (most or MOST):
            return f"no product holds so much {name}"
        usual = PARTNERS[name].usual_mg if name in PARTNERS and part.ml is None else ()
        if usual and mg not in usual:
            return f"no product holds {mg.normalize():f} mg of {name}"
        shares = SHARES.get((ingredient, name))
        if shares and part.mg and Fraction(mg) / Fraction(part.mg) not in shares:
            return f"no product holds so much {name} beside {ingredient}"
    return ""


def _stated(
    stated: Sequence[Strength], named: Sequence[Mention], names: list[str], part: Part
) -> Iterator[tuple[str, Decimal]]:
    """Each other part with the amount stated for it: after its own name, or in a pair with the chosen one."""
    for strength in stated:
        rest = list(strength.mg)
        if len(rest) == 1:
            owner = max((m for m in named if m.end <= strength.start), default=named[0])
            if owner.ingredient in names and len(stated) > 1:
                yield owner.ingredient, rest[0]
            elif len(names) == 1 and part.mg not in (None, rest[0]):
                yield names[0], rest[0]
        elif part.mg in rest:
            rest.remove(part.mg)
            yield from _told(rest, names)


def _told(amounts: list[Decimal], names: list[str]) -> Iterator[tuple[str, Decimal]]:
    """Amounts given out: the largest to the part whose figure is the larger, the others in order."""
    larger = [name for name in names if name in PARTNERS and PARTNERS[name].figure == "larger"][:1]
    for name in larger if amounts else ():
        most = max(amounts)
        amounts.remove(most)
        yield name, most
    yield from zip((name for name in names if name not in larger), amounts, strict=False)


def _usual(partner: Beside | None, part: Part) -> Decimal | None:
    """What the brand holds of a part the text gives no amount of."""
    if partner is None or partner.share is None or part.mg is None:
        return partner.mg if partner and part.ml is None else None
    return part.mg * partner.share.numerator / partner.share.denominator


def _amount(mg: Decimal, ml: Decimal | None) -> str:
    return f"{(mg / ml if ml else mg).normalize():f} {'mg/ml' if ml else 'mg'}"

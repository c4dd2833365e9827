"""What else a product holds: every other part of a combination, with its strength where it is known."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from medicines.product_text.composition import Part
from medicines.product_text.ingredients import PARTNERS, Beside, Mention
from medicines.product_text.strengths import Strength, strengths


def beside(tokens: Sequence[str], named: Sequence[Mention], chosen: Mention, part: Part) -> tuple[str, ...]:
    """The other parts, sorted: "naloxone 5 mg", "paracetamol 100 mg/ml", or the name alone."""
    brands = [m.brand for m in (*named, chosen) if m.brand and m.ingredient == chosen.ingredient]
    own = {partner.name: partner for brand in brands for partner in brand.partners}
    others = [m.ingredient for m in named if m.ingredient != chosen.ingredient]
    names = dict.fromkeys([*others, *own])
    if not names:
        return ()
    stated = strengths(tuple(tokens))
    known = dict(_stated(stated, named, list(names), part))
    return tuple(
        sorted(_written(name, known.get(name) or _usual(own.get(name), part), part) for name in names)
    )


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


def _written(name: str, mg: Decimal | None, part: Part) -> str:
    if mg is None:
        return name
    amount = mg / part.ml if part.ml else mg
    unit = "mg/ml" if part.ml else "mg"
    return f"{name} {amount.normalize():f} {unit}"

"""Which of the stated amounts is the opioid's, in a product of one ingredient or of several."""

from collections.abc import Sequence
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from medicines.product_text.ingredients import PARTNERS, Mention, Partner
from medicines.product_text.strengths import Strength, strengths

TWO_AMOUNTS, TWO_STRENGTHS = "two amounts for one ingredient", "more than one strength is stated"

NO_STRENGTH_OF = "are in no product"


class Part(NamedTuple):
    """The amount of the ingredient that counts; `reason` says why there is none.

    `mg_stated` is False where the text does not say the amount and the brand's own is taken.
    """

    mg: Decimal | None = None
    ml: Decimal | None = None
    per: str = ""
    in_micrograms: bool = False
    reason: str = ""
    mg_stated: bool = True
    impossible: bool = False


@lru_cache(maxsize=16384)
def part_of(tokens: tuple[str, ...], named: tuple[Mention, ...], chosen: Mention) -> Part:
    """The amount of the chosen ingredient; never the amount of the other part of a combination."""
    stated = strengths(tokens)
    partners = _partners(named, chosen)
    if not partners:
        written = [strength for strength in stated if strength.unit_written]
        if stated and not written:
            return Part(reason=TWO_AMOUNTS)
        stated = written
    if not stated:
        mg = chosen.brand.mg if chosen.brand else None
        return Part(mg, mg_stated=False) if mg is not None else Part(reason="no strength is stated")
    unclear = next((strength.unclear for strength in stated if strength.unclear), "")
    if unclear:
        return Part(reason=unclear, impossible=True)
    hourly = [strength for strength in stated if strength.per == "hour"]
    if hourly and any(s.in_micrograms and not s.per and s.mg != hourly[0].mg for s in stated):
        return Part(reason=TWO_STRENGTHS)
    own = hourly or _owned(stated, named, chosen)
    if len({(s.mg, s.ml, s.per) for s in own}) != 1:
        return Part(reason=TWO_STRENGTHS if own else "the strength stated is another ingredient's")
    mg, reason = _amount(own[0], partners, named, chosen, split=len(own) < len(stated))
    stated_here = mg is None or mg in own[0].mg
    impossible = reason.endswith(NO_STRENGTH_OF)
    return Part(mg, own[0].ml, own[0].per, own[0].in_micrograms, reason, stated_here, impossible)


def _partners(named: Sequence[Mention], chosen: Mention) -> list[Partner]:
    names = [mention.ingredient for mention in named if mention.ingredient != chosen.ingredient]
    names += [beside.name for m in named if m.brand for beside in m.brand.partners]
    return [PARTNERS[name] for name in dict.fromkeys(names) if name in PARTNERS]


def _owned(stated: list[Strength], named: Sequence[Mention], chosen: Mention) -> list[Strength]:
    """Strengths written after the chosen name; all of them where they all follow one name."""
    owners = [max((m for m in named if m.end <= s.start), default=named[0]) for s in stated]
    names = {owner.ingredient for owner in owners}
    of_another = names.isdisjoint({chosen.ingredient, *PARTNERS}) and all(len(s.mg) == 1 for s in stated)
    if len(names) == 1:
        return [] if of_another else stated
    return [s for s, owner in zip(stated, owners, strict=True) if owner.ingredient == chosen.ingredient]


def _amount(
    own: Strength, partners: list[Partner], named: Sequence[Mention], chosen: Mention, split: bool
) -> tuple[Decimal | None, str]:
    """The chosen ingredient's amount out of one strength, and the reason where it cannot be told."""
    if not partners or (split and len(own.mg) == 1):
        return (own.mg[0], "") if len(own.mg) == 1 else (None, TWO_AMOUNTS)
    told = [partner for partner in partners if partner.figure]
    if len(told) != 1:
        return None, "the amounts of the combination cannot be told apart"
    if len(own.mg) == 1:
        return _single(own.mg[0], told[0], named, chosen)
    return _pair(own.mg, told[0], len(partners))


def _single(
    mg: Decimal, partner: Partner, named: Sequence[Mention], chosen: Mention
) -> tuple[Decimal | None, str]:
    explicit = {mention.ingredient for mention in named}
    if mg in partner.usual_mg:
        known = chosen.brand.mg if chosen.brand else None
        return known, "" if known is not None else f"only the {partner.name} strength is stated"
    if len(explicit) > 1 or partner.figure == "smaller":
        return None, "one strength is stated for two ingredients"
    return mg, ""


def _pair(mg: tuple[Decimal, ...], partner: Partner, partners: int) -> tuple[Decimal | None, str]:
    largest = max(mg)
    if len(set(mg)) != len(mg) or len(mg) > min(partners + 1, 3):
        return None, "the amounts of the combination cannot be told apart"
    if partner.figure == "smaller":
        if mg[0] != largest:
            return None, f"{largest} mg of {partner.name} {NO_STRENGTH_OF}"
        return (
            (largest, "") if len(mg) == 2 else (None, "the amounts of the combination cannot be told apart")
        )
    if partner.usual_mg and largest not in partner.usual_mg:
        return None, f"{largest} mg of {partner.name} {NO_STRENGTH_OF}"
    if len(mg) == 2:
        return min(mg), ""
    return (mg[0], "") if mg[1] == largest else (None, "the amounts of the combination cannot be told apart")

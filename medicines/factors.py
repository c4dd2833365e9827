"""Published factors from opioids to oral morphine; they compare burden, not for switching drugs."""

from decimal import Decimal
from typing import NamedTuple

from medicines.tables import listed, rows


class Factor(NamedTuple):
    """A published factor: mg OME per mg (oral), or mg OME a day per microgram/h of one patch."""

    value: Decimal
    source: str


def _version() -> str:
    versions = {row["version"] for row in rows("factors")}
    if len(versions) != 1:
        raise ValueError(
            f"medicines/factors.csv: one version expected in all rows, found {sorted(versions)}."
        )
    return versions.pop()


VERSION = _version()

_ORAL = {
    r["ingredient"]: Factor(Decimal(r["factor"]), r["source"])
    for r in rows("factors")
    if r["route"] == "oral"
}
_PATCH = {
    (r["ingredient"], Decimal(strength)): Factor(Decimal(r["factor"]), r["source"])
    for r in rows("factors")
    if r["route"] == "patch"
    for strength in listed(r["strengths"])
}
_DDD = {row["ingredient"]: Decimal(row["ddd_mg"]) for row in rows("ddd")}


def oral(ingredient: str) -> Factor | None:
    """The oral factor of an ingredient, or None where no table used here has one."""
    return _ORAL.get(ingredient)


def patch(ingredient: str, rate: Decimal) -> Factor | None:
    """The factor of one patch of `rate` microgram/h, or None for a rate that is not marketed."""
    return _PATCH.get((ingredient, rate))


def ddd(ingredient: str) -> Decimal | None:
    """The defined daily dose in mg (gabapentinoids only)."""
    return _DDD.get(ingredient)


def table() -> list[dict[str, str]]:
    """One row per factor: ingredient, route, factor, unit, strengths, source, version, reviewed_on, note."""
    return [dict(row) for row in rows("factors")]


def disagreements() -> list[dict[str, str]]:
    """One row per published factor that differs from the one used here, with its source."""
    return [dict(row) for row in rows("disagreements")]

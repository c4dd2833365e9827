"""Published factors from opioids to oral morphine; they compare burden, not for switching drugs."""

from decimal import Decimal
from functools import cache
from typing import NamedTuple

from medicines.tables import listed, rows


class Factor(NamedTuple):
    """A published factor: mg OME per mg (oral), or mg OME a day per microgram/h of one patch."""

    value: Decimal
    source: str


def versions() -> tuple[str, ...]:
    """The versions of the table, oldest first (in the order of their text); each is a whole table."""
    return tuple(sorted({row["version"] for row in rows("factors")}))


VERSION = versions()[-1]
_DDD = {row["ingredient"]: Decimal(row["ddd_mg"]) for row in rows("ddd")}


def known(version: str | None) -> str:
    """The version itself, or the newest for None; ValueError where the table has no such version."""
    if version is None:
        return VERSION
    if version not in versions():
        raise ValueError(
            f'medicines/tables/factors.csv has no version "{version}". It has: {", ".join(versions())}.'
        )
    return version


def table(version: str | None = None) -> list[dict[str, str]]:
    """One row per factor of a version (the newest when None): the columns of medicines/tables/factors.csv."""
    wanted = known(version)
    return [dict(row) for row in rows("factors") if row["version"] == wanted]


@cache
def _oral(version: str | None) -> dict[str, Factor]:
    chosen = [row for row in table(version) if row["route"] == "oral"]
    return {row["ingredient"]: Factor(Decimal(row["factor"]), row["source"]) for row in chosen}


@cache
def _patch(version: str | None) -> dict[tuple[str, Decimal], Factor]:
    return {
        (row["ingredient"], Decimal(strength)): Factor(Decimal(row["factor"]), row["source"])
        for row in table(version)
        if row["route"] == "patch"
        for strength in listed(row["strengths"])
    }


def oral(ingredient: str, version: str | None = None) -> Factor | None:
    """The oral factor of an ingredient in a version (the newest when None), or None where it has none."""
    return _oral(version).get(ingredient)


def patch(ingredient: str, rate: Decimal, version: str | None = None) -> Factor | None:
    """The factor of one patch of `rate` microgram/h in a version, or None for a rate not marketed."""
    return _patch(version).get((ingredient, rate))


def ddd(ingredient: str) -> Decimal | None:
    """The defined daily dose in mg (gabapentinoids only)."""
    return _DDD.get(ingredient)


def disagreements() -> list[dict[str, str]]:
    """One row per published factor that differs from the one used here, with its source."""
    return [dict(row) for row in rows("disagreements")]

"""One reviewed reading for one text, and how it takes the place of the reader's own."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property

from medicines import directions, products
from medicines.directions import Direction
from medicines.plain_text import plain
from medicines.products import Product

LONGEST = {"product": products.LONGEST, "directions": directions.LONGEST}
NO_MEDICINE, UNCLEAR = "none", "unclear"
OTHER_MEDICINE = Product("not_opioid_analgesic", status="none", ome_per_unit=Decimal(0))


class OverrideError(ValueError):
    """An override file that cannot be used; the message names file, line, what is wrong and what to do."""


@dataclass(frozen=True, slots=True)
class Override:
    """A text of a kind (product or directions), what it is to be read as, by whom, when and why.

    `reading` is a text the reader understands; or "none" for a product that is no medicine of these classes,
    "unclear" for directions that name no one amount a day, so that the quantity decides.
    """

    kind: str
    text: str
    reading: str
    reviewed_by: str
    reviewed_on: date
    reason: str

    @property
    def words(self) -> str:
        """What the override did, for people: reading, reviewer, day and reason."""
        day = f"{self.reviewed_on.day} {self.reviewed_on:%b %Y}"
        return f"read as “{self.reading}” by {self.reviewed_by} on {day}: {self.reason}"

    @property
    def product(self) -> Product:
        """The product this override stands for, by the newest factors."""
        return self.product_by(None)

    def product_by(self, factor_version: str | None) -> Product:
        """The product this override stands for, by a version of the factors (the newest when None)."""
        return OTHER_MEDICINE if self._is(NO_MEDICINE) else products.read(self.reading, factor_version)

    def direction(self, form: str | None) -> Direction:
        """The direction this override stands for, for a product of a form."""
        return Direction() if self._is(UNCLEAR) else directions.read(self.reading, form)

    def _is(self, keyword: str) -> bool:
        return self.reading.strip().lower() == keyword


@dataclass(frozen=True)
class Overrides:
    """All overrides. A text finds its own whatever its case, spaces and spelling of signs."""

    rows: tuple[Override, ...] = ()

    def product(self, text: str | None) -> Override | None:
        """The override of a product text, if there is one."""
        return self._found("product", text)

    def directions(self, text: str | None) -> Override | None:
        """The override of a direction text, if there is one."""
        return self._found("directions", text)

    def _found(self, kind: str, text: str | None) -> Override | None:
        if not self.rows:
            return None
        written = one_spelling(kind, text)
        return self._by_text.get((kind, written)) if written else None

    @cached_property
    def _by_text(self) -> Mapping[tuple[str, str | None], Override]:
        return {(row.kind, one_spelling(row.kind, row.text)): row for row in self.rows}


NONE = Overrides()


def one_spelling(kind: str, text: str | None) -> str | None:
    """One spelling for all writings of a text; None or "" where nothing readable is written."""
    return plain(text, LONGEST[kind])


def product_reading(
    text: str | None, overrides: Overrides = NONE, factor_version: str | None = None
) -> Product:
    """What a product text means: its override's reading, else as read; by the newest factors when None.

    Raises ValueError for a version that medicines/tables/factors.csv does not have.
    """
    override = overrides.product(text)
    return override.product_by(factor_version) if override else products.read(text, factor_version)


def direction_reading(text: str | None, form: str | None = None, overrides: Overrides = NONE) -> Direction:
    """What a direction text means for a form: its override's reading, else as read."""
    override = overrides.directions(text)
    return override.direction(form) if override else directions.read(text, form)

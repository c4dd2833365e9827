"""Lines a person typed into the dose calculator, read and worked out. Nothing here is remembered."""

from __future__ import annotations

from dataclasses import dataclass

from medicines import describe, dose
from medicines.caches import forget
from medicines.dose import LineDose
from medicines.line_arithmetic import arithmetic, shown
from medicines.overrides import NONE, Overrides
from reporting.access.scope import Snapshot
from reporting.exhibits.data.reference import factor_version
from reporting.exhibits.exhibit import Head
from reporting.exhibits.patients.total import Total, total
from reporting.exhibits.wording import listed

LONGEST_NAME = 80
CAUTION = (
    "For comparing the burden of opioids between people and over time. "
    "Not for switching from one opioid to another, and not advice on dosing."
)
INTRODUCTION = (
    "Type a product and its directions as the record has them; add a line for each medicine taken at the "
    "same time. What you type is not stored."
)
MISSING = {"no_quantity": "the quantity", "no_days": "the days it is for"}
FLAGS = {
    "unmapped": "The product is not understood, so it is left out rather than guessed. Check its spelling.",
    "unit_mismatch": "The directions count another unit than the product comes in, so they are not used.",
    "bad_quantity": "The quantity must be a number above 0 and up to 20,000; of a liquid in ml, not bottles.",
    "bad_days": "The days must be a number above 0 and up to 366.",
    "disagrees": "Quantity and days differ from the directions by more than 20%. The directions are used.",
    "beyond_a_day": "Quantity by days comes to more than 100 units or 1,000 ml a day. Check both.",
    "quantity_in_vials_or_ml": "The quantity may count vials or ml, so it cannot be used.",
    "wear_time_assumed": "How long a patch is worn is not said: the product’s own wear time is assumed.",
    "worn_longer": "The patch is worn longer than its product is meant to be. Check the directions.",
    "worn_shorter": "The patch is changed sooner than its product is meant to be. Check the directions.",
    "half_of_modified_release": "Half of a modified-release tablet is directed. Check the directions.",
    "reduction_planned": "A reduction is planned, not by how much or when. The dose directed now is used.",
    "patches_worn_unclear": "Say how many patches are worn and how often they are changed.",
}

BY_QUANTITY = (
    "Quantity and days are three times or more off the directions. The quantity is used. Check all three."
)


@dataclass(frozen=True)
class Given:
    """One line as typed; quantity and days are optional."""

    product: str
    directions: str = ""
    quantity: str = ""
    days: str = ""

    @property
    def blank(self) -> bool:
        """Whether nothing is typed into the line."""
        return not any(part.strip() for part in (self.product, self.directions, self.quantity, self.days))


@dataclass(frozen=True)
class Reading:
    """What became of a line: its dose in words, facts by name, the working, and what to take care of."""

    answer: str
    facts: tuple[tuple[str, str], ...]
    working: str
    cautions: tuple[str, ...] = ()


@dataclass(frozen=True)
class Calculation:
    """The head of the page, a reading for each line (None for a blank one), and the total."""

    head: Head
    readings: tuple[Reading | None, ...]
    total: Total


def calculated(snapshot: Snapshot, given: tuple[Given, ...], overrides: Overrides = NONE) -> Calculation:
    """The lines worked out, and their sum against the release's thresholds by its operator."""
    version = factor_version(snapshot)
    lines = [None if one.blank else _dose(one, overrides, version) for one in given]
    forget()
    named = [
        (f"line {at}, {_short(one.product)}", line)
        for at, (one, line) in enumerate(zip(given, lines, strict=True), start=1)
        if line is not None
    ]
    found = total(named, snapshot.info.thresholds, snapshot.info.operator)
    readings = tuple(None if line is None else _reading(line, version) for line in lines)
    return Calculation(Head(found.headline, INTRODUCTION), readings, found)


def _dose(given: Given, overrides: Overrides, version: str) -> LineDose:
    return dose.line(given.product, given.directions, given.quantity, given.days, overrides, version)


def _reading(line: LineDose, version: str) -> Reading:
    words = f", from the words “{' · '.join(line.words)}”" if line.words else ""
    reason = f": {line.direction.reason}" if line.direction.reason else ""
    facts = [
        ("Product", describe.product(line.product)),
        ("Class", describe.CLASSES.get(line.class_, line.class_)),
        ("Directions", f"{describe.direction(line.direction)}{reason}{words}"),
    ]
    if line.factor is not None and line.status != "unclear":
        unit = "mg OME a day per microgram/h" if line.form == "patch" else "mg OME per mg"
        source = f"{line.factor_source}, version {version}"
        facts.append(("Factor", f"{describe.number(line.factor)} {unit}. {source}"))
    return Reading(_answer(line), tuple(facts), arithmetic(line), _cautions(line))


def _cautions(line: LineDose) -> tuple[str, ...]:
    """The line's flags in plain words, and the overrides that acted."""
    missing = [MISSING[flag] for flag in line.flags if flag in MISSING]
    add = [f"The directions alone give no daily dose. Add {listed(missing)}."] if missing else []
    named = FLAGS | ({} if line.basis in ("directions", "patch") else {"disagrees": BY_QUANTITY})
    flags = [named.get(flag, flag.replace("_", " ")) for flag in line.flags if flag not in MISSING]
    acted = [f"{override.kind.capitalize()} {override.words}." for override in line.overrides]
    return (*flags, *add, *acted)


def _answer(line: LineDose) -> str:
    """The line's dose in a few words."""
    if line.class_ == "gabapentinoid" and line.mg_per_day is not None and line.ddd_per_day is not None:
        return f"{shown(line.mg_per_day)} mg a day, {shown(line.ddd_per_day)} DDD"
    if line.status == "ok" and line.ome_mg_per_day is not None:
        return f"{shown(line.ome_mg_per_day)} mg OME a day"
    if line.status == "none" and line.class_ != "gabapentinoid":
        return "No OME"
    return "Not converted" if line.status == "not_converted" else "No dose"


def _short(text: str) -> str:
    name = " ".join(text.split()) or "no product"
    return name if len(name) <= LONGEST_NAME else f"{name[:LONGEST_NAME]}…"

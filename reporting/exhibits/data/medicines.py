"""Texts that wait for a person: products not understood, directions without an amount, readings put right."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from reporting import figures
from reporting.access.scope import Scope, Selection, Snapshot
from reporting.exhibits.data.completeness import Listing
from reporting.exhibits.exhibit import Head
from reporting.exhibits.policy import suppress_below
from reporting.exhibits.wording import counted, number

STEPS = (
    "Write all texts to a file: python -m etl worklist --out worklist.csv.",
    "Decide with the practice or from the record what a text means. Fill in reading with words that are "
    "understood, "
    "such as “Morphine 10mg modified-release tablets” or “2 twice a day”; none for what is no medicine of "
    "these "
    "classes, unclear where the quantity shall decide. Fill in who reviewed it, the date and the reason.",
    "Copy the first six cells of each line you filled in to config/medicine_overrides.csv.",
    "Build: python -m etl build. The reading acts in that release, and is shown here and wherever it acts.",
)


@dataclass(frozen=True)
class Medicines:
    """The head of the page, its listings, and the steps that put a reading right."""

    head: Head
    waiting: tuple[Listing, ...]
    put_right: Listing
    steps: tuple[str, ...] = STEPS


def medicines(snapshot: Snapshot, scope: Scope, selection: Selection) -> Medicines:
    """The worklists of the release, ranked by how many people they touch, and the overrides in force."""
    unmapped = figures.quality(snapshot, scope, "quality_unmapped").frame
    unclear = figures.quality(snapshot, scope, "quality_unclear").frame
    fewest = suppress_below(snapshot)
    return Medicines(
        _head(unmapped, unclear),
        (_products(unmapped, fewest), _directions(unclear, fewest)),
        _put_right(figures.quality(snapshot, scope, "quality_override").frame),
    )


def _head(unmapped: pd.DataFrame, unclear: pd.DataFrame) -> Head:
    products = counted(len(unmapped), "product text", "product texts")
    directions = counted(len(unclear), "direction", "directions")
    return Head(
        f"{products} and {directions} wait for a person".capitalize()
        if len(unmapped) + len(unclear)
        else "Every product and direction could be read",
        "A product that is not understood is in no dose: true doses may be higher. Where directions give "
        "no one "
        "amount a day, the quantity and the time to the next issue decide. Nothing is guessed; what a person "
        "decides is kept with name, date and reason.",
    )


def _products(frame: pd.DataFrame, fewest: int) -> Listing:
    shown = frame[frame["patients"] >= fewest]
    table = pd.DataFrame(
        {
            "Product": shown["product"],
            "Why": shown["reason"],
            "Issues": shown["issues"],
            "Patients": shown["patients"],
        }
    )
    return Listing("Products not understood", _words(frame, shown, fewest), table, _nothing(frame, fewest))


def _directions(frame: pd.DataFrame, fewest: int) -> Listing:
    shown = frame[frame["patients"] >= fewest]
    table = pd.DataFrame(
        {
            "Directions": shown["directions"].replace("", "none given"),
            "With": shown["form"].str.replace("_", " "),
            "Why": shown["reason"],
            "Issues": shown["issues"],
            "Patients": shown["patients"],
        }
    )
    return Listing(
        "Directions without an amount", _words(frame, shown, fewest), table, _nothing(frame, fewest)
    )


def _words(frame: pd.DataFrame, shown: pd.DataFrame, fewest: int) -> str:
    rare = len(frame) - len(shown)
    words = f"Those that touch most people first; {number(frame['issues'].sum())} issues in all."
    if not rare:
        return words
    less = counted(rare, "more text stands", "more texts stand")
    why = "not shown here, as a rare text may tell of a person"
    return f"{words} {less} with fewer than {fewest} people each: {why}."


def _nothing(frame: pd.DataFrame, fewest: int) -> str:
    if frame.empty:
        return "Every one could be read."
    texts = counted(len(frame), "text", "texts")
    return f"{texts}, each with fewer than {fewest} people: see the worklist file."


def _put_right(frame: pd.DataFrame) -> Listing:
    table = pd.DataFrame(
        {
            "Text": frame["text"],
            "Read as": frame["reading"],
            "By": frame["reviewed_by"],
            "On": frame["reviewed_on"],
            "Why": frame["reason"],
            "Issues": frame["issues"],
            "Take care": frame["warning"],
        }
    )
    return Listing(
        "Readings put right",
        "The lines of config/medicine_overrides.csv this release was built with, and how many issues they "
        "act on.",
        table,
        "No reading has been put right.",
    )

"""What a patient's dose on a day is made of, in words, from the release being served."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import duckdb
import pyarrow as pa

from etl.intake.keys import as_compared
from etl.store import Store, StoreError
from medicines import describe
from medicines.dose_explanation import SupplyExplanation, supplies, without_dose

COVERING = (
    "SELECT * FROM dose_explanation WHERE patient_key = $patient AND from_day <= $day AND to_day > $day"
)
WITHOUT = """
SELECT issued_on, last_on, product, status, reason, no_dose FROM undosed_issue
WHERE patient_key = $patient
    AND last_on >= $day - (SELECT window_days - 1 FROM release_info) AND issued_on <= $day
ORDER BY issued_on, product
"""
KNOWN = "SELECT count(*) FROM dose_explanation WHERE patient_key = $patient"


def explained(store: Store, patient: str, day: dt.date) -> list[str]:
    """The lines to print: the total, each supply that covers the day with its readings, arithmetic, factor,
    source and flags, and issues that are in no dose. Raises StoreError: no release, or one of
    another version, or no such patient.
    """
    patient = as_compared(pa.array([patient]))[0].as_py()
    release = store.current()
    if release is None:
        raise StoreError("no release is published, so there is no dose to explain. Run python -m etl build.")
    with duckdb.connect(str(store.releases / f"{release}.duckdb"), read_only=True) as con:
        asked = {"patient": patient, "day": day}
        try:
            covering = _rows(con, COVERING, asked)
        except duckdb.CatalogException:
            raise StoreError(
                f"release {release} was made by another version. Run python -m etl build."
            ) from None
        found = supplies(covering)
        without = _rows(con, WITHOUT, asked)
        if not found and not without and not _rows(con, KNOWN, {"patient": patient})[0]["count_star()"]:
            raise StoreError(f"release {release} holds no issue of a patient {patient}. Check the pseudonym.")
    return list(_words(found, without, patient, day))


def _rows(con: duckdb.DuckDBPyConnection, sql: str, asked: dict[str, Any]) -> list[dict[str, Any]]:
    cursor = con.execute(sql, asked)
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _words(
    found: tuple[SupplyExplanation, ...], without: list[dict[str, Any]], patient: str, day: dt.date
) -> Iterator[str]:
    opioids = [one for one in found if one.class_ == "opioid"]
    total = sum(one.dose for one in opioids if one.dose is not None)
    least = "at least " if without or not all(one.known for one in opioids) else ""
    dose = f"{least}{describe.number(total)} mg OME a day" if opioids else "no opioid supply covers this day"
    if opioids and all(one.dose is None for one in opioids):
        dose = "dose not known"
    yield f"{patient} on {day}: {dose}"
    for one in found:
        yield from _of_supply(one)
    for row in without:
        yield f"- in no dose: {without_dose(row)}"
    yield "OME compares burden; it is not for switching drugs."


def _of_supply(one: SupplyExplanation) -> Iterator[str]:
    yield f"- {one.arithmetic}"
    for line in one.lines:
        yield f"    product: {line.product} → {line.product_read}"
        yield f"    directions: {line.directions or 'none given'} → {line.directions_read}"
        if line.words:
            yield f"    read from: {line.words}"
        for words in line.overrides:
            yield f"    put right: {words}"
    quantity = "unknown quantity" if one.quantity is None else describe.number(one.quantity)
    yield f"    {quantity} issued {one.issued_on}; covers {one.first} to {one.last}, {one.lasts}"
    if one.source:
        yield f"    factor {one.factor}: {one.source}"
    for note in one.notes:
        yield f"    note: {note}"

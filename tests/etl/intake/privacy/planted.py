"""Extracts with identifiers planted among clean rows, and the search for what is left of them."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from etl.load import load
from etl.store import Receipt, Store
from tests.etl.intake.privacy import lookalikes
from tests.etl.intake.privacy.identifiers import Planted, traces

COLUMNS = {name: n for n, name in enumerate(lookalikes.HEADER)}
NAME = "TST01_issues_2026-09.csv"
NHS = "943 476 5919"


def table(rows: list[list[str]]) -> str:
    target = io.StringIO()
    writer = csv.writer(target, lineterminator="\r\n")
    writer.writerows([lookalikes.HEADER, *rows])
    return target.getvalue()


def clean(count: int) -> list[list[str]]:
    return list(lookalikes.rows(count, seed=count))


def planted_in(column: str, texts: list[str], among: int) -> str:
    """A file in which each text stands once in a column of a row of its own, among clean rows."""
    rows = clean(among)
    for n, text in enumerate(texts):
        rows[n * 4][COLUMNS[column]] = text
    return table(rows)


def reason(receipt: Receipt) -> str:
    (words,) = receipt.reasons
    return words


def assert_no_trace(held: bytes, planted: list[Planted]) -> None:
    for one in planted:
        assert [trace for trace in traces(one) if trace in held] == [], str(one)


def load_all(store: Store, *given: Path) -> list[Receipt]:
    return load(list(given), store)

"""What a release says of the files it was made from: receipts, and rows kept out with what to do."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Mapping
from itertools import takewhile

import pandas as pd

from etl.contract import entities
from etl.intake.report.period import period_named
from etl.quarantine import known_issues
from etl.quarantine.guidance import next_step, what_to_do
from etl.quarantine.rows import counting_rows, practice_of
from etl.store import Part, Receipt, Store, live, missing_pieces, pieces, whole

RECEIPT = ["number", "file", "layout", "entity", "practice_code", "period", "outcome", "rows_read",
           "rows_loaded", "rows_quarantined", "reasons", "rows_left_out", "left_out", "counts",
           "retries"]  # fmt: skip
PARTS = ["practice_code", "entity", "first_month", "last_month", "loaded", "missing"]
COLUMN = ["practice_code", "entity", "column_name", "since", "had_before", "used_for"]
REFUSED = ["practice_code", "entity", "first_month", "last_month"]
QUARANTINE = ["number", "file", "entity", "practice_code", "period", "reason", "what_to_do", "next_step",
              "rows", "rows_known"]  # fmt: skip


def receipt_rows(receipts: list[Receipt]) -> pd.DataFrame:
    """One row a file sent, by number: what became of it. After a retry, as the retry left it."""
    counting = {r.number for r in live(receipts).values()}
    before_a_retry = {r.retry.of for r in receipts if r.retry}
    rows = [
        (r.number, r.file, r.layout, r.entity, r.practice, r.period, r.outcome, r.rows_read, r.rows_loaded,
         r.rows_quarantined, _told(r.reasons), sum(r.rows_left_out.values()), _told(r.rows_left_out),
         r.number in counting, r.retry.times if r.retry else 0)
        for r in receipts
        if r.number not in before_a_retry
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=RECEIPT)


def _told(reasons: Mapping[str, int]) -> str:
    return "; ".join(f"{reason} ({n})" for reason, n in reasons.items())


def part_rows(receipts: list[Receipt]) -> pd.DataFrame:
    """One row a practice, extract and months of which some parts have come and others not: none of them
    counts."""
    rows = [
        (practice, entity, first, last, ", ".join(part.piece for part in here), ", ".join(map(str, missing)))
        for (entity, practice, first, last), here in sorted(pieces(live(receipts)).items())
        if (missing := missing_pieces(here))
    ]
    return pd.DataFrame(rows, columns=PARTS, dtype="object").astype(dict.fromkeys(PARTS, "string"))


def column_rows(receipts: list[Receipt]) -> pd.DataFrame:
    """One row a practice, extract and column that its latest file did not have: since which month that
    counts, whether earlier files had it, and what it is used for."""
    by_place: dict[tuple[str, str], list[tuple[Part, Receipt]]] = {}
    for part, receipt in whole(live(receipts)).items():
        if receipt.columns is not None:
            by_place.setdefault((part.practice, part.entity), []).append((part, receipt))
    rows = []
    for (practice, entity), found in sorted(by_place.items()):
        found.sort(key=lambda told: told[0].period_to, reverse=True)
        for name, used_for in found[0][1].columns_missing.items():
            since = list(takewhile(lambda told: name in told[1].columns_missing, found))  # noqa: B023
            had = len(since) < len(found)
            rows.append((practice, entity, name, since[-1][0].period_from, had, used_for))
    return pd.DataFrame(rows, columns=COLUMN).astype({"had_before": bool})


def refused_rows(receipts: list[Receipt], codes: Collection[str]) -> pd.DataFrame:
    """One row a file refused whose name says practice and months: a refused file is not read for them.

    entity: "" where the name tells none, as of a ZIP. codes: those of the practice list.
    """
    rows = []
    for receipt in receipts:
        words = {word.upper() for word in re.split(r"[^A-Za-z0-9]+", receipt.file)}
        period, named = period_named(receipt.file), sorted(words & set(codes))
        if receipt.outcome == "refused" and receipt.practice in codes:  # it waits for a person
            period, named = period_named(receipt.period), [receipt.practice]
        if receipt.outcome == "refused" and period and len(named) == 1:
            told = receipt.entity or next((name for name in entities() if name in receipt.file.lower()), "")
            rows.append((named[0], told, period.first, period.last))
    return pd.DataFrame(rows, columns=REFUSED).astype(dict.fromkeys(REFUSED[2:], "datetime64[s]"))


def quarantine_rows(store: Store, receipts: list[Receipt]) -> pd.DataFrame:
    """One row a file that counts, practice and reason: how many rows wait, what to do about them, and of how
    many the person is known (see etl.quarantine.known_issues).

    A file of several practices is taken apart by what its rows say. Raises StoreError where that cannot be
    read.
    """
    parts, rows = live(receipts), []
    for _, r in sorted({r.number: r for r in parts.values()}.items()):
        told = _known(store, r)
        for (practice, reason), n in sorted(_waiting(store, r, parts).items()):
            words = (what_to_do(reason), next_step(reason))
            rows.append(
                (r.number, r.file, r.entity, practice, r.period, reason, *words, n, told[practice, reason])
            )
    numbers = dict.fromkeys(("number", "rows", "rows_known"), "int64")
    return pd.DataFrame(rows, columns=QUARANTINE).astype(numbers)


def _known(store: Store, receipt: Receipt) -> Counter[tuple[str, str]]:
    """Practice and reason of the rows whose person is known, and how many."""
    told = (
        known_issues.read(store, receipt.number)
        if receipt.rows_known
        else known_issues.columns().empty_table()
    )
    return Counter(zip(told["practice_code"].to_pylist(), told["reason"].to_pylist(), strict=True))


def _waiting(store: Store, receipt: Receipt, parts: dict[Part, Receipt]) -> Counter[tuple[str, str]]:
    """Practice and reason of the rows that wait, and how many. Only a file of several practices is opened."""
    if receipt.practice != "several":
        return Counter({(receipt.practice, reason): n for reason, n in receipt.reasons.items()})
    return Counter((practice_of(receipt, row), row.reason) for row in counting_rows(store, receipt, parts))

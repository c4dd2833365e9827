"""Rows of quarantine read again, after the layout or the contract was put right.

Only what is held as it was sent can be read again; it passes the privacy gate and every check anew. A retry
of a file is a receipt of its own: it takes the place of the file's earlier one, with the parts that rows are
added to written whole. So it happens entirely or not at all, and what was sent again since is never touched.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace

import pyarrow as pa
import pyarrow.compute as pc

from etl.intake.landing.land import in_order, new_part, write_part
from etl.intake.landing.loaded_parts import Loaded
from etl.intake.refusal import RefusedError
from etl.quarantine import as_sent, known_issues
from etl.quarantine import rows as quarantine_rows
from etl.quarantine.as_sent import RowsAsSent
from etl.quarantine.reread import Reread, first_number, landed_rows, reread
from etl.quarantine.rows import ANY, PastRow, QuarantinedRow, Wanted
from etl.store import Part, Receipt, Retry, Store, StoreError, files_of
from measures import policy


@dataclass(frozen=True)
class Attempt:
    """What came of the rows of one file: the receipt before and after; or why nothing was tried."""

    before: Receipt
    after: Receipt | None
    why: str = ""

    def __str__(self) -> str:
        if self.after is None or self.after.retry is None:
            return f"{self.before.file}: {self.why}"
        told = self.after.retry
        left = f", {told.replaced} sent again since" if told.replaced else ""
        return (
            f"{self.before.file}: {told.tried} rows read again, {told.released} loaded{left}; "
            f"{self.after.rows_quarantined} in quarantine"
        )


def retry(
    store: Store,
    wanted: Wanted = ANY,
    progress: Callable[[str], None] = lambda _: None,
) -> list[Attempt]:
    """Reads again what is wanted and held, file by file; what passes is loaded, the rest stays.

    Raises StoreError where another writer is at work or the store cannot be read, PolicyError.
    """
    always_refuse = policy.load().privacy.always_refuse
    found = []
    with store.writing():
        loaded = Loaded(store)
        as_sent.clear(store, loaded.counting())
        receipts = {r.number: r for r in loaded.live.values() if wanted.takes(r)}
        for number in sorted(receipts):
            before = receipts[number]
            rows = _wanted_rows(store, before, wanted)
            if rows is None:
                continue
            progress(before.file)
            try:
                found.append(Attempt(before, _retried(loaded, before, rows, always_refuse)))
            except RefusedError as error:
                found.append(Attempt(before, None, f"stays as it is: {error}"))
    return found


def _wanted_rows(store: Store, receipt: Receipt, wanted: Wanted) -> RowsAsSent | None:
    told = as_sent.read(store, receipt.number) if receipt.rows_held else None
    if told is None:
        return None
    quarantined = quarantine_rows.read(store, receipt.number)
    lines = [row.line for row in quarantined if wanted.takes_row(receipt, row)]
    rows = told.rows.filter(pc.is_in(told.rows["line"], pa.array(lines, pa.int64())))
    return replace(told, rows=rows) if len(rows) else None


def _retried(loaded: Loaded, before: Receipt, rows: RowsAsSent, always_refuse: bool) -> Receipt:
    """The receipt of one retry, committed."""
    store, number = loaded.store, loaded.number + 1
    for path in files_of(before):
        if not store.is_whole(before, path):
            raise StoreError(f"{store.folder / path}: missing or damaged. Run python -m etl verify.")
    outcome = reread(loaded, before, rows, always_refuse)
    parts = _landed(loaded, before, outcome, number)
    quarantined, past = _sorted_out(store, before, outcome)
    still = _still_as_sent(store, before, outcome, {row.line for row in past})
    as_sent.write(store, number, still)
    quarantine_rows.write(store, number, quarantined)
    quarantine_rows.write_past(store, number, past)
    told = _still_known(store, before, outcome, parts, {row.line for row in past})
    known_issues.write(store, number, told)
    rows_loaded = sum(part.rows for part in parts)
    after = replace(
        before, outcome="partial" if quarantined else "accepted", rows_read=rows_loaded + len(quarantined),
        rows_loaded=rows_loaded, rows_quarantined=len(quarantined),
        reasons=dict(Counter(row.reason for row in quarantined)),
        layout=outcome.found.layout.name, parts=tuple(parts), number=number, rows_held=len(still.rows),
        rows_known=len(told), known=known_issues.notes(told), retry=_retry_of(before, outcome, past),
    )  # fmt: skip
    loaded.add(after)
    loaded.commit()
    loaded.number = number
    return after


def _landed(loaded: Loaded, before: Receipt, outcome: Reread, number: int) -> list[Part]:
    """The parts after a retry: those no row is added to stay as they are, the others are written anew."""
    entity, period, store = outcome.made.entity, outcome.period, loaded.store
    added, parts = outcome.passed(), []
    for old in [part for part in before.parts if part in loaded.live]:
        rows = added.pop(old.practice, None)
        if rows is None:
            parts.append(old)
            continue
        whole = in_order(pa.concat_tables([landed_rows(store, old, entity), rows]))
        parts.append(replace(new_part(entity, old.practice, period, len(whole), number), piece=old.piece))
        write_part(store, parts[-1], [whole.combine_chunks()], entity, period)
    for practice, rows in added.items():
        parts.append(new_part(entity, practice, period, len(rows), number))
        write_part(store, parts[-1], [in_order(rows).combine_chunks()], entity, period)
    return parts


def _sorted_out(store: Store, before: Receipt, outcome: Reread) -> tuple[list[QuarantinedRow], list[PastRow]]:
    """The rows that stay in quarantine, and the history of those that leave it."""
    tried = set(outcome.made.lines.tolist())
    failed = {row.line: row for row in quarantine_rows.quarantined_rows(outcome.made)}
    quarantined, past = [], []
    for row in quarantine_rows.read(store, before.number):
        tries = row.tries + (row.line in tried)
        if row.line in outcome.elsewhere or row.practice in outcome.replaced:
            past.append(PastRow(row.line, row.reason, first_number(before), tries, outcome.on, "replaced"))
        elif row.line not in tried:
            quarantined.append(row)
        elif row.line in failed:
            quarantined.append(replace(failed[row.line], tries=tries))
        else:
            past.append(PastRow(row.line, row.reason, first_number(before), tries, outcome.on, "loaded"))
    return quarantined, past


def _still_as_sent(store: Store, before: Receipt, outcome: Reread, gone: set[int]) -> RowsAsSent:
    """What stays held: rows that were not tried, and of those tried the ones another try may help."""
    told = as_sent.read(store, before.number)
    assert told is not None  # it was read to be tried
    left = pa.array(sorted(gone | set(outcome.made.lines.tolist())), pa.int64())
    failed = as_sent.rows_as_sent(outcome.made, outcome.found)
    failed = failed.filter(pc.invert(pc.is_in(failed["line"], pa.array(sorted(gone), pa.int64()))))
    untried = told.rows.filter(pc.invert(pc.is_in(told.rows["line"], left)))
    return replace(told, rows=pa.concat_tables([untried, failed]).sort_by("line"))


def _still_known(
    store: Store, before: Receipt, outcome: Reread, parts: list[Part], gone: set[int]
) -> pa.Table:
    """What is known of the rows that stay: as before of those not tried, as it is read now of the others."""
    told = known_issues.read(store, before.number)
    tried = pa.array(sorted(gone | set(outcome.made.lines.tolist())), pa.int64())
    untried = told.filter(pc.invert(pc.is_in(told["line"], tried)))
    failed = known_issues.known_rows(outcome.made, outcome.period, {part.practice for part in parts})
    failed = failed.filter(pc.invert(pc.is_in(failed["line"], pa.array(sorted(gone), pa.int64()))))
    return pa.concat_tables([untried, failed], promote_options="default").sort_by("line")


def _retry_of(before: Receipt, outcome: Reread, past: list[PastRow]) -> Retry:
    became = Counter(row.became for row in past)
    return Retry(
        of=before.number,
        first=first_number(before),
        times=(before.retry.times if before.retry else 0) + 1,
        on=outcome.on,
        tried=len(outcome.made.lines),
        released=became["loaded"],
        replaced=became["replaced"],
    )

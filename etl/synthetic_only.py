"""Whether a store holds invented practices only, and loads that may bring in nothing else."""

from __future__ import annotations

import pyarrow.parquet as pq

from etl.intake.landing.land import AREA, Intake
from etl.intake.refusal import RefusedError
from etl.intake.typed.conform import Conformed
from etl.store import Store, StoreError, live


def is_synthetic(store: Store) -> bool:
    """Whether every practice any list ever named is marked synthetic, and every extract is one of theirs.

    A later list cannot turn real data into synthetic ones: the lists it replaced are asked too.
    """
    receipts = store.receipts()
    marked: dict[str, bool] = {}
    for receipt, part in ((r, p) for r in receipts for p in r.parts if p.entity == "practices"):
        if not store.is_whole(receipt, part.path):
            return False
        for row in pq.read_table(
            store.folder / part.path, columns=["practice_code", "synthetic"]
        ).to_pylist():
            code = row["practice_code"]
            marked[code] = marked.get(code, True) and row["synthetic"] is True
    extracts = {part.practice for part in live(receipts)} - {AREA}
    return bool(marked) and all(marked.values()) and extracts <= set(marked)


def check_store(store: Store) -> None:
    """Raises StoreError where a store holds anything but invented practices. An empty one may become one."""
    if any(receipt.parts for receipt in store.receipts()) and not is_synthetic(store):
        raise StoreError(
            "This store holds practices that are not marked synthetic. Nothing was taken in: real data are "
            "loaded by people who have signed in, or with python -m etl load."
        )


class InventedOnly(Intake):
    """An intake that refuses a practice list in which any practice is not marked synthetic. Extracts of other
    practices are refused by it already: they are not in the list."""

    def _check_uploader(self, made: Conformed, practice: str | None) -> None:
        super()._check_uploader(made, practice)
        if made.entity.name != "practices":
            return
        if not all(mark is True for mark in made.columns["synthetic"].all().to_pylist()):
            raise RefusedError(
                "it lists practices that are not marked synthetic. Without sign-in only invented practices "
                "come in."
            )

"""What a store holds that counts, by entity and practice, and what a new part may replace of it."""

from __future__ import annotations

from collections import defaultdict

import pyarrow as pa
import pyarrow.parquet as pq

from etl.contract import entities
from etl.intake.refusal import RefusedError
from etl.quarantine import as_sent
from etl.store import Part, Receipt, Store, StoreError, adds_to, files_of, holds, live

Whose = tuple[str, str]


class Loaded:
    """The parts that count, kept up to date while receipts are added, and the practices of the list."""

    def __init__(self, store: Store) -> None:
        self.store = store
        receipts = store.receipts()
        self.number = receipts[-1].number if receipts else 0  # of the last receipt
        self.live = live(receipts)
        self.places: defaultdict[tuple[str, str], list[Part]] = defaultdict(list)
        for part in self.live:
            self.places[part.entity, part.practice].append(part)
        self._of_content: defaultdict[str, list[Receipt]] = defaultdict(list)
        for receipt in receipts:
            self._of_content[receipt.sha256].append(receipt)
        self.practices = self._practices()
        self.waiting: list[Receipt] = []  # they count, but are not committed

    def add(self, receipt: Receipt) -> None:
        """From here on the parts of a receipt count; it is committed with those that wait."""
        self.waiting.append(receipt)
        self._of_content[receipt.sha256].append(receipt)
        for part in receipt.parts:
            for old in self.replaced(part):
                del self.live[old]
                self.places[old.entity, old.practice].remove(old)
            self.live[part] = receipt
            self.places[part.entity, part.practice].append(part)
        if any(part.entity == "practices" for part in receipt.parts):
            self.practices = self._practices()

    def commit(self) -> None:
        """Commits the receipts that wait, and lets go of rows held under those of which nothing counts any
        more. Raises StoreError."""
        waiting, self.waiting = self.waiting, []
        if waiting:
            self.store.add(*waiting)
            as_sent.clear(self.store, self.counting())

    def forget(self, number: int) -> None:
        """Removes what a file left that could not be loaded after all, if no receipt has this number."""
        if all(receipt.number != number for receipt in self.waiting):
            self.store.forget(number)

    def counting(self) -> set[int]:
        """The numbers of the receipts of which something counts."""
        return {receipt.number for receipt in self.live.values()}

    def columns(self, part: Part) -> tuple[str, ...]:
        """The contract's columns that the file of a part had; all of them where its receipt does not say."""
        told = self.live[part].columns if part in self.live else ()
        return tuple(entities()[part.entity].columns) if told is None else told

    def rivals(self, part: Part) -> list[Part]:
        """The parts of the same entity and practice whose months are, or overlap, those of a part."""
        return [other for other in self.places[part.entity, part.practice] if overlaps(part, other)]

    def replaced(self, part: Part) -> list[Part]:
        """The parts that a part would replace."""
        return [other for other in self.places[part.entity, part.practice] if holds(part, other)]

    def check_overlap(self, part: Part) -> None:
        """Raises RefusedError where a part would split what it replaces."""
        replaced = self.replaced(part)
        for other in self.rivals(part):
            if other not in replaced and not adds_to(part, other):
                raise RefusedError(
                    f"its months {part.period_from} to {part.period_to} overlap {other.period_from} to "
                    f"{other.period_to}, which are loaded, without holding them. Send whole periods again."
                )

    def duplicate_of(self, parts: list[Part], sha256: str) -> Receipt | None:
        """The receipt that holds exactly this content for exactly these practices and months, undamaged."""
        wanted = {place(part) for part in parts}
        for receipt in self.of_content(sha256):
            alike = {place(part) for part in receipt.parts} == wanted
            if alike and all(self.store.is_whole(receipt, path) for path in files_of(receipt)):
                return receipt
        return None

    def of_content(self, sha256: str) -> list[Receipt]:
        """The receipts of this content of which a part counts."""
        told = self._of_content[sha256]
        return [receipt for receipt in told if any(self.live.get(part) is receipt for part in receipt.parts)]

    def _practices(self) -> set[str]:
        found: set[str] = set()
        for part in self.live:
            if part.entity == "practices":
                try:
                    table = pq.read_table(self.store.folder / part.path, columns=["practice_code"])
                except (OSError, pa.ArrowException):
                    raise StoreError(
                        f"{self.store.folder / part.path}: the practice list cannot be read. Restore it from "
                        "a backup, or load the extracts into a new store: python run.py reset, then load."
                    ) from None
                found |= set(table["practice_code"].to_pylist())
        return found


def overlaps(a: Part, b: Part) -> bool:
    """Whether two parts are of one entity and practice and share a month."""
    same = (a.entity, a.practice) == (b.entity, b.practice)
    return same and a.period_from <= b.period_to and b.period_from <= a.period_to


def whose(part: Part) -> Whose:
    """Whose part it is: entity and practice."""
    return part.entity, part.practice


def place(part: Part) -> tuple[str, str, str, str]:
    """What a part is about: entity, practice, first and last month."""
    return part.entity, part.practice, part.period_from, part.period_to

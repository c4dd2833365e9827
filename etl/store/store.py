"""The store on disk: landing, receipts, quarantine, releases. Each write is beside, synced and renamed;
a receipt is the moment a file is loaded, so what no receipt names does not exist."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from etl.contract.stamp import brought_up, stamp, unreadable
from etl.store.durable import FULL, StoreError, digest, is_full, make_folder, write

NOT_SHOWN = (
    "parts",
    "number",
    "bytes",
    "sha256",
    "layout",
    "rows_held",
    "rows_known",
    "known",
    "retry",
    "sums",
    "columns",
)


@dataclass(frozen=True)
class Part:
    """One landed Parquet file: rows of one entity, practice and period."""

    entity: str
    practice: str  # "all" for an area-wide file
    period_from: str  # first month, "2024-04"
    period_to: str
    path: str  # below the store, with forward slashes
    rows: int
    piece: str = ""  # "1" where the file said it is the first part of its months: others add to it
    of: int = 0  # how many parts the file said there are; 0 where it did not say


@dataclass(frozen=True)
class Retry:
    """Rows of a file read again from what quarantine holds. The file's earlier receipt no longer counts."""

    of: int  # the receipt before this one
    first: int  # the receipt under which the file came in
    times: int  # retries of the file, this one included
    on: str  # when, UTC, "2026-11-22T07:15:00"
    tried: int  # rows read again
    released: int  # of them, those that are loaded now
    replaced: int  # rows that left because their months have been sent again since


@dataclass(frozen=True)
class Receipt:
    """What became of one file. rows_read = rows_loaded + rows_quarantined, always. Lines that are no
    rows of the contract, and rows that the layout leaves out, are counted in rows_left_out instead. After a
    retry: of the rows of the file that still count."""

    file: str
    entity: str
    practice: str
    period: str
    outcome: str  # accepted | partial | refused | duplicate
    rows_read: int
    rows_loaded: int
    rows_quarantined: int
    reasons: dict[str, int]
    layout: str = ""
    sha256: str = ""
    bytes: int = 0
    parts: tuple[Part, ...] = field(default_factory=tuple)
    number: int = 0
    rows_held: int = 0  # of those quarantined, the ones that can be read again
    rows_known: int = (
        0  # of those quarantined, the ones whose person is known: see etl.quarantine.known_issues
    )
    known: tuple[str, ...] = ()  # what is to be said of these
    retry: Retry | None = None
    columns: tuple[str, ...] | None = None  # of the contract, in the file; None: from before that was kept
    columns_missing: dict[str, str] = field(default_factory=dict)  # the others, and what each is used for
    notes: tuple[str, ...] = ()  # sentences to read though the file came in
    rows_left_out: dict[str, int] = field(default_factory=dict)  # lines that are no rows of ours, by reason
    # SHA-256 of each file it brought, by path: added when it is committed, and no part of what it says
    sums: dict[str, str] = field(default_factory=dict, compare=False)

    def public(self) -> dict[str, Any]:
        """The receipt as the command prints it."""
        told = {k: v for k, v in asdict(self).items() if k not in NOT_SHOWN}
        return {**told, "notes": (*self.known, *self.notes)}


class Store:
    """A folder. Raises StoreError where it cannot be made, or was made for another contract."""

    def __init__(self, folder: Path | str, create: bool = False) -> None:
        self.folder = Path(folder)
        self.landing = self.folder / "landing"
        self.receipts_folder = self.folder / "receipts"
        self.quarantine = self.folder / "quarantine"
        self.releases = self.folder / "releases"
        self.current_file = self.folder / "CURRENT"
        self.stamp_file = self.folder / "contract"
        if not self.stamp_file.exists():
            if not create:
                raise StoreError(
                    f"{self.folder}: there is no store here. Load extracts first: python -m etl load."
                )
            try:
                for part in (self.landing, self.receipts_folder, self.quarantine, self.releases):
                    make_folder(part)
            except OSError as error:
                raise StoreError(_no_folder(self.folder, error)) from None
            write(self.stamp_file, stamp().encode())
        if why := unreadable(self._stamp()):
            raise StoreError(
                f"{self.folder}: this store was made for another version of the data contract ({why}). "
                "Load the extracts into a new one: python run.py reset, then python run.py load. "
                "The release being served stays."
            )

    def _stamp(self) -> str:
        return self.stamp_file.read_text(encoding="utf-8", errors="replace")

    @contextmanager
    def writing(self) -> Iterator[None]:
        """One writer at a time; the operating system frees the lock of a process that dies."""
        lock = FileLock(self.folder / "lock", timeout=0)
        try:
            lock.acquire()
        except Timeout:
            raise StoreError(
                f"{self.folder}: another load or build is running. Wait until it has finished."
            ) from None
        except OSError as error:
            raise StoreError(_no_folder(self.folder, error)) from None
        try:
            self._clear()
            if (new := brought_up(self._stamp())) != self._stamp():
                write(self.stamp_file, new.encode())
            yield
        finally:
            lock.release()

    def _clear(self) -> None:
        """Removes what a load that died left: files half written, and those that no receipt names."""
        last = max((number_of(path) for path in self.receipts_folder.glob("*.json")), default=0)
        for path in [*self.folder.glob(".*.part"), *self.folder.glob("*/**/.*.part")]:
            path.unlink(missing_ok=True)
        for path in self.data_files():
            if number_of(path) > last:
                path.unlink(missing_ok=True)

    def forget(self, number: int) -> None:
        """Removes what a file left that could not be loaded after all, if no receipt has this number."""
        if (self.receipts_folder / f"{number:08d}.json").exists():
            return
        for path in self.data_files():
            if number_of(path) == number:
                path.unlink(missing_ok=True)

    def data_files(self) -> list[Path]:
        """Every file of rows: landed, or in quarantine."""
        return [*self.landing.glob("*/*/*.parquet"), *self.quarantine.glob("*.parquet")]

    def receipts(self) -> list[Receipt]:
        """Every receipt, oldest first."""
        found = []
        for path in sorted(self.receipts_folder.glob("*.json")):
            try:
                raw = dict(json.loads(path.read_text(encoding="utf-8")))
                retry = Retry(**raw["retry"]) if raw.get("retry") else None
                parts = tuple(Part(**p) for p in raw["parts"])
                told = {"columns": None, "notes": (), "known": (), **raw}
                columns = None if told["columns"] is None else tuple(told["columns"])
                words = {name: tuple(told[name]) for name in ("notes", "known")}
                changed = {"parts": parts, "retry": retry, "columns": columns, **words}
                found.append(Receipt(**{**raw, **changed}))
            except (OSError, ValueError, TypeError, KeyError, AttributeError):
                raise StoreError(
                    f"{path}: this receipt cannot be read. Restore it from a backup, or load the extracts "
                    "into a new store: python run.py reset, then python run.py load."
                ) from None
        return found

    def add(self, receipt: Receipt) -> None:
        """Commits a receipt: from here on its parts are loaded."""
        receipt = replace(receipt, sums={path: digest(self.folder / path) for path in files_of(receipt)})
        path = self.receipts_folder / f"{receipt.number:08d}.json"
        write(path, json.dumps(asdict(receipt), indent=1).encode())

    def current(self) -> str | None:
        """The name of the release being served, or None."""
        if not self.current_file.exists():
            return None
        return self.current_file.read_text(encoding="utf-8", errors="replace").strip()

    def is_whole(self, receipt: Receipt, path: str) -> bool:
        """Whether a file that a receipt brought is still there, as it was written."""
        if path not in receipt.sums:  # a receipt from before sums were kept
            return (self.folder / path).exists()
        return digest(self.folder / path) == receipt.sums[path] != ""


def files_of(receipt: Receipt) -> list[str]:
    """The files of rows that a receipt brought or keeps, below the store."""
    kept = {"": receipt.rows_quarantined, "held.": receipt.rows_held, "known.": receipt.rows_known}
    if receipt.retry:
        kept["past."] = receipt.retry.released + receipt.retry.replaced
    names = [f"quarantine/{start}{receipt.number:08d}.parquet" for start, rows in kept.items() if rows]
    return [part.path for part in receipt.parts] + names


def number_of(path: Path) -> int:
    """The number of the receipt a file belongs to; 0 where its name holds none."""
    number = path.stem.rpartition(".")[2]
    return int(number) if number.isascii() and number.isdigit() else 0


def _no_folder(folder: Path, error: OSError) -> str:
    if is_full(error):
        return f"{folder}: {FULL}"
    return f"{folder}: cannot write here ({error.strerror}). Choose a folder you may write to with --store."


def live(receipts: list[Receipt]) -> dict[Part, Receipt]:
    """The parts that count and the receipt of each: a later part replaces the earlier ones of its
    entity and practice whose months it holds."""
    parts: dict[Part, Receipt] = {}
    by_practice: dict[tuple[str, str], list[Part]] = {}
    for receipt in receipts:
        for part in receipt.parts:
            rivals = by_practice.setdefault((part.entity, part.practice), [])
            for old in [p for p in rivals if holds(part, p)]:
                rivals.remove(old)
                del parts[old]
            rivals.append(part)
            parts[part] = receipt
    return parts


def whole(parts: Mapping[Part, Receipt]) -> dict[Part, Receipt]:
    """The parts that count in a release: of those that are live, all but those of months a piece of which has
    not come."""
    told = pieces(parts)
    return {
        part: receipt for part, receipt in parts.items() if not missing_pieces(told.get(_months(part), ()))
    }


def pieces(parts: Iterable[Part]) -> dict[tuple[str, str, str, str], list[Part]]:
    """Entity, practice, first and last month → the parts that are pieces of them, in order."""
    found: dict[tuple[str, str, str, str], list[Part]] = {}
    for part in sorted((part for part in parts if part.piece), key=lambda part: int(part.piece)):
        found.setdefault(_months(part), []).append(part)
    return found


def missing_pieces(found: Iterable[Part]) -> list[int]:
    """Which pieces of the same months have not come: of as many as any of them says, at least up to the last
    that came. One alone is never all."""
    here = {int(part.piece): part.of for part in found}
    return [n for n in range(1, max([2, *here, *here.values()]) + 1) if n not in here] if here else []


def _months(part: Part) -> tuple[str, str, str, str]:
    return part.entity, part.practice, part.period_from, part.period_to


def adds_to(new: Part, old: Part) -> bool:
    """Whether two parts are different pieces of the same months, which add up."""
    months = (new.period_from, new.period_to) == (old.period_from, old.period_to)
    return bool(months and new.piece and old.piece and new.piece != old.piece)


def holds(new: Part, old: Part) -> bool:
    """Whether the months of `old` lie within those of `new`. The latest practice list holds."""
    if adds_to(new, old):
        return False
    within = new.period_from <= old.period_from and old.period_to <= new.period_to
    return within or new.entity == "practices"

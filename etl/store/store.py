"""The store on disk: landing, receipts, quarantine, releases. A receipt is the moment a file is loaded, so
what no receipt names does not exist; it is put in place when all that it names is on the disk to last."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from filelock import FileLock, Timeout

from etl.contract.stamp import brought_up, stamp, unreadable
from etl.store.durable import FULL, StoreError, digest, is_full, make_folder, sync, write, write_all
from etl.store.receipts import Part, Receipt, Retry, files_of, number_of

LINES = ",\n", ": "  # a word a line, which `indent` would take several times as long to write


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
                self._make_parts()
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
            self._make_parts()  # a backup may leave the releases out
            self._clear()
            if (new := brought_up(self._stamp())) != self._stamp():
                write(self.stamp_file, new.encode())
            yield
        finally:
            lock.release()

    def _make_parts(self) -> None:
        for part in (self.landing, self.receipts_folder, self.quarantine, self.releases):
            make_folder(part)

    def _clear(self) -> None:
        """Removes what a load that died left: files half written, and those that no receipt names."""
        last = max((number_of(path) for path in self.receipts_folder.glob("*.json")), default=0)
        for path in [*self.folder.glob(".*.part"), *self.folder.glob("*/**/.*.part")]:
            path.unlink(missing_ok=True)
        for path in self.data_files():
            if number_of(path) > last:
                path.unlink(missing_ok=True)

    def forget(self, *numbers: int) -> None:
        """Removes what files left that could not be loaded after all, where no receipt has their number."""
        gone = {n for n in numbers if not self._place(n).exists()}
        for path in self.data_files() if gone else ():
            if number_of(path) in gone:
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

    def add(self, *receipts: Receipt) -> None:
        """Commits receipts together: from here on their parts are loaded. What they name is made to last
        before the first of them is in place. Raises StoreError: nothing is left of those not in place."""
        named = {receipt.number: files_of(receipt) for receipt in receipts}
        try:
            sync((self.folder / path for paths in named.values() for path in paths), self.folder)
            whole = [replace(r, sums={p: digest(self.folder / p) for p in named[r.number]}) for r in receipts]
            write_all({self._place(r.number): _written(r) for r in whole})
        except StoreError:
            self.forget(*named)
            raise

    def _place(self, number: int) -> Path:
        return self.receipts_folder / f"{number:08d}.json"

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


def _written(receipt: Receipt) -> bytes:
    """A receipt as it is kept; `asdict` would copy every word of it first."""
    told = {**vars(receipt), "parts": [vars(part) for part in receipt.parts]}
    return json.dumps({**told, "retry": receipt.retry and vars(receipt.retry)}, separators=LINES).encode()


def _no_folder(folder: Path, error: OSError) -> str:
    if is_full(error):
        return f"{folder}: {FULL}"
    return f"{folder}: cannot write here ({error.strerror}). Choose a folder you may write to with --store."

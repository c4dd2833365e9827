"""Files put in place whole: written beside, synced, renamed. Where the disk refuses, a sentence says so."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import pyarrow as pa
import pyarrow.parquet as pq

FULL = (
    "the disk is full. Make room on it, then run the same command again. What has a receipt is loaded and is "
    "not loaded twice; the release being served stays."
)
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_FULL_WORDS = (*(os.strerror(code) for code in _FULL), "not enough space on the disk")
_PAUSES = (0.05, 0.2, 0.5, 1.0)  # seconds between attempts at a rename


class StoreError(Exception):
    """The store cannot be used. The message says what is wrong and what to do."""


def is_full(error: Exception) -> bool:
    """Whether a write failed for want of room, be it ours or the database's."""
    if isinstance(error, OSError) and error.errno in _FULL:
        return True
    return any(words.casefold() in str(error).casefold() for words in _FULL_WORDS)


def write(path: Path, data: bytes) -> None:
    """Puts a file in place whole. Raises StoreError where the disk refuses."""
    _put(path, lambda file: file.write(data))


def write_parquet(table: pa.Table, path: Path) -> None:
    """Puts a table in place whole, its folder made where missing. Raises StoreError."""
    write_tables([table], table.schema, path)


def write_tables(tables: Iterable[pa.Table], schema: pa.Schema, path: Path) -> None:
    """Puts tables in place as one, a row group or more each, as `write_parquet` does. Raises StoreError."""

    def fill(file: IO[bytes]) -> None:
        with pq.ParquetWriter(file, schema, compression="zstd", write_page_checksum=True) as whole:
            for table in tables:
                whole.write_table(table)

    _put(path, fill)


def _put(path: Path, fill: Callable[[IO[bytes]], Any]) -> None:
    beside = path.with_name(f".{path.name}.part")
    with refusals(path):
        try:
            make_folder(path.parent)
            with beside.open("wb") as file:
                fill(file)
                file.flush()
                os.fsync(file.fileno())
            _rename(beside, path)
        except OSError:
            with contextlib.suppress(OSError):
                beside.unlink()
            raise
        sync_folder(path.parent)


@contextmanager
def refusals(path: Path) -> Iterator[None]:
    """Turns what the disk says into a StoreError that names the file."""
    try:
        yield
    except OSError as error:
        if is_full(error):
            raise StoreError(f"{path}: {FULL}") from error
        raise StoreError(
            f"{path}: the disk refused ({error.strerror or 'no reason given'}). Put it right, then run the "
            "same command again. What has a receipt is loaded; the release being served stays."
        ) from error


def _rename(beside: Path, path: Path) -> None:
    for seconds in _PAUSES if os.name == "nt" else ():
        try:
            beside.replace(path)
            return
        except PermissionError:  # a reader or a virus scanner has the old file open
            time.sleep(seconds)
    beside.replace(path)


def make_folder(folder: Path) -> None:
    """Makes a folder and those above it, each to last through a power cut."""
    if not folder.is_dir():
        make_folder(folder.parent)
        folder.mkdir(exist_ok=True)
        sync_folder(folder.parent)


def sync_folder(folder: Path) -> None:
    """Makes a rename in a folder last through a power cut, where the system can."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def digest(path: Path) -> str:
    """SHA-256 of a file's bytes; nothing where it is missing or cannot be read."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""

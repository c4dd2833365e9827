"""Files put in place whole: written beside, synced, renamed. Rows are written in place and synced later, many
files together: no receipt names them before. Where the disk refuses, a sentence says so."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

FULL = (
    "the disk is full. Make room on it, then run the same command again. What has a receipt is loaded and is "
    "not loaded twice; the release being served stays."
)
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_FULL_WORDS = (*(os.strerror(code) for code in _FULL), "not enough space on the disk")
AT_ONCE = 8  # files synced at the same time
_PAUSES = (0.05, 0.2, 0.5, 1.0)  # seconds between attempts at a rename or a sync


class StoreError(Exception):
    """The store cannot be used. The message says what is wrong and what to do."""


def is_full(error: Exception) -> bool:
    """Whether a write failed for want of room, be it ours or the database's."""
    if isinstance(error, OSError) and error.errno in _FULL:
        return True
    return any(words.casefold() in str(error).casefold() for words in _FULL_WORDS)


def write(path: Path, data: bytes) -> None:
    """Puts a file in place whole, to last. Raises StoreError where the disk refuses."""
    write_all({path: data})


def write_all(files: Mapping[Path, bytes]) -> None:
    """Puts files in place one after the other, each whole, once all of them are to last. Raises StoreError:
    then those are in place that stand before the one refused."""
    beside = {path: path.with_name(f".{path.name}.part") for path in files}
    with _refused(beside.values(), next(iter(files))):
        for path, data in files.items():
            make_folder(path.parent)
            beside[path].write_bytes(data)
        _sync(beside.values())
        for path in files:
            _patiently(partial(beside[path].replace, path))
        _sync({path.parent for path in files}, sync_folder)


def write_parquet(table: pa.Table, path: Path) -> None:
    """Writes rows in place, their folder made where missing; `sync` makes them last. Raises StoreError."""
    write_tables([table], table.schema, path)


def write_tables(tables: Iterable[pa.Table], schema: pa.Schema, path: Path) -> None:
    """Writes tables in place as one, a row group or more each, as `write_parquet` does. Raises StoreError."""
    with _refused([path], path):
        path.parent.mkdir(parents=True, exist_ok=True)
        with (
            path.open("wb") as file,
            pq.ParquetWriter(file, schema, compression="zstd", write_page_checksum=True) as whole,
        ):
            for table in tables:
                whole.write_table(table)


def sync(files: Iterable[Path], top: Path) -> None:
    """Makes files last through a power cut, and the folders they lie in below `top`. Raises StoreError."""
    paths = list(files)
    with refusals(top):
        _sync(paths)
        _sync({folder for path in paths for folder in _below(top, path)}, sync_folder)


def _below(top: Path, path: Path) -> tuple[Path, ...]:
    """The folders a file lies in below `top`."""
    above = path.parents
    return tuple(above)[: above.index(top)] if top in above else ()


def _sync_file(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def _sync(paths: Iterable[Path], one: Callable[[Path], None] = _sync_file) -> None:
    """Syncs files or folders at the same time: a disk writes its journal once for all of them."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(lambda path: _patiently(partial(one, path)), paths))


@contextmanager
def _refused(made: Iterable[Path], path: Path) -> Iterator[None]:
    """Turns what the disk says into a StoreError, once what was made of these files is removed."""
    with refusals(path):
        try:
            yield
        except OSError:
            for left in made:
                with contextlib.suppress(OSError):
                    left.unlink(missing_ok=True)
            raise


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


def _patiently(done: Callable[[], object]) -> None:
    """Does what a reader or a virus scanner may hinder on Windows while it has a file open."""
    for seconds in _PAUSES if os.name == "nt" else ():
        try:
            done()
            return
        except PermissionError:
            time.sleep(seconds)
    done()


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

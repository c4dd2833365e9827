"""One file to be read: held in memory where it is small, opened again where it is not."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from io import BufferedReader
from pathlib import Path

from etl.intake.files.open_file import MAX_HASHED, Stamp, check_unchanged, opened, stamp
from etl.intake.refusal import RefusedError

PACKED = b"PK\x03\x04"  # how a workbook and a ZIP begin
PAGES = (b"<html", b"<!doctype", b"<table", b"<?xml", b"<head")  # and a web page
BEGINNING = 64  # bytes looked at for its kind
COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # how a locked workbook and one of before 2007 begin


@dataclass(frozen=True)
class Source:
    """One file, or one member of a ZIP."""

    name: str  # "SYN01_2026-09.zip/issues.csv" for a member
    data: bytes = b""
    path: Path | None = None  # of a file too large to be held
    seen: Stamp | None = None  # of that file, when it was first looked at
    folder: str = ""  # the folders it lies in, as far as they may name its practice and months
    left: str = ""  # what was passed over in the ZIP it came in

    @contextmanager
    def open(self) -> Iterator[BufferedReader]:
        """Its bytes from the first on. Raises RefusedError where the file changed since it was looked at."""
        if self.path is None or self.seen is None:
            yield io.BufferedReader(io.BytesIO(self.data))
            return
        with opened(self.path) as file:
            check_unchanged(file, self.seen)
            yield file
            check_unchanged(file, self.seen)

    @cached_property
    def sha256(self) -> str:
        with self.open() as file:
            return hashlib.file_digest(file, "sha256").hexdigest()

    @property
    def refused_sha256(self) -> str:
        """Its hash for the receipt of a refusal, which must not wait: of nothing beyond 500 MB."""
        return self.sha256 if self.size <= MAX_HASHED else hashlib.sha256().hexdigest()

    @property
    def size(self) -> int:
        return self.seen[1] if self.seen else len(self.data)

    @property
    def is_packed(self) -> bool:
        return self.data.startswith(PACKED)


def in_memory(name: str, path: Path) -> Source:
    """A file read into memory whole. Raises RefusedError where it changes meanwhile."""
    with opened(path) as file:
        before = stamp(file)
        data = file.read(before[1])
        check_unchanged(file, before)
    return Source(name, data)


def check_kind(source: Source) -> None:
    """Raises RefusedError where a file is of another kind than its name says."""
    with source.open() as file:
        start = file.read(BEGINNING)
    workbook = source.name.lower().endswith(".xlsx")
    if start.startswith(COMPOUND):
        raise RefusedError(
            "a workbook locked with a password, or of an Excel before 2007. Save it as XLSX without password."
        )
    if not workbook and start.lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(PAGES):
        raise RefusedError(
            "a web page, though its name says text. Export the report again and choose CSV, not HTML."
        )
    if workbook and not start.startswith(PACKED):
        raise RefusedError("not an Excel workbook, though its name says so. Save it again as XLSX or CSV.")
    if not workbook and start.startswith(PACKED):
        raise RefusedError(
            "a workbook or a ZIP, though its name says text. Give it the ending .xlsx or .zip, or send CSV."
        )

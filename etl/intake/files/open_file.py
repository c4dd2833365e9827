"""Opening what was handed in: a file, and nothing that merely has a file's name."""

from __future__ import annotations

import hashlib
import os
import stat
from io import BufferedReader
from pathlib import Path

from etl.intake.refusal import RefusedError

MAX_HASHED = 500_000_000  # bytes: hashing takes two seconds a GB, and a refusal must not wait for it
_FLAGS = ("O_BINARY", "O_NONBLOCK", "O_NOFOLLOW", "O_CLOEXEC", "O_NOINHERIT")
Stamp = tuple[int, int, int]


def opened(path: Path) -> BufferedReader:
    """A file, open for reading. Never waits for a pipe, never follows a link in the last place. Raises
    RefusedError for what is no file or is gone, OSError where the system will not open it."""
    try:
        _check_regular(os.lstat(path).st_mode)
        handle = os.open(path, os.O_RDONLY | sum(getattr(os, flag, 0) for flag in _FLAGS))
    except FileNotFoundError:
        raise RefusedError("the file is no longer there. Put it back, then load it again.") from None
    try:
        _check_regular(os.fstat(handle).st_mode)  # it may have been exchanged since
    except RefusedError:
        os.close(handle)
        raise
    return os.fdopen(handle, "rb")


def _check_regular(mode: int) -> None:
    if stat.S_ISLNK(mode):
        raise RefusedError("a link to a file, not a file. Copy the file itself here.")
    if stat.S_ISDIR(mode):
        raise RefusedError("a folder, though its name is a file's. Rename it.")
    if not stat.S_ISREG(mode):
        raise RefusedError("a device or a pipe, not a file. Save the extract as a file.")


def stamp(file: BufferedReader) -> Stamp:
    """Which file it is, how long, and when it was last written to: another stamp means other content."""
    found = os.fstat(file.fileno())
    return found.st_ino, found.st_size, found.st_mtime_ns


def check_unchanged(file: BufferedReader, before: Stamp) -> None:
    """Raises RefusedError where a file was written to since it was looked at."""
    if stamp(file) != before:
        raise RefusedError("the file changed while it was read. Wait until it is whole, then load it again.")


def content_hash(path: Path) -> str:
    """The SHA-256 of a file, or of nothing where it cannot be read or has more than 500 MB."""
    try:
        with opened(path) as file:
            if stamp(file)[1] <= MAX_HASHED:
                return hashlib.file_digest(file, "sha256").hexdigest()
    except (OSError, RefusedError):
        pass
    return hashlib.sha256().hexdigest()

"""The files of the audit: lines that each hold the hash of the one before, a file a month, and a head that
says how many lines there are.

A line ends with the SHA-256 of all before it. The head is written in place after the line it counts, so a
process that is killed leaves it one line behind, never ahead. Bytes after the last line break that no head
counts are half a line of a process that died; the next writer removes them. A writer that finds less than the
head counts goes on from the head, so the gap stays for a check to name; only lines that were never synced may
go with the power, and the next line says how many did.
"""

from __future__ import annotations

import datetime as dt
import errno
import hashlib
import json
import os
import re
import stat
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

NOTHING = "0" * 64  # the hash before the first line
MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")
HEAD, LOCK, ROOM = "head", "lock", "room"
WAIT, WAIT_BRIEFLY, POLL = 10.0, 3.0, 0.002  # seconds for the lock, and between looks at it
BLOCK = 4096  # bytes read from the end of a file at once
SEAL = len(',"hash":"') + len(NOTHING) + len('"}')
PLAIN = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)  # no link; no waiting at a pipe
PLAIN |= getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


class AuditError(Exception):
    """The audit cannot be written or read. The message says what is wrong and what to do."""


@dataclass(frozen=True)
class Head:
    """How many lines there are, the hash of the last, and how many of them are certain to be on disk."""

    count: int
    last: str
    synced: int


START = Head(0, NOTHING, 0)


@dataclass(frozen=True)
class _End:
    """What the next line follows: as a head; how many lines went with the power; and whether what is on disk
    agrees with the head, so that half a line is no evidence."""

    head: Head
    lost: int = 0
    agrees: bool = True


def append(folder: Path, fields: Mapping[str, Any], durable: bool = True, keep_from: str = "") -> None:
    """Add a line with these fields, synced where `durable`. keep_from: a month; the files before it are then
    removed, and the line says so. Raises AuditError; then no line was added and the chain is as it was."""
    with told(folder), _locked(folder, WAIT if durable else WAIT_BRIEFLY):
        moment, files = now(), months(folder)
        month = max(
            [f"{moment:%Y-%m}", *(path.stem for path in files[-1:])]
        )  # also where the clock went back
        end = _end(folder, files)
        seq = end.head.count + 1
        line = {"seq": seq, "when": f"{moment:%Y-%m-%dT%H:%M:%S.%f}Z", **fields}
        line |= {"lost": end.lost} if end.lost else {}
        removed = [path for path in files if path.stem < min(keep_from, month)]
        if keep_from:
            kept = (one["seq"] for path in files[len(removed) :] for one in backwards(path))
            line["kept_from"] = min(kept, default=seq)
        if files:
            _end_half(files[-1], evidence=not end.agrees)
        _write(folder, files, month, sealed({**line, "before": end.head.last}), end.head, durable)
        for path in removed:
            path.unlink()


def ready(folder: Path) -> None:
    """Raises AuditError where a line could not be written now: it tries the lock, the files and the room."""
    with told(folder), _locked(folder):
        for path in [*months(folder)[-1:], *folder.glob(HEAD)]:
            with _writing(path):
                pass
        room = folder / ROOM
        try:
            with _writing(room) as handle:
                _put(handle, b"0" * BLOCK)
        finally:
            with suppress(FileNotFoundError):
                room.unlink()


def sealed(fields: Mapping[str, Any]) -> bytes:
    """A line of ASCII, closed by the hash of what stands before it."""
    text = json.dumps(fields, separators=(",", ":"))[:-1].encode("ascii")
    return b'%b,"hash":"%b"}\n' % (text, hashlib.sha256(text).hexdigest().encode())


def unsealed(line: bytes) -> dict[str, Any] | None:
    """The fields of a line with its line break; None where a byte of it is not as it was written, or it is no
    line of the chain."""
    found = _unsealed(line)
    if found is None or not isinstance(found.get("before"), str) or not isinstance(found.get("when"), str):
        return None
    numbers = (found.get("seq"), found.get("lost", 0), found.get("kept_from", 0))
    return found if all(type(one) is int for one in numbers) else None


def _unsealed(line: bytes) -> dict[str, Any] | None:
    text, seal = line[: -SEAL - 1], line[-SEAL - 1 :]
    if seal != b',"hash":"%b"}\n' % hashlib.sha256(text).hexdigest().encode():
        return None
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def months(folder: Path) -> list[Path]:
    """The files of the months, oldest first."""
    try:
        names = [path.name for path in folder.iterdir()]
    except FileNotFoundError:
        return []
    return [folder / name for name in sorted(names) if name[-6:] == ".jsonl" and MONTH.fullmatch(name[:-6])]


def backwards(path: Path, holding: Collection[bytes] = (b"",)) -> Iterator[dict[str, Any]]:
    """The lines of a month that are as they were written, latest first. holding: of these bytes a line holds
    one; others are not even read as lines."""
    data = _read(path)
    end = len(data)
    at = {one: data.rfind(one, 0, end) for one in holding}
    while (last := max(at.values(), default=-1)) >= 0 and end:
        start = data.rfind(b"\n", 0, min(last, end - 1)) + 1
        if (found := unsealed(data[start:end].split(b"\n", 1)[0] + b"\n")) is not None:
            yield found
        end = start
        at |= {one: data.rfind(one, 0, end) for one, was in at.items() if was >= end}


def head_of(folder: Path) -> Head | None:
    """What the head says; None where it is missing or a byte of it was changed."""
    try:
        found = _unsealed(_read(folder / HEAD))
        return None if found is None else Head(int(found["count"]), str(found["last"]), int(found["synced"]))
    except (FileNotFoundError, KeyError, TypeError, ValueError):
        return None


@contextmanager
def opened(path: Path, flags: int = os.O_RDONLY) -> Iterator[int]:
    """A plain file, made for its owner alone where flags say so. Raises OSError for a link and for what is
    no plain file."""
    if os.name != "posix" and path.is_symlink():
        raise OSError(errno.ELOOP, "")
    handle = os.open(path, flags | PLAIN, 0o600)
    try:
        state = os.fstat(handle)
        if not stat.S_ISREG(state.st_mode):
            raise OSError(errno.EINVAL, f"“{path.name}” is no plain file")
        if flags & os.O_RDWR and state.st_mode & 0o077 and os.name == "posix":
            os.fchmod(handle, 0o600)
        yield handle
    finally:
        os.close(handle)


@contextmanager
def told(folder: Path) -> Iterator[None]:
    """Turns what the disk says into a sentence."""
    try:
        yield
    except Timeout:
        raise AuditError(
            f"The audit in “{folder}” cannot be written: another process holds its lock. Try "
            "again; if it stays so, end the process that hangs."
        ) from None
    except OSError as error:
        why, step = (
            error.strerror or "the disk refused",
            "Let the account that runs the dashboard write there",
        )
        if error.errno in NO_ROOM:
            why, step = "the disk is full", "Make room on it"
        elif error.errno == errno.ELOOP:
            why, step = "a link stands in place of a file", "Remove the link and find out who put it there"
        raise AuditError(f"The audit in “{folder}” cannot be used: {why}. {step}, then try again.") from error


@contextmanager
def _locked(folder: Path, wait: float = 0.0) -> Iterator[None]:
    """One writer at a time, of all processes and threads. The folder is made where missing, its store not."""
    with suppress(FileExistsError):
        folder.mkdir(mode=0o700)
    mode = folder.lstat().st_mode
    if stat.S_ISLNK(mode):
        raise OSError(errno.ELOOP, "")
    if mode & 0o077 and os.name == "posix":
        folder.chmod(0o700)
    with FileLock(folder / LOCK, timeout=wait or WAIT, mode=0o600).acquire(poll_interval=POLL):
        yield


def _end(folder: Path, files: list[Path]) -> _End:
    """What the next line follows. Puts right a head that is missing at the start, or one line behind."""
    head = head_of(folder)
    line = next((found for path in reversed(files) if (found := _last_line(path)) is not None), None)
    last = None if line is None else unsealed(line)
    if head is None and line is None:
        head = START
        _write_head(folder, head)
    if head is None:
        return _End(Head(last["seq"] if last else 0, NOTHING, 0), agrees=False)
    if line is not None and last is None:
        return _End(head, agrees=False)
    there = (
        replace(head, count=last["seq"], last=last["hash"]) if last else replace(START, synced=head.synced)
    )
    if there.count > head.count:
        _write_head(folder, there)
    elif head.synced <= there.count < head.count:
        return _End(there, lost=head.count - there.count)
    elif there != head:
        return _End(head, agrees=False)
    return _End(there)


def _last_line(path: Path) -> bytes | None:
    """The last whole line of a file, read from its end; None where it has none."""
    with opened(path) as handle:
        left, held = os.fstat(handle).st_size, b""
        while left:
            take = min(BLOCK, left)
            left -= take
            os.lseek(handle, left, os.SEEK_SET)
            held = os.read(handle, take) + held
            stop = held.rfind(b"\n")
            start = held.rfind(b"\n", 0, max(stop, 0))
            if stop >= 0 and (start >= 0 or not left):
                return held[start + 1 : stop + 1]
    return None


def _end_half(path: Path, evidence: bool) -> None:
    """Removes what stands after the last line break; where it may be evidence, ends its line instead."""
    with _writing(path) as handle:
        size = os.fstat(handle).st_size
        os.lseek(handle, max(size - 1, 0), os.SEEK_SET)
        if not size or os.read(handle, 1) == b"\n":
            return
        if evidence:
            _put(handle, b"\n")
        else:
            os.ftruncate(handle, _read(path).rfind(b"\n") + 1)


def _write(folder: Path, files: list[Path], month: str, line: bytes, last: Head, durable: bool) -> None:
    """The line and then the head; where either fails, the line is taken back."""
    path = folder / f"{month}.jsonl"
    if path not in files and files:
        with _writing(
            files[-1]
        ) as handle:  # else a month's last lines might go with the power, and stay lost
            os.fsync(handle)
    with _writing(path) as handle:
        size = os.lseek(handle, 0, os.SEEK_END)
        count = last.count + 1
        try:
            _put(handle, line)
            if durable:
                os.fsync(handle)
            if path not in files:
                _sync_folder(folder)
            seal = line[-SEAL - 1 :].split(b'"')[-2].decode()
            _write_head(folder, Head(count, seal, count if durable else last.synced))
        except OSError:
            head = head_of(folder)
            if head is None or head.count < count:
                with suppress(OSError):
                    os.ftruncate(handle, size)
            raise


def _write_head(folder: Path, head: Head) -> None:
    """In place and of one length: so it needs no room, and is never half written."""
    fields = {"count": f"{head.count:012}", "last": head.last, "synced": f"{head.synced:012}"}
    with _writing(folder / HEAD) as handle:
        try:
            _put(handle, sealed(fields))
        except OSError:
            if head == START:  # no room for the first: as if it had never been begun
                os.ftruncate(handle, 0)
            raise


@contextmanager
def _writing(path: Path) -> Iterator[int]:
    with opened(path, os.O_RDWR | os.O_CREAT) as handle:
        yield handle


def _read(path: Path) -> bytes:
    with opened(path) as handle, os.fdopen(os.dup(handle), "rb") as file:
        return file.read()


def _put(handle: int, data: bytes) -> None:
    if os.write(handle, data) != len(data):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def _sync_folder(folder: Path) -> None:
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def now() -> dt.datetime:
    """The time as the clock says it, in UTC."""
    return dt.datetime.now(dt.UTC)

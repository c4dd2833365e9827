"""Whether a chain is whole: every line as it was written, where it was written, and none gone."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from reporting.access.chain import HEAD, NOTHING, POLL, Head, head_of, months, opened, told, unsealed

TRIES = 5  # to read a head that somebody may just be writing


@dataclass(frozen=True)
class Break:
    """The first place where a chain is not whole: the file, the line from 1 (0: the whole file), and why."""

    file: str
    line: int
    what: str

    def __str__(self) -> str:
        return f"{self.file}, line {self.line}: {self.what}" if self.line else f"{self.file}: {self.what}"


@dataclass
class Checked:
    """What a check found: the first break or None, how many lines before it, the first and the last of them,
    the head, and sentences about what is no break."""

    head: Head | None
    first_break: Break | None = None
    count: int = 0
    first: Mapping[str, Any] | None = None
    last: Mapping[str, Any] | None = None
    notes: list[str] = field(default_factory=list)


def check(folder: Path, since: str = "", known: Head | None = None) -> Checked:
    """The lines of a chain from a month on, up to the first break. known: a head noted earlier, elsewhere.
    Raises AuditError where a file cannot be read."""
    with told(folder):
        head = _head(folder)  # before the lines: what is written meanwhile is then no break
        files = months(folder)
        walk = _Walk(Checked(head), [one for one in (head, known) if one is not None])
        for path in [one for one in files if one.stem >= since] or files[-1:]:
            walk.found.first_break = walk.file(path)
            if walk.found.first_break:
                return walk.found
        walk.found.first_break = walk.end(folder, not since)
        return walk.found


class _Walk:
    """A way along the lines."""

    def __init__(self, found: Checked, heads: list[Head]) -> None:
        self.found, self.heads = found, heads
        self.began, self.at = "", ("", 0)  # the file of the first line; file and line of the last
        self.kept_from = 1

    @property
    def seq(self) -> int:
        """The number of the last line, 0 before the first."""
        return int(self.found.last["seq"]) if self.found.last else 0

    def file(self, path: Path) -> Break | None:
        """The first break in one month."""
        with opened(path) as handle, os.fdopen(os.dup(handle), "rb") as lines:
            for n, line in enumerate(lines, start=1):
                if line[-1:] != b"\n" and all(head.count <= self.seq for head in self.heads):
                    self.found.notes.append(f"{path.name} ends with half a line of a process that died.")
                    return None
                found = unsealed(line)
                if found is None:
                    return Break(path.name, n, "the line was changed: its hash is not that of its text")
                if why := self._joint(found, lines):
                    return Break(path.name, n, why)
                self._take(found, path.name, n)
        return None

    def _joint(self, found: Mapping[str, Any], rest: Iterator[bytes]) -> str:
        """Why a line does not follow the one before; "" where it does."""
        due, seq, last = self.seq + 1, found["seq"], self.found.last
        if last is not None and found["before"] == NOTHING:
            return "the head was missing when this was written: lines before it may have been cut off"
        if last is not None and seq < due:
            return f"line {seq} of the chain stands here a second time, or was moved here"
        if last is not None and seq > due:
            if any(line.startswith(b'{"seq":%d,' % due) for line in rest):
                return f"the lines are out of order: number {seq} stands where {due} belongs"
            return f"{_lines(due, seq - 1)} of the chain removed before this one"
        if last is not None and found["before"] != last["hash"]:
            return "the line before this one is not the one it was written after"
        if last is None and seq == 1 and found["before"] != NOTHING:
            return "the line was put in the place of the first"
        if any(seq == head.count and found["hash"] != head.last for head in self.heads):
            return "another line was counted here: the chain was written anew"
        return ""

    def _take(self, found: dict[str, Any], file: str, line: int) -> None:
        if self.found.first is None:
            self.found.first, self.began = found, file
        self.found.count += 1
        self.found.last, self.at = found, (file, line)
        self.kept_from = max(self.kept_from, found.get("kept_from", 1))
        if lost := found.get("lost"):
            views = "1 page view" if lost == 1 else f"{lost} page views"
            self.found.notes.append(
                f"Before {file}, line {line}, {views}, not yet synced, went with the power."
            )

    def end(self, folder: Path, from_start: bool) -> Break | None:
        """What is wrong with the whole where each line is right."""
        first, head = self.found.first, self.found.head
        if from_start and first and first["seq"] > self.kept_from:
            gone = _lines(self.kept_from, first["seq"] - 1)
            return Break(self.began, 1, f"{gone} of the chain removed before this one, and not by prune")
        most = max(self.heads, key=lambda one: one.count, default=None)
        if most and most.count > self.seq:
            file, line = self.at
            power = "; they were not synced and may have gone with the power" * (self.seq >= most.synced)
            gone = f"{_lines(self.seq + 1, most.count)} of the chain cut off{power}"
            return Break(file, line + 1, gone) if file else Break(HEAD, 0, gone)
        if head is None and (first or _size(folder / HEAD)):
            why = "was changed" if (folder / HEAD).exists() else "is missing"
            return Break(HEAD, 0, f"the head {why}: lines may have been cut off")
        now = _head(folder)
        if now and self.seq > now.count + 1:
            self.found.notes.append(
                f"The head counts {self.seq - now.count} lines less than there are: the power failed, or an "
                "older head was put back."
            )
        return None


def _head(folder: Path) -> Head | None:
    for _ in range(TRIES):
        if (head := head_of(folder)) is not None or not _size(folder / HEAD):
            return head
        time.sleep(POLL)
    return None


def _size(path: Path) -> int:
    return path.lstat().st_size if path.exists() else 0


def _lines(first: int, last: int) -> str:
    return f"line {first} was" if first == last else f"lines {first} to {last} were"

"""Files handed over in a browser, while they are taken in: in a private folder that is then deleted."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import psutil

from etl.intake.files.read import UPLOAD_FOLDER, loading_order

PREFIX = UPLOAD_FOLDER
LONGEST_NAME = 120  # characters
NOT_IN_NAMES = re.compile(r'[<>:"|?*\x00-\x1f\x7f]')
DEVICES = re.compile(r"(?i)^(con|prn|aux|nul|com\d|lpt\d)(\.|$)")


class Upload(Protocol):
    """A file as the browser sent it."""

    @property
    def name(self) -> str: ...

    def getbuffer(self) -> memoryview: ...


@dataclass(frozen=True)
class UploadedFile:
    """An upload and where it lies."""

    upload: Upload
    path: Path


def clean_name(name: str) -> str:
    """The name alone, in its plainest letters: no folder, nothing invisible, nothing a system forbids.

    The period and the practice are read from it, so it is kept otherwise. An empty one becomes “unnamed”.
    """
    plain = unicodedata.normalize("NFKC", name).replace("\\", "/").rpartition("/")[2]
    seen = "".join(letter for letter in plain if unicodedata.category(letter)[0] != "C")
    found = NOT_IN_NAMES.sub("_", seen).strip(" .")
    return f"_{found}" if DEVICES.match(found) else found or "unnamed"


def too_long(name: str) -> bool:
    """Whether a name is longer than any extract's."""
    return len(name) > LONGEST_NAME


@contextmanager
def uploaded_files(uploads: Sequence[Upload]) -> Iterator[list[UploadedFile]]:
    """The uploads below a folder that only this account may open, each in a folder of its own, so that no
    name meets another; deleted at the end, whatever happens. In the order in which the intake loads them."""
    sweep()
    with tempfile.TemporaryDirectory(prefix=f"{PREFIX}{os.getpid()}-", ignore_cleanup_errors=True) as folder:
        found = []
        ordered = sorted(uploads, key=lambda upload: loading_order(clean_name(upload.name)))
        for number, upload in enumerate(ordered, start=1):
            path = Path(folder) / f"{number:05d}" / clean_name(upload.name)
            path.parent.mkdir()
            path.write_bytes(upload.getbuffer())
            found.append(UploadedFile(upload, path))
        yield found


def sweep() -> None:
    """Deletes what a server that was killed left behind."""
    for path in Path(tempfile.gettempdir()).glob(f"{PREFIX}*-*"):
        owner = path.name.removeprefix(PREFIX).partition("-")[0]
        if owner.isdigit() and not path.is_symlink() and not psutil.pid_exists(int(owner)):
            shutil.rmtree(path, ignore_errors=True)

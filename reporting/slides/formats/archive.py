"""ZIPs that are the same bytes for the same members, whenever they are made."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import PurePosixPath
from typing import IO

EPOCH = (1980, 1, 1, 0, 0, 0)
PACKED = (".png", ".pptx", ".xlsx", ".pdf")  # already small


def archive(members: Mapping[str, bytes]) -> bytes:
    """A ZIP of these members in their order. Raises ValueError for a name that could leave the folder it is
    unpacked in."""
    made = io.BytesIO()
    write_archive(made, members.items())
    return made.getvalue()


def write_archive(file: IO[bytes], members: Iterable[tuple[str, bytes]]) -> None:
    """The same into an open file, one member held in memory at a time."""
    with zipfile.ZipFile(file, "w") as whole:
        for name, data in members:
            path = PurePosixPath(name)
            if not name or path.is_absolute() or ".." in path.parts or "\\" in name:
                raise ValueError(f"“{name}” is no name for a member of an archive.")
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.external_attr = 0o644 << 16
            entry.compress_type = zipfile.ZIP_STORED if name.endswith(PACKED) else zipfile.ZIP_DEFLATED
            whole.writestr(entry, data)


def repacked(package: bytes) -> bytes:
    """An Office file, which is a ZIP, with the times of its members taken out: they differ every time."""
    with zipfile.ZipFile(io.BytesIO(package)) as whole:
        return archive({name: whole.read(name) for name in whole.namelist()})

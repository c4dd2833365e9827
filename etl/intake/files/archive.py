"""ZIP archives, and workbooks, which are ZIPs too: looked through before anything in them is unpacked."""

from __future__ import annotations

import io
import stat
import struct
import zipfile
import zlib
from collections import Counter
from pathlib import PurePosixPath
from typing import BinaryIO

from etl.intake.refusal import RefusedError

MAX_MEMBERS = 200
MAX_RATIO = 100
SMALL = 1_000_000  # bytes unpacked, up to which no ratio is looked at
MAX_DIRECTORY = 1_000_000
MAX_NAME = 300
_END = struct.Struct("<4s4H2LH")  # end of the central directory: APPNOTE.TXT 4.3.16
_LOCAL = struct.Struct("<4s5H3L2H")  # local file header: APPNOTE.TXT 4.3.7
_LOCKED = 0x1 | 0x40 | 0x2000
_SIZES_BEHIND = 0x8  # the sizes follow the data, the header's own are zero
_FOUND_AT = 65557  # bytes from the end: the longest comment and the record itself


def opened_archive(file: BinaryIO, max_unpacked: int, what: str, remedy: str) -> zipfile.ZipFile:
    """An archive whose directory tells the truth about itself and keeps to the limits.

    `what` it is called in a message ("the ZIP"), and the sentence that says what to do. Raises RefusedError.
    """
    damaged = RefusedError(f"{what} is damaged. {remedy}")
    size = file.seek(0, io.SEEK_END)
    begins = _directory(file, size, damaged, what)
    try:
        archive = zipfile.ZipFile(file)
    except (zipfile.BadZipFile, NotImplementedError, ValueError, struct.error):
        raise damaged from None
    members = archive.infolist()
    _check_sizes(members, size, max_unpacked, what)
    _check_names(members, what, remedy)
    _check_no_overlap(file, members, begins, damaged)
    return archive


def unpacked(archive: zipfile.ZipFile, member: zipfile.ZipInfo, what: str, remedy: str) -> bytes:
    """A member's content, never more of it than the directory says. Raises RefusedError."""
    try:
        with archive.open(member) as file:
            data = file.read(member.file_size + 1)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError):
        raise RefusedError(f"{what} is damaged. {remedy}") from None
    if len(data) != member.file_size:
        raise RefusedError(f"{what} is damaged: something in it is not as large as it says. {remedy}")
    return data


def _directory(file: BinaryIO, size: int, damaged: RefusedError, what: str) -> int:
    """Where the directory of an archive begins, which must be right before the archive's end."""
    tail_at = max(0, size - _FOUND_AT)
    file.seek(tail_at)
    tail = file.read(_FOUND_AT)
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or at + _END.size > len(tail):
        raise damaged
    _, disk, first, here, count, length, begins, comment = _END.unpack_from(tail, at)
    if disk or first or here != count or at + _END.size + comment != len(tail):
        raise damaged
    if count > MAX_MEMBERS or length > MAX_DIRECTORY:
        raise RefusedError(f"{what} holds too much: at most {MAX_MEMBERS} files. Split it.")
    if begins + length != tail_at + at or tail[max(0, at - 20) : at].startswith(b"PK\x06\x07"):
        raise damaged
    return int(begins)


def _check_sizes(members: list[zipfile.ZipInfo], size: int, max_unpacked: int, what: str) -> None:
    total = sum(member.file_size for member in members)
    if total > max_unpacked or len(members) > MAX_MEMBERS:
        raise RefusedError(
            f"{what} holds too much: at most {MAX_MEMBERS} files and {max_unpacked // 10**6} MB unpacked. "
            "Split it."
        )
    if total > max(SMALL, MAX_RATIO * size):
        raise RefusedError(f"{what} unpacks to more than {MAX_RATIO} times its size. Send CSV instead.")


def _check_names(members: list[zipfile.ZipInfo], what: str, remedy: str) -> None:
    names = Counter(member.filename.replace("\\", "/").casefold() for member in members)
    if any(times > 1 for times in names.values()):
        raise RefusedError(f"{what} holds two files of one name. {remedy}")
    for member in members:
        name = PurePosixPath(member.filename.replace("\\", "/"))
        if ".." in name.parts or name.is_absolute() or ":" in member.filename:
            raise RefusedError(f"{what} names a file outside itself. {remedy}")
        if "\0" in member.orig_filename or len(member.filename) > MAX_NAME:
            raise RefusedError(f"{what} holds a file whose name cannot be one. {remedy}")
        if stat.S_ISLNK(member.external_attr >> 16):
            raise RefusedError(f"{what} holds a link instead of a file. {remedy}")
        if member.flag_bits & _LOCKED:
            raise RefusedError(f"{what} is locked with a password. Send it without one.")


def _check_no_overlap(
    file: BinaryIO, members: list[zipfile.ZipInfo], end: int, damaged: RefusedError
) -> None:
    """Raises where a member's own header says otherwise than the directory, or two members share bytes."""
    for member in sorted(members, key=lambda m: m.header_offset, reverse=True):
        file.seek(member.header_offset)
        header = file.read(_LOCAL.size)
        if len(header) < _LOCAL.size or not header.startswith(b"PK\x03\x04"):
            raise damaged
        _, _, flags, method, _, _, _, packed, whole, name, extra = _LOCAL.unpack(header)
        told = (packed, whole) == (member.compress_size, member.file_size)
        if not told and not flags & _SIZES_BEHIND:
            raise damaged
        if method != member.compress_type or method not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise damaged
        if member.header_offset + _LOCAL.size + name + extra + member.compress_size > end:
            raise damaged
        end = member.header_offset

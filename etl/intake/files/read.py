"""What was handed in, as files to be read: CSV, XLSX, and ZIP archives of either."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path, PurePath, PurePosixPath

from etl.contract import entities
from etl.intake.files.archive import opened_archive, unpacked
from etl.intake.files.junk import junk_kind, passed_over
from etl.intake.files.open_file import check_unchanged, opened, stamp
from etl.intake.files.source import Source, in_memory
from etl.intake.privacy.shown_names import name_kinds, shown_member
from etl.intake.refusal import IdentifierError, RefusedError
from etl.intake.row import Row

MAX_BYTES = 2_000_000_000
MAX_UNPACKED = 100_000_000  # of a ZIP: safety against archives made to explode
MAX_IN_MEMORY = 32_000_000  # bytes of a text file; a larger one is read as it comes, twice
SUFFIXES = (".csv", ".xlsx", ".txt", ".tsv")
UPLOAD_FOLDER = "opioid-uploads-"  # begins the name of the folder that uploads are written to
_ZIP = "the ZIP"
_PACK = "Pack the files again."

__all__ = [
    "UPLOAD_FOLDER",
    "IdentifierError",
    "RefusedError",
    "Row",
    "Source",
    "left_in",
    "loading_order",
    "may_hold_patients",
    "paths",
    "sources",
]


def paths(given: list[Path], store: Path | None = None) -> list[Path]:
    """The files named, and those inside the folders named but for a file manager's own; those that cannot be
    read too, which a receipt refuses, and what lies in the store. Raises RefusedError where there is none to
    read."""
    found: list[Path] = []
    for path in given:
        if path.is_dir():
            inside = sorted(
                p
                for p in path.rglob("*")
                if not p.is_dir() and not _junk_in(path, p) and not (store and p.is_relative_to(store))
            )
            if not any(map(_is_wanted, inside)):
                shown = path if not name_kinds(str(path)) else "one of the folders given"
                raise RefusedError(f"{shown}: no CSV, XLSX or ZIP file in this folder.")
            found += inside
        elif path.exists() or path.is_symlink():
            found.append(path)
        else:
            shown = path if not name_kinds(str(path)) else "one of the paths given"
            raise RefusedError(f"{shown}: no such file. Check the path and its spelling.")
    return found


def left_in(given: list[Path]) -> str:
    """In one line, what file managers left in the folders given, which is passed over; nothing of nothing."""
    return passed_over(
        _junk_in(folder, path)
        for folder in given
        if folder.is_dir()
        for path in folder.rglob("*")
        if not path.is_dir()
    )


def _junk_in(folder: Path, path: Path) -> str:
    return junk_kind(path.relative_to(folder).as_posix())


def _is_wanted(path: Path) -> bool:
    return path.suffix.lower() in (*SUFFIXES, ".zip") and not path.is_dir()


def loading_order(name: str) -> tuple[int, str]:
    """Sorts file names so that the practice list and the list sizes come first, then patients."""
    area = [e.name for e in entities().values() if e.extract == "area"]
    others = len(area) + ("patients" not in name.lower())
    return next((i for i, start in enumerate(area) if name.startswith(start)), others), name


def may_hold_patients(name: str) -> bool:
    """Whether a file may be patients, by its name: it is called so, is a ZIP, or is called nothing else."""
    told = [entity for entity in entities() if entity in name.lower()]
    return name.lower().endswith(".zip") or not told or "patients" in told


def sources(path: Path) -> Iterator[Source]:
    """The files inside a path: itself, or the members of a ZIP, none before all of their names are checked.
    Raises RefusedError."""
    _check_name("the file's name", path.name)
    with opened(path) as file:
        seen = stamp(file)
    suffix, size = path.suffix.lower(), seen[1]
    if size == 0:
        raise RefusedError("the file is empty. Export it again and check that it opens.")
    if size > MAX_BYTES:
        raise RefusedError(f"the file is larger than {MAX_BYTES // 10**6} MB. Send shorter periods.")
    if suffix in (".zip", ".xlsx") and size > MAX_UNPACKED:
        raise RefusedError(
            f"the file is larger than {MAX_UNPACKED // 10**6} MB. Send shorter periods, or CSV."
        )
    if suffix == ".zip":
        yield from _members(path)
    elif suffix not in SUFFIXES:
        raise RefusedError(f"files ending in {suffix or 'nothing'} are not read. {_instead(suffix)}")
    elif size > MAX_IN_MEMORY and suffix != ".xlsx":
        yield Source(path.name, path=path, seen=seen, folder=_folder(path))
    else:
        yield replace(in_memory(path.name, path), folder=_folder(path))


def _instead(suffix: str) -> str:
    """What to do about a file of another kind."""
    if suffix in (".xls", ".xlsb", ".xlsm", ".ods"):
        return "Save it as XLSX or CSV, then send that."
    if suffix in (".html", ".htm", ".pdf"):
        return "Export the report again and choose CSV."
    return "Send CSV, XLSX or ZIP."


def _folder(path: PurePath) -> str:
    """The two folders above a file: they may be a practice's and a month's. Not those of uploads, whose names
    are made by chance."""
    above = path.parts[-3:-1]
    return "" if any(part.startswith(UPLOAD_FOLDER) for part in above) else "/".join(above)


def _members(path: Path) -> Iterator[Source]:
    with opened(path) as file:
        seen = stamp(file)
        if file.read(2) != b"PK":
            raise RefusedError("not a ZIP archive, though its name says so. Pack it again.")
        with opened_archive(file, MAX_UNPACKED, _ZIP, _PACK) as archive:
            files = [m for m in archive.infolist() if not m.is_dir()]
            members = [m for m in files if not junk_kind(m.filename)]
            left = passed_over(junk_kind(m.filename) for m in files)
            _check_name("the ZIP's comment", archive.comment.decode("utf-8", "replace"))
            for member in archive.infolist():
                passed = member.is_dir() or bool(junk_kind(member.filename))
                _check_member(member.filename, member.comment, passed)
            if not members:
                raise RefusedError(f"the ZIP holds no extract ({left})." if left else "the ZIP is empty.")
            for member in sorted(members, key=lambda m: loading_order(PurePosixPath(m.filename).name)):
                name = PurePosixPath(member.filename.replace("\\", "/")).name
                folder = _folder(PurePosixPath(path.parent.name) / member.filename.replace("\\", "/"))
                data = unpacked(archive, member, _ZIP, _PACK)
                yield Source(f"{path.name}/{name}", data, folder=folder, left=left)
                left = ""  # said once
        check_unchanged(file, seen)


def _check_member(filename: str, comment: bytes, passed: bool) -> None:
    """Raises RefusedError where the name of anything in a ZIP gives someone away or, unless it is a folder or
    passed over, is no extract's."""
    _check_name("the name of a file in the ZIP", filename)
    _check_name("the comment of a file in the ZIP", comment.decode("utf-8", "replace"))
    if passed:
        return
    suffix = PurePosixPath(filename.replace("\\", "/")).suffix.lower()
    if suffix == ".zip":
        raise RefusedError("the ZIP holds another ZIP. Pack the files themselves.")
    if suffix not in SUFFIXES:
        raise RefusedError(
            f"the ZIP holds {shown_member(filename)}, which is neither CSV nor XLSX. Remove it."
        )


def _check_name(what: str, name: str) -> None:
    if found := name_kinds(name):
        raise IdentifierError(
            f"{what}: {', '.join(sorted(found))}. Nothing of this file was kept. Rename it, then send it "
            "again."
        )

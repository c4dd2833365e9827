"""What file managers leave beside extracts is passed over and told of; nothing else is."""

from __future__ import annotations

import zipfile
from datetime import date
from pathlib import Path

import pytest

from etl.intake.files.junk import junk_kind
from etl.load import load
from etl.store import Store
from tests.etl import extracts
from tests.etl.conftest import everything
from tests.etl.extracts import Issue

JUNK = {
    ".DS_Store": ".DS_Store",
    "out/.ds_store": ".DS_Store",
    "__MACOSX/._TST01_issues_2026-09.csv": "__MACOSX",
    "__macosx/out/deep/anything.csv": "__MACOSX",
    "Out\\Desktop.ini": "desktop.ini",
    "THUMBS.DB": "Thumbs.db",
    "out/._TST01_issues_2026-09.csv": "._ files of macOS",
}
MORE_JUNK = {
    "ehthumbs.db": "ehthumbs.db",
    "out/.localized": ".localized",
    ".directory": ".directory",
    "Icon\r": "Icon of macOS",
    ".Spotlight-V100/Store-V2/x.csv": ".Spotlight-V100",
    ".Trashes/501/TST01_issues_2026-09.csv": ".Trashes",
    "out/~$TST01_issues_2026-09.xlsx": "~$ files of Excel",
}
MEANT = (
    "Icon.csv",
    "TST01~$.xlsx",
    "Trashes/x.csv",
    ".hidden.csv",
    "out/.TST01_issues_2026-09.csv",
    "desktop.ini.csv",
    "MACOSX/x.csv",
    "Thumbs.db/x.csv",
    "TST01._x.csv",
)


@pytest.mark.parametrize(
    ("path", "kind"), [*JUNK.items(), *MORE_JUNK.items(), *((path, "") for path in MEANT)]
)
def test_junk_is_told_from_what_was_meant(path: str, kind: str) -> None:
    assert junk_kind(path) == kind


def zipped(path: Path, **files: bytes) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return path


def issues(practice: str) -> bytes:
    lines = extracts.issues("plain", [Issue("PAT0001", date(2026, 9, 7))], practice)
    return extracts.csv_text("plain", lines).encode()


def test_a_zip_of_three_practices_with_junk_is_taken_in(tmp_path: Path) -> None:
    store = Store(tmp_path / "store", create=True)
    load([extracts.practices(tmp_path, ["TST01", "TST02", "TST03"])], store)
    files = {f"out/TST0{n}_issues_2026-09.csv": issues(f"TST0{n}") for n in (1, 2, 3)}
    junk = dict.fromkeys(JUNK, b"words nobody may see 9434765919")
    receipts = load([zipped(tmp_path / "all_2026-09.zip", **junk, **files)], store)
    assert [(r.outcome, r.practice) for r in receipts] == [("accepted", f"TST0{n}") for n in (1, 2, 3)]
    told = [note for r in receipts for note in r.notes if note.startswith("passed over")]
    assert told == [
        "passed over: 2 × .DS_Store, 1 × ._ files of macOS, 1 × Thumbs.db, 2 × __MACOSX, 1 × desktop.ini"
    ]
    assert b"words nobody may see" not in everything(store)


def test_junk_in_a_folder_is_passed_over_in_one_line(store: Store, tmp_path: Path) -> None:
    folder = tmp_path / "in" / "TST01"
    folder.mkdir(parents=True)
    (folder / "TST01_issues_2026-09.csv").write_bytes(issues("TST01"))
    for name in (".DS_Store", "._TST01_issues_2026-09.csv", "Thumbs.db"):
        (folder / name).write_bytes(b"\0\1")
    said: list[str] = []
    (receipt,) = load([tmp_path / "in"], store, progress=said.append)
    assert receipt.outcome == "accepted"
    assert said[0] == "passed over: 1 × .DS_Store, 1 × ._ files of macOS, 1 × Thumbs.db"


@pytest.mark.parametrize(
    ("files", "words"),
    [
        (
            {".DS_Store": b"\0", "__MACOSX/x.csv": b"\0"},
            "the ZIP holds no extract (passed over: 1 × .DS_Store",
        ),
        ({".secret": b"x"}, "which is neither CSV nor XLSX"),
        ({".DS_Store": b"\0", "notes.docx": b"x"}, "which is neither CSV nor XLSX"),
        ({"._Mrs Jones 9434765919.csv": b"x"}, "a valid NHS number"),  # its name is somebody's, junk or not
    ],
)
def test_junk_hides_nothing(store: Store, tmp_path: Path, files: dict[str, bytes], words: str) -> None:
    (receipt,) = load([zipped(tmp_path / "TST01_2026-09.zip", **files)], store)
    assert receipt.outcome == "refused"
    assert words in str(receipt.reasons)

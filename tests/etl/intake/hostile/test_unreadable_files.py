"""Files that cannot be read: a refusal that says what is wrong, and the store is as it was."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from etl.load import load
from etl.store import Store
from tests.etl import extracts
from tests.etl.conftest import Loader, landed
from tests.etl.extracts import Issue

GOOD = extracts.csv_text("plain", extracts.issues("plain", [Issue()]))
ROW = GOOD.splitlines()[1]


def zipped(*members: tuple[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return target.getvalue()


def damaged() -> bytes:
    data = bytearray(zipped(("issues.csv", GOOD.encode())))
    at = data.find(b"issues.csv") + len("issues.csv")
    data[at + 5] ^= 0xFF
    return bytes(data)


def locked() -> bytes:
    data = bytearray(zipped(("issues.csv", GOOD.encode())))
    data[6] |= 1  # the flag for "encrypted", in the member's and in the archive's directory
    data[data.find(b"PK\x01\x02") + 8] |= 1
    return bytes(data)


BAD = [
    ("TST01_issues_2026-09.csv", b"", "the file is empty"),
    ("TST01_issues_2026-09.csv", b" \r\n \r\n", "the file is empty"),
    ("TST01_issues_2026-09.csv", b"a,b,c\r\n1,2,3\r\n", "no layout fits this file"),
    ("TST01_issues_2026-09.csv", GOOD.replace("Zomorph", "Zo\0morph").encode(), "NUL bytes"),
    ("TST01_issues_2026-09.csv", GOOD.replace("Zomorph", "Zo\0morph").encode("utf-16"), "NUL bytes"),
    ("TST01_issues_2026-09.csv", GOOD.encode("utf-16-le"), "NUL bytes"),
    ("TST01_issues_2026-09.csv", GOOD.encode("utf-16") + b"\x00", "neither UTF-8, UTF-16 nor Windows-1252"),
    ("TST01_issues_2026-09.csv", GOOD.encode() + b"\x81\x8d\xff", "neither UTF-8, UTF-16 nor Windows-1252"),
    ("TST01_issues_2026-09.csv", f'{GOOD}"{ROW}\r\n{ROW}\r\n'.encode(), "Unclosed quotation mark in line 3"),
    ("TST01_issues_2026-09.csv", GOOD.encode() + b"x" * 200_000, "line 3 cannot be read as CSV"),
    ("TST01_issues_2026-09.xlsx", GOOD.encode(), "not an Excel workbook"),
    ("TST01_issues_2026-09.xlsx", b"PK\x03\x04 and no more", "the workbook is damaged"),
    ("TST01_issues_2026-09.zip", GOOD.encode(), "not a ZIP archive"),
    ("TST01_issues_2026-09.zip", zipped(), "the ZIP is empty"),
    ("TST01_issues_2026-09.zip", zipped(("../issues.csv", GOOD.encode())), "a file outside itself"),
    ("TST01_issues_2026-09.zip", zipped(("letter.docx", b"x")), "neither CSV nor XLSX"),
    ("TST01_issues_2026-09.zip", zipped(("issues.csv", b"0" * 10_000_000)), "100 times its size"),
    ("TST01_issues_2026-09.zip", damaged(), "the ZIP is damaged"),
    ("TST01_issues_2026-09.zip", locked(), "locked with a password"),
    ("TST01_issues_2026-09.pdf", b"%PDF", "files ending in .pdf are not read"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "data", "words"), BAD, ids=[f"{n}-{w}" for n, (_, _, w) in enumerate(BAD)])
def test_an_unreadable_file_is_refused_in_words(
    put: Loader, store: Store, name: str, data: bytes, words: str
) -> None:
    receipt = put(data, name)
    assert (receipt.outcome, receipt.rows_read, receipt.parts) == ("refused", 0, ())
    (reason,) = receipt.reasons
    assert words in reason
    assert landed(store, "issues") == []
    assert store.receipts()[-1] == receipt


def test_a_bad_file_does_not_hold_up_the_others(store: Store, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    extracts.write(folder, "TST01_issues_2026-09", "plain", extracts.issues("plain", [Issue()]))
    (folder / "TST00_issues_2026-09.csv").write_bytes(b"\0")
    outcomes = {r.file: r.outcome for r in load([folder], store)}
    assert outcomes == {"TST00_issues_2026-09.csv": "refused", "TST01_issues_2026-09.csv": "accepted"}


def test_a_workbook_with_a_second_sheet_is_refused(put: Loader) -> None:
    whole = zipfile.ZipFile(io.BytesIO(extracts.workbook(extracts.issues("plain", [Issue()]))))
    parts = {name: whole.read(name) for name in whole.namelist()}
    sheet = b'<sheet name="Names" sheetId="2" state="hidden" r:id="rId1"/></sheets>'
    parts["xl/workbook.xml"] = parts["xl/workbook.xml"].replace(b"</sheets>", sheet)
    receipt = put(zipped(*parts.items()), "TST01_issues_2026-09.xlsx")
    assert receipt.outcome == "refused"
    assert "exactly one sheet and no hidden one" in next(iter(receipt.reasons))

"""Names of files, ZIPs and what is in them; and that nothing the command says repeats what it found."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from etl.__main__ import main
from etl.store import Store
from tests.etl.conftest import everything, landed
from tests.etl.intake.privacy.identifiers import Planted
from tests.etl.intake.privacy.planted import (
    NAME,
    NHS,
    assert_no_trace,
    clean,
    load_all,
    planted_in,
    reason,
    table,
)


def zipped(path: Path, *members: tuple[str, str], comment: bytes = b"") -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in members:
            archive.writestr(name, text)
        archive.comment = comment
    return path


def test_one_member_that_gives_someone_away_refuses_the_whole_zip(store: Store, tmp_path: Path) -> None:
    good, bad = planted_in("unit", [], 20), planted_in("unit", [NHS], 20)
    path = zipped(tmp_path / "all.zip", ("TST01_issues_2026-08.csv", good), ("TST01_issues_2026-09.csv", bad))
    (receipt,) = load_all(store, path)
    assert (receipt.file, receipt.outcome, receipt.bytes) == ("all.zip", "refused", path.stat().st_size)
    assert reason(receipt).startswith("TST01_issues_2026-09.csv: line 2, column unit: a valid NHS number")
    assert landed(store, "issues") == []


@pytest.mark.parametrize("foreign", ["a_letter.docx", "z_letter.docx", f"letter to {NHS}.docx"])
def test_a_zip_with_a_foreign_file_is_refused_before_any_is_loaded(
    store: Store, tmp_path: Path, foreign: str
) -> None:
    path = zipped(tmp_path / "all.zip", (NAME, planted_in("unit", [], 20)), (foreign, "x"))
    (receipt,) = load_all(store, path)
    assert receipt.outcome == "refused"
    assert landed(store, "issues") == []
    assert_no_trace(everything(store), [Planted("NHS number", "", NHS)])


@pytest.mark.parametrize("where", ["member", "folder", "comment"])
def test_names_and_comments_inside_a_zip_are_searched(store: Store, tmp_path: Path, where: str) -> None:
    name = {"member": f"{NHS}_2026-09.csv", "folder": f"Mrs Jones {NHS}/{NAME}"}.get(where, NAME)
    comment = f"for {NHS}".encode() if where == "comment" else b""
    path = zipped(tmp_path / "all.zip", (name, planted_in("unit", [], 20)), comment=comment)
    (receipt,) = load_all(store, path)
    assert receipt.outcome == "refused"
    assert landed(store, "issues") == []
    assert_no_trace(everything(store), [Planted("NHS number", "", NHS)])


@pytest.mark.parametrize("how", [(), ("--json",)])
def test_neither_receipts_nor_output_repeat_a_name_a_heading_or_a_value(
    store: Store, tmp_path: Path, capfd: pytest.CaptureFixture[str], how: tuple[str, ...]
) -> None:
    good = table(clean(20))
    files = {
        f"TST01 {NHS} issues_2026-09.csv": good,
        "Mrs Jones_issues_2026-09.csv": good,
        "headed_2026-09.csv": good.replace("requested_early_days", "jane.doe@example.com"),
        "practice_2026-09.csv": good.replace("TST01", "9434765919"),
        "named_2026-09.csv": good.replace("TST01", "JONES"),
        "other_943 476 5919.pdf": "x",
        "keyed_TST01_2026-09.csv": planted_in("patient_key", [NHS], 20),
        "typed_TST01_2026-09.csv": planted_in("directions", [f"Mrs Jones {NHS}"], 20),
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    given = [str(tmp_path / name) for name in files]
    assert main(["load", *given, *how, "--store", str(store.folder)]) == 1
    assert main(["load", str(tmp_path / f"missing {NHS}.csv"), "--store", str(store.folder)]) == 1
    assert main(["verify", "--store", str(store.folder)]) == 0
    said = "".join(capfd.readouterr())
    held = everything(store) + said.encode()
    for trace in (b"9434765919", b"943 476", b"476 5919", b"Jones", b"JONES", b"jane.doe", b"example.com"):
        assert trace not in held, trace
    outcomes = [receipt.outcome for receipt in store.receipts()[-8:]]
    assert outcomes.count("refused") == 7
    assert all(receipt.sha256 and receipt.bytes for receipt in store.receipts()[-8:])

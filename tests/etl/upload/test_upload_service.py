"""Uploads: what is taken in, what is left behind (nothing), and what is said of each file."""

from __future__ import annotations

import io
import json
import os
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest

from etl.store import Store
from etl.upload import command_process, temporary_files
from etl.upload.service import LoadOutcome, UploadService, upload_service
from reporting.access import audit
from tests.etl import extracts
from tests.etl.conftest import everything

NHS_NUMBER = "943 476 5919"
Taking = Callable[..., LoadOutcome]


class Upload(io.BytesIO):
    """A file as a browser sends it."""

    def __init__(self, name: str, text: str) -> None:
        super().__init__(text.encode())
        self.name = name


def issues(rows: int = 10, practice: str = "TST01", **changes: object) -> str:
    keys = [f"{practice}P{n:04d}" for n in range(rows)]
    return extracts.csv_text("plain", extracts.issues("plain", [extracts.Issue(k) for k in keys], practice))


def said(taken: LoadOutcome) -> dict[str, str]:
    return {receipt.file: receipt.outcome for one in taken.files for receipt in one.receipts}


def left_behind(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir() if path.name.startswith(temporary_files.PREFIX)]


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of temporary files of the test's own."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


@pytest.fixture
def in_process(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> list[list[str]]:
    """The command line run in the test's own process; the list of what it was asked."""
    from etl.__main__ import main

    asked: list[list[str]] = []

    def run(given: list[str], progress: Callable[[str], None], who: str = "") -> command_process.Ended:
        monkeypatch.setenv(audit.WHO, who)
        asked.append(list(given))
        capsys.readouterr()
        code = main(list(given))
        out, err = capsys.readouterr()
        for line in err.splitlines():
            progress(line)
        return command_process.Ended(code, out, tuple(err.splitlines()))

    monkeypatch.setattr(command_process, "run", run)
    return asked


@pytest.mark.usefixtures("in_process")
def test_every_file_gets_its_receipt_and_nothing_lies_about(store: Store, temporary: Path) -> None:
    seen: list[str] = []
    given = [
        Upload("../../TST01_issues_2026-09.csv", issues()),
        Upload("TST01_patients_2026-09.csv", "nothing,known\n1,2\n"),
        Upload(f"Mr John Smith {NHS_NUMBER}.csv", "a,b\n"),
    ]
    taken = upload_service(store.folder).load(given, lambda _, words: seen.append(words))
    assert [receipt.outcome for one in taken.files for receipt in one.receipts].count("refused") == 2
    assert said(taken)["TST01_issues_2026-09.csv"] == "accepted"
    assert left_behind(temporary) == []
    shown = repr(taken) + repr(seen)
    assert "Smith" not in shown and NHS_NUMBER not in shown and str(temporary) not in shown


@pytest.mark.usefixtures("in_process")
def test_a_refused_upload_leaves_nothing_of_itself(store: Store, temporary: Path) -> None:
    given = Upload("TST01_issues_2026-09.csv", issues().replace("TST01P0003", NHS_NUMBER))
    taken = upload_service(store.folder).load([given], lambda *_: None)
    assert said(taken) == {"TST01_issues_2026-09.csv": "refused"}
    assert NHS_NUMBER.encode() not in everything(store)
    assert NHS_NUMBER not in repr(taken)
    (receipt,) = taken.files[0].receipts
    assert "responsible for data protection" in receipt.message


@pytest.mark.usefixtures("in_process")
def test_a_smaller_file_waits_and_is_taken_in_once_accepted(store: Store, temporary: Path) -> None:
    at, name = upload_service(store.folder), "TST01_issues_2026-09.csv"
    at.load([Upload(name, issues(10))], lambda *_: None)
    assert said(at.load([Upload(name, issues(10))], lambda *_: None)) == {name: "duplicate"}
    (waiting,) = at.load([Upload(name, issues(3))], lambda *_: None).files
    assert waiting.waits and waiting.receipts[0].outcome == "smaller"
    assert "3 rows would replace 10" in waiting.receipts[0].words
    assert "--accept-smaller" not in repr(waiting.receipts)
    assert waiting.upload is not None
    accepted = at.load([waiting.upload], lambda *_: None, accept_smaller=True)
    assert said(accepted) == {name: "accepted"} and not accepted.files[0].waits


@pytest.mark.usefixtures("in_process")
def test_rows_kept_back_are_said_with_what_to_ask_of_the_practice(store: Store, temporary: Path) -> None:
    text = issues(10).replace(",56,", ",fifty-six,", 1)
    taken = upload_service(store.folder).load([Upload("TST01_issues_2026-09.csv", text)], lambda *_: None)
    (receipt,) = taken.files[0].receipts
    assert receipt.outcome == "partial" and receipt.words == "9 of 10 rows in, 1 kept back."
    assert [(kept.rows, kept.reason) for kept in receipt.quarantined] == [(1, "Quantity is not a number")]
    assert "- 1 row: quantity is not a number. Please export these columns" in receipt.message
    assert "fifty-six" not in repr(receipt)


@pytest.mark.usefixtures("in_process")
def test_who_loads_for_a_practice_loads_no_other(store: Store, temporary: Path) -> None:
    given = [
        Upload("TST01_issues_2026-09.csv", issues(practice="TST01")),
        Upload("TST02_issues_2026-09.csv", issues(practice="TST02")),
    ]
    taken = upload_service(store.folder, "TST02").load(given, lambda *_: None)
    assert said(taken) == {"TST01_issues_2026-09.csv": "refused", "TST02_issues_2026-09.csv": "accepted"}


@pytest.mark.usefixtures("in_process")
@pytest.mark.parametrize("marks", ["", "no"])
def test_without_sign_in_no_real_practice_comes_in(store: Store, temporary: Path, marks: str) -> None:
    header = "practice_code,name,pcn,place,icb,clinical_system,synthetic\n"
    rows = (
        "TST01,Surgery,North,North,Example ICB,emis,yes\n"
        f"A81001,Elm House,North,North,Example ICB,emis,{marks}\n"
    )
    at = upload_service(store.folder, synthetic_only=True)
    taken = at.load([Upload("practices_2026-09.csv", header + rows)], lambda *_: None)
    assert said(taken) == {"practices_2026-09.csv": "refused"}
    assert b"Elm House" not in everything(store)
    invented = header + rows.replace(f",{marks}\n", ",yes\n")
    assert said(at.load([Upload("practices_2026-09.csv", invented)], lambda *_: None)) == {
        "practices_2026-09.csv": "accepted"
    }


@pytest.mark.usefixtures("in_process")
def test_a_store_of_real_practices_takes_nothing_without_sign_in(tmp_path: Path, temporary: Path) -> None:
    store = Store(tmp_path / "real", create=True)
    header = "practice_code,name,pcn,place,icb,clinical_system\n"
    listed = Upload("practices_2026-09.csv", f"{header}A81001,Elm House,North,North,Example ICB,emis\n")
    assert said(upload_service(store.folder).load([listed], lambda *_: None)) == {
        "practices_2026-09.csv": "accepted"
    }
    given = Upload("A81001_issues_2026-09.csv", issues(practice="A81001"))
    taken = upload_service(store.folder, synthetic_only=True).load([given], lambda *_: None)
    assert taken.files == () and "not marked synthetic" in taken.problem
    assert len(store.receipts()) == 1


@pytest.mark.usefixtures("in_process")
def test_another_load_at_work_is_said_in_a_sentence(store: Store, temporary: Path) -> None:
    with store.writing():
        taken = upload_service(store.folder).load(
            [Upload("TST01_issues_2026-09.csv", issues())], lambda *_: None
        )
        published = upload_service(store.folder).publish(lambda *_: None)
    busy = "Another load or build is running. Wait until it has finished."
    assert (taken.problem, published.problem) == (busy, busy)
    assert left_behind(temporary) == []


@pytest.mark.parametrize("acknowledged", [True, False])
@pytest.mark.parametrize("line", ["2 of 3: ", "again, now that all files are seen: "])
def test_a_file_that_ends_the_process_does_not_lose_the_others(
    store: Store,
    temporary: Path,
    monkeypatch: pytest.MonkeyPatch,
    in_process: list[list[str]],
    acknowledged: bool,
    line: str,
) -> None:
    runs = command_process.run

    def dies(given: list[str], progress: Callable[[str], None], who: str) -> command_process.Ended:
        if "TST01_issues_2026-08.csv" not in given[-1] and len(in_process) == 0:
            in_process.append([])
            if acknowledged:
                runs(given[:-2], progress, who)
            progress("3 of 3: TST01_issues_2026-09.csv" if line.startswith("again") else "2 of 3: ")
            progress(f"{line}TST01_issues_2026-08.csv")
            return command_process.Ended(-9, "", ())
        return runs(given, progress, who)

    monkeypatch.setattr(command_process, "run", dies)
    given = [
        Upload(f"TST01_issues_2026-{month}.csv", issues().replace("2026-09-07", f"2026-{month}-07"))
        for month in ("07", "08", "09")
    ]
    taken = upload_service(store.folder).load(given, lambda *_: None)
    assert said(taken) == {
        "TST01_issues_2026-07.csv": "accepted",
        "TST01_issues_2026-08.csv": "refused",
        "TST01_issues_2026-09.csv": "accepted",
    }
    assert left_behind(temporary) == []


def test_the_folder_is_private_and_goes_whatever_happens(temporary: Path) -> None:
    with (
        pytest.raises(RuntimeError),
        temporary_files.uploaded_files([Upload("a/TST01.csv", "x"), Upload("TST01.CSV", "y")]) as all_,
    ):
        (folder,) = [temporary / name for name in left_behind(temporary)]
        if os.name == "posix":
            assert folder.stat().st_mode & 0o077 == 0
        assert sorted(one.path.name for one in all_) == ["TST01.CSV", "TST01.csv"]
        assert all(folder in one.path.parents for one in all_)
        raise RuntimeError("the load fails")
    assert left_behind(temporary) == []


def test_what_a_killed_server_left_is_deleted(temporary: Path) -> None:
    (temporary / f"{temporary_files.PREFIX}999999999-abc" / "00001").mkdir(parents=True)
    (temporary / f"{temporary_files.PREFIX}{os.getpid()}-abc").mkdir()
    upload_service(temporary)
    assert left_behind(temporary) == [f"{temporary_files.PREFIX}{os.getpid()}-abc"]


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("TST01_issues_2026-09.csv", "TST01_issues_2026-09.csv"),
        ("../../etc/TST01_issues_2026-09.csv", "TST01_issues_2026-09.csv"),
        ("C:\\Users\\x\\TST01 issues.csv", "TST01 issues.csv"),
        ("／etc／ＴＳＴ０１.csv", "TST01.csv"),
        ("TST01\u202evsc.exe\u200b.csv", "TST01vsc.exe.csv"),
        ("TST01.csv:hidden", "TST01.csv_hidden"),
        ("a\x00b\n.csv", "ab.csv"),
        ("CON.csv", "_CON.csv"),
        (" .. ", "unnamed"),
        ("folder/", "unnamed"),
    ],
)
def test_a_name_is_kept_without_what_could_do_harm(sent: str, kept: str) -> None:
    assert temporary_files.clean_name(sent) == kept


@pytest.mark.usefixtures("in_process")
def test_two_files_of_one_name_and_a_name_without_end_are_not_taken(store: Store, temporary: Path) -> None:
    name = "TST01_issues_2026-09.csv"
    given = [
        Upload(name, issues(5)),
        Upload(f"again/{name}", issues(5)),
        Upload(name.lower(), issues(6)),
        Upload(f"{'x' * 200}.csv", issues(5)),
    ]
    taken = upload_service(store.folder).load(given, lambda *_: None)
    assert said(taken) == {
        name: "accepted",
        "the second of two files of one name": "refused",
        "a file with a very long name": "refused",
    }
    assert "x" * 50 not in repr(taken)


def test_files_that_came_in_since_a_release_are_counted(tmp_path: Path) -> None:
    for number, parts in ((1, [1]), (2, [1]), (3, []), (4, [1])):
        path = tmp_path / "receipts" / f"{number:08d}.json"
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps({"parts": parts}), encoding="utf-8")
    assert UploadService(tmp_path).unpublished(1) == 2


@pytest.mark.parametrize(
    ("code", "lines", "words"),
    [
        (1, ("1 of 2: a.csv", "/x/store: cannot write here (full)."), "Cannot write here (full)."),
        (1, ("Traceback (most recent call last):", "ValueError: 943 476 5919"), ""),
        (-9, ("1 of 2: a.csv",), ""),
        (1, (), ""),
    ],
)
def test_only_a_sentence_of_the_command_is_repeated(code: int, lines: tuple[str, ...], words: str) -> None:
    assert command_process.Ended(code, "", lines).sentence(Path("/x/store")) == words

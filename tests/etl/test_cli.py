"""python -m etl as a person meets it: what it prints, how it ends, and never a traceback."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from etl.__main__ import main
from etl.store import Store
from measures import measure, policy
from tests.etl import extracts
from tests.etl.conftest import ROOT
from tests.etl.extracts import Issue

RECEIPT = ["file", "entity", "practice", "period", "outcome", "rows_read", "rows_loaded", "rows_quarantined",
           "reasons", "columns_missing", "notes", "rows_left_out"]  # fmt: skip


class Said:
    """What a command printed and how it ended."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self.capsys = capsys

    def __call__(self, *words: object) -> tuple[int, str, str]:
        self.capsys.readouterr()
        code = main([str(word) for word in words])
        out, err = self.capsys.readouterr()
        assert "Traceback" not in out + err
        return code, out, err


@pytest.fixture
def etl(capsys: pytest.CaptureFixture[str]) -> Said:
    return Said(capsys)


def issues_file(folder: Path, name: str = "TST01_issues_2026-09", rows: int = 1) -> Path:
    lines = extracts.issues("plain", [Issue(f"PAT{n:04d}") for n in range(rows)])
    return extracts.write(folder, name, "plain", lines)


def test_receipts_as_json_have_the_shape_other_tools_read(etl: Said, store: Store, tmp_path: Path) -> None:
    path = issues_file(tmp_path, rows=2)
    with path.open("a", encoding="utf-8") as file:
        file.write("too,few,cells\n")
    code, out, _ = etl("load", path, "--json", "--store", store.folder)
    (receipt,) = json.loads(out)
    assert code == 0
    assert list(receipt) == RECEIPT
    assert receipt == {
        "file": "TST01_issues_2026-09.csv",
        "entity": "issues",
        "practice": "TST01",
        "period": "2026-09",
        "outcome": "partial",
        "rows_read": 3,
        "rows_loaded": 2,
        "rows_quarantined": 1,
        "reasons": {"3 cells where the header has 13": 1},
        "columns_missing": {},
        "notes": ["no patients of TST01 are loaded yet: nobody of these issues counts till then"],
        "rows_left_out": {},
    }
    code, out, _ = etl("load", path, "--json", "--store", store.folder)
    assert (code, json.loads(out)[0]["outcome"], json.loads(out)[0]["rows_read"]) == (0, "duplicate", 0)


def test_a_refusal_ends_with_one_and_says_why(etl: Said, store: Store, tmp_path: Path) -> None:
    (tmp_path / "x_2026-09.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    code, out, _ = etl("load", tmp_path / "x_2026-09.csv", "--json", "--store", store.folder)
    (receipt,) = json.loads(out)
    assert (code, list(receipt), receipt["outcome"]) == (1, RECEIPT, "refused")
    code, out, _ = etl("load", tmp_path / "x_2026-09.csv", issues_file(tmp_path), "--store", store.folder)
    assert code == 1
    assert [line.split()[0] for line in out.splitlines()] == ["accepted", "refused"]
    assert "no layout fits this file" in out


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["load", "{tmp}/nowhere.csv"], "no such file. Check the path and its spelling"),
        (["load", "{tmp}/empty"], "no CSV, XLSX or ZIP file in this folder"),
        (["releases", "--serve", "2020-01-01T000000"], "there is no release 2020-01-01T000000. Kept are: 2"),
    ],
)
def test_what_cannot_be_done_is_a_sentence(
    etl: Said, released: Store, tmp_path: Path, words: list[str], sentence: str
) -> None:
    (tmp_path / "empty").mkdir()
    before = released.current()
    told = [word.replace("{tmp}", str(tmp_path)) for word in words]
    code, _, err = etl(*told, "--store", released.folder)
    assert code == 1
    assert sentence in err
    assert released.current() == before


def test_smaller_is_accepted_when_asked(etl: Said, store: Store, tmp_path: Path) -> None:
    etl("load", issues_file(tmp_path, rows=5), "--store", store.folder)
    smaller = issues_file(tmp_path, rows=2)
    assert etl("load", smaller, "--store", store.folder)[0] == 1
    assert etl("load", smaller, "--accept-smaller", "--store", store.folder)[0] == 0


@pytest.mark.parametrize("verb", ["build", "verify", "releases"])
def test_where_there_is_no_store_one_is_not_made(etl: Said, tmp_path: Path, verb: str) -> None:
    code, _, err = etl(verb, "--store", tmp_path / "none")
    assert (code, (tmp_path / "none").exists()) == (1, False)
    assert "there is no store here. Load extracts first" in err


@pytest.mark.parametrize("verb", [["load", "{file}"], ["build"], ["verify"], ["releases"]])
def test_a_store_of_an_older_contract_is_left_alone(
    etl: Said, released: Store, tmp_path: Path, verb: list[str]
) -> None:
    (released.folder / "contract").write_text("0123456789", encoding="utf-8")
    before = sorted(path for path in released.folder.rglob("*") if path.is_file())
    told = [word.replace("{file}", str(issues_file(tmp_path))) for word in verb]
    code, _, err = etl(*told, "--store", released.folder)
    assert code == 1
    assert "made for another version of the data contract" in err
    assert "The release being served stays" in err
    assert sorted(path for path in released.folder.rglob("*") if path.is_file()) == before


def test_a_folder_one_may_not_write_to(etl: Said, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder", encoding="utf-8")
    code, _, err = etl("load", issues_file(tmp_path), "--store", tmp_path / "file" / "store")
    assert code == 1
    assert "cannot write here" in err
    assert "Choose a folder you may write to with --store" in err


def test_a_disk_that_refuses_in_the_middle(etl: Said, store: Store, tmp_path: Path) -> None:
    (store.landing / "issues").write_text("in the way", encoding="utf-8")
    code, _, err = etl("load", issues_file(tmp_path), "--store", store.folder)
    assert code == 1
    assert "the disk refused" in err
    (store.landing / "issues").unlink()
    assert etl("load", issues_file(tmp_path), "--store", store.folder)[0] == 0
    assert etl("verify", "--store", store.folder)[0] == 0


def test_a_damaged_practice_list_is_a_sentence(etl: Said, store: Store, tmp_path: Path) -> None:
    next(store.landing.glob("practices/all/*")).write_bytes(b"PAR1 and no more")
    code, _, err = etl("load", issues_file(tmp_path), "--store", store.folder)
    assert code == 1
    assert "the practice list cannot be read" in err


def test_a_damaged_receipt_is_a_sentence(etl: Said, store: Store, tmp_path: Path) -> None:
    path = store.receipts_folder / "00000002.json"
    path.write_text(path.read_text(encoding="utf-8")[:50], encoding="utf-8")
    for words in (["load", issues_file(tmp_path)], ["build"], ["verify"]):
        code, _, err = etl(*words, "--store", store.folder)
        assert code == 1
        assert "00000002.json: this receipt cannot be read" in err


@pytest.mark.parametrize("verb", [["load", "{file}"], ["build"]])
def test_a_second_writer_is_told_to_wait(etl: Said, released: Store, tmp_path: Path, verb: list[str]) -> None:
    holding = (
        "import sys; from etl.store import Store\n"
        "with Store(sys.argv[1]).writing(): print('held', flush=True); sys.stdin.read()"
    )
    command = [sys.executable, "-c", holding, str(released.folder)]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        assert other.stdout.readline().strip() == b"held"
        told = [word.replace("{file}", str(issues_file(tmp_path))) for word in verb]
        code, _, err = etl(*told, "--store", released.folder)
        assert code == 1
        assert "another load or build is running. Wait until it has finished" in err
        other.kill()
    assert etl("load", issues_file(tmp_path), "--store", released.folder)[0] in (
        0,
        1,
    )  # the lock died with it
    with released.writing():
        pass


@pytest.mark.parametrize(
    ("loaded", "sentence"), [(False, "no practice list is loaded"), (True, "no extract of issues is loaded")]
)
def test_a_build_without_extracts_says_what_to_load(
    etl: Said, listed: Path, tmp_path: Path, loaded: bool, sentence: str
) -> None:
    folder = tmp_path / "store"
    store = Store(shutil.copytree(listed, folder)) if loaded else Store(folder, create=True)
    code, _, err = etl("build", "--store", folder)
    assert code == 1
    assert sentence in err
    assert (store.current(), list(store.releases.iterdir())) == (None, [])


def test_a_build_short_of_memory_says_how_to_give_it_more(etl: Said, released: Store) -> None:
    served = released.current()
    code, _, err = etl("build", "--anyway", "--memory", "10MB", "--store", released.folder)
    assert (code, released.current()) == (1, served)
    assert "needs more than the 10MB of memory" in err and "--memory" in err
    code, out, _ = etl("build", "--anyway", "--memory", "1GB", "--store", released.folder)
    assert code == 0 and released.current() != served, out


@pytest.mark.parametrize("size", ["4", "four GB", "0GB", "4gb; DROP", "80%"])
def test_a_size_of_memory_that_is_none_is_refused(
    size: str, released: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        main(["build", "--memory", size, "--store", str(released.folder)])
    assert "8GB or 500MB" in capsys.readouterr().err


def test_a_build_on_damaged_landing_publishes_nothing(etl: Said, released: Store) -> None:
    before = released.current()
    part = next(released.landing.glob("issues/TST01/*.parquet"))
    part.write_bytes(part.read_bytes()[:100])
    code, _, err = etl("build", "--store", released.folder)
    assert code == 1
    assert "not published" in err
    assert "The last release stays" in err
    assert released.current() == before
    part.unlink()
    code, _, err = etl("build", "--store", released.folder)
    assert (code, released.current()) == (1, before)
    assert "is missing or damaged. Restore it from a backup, or load TST01_issues" in err


def test_a_bad_measure_or_policy_stops_the_build_in_words(
    etl: Said, released: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = released.current()
    (tmp_path / "mine.toml").write_text('code = "M99"\n', encoding="utf-8")
    text = policy.PATH.read_text(encoding="utf-8").replace("stall_days = 42", "stall_days = -1")
    (tmp_path / "policy").write_text(text, encoding="utf-8")
    read, decided = measure.load, policy.load
    with monkeypatch.context() as changed:
        changed.setattr(measure, "load", lambda: read(tmp_path))
        assert etl("build", "--anyway", "--store", released.folder)[::2] == (1, "mine.toml: name: missing\n")
    with monkeypatch.context() as changed:
        changed.setattr(policy, "load", lambda: decided(tmp_path / "policy"))
        code, _, err = etl("build", "--store", released.folder)
    assert code == 1
    assert "[taper] stall_days is -1; it must be a whole number, 0 or more" in err
    assert released.current() == before


@pytest.mark.parametrize("words", [[], ["publish"], ["load"], ["build", "--engine", "abacus"], ["sample"]])
def test_wrong_usage_ends_with_two(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(words)
    assert ended.value.code == 2
    assert "usage: python -m etl" in capsys.readouterr().err


def test_the_module_runs_as_a_command(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "etl", "verify", "--store", str(tmp_path / "none")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, encoding="utf-8")
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "there is no store here" in done.stderr

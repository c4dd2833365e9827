"""Loads, builds, releases and retries stand in the audit, and are not done where they could not."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from etl.__main__ import main
from etl.store import Store
from etl.upload import command_process
from medicines.overrides import PATH as OVERRIDES
from reporting.access import audit
from tests.etl import extracts
from tests.etl.extracts import Issue


@pytest.fixture
def given(tmp_path: Path) -> Path:
    """Two months; of the second one row does not fit."""
    for month, quantity in (("2026-07", "28"), ("2026-08", "many")):
        day = Issue().day.replace(month=int(month[-2:]))
        lines = extracts.issues("plain", [Issue("PAT0001", day), Issue("PAT0002", day)])
        lines[2][6] = quantity
        extracts.write(tmp_path / "in", f"TST01_issues_{month}", "plain", lines)
    return tmp_path / "in"


def told(store: Store) -> list[tuple[str, str, dict[str, Any]]]:
    """Each event, oldest first: what, of which release, and its details."""
    found = [(one.what, one.release, dict(one.details)) for one in audit.events(store.folder)]
    assert audit.verify(store.folder) is None
    return found[::-1]


def run(store: Store, *words: str) -> int:
    return main([*words, "--store", str(store.folder)])


def test_a_load_is_recorded_before_and_after(store: Store, given: Path) -> None:
    assert run(store, "load", str(given)) == 0
    begun, done = told(store)
    assert begun == ("load", "", {"stage": "begun"})
    counts = {"files": 2, "refused": 0, "rows": 3, "quarantined": 1}
    assert done == ("load", "", {"stage": "done", **counts})


def test_a_load_that_fails_is_recorded_without_the_name_of_a_file(
    store: Store, given: Path, tmp_path: Path
) -> None:
    assert run(store, "load", str(tmp_path / "Mr John Smith.csv")) == 1
    assert told(store)[-1] == ("load", "", {"stage": "failed", "why": "RefusedError"})
    with store.writing():
        assert run(store, "load", str(given)) == 1
    assert told(store)[-1] == ("load", "", {"stage": "failed", "why": "StoreError"})
    assert b"Smith" not in b"".join(path.read_bytes() for path in (store.folder / "audit").iterdir())


def test_publications_and_retries_are_recorded(released: Store, capsys: pytest.CaptureFixture[str]) -> None:
    first = released.current()
    assert first is not None
    assert run(released, "build", "--anyway") == 0
    second = released.current()
    assert second is not None and second != first
    assert told(released) == [
        ("publication", "", {"how": "a build", "stage": "begun"}),
        ("publication", second, {"how": "a build", "stage": "done"}),
    ]
    assert run(released, "releases", "--serve", first) == 0
    assert told(released)[2:] == [
        ("publication", first, {"how": "an earlier release", "stage": "begun"}),
        ("publication", first, {"how": "an earlier release", "stage": "done"}),
    ]
    assert run(released, "releases", "--serve", "2020-01-01T000000") == 1
    assert told(released)[-1][2] == {"how": "an earlier release", "stage": "failed", "why": "StoreError"}
    before = len(told(released))
    assert run(released, "releases") == run(released, "verify") == 0
    assert len(told(released)) == before  # looking is not recorded
    assert run(released, "retry") == 0
    assert told(released)[before:] == [
        ("correction", "", {"of": "rows kept out", "stage": "begun"}),
        ("correction", "", {"of": "rows kept out", "rows": 0, "stage": "done"}),
    ]


def test_readings_put_right_are_recorded_once_for_each_change(
    released: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("etl.build.build", lambda *_: released.current())
    own = tmp_path / "overrides.csv"
    head = OVERRIDES.read_text(encoding="utf-8").splitlines()[0]

    def put_right(*texts: str) -> list[dict[str, Any]]:
        lines = [
            f"product,{text},Morphine 10mg modified-release tablets,Ann,2026-01-05,a test" for text in texts
        ]
        own.write_text("\n".join([head, *lines, ""]), encoding="utf-8")
        assert run(released, "build", "--anyway", "--overrides", str(own)) == 0
        return [one for what, _, one in told(released) if what == "correction"]

    assert put_right() == []
    assert [one["rows"] for one in put_right("MST 10")] == [1]
    assert [one["rows"] for one in put_right("MST 10")] == [1]
    assert [one["rows"] for one in put_right("MST 10", "MST ten")] == [1, 2]
    assert [one["rows"] for one in put_right()] == [1, 2, 0]


@pytest.mark.parametrize("verb", ["load", "build", "serve", "retry"])
def test_nothing_is_done_that_cannot_be_recorded(
    released: Store, given: Path, verb: str, capsys: pytest.CaptureFixture[str]
) -> None:
    current = released.current()
    assert current is not None
    (released.folder / "audit").write_text("no folder")
    before = everything(released.folder)
    words = {
        "load": ["load", str(given)],
        "build": ["build", "--anyway"],
        "serve": ["releases", "--serve", current],
        "retry": ["retry"],
    }[verb]
    assert run(released, *words) == 1
    said = capsys.readouterr().err
    assert "nothing was done, as it could not be recorded first. The audit in" in said
    assert "Traceback" not in said
    assert everything(released.folder) == before


def everything(folder: Path) -> dict[str, tuple[bytes, int]]:
    """Each file with its bytes and when it was written."""
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    return {str(path): (path.read_bytes(), path.stat().st_mtime_ns) for path in files}


def test_a_load_whose_end_cannot_be_recorded_is_done_and_says_so(
    store: Store, given: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    import etl.load

    load = etl.load.load

    def loaded(*asked: Any) -> Any:
        found = load(*asked)
        shutil.rmtree(store.folder / "audit")
        (store.folder / "audit").write_text("no folder")
        return found

    monkeypatch.setattr(etl.load, "load", loaded)
    assert run(store, "load", str(given)) == 0
    assert "It is done, but the audit does not say so." in capsys.readouterr().err
    assert sum(receipt.entity == "issues" for receipt in store.receipts()) == 2


def test_a_command_of_the_pages_is_recorded_for_whoever_asked(store: Store, tmp_path: Path) -> None:
    asked = ["load", str(tmp_path / "nowhere.csv"), "--store", str(store.folder.absolute())]
    command_process.run(asked, lambda _: None, "ann@icb.example\n\x00")
    command_process.run(asked, lambda _: None)
    assert [one.who for one in audit.events(store.folder)][::2] == [
        audit.account(),
        "ann@icb.example\ufffd\ufffd",
    ]

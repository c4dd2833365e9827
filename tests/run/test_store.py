"""The first release comes whole or not at all, and reset removes the store and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

import run

SUCCESS, FAILED = 0, 1


class Etl:
    """Stands in for python -m etl: notes what was asked, and writes what a working one would write."""

    def __init__(self, failing: str = "") -> None:
        self.failing, self.verbs, self.policies = failing, list[str](), list[str]()

    def __call__(self, verb: str, *arguments: str, store: Path, policy: str = "") -> int:
        self.verbs.append(verb)
        self.policies.append(Path(policy).name)
        store.mkdir(parents=True, exist_ok=True)
        (store / "contract").write_text("1", encoding="utf-8")
        if verb == self.failing:
            return 1
        if verb == "build":
            (store / "CURRENT").write_text("release", encoding="utf-8")
        return 0


@pytest.fixture
def etl(monkeypatch: pytest.MonkeyPatch) -> Etl:
    fake = Etl()
    monkeypatch.setattr(run, "etl", fake)
    return fake


@pytest.fixture
def store(tmp_path: Path) -> Path:
    folder = tmp_path / "store"
    folder.mkdir()
    (folder / "contract").write_text("1", encoding="utf-8")
    return folder


@pytest.mark.parametrize("empty_folder", [False, True])
def test_without_a_store_the_sample_is_published(etl: Etl, tmp_path: Path, empty_folder: bool) -> None:
    if empty_folder:
        (tmp_path / "store").mkdir()
    run.first_release(tmp_path / "store")
    assert etl.verbs == ["load", "build"] and etl.policies[1] == "policy_of_sample.toml"
    assert (tmp_path / "store" / "CURRENT").is_file()
    assert [path.name for path in tmp_path.iterdir()] == ["store"]


@pytest.mark.parametrize("failing", ["load", "build"])
def test_a_sample_that_fails_leaves_no_store(etl: Etl, tmp_path: Path, failing: str) -> None:
    etl.failing = failing
    with pytest.raises(run.Failure, match="Nothing was kept"):
        run.first_release(tmp_path / "store")
    assert not (tmp_path / "store").exists()


def test_the_rest_of_a_broken_first_try_is_not_built_upon(etl: Etl, tmp_path: Path) -> None:
    (tmp_path / "store.new").mkdir()
    (tmp_path / "store.new" / "half a file").touch()
    run.first_release(tmp_path / "store")
    assert not (tmp_path / "store" / "half a file").exists()


def test_own_extracts_are_built_and_the_sample_never_mixed_in(etl: Etl, store: Path) -> None:
    run.first_release(store)
    assert etl.verbs == ["build"]


def test_a_store_that_cannot_be_built_is_named(etl: Etl, store: Path) -> None:
    etl.failing = "build"
    with pytest.raises(run.Failure, match="No release could be built"):
        run.first_release(store)


def test_a_store_that_cannot_be_written_is_named(etl: Etl, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(run.Failure, match="Nothing can be written in"):
        run.first_release(tmp_path / "file" / "store")
    assert etl.verbs == []


def test_reset_with_yes_removes_the_store_only(store: Path) -> None:
    (store.parent / "kept").touch()
    assert run.main(["reset", "--yes", "--store", str(store)]) == SUCCESS
    assert [path.name for path in store.parent.iterdir()] == ["kept"]


@pytest.mark.parametrize(("answer", "removed"), [("y", True), ("YES", True), ("n", False), ("", False)])
def test_reset_asks_first(monkeypatch: pytest.MonkeyPatch, store: Path, answer: str, removed: bool) -> None:
    monkeypatch.setattr("builtins.input", lambda question: answer)
    assert run.main(["reset", "--store", str(store)]) == (SUCCESS if removed else FAILED)
    assert store.exists() is not removed


def test_reset_without_anyone_to_ask_removes_nothing(
    monkeypatch: pytest.MonkeyPatch, store: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def nobody(question: str) -> str:
        raise EOFError

    monkeypatch.setattr("builtins.input", nobody)
    assert run.main(["reset", "--store", str(store)]) == FAILED
    assert "Nothing was removed" in capsys.readouterr().err
    assert store.exists()


def test_reset_never_removes_a_folder_that_is_no_store(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "thesis.docx").touch()
    assert run.main(["reset", "--yes", "--store", str(tmp_path)]) == FAILED
    assert "is not a store" in capsys.readouterr().err
    assert (tmp_path / "thesis.docx").exists()


def test_reset_without_a_store_has_nothing_to_do(tmp_path: Path) -> None:
    assert run.main(["reset", "--yes", "--store", str(tmp_path / "store")]) == SUCCESS

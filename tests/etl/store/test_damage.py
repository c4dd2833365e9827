"""Damage of any kind is named, refused or done without; a reader gets a release or a sentence."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from filelock import FileLock

from etl.__main__ import main
from etl.load import load
from etl.store import Store, StoreError, releases
from etl.store.release_contents import contents
from etl.verify.release import AGAIN
from etl.verify.store import differences
from reporting import release as reader
from tests.etl.conftest import landed, write_extracts

CHANCE = random.Random(20261122)
Damage = Callable[[bytes], bytes]


def flipped(at: float) -> Damage:
    """One bit is another, so far into the file."""

    def damage(data: bytes) -> bytes:
        changed = bytearray(data)
        changed[int(at * (len(data) - 1))] ^= 1 << CHANCE.randrange(8)
        return bytes(changed)

    return damage


CUT: dict[str, Damage] = {
    "nothing left": lambda data: b"",
    "half": lambda data: data[: len(data) // 2],
    "last byte missing": lambda data: data[:-1],
    "zeros": lambda data: bytes(len(data)),
    "other words": lambda data: b"this is no such file\n" * (len(data) // 20),
}
FLIPS = {f"a bit at {at:.3f}": flipped(at) for at in (0.0, 1.0, *(CHANCE.random() for _ in range(10)))}


def test_damage_in_the_landing_is_named_refused_and_put_right(
    released: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = next(released.landing.glob("issues/TST01/*.parquet"))
    data, before, rows = path.read_bytes(), released.current(), landed(released, "issues")
    for name, damage in {**CUT, **dict(list(FLIPS.items())[::3])}.items():
        path.write_bytes(damage(data))
        (words,) = differences(released)
        assert path.name in words, name
        assert "Restore it from a backup, or load TST01_issues_2026-05_2026-09.csv again" in words
    assert main(["build", "--store", str(released.folder)]) == 1
    assert f"{path.name} is missing or damaged. Restore it" in capsys.readouterr().err
    write_extracts(tmp_path / "in", "TST01", 100)
    assert [r.outcome for r in load([tmp_path / "in"], released)] == ["duplicate", "accepted"]
    assert (landed(released, "issues"), differences(released)) == (rows, [])
    assert (released.current(), reader.current(released.folder).info.release) == (before, before)


def read_at(folder: Path, release: Path) -> str:
    """What the dashboard's reader makes of a release in a store of its own."""
    (folder / "releases").mkdir(parents=True)
    shutil.copy(release, folder / "releases")
    (folder / "CURRENT").write_text(release.stem, encoding="utf-8")
    try:
        return reader.current(folder).info.release  # where what it reads first is sound
    except reader.StoreError as error:
        assert "Build again: `python -m etl build`, or serve another" in str(error)
        return "a sentence"


def test_a_damaged_release_is_named_and_not_served(released: Store, tmp_path: Path) -> None:
    served = released.current()
    path = released.releases / f"{served}.duckdb"
    whole, sound = path.read_bytes(), contents(path)
    bad = released.releases / "2026-01-01T000000.duckdb"
    noticed = 0
    for name, damage in {**CUT, **FLIPS}.items():
        bad.write_bytes(damage(whole))
        try:
            assert contents(bad) == sound, name  # where the bit belongs to no table
            continue
        except StoreError as error:
            assert "release 2026-01-01T000000: missing or damaged" in str(error)
        noticed += 1
        with pytest.raises(StoreError, match="missing or damaged"):
            releases.roll_back(released, bad.stem)
        assert released.current() == served
        if name in CUT:
            assert read_at(tmp_path / str(noticed), bad) in (served, "a sentence")
    assert noticed >= len(CUT) + 3
    bad.write_bytes(whole[:-1])
    assert [words[:34] for words in differences(released)] == ["release 2026-01-01T000000: missing"]
    bad.write_bytes(whole)
    releases.roll_back(released, bad.stem)
    assert f"release {bad.stem}: holds release {served}. {AGAIN}" in differences(released)


def test_a_pointer_to_nothing_is_a_sentence(released: Store, capsys: pytest.CaptureFixture[str]) -> None:
    good = releases.names(released)[-1]
    for held in (b"", b"\xff\xfe\x00", b"../../etc", b"2020-01-01T000000", b"a\nb"):
        released.current_file.write_bytes(held)
        (words,) = differences(released)
        assert "CURRENT: names a release that is not kept" in words
        assert "python -m etl releases --serve NAME" in words
        with pytest.raises(reader.StoreError, match="or build again: `python -m etl build`"):
            reader.current(released.folder)
    assert main(["releases", "--serve", good, "--store", str(released.folder)]) == 0
    assert capsys.readouterr().out == f"{good}  (served)\n"
    assert differences(released) == []


def test_a_receipt_half_written_stops_everything_with_a_sentence(
    released: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    path = sorted(released.receipts_folder.iterdir())[-1]
    for cut in ("{", "[]", "null", "", "\x00" * 300):
        path.write_text(cut, encoding="utf-8")
        for verb in ("verify", "build", "retry"):
            assert main([verb, "--store", str(released.folder)]) == 1
            assert f"{path}: this receipt cannot be read. Restore it from" in capsys.readouterr().err
    assert reader.current(released.folder).info.release == released.current()


def test_a_receipt_that_is_gone_is_named(released: Store) -> None:
    second, *_, last = sorted(released.receipts_folder.iterdir())[2:]
    second.unlink()
    found = "\n".join(differences(released))
    assert f"no receipt names it. Restore receipt {int(second.stem)} from a backup" in found
    assert f"receipt {int(second.stem)} is not as it is on disk" in found
    last.unlink()
    assert f"receipt {int(last.stem)} is not as it is on disk" in "\n".join(differences(released))


def test_a_lock_left_by_the_dead_stops_nobody_and_one_of_the_living_does(
    released: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    (released.folder / "lock").write_text("4194304 gone", encoding="utf-8")
    with released.writing():
        pass
    served = released.current()
    with FileLock(released.folder / "lock"):
        for words in (["build"], ["retry"], ["releases", "--serve", str(served)]):
            assert main([*words, "--store", str(released.folder)]) == 1
            assert "another load or build is running. Wait until it has finished" in capsys.readouterr().err
        assert differences(released) == []
        assert reader.current(released.folder).info.release == served

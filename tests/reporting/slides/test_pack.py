"""The board pack: what is on its slides, what is kept of it, and its files."""

from __future__ import annotations

import dataclasses
import errno
import hashlib
import io
import shutil
import zipfile
from contextlib import suppress
from pathlib import Path

import psutil
import pytest
from openpyxl import load_workbook
from PIL import Image

from reporting.access import audit
from reporting.access.scope import EDITIONS, Edition, Scope, Selection, Snapshot
from reporting.exhibits.high_dose.page import TREND
from reporting.slides import files as pack_files
from reporting.slides import history
from reporting.slides.__main__ import main
from reporting.slides.contents import KEYS, usual_asks
from reporting.slides.pack import Order, PackError, about, drawable, found, slides
from reporting.slides.pictures import picture
from reporting.slides.pictures.chromium import SlideBrowser
from reporting.slides.pictures.renderer import BrowserFailed
from reporting.slides.quarter import Quarter, at_end_of, quarters

SELECTION = Selection(120)


@pytest.fixture
def quarter(snapshot: Snapshot) -> Quarter:
    return quarters(snapshot.info)[0]


def test_each_slide_has_what_a_board_needs(snapshot: Snapshot, quarter: Quarter) -> None:
    order = Order(quarter, SELECTION)
    keys = found(snapshot, Scope.icb(), order).keys
    assert len(keys) >= len(KEYS) - 1
    for place, key in enumerate(keys, 1):
        _, frame = drawable(snapshot, Scope.icb(), order, key)
        assert frame.headline and frame.caption and frame.synthetic, key
        assert frame.number == f"{place} of {len(keys)}"
        assert quarter.words in frame.eyebrow
        assert frame.notes[-1] == ("What we ask", usual_asks()[key])
        assert all(text.strip() for _, text in frame.notes), key
        assert f"Release {snapshot.release}" in frame.footer
        assert f"OME factors {snapshot.info.factor_version}" in frame.footer
        assert "Threshold 120 mg" in frame.footer
        assert f"data to {quarter.last_day.day} {quarter.last_day:%b %Y}" in frame.caption, key


def test_an_internal_slide_says_what_its_page_does(snapshot: Snapshot, quarter: Quarter) -> None:
    on_page = TREND(at_end_of(snapshot, quarter), Scope.icb(), SELECTION)
    exhibit, frame = drawable(snapshot, Scope.icb(), Order(quarter, SELECTION), "high-dose-trend")
    assert (frame.headline, frame.subtitle, frame.caption) == (
        on_page.headline, on_page.subtitle, on_page.caption
    )  # fmt: skip
    assert exhibit.table.equals(on_page.table)
    assert frame.edition == "internal"
    assert frame.footer.startswith("Internal edition: not for publication. Release ")


def test_a_published_slide_rounds_counts_and_keeps_the_verdict(snapshot: Snapshot, quarter: Quarter) -> None:
    on_page = TREND(at_end_of(snapshot, quarter), Scope.icb(), SELECTION)
    order = Order(quarter, SELECTION, edition="published")
    exhibit, frame = drawable(snapshot, Scope.icb(), order, "high-dose-trend")
    assert on_page.headline == "Could be chance: 72 people above 120 mg, as many as a year ago"
    assert frame.headline == "Could be chance: not surely more or fewer people than a year ago"
    exact, shown_as = on_page.table["People"].iloc[-1], exhibit.table["People"].iloc[-1]
    assert shown_as % 5 == 0 and abs(shown_as - exact) <= 2
    assert frame.footer.startswith("Published edition. [c] withheld: 1 to 7, or what would tell such a count")


def test_every_usual_ask_belongs_to_a_slide_and_names_no_dose() -> None:
    assert set(usual_asks()) == set(KEYS)
    for words in usual_asks().values():
        assert len(words) <= history.LONGEST_ASK
        assert " mg" not in words


def test_own_words_take_the_place_of_the_usual_ask(snapshot: Snapshot, quarter: Quarter) -> None:
    order = Order(quarter, SELECTION, ("high-dose-trend",), {"high-dose-trend": "Ask the PCN leads."})
    _, frame = drawable(snapshot, Scope.icb(), order, "high-dose-trend")
    assert frame.notes[-1] == ("What we ask", "Ask the PCN leads.")
    assert frame.number == "1 of 1"


@pytest.mark.parametrize("edition", EDITIONS)
def test_a_slide_of_real_data_bears_no_synthetic_mark(
    snapshot: Snapshot, quarter: Quarter, edition: Edition
) -> None:
    real = dataclasses.replace(snapshot, info=dataclasses.replace(snapshot.info, synthetic=False))
    _, frame = drawable(real, Scope.icb(), Order(quarter, SELECTION, edition=edition), "high-dose-bands")
    assert not frame.synthetic and frame.edition == edition


@pytest.mark.parametrize(
    ("keys", "said"), [((), "No slide is chosen"), (("high-dose-trend", "nonsense"), "no slide “nonsense”")]
)
def test_slides_that_are_not_there_are_named(
    snapshot: Snapshot, quarter: Quarter, keys: tuple[str, ...], said: str
) -> None:
    with pytest.raises(PackError, match=said):
        slides(snapshot, Scope.icb(), Order(quarter, SELECTION, keys))


def test_slides_of_an_area_with_nothing_to_count_are_left_out_and_say_why(
    snapshot: Snapshot, quarter: Quarter
) -> None:
    order = Order(quarter, Selection(120, pcn="NOWHERE"))
    pack = found(snapshot, Scope.icb(), order)
    assert not pack.slides and len(pack.left_out) == len(KEYS)
    assert all("No practice matches" in why or "Too few practices" in why for _, why in pack.left_out)
    with pytest.raises(PackError, match="Every slide is left out"):
        slides(snapshot, Scope.icb(), order)
    with pytest.raises(PackError, match="left out of this pack"):
        drawable(snapshot, Scope.icb(), order, "the-quarter")


def test_words_are_kept_by_quarter_and_area(tmp_path: Path) -> None:
    q3, pcn = Quarter(2026, 3), Selection(120, pcn="Alder")
    history.save_ask(tmp_path, q3, SELECTION, "taper-speed", "Ask again.")
    history.save_ask(tmp_path, q3, pcn, "taper-speed", "Ask Alder.")
    assert history.asks(tmp_path, q3, SELECTION) == {"taper-speed": "Ask again."}
    assert history.asks(tmp_path, q3, pcn) == {"taper-speed": "Ask Alder."}
    assert history.asks(tmp_path, q3.before, SELECTION) == {}
    assert history.asks(tmp_path, q3, SELECTION, "published") == {}  # words for inside may hold a count
    history.save_ask(tmp_path, q3, SELECTION, "taper-speed", "Ask the board.", "published")
    assert history.asks(tmp_path, q3, SELECTION, "published") == {"taper-speed": "Ask the board."}
    with pytest.raises(ValueError, match="400"):
        history.save_ask(tmp_path, q3, SELECTION, "taper-speed", "x" * 401)
    history.save_ask(tmp_path, q3, SELECTION, "the-quarter", "Of another slide.")
    assert history.asks(tmp_path, q3, SELECTION) == {
        "taper-speed": "Ask again.",
        "the-quarter": "Of another slide.",
    }
    history.save_ask(tmp_path, q3, SELECTION, "taper-speed", "")
    assert history.asks(tmp_path, q3, SELECTION) == {"the-quarter": "Of another slide."}


@pytest.mark.parametrize("damage", ["{", "[]", '{"2026Q3": []}', '{"2026Q3": {"icb": {"the-quarter": 1}}}'])
def test_damaged_words_stop_a_pack_and_stay_as_they_are(tmp_path: Path, damage: str) -> None:
    q3, path = Quarter(2026, 3), tmp_path / history.FOLDER / history.ASKS
    history.save_ask(tmp_path, q3, SELECTION, "the-quarter", "Ours.")
    path.write_text(damage, encoding="utf-8")
    with pytest.raises(PackError, match="damaged"):
        history.asks(tmp_path, q3, SELECTION)
    with pytest.raises(PackError, match="damaged"):
        history.save_ask(tmp_path, q3, SELECTION, "the-quarter", "New.")
    assert path.read_text(encoding="utf-8") == damage


def test_a_pack_by_command_line(
    snapshot: Snapshot,
    example_store: Path,
    quarter: Quarter,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    asked = ["--store", str(example_store), "--quarter", str(quarter), "--out", str(tmp_path)]
    assert main([*asked, "--slides", "the-quarter,high-dose-trend"]) == 0, capsys.readouterr().err
    names = sorted(path.name for path in tmp_path.iterdir())
    told = about(snapshot, Scope.icb(), Order(quarter, SELECTION))
    assert names == sorted(
        pack_files.file_name(told, part, kind)
        for part, kind in (
            ("01-the-quarter", "png"), ("02-high-dose-trend", "png"), ("board-pack", "pdf"),
            ("board-pack", "pptx"), ("board-pack", "xlsx"), ("board-pack", "zip"), ("contents", "csv"),
        )
    )  # fmt: skip
    assert all("-internal-" in name for name in names)
    picture = next(path for path in tmp_path.iterdir() if "high-dose-trend" in path.name)
    assert Image.open(picture).size == (1920, 1080)
    whole = zipfile.ZipFile(next(tmp_path.glob("*.zip")))
    assert sorted(whole.namelist()) == sorted(set(names) - {next(tmp_path.glob("*.zip")).name})
    shown = TREND(at_end_of(snapshot, quarter), Scope.icb(), SELECTION).table
    book = load_workbook(io.BytesIO(whole.read(next(n for n in names if n.endswith(".xlsx")))))
    cells = {cell.value for row in book[book.sheetnames[-1]].iter_rows() for cell in row}
    assert set(shown["People"]) <= cells
    (written, *_) = audit.events(example_store)
    assert written.what == "pack exported" and written.who == audit.account()
    assert (written.details["quarter"], written.details["edition"]) == (str(quarter), "internal")
    assert sorted(written.details["files"]) == names
    made = next(tmp_path.glob("*.zip")).read_bytes()
    assert written.details["sha256"] == hashlib.sha256(made).hexdigest()
    assert written.details["rows"] > 0
    assert audit.verify(example_store) is None


def test_no_pack_leaves_that_cannot_be_recorded(
    example_store: Path, quarter: Quarter, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    store, out = shutil.copytree(example_store, tmp_path / "store"), tmp_path / "out"
    shutil.rmtree(store / "audit", ignore_errors=True)
    (store / "audit").write_text("no folder")
    asked = ["--store", str(store), "--quarter", str(quarter), "--out", str(out), "--format", "xlsx"]
    assert main([*asked, "--slides", "the-quarter"]) == 1
    said = capsys.readouterr().err
    assert "No pack was made. The audit in" in said and "Traceback" not in said
    assert not out.exists()


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"--quarter": "2050Q1"}, "no complete data for January to March 2050"),
        ({"--quarter": "soon"}, "“soon” is no quarter"),
        ({"--scope": "pcn:Atlantis"}, "no area “pcn:Atlantis”"),
        ({"--scope": "practice:SYN01"}, "no area “practice:SYN01”"),
        ({"--threshold": "7"}, "no threshold 7"),
        ({"--format": "png,gif"}, "no format “gif”"),
        ({"--store": "nowhere"}, "no store in the folder “nowhere”"),
    ],
)
def test_what_cannot_be_made_is_said_and_nothing_is_written(
    example_store: Path,
    quarter: Quarter,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    changed: dict[str, str],
    said: str,
) -> None:
    out = tmp_path / "out"
    asked = {
        "--store": str(example_store),
        "--quarter": str(quarter),
        "--slides": "the-quarter",
        "--out": str(out),
    }
    assert main([part for pair in (asked | changed).items() for part in pair]) == 1
    assert said in capsys.readouterr().err
    assert not out.exists()


def test_a_full_disk_leaves_no_part_of_a_pack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = Path.write_bytes

    def full(path: Path, data: bytes) -> int:
        if path.name == "two.png":
            raise OSError(errno.ENOSPC, "No space left on device")
        return whole(path, data)

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(PackError, match="No space left on device"):
        pack_files.written({"one.png": b"1", "two.png": b"2"}, tmp_path / "out")
    assert list((tmp_path / "out").iterdir()) == []


def test_a_folder_that_is_a_file_is_refused_in_words(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("a file")
    with pytest.raises(PackError, match="another folder"):
        pack_files.written({"one.png": b"1"}, tmp_path / "out")


def test_a_browser_that_fails_leaves_no_files(
    example_store: Path,
    quarter: Quarter,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def fails(_frame: object) -> bytes:
        raise BrowserFailed("The browser ended, twice.")

    monkeypatch.setattr(picture, "png", fails)
    asked = ["--store", str(example_store), "--quarter", str(quarter), "--out", str(tmp_path / "out")]
    assert main(asked) == 1
    assert "The browser ended, twice." in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


BROWSERS = ("chrom", "edge", "brave")


def browsers() -> list[psutil.Process]:
    """The browsers this process has started."""
    started = psutil.Process().children(recursive=True)
    return [one for one in started if any(name in one.name().lower() for name in BROWSERS)]


def test_a_browser_killed_once_between_slides_is_opened_again(snapshot: Snapshot, quarter: Quarter) -> None:
    def kill(done: int, _: int) -> None:
        if done == 1:
            assert browsers(), "no browser to kill was found"
            for one in browsers():
                with suppress(psutil.NoSuchProcess):
                    one.kill()

    order = Order(quarter, SELECTION, KEYS[:3])
    assert len(slides(snapshot, Scope.icb(), order, kill)) == 3


def test_a_browser_killed_whenever_it_opens_ends_in_a_sentence_and_no_file(
    example_store: Path, quarter: Quarter, tmp_path: Path, capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    drawn = SlideBrowser.picture

    async def killed(self: SlideBrowser, body: str, figure: str | None, scale: float) -> bytes:
        assert browsers(), "no browser to kill was found"
        for one in browsers():
            with suppress(psutil.NoSuchProcess):
                one.kill()
        return await drawn(self, body, figure, scale)

    monkeypatch.setattr(SlideBrowser, "picture", killed)
    out = tmp_path / "pack"
    assert main(["--store", str(example_store), "--quarter", str(quarter), "--out", str(out)]) == 1
    said = capsys.readouterr().err
    assert "No pack was made. The browser" in said and "twice" in said
    assert not out.exists()

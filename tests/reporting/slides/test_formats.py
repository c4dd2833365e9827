"""A pack's files read back by other readers: what was put in is in them, and nothing of today."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
import zlib
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from openpyxl import load_workbook
from PIL import Image
from pptx import Presentation

from reporting.slides.formats.archive import archive
from reporting.slides.formats.pdf import pdf
from reporting.slides.formats.pptx import pptx
from reporting.slides.formats.xlsx import xlsx
from reporting.slides.slide import About, Slide

ABOUT = About("Board pack", "Sample ICB", "2026Q3", "r1", "2026.11", dt.date(2026, 9, 30), True)
TABLE = pd.DataFrame(
    {
        "Practice": ["=1+1", "-5", "Alder"],
        "People": np.array([-5, 3, 4], dtype="int64"),
        "Per 1,000": [1.25, np.nan, 2.0],
        "Protected": pd.array([10, pd.NA, 15], dtype="Int64"),
        "Day": [pd.Timestamp("2026-09-30"), pd.NaT, pd.Timestamp("2026-08-31")],
    }
)
Writer = Callable[[list[Slide], About], bytes]


def pixels(seed: int) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (90, 160, 3), dtype=np.uint8)


def slide(seed: int, name: str, table: pd.DataFrame = TABLE) -> Slide:
    made = io.BytesIO()
    Image.fromarray(pixels(seed)).save(made, "PNG")
    return Slide(
        name, f"Finding {seed} <&>", made.getvalue(), f"Alt {seed} “é”", f"Says {seed}\n\nMore", table
    )


SLIDES = [slide(1, "01-high-dose-trend"), slide(2, "02-taper-speed", pd.DataFrame())]


@pytest.mark.parametrize("writer", [pptx, pdf, xlsx])
def test_the_same_pack_gives_the_same_bytes(writer: Writer, monkeypatch: pytest.MonkeyPatch) -> None:
    first = writer(SLIDES, ABOUT)
    import time

    monkeypatch.setattr(time, "time", lambda: 2_000_000_000.0)
    assert writer(SLIDES, ABOUT) == first
    year = str(dt.date.today().year + 1).encode()
    assert year not in first or year in str(ABOUT).encode()


def test_powerpoint_holds_picture_title_words_and_notes() -> None:
    deck = Presentation(io.BytesIO(pptx(SLIDES, ABOUT)))
    assert deck.slide_width and deck.slide_height
    assert deck.slide_width * 9 == deck.slide_height * 16
    for page, made, seed in zip(deck.slides, SLIDES, (1, 2), strict=True):
        assert page.shapes.title.text == made.title
        assert page.shapes.title.top + page.shapes.title.height <= 0, "the title covers the picture"
        picture = next(shape for shape in page.shapes if shape.shape_type == 13)
        assert (picture.left, picture.top, picture.width, picture.height) == (
            0,
            0,
            deck.slide_width,
            deck.slide_height,
        )
        assert picture._element.nvPicPr.cNvPr.get("descr") == made.alt
        shown = np.asarray(Image.open(io.BytesIO(picture.image.blob)).convert("RGB"))
        assert (shown == pixels(seed)).all()
        assert page.notes_slide.notes_text_frame.text.split() == made.notes.split()
    said = deck.core_properties
    assert (said.title, said.subject) == ("Board pack", "Sample ICB")
    assert "release r1" in said.keywords and "2026.11" in said.keywords and "Synthetic data" in said.keywords


def test_pdf_has_a_page_a_slide_with_every_pixel_its_words_and_an_outline() -> None:
    made = pdf(SLIDES, ABOUT)
    assert len(re.findall(rb"/Type /Page\b(?!s)", made)) == len(SLIDES)
    assert made.count(b"/Subtype /Image") >= len(SLIDES) and b"/DCTDecode" not in made
    streams = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", made, re.DOTALL)
    unpacked = [zlib.decompressobj().decompress(data) for data in streams if data[:1] == b"x"]
    for seed in (1, 2):
        assert any(_rows(data) == pixels(seed).tobytes() for data in unpacked), "a picture lost pixels"
    assert made.count(b"/Alt ") == len(SLIDES)
    assert b"/Outlines" in made and b"/Lang (en-GB)" in made


def _rows(data: bytes) -> bytes:
    """The bytes of a picture: as they are, or behind a byte of PNG's filter 0 a row."""
    stride = 160 * 3 + 1
    if len(data) == 90 * stride and not any(data[::stride]):
        return b"".join(data[row * stride + 1 : (row + 1) * stride] for row in range(90))
    return data


def test_the_workbook_holds_the_numbers_and_runs_nothing() -> None:
    book = load_workbook(io.BytesIO(xlsx(SLIDES, ABOUT)))
    assert book.sheetnames == ["About", "01-high-dose-trend"]
    sheet = book["01-high-dose-trend"]
    assert [cell.value for cell in sheet[3]] == list(TABLE.columns)
    assert [[cell.value for cell in row] for row in sheet.iter_rows(min_row=4)] == [
        ["'=1+1", -5, 1.25, 10, dt.datetime(2026, 9, 30)],
        ["'-5", 3, None, None, None],
        ["Alder", 4, 2, 15, dt.datetime(2026, 8, 31)],
    ]
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)
    assert sheet.freeze_panes == "A4"
    front = {row[0].value: row[1].value for row in book["About"].iter_rows(max_col=2)}
    assert (front["Area"], front["Quarter"], front["Release"], front["Data"]) == (
        "Sample ICB",
        "2026Q3",
        "r1",
        "Synthetic",
    )
    assert "release r1" in book.properties.keywords


def test_long_and_equal_names_of_sheets_are_told_apart() -> None:
    long = "07-" + "a" * 40
    names = load_workbook(
        io.BytesIO(xlsx([slide(1, long), slide(2, long.upper()), slide(3, "a/b:c")], ABOUT))
    ).sheetnames
    assert len({name.lower() for name in names}) == 4
    assert all(len(name) <= 31 for name in names) and names[-1] == "a-b-c"


def test_an_archive_holds_its_members_in_order() -> None:
    made = archive({"b.png": b"2", "a.txt": b"1" * 1000})
    assert made == archive({"b.png": b"2", "a.txt": b"1" * 1000})
    whole = zipfile.ZipFile(io.BytesIO(made))
    assert whole.namelist() == ["b.png", "a.txt"]
    assert (whole.read("b.png"), whole.read("a.txt")) == (b"2", b"1" * 1000)


@pytest.mark.parametrize("name", ["", "/a", "../a", "a/../../b", "..\\a"])
def test_an_archive_takes_no_name_that_leaves_its_folder(name: str) -> None:
    with pytest.raises(ValueError, match="no name for a member"):
        archive({name: b""})

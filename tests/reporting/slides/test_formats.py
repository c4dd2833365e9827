"""A pack's files read back by other readers: what was put in is in them, and nothing of today."""

from __future__ import annotations

import dataclasses
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

from reporting.access.scope import Edition
from reporting.slides.files import files
from reporting.slides.formats.archive import archive
from reporting.slides.formats.labelled import labelled
from reporting.slides.formats.pdf import pdf
from reporting.slides.formats.pptx import pptx
from reporting.slides.formats.xlsx import xlsx
from reporting.slides.slide import About, Slide

ABOUT = About("Board pack", "Sample ICB", "2026Q3", "r1", "2026.11", "2026-11-22", dt.date(2026, 9, 30), True)
TABLE = pd.DataFrame(
    {
        "Practice": ["=1+1", "-5", "Alder"],
        "People": np.array([-5, 3, 4], dtype="int64"),
        "Per 1,000": [1.25, np.nan, 2.0],
        "Protected": pd.array([10, pd.NA, 15], dtype="Int64"),
        "Day": [pd.Timestamp("2026-09-30"), pd.NaT, pd.Timestamp("2026-08-31")],
    }
)
KEYWORDS = (
    "2026Q3; release r1; OME factors 2026.11; definitions of 2026-11-22; data to 30 Sep 2026; "
    "Internal edition: not for publication; Synthetic data"
)
AUTHOR = "Opioid stewardship dashboard"
NO_TIME = (1980, 1, 1, 0, 0, 0)
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
def test_the_same_pack_gives_the_same_bytes(writer: Writer) -> None:
    assert writer(SLIDES, ABOUT) == writer(SLIDES, ABOUT)


@pytest.mark.parametrize("writer", [pptx, xlsx])
def test_an_office_file_gives_the_last_day_of_its_data_and_no_other(writer: Writer) -> None:
    whole = zipfile.ZipFile(io.BytesIO(writer(SLIDES, ABOUT)))
    assert {entry.date_time for entry in whole.infolist()} == {NO_TIME}
    core = whole.read("docProps/core.xml").decode()
    for kind in ("created", "modified"):
        assert re.findall(rf"<dcterms:{kind}[^>]*>([^<]*)<", core) == ["2026-09-30T00:00:00Z"]


def test_a_pdf_gives_the_last_day_of_its_data_and_no_other() -> None:
    assert set(re.findall(rb"\(D:(\d+)", pdf(SLIDES, ABOUT))) == {b"20260930000000"}


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
    assert (said.title, said.subject, said.keywords) == ("Board pack", "Sample ICB", KEYWORDS)
    assert (said.author, said.last_modified_by) == (AUTHOR, AUTHOR)


def test_texts_office_cannot_hold_or_would_misread_stay_texts() -> None:
    odd = pd.DataFrame(
        {"Text": ["#N/A", "a\x00b\x1bc", "\ufffe"], "Time": pd.to_datetime(["2026-09-30 12:00+02:00"] * 3)}
    )
    told = [dataclasses.replace(slide(1, "01-odd", odd), title="T\x01", alt="A\x02", notes="N\x03")]
    sheet = load_workbook(io.BytesIO(xlsx(told, ABOUT)))["01-odd"]
    cells = [sheet.cell(row, 1) for row in (4, 5, 6)]
    assert [(cell.value, cell.data_type) for cell in cells] == [
        ("#N/A", "s"),
        ("a\ufffdb\ufffdc", "s"),
        ("\ufffd", "s"),
    ]
    assert sheet.cell(4, 2).value == dt.datetime(2026, 9, 30, 12)
    page = Presentation(io.BytesIO(pptx(told, ABOUT))).slides[0]
    assert page.shapes.title.text == "T\ufffd"
    assert page.notes_slide.notes_text_frame.text == "N\ufffd"


@pytest.mark.parametrize("writer", [pptx, pdf, xlsx])
def test_only_synthetic_data_are_called_so(writer: Writer) -> None:
    made = writer(SLIDES, dataclasses.replace(ABOUT, synthetic=False))
    words = made if writer is pdf else zipfile.ZipFile(io.BytesIO(made)).read("docProps/core.xml")
    assert b"release r1" in words
    assert b"Synthetic" not in words


def test_pdf_has_a_page_a_slide_with_every_pixel_its_words_and_an_outline() -> None:
    made = pdf(SLIDES, ABOUT)
    assert len(re.findall(rb"/Type /Page\b(?!s)", made)) == len(SLIDES)
    assert made.count(b"/Subtype /Image") >= len(SLIDES) and b"/DCTDecode" not in made
    streams = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", made, re.DOTALL)
    unpacked = [zlib.decompressobj().decompress(data) for data in streams if data[:1] == b"x"]
    for seed in (1, 2):
        assert any(_rows(data) == pixels(seed).tobytes() for data in unpacked), "a picture lost pixels"
    said = re.findall(rb"/Alt <([0-9a-f]+)>", made)
    assert [bytes.fromhex(text.decode()).decode("utf-16") for text in said] == [one.alt for one in SLIDES]
    assert b"/Outlines" in made and b"/Lang (en-GB)" in made
    assert re.findall(rb"/MediaBox \[([^]]*)\]", made) == [b"0 0 960.00 540.00"], "not 16:9"
    titles = re.findall(rb"/Title \(([^)]*)\)", made)
    assert titles == [*(one.title.encode() for one in SLIDES), b"Board pack"], (
        "bookmarks, then the file's own"
    )


@pytest.mark.parametrize(
    ("key", "text"),
    [("Subject", "Sample ICB"), ("Keywords", KEYWORDS), ("Author", AUTHOR), ("Creator", AUTHOR)],
)
def test_a_pdf_says_what_it_is(key: str, text: str) -> None:
    assert f"/{key} ({text})".encode() in pdf(SLIDES, ABOUT)


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
    assert (sheet["A1"].value, sheet["A1"].font.b) == (SLIDES[0].title, True)
    assert all(cell.font.b for cell in sheet[3])
    assert all(8 <= sheet.column_dimensions[letter].width <= 60 for letter in "ABCDE")
    front = {row[0].value: row[1].value for row in book["About"].iter_rows(max_col=2)}
    assert (front["Area"], front["Quarter"], front["Release"], front["Data"]) == (
        "Sample ICB",
        "2026Q3",
        "r1",
        "Synthetic",
    )
    assert (front["Board pack"], front["Data to"], front["OME factors"]) == (
        None,
        dt.datetime(2026, 9, 30),
        "2026.11",
    )
    assert front["Definitions of measures"] == "2026-11-22"
    assert front["01-high-dose-trend"] == SLIDES[0].title
    said = book.properties
    assert (said.title, said.subject, said.keywords) == ("Board pack", "Sample ICB", KEYWORDS)
    assert (said.creator, said.lastModifiedBy) == (AUTHOR, AUTHOR)


def test_no_title_heading_or_area_of_a_workbook_is_run() -> None:
    hostile = dataclasses.replace(slide(1, "01-a", pd.DataFrame({"=1+1": [1]})), title="=2+2")
    about = dataclasses.replace(ABOUT, title="@title", area="+area")
    front, sheet = load_workbook(io.BytesIO(xlsx([hostile], about))).worksheets
    assert (sheet["A1"].value, sheet["A3"].value) == ("'=2+2", "'=1+1")
    assert (front["A1"].value, front["B2"].value) == ("'@title", "'+area")
    cells = [cell for page in (front, sheet) for row in page.iter_rows() for cell in row]
    assert all(cell.data_type != "f" for cell in cells)


def test_numbers_truths_and_gaps_stay_what_they_are() -> None:
    table = pd.DataFrame({"Mixed": pd.Series([np.float64(-1.5), np.bool_(True), None, pd.NA], dtype=object)})
    sheet = load_workbook(io.BytesIO(xlsx([slide(1, "01-a", table)], ABOUT))).worksheets[1]
    read = [sheet.cell(row, 1).value for row in range(4, 8)]
    assert read == [-1.5, True, None, None]
    assert type(read[1]) is bool


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
    assert {entry.date_time for entry in whole.infolist()} == {NO_TIME}
    assert (whole.read("b.png"), whole.read("a.txt")) == (b"2", b"1" * 1000)


@pytest.mark.parametrize("name", ["", "/a", "../a", "a/../../b", "..\\a"])
def test_an_archive_takes_no_name_that_leaves_its_folder(name: str) -> None:
    with pytest.raises(ValueError, match="no name for a member"):
        archive({name: b""})


def test_a_picture_says_what_it_is_and_keeps_every_pixel() -> None:
    (name, made), *_ = files(SLIDES, ABOUT, ["png"]).items()
    assert name == "sample-icb-2026q3-01-high-dose-trend-internal-synthetic.png"
    with Image.open(io.BytesIO(made)) as picture:
        picture.load()
        assert picture.text == {  # type: ignore[attr-defined]
            "Title": "Finding 1 <&>", "Description": "Alt 1 “é”", "Comment": KEYWORDS, "Author": AUTHOR,
        }  # fmt: skip
        assert (np.asarray(picture) == pixels(1)).all()


def test_only_a_png_is_labelled() -> None:
    with pytest.raises(ValueError, match="no PNG"):
        labelled(b"%PDF", {"Title": "T"})


@pytest.mark.parametrize(
    ("edition", "words"),
    [("internal", "Internal edition: not for publication"), ("published", "Published edition")],
)
def test_every_file_says_its_edition_in_its_name_and_in_itself(edition: Edition, words: str) -> None:
    said = dataclasses.replace(ABOUT, edition=edition, left_out=(("The funnel", "It has no form."),))
    made = files(SLIDES, said)
    assert all(f"-{edition}-" in name for name in made)
    by_kind = {name.rsplit(".", 1)[-1]: data for name, data in made.items()}
    assert words in by_kind["png"].decode("utf-8", "ignore")
    assert words.encode() in by_kind["pdf"] or words.encode("utf-16-be") in by_kind["pdf"]
    deck = Presentation(io.BytesIO(by_kind["pptx"]))
    book = load_workbook(io.BytesIO(by_kind["xlsx"]))
    assert words in deck.core_properties.keywords and words in book.properties.keywords
    about = {row[0].value: row[1].value for row in book["About"].iter_rows()}
    assert about["Edition"] == words and about["Left out: The funnel"] == "It has no form."
    assert words in by_kind["csv"].decode() and "left out: It has no form." in by_kind["csv"].decode()

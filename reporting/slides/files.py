"""The files of a pack: pictures, PDF, PowerPoint, workbook, all of them in a ZIP; and writing them down."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import pandas as pd

from reporting.disclosure import edition_words
from reporting.slides.formats.archive import archive
from reporting.slides.formats.cells import neutral
from reporting.slides.formats.labelled import labelled
from reporting.slides.formats.pdf import pdf
from reporting.slides.formats.pptx import pptx
from reporting.slides.formats.wording import AUTHOR, keywords
from reporting.slides.formats.xlsx import xlsx
from reporting.slides.pack import PackError
from reporting.slides.slide import About, Slide

DECKS = {"pdf": pdf, "pptx": pptx, "xlsx": xlsx}
FORMATS = ("png", *DECKS)


def files(slides: Sequence[Slide], about: About, formats: Sequence[str] = FORMATS) -> dict[str, bytes]:
    """File name → bytes, in the order of the pack. Raises PackError for a format there is not."""
    if unknown := [name for name in formats if name not in FORMATS]:
        raise PackError(f"There is no format “{unknown[0][:20]}”. There are: {', '.join(FORMATS)}.")
    pictures = slides if "png" in formats else ()
    made = {file_name(about, slide.name, "png"): _picture(slide, about) for slide in pictures}
    made |= {
        file_name(about, "board-pack", kind): DECKS[kind](slides, about) for kind in DECKS if kind in formats
    }
    return {**made, file_name(about, "contents", "csv"): _contents(slides, about)}


def _contents(slides: Sequence[Slide], about: About) -> bytes:
    """What is in the pack and what is left out, each with its finding or the reason."""
    rows = [
        *((slide.name, slide.title, "") for slide in slides),
        *((name, "", f"left out: {why}") for name, why in about.left_out),
        (edition_words(about.edition), "", "Synthetic data" if about.synthetic else ""),
    ]
    frame = pd.DataFrame(rows, columns=["Slide", "Finding", "Note"]).map(neutral)
    return frame.to_csv(index=False, lineterminator="\r\n").encode("utf-8-sig")


def _picture(slide: Slide, about: About) -> bytes:
    said = {"Title": slide.title, "Description": slide.alt, "Comment": keywords(about), "Author": AUTHOR}
    return labelled(slide.png, said)


def zipped(made: Mapping[str, bytes], about: About) -> tuple[str, bytes]:
    """All files of a pack in one ZIP: its name and its bytes."""
    return file_name(about, "board-pack", "zip"), archive(made)


def file_name(about: About, what: str, ending: str) -> str:
    """Area, quarter, what, edition, and whether synthetic:
    “example-icb-2026q3-02-high-dose-trend-internal-synthetic.png”."""
    words = [about.area, about.quarter, what, about.edition, *(["synthetic"] if about.synthetic else [])]
    return re.sub(r"[^0-9a-z]+", "-", " ".join(words).lower()).strip("-") + f".{ending}"


def written(made: Mapping[str, bytes], out: Path) -> list[Path]:
    """The files in a folder, which is made where it is not there; those of the same name are replaced.

    All are written beside before the first is put in place, so that a full disk leaves no part of a pack.
    Raises PackError where the folder cannot be written.
    """
    with writing(out) as beside:
        for name, data in made.items():
            (beside / name).write_bytes(data)
        return [(beside / name).replace(out / name) for name in made]


@contextmanager
def writing(out: Path) -> Iterator[Path]:
    """A folder within out to write files in before they are put in place; it is gone afterwards.

    Raises PackError where the folder cannot be written.
    """
    beside: Path | None = None
    try:
        out.mkdir(parents=True, exist_ok=True)
        beside = Path(tempfile.mkdtemp(prefix=".pack-", dir=out))
        yield beside
    except OSError as error:
        raise PackError(
            f"The files could not be written to “{out}”: {error.strerror or error}. No part of them "
            "was kept. Make room or choose another folder with --out, then try again."
        ) from error
    finally:
        if beside is not None:
            shutil.rmtree(beside, ignore_errors=True)

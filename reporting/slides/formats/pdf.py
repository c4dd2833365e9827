"""A pack as PDF: one picture a page, with its alternative text and an outline."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Sequence
from typing import TYPE_CHECKING

from reporting.guidance.links import TO_CONFIRM, Link
from reporting.slides.formats.wording import AUTHOR, dated, keywords
from reporting.slides.slide import About, Slide

if TYPE_CHECKING:
    from fpdf import FPDF

WIDTH, HEIGHT = 960, 540  # points; 1920 × 1080 CSS pixels at half size
LINKS_AT, LINKS_SIZE = (36, 526), 7.5  # below the picture's last line, in the margin it leaves free


def pdf(slides: Sequence[Slide], about: About) -> bytes:
    """The pages, 16:9; pictures keep every pixel as it is."""
    from fpdf import FPDF  # slow to import, and needed only here

    paper = FPDF(orientation="landscape", unit="pt", format=(HEIGHT, WIDTH))
    paper.set_margin(0)
    paper.set_auto_page_break(False)
    paper.set_image_filter("FlateDecode")
    paper.set_lang("en-GB")
    paper.set_title(about.title)
    paper.set_subject(about.area)
    paper.set_keywords(keywords(about))
    paper.set_author(AUTHOR)
    paper.set_creator(AUTHOR)
    paper.set_creation_date(dated(about).replace(tzinfo=dt.UTC))
    for slide in slides:
        paper.add_page()
        paper.start_section(slide.title)
        paper.image(io.BytesIO(slide.png), 0, 0, WIDTH, HEIGHT, alt_text=slide.alt)
        _write_links(paper, slide.links)
    return bytes(paper.output())


def _write_links(paper: FPDF, links: Sequence[Link]) -> None:
    """The resources the page names, in one line, each to be clicked."""
    if not links:
        return
    paper.set_font("Helvetica", size=LINKS_SIZE)
    paper.set_xy(*LINKS_AT)
    paper.write(text="Links: ")
    for place, link in enumerate(links):
        paper.write(text=" | " if place else "")
        paper.write(text=link.title, link=link.address)
        paper.write(text="" if link.confirmed else f" ({TO_CONFIRM})")

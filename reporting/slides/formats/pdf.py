"""A pack as PDF: one picture a page, with its alternative text and an outline."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Sequence

from reporting.slides.formats.wording import AUTHOR, dated, keywords
from reporting.slides.slide import About, Slide

WIDTH, HEIGHT = 960, 540  # points; 1920 × 1080 CSS pixels at half size


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
    return bytes(paper.output())

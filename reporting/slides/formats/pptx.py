"""A pack as PowerPoint: one picture a slide, with title, alternative text and speaker notes."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from reporting.slides.formats.archive import repacked
from reporting.slides.formats.cells import legible
from reporting.slides.formats.wording import AUTHOR, dated, keywords
from reporting.slides.slide import About, Slide

WIDTH, HEIGHT = 12_192_000, 6_858_000  # EMU: 13.333 × 7.5 inches
TITLE_ONLY = 5  # of the layouts of the default template


def pptx(slides: Sequence[Slide], about: About) -> bytes:
    """The deck, 16:9. Titles stand above the slide's edge: read in outline and by screen readers, not seen
    twice."""
    from pptx import Presentation  # slow to import, and needed only here

    deck: Any = Presentation()
    deck.slide_width, deck.slide_height = WIDTH, HEIGHT
    for slide in slides:
        _add(deck, slide)
    said = deck.core_properties
    said.title, said.subject, said.keywords = about.title, about.area, keywords(about)
    said.author = said.last_modified_by = AUTHOR
    said.created = said.modified = dated(about)
    made = io.BytesIO()
    deck.save(made)
    return repacked(made.getvalue())


def _add(deck: Any, slide: Slide) -> None:
    page = deck.slides.add_slide(deck.slide_layouts[TITLE_ONLY])
    title = page.shapes.title
    title.text = legible(slide.title)
    title.left, title.top, title.width, title.height = 0, -HEIGHT // 6, WIDTH, HEIGHT // 8
    picture = page.shapes.add_picture(io.BytesIO(slide.png), 0, 0, WIDTH, HEIGHT)
    about_picture = picture._element.nvPicPr.cNvPr
    about_picture.set("descr", legible(slide.alt))
    about_picture.set("name", slide.name)
    page.notes_slide.notes_text_frame.text = legible(slide.notes)

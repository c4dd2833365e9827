"""Notes, packs and practice reports give the address of every resource they name, and words of safety."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pandas as pd
import pytest

from reporting.access.scope import Scope, Selection, Snapshot
from reporting.guidance.links import known, named_in
from reporting.guidance.safety import situations
from reporting.slides.contents import CONTENTS, KEYS
from reporting.slides.formats.pdf import pdf
from reporting.slides.frame import SlideFrame
from reporting.slides.pack import Order, drawable
from reporting.slides.practice_reports import Practice, frames
from reporting.slides.quarter import quarters
from reporting.slides.slide import About, Slide
from reporting.slides.spoken import frame_texts, spoken
from tests.reporting.slides.test_formats import slide

FRAME = SlideFrame("", "Finding", "", "<svg/>", "", "", True, "internal")
INTERNAL = "Internal edition: not for publication"
ABOUT = About("Pack", "Area", "2026Q3", "r", "2026.11", "2026-11-22", dt.date(2026, 9, 30), True)
SHOW_FALLS = {"the-quarter", "taper-outcomes", "taper-speed", "safeguards-each"}


def test_every_slide_gives_the_address_of_what_it_names(sample: Snapshot) -> None:
    order = Order(quarters(sample.info)[0], Selection(120))
    for content in CONTENTS:
        exhibit, frame = drawable(sample, Scope.icb(), order, content.key)
        words, links = spoken(frame, content.safety)
        named = named_in(*frame_texts(frame), exhibit.alt, exhibit.empty)
        assert set(named) <= set(links), content.key
        assert all(link.address in words for link in links)


def test_slides_of_falls_stops_and_tapers_carry_the_words_of_safety() -> None:
    assert {content.key for content in CONTENTS if content.safety} == SHOW_FALLS <= set(KEYS)
    for content in CONTENTS:
        words, links = spoken(FRAME, content.safety)
        assert all(situations()[when].says in words for when in content.safety)
        assert (known()["samaritans"] in links) == bool(content.safety)


def test_a_practice_report_says_what_to_do_when_a_dose_fell_and_whom_to_call(sample: Snapshot) -> None:
    (_, first), _ = frames(sample, quarters(sample.info)[0], Selection(120), Practice("SYN01", "Quayside"))
    assert situations()["fall"].says in dict(first.notes)["If a dose fell fast"]
    words, links = spoken(first, source=False)
    assert {"nhs-111", "samaritans"} <= {link.key for link in links}
    assert "https://111.nhs.uk" in words


def test_own_words_of_a_slide_get_their_link_too() -> None:
    frame = dataclasses.replace(FRAME, notes=(("What we ask", "Offer Live Well with Pain."),))
    words, links = spoken(frame)
    assert [link.key for link in links] == ["live-well"]
    assert words.endswith("Links: Live Well with Pain: https://livewellwithpain.co.uk")


def test_a_frame_that_names_nothing_has_no_line_of_links() -> None:
    assert spoken(FRAME) == (f"{INTERNAL}\n\nFinding", ())


@pytest.mark.parametrize("keys", [(), ("ng215",), tuple(known())])
def test_a_pdf_page_has_a_link_to_click_for_each_resource(keys: tuple[str, ...]) -> None:
    links = tuple(known()[key] for key in keys)
    made = pdf([dataclasses.replace(slide(1, "01-one", pd.DataFrame()), links=links)], ABOUT)
    assert all(f"/URI ({link.address})".encode() in made for link in links)
    assert made.count(b"/Subtype /Link") >= len(links) and (b"/URI" in made) == bool(links)
    assert made.count(b"/Type /Page\n") == 1


def test_a_slide_without_links_stays_as_it_was() -> None:
    assert Slide("01-one", "One", b"", "", "", pd.DataFrame()).links == ()

"""A slide is drawn to the pixel, whatever its texts say, from any thread, and says so when it cannot be."""

from __future__ import annotations

import dataclasses
import io
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import plotly.graph_objects as go
import psutil
import pytest
from choreographer.errors import ChannelClosedError
from PIL import Image

from reporting.slides.frame import SlideFrame
from reporting.slides.pictures import chromium, picture, renderer
from reporting.slides.pictures.browser import BrowserMissing
from reporting.slides.pictures.picture import png
from reporting.slides.pictures.renderer import BrowserFailed, Renderer
from reporting.slides.pictures.template import page_html, slide_body

BLUE = (0, 94, 184)
CHART = (slice(300, 900), slice(72, 1848))


def figure(color: str = "#005EB8") -> go.Figure:
    bars = go.Bar(x=["Alder", "Birch", "Cedar"], y=[3, 5, 4], marker_color=color)
    return go.Figure(bars, layout={"template": None})


@pytest.fixture
def frame() -> SlideFrame:
    return SlideFrame(
        eyebrow="Sample ICB",
        headline="Fewer adults are above 120 mg a day",
        subtitle="Adults above 120 mg OME a day per 1,000",
        figure=figure(),
        caption="Definition",
        footer="Source",
        synthetic=True,
        edition="internal",
    )


def pixels(data: bytes) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(data)).convert("RGB"))


def share(image: np.ndarray, color: tuple[int, int, int]) -> float:
    return float((image == np.array(color)).all(axis=2).mean())


def test_a_slide_is_1920_by_1080_and_shows_its_chart(frame: SlideFrame) -> None:
    image = pixels(png(frame))
    assert image.shape == (1080, 1920, 3)
    assert share(image[CHART], BLUE) > 0.2
    assert (image[40:300] != 255).any(), "no headline"
    assert (image[900:] != 255).any(), "no footer"


def test_another_16_to_9_size_is_kept_to_the_pixel(frame: SlideFrame) -> None:
    assert pixels(png(frame, width=1280, height=720)).shape == (720, 1280, 3)


def test_another_shape_is_refused(frame: SlideFrame) -> None:
    with pytest.raises(ValueError, match="16:9"):
        png(frame, width=1000, height=1000)


def test_a_slide_shows_nothing_of_the_slide_before_it(frame: SlideFrame) -> None:
    alone = png(frame)
    png(
        dataclasses.replace(
            frame, headline="Another finding altogether, in more words", figure=figure("#ED8B00")
        )
    )
    assert png(frame) == alone


def test_an_svg_figure_is_drawn(frame: SlideFrame) -> None:
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 40">'
        '<rect width="100" height="40" fill="#005EB8"/></svg>'
    )
    assert share(pixels(png(dataclasses.replace(frame, figure=svg)))[CHART], BLUE) > 0.5


def test_only_synthetic_data_carry_the_mark(frame: SlideFrame) -> None:
    assert "Synthetic data" in slide_body(frame)
    assert "Synthetic data" not in slide_body(dataclasses.replace(frame, synthetic=False))


def test_notes_stand_beside_a_narrower_chart(frame: SlideFrame) -> None:
    image = pixels(png(dataclasses.replace(frame, notes=(("What changed", "Nine months in a row."),))))
    assert share(image[300:900, 1400:1848], BLUE) < 0.05
    assert share(image[300:900, 72:1300], BLUE) > 0.2
    assert (image[176:900, 1390:1848] != 255).any(), "no notes"


@pytest.mark.parametrize("field", ["eyebrow", "headline", "subtitle", "caption", "footer"])
def test_a_text_never_becomes_markup(frame: SlideFrame, field: str) -> None:
    hostile: dict[str, Any] = {field: "<script>alert(1)</script>"}
    body = slide_body(dataclasses.replace(frame, **hostile))
    assert "<script>" not in body
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in body


def test_notes_are_escaped_too(frame: SlideFrame) -> None:
    assert "<b>" not in slide_body(dataclasses.replace(frame, notes=(("<b>", "<b>"),)))


def test_markup_in_texts_and_figure_does_not_run(frame: SlideFrame) -> None:
    attack = "<img src=x onerror=\"document.body.style.background='#005EB8'\">"
    hostile = go.Figure(go.Bar(x=[attack, "</script><script>document.body.remove()</script>"], y=[1, 2]))
    image = pixels(png(dataclasses.replace(frame, headline=attack, figure=hostile)))
    assert tuple(image[2, 2]) == (255, 255, 255)
    assert share(image, (255, 255, 255)) > 0.4


def test_the_page_lets_only_its_own_scripts_run_and_asks_the_network_nothing() -> None:
    page = page_html("plotly.min.js")
    assert "default-src 'none'" in page
    assert "http://" not in page
    assert "https://" not in page


def test_threads_get_each_their_own_slide(frame: SlideFrame) -> None:
    frames = [dataclasses.replace(frame, headline=f"Finding {i}") for i in range(6)]
    alone = [png(one) for one in frames]
    assert len(set(alone)) == 6
    with ThreadPoolExecutor(6) as pool:
        assert list(pool.map(png, frames)) == alone


def test_the_next_is_worked_out_while_one_is_drawn(
    frame: SlideFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    second = threading.Event()

    def several() -> Iterator[list[tuple[str, SlideFrame]]]:
        yield [("first", frame)]
        second.set()
        yield [("second", frame), ("third", frame)]

    monkeypatch.setattr(picture, "png", lambda _: b"drawn" if second.wait(20) else b"waited in vain")
    drawn = [("first", frame, b"drawn"), ("second", frame, b"drawn"), ("third", frame, b"drawn")]
    assert list(picture.pictures(several())) == [drawn[:1], drawn[1:]]


def browsers() -> set[psutil.Process]:
    """The browsers that draw for this process; before one may stand what started it. Other tests' children
    (servers, readers of workbooks, Playwright) are left alone."""
    return {
        child
        for child in psutil.Process().children()
        if child.status() != psutil.STATUS_ZOMBIE
        and child.name() != "node"
        and any("chrom" in one.name() for one in (child, *child.children(recursive=True)))
    }


def test_the_browser_is_opened_once_and_again_after_it_died(frame: SlideFrame) -> None:
    expected = png(frame)
    opened = browsers()
    assert png(frame) == expected
    assert browsers() == opened != set()
    for browser in opened:
        browser.terminate()
    assert png(frame) == expected
    assert not browsers() & opened


def test_a_browser_that_dies_while_a_command_is_written_is_opened_again(
    frame: SlideFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The answer may be given up before the writing fails, so that nobody is left to be told of it."""
    expected = png(frame)
    opened, loop = picture._renderer._browser, picture._renderer._loop
    assert opened is not None and loop is not None
    process, answers = opened._browser.subprocess, opened._browser._broker.futures

    def give_up() -> None:
        for answer in answers.values():
            answer.cancel()

    def dying(_: Any) -> None:
        process.kill()
        loop.call_soon_threadsafe(give_up)
        raise ChannelClosedError

    monkeypatch.setattr(opened._browser._channel, "write_json", dying)
    assert png(frame) == expected
    assert picture._renderer._browser is not opened


def test_a_browser_that_does_not_answer_is_ended_and_opened_again(
    frame: SlideFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = png(frame)
    opened = picture._renderer._browser
    assert opened is not None
    end, patience = opened.close, renderer.SECONDS_FOR_A_PICTURE

    async def patient_with_the_next() -> None:
        monkeypatch.setattr(renderer, "SECONDS_FOR_A_PICTURE", patience)
        await end()

    monkeypatch.setattr(renderer, "SECONDS_FOR_A_PICTURE", 1)
    monkeypatch.setattr(chromium, "SECONDS_TO_END", 1)
    monkeypatch.setattr(opened, "close", patient_with_the_next)
    frozen = psutil.Process(opened._browser.subprocess.pid).children(recursive=True)
    for process in frozen:
        process.suspend()
    try:
        assert png(frame) == expected
        assert picture._renderer._browser is not opened
        psutil.wait_procs(frozen, timeout=10)
        assert [process.pid for process in frozen if process.is_running()] == []
    finally:
        for process in frozen:
            with suppress(psutil.NoSuchProcess):
                process.kill()


def test_a_figure_the_page_cannot_draw_is_named_as_the_cause(frame: SlideFrame) -> None:
    drawing = Renderer()
    try:
        with pytest.raises(BrowserFailed, match="Check its figure"):
            drawing.picture(slide_body(frame), "{", scale=1)
        assert drawing.picture(slide_body(frame), None, scale=1), "the next slide is drawn all the same"
    finally:
        drawing.close()


def test_a_named_browser_that_is_not_there_is_an_error(
    frame: SlideFrame, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("BROWSER_PATH", str(tmp_path / "nothing"))
    with pytest.raises(BrowserMissing, match=r"BROWSER_PATH is set to .*nothing"):
        png(frame)


def test_a_program_that_is_no_browser_is_an_error_naming_it(
    frame: SlideFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BROWSER_PATH", sys.executable)
    renderer = Renderer()
    try:
        with pytest.raises(BrowserFailed, match="set BROWSER_PATH to another"):
            renderer.picture(slide_body(frame), None, scale=1)
    finally:
        renderer.close()

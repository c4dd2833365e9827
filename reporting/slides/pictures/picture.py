"""Pictures of slides."""

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import chain, pairwise
from typing import TypeVar

from reporting.slides.frame import SlideFrame
from reporting.slides.pictures.renderer import Renderer
from reporting.slides.pictures.template import slide_body

_renderer = Renderer()
Of = TypeVar("Of")


def png(frame: SlideFrame, *, width: int = 1920, height: int = 1080) -> bytes:
    """The slide as a PNG of exactly width × height pixels, which must be 16:9.

    The first picture of a process opens a browser, later ones use it again. Any thread may call.
    Raises ValueError for another shape, BrowserMissing if no browser is found, BrowserFailed if it fails.
    """
    if width <= 0 or width * 9 != height * 16:
        raise ValueError(
            f"A slide is 16:9, for example 1920 × 1080 or 1280 × 720; {width} × {height} is not."
        )
    figure = None if isinstance(frame.figure, str) else frame.figure.to_json()
    return _renderer.picture(slide_body(frame), figure, scale=width / 1920)


def pictures(
    several: Iterable[Sequence[tuple[Of, SlideFrame]]],
) -> Iterator[list[tuple[Of, SlideFrame, bytes]]]:
    """Each with the PNGs of its frames. While the browser draws those of one, the next is worked out.

    Raises as `png` does, and what working one out raises.
    """
    drawing = ThreadPoolExecutor(1, "drawing")
    asked = ([(of, frame, drawing.submit(png, frame)) for of, frame in one] for one in several)
    try:
        # A pair is had once its second is worked out.
        for one, _ in pairwise(chain(asked, [list[tuple[Of, SlideFrame, Future[bytes]]]()])):
            yield [(of, frame, picture.result()) for of, frame, picture in one]
    finally:
        drawing.shutdown(wait=False, cancel_futures=True)

"""Pictures of slides."""

from reporting.slides.frame import SlideFrame
from reporting.slides.renderer import Renderer
from reporting.slides.template import slide_body

_renderer = Renderer()


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

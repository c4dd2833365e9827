"""A slide as HTML: one page that stays open, and the body each slide puts into it."""

import base64
import re
import secrets
from html import escape
from pathlib import Path
from string import Template

from reporting.disclosure import edition_words
from reporting.slides.frame import SlideFrame
from reporting.slides.pictures.font import font_face

PAGE = Path(__file__).with_name("page.html")
SVG_STYLE = "<style>{}svg{{font-family:Inter,Arial,sans-serif;text-rendering:geometricPrecision}}</style>"


def page_html(plotly_js: str) -> str:
    """The empty page, 1920 × 1080 CSS pixels, that offers drawSlide(body, figure); plotly_js lies beside it.

    Nothing but the page's own scripts may run in it, and nothing in it may ask the network for anything.
    """
    return Template(PAGE.read_text(encoding="utf-8")).substitute(
        nonce=secrets.token_urlsafe(16), font_face=font_face(), plotly_js=escape(plotly_js)
    )


def slide_body(frame: SlideFrame) -> str:
    """The body of one slide: every text escaped, every SVG an image, so that nothing in it can run."""
    words = [edition_words(frame.edition), *(["Synthetic data"] if frame.synthetic else [])]
    marks = "".join(f'<span class="mark">{escape(one)}</span>' for one in words)
    chart = _image(frame.figure) if isinstance(frame.figure, str) else '<div id="plot"></div>'
    return f"""
<div class="top"><span class="eyebrow">{escape(frame.eyebrow)}</span><span class="marks">{marks}</span></div>
<div class="middle">
  <div class="finding">
    <h1>{escape(_unbroken(frame.headline))}</h1>
    <p class="subtitle">{escape(frame.subtitle)}</p>
    <div class="chart">{chart}</div>
  </div>
  {_notes(frame)}
</div>
<footer><p>{escape(frame.caption)}</p>
<p class="last"><span>{escape(frame.footer)}</span><span>{escape(frame.number)}</span></p></footer>"""


def _unbroken(words: str) -> str:
    """The same with ranges such as 1–49% kept on one line."""
    return re.sub(r"(?<=\d)–(?=\d)", "\u2060–\u2060", words)


def _notes(frame: SlideFrame) -> str:
    if not frame.notes:
        return ""
    icons = "".join(_image(icon) for icon in frame.icons)
    notes = "".join(f"<h2>{escape(title)}</h2><p>{escape(text)}</p>" for title, text in frame.notes)
    return f'<aside><div class="icons">{icons}</div>{notes}</aside>'


def _image(svg: str) -> str:
    # An image sees no font of the page around it, so each carries its own.
    style = SVG_STYLE.format(font_face())
    styled = re.sub(r"<svg\b[^>]*>", lambda opening: opening.group() + style, svg, count=1)
    data = base64.b64encode(styled.encode("utf-8")).decode("ascii")
    return f'<img alt="" src="data:image/svg+xml;base64,{data}">'

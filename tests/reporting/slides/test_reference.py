"""Slides look as they did when they were last looked at: small grey pictures of each, with a tolerance.

After a change that is meant, look at every slide, then `python -m tests.reporting.slides.test_reference`.
"""

from __future__ import annotations

import io
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from reporting import release
from reporting.access.scope import Scope, Selection, Snapshot
from reporting.slides.contents import KEYS
from reporting.slides.pack import Order, slides
from reporting.slides.pictures.picture import png
from reporting.slides.practice_reports import Practice, frames
from reporting.slides.quarter import quarters
from tests.conftest import publish_sample

REFERENCE = Path(__file__).with_name("reference")
SIZE = (480, 270)
STEP = 16
OFF = 40  # of 255: beyond what another version of a browser draws a letter's edge apart
MOST_OFF = 0.003  # of the pixels
REPORT = Practice("SYN01", "Quayside")
NAMES = (*KEYS, "practice-report-1", "practice-report-2")


def small(made: bytes) -> Image.Image:
    """The picture in 16 greys, 480 × 270: enough to see what moved, and a few kilobytes."""
    picture = Image.open(io.BytesIO(made)).convert("L").resize(SIZE, Image.Resampling.BOX)
    return picture.point([grey // STEP * STEP for grey in range(256)])


def drawn(snapshot: Snapshot) -> Iterator[tuple[str, Image.Image]]:
    """Every slide of the sample's pack, and both pages of a practice's report."""
    quarter = quarters(snapshot.info)[0]
    made = slides(snapshot, Scope.icb(), Order(quarter, Selection(120)))
    yield from ((slide.name[3:], small(slide.png)) for slide in made)
    report = frames(snapshot, quarter, Selection(120), REPORT)
    yield from ((f"practice-report-{n}", small(png(page))) for n, (_, page) in enumerate(report, 1))


def apart(one: Image.Image, other: Image.Image) -> float:
    """The share of pixels that are clearly another grey."""
    first, second = (np.asarray(picture, dtype=int) for picture in (one, other))
    return float((np.abs(first - second) > OFF).mean())


@pytest.fixture(scope="module")
def pictures(sample: Snapshot) -> dict[str, Image.Image]:
    return dict(drawn(sample))


def test_there_is_a_reference_of_every_slide(pictures: dict[str, Image.Image]) -> None:
    assert set(pictures) == set(NAMES) == {path.stem for path in REFERENCE.glob("*.png")}


@pytest.mark.parametrize("name", NAMES)
def test_a_slide_looks_as_it_did(pictures: dict[str, Image.Image], name: str) -> None:
    with Image.open(REFERENCE / f"{name}.png") as picture:
        off = apart(pictures[name], picture.convert("L"))
    assert off <= MOST_OFF, f"{name}: {off:.1%} of it is clearly different; look at it"


@pytest.mark.parametrize("name", KEYS)
def test_a_headline_or_a_chart_that_is_gone_would_be_seen(
    pictures: dict[str, Image.Image], name: str
) -> None:
    picture = np.asarray(pictures[name]).copy()
    headline = picture.copy()
    headline[18:54, 0:330] = 255
    assert apart(pictures[name], Image.fromarray(headline)) > MOST_OFF
    chart = picture.copy()
    chart[70:225, 0:330] = 255
    assert apart(pictures[name], Image.fromarray(chart)) > MOST_OFF


def main() -> None:
    """Write the references anew."""
    REFERENCE.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        publish_sample(Path(folder))
        for name, picture in drawn(release.current(Path(folder))):
            picture.save(REFERENCE / f"{name}.png", optimize=True)


if __name__ == "__main__":
    main()

"""What a speaker reads beside a slide, and the links that belong to it."""

from __future__ import annotations

from reporting.disclosure import edition_words
from reporting.guidance import safety
from reporting.guidance.links import Link, addresses, named_in
from reporting.slides.frame import SlideFrame


def spoken(
    frame: SlideFrame, when: tuple[str, ...] = (), *, source: bool = True
) -> tuple[str, tuple[Link, ...]]:
    """The notes, paragraphs parted by a blank line, and the links they name.

    when: situations (keys of guidance/safety.toml) that the slide shows. source: with caption and footer.
    """
    parts = [edition_words(frame.edition), frame.headline]
    parts += [f"{title}: {text}" for title, text in frame.notes]
    parts += [f"Safety: {safety.spoken(*when)}"] if when else []
    parts += [frame.caption, frame.footer] if source else []
    texts = *frame_texts(frame), *parts
    return "\n\n".join(part for part in (*parts, addresses(*texts)) if part), named_in(*texts)


def frame_texts(frame: SlideFrame) -> tuple[str, ...]:
    """Every text of the slide itself, but for its chart."""
    return (
        frame.eyebrow,
        edition_words(frame.edition),
        frame.headline,
        frame.subtitle,
        frame.caption,
        frame.footer,
        *(text for note in frame.notes for text in note),
    )

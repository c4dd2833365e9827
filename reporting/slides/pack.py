"""A board pack: the exhibits of the pages at a quarter's end, each in the frame of a slide."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from reporting import figures
from reporting.access import Scope, Selection, Snapshot
from reporting.charts.canvas import Figure
from reporting.charts.tiles import sentence
from reporting.disclosure import protection_words
from reporting.exhibits.coverage import area_name, coverage, source_words
from reporting.exhibits.exhibit import Exhibit, definition
from reporting.exhibits.policy import rule
from reporting.slides.contents import CONTENTS, KEYS, Content, usual_asks
from reporting.slides.frame import SlideFrame
from reporting.slides.picture import pictures
from reporting.slides.quarter import Quarter, at_end_of
from reporting.slides.slide import About, Slide
from reporting.slides.spoken import spoken


class PackError(Exception):
    """A pack that cannot be made; the text says why and what to do."""


@dataclass(frozen=True)
class Order:
    """Which pack: quarter, area and threshold, which slides (keys of contents.CONTENTS, in its order), and
    words that take the place of the usual asks (slide key → text)."""

    quarter: Quarter
    selection: Selection
    slides: tuple[str, ...] = KEYS
    asks: Mapping[str, str] = field(default_factory=dict)

    @property
    def contents(self) -> tuple[Content, ...]:
        """The slides asked for. Raises PackError for none, or one there is not."""
        if unknown := sorted(set(self.slides) - set(KEYS)):
            raise PackError(f"There is no slide “{unknown[0][:40]}”. There are: {', '.join(KEYS)}.")
        if not self.slides:
            raise PackError("No slide is chosen. Choose at least one.")
        return tuple(content for content in CONTENTS if content.key in self.slides)


def drawable(snapshot: Snapshot, scope: Scope, order: Order, key: str) -> tuple[Exhibit, SlideFrame]:
    """One slide of the pack, as it will stand in it, not drawn yet.

    Whatever is on it is protected, whoever asks. Raises QuarterError for a quarter without complete data,
    PackError where the order names no slide.
    """
    then, contents, scope = at_end_of(snapshot, order.quarter), order.contents, scope.leaving()
    place = [content.key for content in contents].index(key)
    exhibit = contents[place].exhibit(then, scope, order.selection)
    number = f"{place + 1} of {len(contents)}"
    return exhibit, _frame(then, scope, order, contents[place], exhibit, number)


def slides(
    snapshot: Snapshot, scope: Scope, order: Order, told: Callable[[int, int], None] | None = None
) -> list[Slide]:
    """Every slide of the pack, drawn. told(done, of) is called after each; what it raises ends the work.

    Raises as `drawable` does; BrowserMissing or BrowserFailed with what to do.
    """
    made, keys = list[Slide](), [content.key for content in order.contents]
    worked_out = ([drawable(snapshot, scope, order, key)] for key in keys)
    for place, [(exhibit, frame, picture)] in enumerate(pictures(worked_out), 1):
        words, links = spoken(frame, order.contents[place - 1].safety)
        made.append(
            Slide(
                f"{place:02d}-{keys[place - 1]}",
                exhibit.headline,
                picture,
                exhibit.alt or exhibit.empty,
                words,
                exhibit.table,
                links,
            )
        )
        if told is not None:
            told(place, len(keys))
    return made


def about(snapshot: Snapshot, scope: Scope, order: Order) -> About:
    """What every file of the pack says of itself."""
    area = area_name(at_end_of(snapshot, order.quarter), scope, order.selection)
    return about_of(snapshot, scope, order.quarter, "board pack", area)


def about_of(snapshot: Snapshot, scope: Scope, quarter: Quarter, what: str, area: str) -> About:
    """The same of other files of a quarter."""
    reviewed = figures.definitions(snapshot, scope).frame["reviewed_on"].max()
    return About(
        f"Opioid stewardship: {what}, {quarter.words}",
        area,
        str(quarter),
        snapshot.release,
        snapshot.info.factor_version,
        f"{reviewed:%Y-%m-%d}",
        at_end_of(snapshot, quarter).info.data_to,
        snapshot.info.synthetic,
    )


def _frame(
    then: Snapshot, scope: Scope, order: Order, content: Content, exhibit: Exhibit, number: str
) -> SlideFrame:
    area = area_name(then, scope, order.selection)
    return SlideFrame(
        eyebrow=f"{area} · Board pack, {order.quarter.words}",
        headline=exhibit.headline,
        subtitle=exhibit.subtitle,
        figure=_drawn(exhibit),
        caption=exhibit.caption or source_words(then, coverage(then, scope, order.selection)),
        footer=(
            f"{protection_words(rule(then))} Release {then.release}. OME factors {then.info.factor_version}. "
            f"Threshold {order.selection.threshold} mg."
        ),
        synthetic=exhibit.synthetic,
        notes=tuple(_notes(then, scope, order, content, exhibit)),
        icons=tuple(icon.svg for icon in exhibit.icons),
        number=number,
    )


def _drawn(exhibit: Exhibit) -> Figure | str:
    if exhibit.slide is not None:
        return exhibit.slide()
    return exhibit.figure if exhibit.figure is not None else sentence(exhibit.empty)


def _notes(
    then: Snapshot, scope: Scope, order: Order, content: Content, exhibit: Exhibit
) -> Iterator[tuple[str, str]]:
    yield content.says, _changed(then, scope, order.selection, content, exhibit)
    if exhibit.measures:
        yield "Why it matters", definition(then, scope, exhibit.measures[0]).why
    yield "What we ask", order.asks.get(content.key) or usual_asks()[content.key]


def _changed(then: Snapshot, scope: Scope, selection: Selection, content: Content, exhibit: Exhibit) -> str:
    words = content.changed(then, scope, selection) if content.changed else exhibit.alt or exhibit.empty
    return words[:1].upper() + words[1:]

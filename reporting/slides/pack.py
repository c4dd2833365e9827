"""A board pack: the exhibits of the pages at a quarter's end, each in the frame of a slide."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from threading import RLock

from reporting import figures
from reporting.access.scope import Edition, Scope, Selection, Snapshot
from reporting.charts.canvas import Figure
from reporting.charts.people.tiles import sentence
from reporting.disclosure import NotPublishedError, edition_words, protection_words
from reporting.exhibits import editions
from reporting.exhibits.coverage import area_name, coverage, source_words
from reporting.exhibits.exhibit import Exhibit, definition
from reporting.exhibits.policy import rule
from reporting.once import once
from reporting.slides.contents import CONTENTS, KEYS, Content, usual_asks
from reporting.slides.frame import SlideFrame
from reporting.slides.pictures.picture import pictures
from reporting.slides.quarter import Quarter, at_end_of
from reporting.slides.slide import About, Slide
from reporting.slides.spoken import spoken

PACKS_CACHED = 8


class PackError(Exception):
    """A pack that cannot be made; the text says why and what to do."""


@dataclass(frozen=True)
class Order:
    """Which pack: quarter, area and threshold, which slides (keys of contents.CONTENTS, in its order), words
    that take the place of the usual asks (slide key → text), and the edition."""

    quarter: Quarter
    selection: Selection
    slides: tuple[str, ...] = KEYS
    asks: Mapping[str, str] = field(default_factory=dict)
    edition: Edition = "internal"

    @property
    def contents(self) -> tuple[Content, ...]:
        """The slides asked for. Raises PackError for none, or one there is not."""
        if unknown := sorted(set(self.slides) - set(KEYS)):
            raise PackError(f"There is no slide “{unknown[0][:40]}”. There are: {', '.join(KEYS)}.")
        if not self.slides:
            raise PackError("No slide is chosen. Choose at least one.")
        return tuple(content for content in CONTENTS if content.key in self.slides)


@dataclass(frozen=True)
class Found:
    """What a pack is made of: its slides in order with their exhibits, and the names of those left out, each
    with the reason."""

    slides: tuple[tuple[Content, Exhibit], ...]
    left_out: tuple[tuple[str, str], ...]

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys of its slides."""
        return tuple(content.key for content, _ in self.slides)


def found(snapshot: Snapshot, scope: Scope, order: Order) -> Found:
    """The slides of the pack that have a finding, and those that have none in its edition.

    Raises QuarterError for a quarter without complete data, PackError where the order names no slide.
    """
    then = at_end_of(snapshot, order.quarter)
    return _found(then, scope.of(order.edition), order.selection, order.contents)


@once(PACKS_CACHED, RLock())
def _found(then: Snapshot, scope: Scope, selection: Selection, contents: tuple[Content, ...]) -> Found:
    shown, left_out = [], []
    for content in contents:
        try:
            made = editions.exhibit(content.exhibit, then, scope, selection)
        except NotPublishedError as why:
            left_out.append((content.name, str(why)))
            continue
        if editions.is_drawn(made):
            shown.append((content, made))
        else:
            left_out.append((content.name, f"{made.headline}. {made.empty}"))
    return Found(tuple(shown), tuple(left_out))


def drawable(snapshot: Snapshot, scope: Scope, order: Order, key: str) -> tuple[Exhibit, SlideFrame]:
    """One slide of the pack, as it will stand in it, not drawn yet. Raises as `found` does, and PackError
    where the slide is left out."""
    pack = found(snapshot, scope, order)
    if key not in pack.keys:
        raise PackError(f"The slide “{key[:40]}” is left out of this pack.")
    place = pack.keys.index(key)
    content, exhibit = pack.slides[place]
    number = f"{place + 1} of {len(pack.slides)}"
    then = at_end_of(snapshot, order.quarter)
    return exhibit, _frame(then, scope.of(order.edition), order, content, exhibit, number)


def slides(
    snapshot: Snapshot, scope: Scope, order: Order, told: Callable[[int, int], None] | None = None
) -> list[Slide]:
    """Every slide of the pack, drawn. told(done, of) is called after each; what it raises ends the work.

    Raises as `found` does, and PackError where every slide is left out; BrowserMissing or BrowserFailed with
    what to do.
    """
    pack = found(snapshot, scope, order)
    if not pack.slides:
        raise PackError(f"Every slide is left out. {pack.left_out[0][0]}: {pack.left_out[0][1]}")
    made, keys = list[Slide](), pack.keys
    worked_out = ([drawable(snapshot, scope, order, key)] for key in keys)
    for place, [(exhibit, frame, picture)] in enumerate(pictures(worked_out), 1):
        words, links = spoken(frame, pack.slides[place - 1][0].safety)
        made.append(
            Slide(
                f"{place:02d}-{keys[place - 1]}",
                exhibit.headline,
                picture,
                f"{exhibit.alt or exhibit.headline} {edition_words(order.edition)}.",
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
    made = about_of(snapshot, scope, order.quarter, "board pack", area)
    return replace(made, edition=order.edition, left_out=found(snapshot, scope, order).left_out)


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
            f"{protection_words(rule(then), order.edition)} Release {then.release}. "
            f"OME factors {then.info.factor_version}. Threshold {order.selection.threshold} mg."
        ),
        synthetic=exhibit.synthetic,
        edition=order.edition,
        notes=tuple(_notes(then, scope, order, content, exhibit)),
        icons=tuple(icon.svg for icon in exhibit.icons),
        number=number,
    )


def _drawn(exhibit: Exhibit) -> Figure | str:
    return exhibit.slide() if exhibit.slide is not None else exhibit.figure or sentence(exhibit.empty)


def _notes(
    then: Snapshot, scope: Scope, order: Order, content: Content, exhibit: Exhibit
) -> Iterator[tuple[str, str]]:
    said = _said(then, scope, order.selection, content, exhibit)
    yield content.says, f"{said[:1].upper()}{said[1:]}"
    if exhibit.measures:
        yield "Why it matters", definition(then, scope, exhibit.measures[0]).why
    yield "What we ask", order.asks.get(content.key) or usual_asks()[content.key]


def _said(then: Snapshot, scope: Scope, selection: Selection, content: Content, exhibit: Exhibit) -> str:
    """The first note: words of a page, or where these have more in them than is published the exhibit's."""
    if content.changed is None or not (scope.edition == "internal" or content.changed_is_published):
        return exhibit.alt or exhibit.headline
    return content.changed(then, scope, selection)

"""The first and the last slide of a board pack: the quarter in a few numbers, and what the data are worth."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

import pandas as pd

from reporting import figures
from reporting.access.scope import Scope, Selection, Snapshot
from reporting.charts.people.tiles import Tile, tiles
from reporting.exhibits.coverage import Coverage, coverage, dose_words, source_words
from reporting.exhibits.exhibit import Exhibit, frame_of
from reporting.exhibits.overview.cards import MEASURES, Card, judged_words, overview
from reporting.exhibits.wording import counted, month, number


def the_quarter(snapshot: Snapshot, scope: Scope, selection: Selection) -> Exhibit:
    """The overview's head and cards: the same numbers, the same judgements."""
    found, covered = overview(snapshot, scope, selection), coverage(snapshot, scope, selection)
    shown = [_of_card(card) for card in found.cards if card.of]
    return _page(
        frame_of(snapshot, "the-quarter", *MEASURES),
        shown,
        found.head.headline,
        f"Latest figures, {month(snapshot.info.last_month)}, of {covered.words()}",
        f"{judged_words(snapshot, scope, selection)} {dose_words(snapshot, selection.threshold)} "
        f"{source_words(snapshot, covered)}",
        covered.nothing(),
    )


def data_quality(snapshot: Snapshot, scope: Scope, selection: Selection) -> Exhibit:
    """How complete the data are, and what waits for a person."""
    covered = coverage(snapshot, scope, selection)
    waiting = {
        table: len(figures.quality(snapshot, scope, f"quality_{table}").frame)
        for table in ("unmapped", "unclear")
    }
    kept_out = int(figures.quality(snapshot, scope, "quality_quarantine").frame["rows"].sum())
    latest = month(snapshot.info.last_month)
    shown = [
        Tile(
            f"{covered.counted} of {covered.practices}",
            f"practices with data to {latest}",
            f"Awaited and left out, not counted as zero: {covered.awaited_words()}"
            if covered.awaited
            else f"All are in the figures of {latest}",
            "concern" if covered.awaited else "common",
        ),
        *_lacking(covered),
        Tile(
            number(kept_out), "rows kept out of the release", "Kept with the reason until put right", "common"
        ),
        Tile(
            number(waiting["unmapped"]),
            "product texts that could not be read",
            "They are in no dose: true doses may be higher",
            "common",
        ),
        Tile(
            number(waiting["unclear"]),
            "directions that name no one amount a day",
            "Quantity and time decide; nothing is guessed",
            "common",
        ),
    ]
    return _page(
        frame_of(snapshot, "data-quality"),
        shown if covered.practices else [],
        f"{counted(covered.whole, 'practice', 'practices').capitalize()} of {covered.practices} sent "
        "complete data",
        "Completeness is of the area shown; rows and texts are of the whole release",
        f"{dose_words(snapshot, selection.threshold)} Excluded people stay visible with the reason on the "
        f"page Worklist; people in no patient extract are in no figure. {source_words(snapshot, covered)}",
        covered.nothing(),
    )


def _lacking(covered: Coverage) -> Iterator[Tile]:
    """A tile of practices without every month, and one of those without every other extract; none of none."""
    for n, what, words in (
        (len(covered.gaps), "months of issues", covered.gaps_words()),
        (len(covered.lackers), "other extracts", covered.lacking_words()),
    ):
        if n:
            yield Tile(
                number(n), f"{'practice lacks' if n == 1 else 'practices lack'} {what}", words, "concern"
            )


def _of_card(card: Card) -> Tile:
    return Tile(card.value, f"{card.title}, {card.unit}", f"{card.of}; {card.words}", card.kind)


def _page(
    common: dict[str, object], shown: Sequence[Tile], headline: str, subtitle: str, caption: str, nothing: str
) -> Exhibit:
    return Exhibit(
        **common,  # type: ignore[arg-type]
        headline=headline,
        subtitle=subtitle,
        caption=caption,
        alt=" ".join(f"{tile.value} {tile.title}: {tile.words}." for tile in shown),
        slide=partial(tiles, shown) if shown else None,
        table=pd.DataFrame(
            {
                "Figure": [tile.title for tile in shown],
                "Value": [tile.value for tile in shown],
                "In words": [tile.words for tile in shown],
            }
        ),
        empty=nothing,
    )

"""Two editions of a pack: no published slide says another thing than its internal one, and none is empty."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import settings

from reporting import figures, release
from reporting.access.scope import EDITIONS, Edition, Scope, Selection, Snapshot
from reporting.charts.written import HIDDEN
from reporting.exhibits.board import pages
from reporting.exhibits.editions import PUBLISHED
from reporting.exhibits.exhibit import Exhibit
from reporting.slides.contents import KEYS
from reporting.slides.pack import Found, Order, drawable, found
from reporting.slides.quarter import Quarter, quarters
from tests.reporting.example import publish_example

QUARTERS = 3
UNSAID = ""
NEVER_PUBLISHED = {"Practices beside each other"}  # the funnel names practices with their counts


@dataclass(frozen=True)
class Pair:
    """One pack in both editions."""

    what: str
    internal: Found
    published: Found


def areas(snapshot: Snapshot) -> list[dict[str, Any]]:
    """The ICB, each place and three PCNs."""
    listed = figures.practices(snapshot, Scope.icb()).frame
    places = [{"place": name} for name in sorted(set(listed["place"]))]
    return [{}, *places, *({"pcn": name} for name in sorted(set(listed["pcn"]))[:3])]


def asked(snapshot: Snapshot) -> Iterator[tuple[Selection, Quarter]]:
    """Each area in as many quarters as there are thresholds, at another one in each, so that each area and
    each quarter meets every threshold; all quarters at all thresholds in a thorough run."""
    numbers, told = snapshot.info.thresholds, quarters(snapshot.info)[:QUARTERS]
    thorough = settings.get_current_profile_name() == "thorough"
    for at, area in enumerate(areas(snapshot)):
        for turn, threshold in enumerate(numbers):
            for quarter in told if thorough else [told[(at + turn) % len(told)]]:
                yield Selection(threshold, **area), quarter


def pairs_of(snapshot: Snapshot) -> Iterator[Pair]:
    for selection, quarter in asked(snapshot):
        internal, published = (
            found(snapshot, Scope.icb(), Order(quarter, selection, edition=edition)) for edition in EDITIONS
        )
        yield Pair(f"{selection} {quarter}", internal, published)


@pytest.fixture(scope="module", params=["sample", "snapshot"])
def packs(request: pytest.FixtureRequest) -> list[Pair]:
    """Of the sample and of the example."""
    return list(pairs_of(request.getfixturevalue(request.param)))


def verdict(words: str) -> str:
    """What a sentence says of change: more, fewer, rose or fell beyond chance, chance, or UNSAID."""
    if "not judged" in words or "withheld" in words:
        return UNSAID
    if "more than chance" in words:
        way = re.search(r"\b(more|fewer) (?:people|person|plans?|adults)\b", words)
        return way[1] if way else UNSAID
    if "could be chance" in words or "no sure change" in words:
        return "chance"
    moved = re.search(r"\b(rose|fell) (?:since|in a year)\b", words)
    return moved[1] if moved else UNSAID


def said(key: str, made: Exhibit) -> dict[str, str]:
    """What a slide says, thing by thing."""
    if key == "the-quarter":
        return {row["Figure"]: verdict(row["In words"]) for row in made.table.to_dict("records")}
    if key == "high-dose-trend":
        return {key: UNSAID if "not judged" in made.headline else re.split("[:,;]", made.headline)[0]}
    if "Change" in made.table:
        return {row["Item"]: verdict(row["Change"]) for row in made.table.to_dict("records")}
    if key == "high-dose-bands":
        return {band: way for bands, way in _phrases(made.headline, "rose|fell") for band in _bands(bands)}
    if key == "taper-outcomes":
        return _outcomes(made.headline)
    if key == "referral-stages":
        service, _, step = made.headline.partition(": ")
        return {f"{service} {step.rsplit(' ', 1)[-1]}": "lower"} if " referrals were " in step else {}
    if key == "equity-deprivation":
        return dict(_phrases(made.headline, "higher|lower"))
    return {}


def _phrases(headline: str, words: str) -> Iterator[tuple[str, str]]:
    for phrase in re.split(r"[;:,] ", headline):
        if told := re.fullmatch(rf"(.*?) ({words})(?: than everybody else)?", phrase):
            yield told[1].lower(), told[2]


def _bands(words: str) -> list[str]:
    return re.findall(r"\d+ to \d+|over \d+|up to \d+", words)


def _outcomes(headline: str) -> dict[str, str]:
    more, _, fewer = headline.partition("; fewer ")
    if headline.startswith("Fewer"):
        more, fewer = "", headline
    return {
        band: way
        for words, way in ((more if more.startswith("More") else "", "more"), (fewer, "fewer"))
        for band in re.findall(r"have stopped|at [\d–]+%(?: of their dose before or more)?", words)
    }


def test_no_published_verdict_is_another_than_that_of_exact_counts(packs: list[Pair]) -> None:
    told = Counter[str]()
    for pair in packs:
        exact = {content.key: said(content.key, made) for content, made in pair.internal.slides}
        for content, made in pair.published.slides:
            for what, word in said(content.key, made).items():
                assert word in (UNSAID, exact[content.key].get(what)), (pair.what, content.key, what, word)
                told[word] += 1
    assert told["chance"] and len(told) > 2  # else there was nothing to compare


def test_the_quarters_headline_never_turns_round(packs: list[Pair]) -> None:
    turned = 0
    for pair in packs:
        heads = [
            next(made.headline for content, made in one.slides if content.key == "the-quarter")
            for one in (pair.internal, pair.published)
            if "the-quarter" in one.keys
        ]
        if len(heads) < 2 or (way := re.match(r"(More|Fewer) adults", heads[1])) is None:
            continue
        exact = re.match(r"[\d,]+ (more|fewer) (?:people are|person is) ", heads[0])
        assert exact and exact[1] == way[1].lower(), heads
        turned += 1
    assert turned


def test_no_slide_of_either_edition_is_empty_of_finding(packs: list[Pair]) -> None:
    for pair in packs:
        for edition in (pair.internal, pair.published):
            assert len(edition.slides) + len(edition.left_out) == len(KEYS)
            for content, made in edition.slides:
                assert made.figure is not None or made.slide is not None, (pair.what, content.key)
                assert not re.search(rf"withheld|{re.escape(HIDDEN)}", made.headline), pair.what
            assert all(why.strip() for _, why in edition.left_out)
        assert {name for name, _ in pair.published.left_out} >= NEVER_PUBLISHED
        assert not [made for _, made in pair.internal.slides if HIDDEN in made.table.to_csv()]


@pytest.mark.parametrize("edition", EDITIONS)
def test_every_slide_is_marked_and_holds_no_exact_column(snapshot: Snapshot, edition: Edition) -> None:
    order = Order(quarters(snapshot.info)[0], Selection(120), edition=edition)
    for content, made in found(snapshot, Scope.icb(), order).slides:
        _, frame = drawable(snapshot, Scope.icb(), order, content.key)
        figure = frame.figure if isinstance(frame.figure, str) else str(frame.figure.to_json())
        words = f"{made.table.to_csv()} {figure} {frame.headline} {frame.notes} {frame.caption} {made.alt}"
        assert not re.search(r"exact_|whole_|\bnan\b", words), content.key
        assert frame.edition == edition
        assert frame.footer.startswith(f"{edition.capitalize()} edition")


# Every exact count is one of 31,4xx of 77,777; published are 30,000 of 77,775, every third withheld.
DISTINCT = """
    CREATE TEMP TABLE quintiles AS
        SELECT 'referral_offered' AS measure, 120 AS threshold, 'imd_quintile' AS dimension,
            unnest(['1', '5']) AS category, 'icb' AS level, 'Example ICB' AS area, DATE '2026-09-01' AS month;
    INSERT INTO group_area BY NAME FROM quintiles;
    INSERT INTO published BY NAME FROM quintiles;
    UPDATE measure_area SET numerator = 31400 + rowid % 90, denominator = 77777;
    UPDATE group_area SET numerator = 31400 + rowid % 90, denominator = 77777;
    UPDATE flow SET entered = 31400 + rowid % 90, "left" = 31490, moved_in = 31491, moved_out = 31492,
        from_people = 31493, to_people = 31494, from_whole = 77777, to_whole = 77777;
    UPDATE flow_reason SET people = 31400 + rowid % 90;
    UPDATE published SET numerator = CASE WHEN rowid % 3 > 0 THEN 30000 END, denominator = 77775;
"""
EXACT_COUNT = re.compile(r"(?<![\d.])(?:31,?4\d\d|77,?777)(?!\d)")


def everything(made: Exhibit) -> str:
    figures = [made.figure, None if made.slide is None else made.slide()]
    drawn = [one if isinstance(one, str) else str(one.to_json()) for one in figures if one is not None]
    table = made.table.to_csv()
    return " ".join([made.headline, made.subtitle, made.caption, made.alt, made.empty, table, *drawn])


def test_nothing_published_holds_an_exact_count(tmp_path: Path) -> None:
    store = publish_example(tmp_path)
    with duckdb.connect(str(next((store / "releases").glob("*.duckdb")))) as con:
        con.execute(DISTINCT)
    snapshot = release.current(store)
    shown = 0
    for internal, published in PUBLISHED.items():
        if internal is pages.data_quality:  # of practices and files
            continue
        told = everything(published(snapshot, Scope.icb().of("published"), Selection(120)))
        assert not EXACT_COUNT.search(told), (published, EXACT_COUNT.search(told))
        shown += "30,000" in told or "30000" in told
        if internal is published:
            assert EXACT_COUNT.search(everything(internal(snapshot, Scope.icb(), Selection(120)))), internal
    assert shown > 3

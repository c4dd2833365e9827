"""Two pages for each practice: where it stands; its trend, tapers and referrals, and three suggestions."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import IO

import pandas as pd

from reporting import figures
from reporting.access.scope import Scope, Selection, Snapshot
from reporting.charts.people.tiles import sentence
from reporting.exhibits.compare.page import CompareHead
from reporting.exhibits.compare.similar import TEN
from reporting.exhibits.compare.standing import Standing, Standings, standings
from reporting.exhibits.compare.strips import Strips
from reporting.exhibits.compare.suggestions import suggestions
from reporting.exhibits.coverage import coverage, source_words
from reporting.exhibits.exhibit import Exhibit
from reporting.exhibits.high_dose.page import TREND
from reporting.exhibits.wording import number, practice_words
from reporting.guidance.safety import brief
from reporting.slides.files import file_name
from reporting.slides.formats.archive import write_archive
from reporting.slides.formats.cells import neutral
from reporting.slides.formats.pdf import pdf
from reporting.slides.frame import SlideFrame
from reporting.slides.pack import PackError, about_of
from reporting.slides.pictures.picture import pictures
from reporting.slides.quarter import Quarter, at_end_of
from reporting.slides.slide import About, Slide
from reporting.slides.spoken import spoken

PAGES = 2
TAPERS = {"on_taper_plan": "on a plan", "tapering": "at least 15% down", "red_speed": "fell too fast"}
REFERRALS = {"referral_offered": "offered one", "referral_attended_of_cohort": "seen"}
CONTENTS = "contents-internal.csv"
Told = Callable[[int, int], None]


@dataclass(frozen=True)
class Practice:
    """A practice that a report is for."""

    code: str
    name: str

    @property
    def words(self) -> str:
        return practice_words(self.name, self.code)


def practices(snapshot: Snapshot, scope: Scope, selection: Selection) -> tuple[Practice, ...]:
    """The practices of the selected area, by name. Raises PackError where there is none."""
    frame = figures.practices(snapshot, scope, selection).frame
    if frame.empty:
        raise PackError("No practice matches this area, so there is no report to make.")
    return tuple(Practice(str(c), str(n)) for c, n in zip(frame["practice_code"], frame["name"], strict=True))


def frames(
    snapshot: Snapshot, quarter: Quarter, selection: Selection, practice: Practice
) -> list[tuple[Exhibit, SlideFrame]]:
    """The two pages of one practice's report, not drawn yet, each with its exhibit; none where its data
    are not complete by then.

    Its own counts are exact; of others only sums of five practices or more, and of eight people or more, are
    shown. Raises QuarterError.
    """
    then = at_end_of(snapshot, quarter)
    scope = Scope("practice", frozenset({practice.code}))
    asked = Selection(selection.threshold, selection.years, practice=practice.code)
    found = standings(then, scope, asked, TEN)
    if not found.rows:
        return []
    head = CompareHead()(then, scope, asked).head
    standing, course = Strips()(then, scope, asked), TREND(then, scope, asked)
    waiting = figures.practices_unlooked(then, scope, asked).frame
    three = suggestions(then, found, looked_at=waiting.empty)
    alike = (
        f"{found.peers} practices of the ICB, nearest by list size, share aged 65 and over and deprivation, "
        "added up and not named."
        if found.peers
        else found.nothing
    )
    steps = tuple((f"Suggestion {place}", one.words) for place, one in enumerate(three, 1))
    told = (("Tapers", _counts(found, TAPERS)), ("Referrals", _counts(found, REFERRALS)))
    safe = ("If a dose fell fast", brief("fall"))
    beside = (("In words", head.introduction), ("Compared with", alike), safe)
    first = replace(standing, headline=head.headline)
    return [
        (first, _frame(then, scope, quarter, asked, practice, first, "1 of 2", beside)),
        (course, _frame(then, scope, quarter, asked, practice, course, "2 of 2", (*told, *steps))),
    ]


def _frame(
    then: Snapshot, scope: Scope, quarter: Quarter, asked: Selection, practice: Practice, exhibit: Exhibit,
    place: str, notes: tuple[tuple[str, str], ...],
) -> SlideFrame:  # fmt: skip
    figure = exhibit.slide() if exhibit.slide is not None else exhibit.figure
    return SlideFrame(
        eyebrow=f"{practice.words} · Practice report, {quarter.words}",
        headline=exhibit.headline,
        subtitle=exhibit.subtitle,
        figure=sentence(exhibit.empty) if figure is None else figure,
        caption=exhibit.caption or source_words(then, coverage(then, scope, asked)),
        footer=(
            f"For this practice alone. Release {then.release}. OME factors {then.info.factor_version}. "
            f"Threshold {asked.threshold} mg."
        ),
        synthetic=exhibit.synthetic,
        edition="internal",
        notes=notes,
        number=place,
    )


def _counts(found: Standings, measures: Mapping[str, str]) -> str:
    """“10 of 40 on a plan; 30 of 40 at least 15% down”."""
    rows = {row.measure: row for row in found.rows if row.denominator}
    counts = "; ".join(f"{_of(rows[name])} {words}" for name, words in measures.items() if name in rows)
    return f"{counts[0].upper()}{counts[1:]}." if counts else "Nobody to count."


def _of(row: Standing) -> str:
    return f"{number(row.numerator or 0)} of {number(row.denominator or 0)}"


def reports_about(snapshot: Snapshot, scope: Scope, quarter: Quarter, selection: Selection) -> About:
    """What every file of the reports says of itself."""
    area = selection.pcn or selection.place or snapshot.info.icb
    return about_of(snapshot, scope, quarter, "practice reports", area)


def write_reports(
    file: IO[bytes], snapshot: Snapshot, scope: Scope, quarter: Quarter, selection: Selection, told: Told
) -> str:
    """A ZIP of every practice's report as PDF, with a list of its contents, into an open file; its name.

    One report is held in memory at a time. told(done, of) is called after each practice; what it raises ends
    the work, and the file is then no whole archive. Raises PackError, QuarterError, BrowserMissing or
    BrowserFailed.
    """
    everyone = practices(snapshot, scope, selection)
    about = reports_about(snapshot, scope, quarter, selection)
    write_archive(file, _reports(snapshot, quarter, selection, everyone, about, told))
    return file_name(about, "practice-reports", "zip")


def _reports(
    snapshot: Snapshot, quarter: Quarter, selection: Selection, everyone: tuple[Practice, ...], about: About,
    told: Told,
) -> Iterator[tuple[str, bytes]]:  # fmt: skip
    rows = []
    worked_out = (frames(snapshot, quarter, selection, practice) for practice in everyone)
    for done, (practice, found) in enumerate(zip(everyone, pictures(worked_out), strict=True), 1):
        drawn = _slides(found)
        name = file_name(about, f"{practice.code} {practice.name}", "pdf") if drawn else ""
        if drawn:
            yield (
                name,
                pdf(
                    drawn,
                    replace(
                        about,
                        title=f"Opioid stewardship: practice report, {quarter.words}",
                        area=practice.words,
                    ),
                ),
            )
        rows.append((practice.code, practice.name, name, "" if drawn else "no complete data by then"))
        told(done, len(everyone))
    yield CONTENTS, _contents(pd.DataFrame(rows, columns=["Code", "Practice", "File", "Why not"]))


def _slides(drawn: list[tuple[Exhibit, SlideFrame, bytes]]) -> list[Slide]:
    made = []
    for place, (exhibit, frame, picture) in enumerate(drawn, 1):
        words, links = spoken(frame, source=False)
        made.append(
            Slide(
                f"{place:02d}-{exhibit.key}",
                frame.headline,
                picture,
                f"{exhibit.alt or exhibit.empty} {words}",
                words,
                exhibit.table,
                links,
            )
        )
    return made


def _contents(frame: pd.DataFrame) -> bytes:
    text = io.StringIO()
    frame.map(neutral).to_csv(text, index=False, lineterminator="\r\n", quoting=csv.QUOTE_MINIMAL)
    return text.getvalue().encode("utf-8-sig")

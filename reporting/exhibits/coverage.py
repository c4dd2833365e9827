"""Whose data an exhibit holds, and the words every caption ends with."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import pandas as pd

from reporting import figures, people
from reporting.access.scope import Scope, Selection, Snapshot
from reporting.exhibits.wording import counted, day, listed, month, months_words, number
from reporting.once import once

OPERATOR_WORDS = {">": "above", ">=": "at or above"}
ISSUED = ("received", "partial", "before")  # states of a month in which no issues are awaited
GAP = " missing"
MOST_LACKING = 3
CACHED = 128
NOT_FOR_SWITCHING = "OME is not for switching drugs."


@dataclass(frozen=True)
class Lacking:
    """Extracts that have not come from some practices for months of which issues have."""

    extracts: tuple[str, ...]  # as the contract names them
    months: str
    practices: tuple[str, ...] = ()

    def words(self, *, named: bool = True) -> str:
        """“plans and referrals, Mar 2026 (Alder Street)”; without names “(1 practice)”."""
        names = listed([name.replace("_", " ") for name in self.extracts], len(self.extracts))
        who = listed(self.practices) if named else counted(len(self.practices), "practice", "practices")
        of = f" ({who})" if self.practices else ""
        return f"{names}, {self.months}{of}"


@dataclass(frozen=True)
class Coverage:
    """Practices of an area: how many there are; which are awaited, and why none of their figures is of the
    latest month; which lack months of issues before (gaps), and which other extracts have not come. whole:
    how many lack nothing."""

    practices: int
    awaited: tuple[tuple[str, str], ...]
    whole: int
    gaps: tuple[tuple[str, str], ...] = ()
    lacking: tuple[Lacking, ...] = ()
    unknown_people: str = ""  # how many are in no patient extract, as a sentence
    unlisted: tuple[str, ...] = ()  # without rates in the latest month: their list size cannot be right
    named: bool = True  # whether its sentences name practices: what is published counts them

    @property
    def counted(self) -> int:
        """Practices that are in the figures of the latest month."""
        return self.practices - len(self.awaited)

    @property
    def partly(self) -> int:
        """Of these, practices that lack an extract."""
        return self.counted - self.whole

    @property
    def lackers(self) -> tuple[str, ...]:
        """Names of practices of which an extract beside issues has not come for every month."""
        return tuple(dict.fromkeys(name for one in self.lacking for name in one.practices))

    def without(self, extract: str) -> tuple[str, ...]:
        """Names of those of which this extract has not."""
        names = [name for one in self.lacking if extract in one.extracts for name in one.practices]
        return tuple(dict.fromkeys(names))

    def words(self) -> str:
        """“23 of 24 practices (awaited and left out: Foxglove, last Jul 2026)”; “1 practice, last Jul 26”."""
        notes = []
        if self.awaited and self.practices > 1:
            notes.append(f"awaited and left out: {self._each(self.awaited, '{}, {}')}")
        if self.gaps:
            pattern = "{}, {}" if self.practices > 1 else "{1}"
            notes.append(f"months missing: {self._each(self.gaps, pattern)}")
        if self.lacking:
            who = f" from {counted(len(self.lackers), 'practice', 'practices')}" if self.practices > 1 else ""
            notes.append(f"other extracts missing{who}")
        size = self._size(some_missing=bool(notes))
        return f"{size} ({'; '.join(notes)})" if notes else size

    def _size(self, *, some_missing: bool) -> str:
        if self.practices == 1:
            return f"1 practice, {self.awaited[0][1]}" if self.awaited else "1 practice"
        if self.awaited:
            return f"{self.counted} of {self.practices} practices"
        return f"{self.practices} practices" if some_missing else f"all {self.practices} practices"

    def missing(self, latest: str) -> tuple[str, ...]:
        """What has not come, a sentence each; where nothing is missing, that, as far as to the latest
        month."""
        if self.practices == 0:
            return (self.nothing(),)
        every = f"Every extract has come, from each practice’s first month to {latest}."
        said = []
        if self.awaited:
            said.append(f"Awaited and left out, not counted as zero: {self.awaited_words()}.")
        if self.gaps:
            lack = counted(len(self.gaps), "practice lacks", "practices lack")
            said.append(f"{lack.capitalize()} months: {self.gaps_words()}.")
        if self.lacking:
            lack = counted(len(self.lackers), "practice lacks", "practices lack")
            said.append(f"{lack.capitalize()} other extracts: {self.lacking_words()}.")
        told = [self.unknown_people] if self.unknown_people else []
        return (*(said or [every]), *told)

    def awaited_words(self) -> str:
        """Which practices are in no figure of the latest month, and why."""
        return self._each(self.awaited, "{} ({})")

    def gaps_words(self) -> str:
        """Which practices lack which months of issues."""
        return self._each(self.gaps, "{} ({})")

    def _each(self, practices: tuple[tuple[str, str], ...], pattern: str) -> str:
        """Practices, each with what is said of it; how many where they are not named."""
        if not self.named:
            return counted(len(practices), "practice", "practices")
        return listed([pattern.format(*one) for one in practices])

    def lacking_words(self) -> str:
        """Which other extracts of which months have not come from which practices."""
        words = "; ".join(one.words(named=self.named) for one in self.lacking[:MOST_LACKING])
        more = len(self.lacking) - MOST_LACKING
        return f"{words}; {more} more on the page What is missing" if more > 0 else words

    def nothing(self) -> str:
        """Why there is nothing to draw, and what to do."""
        if self.practices == 0:
            return "No practice matches these filters. Clear the PCN or practice filter."
        if self.counted == 0:
            return f"Data are awaited: {self.awaited_words()}. Choose a wider area, or wait for the extract."
        nobody = "Nobody is counted by this measure in the practices and period chosen. Choose a wider area."
        if self.lacking:
            return f"{nobody} What was not sent is not known: {self.lacking_words()}."
        return nobody


@once(CACHED)
def coverage(snapshot: Snapshot, scope: Scope, selection: Selection | None) -> Coverage:
    """The coverage of the selected area and period, to the latest month."""
    frame = figures.practices(snapshot, scope, selection).frame
    missing = figures.gaps(snapshot, scope, selection).frame
    gaps = gaps_of(missing, frame)
    awaited = {
        row["practice_code"]: (row["name"], _why(row, gaps.get(row["practice_code"], []), snapshot))
        for row in frame[frame["awaited"].astype(bool)].to_dict("records")
    }
    names = dict(zip(frame["practice_code"], frame["name"], strict=True))
    # A gap that costs the latest month is told where it does.
    told = {code: months for code, months in gaps.items() if not awaited.get(code, ("", ""))[1].endswith(GAP)}
    published = scope.edition == "published"
    return Coverage(
        practices=len(frame),
        awaited=tuple(awaited.values()),
        whole=len(set(names) - set(awaited) - set(missing["practice_code"])),
        gaps=tuple((names[code], months_words(months)) for code, months in told.items()),
        lacking=_lacking(missing, names),
        unknown_people="" if published else _unknown_people(snapshot, scope, selection),
        unlisted=tuple(frame["name"][frame["practice_code"].isin(_unlisted(snapshot, scope))]),
        named=not published,
    )


def gaps_of(missing: pd.DataFrame, practices: pd.DataFrame) -> dict[str, list[dt.date]]:
    """Practice code → months without issues, up to the last it sent: those after it are awaited."""
    reach = dict(zip(practices["practice_code"], practices["data_to"], strict=True))
    found: dict[str, list[dt.date]] = {}
    for code, on, state in zip(missing["practice_code"], missing["month"], missing["state"], strict=True):
        if state not in ISSUED and pd.notna(reach[code]) and on <= reach[code]:
            found.setdefault(code, []).append(pd.Timestamp(on).date())
    return found


def _why(row: dict[Any, Any], gaps: list[dt.date], snapshot: Snapshot) -> str:
    """Why a practice is in no figure of the latest month."""
    latest = pd.Timestamp(snapshot.info.data_to)
    window = latest - pd.Timedelta(days=snapshot.info.window_days - 1)
    if pd.isna(row["data_to"]):
        return "nothing received"
    if pd.Timestamp(row["data_to"]) < latest:
        return f"last {month(row['data_to'])}"
    if any(pd.Timestamp(on) + pd.offsets.MonthEnd(0) >= window for on in gaps):
        return f"{months_words(gaps)}{GAP}"
    if pd.Timestamp(row["data_from"]) > window:
        return f"first {month(row['data_from'])}"
    return "no list size"


def _lacking(missing: pd.DataFrame, names: dict[str, str]) -> tuple[Lacking, ...]:
    """Extracts missing beside issues; practices that lack the same together."""
    alike: dict[tuple[tuple[str, ...], str], list[str]] = {}
    for (code, when), extracts in _by_months(missing).items():
        alike.setdefault((extracts, when), []).append(names[code])
    return tuple(Lacking(extracts, when, tuple(who)) for (extracts, when), who in alike.items())


def lacking_of(missing: pd.DataFrame) -> dict[str, str]:
    """Practice code → the extracts missing beside issues, and of which months."""
    found: dict[str, list[str]] = {}
    for (code, when), extracts in _by_months(missing).items():
        found.setdefault(code, []).append(Lacking(extracts, when).words())
    return {code: "; ".join(parts) for code, parts in found.items()}


def _by_months(missing: pd.DataFrame) -> dict[tuple[str, str], tuple[str, ...]]:
    """Practice code and months, in words → the extracts of these months missing beside issues."""
    months: dict[tuple[str, str], list[dt.date]] = {}
    for code, on, lacking in zip(missing["practice_code"], missing["month"], missing["lacking"], strict=True):
        for extract in filter(None, lacking.split(", ")):
            months.setdefault((code, extract), []).append(pd.Timestamp(on).date())
    alike: dict[tuple[str, str], list[str]] = {}
    for (code, extract), when in months.items():
        alike.setdefault((code, months_words(when)), []).append(extract)
    return {at: tuple(extracts) for at, extracts in alike.items()}


def _unknown_people(snapshot: Snapshot, scope: Scope, selection: Selection | None) -> str:
    """“3 people with opioid issues are in no patient extract; they are in no figure. …”; "" for nobody."""
    threshold = snapshot.info.default_threshold if selection is None else selection.threshold
    frame = people.unknown_people(snapshot, scope, selection, threshold).frame
    frame = frame[frame["opioid_issues"] > 0]
    many, high, unsure = (
        frame.loc[which, "patient_key"].nunique()
        for which in (frame["opioid_issues"] > 0, frame["beyond"], ~frame["beyond"] & frame["without_dose"])
    )
    if not many:
        return ""
    are, they = ("is", "that person is") if many == 1 else ("are", "they are")
    doses = [f"{number(high)} would be {beyond(snapshot, threshold)}"] if high else []
    doses += [f"of {number(unsure)} the dose is not known"] if unsure else []
    return (
        f"{counted(many, 'person', 'people').capitalize()} with opioid issues {are} in no patient extract; "
        f"{they} in no figure{': ' if doses else ''}{', '.join(doses)}."
    )


def _unlisted(snapshot: Snapshot, scope: Scope) -> list[str]:
    """Practices without rates in the latest month, since their list size there cannot be right."""
    frame = figures.unlisted(snapshot, scope).frame
    latest = pd.to_datetime(frame["month"]) == pd.Timestamp(snapshot.info.last_month)
    return list(frame["practice_code"][latest])


def beyond(snapshot: Snapshot, threshold: int) -> str:
    """“above 120 mg”, following the policy's operator."""
    return f"{OPERATOR_WORDS[snapshot.info.operator]} {threshold} mg"


def dose_words(snapshot: Snapshot, threshold: int) -> str:
    """What a high dose is, as a sentence for a caption."""
    return (
        f"High dose: mean of {snapshot.info.window_days} days {beyond(snapshot, threshold)} oral morphine "
        "equivalent (OME) a day; not cancer, palliative or substitution therapy, or use under 90 days."
    )


def foot_words(snapshot: Snapshot, covered: Coverage, threshold: int) -> str:
    """The last line of a page: its source and what a high dose is. The whole of it stands in each caption."""
    source, days = _source(snapshot, covered), snapshot.info.window_days
    opioid = f"an opioid {beyond(snapshot, threshold)} morphine equivalent (OME) daily over {days} days"
    high = f"High dose: {opioid}, or a high-dose gabapentinoid."
    return f"{source[0].upper()}{source[1:]} {high} {NOT_FOR_SWITCHING}"


def source_words(snapshot: Snapshot, covered: Coverage) -> str:
    """Where the numbers come from, as the last sentences of a caption."""
    synthetic = " Synthetic data." if snapshot.info.synthetic else ""
    return f"Source: {_source(snapshot, covered)} {NOT_FOR_SWITCHING}{synthetic}"


def _source(snapshot: Snapshot, covered: Coverage) -> str:
    source = f"extracts of {covered.words()}, data to {day(snapshot.info.data_to)}."
    if covered.unlisted:
        latest, names = month(snapshot.info.last_month), listed(list(covered.unlisted))
        source += f" No rates of {names} for {latest}: the list size cannot be right, so rates may jump."
    return source


@once(CACHED)
def area_name(snapshot: Snapshot, scope: Scope, selection: Selection) -> str:
    """The name of the selected area: practice, PCN, place or the ICB."""
    if selection.practice is not None:
        frame = figures.practices(snapshot, scope, selection).frame
        return str(frame["name"].iloc[0]) if len(frame) else selection.practice
    return selection.pcn or selection.place or snapshot.info.icb


def where(snapshot: Snapshot, scope: Scope, selection: Selection) -> str:
    """What part of the ICB is looked at: “Example ICB”, “Example ICB · Harbour PCN, 6 practices”."""
    area = area_name(snapshot, scope, selection)
    if area == snapshot.info.icb:
        return area
    practices = coverage(snapshot, scope, selection).practices
    size = "" if selection.practice else f", {counted(practices, 'practice', 'practices')}"
    return f"{snapshot.info.icb} · {area}{size}"


def among_words(snapshot: Snapshot, scope: Scope, selection: Selection) -> str:
    """“All of Harbour PCN: ” where a page of one practice shows all it stands among; else nothing."""
    if selection.practice is None or scope.practices is not None:
        return ""
    return f"All of {selection.pcn or selection.place or snapshot.info.icb}: "

"""Flows a second time, with sets of people: written from docs/glossary.md, not from the SQL."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from tests.etl.models.plain.plain_person import months_before

ICB = "Example ICB"
SPANS = {"month": 1, "quarter": 3, "year": 12}


class Row(NamedTuple):
    level: str
    area: str
    span: str
    from_month: dt.date
    to_month: dt.date


Found = dict[Row, tuple[int, ...]]


def flows(
    people: Sequence[tuple[str, dt.date, str]],
    counted: Sequence[tuple[str, dt.date]],
    places: Mapping[str, tuple[str, str]],
    starts: Mapping[tuple[str, str], dt.date],
) -> Found:
    """entered, left, moved_in, moved_out, from_people, to_people, practices of each area and pair of months.

    people: who is in the state, the month, the practice; counted: months that count, of each practice;
    starts: the month before the programme began, of areas where it did.
    """
    months: dict[str, set[dt.date]] = defaultdict(set)
    for code, month in counted:
        months[code].add(month)
    state: dict[dt.date, dict[str, str]] = defaultdict(dict)
    for who, month, code in people:
        state[month][who] = code
    areas: dict[tuple[str, str], set[str]] = defaultdict(set)
    for code, (pcn, place) in places.items():
        for level, area in (("practice", code), ("pcn", pcn), ("place", place), ("icb", ICB)):
            areas[level, area].add(code)
    found: Found = {}
    for span, was, now in _pairs(months, set(starts.values())):
        same = {code for code, of in months.items() if was in of and now in of}
        for (level, area), codes in areas.items():
            inside = codes & same
            if inside and (span != "programme" or starts.get((level, area)) == was):
                found[Row(level, area, span, was, now)] = _between(state[was], state[now], inside)
    return found


def _pairs(months: Mapping[str, set[dt.date]], starts: set[dt.date]) -> list[tuple[str, dt.date, dt.date]]:
    every = set().union(*months.values())
    ends = {max(of) for of in months.values()} | {month for month in every if month.month in (3, 6, 9, 12)}
    pairs = [
        (span, months_before(now, back), now)
        for span, back in SPANS.items()
        for now in every
        if span == "month" or now in ends
    ]
    pairs += [("start", min(every), now) for now in ends if now > min(every)]
    return pairs + [("programme", was, now) for was in starts & every for now in ends if now > was]


def _between(was: Mapping[str, str], now: Mapping[str, str], inside: set[str]) -> tuple[int, ...]:
    before = {who for who, code in was.items() if code in inside}
    after = {who for who, code in now.items() if code in inside}
    entered, left = after - before, before - after
    moved = len(entered & set(was)), len(left & set(now))
    return len(entered), len(left), *moved, len(before), len(after), len(inside)

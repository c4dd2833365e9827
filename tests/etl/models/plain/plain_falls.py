"""Falls and stops a second time, in plain Python, one person and one day after another.

Written from the glossary and the comments of the marts, not from the SQL. Days are dates; a dose is
thousandths of a mg; a segment is a run of days with one dose, as the mart dose_segment has it; a supply is
one product of one day: product_no, issued_on, from_day, to_day, own_days, ome_milli, known.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from measures.policy import Policy
from tests.etl.models.plain.plain_person import month_end, months_before

Row = dict[str, Any]
DAY = dt.timedelta(days=1)
WEEK, WINDOW, LONG = 7 * DAY, 28 * DAY, 84 * DAY
LONGEST = dt.date(9999, 12, 31)


@dataclass
class Watched:
    """One person: doses, days on which more may have been taken than is known, and what was recorded."""

    segments: list[Row]
    unknown: list[tuple[dt.date, dt.date]] = field(default_factory=list)
    unclear: list[tuple[dt.date, dt.date]] = field(default_factory=list)  # supplies of unknown dose
    plans: list[Row] = field(default_factory=list)
    decisions: list[dt.date] = field(default_factory=list)
    reviews: list[dt.date] = field(default_factory=list)
    exclusions: list[tuple[str, dt.date, dt.date]] = field(default_factory=list)
    left_on: dt.date | None = None
    supplies: list[Row] = field(default_factory=list)
    seen_from: dt.date = dt.date(2000, 1, 1)  # when both the registration and the data had begun

    def __post_init__(self) -> None:
        self.segments.sort(key=lambda one: one["from_day"])
        self.doses = {
            one["from_day"] + n * DAY: one["ome_milli"]
            for one in self.segments
            for n in range((one["to_day"] - one["from_day"]).days)
        }
        self.steadied = dict(self.doses)  # as held against each other: see steady
        self.bends: set[dt.date] = set()  # days on which only that changes
        self.downs = [
            b["from_day"]
            for a, b in zip(self.segments, self.segments[1:], strict=False)
            if a["ome_milli"] > b["ome_milli"]
        ]
        self.supplies.sort(key=lambda one: one["from_day"])

    def steady(self, rules: Policy, last: dt.date) -> None:
        """Take single late or early collections and overlaps of a switch out of the doses that are held."""
        if self.bends:
            return
        for one, full, single, _ in waits(self, rules):
            if single:
                self._add(one["from_day"], one["to_day"], math.floor(full + 0.5) - one["ome_milli"])
                self.downs.append(one["to_day"])
        for first, end, milli in overlaps(self, rules, last):
            self._add(first, end, -milli)
            self.downs.append(first)

    def _add(self, first: dt.date, end: dt.date, milli: int) -> None:
        self.bends |= {first, end}
        for day in (first + n * DAY for n in range((end - first).days)):
            self.steadied[day] += milli

    def given(self, first: dt.date, days: int = 28) -> list[int]:
        """Doses of the days with supply among so many."""
        return [self.steadied[day] for day in (first + n * DAY for n in range(days)) if day in self.doses]

    def mean(self, first: dt.date) -> float | None:
        """Mean of the days with supply of 28; None where they are fewer than 14."""
        found = self.given(first)
        return sum(found) / len(found) if len(found) >= 14 else None

    def courses(self, quiet: dt.timedelta) -> list[tuple[dt.date, dt.date]]:
        """Supply that went on, with gaps shorter than quiet: first day, first day after."""
        made: list[tuple[dt.date, dt.date]] = []
        for one in self.segments:
            if made and one["from_day"] - made[-1][1] < quiet:
                made[-1] = (made[-1][0], one["to_day"])
            else:
                made.append((one["from_day"], one["to_day"]))
        return made

    def islands(self, quiet: dt.timedelta) -> list[tuple[dt.date, dt.date]]:
        """Days on which more may have been taken than is known, over gaps shorter than quiet."""
        made: list[tuple[dt.date, dt.date]] = []
        for first, end in sorted(self.unknown):
            if made and first - made[-1][1] < quiet:
                made[-1] = (made[-1][0], max(end, made[-1][1]))
            else:
                made.append((first, end))
        return made

    def doubtful(self, first: dt.date, end: dt.date) -> dt.date | None:
        return min((a for a, b in self.unknown if b > first and a < end), default=None)


def waits(who: Watched, rules: Policy) -> Iterator[tuple[Row, float, bool, dt.date | None]]:
    """Supplies whose dose differs beyond amber only because the next came late or early: the dose over their
    own length, whether it is a single collection, and when a fall of the dose could be told."""
    share = (100 - rules.taper.amber_fall_percent) / 100
    known = [one for one in who.supplies if one["known"] and one["ome_milli"] > 0]
    for product in sorted({one["product_no"] for one in known}):
        own = [one for one in known if one["product_no"] == product]
        lasts = [(one["to_day"] - one["from_day"]).days for one in own]
        fulls = [one["ome_milli"] * days / one["own_days"] for one, days in zip(own, lasts, strict=True)]
        for n, (one, days, full) in enumerate(zip(own, lasts, fulls, strict=True)):
            short, long = sorted((one["own_days"], days))
            if short * 100 >= long * (100 - rules.taper.amber_fall_percent):
                continue
            first = max(own[0]["from_day"], one["from_day"] - WINDOW)
            end = min(max(o["to_day"] for o in own), one["to_day"] + WINDOW)
            covered = sum(
                max(0, (min(o["to_day"], end) - max(o["from_day"], first)).days) * o["own_days"] / d
                for o, d in zip(own, lasts, strict=True)
            )
            sides = fulls[max(n - 1, 0) : n] + fulls[n + 1 : n + 2]
            single = (
                abs(days - one["own_days"]) <= rules.dose.late_days
                and share <= covered / (end - first).days <= 1 / share
                and any(side * share <= full <= side / share for side in sides)
            )
            told = None
            if days > one["own_days"] and n and full >= fulls[n - 1] * share:
                due = one["from_day"] + math.floor(one["own_days"] + 0.5) * DAY
                told = min(one["to_day"], due + rules.dose.no_supply_days * DAY)
            yield one, full, single, told


def overlaps(who: Watched, rules: Policy, last: dt.date) -> Iterator[tuple[dt.date, dt.date, int]]:
    """Days and dose of an old medicine after another took over from it: it does not come again in time, the
    other began in the four weeks before its end and goes on after it."""
    quiet = rules.dose.no_supply_days * DAY
    given = [one for one in who.supplies if one["ome_milli"] > 0]
    by = {
        number: [one for one in given if one["product_no"] == number]
        for number in {one["product_no"] for one in given}
    }
    for number, own in by.items():
        for n, old in enumerate(own):
            end = old["to_day"]
            if n + 1 < len(own) and own[n + 1]["from_day"] - end < quiet:
                continue
            if end + rules.dose.late_days * DAY > last + DAY:
                continue
            begun = [
                new["from_day"]
                for other, course in by.items()
                for k, new in enumerate(course)
                if other != number and new["issued_on"] > old["issued_on"]
                and (k == 0 or new["from_day"] - course[k - 1]["to_day"] >= quiet)
                and end - WINDOW <= new["from_day"] < end
                and any(o["from_day"] <= end < o["to_day"] for o in course)
            ]  # fmt: skip
            if begun:
                for one in own[: n + 1]:
                    if one["to_day"] > min(begun):
                        yield max(one["from_day"], min(begun)), one["to_day"], one["ome_milli"]


def falls(who: Watched, rules: Policy, last: dt.date) -> list[Row]:
    """Every fall beyond amber and every stop: kind, fell_on, fall_percent, status, exclusions, looked_on."""
    made = []
    for one in turned(who, rules, last):
        on, seen = one["fell_on"], one["seen_on"]
        if who.left_on and who.left_on < seen:
            continue
        status = _status(who, on)
        red = one["fall_percent"] > rules.taper.red_fall_percent
        if one["from"] < rules.taper.watch_from_mg * 1000 and status == "neither":
            continue
        if one["unknown_since"] and not red:
            continue
        reasons = {name for name, a, b in who.exclusions if a <= on <= b}
        if status == "neither" and _acute(who, on, None if one["kind"] == "stop" else seen, rules):
            reasons.add("acute use")
        made.append({
            "kind": "unknown" if one["unknown_since"] else one["kind"], "fell_on": on, "seen_on": seen,
            "percent": round(one["fall_percent"], 6), "is_red": red, "status": status,
            "exclusions": "; ".join(sorted(reasons, key=lambda name: (name == "acute use", name))),
            "looked_on": min((r for r in who.reviews if r >= one["look_from"]), default=None),
            "unknown_since": one["unknown_since"], "from": one["from"],
            "is_abrupt": one.get("is_abrupt", False),
        })  # fmt: skip
    return sorted(made, key=lambda one: (one["fell_on"], one["kind"]))


def _falls(who: Watched, rules: Policy, last: dt.date) -> Iterator[Row]:
    quiet = rules.dose.no_supply_days * DAY
    who.steady(rules, last)
    edges = [plan["taper_start_on"] for plan in who.plans] + [last + DAY - WINDOW]
    edges += [who.left_on - WINDOW] if who.left_on else []
    seen = (one for one in held(who, rules, edges) if one.seen_on <= last + DAY)
    late = {one["from_day"]: told for one, _, _, told in waits(who, rules) if told}
    steep = {one.on: one for one in sorted(seen, key=lambda one: one.rank(rules))}  # the last of a day stands
    amber = {d: x for d, x in steep.items() if x.percent > rules.taper.amber_fall_percent}
    doubt = {
        d: min((x for x in (who.doubtful(d, d + WINDOW), None if one.sure else d) if x), default=None)
        for d, one in amber.items()
    }
    peaks = [
        d
        for d in amber
        if _is_peak(d, {x: h.percent for x, h in amber.items() if (doubt[x] is None) == (doubt[d] is None)})
    ]
    peaks += _again(who, {d: (h.percent, doubt[d]) for d, h in amber.items()}, peaks, rules)
    sure = [d for d in peaks if doubt[d] is None and amber[d].percent > rules.taper.red_fall_percent]
    for day in peaks:
        if doubt[day] is not None and any(abs((day - one).days) <= 27 for one in sure):
            continue
        one = amber[day]
        steps = [max(d, late.get(d, d)) for d in sorted(set(who.downs)) if day <= d <= day + WINDOW]
        steps += [d + quiet - DAY for d in _ends(who, rules, last) if day <= d <= day + WINDOW]
        yield {"kind": "fall", "fell_on": day, "seen_on": one.seen_on, "fall_percent": one.percent,
               "from": one.before, "unknown_since": doubt[day],
               "look_from": max(max([day, *steps, doubt[day] or day]) + DAY,
                                one.seen_on if one.seen_on > day + WINDOW else day)}  # fmt: skip


@dataclass
class Held:
    """Two stretches held against each other: of the first day (on) after both, the fall between them in %."""

    on: dt.date
    seen_on: dt.date
    percent: float
    before: float
    sure: bool
    left: dt.date

    def rank(self, rules: Policy) -> tuple[bool, float, dt.date, dt.timedelta]:
        surely = self.sure and self.percent > rules.taper.red_fall_percent
        return surely, self.percent, self.left, self.on - self.seen_on


def held(who: Watched, rules: Policy, edges: list[dt.date]) -> Iterator[Held]:
    """Every pair of stretches that is looked at. Those of 28 days need 14 with supply, or lie around a gap
    and are not sure; the longer ones in supply that goes on are not sure either."""
    for left, on in {*turns(who, rules), *((day, day) for day in edges)}:
        before, after = who.given(left - WINDOW), who.given(on)
        if not before or not after:
            continue
        sure = len(before) >= 14 and len(after) >= 14
        if sure or on > left:
            first, then = sum(before) / len(before), sum(after) / len(after)
            yield Held(on, on + WINDOW, 100 * (first - then) / first, first, sure, left)
    yield from _after_unknown(who, rules)
    yield from _sparse(who, rules, {on for left, on in turns(who, rules) if left == on} | set(edges))


def _after_unknown(who: Watched, rules: Policy) -> Iterator[Held]:
    """What is known after unknown days against the last that was known before. Where something was known
    beside the unknown and only goes on, what ended is not known: of a course, it may be nearly all."""
    quiet = rules.dose.no_supply_days * DAY
    for first, end in who.islands(quiet):
        begun = [one["to_day"] for one in who.segments if one["from_day"] < first]
        back = [one["from_day"] for one in who.segments if one["to_day"] > end]
        if not back or max(end, back[0]) - end >= rules.dose.stopped_days * DAY:
            continue
        left, on = min([first, max(begun, default=first)]), max(end, back[0])
        before, beside, after = who.given(left - WINDOW), who.given(end - WINDOW), who.given(on)
        then = sum(after) / len(after)
        was = sum(before) / len(before) if before else 0.0
        if len(beside) < 14:
            if was:
                sure = len(before) >= 14 and len(after) >= 14
                yield Held(on, on + WINDOW, 100 * (was - then) / was, was, sure, left)
            continue
        level = sum(beside) / len(beside)
        seen = max(on + WINDOW, end + quiet)
        if end - first > quiet and then * 100 < level * (100 + rules.taper.amber_fall_percent):
            yield Held(on, seen, 100.0, max(was, level), False, left)
        elif was:
            yield Held(on, seen, 100 * (was - then) / was, was, False, left)


def _sparse(who: Watched, rules: Policy, days: set[dt.date]) -> Iterator[Held]:
    """Supply that goes on without a stop but on fewer than half of 84 or 168 days, with less than half a day
    of what was supplied in the 84 before, or since its first day: 28 at least, and two days of issue."""
    if not who.segments:
        return
    if (who.segments[-1]["to_day"] - who.segments[0]["from_day"]).days - len(who.doses) <= 42:
        return
    issued = sorted({one["issued_on"] for one in who.supplies if one["ome_milli"] > 0})
    for first, end in who.courses(rules.dose.no_supply_days * DAY):
        second = min((day for day in issued if day > first), default=LONGEST)
        for on, span in ((on, span) for on in days for span in (84, 168)):
            if not first + WINDOW <= on <= end - span * DAY or on <= second:
                continue
            if who.doubtful(on, on + span * DAY):
                continue
            gaps = sum(
                a["to_day"] < b["from_day"] and on < b["from_day"] <= on + LONG
                for a, b in zip(who.segments, who.segments[1:], strict=False)
            )
            later = who.given(on, span)
            if span == 84 and gaps < 2 and len(later) > 84 - rules.dose.no_supply_days:
                continue  # one late collection
            since = max(on - LONG, first)
            was, then = sum(who.given(since, (on - since).days)) / (on - since).days, sum(later) / span
            if len(later) * 2 < span and then * 2 < was:
                yield Held(on, on + span * DAY, 100 * (was - then) / was, was, False, on)


def _again(
    who: Watched, amber: dict[dt.date, tuple[float, dt.date | None]], peaks: list[dt.date], rules: Policy
) -> list[dt.date]:
    """Days of a fast fall that no peak with the same reviews tells, the steepest of four weeks."""
    alike: dict[tuple[bool, int], dict[dt.date, float]] = {}
    for day in sorted(set(who.downs)):
        percent, doubt = amber.get(day, (0.0, None))
        told = (k for k in peaks if abs((k - day).days) <= 27)
        if percent > rules.taper.red_fall_percent and not any(
            not any(min(k, day) < r <= max(k, day) for r in who.reviews) for k in told
        ):
            reviews = len({r for r in who.reviews if r <= day})
            alike.setdefault((doubt is None, reviews), {})[day] = percent
    return [day for group in alike.values() for day in group if _is_peak(day, group)]


def turns(who: Watched, rules: Policy) -> list[tuple[dt.date, dt.date]]:
    """Days between which windows are held: each change of the dose, each week to four before and after one,
    and the two ends of each gap short enough."""
    changes = who.bends | {one["from_day"] for one in who.segments} | {one["to_day"] for one in who.segments}
    made = {(day + n * WEEK,) * 2 for day in changes for n in range(-4, 5)}
    for one, after in zip(who.segments, who.segments[1:], strict=False):
        if 0 < (after["from_day"] - one["to_day"]).days < rules.dose.stopped_days:
            made.add((one["to_day"], after["from_day"]))
    return sorted(made)


def _is_peak(day: dt.date, percents: dict[dt.date, float]) -> bool:
    near = {d: p for d, p in percents.items() if abs((d - day).days) <= 27}
    best = max(near.values())
    earlier = [p for d, p in near.items() if d < day]
    return percents[day] == best and all(p < percents[day] for p in earlier)


def _ends(who: Watched, rules: Policy, last: dt.date) -> Iterator[dt.date]:
    """Days on which supply ended and did not come again for no_supply_days."""
    quiet = rules.dose.no_supply_days * DAY
    for n, one in enumerate(who.segments):
        after = who.segments[n + 1]["from_day"] if n + 1 < len(who.segments) else LONGEST
        if after - one["to_day"] >= quiet and one["to_day"] + quiet <= last + DAY:
            yield one["to_day"]


def _stops(who: Watched, rules: Policy, last: dt.date) -> Iterator[Row]:
    quiet = rules.dose.no_supply_days * DAY
    for stop in _ends(who, rules, last):
        recent = [who.doses[d] for d in (stop - k * DAY for k in range(1, 29)) if d in who.doses]
        year = [who.doses[d] for d in (stop - k * DAY for k in range(1, 366)) if d in who.doses]
        mean, base = sum(recent) / len(recent), sum(year) / len(year)
        high, part = mean >= rules.taper.watch_from_mg * 1000, rules.taper.abrupt_percent / 100
        baselines = [b for p in who.plans if _in_force(p, stop, stop) and (b := baseline_of(who, p))]
        abrupt = mean >= part * min(baselines, default=base) or (high and mean >= part * base)
        if not (high or abrupt):
            continue
        doubts = [
            a
            for a, b in who.unknown
            if a < stop + quiet and (a >= stop or b > stop + rules.dose.default_days * DAY)
        ]
        yield {"kind": "stop", "fell_on": stop, "seen_on": stop + quiet, "fall_percent": 100.0, "from": mean,
               "look_from": stop + quiet, "is_abrupt": abrupt,
               "unknown_since": min(doubts, default=None)}  # fmt: skip


def _in_force(plan: Row, first: dt.date, end: dt.date) -> bool:
    return plan["taper_start_on"] <= end and (not plan.get("ended_on") or plan["ended_on"] + WINDOW > first)


def baseline_of(who: Watched, plan: Row) -> int | None:
    start = plan["taper_start_on"]
    year = [who.doses[day] for day in (start - n * DAY for n in range(1, 366)) if day in who.doses]
    return round(sum(year) / len(year)) if year else None


def _status(who: Watched, on: dt.date) -> str:
    """What it was part of that day: a plan to four weeks after its end, a decision until a shared plan."""
    return status_of(who, on, on)


def status_of(who: Watched, first: dt.date, end: dt.date) -> str:
    """What the dose was part of at some time from one day to another."""
    plans = [p for p in who.plans if _in_force(p, first, end)]
    decided = max((d for d in who.decisions if d <= end), default=None)
    shared = [p["taper_start_on"] for p in plans if p.get("consent") == "shared"]
    if any(p.get("consent") == "best interest" for p in plans) or (
        decided and (not shared or max(shared) <= decided)
    ):
        return "best interest"
    return "plan" if plans else "neither"


def _acute(who: Watched, on: dt.date, seen: dt.date | None, rules: Policy) -> bool:
    """Whether supply, over gaps short enough, had lasted less than acute_days by the day a fall could be
    seen, or to a stop, and none was seen for as long before that."""
    held = {a + n * DAY for a, b in who.unclear + who.unknown for n in range((b - a).days)}
    every = sorted(held | set(who.doses))
    days = [d for d in every if d < on]
    if not days:
        return False
    began = days[-1]
    for day in reversed(days):
        if (began - day).days - 1 >= rules.dose.stopped_days:
            break
        began = day
    if (began - who.seen_from).days < rules.dose.acute_days:
        return False
    last = days[-1]
    for day in every:
        if last < day and (day - last).days - 1 < rules.dose.stopped_days:
            last = day
    until = min(last + DAY, seen) if seen else on
    return (until - began).days < rules.dose.acute_days and (on - days[-1]).days <= rules.dose.stopped_days


def turned(who: Watched, rules: Policy, last: dt.date) -> list[Row]:
    """Every fall beyond amber and every stop, whatever it was part of."""
    return [*_falls(who, rules, last), *_stops(who, rules, last)]


def harmed(
    who: Watched, found: list[Row], start: dt.date, rules: Policy, by: dt.date, as_of: dt.date
) -> bool:
    """Whether the dose fell beyond red on some turn since a plan's start, or stopped, as seen by a day.
    found: the person's falls and stops."""
    for one in found:
        high = one["from"] >= rules.taper.watch_from_mg * 1000
        early = high and start - 90 * DAY <= one["fell_on"] < start
        red = one["fall_percent"] > rules.taper.red_fall_percent
        if red and one["seen_on"] <= by + DAY and (early or one["fell_on"] >= start):
            return True
    for pair in held(who, rules, [start, as_of - 27 * DAY]):
        fast = pair.percent > rules.taper.red_fall_percent
        if fast and pair.on >= start and pair.seen_on <= min(by, as_of) + DAY:
            return True
    return False


def of_everybody(
    people: dict[str, tuple[Watched, list[Row]]],
    then: dict[str, int],
    month: dt.date,
    threshold: int,
    rules: Policy,
) -> dict[tuple[str, str], tuple[int, int]]:
    """M56, M57, M73 at one practice: (measure, status) → numerator, denominator. people: key → person and
    falls there; then: dose of those who counted twelve months before."""
    end, before = month_end(month), month_end(months_before(month, 12))
    counts: dict[tuple[str, str], list[bool]] = {}
    for key, milli in then.items():
        if milli <= threshold * 1000:
            continue
        who, found = people[key]
        year = [f for f in found if before + DAY < f["seen_on"] <= end + DAY and f["is_red"]
                and not f["exclusions"] and f["from"] >= rules.taper.watch_from_mg * 1000]  # fmt: skip
        sure = [f for f in year if f["kind"] != "unknown"]
        status = max(sure, key=lambda f: f["seen_on"])["status"] if sure else status_of(who, before, end)
        counts.setdefault(("falls_of_everybody", status), []).append(any(f["kind"] == "fall" for f in sure))
        counts.setdefault(("stops_of_everybody", status), []).append(any(f["is_abrupt"] for f in sure))
        told = any(f["kind"] == "fall" or f["is_abrupt"] for f in sure)
        counts.setdefault(("falls_not_known", status), []).append(len(year) > len(sure) and not told)
    return {name: (sum(yes), len(yes)) for name, yes in counts.items()}

"""Falls and stops a second time, in plain Python, one person and one day after another.

Written from the glossary and the comments of the marts, not from the SQL. Days are dates; a dose is
thousandths of a mg; a segment is a run of days with one dose, as the mart dose_segment has it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from measures.policy import Policy
from tests.etl.models.plain_person import month_end, months_before

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
    seen_from: dt.date = dt.date(2000, 1, 1)  # when both the registration and the data had begun

    def __post_init__(self) -> None:
        self.segments.sort(key=lambda one: one["from_day"])
        self.doses = {
            one["from_day"] + n * DAY: one["ome_milli"]
            for one in self.segments
            for n in range((one["to_day"] - one["from_day"]).days)
        }

    def given(self, first: dt.date, days: int = 28) -> list[int]:
        """Doses of the days with supply among so many."""
        return [self.doses[day] for day in (first + n * DAY for n in range(days)) if day in self.doses]

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

    def doubtful(self, first: dt.date, end: dt.date) -> dt.date | None:
        return min((a for a, b in self.unknown if b > first and a < end), default=None)


def falls(who: Watched, rules: Policy, last: dt.date) -> list[Row]:
    """Every fall beyond amber and every stop: kind, fell_on, fall_percent, status, exclusions, looked_on."""
    found = [*_falls(who, rules, last), *_stops(who, rules, last)]
    made = []
    for one in found:
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
        if status == "neither" and _acute(who, on, rules):
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
    edges = [plan["taper_start_on"] for plan in who.plans] + [last + DAY - WINDOW]
    edges += [who.left_on - WINDOW] if who.left_on else []
    seen = (one for one in held(who, rules, edges) if one.seen_on <= last + DAY)
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
        steps = [d for d in _downs(who) if day <= d <= day + WINDOW]
        steps += [d + quiet - DAY for d in _ends(who, rules, last) if day <= d <= day + WINDOW]
        yield {"kind": "fall", "fell_on": day, "seen_on": one.seen_on, "fall_percent": one.percent,
               "from": one.before, "unknown_since": doubt[day],
               "look_from": max([day, *steps, doubt[day] or day]) + DAY}  # fmt: skip


@dataclass
class Held:
    """Two stretches held against each other: of the first day (on) after both, the fall between them in %."""

    on: dt.date
    seen_on: dt.date
    percent: float
    before: float
    sure: bool
    left: dt.date

    def rank(self, rules: Policy) -> tuple[bool, float, dt.date]:
        return self.sure and self.percent > rules.taper.amber_fall_percent, self.percent, self.left


def held(who: Watched, rules: Policy, edges: list[dt.date]) -> Iterator[Held]:
    """Every pair of stretches that is looked at. Those of 28 days need 14 with supply, or lie around a gap
    and are not sure; those of 84 days in supply that goes on, of which the later has supply on fewer than 42,
    are held by what was supplied, and are not sure either."""
    for left, on in {*turns(who, rules), *((day, day) for day in edges)}:
        before, after = who.given(left - WINDOW), who.given(on)
        if not before or not after:
            continue
        sure = len(before) >= 14 and len(after) >= 14
        if sure or on > left:
            first, then = sum(before) / len(before), sum(after) / len(after)
            yield Held(on, on + WINDOW, 100 * (first - then) / first, first, sure, left)
    courses = [c for c in who.courses(rules.dose.no_supply_days * DAY) if c[1] - c[0] >= 2 * LONG]
    if not courses or (who.segments[-1]["to_day"] - who.segments[0]["from_day"]).days - len(who.doses) <= 42:
        return
    for on in {on for left, on in turns(who, rules) if left == on} | set(edges):
        if not any(a + LONG <= on <= b - LONG for a, b in courses) or who.doubtful(on, on + LONG):
            continue
        supplied, later = sum(who.given(on - LONG, 84)), who.given(on, 84)
        gaps_after = sum(
            a["to_day"] < b["from_day"] and on < b["from_day"] <= on + LONG
            for a, b in zip(who.segments, who.segments[1:], strict=False)
        )
        if gaps_after < 2 and len(later) > 84 - rules.dose.no_supply_days:
            continue  # one late collection
        if len(later) < 42 and sum(later) * 2 < supplied:
            percent = 100 * (supplied - sum(later)) / supplied
            yield Held(on, on + LONG, percent, supplied / 84, False, on)


def _downs(who: Watched) -> list[dt.date]:
    pairs = zip(who.segments, who.segments[1:], strict=False)
    return [b["from_day"] for a, b in pairs if a["ome_milli"] > b["ome_milli"]]


def _again(
    who: Watched, amber: dict[dt.date, tuple[float, dt.date | None]], peaks: list[dt.date], rules: Policy
) -> list[dt.date]:
    """Days of a fast fall that no peak with the same reviews tells, the steepest of four weeks."""
    alike: dict[tuple[bool, int], dict[dt.date, float]] = {}
    for day in _downs(who):
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
    changes = {one["from_day"] for one in who.segments} | {one["to_day"] for one in who.segments}
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
        baselines = [b for p in who.plans if _in_force(p, stop, stop) and (b := _baseline(who, p))]
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


def _baseline(who: Watched, plan: Row) -> int | None:
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


def _acute(who: Watched, on: dt.date, rules: Policy) -> bool:
    """Whether supply, over gaps short enough, had begun less than acute_days before, and none was seen for as
    long before that."""
    held = {a + n * DAY for a, b in who.unclear for n in range((b - a).days)}
    days = sorted(d for d in held | set(who.doses) if d < on)
    if not days:
        return False
    began = days[-1]
    for day in reversed(days):
        if (began - day).days - 1 >= rules.dose.stopped_days:
            break
        began = day
    if (began - who.seen_from).days < rules.dose.acute_days:
        return False
    return 0 < (on - began).days < rules.dose.acute_days and (on - days[-1]).days <= rules.dose.stopped_days


def harmed(who: Watched, start: dt.date, rules: Policy, by: dt.date, as_of: dt.date, last: dt.date) -> bool:
    """Whether the dose fell beyond red on some turn since a plan's start, or stopped, as seen by a day."""
    for one in (*_falls(who, rules, last), *_stops(who, rules, last)):
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

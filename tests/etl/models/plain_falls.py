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
WEEK, WINDOW = 7 * DAY, 28 * DAY
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

    def mean(self, first: dt.date, days: int = 28) -> float | None:
        """Mean of the days with supply; None where they are fewer than 14."""
        found = [self.doses[day] for day in (first + n * DAY for n in range(days)) if day in self.doses]
        return sum(found) / len(found) if len(found) >= 14 else None

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
    looked_at = {*turns(who, rules), *((day, day) for day in edges)}
    steep: dict[dt.date, tuple[float, dt.date, float]] = {}
    for left, right in looked_at:
        before, after_mean = who.mean(left - WINDOW), who.mean(right)
        if before and after_mean is not None and right + WINDOW <= last + DAY:
            percent = 100 * (before - after_mean) / before
            steep[right] = max(steep.get(right, (-1e9, left, 0.0)), (percent, left, before))
    amber = {d: x for d, x in steep.items() if x[0] > rules.taper.amber_fall_percent}
    doubt = {d: who.doubtful(d, d + WINDOW) for d in amber}
    peaks = [
        d
        for d in amber
        if _is_peak(d, {x: p for x, (p, _, _) in amber.items() if (doubt[x] is None) == (doubt[d] is None)})
    ]
    peaks += _again(who, {d: (p, doubt[d]) for d, (p, _, _) in amber.items()}, peaks, rules)
    sure = [d for d in peaks if doubt[d] is None and amber[d][0] > rules.taper.red_fall_percent]
    for day in peaks:
        if doubt[day] is not None and any(abs((day - one).days) <= 27 for one in sure):
            continue
        percent, left, before = amber[day]
        steps = [d for d in _downs(who) if day <= d <= day + WINDOW]
        steps += [d + quiet - DAY for d in _ends(who, rules, last) if day <= d <= day + WINDOW]
        yield {"kind": "fall", "fell_on": day, "seen_on": day + WINDOW, "fall_percent": percent,
               "from": before, "unknown_since": doubt[day],
               "look_from": max([day, *steps, doubt[day] or day]) + DAY}  # fmt: skip


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
    for left, right in [*turns(who, rules), (start, start), (as_of - 27 * DAY,) * 2]:
        if right < start or right + WINDOW > by + DAY or right + 27 * DAY > as_of:
            continue
        before, after_mean = who.mean(left - WINDOW), who.mean(right)
        if (
            before
            and after_mean is not None
            and 100 * (before - after_mean) / before > rules.taper.red_fall_percent
        ):
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
        counts.setdefault(("falls_not_known", status), []).append(bool(year) and not sure)
    return {name: (sum(yes), len(yes)) for name, yes in counts.items()}

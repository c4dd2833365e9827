"""The marts of figures by area a second time, in pandas: from the other marts of a release, an area, reported
month and threshold at a time."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from measures.policy import Policy, dose_bands

Frames = dict[str, pd.DataFrame]
Told = dict[Any, Any]
WINDOW, LEAST_DAYS = 28, 14
CROSSINGS = ("new_to_high_dose", "left_high_dose", "high_dose_not_known")


@dataclass(frozen=True)
class At:
    """An area (its practices complete in the month), a reported month and a threshold."""

    frames: Frames
    rules: Policy
    practices: frozenset[str]
    month: pd.Timestamp
    threshold: int

    @property
    def end(self) -> pd.Timestamp:
        return self.month + pd.offsets.MonthEnd(0)

    def beyond(self, milli: pd.Series) -> pd.Series:
        return milli > self.threshold * 1000

    def of(self, name: str, *, all_months: bool = False) -> pd.DataFrame:
        """Rows of a mart of the area's practices, of the month."""
        frame = self.frames[name]
        frame = frame[frame["practice_code"].isin(self.practices)]
        return frame if all_months else frame[frame["month"] == self.month]


def area_practices(practices: pd.DataFrame) -> dict[tuple[str, str], set[str]]:
    """Level and name of every area → its practices."""
    found: dict[tuple[str, str], set[str]] = {("icb", "Example ICB"): set(practices["practice_code"])}
    for _, one in practices.iterrows():
        found["practice", one["practice_code"]] = {one["practice_code"]}
        for level in ("pcn", "place"):
            found.setdefault((level, one[level]), set()).add(one["practice_code"])
        if practices.loc[practices["pcn"] == one["pcn"], "place"].nunique() > 1:
            found.setdefault(("part", f"{one['pcn']} in {one['place']}"), set()).add(one["practice_code"])
    return found


def flow(at: At) -> Told:
    """taper_flow: (band at baseline, band then, harmed) → plans."""
    months = at.of("taper_month", all_months=True)
    found = Counter[Any]()
    for _, plan in at.of("taper", all_months=True).iterrows():
        if plan["start_on"] > at.end or not plan["baseline_milli"] > at.threshold * 1000:
            continue
        own = months[(months["plan_id"] == plan["plan_id"]) & (months["month"] <= at.month)]
        own = own[own["practice_code"] == plan["practice_code"]].sort_values("month")
        last = own.iloc[-1] if len(own) else None
        if last is not None and last["excluded"]:
            continue
        gone = isinstance(plan["censored"], str) and plan["as_of"] < at.end
        now = "not known"
        if gone:
            now = "censored"
        elif last is not None and last["is_stopped"]:
            now = "stopped"
        elif last is not None and pd.notna(last["now_milli"]):
            now = _band(last["now_milli"], at.rules)
        harmed = last is not None and bool(last["harmed"])
        found[_band(plan["baseline_milli"], at.rules), now, harmed] += 1
    return dict(found)


def _band(milli: float, rules: Policy) -> str:
    return next(band for band, low, high in dose_bands(rules) if low <= milli <= high)


def ways(at: At) -> Told:
    """taper_way: way → plans, from the flow."""
    order = ["stopped", *(band for band, _, _ in dose_bands(at.rules))]
    found = dict.fromkeys(("lower", "after", "same", "higher"), 0)
    for (was, now, harmed), n in flow(at).items():
        if now in order:
            step = order.index(now) - order.index(was)
            found["same" if step == 0 else "higher" if step > 0 else "after" if harmed else "lower"] += n
    return dict(found)


def pace(at: At) -> Told:
    """taper_pace: zone → plans."""
    plans = at.of("taper_month")
    plans = plans[~plans["excluded"] & at.beyond(plans["baseline_milli"])]
    active = plans[plans["active"]]
    fast = active["max_fall_percent_12m"] > at.rules.taper.amber_fall_percent
    unsure = ~(active["now_known"] & active["fall_known"]) & active["red_fell_on"].isna()
    return {
        "fast": int(fast.sum()), "slow": int((~fast).sum()), "not known": int(unsure.sum()),
        "ended": int((~plans["open"] & plans["red_fell_on"].notna()).sum()),
    }  # fmt: skip


def falls(at: At) -> Told:
    """taper_fall_size: largest fall → plans."""
    plans = at.of("taper_month")
    plans = plans[plans["active"] & ~plans["excluded"] & plans["fall_known"]]
    plans = plans[at.beyond(plans["baseline_milli"])]
    return dict(Counter(float(fall) for fall in plans["max_fall_percent_12m"].fillna(0).clip(lower=0)))


def now(at: At) -> Told:
    """taper_now: "" → plans, below, stopped; nothing where there are none."""
    plans = at.of("taper_month")
    old = plans["days_since_start"] >= at.rules.taper.min_plan_days
    plans = plans[old & ~plans["excluded"] & plans["relative_percent"].notna()]
    plans = plans[at.beyond(plans["baseline_milli"])]
    below = ~plans["is_stopped"] & ~at.beyond(plans["now_milli"])
    return {"": (len(plans), int(below.sum()), int(plans["is_stopped"].sum()))} if len(plans) else {}


def course(at: At) -> Told:
    """taper_course: (series, week) → people and the median share, day by day."""
    shares: dict[Any, list[float]] = {}
    plans = at.of("taper", all_months=True)
    plans = plans[(plans["start_on"] <= at.end) & at.beyond(plans["baseline_milli"])]
    months = at.of("taper_month", all_months=True)
    months = months[months["month"] <= at.month].sort_values("month")
    excluded = months.groupby(["practice_code", "plan_id"])["excluded"].last()
    windows = at.frames["taper_window"]
    for _, plan in plans.iterrows():
        if excluded.get((plan["practice_code"], plan["plan_id"]), False):
            continue
        own = windows[
            (windows["plan_id"] == plan["plan_id"]) & (windows["to_on"] <= at.end + pd.Timedelta(1, "D"))
        ]
        for _, window in own[own["practice_code"] == plan["practice_code"]].iterrows():
            shares.setdefault(("plan", 4 * window["k"]), []).append(window["relative_percent"] / 100)
    every = at.frames["taper"]
    planned = set(every.loc[every["start_on"] <= at.end, "patient_key"])
    people = at.of("patient_month", all_months=True)
    people = people[people["is_adult"] & ~people["excluded"] & at.beyond(people["lowest_3m_milli"])]
    people = people[(people["month"] <= at.month) & ~people["patient_key"].isin(planned)]
    segments = at.frames["dose_segment"]
    segments = segments[segments["class"] == "opioid"]
    by_person = dict(iter(segments.groupby("patient_key")))
    reach = at.frames["practice"].set_index("practice_code")["data_to"]
    people = people.assign(data_to=people["practice_code"].map(reach))
    first = people.groupby(["patient_key", "data_to"], as_index=False)["month"].min()
    for key, data_to, month in first.itertuples(index=False):
        start = month + pd.offsets.MonthBegin(1)
        for k, share in _windows(by_person[key], start, min(data_to, at.end)):
            shares.setdefault(("no plan", 4 * k), []).append(share)
    return {where: (len(of), round(float(np.median(of)), 9)) for where, of in shares.items()}


def _windows(segments: pd.DataFrame, start: pd.Timestamp, last: pd.Timestamp) -> list[tuple[int, float]]:
    """Number of 28 days from a start → mean dose as a share of that of the year before; by days, of the
    seven windows before the start to the 53 after it."""
    before, after = 365, WINDOW * 53
    doses = np.full(before + after, np.nan)
    days = [(segments[end] - start).dt.days + before for end in ("from_day", "to_day")]
    for first, stop, dose in zip(*days, segments["ome_milli"], strict=True):
        doses[max(first, 0) : max(stop, 0)] = dose
    year = doses[:before]
    found = []
    for k in range(-6, 53):
        window = doses[before + WINDOW * k : before + WINDOW * (k + 1)]
        known = window[~np.isnan(window)]
        if start + pd.Timedelta(WINDOW * (k + 1) - 1, "D") <= last and len(known) >= LEAST_DAYS:
            found.append((k, float(known.mean() / np.nanmean(year))))
    return found if (~np.isnan(year)).any() else []


def crossings(at: At) -> Told:
    """crossing: (measure, reason, span, back) → times, practices, months; without what is nought."""
    rows = at.of("measure_month", all_months=True)
    rows = rows[rows["measure"].isin(CROSSINGS) & (rows["threshold"] == at.threshold)]
    ago = (at.month.year - rows["month"].dt.year) * 12 + at.month.month - rows["month"].dt.month
    rows = rows.assign(ago=ago)[ago >= 0]
    practices = rows.groupby("ago")["practice_code"].nunique()
    found: Told = {}
    for (measure, reason), part in rows.groupby(["measure", "category"]):
        times = part.groupby("ago")["numerator"].sum()
        year: list[int] = []
        for back in range(int(times.index.max()) // 3 + 1):
            months = [3 * back, 3 * back + 1, 3 * back + 2]
            if not set(months) <= {*times.index}:
                continue
            year += months if back < 4 else []
            if times[months].sum():
                found[measure, reason, "quarter", back] = (
                    int(times[months].sum()), int(practices[months].min()), 3,
                )  # fmt: skip
        if times[year].sum():
            found[measure, reason, "year", 0] = (
                int(times[year].sum()), int(practices[year].min()), len(year),
            )  # fmt: skip
    return found


def cohort(at: At) -> Told:
    """cohort_area: (step, outcome) → people; without what is nought."""
    rows = at.of("cohort_waterfall")
    rows = rows[rows["threshold"] == at.threshold]
    found = rows.groupby(["step", "outcome"], as_index=False)["people"].sum()
    return {(step, outcome): int(n) for step, outcome, n in found.itertuples(index=False) if n}


def definitions(at: At) -> Told:
    """definition_count: definition → people. The first is that of the policy, which patient_month has too."""
    people = at.of("patient_month")
    people = people[people["is_adult"] & ~people["excluded"]]
    doses = at.of("defined_month").merge(people[["practice_code", "patient_key"]])
    found = {"carried_forward": int(at.beyond(people["current_ome_milli"]).sum())}
    names = ("sum_of_days_supply", "unique_days", "fixed_window", "peak_day")
    return found | {name: int(at.beyond(doses[f"{name}_milli"]).sum()) for name in names}


def caseloads(at: At) -> Told:
    """caseload: (practice, clinician or "") → people, of practices whose plans have come."""
    lacking = at.of("quality_coverage")
    unsent = {row["practice_code"] for _, row in lacking.iterrows() if "plans" in row["lacking"].split(", ")}
    people = at.of("cohort_month")
    people = people[at.beyond(people["current_ome_milli"]) | people["high_gaba"]]
    people = people[~people["practice_code"].isin(unsent)]
    return dict(Counter(zip(people["practice_code"], people["named_clinician"].fillna(""), strict=True)))


def unlooked(worklist: pd.DataFrame, areas: dict[tuple[str, str], set[str]]) -> Told:
    """unlooked: level and area → people of each kind and of which on no plan."""
    found: Told = {}
    for area, practices in areas.items():
        rows = worklist[worklist["practice_code"].isin(practices)]
        aside = rows["aside_on"].notna() | rows["aside_unknown"].notna()
        seen = rows["fell_on"].notna() | rows["stopped_on"].notna() | rows["unknown_since"].notna() | aside
        rows, aside = rows[seen], aside[seen]
        if len(rows):
            found[area] = (
                int(rows["fell_on"].notna().sum()), int((rows["fell_status"] == "neither").sum()),
                int(rows["stopped_on"].notna().sum()), int((rows["stopped_status"] == "neither").sum()),
                int(rows["unknown_since"].notna().sum()), int(aside.sum()),
                int(rows["in_best_interest"].fillna(False).sum()), rows["fell_on"].max(),
            )  # fmt: skip
    return found


def traits(frames: Frames, month: pd.Timestamp) -> Told:
    """practice_trait: practice → list, share of 65 or older, mean deprivation; as groups of a measure of
    everybody have the list, which holds the last 13 months."""
    lists = frames["measure_group"]
    lists = lists[(lists["measure"] == "ome_burden") & (lists["dimension"] == "age_band")]
    lists = lists[lists["month"] <= month]
    people = frames["patient_month"]
    year = people[(people["month"] <= month) & (people["month"] > month - pd.DateOffset(months=12))]
    imd = year.groupby("practice_code")["imd_quintile"].mean()
    found: Told = {}
    for practice, rows in lists.groupby("practice_code"):
        latest = rows[rows["month"] == rows["month"].max()]
        older = latest.loc[latest["category"].isin(["65-74", "75-84", "85+"]), "denominator"].sum()
        everybody = latest["denominator"].sum()
        found[practice] = int(everybody), round(older / everybody, 3), round(float(imd[practice]), 9)
    return found


def quarter_ends(months: pd.Series) -> list[pd.Timestamp]:
    """Reported months: ends of quarters and the last."""
    return [m for m in sorted(months.unique()) if m.month % 3 == 0 or m == months.max()]

"""Measures of people and issues a second time, in plain Python: slug and category → numerator, denominator
at one practice, month and threshold. Written from docs/measures.md and docs/glossary.md, not from the SQL."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from measures.policy import Policy
from tests.etl.models.plain.plain_dose import rounded
from tests.etl.models.plain.plain_person import Person, Row, is_open, month_end, months_before, read

Found = dict[tuple[str, str], tuple[int, int]]  # (slug, category) → numerator, denominator
STAGES = {
    "made": "referred_on",
    "accepted": "accepted_on",
    "attended": "first_contact_on",
    "completed": "completed_on",
}


@dataclass
class Place:
    """One practice at a month: its people, and the rows of its own."""

    practice: str
    month: dt.date
    threshold: int
    people: list[Person]
    rows: dict[str, list[Row]]
    rules: Policy
    adults: int
    registered: int

    @property
    def end(self) -> dt.date:
        return month_end(self.month)

    def here(self) -> list[Person]:
        return [p for p in self.people if p.registered(self.end)]

    def beyond(self, milli: int) -> bool:
        return milli > self.threshold * 1000

    def within(self, on: dt.date | None, months: int) -> bool:
        """Whether a day lies in so many whole months to this one's end."""
        return on is not None and months_before(self.month, months - 1) <= on <= self.end


def prevalence(at: Place) -> Found:
    adults = [p for p in at.here() if p.adult and not p.excluded(at.end)]
    high = [p for p in adults if at.beyond(p.mean("opioid", at.end))]
    on_opioid = [p for p in adults if p.on_opioid(at.end)]
    dosed = [p for p in on_opioid if p.mean("opioid", at.end)]
    found: Found = {
        ("high_dose_prevalence", ""): (len(high), at.adults),
        ("high_dose_share", ""): (len(high), len(on_opioid)),
    }
    for n in (3, 6):
        ends = [month_end(months_before(at.month, i)) for i in range(n)]
        lasting = [p for p in high if all(at.beyond(p.before(end)) for end in ends)]
        found[f"high_dose_{n}_months", ""] = len(lasting), at.adults
    found["long_term_opioids", ""] = len(dosed), at.adults
    found["high_dose_gabapentinoid", ""] = sum(p.high_gaba(at.end) for p in adults), at.adults
    for slug, kind in (("ome_burden", "opioid"), ("gabapentinoid_ddd", "gabapentinoid")):
        total = sum(p.total(kind, at.month) for p in at.here())
        found[slug, ""] = rounded(total / 1000), at.registered
    names = {"two": "two_opioids", "gaba": "opioid_with_gabapentinoid", "triple": "triple_combination"}
    for name, slug in names.items():
        found[slug, ""] = sum(p.together(at.end)[name] for p in on_opioid), len(on_opioid)
    return found


def changes(at: Place) -> Found:
    before = month_end(months_before(at.month, 1))
    came, went = Counter[str](), Counter[str]()
    for p in at.people:
        then, now = p.dose(before), p.dose(at.end)
        if at.beyond(now) and not at.beyond(then):
            came[_came(p, before)] += 1
        if at.beyond(then) and not at.beyond(now):
            went[_went(p, at.end)] += 1
    unknown = went.pop("not known", 0)
    found = {
        (slug, why): (n, sum(reasons.values()))
        for slug, reasons in (("new_to_high_dose", came), ("left_high_dose", went))
        for why, n in reasons.items()
    }
    return {**found, ("high_dose_not_known", ""): (unknown, unknown)}


def _came(p: Person, before: dt.date) -> str:
    if not p.registered(before):
        return "newly registered"
    if p.excluded(before):
        return "excluded before" if p.coded(before) else "acute use before"
    return "dose rose" if p.mean("opioid", before) else "supply began"


def _went(p: Person, end: dt.date) -> str:
    if not p.registered(end):
        return str(p.patient["left_reason"])
    if p.excluded(end):
        return "excluded"
    if p.without_dose(end):
        return "not known"
    return "dose fell" if p.mean("opioid", end) else "no supply"


def cohort(at: Place) -> Found:
    people = [p for p in at.here() if p.in_cohort(at.end, at.threshold)]
    counts: dict[str, list[bool]] = defaultdict(list)
    latest: list[bool] = []
    for p in people:
        plan = p.plan(at.end) or {}
        year = [r for r in p.reviews if at.within(r["reviewed_on"], 12)]
        for n in (3, 6, 12):
            counts[f"reviewed_{n}_months"].append(
                any(r["template"] == "ardens" and at.within(r["reviewed_on"], n) for r in year)
            )
        named, cover = _clinicians(plan, at.end)
        counts["indication_coded"].append(p.patient["indication"] is not None)
        counts["clinicians_named"].append(None not in (named, cover) and named != cover)
        counts["home_alert"].append(bool(plan.get("home_alert_on") and plan["home_alert_on"] <= at.end))
        counts["pharmacy_asked"].append(plan.get("pharmacy_consent") in ("given", "declined"))
        counts["other_medicines_documented"].append(
            any(at.within(r["other_meds_on"], 12) for r in year)
            and any(r["otc_herbal"] in ("yes", "none taken") for r in year)
        )
        counts["on_taper_plan"].append(any(s["started_on"] <= at.end and is_open(s, at.end) for s in p.plans))
        since = [r for r in year if plan and r["reviewed_on"] >= plan["started_on"] and r["reviewer"]]
        if named and since:
            last = max(since, key=lambda r: (r["reviewed_on"], r["reviewer"]))
            latest.append(last["reviewer"] in (named, cover))
    found = {(slug, ""): (sum(counts[slug]), len(people)) for slug in counts}
    found["reviewed_by_named", ""] = sum(latest), len(latest)
    return {**found, **_stages(at, people)}


def _clinicians(plan: Row, end: dt.date) -> tuple[Any, Any]:
    if not plan or (plan["noted_on"] or plan["started_on"]) > end:
        return None, None
    return plan["named_clinician"], plan["cover_clinician"]


def _stages(at: Place, people: list[Person]) -> Found:
    year_ago = at.end.replace(year=at.end.year - 1)
    reached: list[set[str]] = []
    for p in people:
        offers = [r for r in p.referrals if year_ago < r["offered_on"] <= at.end]
        stages = {"offered"} if offers else set()
        stages |= {
            s for s, column in STAGES.items() if any(r.get(column) and r[column] <= at.end for r in offers)
        }
        reached.append(stages)
    found = {("referral_offered", ""): (sum("offered" in r for r in reached), len(people))}
    for stage, before in zip(STAGES, ["offered", *STAGES], strict=False):
        n = sum(stage in r for r in reached)
        found[f"referral_{stage}", ""] = (
            sum({stage, before} <= r for r in reached),
            sum(before in r for r in reached),
        )
        found[f"referral_{stage}_of_cohort", ""] = n, len(people)
    return found


def issued(at: Place) -> Found:
    counts: dict[str, list[bool]] = {
        name: [] for name in ("dose_clear", "issues_on_interval", "early_requests", "issued_by_named")
    }
    for p in at.here():
        if not p.in_cohort(at.end, at.threshold):
            continue
        plan = p.plan(at.end) or {}
        named, cover = _clinicians(plan, at.end)
        for one, gap in with_gaps(p.issues):
            if not at.within(one["issued_on"], 1):
                continue
            counts["early_requests"].append((one["requested_early_days"] or 0) > 2)
            if named and one["issuer"]:
                counts["issued_by_named"].append(one["issuer"] in (named, cover))
            if gap is not None and plan.get("interval_days"):
                counts["issues_on_interval"].append(abs(gap - plan["interval_days"]) <= 2)
            clear = one["directions"] not in (None, "as directed")
            counts["dose_clear"].append(clear)
    return {(slug, ""): (sum(found), len(found)) for slug, found in counts.items()}


def with_gaps(issues: list[Row]) -> Iterator[tuple[Row, int | None]]:
    """Issues with a dose, each with the days since that product was issued on an earlier day."""
    days: dict[tuple[str, str], set[dt.date]] = defaultdict(set)
    counted = [(one, read(one)) for one in issues if read(one)["counted"]]
    for one, line in counted:
        days[line["class"], line["product_key"]].add(one["issued_on"])
    for one, line in counted:
        before = [d for d in days[line["class"], line["product_key"]] if d < one["issued_on"]]
        yield one, (one["issued_on"] - max(before)).days if before else None

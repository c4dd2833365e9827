"""Measures of plans, steps, referrals and decisions a second time, in plain Python; see plain_measures."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from itertools import pairwise
from statistics import median

from tests.etl.models.plain.plain_dose import EPOCH, rounded
from tests.etl.models.plain.plain_measures import STAGES, Found, Place
from tests.etl.models.plain.plain_person import Person, Row, is_open, month_end, months_before, read
from tests.etl.models.random_care import OFFERS, TALKS


def steps(at: Place) -> Found:
    discussed, letters, sizes = [], [], []
    by_key = {p.patient["patient_key"]: p for p in at.people}
    for plan in at.rows["plans"]:
        person = by_key.get(plan["patient_key"])
        baseline = baseline_of(person, plan["taper_start_on"]) if person else None
        if person is None or baseline is None or not at.beyond(baseline):
            continue
        left = person.patient.get("registered_to")
        made = [s for s in at.rows["taper_steps"] if s["plan_id"] == plan["plan_id"] and s["actual_on"]]
        made = sorted((s for s in made if not left or s["actual_on"] < left), key=lambda s: s["actual_on"])
        before = None
        for n, step in enumerate(made):
            on, after = step["actual_on"], round(step["planned_ome"] * 1000)
            if n == 0:
                before = person.doses["opioid"].get((on - EPOCH).days - 1, baseline)
            if at.within(on, 12) and not person.coded(month_end(on)):
                done = {
                    name: bool(step[name] and step[name] <= on)
                    for name in ("mdt_discussed_on", "letters_reviewed_on")
                }
                if n == 0:
                    discussed.append(done["mdt_discussed_on"])
                if step["other_provider"]:
                    letters.append(done["letters_reviewed_on"])
                if before is not None and after < before:
                    slow = n == 0 or (on - made[n - 1]["actual_on"]).days >= 14
                    sizes.append((before - after) / before <= 0.1 + 1e-12 and slow)
            before = after
    names = {
        "discussed_before_change": discussed,
        "letters_read_before_change": letters,
        "steps_in_range": sizes,
    }
    return {(slug, ""): (sum(found), len(found)) for slug, found in names.items()}


def baseline_of(p: Person, start: dt.date) -> int | None:
    first = (start - EPOCH).days
    year = [dose for d, dose in p.doses["opioid"].items() if first - 365 <= d < first]
    return rounded(sum(year) / len(year)) if year else None


def tapers(at: Place) -> Found:
    """Shares of baseline at the month's end, of plans whose person is still with the practice. Plans with
    a red fall or an abrupt stop on the way are not told apart here: see plain_falls."""
    down, below, escalated, old, sustained, template, open_plans = ([] for _ in range(7))
    by_key = {p.patient["patient_key"]: p for p in at.people}
    for plan in at.rows["plans"]:
        person, start = by_key.get(plan["patient_key"]), plan["taper_start_on"]
        left = person.patient.get("registered_to") if person else None
        gone = person is None or start > at.end or (left is not None and left <= at.end)
        baseline = None if gone or person is None else baseline_of(person, start)
        if person is None or not baseline or not at.beyond(baseline) or person.coded(at.end):
            continue
        now = dose_at(person, at.end)
        open_plans.append(is_open(plan, at.end))
        template.append(is_open(plan, at.end) and plan["template"] in ("OUH", "other"))
        escalated.append(_least(person, at.end) / baseline >= 1.15)
        if (at.end - start).days >= 60:
            down.append(now is not None and now / baseline <= 0.85)
            below.append(now is not None and now > 0 and not at.beyond(now))
        age = _whole_months(start, at.end)
        if age >= 16:
            ends = [e for e in (month_end(months_before(at.month, i)) for i in range(age + 1)) if e >= start]
            then = {
                _whole_months(start, e): dose_at(person, e) for e in ends if _whole_months(start, e) <= 16
            }
            is_down = {at: x is not None and x / baseline <= 0.85 for at, x in then.items()}
            if any(is_down.values()):
                old.append(True)
                sustained.append(is_down[16])
    return {
        ("tapering", ""): (sum(down), len(down)), ("below_threshold_now", ""): (sum(below), len(below)),
        ("escalated", ""): (sum(escalated), len(escalated)), ("sustained", ""): (sum(sustained), len(old)),
        ("on_template", ""): (sum(template), sum(open_plans)),
    }  # fmt: skip


def dose_at(p: Person, end: dt.date) -> int | None:
    """Mean dose of the last 60 days; unknown where an issue of them may be an opioid and is in no dose, or
    what was issued before may have lasted into them: 28 days, or as long as a supply of unknown dose."""
    last = (end - EPOCH).days
    undosed = any(
        0 <= (end - one["issued_on"]).days < 60 + 27 and read(one)["status"] in ("not_converted", "unmapped")
        for one in p.issues
    ) or any(
        kind == "opioid"
        and not supply.known
        and (last - 60 < supply.issued <= last or (supply.start <= last and supply.end > last - 59))
        for kind, supply, _ in p.supplies
    )
    return None if undosed or p.kept_back(end, 60 + 27) else _least(p, end)


def _least(p: Person, end: dt.date) -> int:
    last = (end - EPOCH).days
    recent = [dose for d, dose in p.doses["opioid"].items() if last - 60 < d <= last]
    return rounded(sum(recent) / len(recent)) if recent else 0


def _whole_months(start: dt.date, end: dt.date) -> int:
    after = end + dt.timedelta(days=1)
    return (after.year - start.year) * 12 + after.month - start.month - (start.day > 1)


def events(at: Place) -> Found:
    """Referrals and best-interest decisions of the last 12 months."""
    found: Found = {}
    msk = [r for r in at.rows["referrals"] if at.within(r["offered_on"], 12) and r["service"] == "Circle MSK"]
    msk = [r for r in msk if r.get("referred_on")]
    found["msk_without_indication", ""] = sum(r["reason"] != "musculoskeletal pain" for r in msk), len(msk)
    made = [d for d in at.rows["best_interest"] if at.within(d["decided_on"], 12)]
    done = [_safeguards(d) for d in made]
    found["safeguards_complete", ""] = sum(all(d.values()) for d in done), len(done)
    found["second_opinion_offered", ""] = sum(d["second opinion"] for d in done), len(done)
    taken = [s["second opinion"] and d["second_opinion"] == "taken" for d, s in zip(made, done, strict=True)]
    found["second_opinion_taken", ""] = sum(taken), len(done)
    for name in done[0] if done else ():
        found["safeguard_done", name] = sum(d[name] for d in done), len(done)
    people = sum(p.in_cohort(at.end, at.threshold) for p in at.here())
    found["best_interest_reductions", ""] = len(made), people
    return found


def _safeguards(d: Row) -> dict[str, bool]:
    """What the position statement asks for, item by item; blank is never done."""
    talks = {talk.replace("_", " "): d[talk] in ("discussed", "attempted") for talk in TALKS[:4]}
    said, tried = {d[offer] for offer in OFFERS}, (d.get("contact_attempts") or 0) >= 1
    last = d["decided_on"] + dt.timedelta(days=28)
    their_own, options = (
        bool(d.get(name) and d[name] <= last) for name in ("reasons_discussed_on", "options_explained_on")
    )
    attempted = "attempted" in {d[talk] for talk in TALKS} or (
        d.get("reasons_discussed_on") is None and d.get("engaged") == "no"
    )
    by, decider = (str(d.get(name) or "").strip().upper() for name in ("second_opinion_by", "decided_by"))
    return {
        **talks,
        "biopsychosocial approach": d["biopsychosocial"] in ("discussed", "attempted"),
        "contact attempt": tried or not attempted,
        "person’s reasons": their_own or (d.get("engaged") == "no" and tried),
        "reasons and options explained": options,
        "rationale recorded": d.get("rationale_recorded") is True and bool(decider),
        "referral": bool(said & {"offered", "already done", "declined"})
        or ("not appropriate" in said and is_reason(d["not_appropriate_reason"])),
        "second opinion": (d["second_opinion"] == "offered" and not (by and by == decider))
        or (d["second_opinion"] == "taken" and bool(by) and bool(decider) and by != decider),
    }


NO_REASONS = {
    "n/a",
    "N.A.",
    "-",
    "none",
    "None given",
    "x",
    "xxxx",
    "",
    " ",
    "not appropriate",
    "unknown",
    "nil",
    "Known to them",
}


def is_reason(text: str | None) -> bool:
    """Whether a text gives a reason at all; random_care writes only these and real ones."""
    return text is not None and text not in NO_REASONS


def services(at: Place) -> Found:
    """How far offers of the last 12 months to people in the cohort when offered had come, by service."""
    found: Found = {}
    stages = [("offered", "offered_on"), *STAGES.items()]
    for service in {r["service"] for r in at.rows["referrals"]}:
        offers = [r for r in _of_cohort(at) if at.within(r["offered_on"], 12) and r["service"] == service]
        reached = {s: [r for r in offers if r.get(on) and r[on] <= at.end] for s, on in stages}
        for (before, _), (stage, _) in pairwise(stages):
            both = [r for r in reached[stage] if r in reached[before]]
            found[f"referral_{stage}_by_service", service] = len(both), len(reached[before])
        other = [r for r in reached["made"] if r["reason"] != "musculoskeletal pain"]
        found["msk_without_indication_of_cohort", service] = (
            len(other) if service == "Circle MSK" else 0, len(reached["made"]),
        )  # fmt: skip
    return found


def _of_cohort(at: Place) -> list[Row]:
    by_key = {p.patient["patient_key"]: p for p in at.people}
    return [
        r
        for r in at.rows["referrals"]
        if by_key[r["patient_key"]].in_cohort(month_end(r["offered_on"]), at.threshold)
    ]


def waits(at: Place) -> dict[str, tuple[int, float]]:
    """First contacts of the last 12 months of people in the cohort when offered, by service and ("") all: how
    many, median days."""
    days = defaultdict[str, list[int]](list)
    for r in _of_cohort(at):
        if at.within(r.get("first_contact_on"), 12):
            for category in ("", r["service"]):
                days[category].append((r["first_contact_on"] - r["referred_on"]).days)
    return {category: (len(found), median(found)) for category, found in days.items()}


def headings(at: Place) -> Found:
    (r,) = at.rows["practice_plans"]
    met = r["last_meeting_on"]
    due = r["review_due_on"] or r["approved_on"].replace(year=r["approved_on"].year + 1)
    done = {
        "current plan": r["approved_on"] <= at.end <= due,
        "search run in 12 months": at.within(r["search_run_on"], 12),
        "who issues": r["restricted_issuer"] in ("yes", "no"),
        "one pharmacy": r["single_pharmacy"] in ("yes", "no"),
        "interval of supply": r["supply_interval"] == "monthly",
        "early requests": r["early_requests"] in ("yes", "no"),
        "meeting in 12 months": at.within(met, 12),
        "minutes filed": r["minutes_filed"] and met <= at.end,
        "patient resources": r["resources_offered"] is not None,
    }
    found = {("heading_complete", name): (int(yes), 1) for name, yes in done.items()}
    found["headings_complete", ""] = sum(done.values()), len(done)
    found["practice_plan_current", ""] = int(done["current plan"]), 1
    found["resources_in_use", ""] = int(done["patient resources"]), 1
    return found

"""Random patients with everything practices record of them."""

from __future__ import annotations

import datetime as dt
import random
from typing import Any

from tests.etl.models.people import random_patient
from tests.etl.models.world import Row, day, issue, patient, plan

GABA = "Pregabalin 300mg capsules"
CLINICIANS = ["GP01", "GP02", "PH01", None]
SPAN = 1000
TALKS = (
    "evidence_discussed",
    "harms_discussed",
    "dependence_discussed",
    "tapering_discussed",
    "biopsychosocial",
)
OFFERS = ("social_prescriber", "physiotherapy", "mental_health", "pain_specialist", "drug_alcohol")


def some_day(chance: random.Random, first: str = "2024-01-01", span: int = SPAN) -> dt.date:
    return day(first) + dt.timedelta(days=chance.randint(0, span))


def maybe(chance: random.Random, share: float, value: Any) -> Any:
    return value if chance.random() < share else None


def village(seed: int, size: int) -> dict[str, list[Row]]:
    """Rows by entity of so many people at practices A and B."""
    chance = random.Random(seed)
    rows: dict[str, list[Row]] = {
        name: []
        for name in ("issues", "patients", "reviews", "plans", "taper_steps", "referrals", "best_interest")
    }
    for n in range(size):
        key, practice = f"P{n:03}", chance.choice("AB")
        own = {"practice_code": practice}
        rows["patients"].append({**_patient(chance, key), **own})
        rows["issues"] += [{**one, **own, **_asked(chance)} for one in _issues(chance, key)]
        rows["reviews"] += [{**_review(chance, key), **own} for _ in range(chance.randint(0, 6))]
        rows["referrals"] += [
            {**_referral(chance, key, f"R{n}-{i}"), **own} for i in range(chance.randint(0, 2))
        ]
        if chance.random() < 0.7:
            made = {**_plan(chance, key), **own}
            rows["plans"].append(made)
            rows["taper_steps"] += [{**one, **own} for one in _steps(chance, made)]
        if chance.random() < 0.3:
            rows["best_interest"].append({**_decision(chance, key), **own})
    rows["practice_plans"] = [_practice_plan(chance, code) for code in "AB"]
    return rows


def kept_back(rows: dict[str, list[Row]], seed: int) -> dict[str, list[Row]]:
    """The same village with issues that are kept back. Nothing that is there already changes."""
    chance, found = random.Random(seed), []
    for person in chance.sample(rows["patients"], len(rows["patients"]) // 4):
        first = some_day(chance)
        found.append(
            {"practice_code": person["practice_code"], "patient_key": person["patient_key"],
             "product": chance.choice([None, "Zomorph 30mg capsules", GABA, "Diazepam 5mg tablets"]),
             "first_on": first, "last_on": first + dt.timedelta(days=chance.choice([0, 29, 89]))}
        )  # fmt: skip
    return {**rows, "kept_issue": found}


def _patient(chance: random.Random, key: str) -> Row:
    left = maybe(chance, 0.15, some_day(chance, "2025-06-01", 450))
    return patient(
        key,
        age_band=chance.choice(["0-17", "18-24", "45-54", "45-54", "65-74"]),
        sex=chance.choice(["female", "male"]),
        imd_quintile=chance.choice([1, 2, 5, None]),
        registered_to=left,
        left_reason=chance.choice(["died", "deducted"]) if left else None,
        indication=maybe(chance, 0.6, "Low back pain"),
        cancer_on=maybe(chance, 0.08, some_day(chance, "2020-03-01", 1800)),
        palliative_on=maybe(chance, 0.04, some_day(chance)),
        dependency_on=maybe(chance, 0.04, some_day(chance)),
        epilepsy_on=maybe(chance, 0.05, some_day(chance)),
    )


def _issues(chance: random.Random, key: str) -> list[Row]:
    found = random_patient(chance, key)
    start, times = some_day(chance, span=500), chance.randint(0, 24)
    steady = chance.choice(
        [("MST Continus 100mg tablets", "1 bd", 56), ("MST Continus 30mg tablets", "2 bd", 112)]
    )
    found += [
        issue(key, start + dt.timedelta(days=28 * i + chance.randint(-3, 3)), *steady) for i in range(times)
    ]
    if chance.random() < 0.4:
        found += [issue(key, start + dt.timedelta(days=28 * i), GABA, "1 tds", 84) for i in range(times)]
    for _ in range(chance.choice([0, 2])):
        text = chance.choice(["1 nocte", "as directed"])
        first = start + dt.timedelta(days=chance.randint(0, 400))
        found += [issue(key, first, "Diazepam 5mg tablets", text, 28, days_supply=maybe(chance, 0.5, 14))]
    return found


def _asked(chance: random.Random) -> Row:
    return {"issuer": chance.choice(CLINICIANS), "requested_early_days": chance.choice([None, 0, 2, 3, 9])}


def _review(chance: random.Random, key: str) -> Row:
    on = some_day(chance)
    return {
        "patient_key": key, "reviewed_on": on, "reviewer": chance.choice(CLINICIANS),
        "template": chance.choice(["ardens", "other", None]), "other_meds_on": maybe(chance, 0.6, on),
        "otc_herbal": chance.choice(["yes", "none taken", "not asked", None]),
    }  # fmt: skip


def _referral(chance: random.Random, key: str, number: str) -> Row:
    offered = some_day(chance)
    dates, last = {}, offered
    for stage in ("referred_on", "accepted_on", "first_contact_on", "completed_on"):
        if chance.random() < 0.25:
            break
        last += dt.timedelta(days=chance.randint(0, 60))
        dates[stage] = last
    declined = not dates and chance.random() < 0.7
    return {
        "patient_key": key, "referral_id": number, "offered_on": offered, **dates,
        "service": chance.choice(["Circle MSK", "Path 2 Recovery", "Elsewhere"]),
        "reason": chance.choice(["musculoskeletal pain", "addiction", None]),
        "offer_outcome": "declined" if declined else "agreed",
        "declined_reason": chance.choice(["Too far", "too far ", "A rare one", None]) if declined else None,
    }  # fmt: skip


def _plan(chance: random.Random, key: str) -> Row:
    start = some_day(chance, "2024-06-01", 700)
    ended = maybe(chance, 0.3, start + dt.timedelta(days=chance.randint(30, 400)))
    return plan(
        key,
        str(start),
        status="complete" if ended else chance.choice(["active", "active", "paused"]),
        ended_on=ended,
        named_clinician=chance.choice(CLINICIANS),
        cover_clinician=chance.choice(CLINICIANS),
        noted_on=maybe(chance, 0.5, start + dt.timedelta(days=chance.randint(0, 90))),
        home_alert_on=maybe(chance, 0.5, start + dt.timedelta(days=chance.randint(0, 90))),
        pharmacy_consent=chance.choice(["given", "declined", "not asked", None]),
        interval_days=chance.choice([7, 28, None]),
        template=chance.choice(["OUH", "other", "none", None]),
        consent=chance.choice(["shared", "best interest"]),
    )


def _steps(chance: random.Random, made: Row) -> list[Row]:
    found, on, dose = [], made["taper_start_on"], 200.0
    for seq in range(1, chance.randint(1, 7)):
        on += dt.timedelta(days=chance.choice([7, 14, 28]))
        dose = dose * chance.choice([0.9, 0.95, 0.7, 1.0, 1.1])
        actual = on if chance.random() < 0.8 else None
        near = on + dt.timedelta(days=chance.randint(-9, 4))
        found.append(
            {
                "patient_key": made["patient_key"], "plan_id": made["plan_id"], "seq": seq, "planned_on": on,
                "planned_ome": float(round(dose)), "actual_on": actual,
                "letters_reviewed_on": maybe(chance, 0.6, near), "mdt_discussed_on": maybe(chance, 0.6, near),
                "other_provider": chance.choice([True, False, None]),
            }
        )  # fmt: skip
    return found


def _decision(chance: random.Random, key: str) -> Row:
    said = ["discussed", "discussed", "discussed", "attempted", "not done", None]
    offers = ["offered", "already done", "not appropriate", "declined", None]
    second = chance.choice(["not offered", "offered", "taken", None])
    on = some_day(chance)
    return {
        "patient_key": key, "record_id": f"D-{key}", "decided_on": on, "decided_by": "GP01",
        **{talk: chance.choice(said) for talk in TALKS}, **{offer: chance.choice(offers) for offer in OFFERS},
        "not_appropriate_reason": chance.choice(["Known to them", "Housebound", "n/a", "-", "xxxx", None]),
        "rationale_recorded": chance.choice([True, True, True, False, None]),
        "contact_attempts": chance.choice([0, 1, 3, None]),
        "engaged": chance.choice(["yes", "partly", "no", None]), "agreed": chance.choice([False, True, None]),
        "reasons_discussed_on": maybe(chance, 0.7, on),
        "options_explained_on": maybe(chance, 0.8, on), "second_opinion": second,
        "second_opinion_by": chance.choice(["GP01", "GP02"]) if second == "taken" else None,
    }  # fmt: skip


def _practice_plan(chance: random.Random, code: str) -> Row:
    choice = ["yes", "no", "not considered", None]
    return {
        "practice_code": code, "approved_on": some_day(chance),
        "review_due_on": maybe(chance, 0.5, day("2026-06-15")),
        "search_run_on": some_day(chance), "restricted_issuer": chance.choice(choice),
        "single_pharmacy": chance.choice(choice),
        "supply_interval": chance.choice(["monthly", "not considered", None]),
        "early_requests": chance.choice(choice), "last_meeting_on": some_day(chance),
        "minutes_filed": chance.choice([True, False]),
        "resources_offered": maybe(chance, 0.8, "Pain Toolkit"),
    }  # fmt: skip

"""A snapshot of six practices over 30 months in which something is true of every page."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.reporting.snapshots import Rows, counts, month, practice, publish

MONTHS = 30
PRACTICES = (
    practice("SYN01", "Eastvale", "North", name="Alder Street", adults=8_000),
    practice("SYN02", "Eastvale", "North", name="Birchway", adults=6_000),
    practice("SYN03", "Westering", "North", name="Cherry Orchard", adults=9_000),
    practice("SYN04", "Southdown", "South", name="Dovecote", adults=5_000),
    practice("SYN05", "Southdown", "South", name="Elmfield", adults=7_000),
    practice("SYN06", "Southdown", "South", name="Foxglove", adults=4_000, data_to=dt.date(2026, 7, 31)),
)
PEOPLE = {"SYN01": 40, "SYN02": 6, "SYN03": 9, "SYN04": 5, "SYN05": 7, "SYN06": 4}
OF_COHORT = {
    "on_taper_plan": 6,
    "referral_offered": 5,
    "referral_made_of_cohort": 4,
    "referral_accepted_of_cohort": 3,
    "referral_attended_of_cohort": 2,
    "referral_completed_of_cohort": 1,
}
OF_STAGE = {
    "referral_made": (4, 5),
    "referral_accepted": (3, 4),
    "referral_attended": (2, 3),
    "referral_completed": (1, 2),
}
OF_PLANS = {
    "tapering": 5,
    "tapering_after_fall": 1,
    "below_threshold_now": 3,
    "below_threshold_after_fall": 1,
    "stalled": 2,
    "red_speed": 1,
    "escalated": 1,
    "abrupt_stops": 0,
    "both_coming_down": 2,
}
OF_ALL = {  # without a threshold: of adults, of the list, of 400 people on opioids, of 10 plans
    "opioid_with_gabapentinoid": (80, 400),
    "opioid_with_sedative": (30, 400),
    "triple_combination": (9, 400),
    "two_opioids": (40, 400),
}
OF_PEOPLE = {
    "reviewed_3_months": 4,
    "reviewed_6_months": 7,
    "reviewed_12_months": 9,
    "indication_coded": 11,
    "other_medicines_documented": 8,
    "clinicians_named": 5,
    "booking_note": 3,
    "home_alert": 3,
    "pharmacy_asked": 4,
}
OF_HANDLING = {
    "dose_clear": (29, 30),
    "issues_on_interval": (12, 20),
    "early_requests": (3, 30),
    "issued_by_named": (9, 20),
    "issues_at_agreed_pharmacy": (5, 20),
    "reviewed_by_named": (3, 6),
    "discussed_before_change": (2, 4),
    "letters_read_before_change": (1, 3),
}
HEADINGS = {
    "current plan": "SYN02",
    "search run in 12 months": "",
    "who issues": "",
    "one pharmacy": "SYN02 SYN03",
    "interval of supply": "",
    "early requests": "",
    "meeting in 12 months": "SYN02",
    "minutes filed": "SYN02 SYN03 SYN04",
    "patient resources": "",
}  # and the practices that have not dealt with it
SAFEGUARDS = (
    "evidence discussed",
    "harms discussed",
    "dependence discussed",
    "tapering discussed",
    "biopsychosocial approach",
    "contact attempt",
    "person’s reasons",
    "reasons and options explained",
    "rationale recorded",
    "referral",
    "second opinion",
)
DECISIONS = 2  # at each practice; at Alder Street one has no second opinion, and was too fast
BANDS = {"up to 50": 60, "50 to 90": 20, "90 to 120": 8, "120 to 200": 7, "200 to 300": 3, "over 300": 2}
OUTCOMES = {"stopped": 2, "1–49%": 3, "50–84%": 4, "85–114%": 2, "115%+": 1}
OF_EVERYBODY = {"neither": (3, 1, 10), "plan": (1, 0, 10), "best interest": (0, 0, 2)}  # fell, stopped, of
DECLINED = {0: "does not want to travel", 5: "does not want to travel", 10: "no reason recorded"}
SERVICES = ("Circle MSK", "Luton & Dunstable pain clinic")


def publish_example(store: Path, unknown: Sequence[tuple[str, str, int]] = (), **changes: Any) -> Path:
    """Publish the example into a store; changes are fields of release_info. unknown: people in no patient
    extract (practice, pseudonym, the dose they would have)."""
    tables = {
        "practice": list(PRACTICES),
        "measure_month": _measures(),
        "cohort_waterfall": _cohort(),
        "taper": _tapers(),
        "taper_month": _taper_months(),
        "taper_window": _taper_windows(),
        "worklist": _waiting(),
        "best_interest": _records(),
        "cohort_month": _caseloads(),
        "referral": _referrals(),
        "first_contact": _contacts(),
        "defined_month": _people(),
        "quality_receipt": [
            {
                "number": 1,
                "entity": "issues",
                "practice_code": "SYN01",
                "period": "2026-09",
                "file": "a.csv",
                "rows_loaded": 900,
                "counts": True,
                "rows_left_out": 3,
                "left_out": "removed from the record (2); a line of totals (1)",
            }
        ],
        "quality_parts": [
            {
                "practice_code": "SYN06",
                "entity": "issues",
                "first_month": "2026-08",
                "last_month": "2026-08",
                "loaded": "1",
                "missing": "2, 3",
            }
        ],
        "quality_quarantine": [
            {
                "entity": "issues",
                "practice_code": "SYN01",
                "period": "2026-09",
                "file": "a.csv",
                "reason": "quantity is not a number",
                "what_to_do": "The practice exports it as plain digits.",
                "next_step": "retry",
                "rows": 2,
                "rows_known": 2,
            }
        ],
        "quality_unmapped": [
            {"product": "Placebo tablets", "reason": "no opioid of that name", "issues": 3, "patients": 2}
        ],
        "quality_unclear": [
            {
                "directions": "use as advised",
                "form": "tablet",
                "reason": "no amount is stated",
                "issues": 5,
                "patients": 4,
            }
        ],
        "quality_coverage": _coverage(),
        "unknown_person": [
            {
                "practice_code": code,
                "patient_key": key,
                "issues": 3,
                "opioid_issues": 3,
                "last_issued_on": month(0),
                "current_ome_milli": dose,
                "without_dose": False,
            }
            for code, key, dose in unknown
        ],
        "quality_freshness": [
            {
                "practice_code": "SYN06",
                "name": "Foxglove",
                "last_month": dt.date(2026, 7, 1),
                "months_missing": 2,
            }
        ],
    }
    return publish(store, tables, **changes)


def _complete_months(code: str) -> int:
    return MONTHS - 2 if code == "SYN06" else MONTHS


def _measures() -> Rows:
    rows: Rows = []
    for one in PRACTICES:
        code, adults, people = one["practice_code"], one["adults"], PEOPLE[one["practice_code"]]
        for threshold, more in ((90, 2), (120, 1)):
            falling = [(people * more + (3 if at < 15 else 0) + at % 2, adults) for at in range(MONTHS)]
            whole = {"high_dose_prevalence": falling, "high_dose_share": [(n, 400) for n, _ in falling]}
            whole |= {slug: [(n, 12)] * MONTHS for slug, n in OF_COHORT.items()}
            whole |= {slug: [pair] * MONTHS for slug, pair in OF_STAGE.items()}
            whole |= {slug: [(n, 10)] * MONTHS for slug, n in OF_PLANS.items()}
            whole |= {slug: [(_in_place(code, n), 12)] * MONTHS for slug, n in OF_PEOPLE.items()}
            whole |= {slug: [pair] * MONTHS for slug, pair in OF_HANDLING.items()}
            for slug, pairs in whole.items():
                rows += _at_end(slug, code, pairs, threshold)
            for category, n in OUTCOMES.items():
                rows += _at_end("outcome_band_share", code, [(n, 12)] * MONTHS, threshold, category)
                after = (int(category == "stopped"), n)
                rows += _at_end("outcome_band_after_fall", code, [after] * MONTHS, threshold, category)
            for category, (fell, stopped, n) in OF_EVERYBODY.items():
                rows += _at_end("falls_of_everybody", code, [(fell, n)] * MONTHS, threshold, category)
                rows += _at_end("stops_of_everybody", code, [(stopped, n)] * MONTHS, threshold, category)
                rows += _at_end("falls_not_known", code, [(0, n)] * MONTHS, threshold, category)
        for category, n in BANDS.items():
            rows += _at_end("dose_band_share", code, [(n, 100)] * MONTHS, 0, category)
        for slug, pair in OF_ALL.items():
            rows += _at_end(slug, code, [pair] * MONTHS, 0)
        high = [(PEOPLE[code] // 2 + at % 2, adults) for at in range(MONTHS)]
        rows += _at_end("high_dose_gabapentinoid", code, high, 0)
        use = [(adults * 6 + 100 * (at % 3), adults) for at in range(MONTHS)]
        rows += _at_end("gabapentinoid_ddd", code, use, 0)
        rows += _decisions(code)
        rows += _crossings(code)
        for category, without in HEADINGS.items():
            pair = (int(code not in without), 1)
            rows += _at_end("heading_complete", code, [pair] * MONTHS, 0, category)
            if category == "current plan":
                rows += _at_end("practice_plan_current", code, [pair] * MONTHS, 0)
    return rows


def _crossings(code: str) -> Rows:
    """One person new in every odd month, one who left in every even one, as the headline count moves; it
    falls by 2 in month 15, one of them deducted."""
    new = [int(at % 2 == 1 and at != 15) for at in range(MONTHS)]
    left = [int((at % 2 == 0 and at > 0) or at == 15) for at in range(MONTHS)]
    deducted, nobody = [int(at == 15) for at in range(MONTHS)], [0] * MONTHS
    rose, died = code != "SYN02", code == "SYN01"
    crossings = {
        "new_to_high_dose": {
            "dose rose": new if rose else nobody, "acute use before": nobody if rose else new
        },
        "left_high_dose": {
            "dose fell": nobody if died else left, "died": left if died else nobody, "deducted": deducted
        },
    }  # fmt: skip
    return [
        row
        for slug, reasons in crossings.items()
        for category, people in reasons.items()
        for threshold in (90, 120)
        for pairs in [list(zip(people, map(sum, zip(*reasons.values(), strict=True)), strict=True))]
        for row in _at_end(slug, code, pairs, threshold, category)
    ]


def _decisions(code: str) -> Rows:
    fewer = int(code == "SYN01")
    whole = {
        "safeguards_complete": DECISIONS - fewer,
        "second_opinion_offered": DECISIONS - fewer,
        "second_opinion_taken": 1,
        "best_interest_red_speed": fewer,
    }
    rows = [row for slug, n in whole.items() for row in _at_end(slug, code, [(n, DECISIONS)] * MONTHS, 0)]
    for category in SAFEGUARDS:
        n = DECISIONS - fewer * (category == "second opinion")
        rows += _at_end("safeguard_done", code, [(n, DECISIONS)] * MONTHS, 0, category)
    for threshold in (90, 120):
        rows += _at_end("best_interest_reductions", code, [(DECISIONS, 12)] * MONTHS, threshold)
    return rows


def _in_place(code: str, n: int) -> int:
    """Of twelve people: less at Birchway, where hardly anything is in place."""
    return n // 4 if code == "SYN02" else n


def _at_end(slug: str, code: str, pairs: list[tuple[int, int]], threshold: int, category: str = "") -> Rows:
    rows = counts(slug, code, pairs, threshold, category)
    return rows[: _complete_months(code)]


def _coverage() -> Rows:
    """Every practice every month, but for the one awaited."""
    return [
        {
            "practice_code": one["practice_code"],
            "month": month(back),
            "state": ("late", "parts")[back] if one["practice_code"] == "SYN06" and back < 2 else "received",
            "lacking": "",
            "rows_kept_out": 0,
        }
        for one in PRACTICES
        for back in range(MONTHS)
    ]


def _people() -> Rows:
    """One adult a practice at 130 mg by most definitions, 80 by the sum of days' supply, 95 in a fixed
    window."""
    doses = {
        "carried_forward_milli": 130_000,
        "sum_of_days_supply_milli": 80_000,
        "unique_days_milli": 130_000,
        "fixed_window_milli": 95_000,
        "peak_day_milli": 200_000,
    }
    return [
        {"practice_code": one["practice_code"], "patient_key": f"{one['practice_code']}-0", "month": month(0),
         **doses}
        for one in PRACTICES
    ]  # fmt: skip


def _cohort() -> Rows:
    """At each practice and threshold 12 people found, 2 excluded for cancer and 1 as palliative, 4 of the
    other 9 with a plan."""
    steps = (
        (4, "", 12),
        (5, "", 9),
        (5, "cancer", 2),
        (5, "palliative", 1),
        (6, "", 4),
        (6, "no taper plan", 5),
    )
    return [
        {
            "practice_code": one["practice_code"],
            "month": month(0),
            "threshold": threshold,
            "step": step,
            "stage": "",
            "outcome": outcome,
            "people": people,
        }
        for one in PRACTICES
        for threshold in (90, 120)
        for step, outcome, people in steps
    ]


def _tapers() -> Rows:
    moves = (("120 to 200", "90 to 120"), ("120 to 200", "120 to 200"), ("over 300", "stopped"))
    return [
        {
            "practice_code": one["practice_code"],
            "patient_key": f"{one['practice_code']}-{at}",
            "plan_id": f"{one['practice_code']}-{at}",
            "baseline_milli": 350_000 if before == "over 300" else 150_000,
            "baseline_band": before,
            "now_band": now,
            "harmed": now == "stopped",
            "censored": None,
            "excluded": False,
        }
        for one in PRACTICES
        for at, (before, now) in enumerate(moves * 3)
    ]


def _taper_months() -> Rows:
    now = (100_000, 150_000, 0)
    falls = (8.0, 22.0, 34.5)
    return [
        {
            "practice_code": one["practice_code"],
            "patient_key": f"{one['practice_code']}-{at}",
            "plan_id": f"{one['practice_code']}-{at}",
            "month": month(0),
            "days_since_start": 200,
            "baseline_milli": 350_000 if at % 3 == 2 else 150_000,
            "now_milli": now[at % 3],
            "relative_percent": now[at % 3] / 1500,
            "active": at % 3 != 2 or at == 2,
            "open": at % 3 != 2 or at == 2,
            "max_fall_percent_12m": falls[at % 3],
            "red_fell_on": month(3) if at % 3 == 2 else None,
            "is_stopped": at % 3 == 2,
            "now_known": True,
            "fall_known": True,
            "excluded": False,
        }
        for one in PRACTICES
        if one["practice_code"] != "SYN06"
        for at in range(9)
    ]


def _referrals() -> Rows:
    return [
        {
            "practice_code": one["practice_code"],
            "patient_key": f"{one['practice_code']}-{at}",
            "service": SERVICES[at % 2],
            "month": month(at % 12),
            "is_offered": True,
            "referred_on": month(at % 12) if at % 5 != 0 else None,
            "accepted_on": month(at % 12) if at % 5 > 1 else None,
            "first_contact_on": month(at % 12) if at % 5 > 1 and (at % 2 == 1 or at % 10 == 2) else None,
            "completed_on": month(at % 12) if at % 10 == 7 else None,
            "current_ome_milli": 150_000,
            "in_cohort_base": True,
            "high_gaba": False,
            "msk_mismatch": at == 4,
            "declined_as": DECLINED.get(at),
        }
        for one in PRACTICES
        for at in range(20)
    ]


def _contacts() -> Rows:
    """At each practice two contacts of one service after 20 and 40 days, and four of the other after 100."""
    return [
        {
            "practice_code": one["practice_code"],
            "patient_key": f"{one['practice_code']}-{at}",
            "service": SERVICES[at > 1],
            "month": month(at),
            "days_to_contact": days,
            "current_ome_milli": 150_000,
            "in_cohort_base": True,
            "high_gaba": False,
        }
        for one in PRACTICES
        for at, days in enumerate((20, 40, 100, 100, 100, 100))
    ]


def _taper_windows() -> Rows:
    """Every plan at its baseline before the start and 5 points lower each 28 days after it, for a year."""
    return [
        {**{name: plan[name] for name in ("practice_code", "patient_key", "plan_id")}, "k": k,
         "relative_percent": 100.0 - 5 * max(k, 0)}
        for plan in _tapers()
        for k in range(-3, 13)
    ]  # fmt: skip


def _waiting() -> Rows:
    """At each practice but the one awaited somebody on a plan fell in June, which nobody has looked at; at
    Alder Street somebody else after a decision, in August."""
    fell = [(one["practice_code"], f"{one['practice_code']}-2", month(3), "plan") for one in PRACTICES
            if one["practice_code"] != "SYN06"]  # fmt: skip
    return [
        {"practice_code": code, "patient_key": key, "age_band": "45-54", "absent": False, "excluded": False,
         "current_ome_milli": 100_000, "unlooked": True, "fell_on": on, "fell_status": status,
         "in_best_interest": status == "best interest"}
        for code, key, on, status in (*fell, ("SYN01", "SYN01-D", month(1), "best interest"))
    ]  # fmt: skip


def _records() -> Rows:
    """Two decisions at each practice in the last month; one at Alder Street lacks the second opinion."""
    return [
        {"practice_code": one["practice_code"], "patient_key": f"{one['practice_code']}-D",
         "record_id": str(at), "decided_on": month(0), "month": month(0), "queries": "", "engaged": "partly",
         "agreed": False, "contact_attempts": 2,
         "missing": "second opinion" if (one["practice_code"], at) == ("SYN01", 0) else ""}
        for one in PRACTICES
        for at in range(DECISIONS)
    ]  # fmt: skip


def _caseloads() -> Rows:
    """Of twelve people at each practice five have one clinician named, two another, five nobody."""
    named = ["GP01"] * 5 + ["GP02"] * 2 + [None] * 5
    return [
        {
            "practice_code": one["practice_code"],
            "patient_key": f"{one['practice_code']}-{at}",
            "month": month(0),
            "current_ome_milli": 150_000,
            "high_gaba": False,
            "named_clinician": clinician,
        }
        for one in PRACTICES
        for at, clinician in enumerate(named)
    ]

"""What practices record besides doses and plans, put at random on a village: kits, pain, pharmacies."""

from __future__ import annotations

import datetime as dt
import random

from tests.etl.models.world import Row, issue

KITS = {  # product → whether it is a kit to take home
    "Nyxoid 1.8mg/0.1ml nasal spray unit dose": True,
    "Prenoxad 1mg/ml solution for injection 2ml pre-filled syringes": True,
    "Naloxone 400micrograms/1ml solution for injection ampoules": False,
    "Suboxone 2mg/500microgram sublingual tablets": False,
}
PHARMACIES = ["FAB12", "FCD34", None]


def watched(rows: dict[str, list[Row]], seed: int) -> dict[str, list[Row]]:
    """The same village with more known of it. Nothing that is there already changes."""
    chance = random.Random(seed)
    reviews = [
        {
            **r,
            "pain_score": chance.choice([None, 0, 6, 7, 10]),
            "indication_clear": chance.choice([True, None]),
        }
        for r in rows["reviews"]
    ]
    plans = [
        {
            **p,
            "booking_note": chance.choice([True, False, None]),
            "nominated_pharmacy": chance.choice(PHARMACIES),
        }
        for p in rows["plans"]
    ]
    issues = [{**i, "pharmacy": chance.choice(PHARMACIES)} for i in rows["issues"]]
    kits = []
    for person in rows["patients"]:
        for product in chance.sample(sorted(KITS), chance.choice([0, 0, 1, 2])):
            on = dt.date(2024, 1, 1) + dt.timedelta(days=chance.randint(0, 1000))
            kits.append(issue(person["patient_key"], on, product, "as directed", 1))
            kits[-1]["practice_code"] = person["practice_code"]
    return {**rows, "reviews": reviews, "plans": plans, "issues": [*issues, *kits]}

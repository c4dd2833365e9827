"""Random patients with every kind of course, and the doses the SQL gives them."""

from __future__ import annotations

import datetime as dt
import random
from typing import Any

from tests.etl.models.plain.plain_dose import EPOCH
from tests.etl.models.world import MST30, MST60, Row, day, issue, rows_of, world

FENTANYL = "Fentanyl 25micrograms/hour transdermal patches"
PRODUCTS: list[tuple[str, list[str | None], list[float]]] = [
    (MST30, ["1 bd", "2 bd", "1 mane 2 nocte", "as directed"], [56, 60, 28, 14, 100]),
    (MST60, ["ONE TWICE A DAY", "1 bd"], [56, 28]),
    ("Morphine 60mg modified-release tablets", ["1 bd", "1 mane", "1 nocte"], [56, 28]),
    ("Co-codamol 30mg/500mg tablets", ["2 qds", "1-2 qds prn"], [224, 100]),
    ("Targinact 40mg/20mg modified-release tablets", ["1 bd"], [56]),
    ("Longtec 40mg modified-release tablets", ["1 bd", "as directed"], [56, 168]),
    ("Zomorph 30mg modified-release capsules", ["1 bd"], [60]),
    ("Oramorph 10mg/5ml oral solution", ["5ml every 4-6 hours when required", "2.5ml qds", None], [100, 300]),
    ("Codeine 30mg tablets", ["1-2 qds prn", "2 qds", "half a tablet tds"], [100, 28, 224]),
    (
        FENTANYL,
        ["Apply one patch every 72 hours", "apply two patches every 72 hours", "as directed", "one prn"],
        [5, 10, 20],
    ),
    ("Butec 20micrograms/hour transdermal patches", ["one weekly", "as directed"], [4]),
    ("Pregabalin 150mg capsules", ["1 bd", "1 up to three times a day"], [56]),
    ("Gabapentin 300mg capsules", ["2 tds"], [168]),
    ("Methadone 1mg/ml oral solution", ["40ml daily"], [280]),
]


def random_patient(chance: random.Random, key: str) -> list[Row]:
    issues = []
    for product, directions, quantities in chance.sample(PRODUCTS, chance.randint(1, 4)):
        on = day("2024-01-01") + dt.timedelta(days=chance.randint(0, 300))
        for _ in range(chance.randint(1, 9)):
            text = chance.choice(directions) if chance.random() < 0.4 else directions[0]
            length = chance.choice([None, None, None, 7, 28, 28, 30, 30, 90, 1, 0, 5000])
            quantity = (
                chance.choice(quantities) if chance.random() < 0.9 else chance.choice([0, None, None, 30_000])
            )
            issues.append(issue(key, on, product, text, quantity, days_supply=length))
            on += dt.timedelta(days=chance.choice([0, 1, 7, 14, 20, 28, 28, 28, 30, 35, 44, 60, 90, 200]))
    return issues


def doses_of(issues: list[Row], **more: Any) -> dict[str, dict[tuple[str, int], int]]:
    """Patient → (class, day) → dose, from the SQL."""
    con = world(issues=issues, **more)
    found: dict[str, dict[tuple[str, int], int]] = {}
    for row in rows_of(con, "SELECT * FROM dose_segment"):
        amount = row["ome_milli"] if row["class"] == "opioid" else row["ddd_milli"]
        for one_day in range((row["from_day"] - EPOCH).days, (row["to_day"] - EPOCH).days):
            found.setdefault(row["patient_key"], {})[row["class"], one_day] = amount
    return found


def opioid(issues: list[Row], **more: Any) -> dict[dt.date, float]:
    """Day → mg OME of the only patient."""
    (days,) = doses_of(issues, **more).values()
    return {
        EPOCH + dt.timedelta(days=d): milli / 1000 for (kind, d), milli in days.items() if kind == "opioid"
    }

"""Texts of everyday prescribing that look like identifiers and are none, and rows enough of them."""

from __future__ import annotations

import csv
import random
from collections.abc import Iterator
from pathlib import Path

PRODUCTS = (
    "St John's wort 300mg tablets", "Jorveza 1mg orodispersible tablets (Dr. Falk Pharma UK Ltd)",
    "Gaviscon Advance oral suspension aniseed (Reckitt Benckiser Healthcare (UK) Ltd)",
    "Omeprazole 20mg gastro-resistant capsules (Dr Reddy's Laboratories (UK) Ltd)",
    "MORPHINE MR CAPSULES 30MG", "Tramadol 100mg MR Tabs", "MS Contin 30mg tablets",
    "OXYCODONE MR TABS 10MG", "Co-codamol 30mg/500mg tablets (Thornton & Ross Ltd)",
    "Zomorph 30mg modified-release capsules (Ethypharm UK Ltd)",
    "Longtec 20mg modified-release tablets (Qdem Pharmaceuticals Ltd)", "Vitamin B12 50microgram tablets",
    "Cyanocobalamin 1mg/1ml inj", "E45 cream (Karo Healthcare UK Ltd)",
    "Fentanyl 12micrograms/hour transdermal patches",
    "Matrifen 12micrograms/hour transdermal patches (Teva UK Ltd)",
    "Pregabalin 150mg capsules (A A H Pharmaceuticals Ltd)", "Senna 7.5mg/5ml oral solution sugar free",
    "Fostair NEXThaler 100micrograms/dose / 6micrograms/dose inhaler",
    "Adcal-D3 1500mg/400unit chewable tablets", "Half Sinemet CR 25mg/100mg tablets",
    "Butec 10micrograms/hour patches", "Lidocaine 700mg medicated plasters (Grunenthal Ltd)",
    "BuTrans 5micrograms/hour transdermal patches (Napp)",
    "Oramorph 10mg/5ml oral solution (Boehringer Ingelheim Ltd)", "PALEXIA SR TABS 100MG",
    "Depakote 250mg gr tablets",
)  # fmt: skip
DIRECTIONS = (
    "Take {n} on Mon", "Take {n} on Mon, Wed and Fri, {m} on other days", "see Dr's letter",
    "See Drs letter of {date}", "As per letter {date}", "Review {date}", "review date {short} at {time}",
    "{n} bd", "{n}-{m} qds prn", "B12 {n}mg", "D3 {n}ml", "Vit B12 {n}bd", "vitamin B12 1BD",
    "{n} TDS PRN MAX {m} IN 24 HOURS", "Take {n} at {time} and {m} at {time}",
    "take at 08:00, 12:00, 16:00 and 20:00", "ONE AT 08.00 14.00 20.00", "{n} cap MR twice a day",
    "{n} mr tab at night", "Miss a dose if drowsy", "Do not miss doses", "as directed by the pain clinic",
    "Dr to review before next issue", "as per dr instructions", "Patient to book a review",
    "Pt aware not to drive", "son collects on Fridays", "Weekly dispensing: {n} x 7",
    "Dispense 7 days at a time, start {date}", "28 day supply until {date}",
    "reduce by {n}mg every {m} weeks, next step {date}", "Titrate: 300mg, 600mg, 900mg then 1200mg",
    "call 111 if unwell", "{n} 5ml spoonfuls four times a day", "apply one patch every 72 hrs",
    "Change patch every 3 days (next {date})", "up to {n}mg/24hrs", "max 400mg/24h",
    "10mg mane, 20mg nocte", "20/20/40mg", "{n} x 10mg + {m} x 5mg = 35mg daily",
    "for pain in neck of 5/10 or more", "Use with MHRA leaflet 2021", "stopped {date}, restarted {short}",
    "Name of brand to be kept: Zomorph", "Brand name: Longtec", "[{n}] twice daily", "{n} AM {m} PM",
    "1/2 to 1 tab", "take {n} @ 8am and {m} @ 10pm", "hospital started {date}; GP to continue",
    "ICD-10 M54.5 low back pain", "SNOMED 279039007", "dm+d 3881611000001107", "TAKE ONE 12 HRLY",
    "see NHS website", "1 nocte - increase 1 every 7/7", "use in nebuliser 2.5mg/2.5ml", "Total 56",
    "dose changed from 80mg to 60mg on {date}", "MR preparation, swallow whole", "PR 5mg prn",
    "sister unit: Elm ward", "Mr and MR are not the same: modified release", "nurse to apply",
    "take with food. may cause drowsiness", "15 mins before dressing change", "batch 12345678",
    "order in 5 working days",
)  # fmt: skip
HEADER = (
    "practice_code", "patient_key", "issued_on", "product", "dmd_code", "directions", "quantity", "unit",
    "days_supply", "issue_type", "issuer", "pharmacy", "requested_early_days",
)  # fmt: skip


def directions(chance: random.Random) -> str:
    """One direction, its numbers, dates and times filled in."""
    day, month, year = chance.randint(1, 28), chance.randint(1, 12), chance.randint(2024, 2027)
    words = chance.choice(DIRECTIONS).format(
        n=chance.randint(1, 8),
        m=chance.randint(2, 9),
        date=chance.choice(
            (f"{day:02d}/{month:02d}/{year}", f"{day}.{month}.{year}", f"{year}-{month:02d}-{day:02d}")
        ),
        short=f"{day}/{month}/{year % 100}",
        time=f"{chance.randint(6, 22):02d}{chance.choice(':.')}{chance.choice(('00', '30'))}",
    )
    return chance.choice((words, words, words.upper(), words.capitalize()))


def rows(count: int, products: tuple[str, ...] = PRODUCTS, seed: int = 1) -> Iterator[list[str]]:
    """Rows of a plain issues file for practice TST01, September 2026."""
    chance = random.Random(seed)
    for _ in range(count):
        yield [
            "TST01",
            f"{chance.getrandbits(64):016X}",
            f"2026-09-{chance.randint(1, 30):02d}",
            chance.choice(products),
            str(chance.randrange(10**9, 10 ** chance.choice((10, 14, 17)))),
            directions(chance),
            str(chance.choice((7, 28, 56, 100, 112, 300, 500))),
            chance.choice(("tablet", "capsule", "patch", "ml")),
            chance.choice(("", "7", "28")),
            "repeat",
            chance.choice(("GP01", "7012345", "N/A 12", "S.W.-3")),
            chance.choice(("FAB12", "FLM49")),
            "",
        ]


def real_products(names: Path) -> tuple[str, ...]:
    """Product names of a shared list, each with a maker besides; ours in a checkout without shared ones."""
    if not names.parents[1].exists():
        return PRODUCTS
    with names.open(encoding="utf-8-sig", newline="") as file:
        found = [row["name"] for row in csv.DictReader(file)]
    return (*PRODUCTS, *found, *(f"{name} (Teva UK Ltd)" for name in found), *map(str.upper, found))

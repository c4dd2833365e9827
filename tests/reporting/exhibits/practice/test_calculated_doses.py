"""The calculator's lines add up, stand on the right side of each threshold, and say what is left out."""

from __future__ import annotations

import functools
import gc
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from medicines import dose, factors
from medicines.overrides import Override, Overrides
from reporting.access.scope import Snapshot
from reporting.exhibits.data import reference
from reporting.exhibits.patients.calculator import CAUTION, Calculation, Given, calculated
from reporting.exhibits.patients.total import compared

OXYCODONE_90 = Given("Oxycodone 30mg modified-release tablets", "1 bd")
CODEINE_6 = Given("Codeine 30mg tablets", "1 bd")
FENTANYL_30 = Given("Fentanyl 12micrograms/hour transdermal patches", "one every 72 hours")
PRN = Given("Oramorph 10mg/5ml oral solution", "5ml prn")
METHADONE = Given("Methadone 1mg/ml oral solution", "50ml daily")
WIBBLE = Given("Wibble 5mg tablets", "1 bd", "56", "28")
PREGABALIN = Given("Pregabalin 300mg capsules", "1 bd")
GABAPENTIN = Given("Gabapentin 300mg capsules", "2 tds")
DIAZEPAM = Given("Diazepam 5mg tablets", "1 nocte")
BLANK = Given("  ")
CACHE = type(functools.cache(str))


def made(snapshot: Snapshot, *lines: Given, operator: str = ">") -> Calculation:
    """The calculation by an operator, with thresholds 90 and 120."""
    info = replace(snapshot.info, operator=operator, thresholds=(90, 120))
    return calculated(replace(snapshot, info=info), lines)


@pytest.mark.parametrize(
    ("lines", "headline", "comparisons"),
    [
        (
            [CODEINE_6],
            "6 mg OME a day: not above 90 mg",
            ("not above 90 mg", "not above 120 mg"),
        ),
        (
            [OXYCODONE_90],
            "90 mg OME a day: exactly 90 mg is not above 90 mg",
            ("exactly 90 mg is not above 90 mg", "not above 120 mg"),
        ),
        (
            [OXYCODONE_90, CODEINE_6],
            "96 mg OME a day: above 90 mg and not above 120 mg",
            ("above 90 mg", "not above 120 mg"),
        ),
        (
            [OXYCODONE_90, FENTANYL_30],
            "120 mg OME a day: exactly 120 mg is not above 120 mg",
            ("above 90 mg", "exactly 120 mg is not above 120 mg"),
        ),
        (
            [OXYCODONE_90, FENTANYL_30, CODEINE_6],
            "126 mg OME a day: above 120 mg",
            ("above 90 mg", "above 120 mg"),
        ),
    ],
)
def test_lines_add_up_and_stand_on_a_side(
    snapshot: Snapshot, lines: list[Given], headline: str, comparisons: tuple[str, ...]
) -> None:
    found = made(snapshot, *lines)
    assert (found.head.headline, found.total.comparisons) == (headline, comparisons)
    assert not found.total.partial


def test_the_operator_is_the_policys(snapshot: Snapshot) -> None:
    found = made(snapshot, OXYCODONE_90, operator=">=")
    assert found.total.comparisons == ("exactly 90 mg is at or above 90 mg", "below 120 mg")
    assert found.head.headline == "90 mg OME a day: exactly 90 mg is at or above 90 mg"


@pytest.mark.parametrize(
    ("ome", "operator", "words"),
    [
        ("90.000", ">", "not known to be above 90 mg: what is left out may take it there"),
        ("90.000", ">=", "at or above 90 mg"),
        ("90.001", ">", "above 90 mg"),
        ("89.999", ">=", "not known to be at or above 90 mg: what is left out may take it there"),
    ],
)
def test_a_partial_sum_claims_no_more_than_it_can(ome: str, operator: str, words: str) -> None:
    assert compared(Decimal(ome), 90, operator, partial=True) == words


def test_a_thousandth_decides(snapshot: Snapshot) -> None:
    thirds = [Given("Codeine 30mg tablets", "as directed", "100", "30")] * 9
    assert made(snapshot, *thirds[:8]).total.value == "80 mg"
    assert made(snapshot, *thirds).total.comparisons[0] == "exactly 90 mg is not above 90 mg"


@pytest.mark.parametrize(
    ("line", "left_out"),
    [
        (PRN, "line 2, Oramorph 10mg/5ml oral solution (no dose can be told)"),
        (METHADONE, "line 2, Methadone 1mg/ml oral solution (not converted to OME)"),
        (WIBBLE, "line 2, Wibble 5mg tablets (no dose can be told)"),
    ],
)
def test_a_line_that_cannot_be_counted_is_named_and_the_sum_is_a_least_one(
    snapshot: Snapshot, line: Given, left_out: str
) -> None:
    found = made(snapshot, Given("Zomorph 60mg modified-release capsules", "1 bd"), line)
    assert found.total.left_out == (left_out,) and found.total.partial
    assert found.total.value == "At least 120 mg"
    assert found.head.headline == "At least 120 mg OME a day, above 90 mg: 1 line is left out"


def test_blank_lines_keep_their_number_and_count_for_nothing(snapshot: Snapshot) -> None:
    found = made(snapshot, CODEINE_6, BLANK, WIBBLE)
    assert [reading is None for reading in found.readings] == [False, True, False]
    assert found.total.left_out == ("line 3, Wibble 5mg tablets (no dose can be told)",)


@pytest.mark.parametrize(
    ("lines", "headline"),
    [
        ([BLANK], "What do these medicines come to in oral morphine equivalent?"),
        ([WIBBLE, PRN], "No dose can be told: 2 lines are left out"),
        ([DIAZEPAM, GABAPENTIN], "No oral morphine equivalent: none of these counts as an opioid"),
    ],
)
def test_without_a_dose_there_is_no_number(snapshot: Snapshot, lines: list[Given], headline: str) -> None:
    found = made(snapshot, *lines)
    assert found.head.headline == headline
    assert (found.total.value, found.total.comparisons) == ("", ())


def test_gabapentinoids_stand_apart_in_mg_and_ddd(snapshot: Snapshot) -> None:
    found = made(snapshot, CODEINE_6, PREGABALIN, GABAPENTIN, Given("Gabapentin 100mg capsules", "prn"))
    assert found.total.value == "6 mg" and not found.total.partial
    assert found.total.gabapentinoids == (
        "gabapentin: at least 1,800 mg a day, 1 defined daily doses (DDD)",
        "pregabalin: 600 mg a day, 2 defined daily doses (DDD)",
    )


def test_a_reading_gives_class_words_factor_source_and_version(snapshot: Snapshot) -> None:
    (reading,) = made(snapshot, OXYCODONE_90).readings
    assert reading is not None
    facts = dict(reading.facts)
    assert (reading.answer, facts["Class"]) == ("90 mg OME a day", "opioid")
    assert facts["Product"] == "oxycodone, 30 mg, tablet, modified release"
    assert facts["Directions"] == "2 a day, from the words “1 · bd”"
    assert facts["Factor"].startswith("1.5 mg OME per mg. Faculty of Pain Medicine")
    assert facts["Factor"].endswith(f"version {factors.VERSION}")
    assert reading.working == "2 tablets a day × 30 mg × 1.5 = 90 mg OME a day"


@pytest.mark.parametrize(
    ("line", "answer", "caution"),
    [
        (Given("Sevredol 10mg tablets", "5ml qds", "112", "28"), "40 mg OME a day", "another unit"),
        (Given("Sevredol 10mg tablets", "1 bd", "112", "28"), "20 mg OME a day", "more than 20%"),
        (Given("Sevredol 10mg tablets", "1 bd", "lots", "28"), "No dose", "The quantity must be a number"),
        (
            Given("Sevredol 10mg tablets", "prn", "", ""),
            "No dose",
            "Add the quantity and the days it is for.",
        ),
        (WIBBLE, "No dose", "left out rather than guessed"),
        (METHADONE, "Not converted", ""),
        (DIAZEPAM, "No OME", ""),
        (PREGABALIN, "600 mg a day, 2 DDD", ""),
    ],
)
def test_flags_are_told_in_plain_words(snapshot: Snapshot, line: Given, answer: str, caution: str) -> None:
    (reading,) = made(snapshot, line).readings
    assert reading is not None and reading.answer == answer
    assert caution in " ".join(reading.cautions) and bool(reading.cautions) == bool(caution)


def test_an_override_that_acts_is_told(snapshot: Snapshot) -> None:
    known = Override("product", "wibble 5mg tablets", "none", "A Pharmacist", date(2026, 11, 12), "a vitamin")
    (reading,) = calculated(snapshot, (WIBBLE,), Overrides((known,))).readings
    assert reading is not None and reading.answer == "No OME"
    assert reading.cautions == ("Product read as “none” by A Pharmacist on 12 Nov 2026: a vitamin.",)


def test_what_is_typed_stays_in_no_memory_that_sessions_share(snapshot: Snapshot) -> None:
    typed = Given("Zanyproduct 5mg tablets", "zanydirection twice a day", "zanyquantity", "28")
    dose.line(typed.product, typed.directions, typed.quantity, typed.days)
    assert len(_zany()) > 1
    made(snapshot, typed)
    assert _zany() == []


def _zany() -> list[str]:
    """Texts with the word in any cache of a reader or exhibit."""
    gc.unfreeze()  # a page run before hides from the collector's list what was imported by then
    caches = [
        found
        for found in gc.get_objects()
        if isinstance(found, CACHE) and (found.__module__ or "").startswith(("medicines", "reporting"))
    ]
    return [text for cache in caches for text in _texts(cache) if "zany" in text.lower()]


def _texts(cache: object) -> Iterator[str]:
    """Every text a cache holds, however deep in keys and values."""
    seen: set[int] = set()
    waiting = [held for held in gc.get_referents(cache) if isinstance(held, dict)]
    while waiting:
        held = waiting.pop()
        if isinstance(held, str):
            yield held
        elif id(held) not in seen and not callable(held):
            seen.add(id(held))
            waiting += gc.get_referents(held)


def test_the_factors_are_those_of_the_release_where_they_are_still_known(snapshot: Snapshot) -> None:
    assert reference.factor_version(snapshot) == factors.VERSION != snapshot.info.factor_version
    words = reference.factor_listings(snapshot)[0].words
    assert f"This release was built with version {snapshot.info.factor_version}." in words
    same = replace(snapshot, info=replace(snapshot.info, factor_version=factors.VERSION))
    assert reference.factor_listings(same)[0].words.startswith(f"Version {factors.VERSION}. Patches")


def test_it_says_what_it_is_not_for() -> None:
    assert "Not for switching" in CAUTION and "not advice on dosing" in CAUTION

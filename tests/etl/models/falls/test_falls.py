"""Falls and stops of everybody, each on a person small enough to check by eye: the table is the claim.

Everybody takes 200 mg a day in 2025 (MST 100 mg twice a day) unless their row says otherwise, and something
happens on New Year's Day 2026. Data go to 30 September 2026.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import duckdb
import pytest

from etl.engines.duckdb import models
from measures import policy
from tests.etl.models.world import LAST, MST30, MST60, Row, day, every, patient, plan, rows_of, world

MST100, MST10, MST5 = (f"MST Continus {mg}mg tablets" for mg in (100, 10, 5))
OXYCODONE = "Oxycodone 40mg modified-release tablets"
OXY80 = "Oxycodone 80mg modified-release tablets"
FENTANYL = "Fentanyl 100micrograms/hour transdermal patches"
SPECIAL = "Specials item - see notes"  # a text nobody understands: it may be an opioid
NEW = "2026-01-01"
NEITHER = "neither"
Course = tuple[str, int, str, str, int | None]  # from, issues of 28 days, product, directions, quantity
AT_200: Course = ("2025-01-02", 13, MST100, "1 bd", 56)
AT_200_TO_NOVEMBER: list[Course] = [("2025-01-02", 12, MST100, "1 bd", 56)]
AT_40: Course = ("2025-01-02", 13, MST10, "2 bd", 112)
FEW: Course = ("2025-01-02", 13, MST100, "1 bd", 24)
PRN: Course = ("2025-01-02", 13, MST100, "1 bd prn", 56)
UNREAD: Course = ("2025-01-02", 13, OXY80, "as directed", 0)
AT_120: Course = ("2025-01-02", 13, MST60, "1 bd", 56)


def to_20(start: str = NEW) -> Course:
    return (start, 11, MST10, "1 bd", 56)


def often(
    days: int, times: int, quantity: int, late: int = 0, product: str = MST100, directions: str = "1 bd"
) -> list[Course]:
    """MST 100 mg "1 bd", or another, every so many days from so many after New Year."""
    starts = [str(day(NEW) + dt.timedelta(days=late + days * n)) for n in range(times)]
    return [(start, 1, product, directions, quantity) for start in starts]


def prn(days: int, times: int, late: int = 0, quantity: int = 56) -> list[Course]:
    return often(days, times, quantity, late, directions="1 bd prn")


def specials(start: str = NEW, times: int = 9) -> Course:
    return (start, times, SPECIAL, "10ml daily", 280)


GENTLE: list[Course] = [
    ("2025-01-02", 13, MST5, "12 bd", 672),
    *((str(day(NEW) + dt.timedelta(days=28 * n)), 1, MST5, f"{11 - n} bd", 56 * (11 - n)) for n in range(6)),
    ("2026-06-18", 6, MST5, "6 bd", 336),
]
DECIDED = {"practice_code": "A", "decided_on": day("2025-12-01")}

# key → courses; what else is known; what must be found: kind, day, fall in %, part of, exclusions, to look at
PEOPLE: dict[str, tuple[list[Course], dict[str, Any], list[tuple[Any, ...]]]] = {
    "fell at once": ([AT_200, to_20()], {}, [("fall", NEW, 90, NEITHER, "", True)]),
    "fell in three": (
        [AT_200, (NEW, 2, MST60, "1 bd", 56), ("2026-02-26", 2, MST30, "1 bd", 56), to_20("2026-04-23")],
        {},
        [("fall", NEW, 40, NEITHER, "", True), ("fall", "2026-02-26", 50, NEITHER, "", True),
         ("fall", "2026-04-23", 67, NEITHER, "", True)]),
    "fell gently": (GENTLE, {}, []),
    "amber": ([AT_120, (NEW, 11, MST30, "1 mane 2 nocte", 84)], {}, [("fall", NEW, 25, NEITHER, "", False)]),
    "stopped": ([AT_200], {}, [("stop", NEW, 100, NEITHER, "", True)]),
    "stopped, seen": ([AT_200], {"reviews": ["2026-03-02"]}, [("stop", NEW, 100, NEITHER, "", False)]),
    "stopped, seen before": ([AT_200], {"reviews": ["2025-12-31"]}, [("stop", NEW, 100, NEITHER, "", True)]),
    # Two days without supply are a late collection to whoever reviews then; so are 59.
    "stopped, seen too early": ([AT_200], {"reviews": ["2026-01-03"]},
                                [("stop", NEW, 100, NEITHER, "", True)]),
    "stopped, seen a day early": ([AT_200], {"reviews": ["2026-03-01"]},
                                  [("stop", NEW, 100, NEITHER, "", True)]),
    "back after a stop, seen since": ([AT_200, ("2026-05-01", 6, MST100, "1 bd", 56)],
                                      {"reviews": ["2026-05-01"]}, [("stop", NEW, 100, NEITHER, "", False)]),
    "fell, seen that day": ([AT_200, to_20()], {"reviews": [NEW]}, [("fall", NEW, 90, NEITHER, "", True)]),
    "fell, seen the day after": ([AT_200, to_20()], {"reviews": ["2026-01-02"]},
                                 [("fall", NEW, 90, NEITHER, "", False)]),
    "fell, unknown after the review": ([AT_200, to_20(), specials("2026-01-02")],
                                       {"reviews": ["2026-01-02"]},
                                       [("unknown", NEW, 90, NEITHER, "", True)]),
    "fell twice, seen between": (
        [AT_200, (NEW, 1, MST100, "1 od", 21), ("2026-01-22", 11, MST60, "1 od", 28)],
        {"reviews": ["2026-01-10"]},
        [("fall", NEW, 55, NEITHER, "", True), ("fall", "2026-01-22", 52, NEITHER, "", True)]),
    # A cut every 28 days: each is held against the level after the one before, whatever its review has seen.
    "second cut after a review": (
        [AT_200, (NEW, 1, MST30, "1 bd", 56), ("2026-01-29", 9, MST30, "1 od", 28)],
        {"reviews": ["2026-01-11"]},
        [("fall", NEW, 70, NEITHER, "", True), ("fall", "2026-01-29", 50, NEITHER, "", True)]),
    "second cut, both seen": (
        [AT_200, (NEW, 1, MST30, "1 bd", 56), ("2026-01-29", 9, MST30, "1 od", 28)],
        {"reviews": ["2026-01-30"]},
        [("fall", NEW, 70, NEITHER, "", False), ("fall", "2026-01-29", 50, NEITHER, "", False)]),
    "four cuts": (
        [AT_200, (NEW, 1, MST10, "5 bd", 280), ("2026-01-29", 1, MST10, "3 bd", 168),
         ("2026-02-26", 1, MST10, "2 bd", 112), ("2026-03-26", 8, MST10, "1 bd", 56)],
        {"reviews": ["2026-01-31"]},
        [("fall", NEW, 50, NEITHER, "", False), ("fall", "2026-01-29", 40, NEITHER, "", True),
         ("fall", "2026-02-26", 33, NEITHER, "", True)]),
    "cut again within four weeks, seen between": (
        [AT_200, (NEW, 1, MST60, "1 bd", 28), ("2026-01-15", 11, MST30, "1 bd", 56)],
        {"reviews": ["2026-01-10"]},
        [("fall", NEW, 55, NEITHER, "", True), ("fall", "2026-01-15", 62, NEITHER, "", True)]),
    "stopped after a review": ([AT_200, (NEW, 1, MST10, "4 bd", 224)], {"reviews": ["2026-01-11"]},
                               [("fall", NEW, 60, NEITHER, "", True),
                                ("stop", "2026-01-29", 100, NEITHER, "", True)]),
    "stopped from 40 mg after a review": ([AT_200, (NEW, 1, MST10, "2 bd", 112)], {"reviews": ["2026-01-11"]},
                                          [("fall", NEW, 80, NEITHER, "", True)]),
    "tapered to a stop": (
        [AT_200, (NEW, 3, MST30, "1 bd", 56)], {},
        [("fall", NEW, 70, NEITHER, "", True), ("stop", "2026-03-26", 100, NEITHER, "", True)]),
    "switched drug": ([AT_120, (NEW, 11, OXYCODONE, "1 bd", 56)], {}, []),
    "came 20 days late": ([AT_200, ("2026-01-21", 10, MST100, "1 bd", 56)], {}, []),
    "came 40 days late": ([AT_200, ("2026-02-10", 9, MST100, "1 bd", 56)], {}, []),
    "fell over a gap": ([AT_200, to_20("2026-02-10")], {}, [("fall", "2026-02-10", 90, NEITHER, "", True)]),
    "back after a stop": ([AT_200, ("2026-05-01", 6, MST100, "1 bd", 56)], {},
                          [("stop", NEW, 100, NEITHER, "", True)]),
    "may have fallen": ([AT_200, to_20(), specials()], {}, [("unknown", NEW, 90, NEITHER, "", True)]),
    "may have stopped": ([AT_200, specials()], {}, [("unknown", NEW, 100, NEITHER, "", True)]),
    "unknown between": ([AT_200, specials(times=1), to_20("2026-01-29")], {},
                        [("fall", "2026-01-29", 90, NEITHER, "", True)]),
    "unknown long before": ([AT_200, specials("2025-06-01", 1), to_20()], {},
                            [("fall", NEW, 90, NEITHER, "", True)]),
    "same beside unknown": ([AT_200, specials(), (NEW, 11, MST100, "1 bd", 56)], {}, []),
    "excluded": ([AT_200, to_20()], {"patient": {"cancer_on": day("2025-06-01")}},
                 [("fall", NEW, 90, NEITHER, "cancer", True)]),
    "acute use": ([("2026-03-01", 2, MST60, "1 bd", 56)], {},
                  [("stop", "2026-04-26", 100, NEITHER, "acute use", True)]),
    "came 89 days before": ([("2026-03-01", 2, MST60, "1 bd", 56)],
                            {"patient": {"registered_from": day("2025-12-02")}},
                            [("stop", "2026-04-26", 100, NEITHER, "", True)]),
    "came 90 days before": ([("2026-03-01", 2, MST60, "1 bd", 56)],
                            {"patient": {"registered_from": day("2025-12-01")}},
                            [("stop", "2026-04-26", 100, NEITHER, "acute use", True)]),
    "when the data began": ([("2024-01-20", 2, MST60, "1 bd", 56)], {},
                            [("stop", "2024-03-16", 100, NEITHER, "", True)]),
    "acute use, on a plan": ([("2026-03-01", 2, MST60, "1 bd", 56)], {"plan": {}},
                             [("stop", "2026-04-26", 100, "plan", "", True)]),
    "acute use, decided": ([("2026-03-01", 2, MST60, "1 bd", 56)],
                           {"decision": {**DECIDED, "record_id": "2"}},
                           [("stop", "2026-04-26", 100, "best interest", "", True)]),
    "died": ([AT_200], {"patient": {"registered_to": day("2026-01-31"), "left_reason": "died"}}, []),
    "died later": ([AT_200], {"patient": {"registered_to": day("2026-06-30"), "left_reason": "died"}},
                   [("stop", NEW, 100, NEITHER, "", False)]),
    "deducted": ([AT_200], {"patient": {"registered_to": day("2026-02-15"), "left_reason": "deducted"}}, []),
    "below 50 mg": ([("2025-01-02", 13, MST10, "2 bd", 112), (NEW, 3, MST10, "1 od", 28)], {}, []),
    "stopped below 50 mg": ([AT_40], {}, []),
    "stopped below 50 mg on a plan": ([AT_40], {"plan": {}}, [("stop", NEW, 100, "plan", "", True)]),
    "stopped below 50 mg after a decision": ([AT_40], {"decision": DECIDED},
                                             [("stop", NEW, 100, "best interest", "", True)]),
    "slow end of a plan": ([AT_200, (NEW, 3, MST10, "2 bd", 112)], {"plan": {}},
                          [("fall", NEW, 80, "plan", "", True)]),  # 40 mg is a fifth of 200
    "best interest, no plan": ([AT_200, to_20()], {"decision": DECIDED},
                               [("fall", NEW, 90, "best interest", "", True)]),
    "on a plan": ([AT_200, to_20()], {"plan": {"consent": "shared"}}, [("fall", NEW, 90, "plan", "", True)]),
    "plan in best interest": ([AT_200], {"plan": {"consent": "best interest"}},
                              [("stop", NEW, 100, "best interest", "", True)]),
    "plan just ended": ([AT_200, to_20()], {"plan": {"status": "complete", "ended_on": day("2025-12-20")}},
                        [("fall", NEW, 90, "plan", "", True)]),
    "plan long ended": ([AT_200, to_20()], {"plan": {"status": "complete", "ended_on": day("2025-12-02")}},
                        [("fall", NEW, 90, NEITHER, "", True)]),
    "on a plan below 50 mg": ([("2025-01-02", 13, MST10, "2 bd", 112), (NEW, 11, MST10, "1 bd", 56)],
                              {"plan": {}}, [("fall", NEW, 50, "plan", "", True)]),
    "fell three weeks before the end": ([("2025-01-02", 22, MST100, "1 bd", 56), to_20("2026-09-10")], {},
                                        [("fall", "2026-09-03", 68, NEITHER, "", True)]),
    "shows in October": ([("2025-01-02", 23, MST100, "1 bd", 56), to_20("2026-10-08")], {}, []),
    "unclear supply between": (
        [AT_200, (NEW, 2, MST100, "as directed", 0), to_20("2026-02-26")], {},
        [("fall", "2026-02-26", 90, NEITHER, "", True)]),
    "unclear supply since": ([AT_200, (NEW, 9, MST100, "as directed", 0)], {},
                             [("unknown", NEW, 100, NEITHER, "", True)]),
    # Half a month's tablets: by the directions 200 mg on 12 days of 28, by the supplies 86 mg a day.
    "few tablets throughout": ([("2025-01-02", 22, MST100, "1 bd", 24)], {}, []),
    "few tablets, then fewer mg": ([FEW, to_20()], {},
                                   [("unknown", NEW, 90, NEITHER, "", True)]),
    "few tablets, then fewer mg, on a plan": (
        [FEW, to_20()], {"plan": {}},
        [("unknown", NEW, 90, "plan", "", True)]),
    "few tablets, then all": ([FEW, (NEW, 11, MST100, "1 bd", 56)], {}, []),
    "20 tablets of 56": ([AT_200, (NEW, 10, MST100, "1 bd", 20)], {},
                         [("unknown", NEW, 64, NEITHER, "", True)]),
    "20 tablets of 56, seen": ([AT_200, (NEW, 10, MST100, "1 bd", 20)], {"reviews": ["2026-03-26"]},
                               [("unknown", NEW, 64, NEITHER, "", False)]),
    "20 tablets of 56, seen too early": ([AT_200, (NEW, 10, MST100, "1 bd", 20)], {"reviews": ["2026-03-25"]},
                                         [("unknown", NEW, 64, NEITHER, "", True)]),
    "half of the tablets": ([AT_200, (NEW, 10, MST100, "1 bd", 28)], {},
                            [("fall", NEW, 50, NEITHER, "", True)]),
    "12 tablets each fortnight": ([AT_200, *often(14, 19, 12)], {}, [("fall", NEW, 57, NEITHER, "", True)]),
    "came 40 days late twice": (
        [AT_200, ("2026-02-10", 1, MST100, "1 bd", 56), ("2026-04-19", 6, MST100, "1 bd", 56)], {},
        []),
    "came 53 days late": ([AT_200, ("2026-02-23", 8, MST100, "1 bd", 56)], {}, []),
    "14 days of 56": ([AT_200, *often(56, 5, 28)], {},
                      [("unknown", "2026-01-15", 83, NEITHER, "", True),
                       ("unknown", "2026-03-12", 67, NEITHER, "", True)]),
    "ten days of 20 mg after a gap": ([AT_200, ("2026-01-31", 1, MST10, "1 bd", 20)], {},
                                      [("unknown", "2026-01-31", 90, NEITHER, "", True)]),
    "ten days of the same after a gap": ([AT_200, ("2026-01-31", 1, MST100, "1 bd", 20)], {},
                                         [("stop", "2026-02-10", 100, NEITHER, "", True)]),
    "no quantity, then a break": ([*AT_200_TO_NOVEMBER, ("2025-12-04", 1, MST100, "1 bd", None),
                                   ("2026-05-01", 5, MST100, "1 bd", 56)], {},
                                  [("stop", NEW, 100, NEITHER, "", True)]),
    "one pack for tablets": ([AT_200, (NEW, 10, MST100, "1 bd", 1)], {}, []),
    "one pack as directed": ([AT_200, (NEW, 10, MST100, "as directed", 1)], {},
                             [("unknown", NEW, 100, NEITHER, "", True)]),
    "no supply for 49 days": ([("2025-01-30", 20, MST100, "1 bd", 56)], {}, []),
    # A gap of up to 59 days is a late collection; a second in a row leaves half of 168 days without supply.
    "28 days of 79": ([AT_200, *often(79, 3, 56, 51)], {}, [("unknown", NEW, 67, NEITHER, "", True)]),
    "28 days of 84": ([AT_200, *often(84, 3, 56, 56)], {},
                     [("unknown", "2025-12-04", 67, NEITHER, "", True)]),
    "28 days of 87": ([AT_200, *often(87, 3, 56, 59)], {},
                     [("unknown", "2025-12-11", 70, NEITHER, "", True)]),
    "36 days of 84": ([AT_200, *often(84, 3, 72, 48)], {},
                     [("unknown", "2025-12-04", 57, NEITHER, "", True)]),
    "came 59 days late": ([AT_200, *often(28, 8, 56, 59)], {}, []),
    "28 days of 84 from the first": (often(84, 8, 56, -400), {}, []),
    "56 days of 112 from the first": (often(112, 6, 112, -400), {}, []),
    "two months full, then few": ([(NEW, 2, MST100, "1 bd", 56), *often(28, 7, 24, 56)], {},
                                  [("unknown", "2026-02-26", 57, NEITHER, "", True)]),
    "four months full, then few": ([("2025-09-11", 4, MST100, "1 bd", 56), *often(28, 9, 24)], {},
                                   [("unknown", NEW, 57, NEITHER, "", True)]),
    "few from the first": (often(28, 9, 24), {}, []),
    # Who reviews before the next issue is due cannot see that it does not come in time.
    "14 days late each time, seen too early": ([AT_200, *often(42, 6, 56, 14)], {"reviews": ["2026-01-15"]},
                                               [("fall", "2025-12-04", 33, NEITHER, "", True)]),
    "14 days late each time, seen": ([AT_200, *often(42, 6, 56, 14)], {"reviews": ["2026-01-16"]},
                                     [("fall", "2025-12-04", 33, NEITHER, "", False)]),
    "prn, none for 120 days, seen too early": ([PRN, *prn(28, 5, 120)], {"reviews": ["2026-03-02"]},
                                               [("fall", "2025-12-04", 81, NEITHER, "", True)]),
    "prn, none for 120 days, seen": ([PRN, *prn(28, 5, 120)], {"reviews": ["2026-03-03"]},
                                     [("fall", "2025-12-04", 81, NEITHER, "", False)]),
    "24 tablets from January 17, seen before": ([AT_200, *often(28, 9, 24, 16)], {"reviews": ["2026-01-03"]},
                                                [("unknown", "2025-12-20", 57, NEITHER, "", True)]),
    "cut, then late, seen the day after": (
        [AT_200, (NEW, 1, MST30, "1 bd", 56), ("2026-02-11", 8, MST30, "1 bd", 56)],
        {"reviews": ["2026-01-02"]}, [("fall", NEW, 70, NEITHER, "", False)]),
    "unknown for seven months, seen, then less": (
        [AT_200, specials(times=7), to_20("2026-07-16")], {"reviews": ["2026-03-12"]},
        [("unknown", NEW, 100, NEITHER, "", False), ("fall", "2026-07-16", 90, NEITHER, "", True)]),
    "unknown for seven months, then the same": (
        [AT_200, specials(times=7), ("2026-07-16", 3, MST100, "1 bd", 56)], {},
        [("unknown", NEW, 100, NEITHER, "", True)]),
    "one of two unread, seen, then gone": (
        [("2025-01-02", 22, OXYCODONE, "1 bd", 56), ("2025-01-02", 13, OXY80, "1 bd", 56),
         (NEW, 3, OXY80, "as directed", 0)],
        {"reviews": ["2026-01-11"]},
        [("unknown", NEW, 67, NEITHER, "", False), ("unknown", "2026-03-26", 100, NEITHER, "", True)]),
    "unread beside, then gone": ([("2025-01-02", 22, MST30, "1 bd", 56), UNREAD], {},
                                 [("unknown", NEW, 100, NEITHER, "", True)]),
    "unread beside, then gone, seen too early": (
        [("2025-01-02", 22, MST30, "1 bd", 56), UNREAD], {"reviews": ["2026-03-01"]},
        [("unknown", NEW, 100, NEITHER, "", True)]),
    "unread beside, then gone, seen": (
        [("2025-01-02", 22, MST30, "1 bd", 56), UNREAD], {"reviews": ["2026-03-02"]},
        [("unknown", NEW, 100, NEITHER, "", False)]),
    "unread beside for a month": (
        [("2025-01-02", 22, MST100, "1 bd", 56), (NEW, 1, OXY80, "as directed", 0)], {}, []),
    "unread beside, goes on": (
        [("2025-01-02", 22, MST30, "1 bd", 56), ("2025-01-02", 22, *UNREAD[2:])], {}, []),
    "unread beside, then read": (
        [("2025-01-02", 22, MST30, "1 bd", 56), UNREAD, (NEW, 9, OXY80, "1 bd", 56)], {}, []),
    "unknown for a year, then eight weeks": (
        [specials("2024-11-07", 15), (NEW, 2, MST100, "1 bd", 56)], {},
        [("stop", "2026-02-26", 100, NEITHER, "", True)]),
    # One late or early collection is no change of dose; two in a row are, and so is less from then on.
    "13 days late": ([AT_200, *often(28, 9, 56, 13)], {}, []),
    "14 days late": ([AT_200, *often(28, 9, 56, 14)], {}, []),
    "15 days late": ([AT_200, *often(28, 9, 56, 15)], {}, []),
    "14 days late twice": ([AT_200, *often(42, 2, 56, 14), *often(28, 6, 56, 84)], {},
                           [("fall", "2025-12-04", 33, NEITHER, "", True)]),
    "14 days late, then half": ([AT_200, *often(28, 9, 28, 14, directions="1 od")], {},
                                [("fall", "2026-01-15", 50, NEITHER, "", True)]),
    "14 days late, then 20 mg": ([AT_200, to_20("2026-01-15")], {}, [("fall", NEW, 90, NEITHER, "", True)]),
    "weekly, each other time 10 days late": (
        [AT_200, *often(24, 10, 14), *often(24, 10, 14, 7)], {},
        [("fall", "2026-01-08", 44, NEITHER, "", True)]),
    "prn, early at Christmas": ([PRN, *prn(28, 1, -14), *prn(28, 9, 28)], {}, []),
    "prn, 7 days early": ([PRN, *prn(28, 1, -7), *prn(28, 9, 28)], {}, []),
    "prn, early, then each 28 days": ([PRN, *prn(28, 10, -14)], {}, []),
    "prn, early, then each 42 days": ([PRN, *prn(42, 7, -14)], {},
                                      [("fall", "2026-01-29", 33, NEITHER, "", True)]),
    "prn, early, then half": ([PRN, *prn(28, 1, -14), *prn(28, 9, 28, 28)], {},
                              [("fall", "2026-01-29", 50, NEITHER, "", True)]),
    "prn, 13 days late": ([PRN, *prn(28, 9, 13)], {}, []),
    "prn, each 42 days": ([PRN, *prn(42, 6, 14)], {}, [("fall", "2025-12-04", 33, NEITHER, "", True)]),
    # A switch before the old supply has run out is no sum of two doses.
    "switched three weeks early": ([AT_120, *often(28, 11, 56, -20, OXYCODONE)], {}, []),
    "switched early to patches": (
        [("2025-01-02", 13, MST60, "2 bd", 112), *often(28, 11, 10, -21, FENTANYL, "1 every 72 hours")],
        {}, []),
    "switched early to half": ([AT_120, *often(28, 11, 28, -20, OXYCODONE, "1 od")], {},
                               [("fall", "2025-12-12", 50, NEITHER, "", True)]),
    "switched early to half, seen between": (
        [AT_120, *often(28, 11, 28, -20, OXYCODONE, "1 od")], {"reviews": ["2025-12-20"]},
        [("fall", "2025-12-12", 50, NEITHER, "", True)]),
    "added, and later the old stopped": ([AT_120, *often(28, 13, 56, -84, OXYCODONE)], {},
                                         [("fall", NEW, 50, NEITHER, "", True)]),
    "new one ends before the old": ([AT_120, *often(28, 1, 14, -20, OXYCODONE)], {},
                                    [("stop", NEW, 100, NEITHER, "", True)]),
}  # fmt: skip


def rows() -> dict[str, list[Row]]:
    made: dict[str, list[Row]] = {
        name: [] for name in ("issues", "patients", "plans", "reviews", "best_interest")
    }
    for key, (courses, known, _) in PEOPLE.items():
        for start, times, product, directions, quantity in courses:
            made["issues"] += every(key, start, times, product, directions, quantity)
        made["patients"].append(patient(key, **known.get("patient", {})))
        if "plan" in known:
            made["plans"].append(plan(key, "2025-12-01", **known["plan"]))
        if "decision" in known:
            made["best_interest"].append({**known["decision"], "patient_key": key, "record_id": key})
        made["reviews"] += [{"practice_code": "A", "patient_key": key, "reviewed_on": day(on)}
                            for on in known.get("reviews", [])]  # fmt: skip
    return made


@pytest.fixture(scope="module")
def marts() -> Iterator[duckdb.DuckDBPyConnection]:
    with world(policy.load(), LAST, **rows()) as con:
        yield con


@pytest.mark.parametrize("key", PEOPLE)
def test_falls_and_stops_are_found_in_everybody(marts: duckdb.DuckDBPyConnection, key: str) -> None:
    found = rows_of(marts, f"SELECT * FROM fall WHERE patient_key = '{key}' ORDER BY fell_on")
    assert [
        (r["kind"], str(r["fell_on"]), round(r["fall_percent"]), r["status"], r["exclusions"], r["is_open"])
        for r in found
    ] == PEOPLE[key][2]  # fmt: skip


def test_somebody_who_moved_is_looked_for_where_they_are_now() -> None:
    """200 mg to 20 on New Year's Day at A; since March at B, where there was no supply in the last months."""
    here = [patient("P", registered_to=day("2026-03-01"), left_reason="deducted"),
            patient("P", practice_code="B", registered_from=day("2026-03-01"))]  # fmt: skip
    issues = [*every("P", *AT_200), *every("P", NEW, 2, MST10, "1 bd", 56)]
    con = world(issues=issues, patients=here)
    (fall,) = rows_of(con, "SELECT practice_code, now_at, is_open FROM fall")
    assert fall == {"practice_code": "A", "now_at": "B", "is_open": True}
    listed = rows_of(con, "SELECT practice_code, fell_on, fell_status, absent FROM worklist WHERE unlooked")
    assert listed == [{"practice_code": "B", "fell_on": day(NEW), "fell_status": "neither", "absent": True}]


def test_a_fall_after_a_move_counts_where_the_person_was_a_year_before() -> None:
    """200 mg at A in 2025; at B since December, where it comes down to 20 on New Year's Day."""
    here = [patient("P", registered_to=day("2025-12-01"), left_reason="deducted"),
            patient("P", practice_code="B", registered_from=day("2025-12-01"))]  # fmt: skip
    con = world(issues=[*every("P", *AT_200), *every("P", *to_20())], patients=here)
    shown = rows_of(con, "SELECT practice_code, fell FROM fall_month WHERE month = DATE '2026-09-01'")
    assert shown == [{"practice_code": "A", "fell": True}]
    assert rows_of(con, "SELECT practice_code, now_at FROM fall") == [{"practice_code": "B", "now_at": "B"}]


def test_a_child_is_listed_too() -> None:
    young = patient("P", age_band="0-17")
    con = world(issues=every("P", *AT_200), patients=[young])
    assert rows_of(con, "SELECT patient_key, stopped_on, absent FROM worklist") == [
        {"patient_key": "P", "stopped_on": day(NEW), "absent": True}
    ]


@pytest.mark.parametrize("missing", ["2025-12-01", "2026-01-01", "2026-02-01"])
def test_what_falls_in_a_missing_month_is_unknown(missing: str) -> None:
    con = world(issues=[*every("FELL", *AT_200), *every("FELL", *to_20()), *every("STOPPED", *AT_200)])
    assert len(rows_of(con, "SELECT * FROM fall")) == 2
    con.execute(f"DELETE FROM coverage WHERE month = DATE '{missing}'")
    sql = models()["fall"][0]
    found = {row["patient_key"]: row["kind"] for row in rows_of(con, f"SELECT * FROM ({sql})")}
    # A fall is told by the four weeks after it, a stop by the sixty days after.
    assert (
        found
        == {
            "2025-12-01": {"FELL": "fall", "STOPPED": "stop"},
            "2026-01-01": {"FELL": "unknown", "STOPPED": "unknown"},
            "2026-02-01": {"FELL": "fall", "STOPPED": "unknown"},
        }[missing]
    )
    con.execute(f"DELETE FROM coverage WHERE month > DATE '{missing}'")  # nothing has come since: too early
    found = {row["patient_key"]: row["kind"] for row in rows_of(con, f"SELECT * FROM ({sql})")}
    assert found == ({"FELL": "fall"} if missing == "2026-02-01" else {})


Registered = tuple[str, str, str | None]  # practice, from, to
AWAY: dict[str, tuple[list[Registered], str, str]] = {  # then: where the fall is put, where it is listed
    "moved a week later": ([("A", "2000-01-01", "2025-12-28"), ("B", "2026-01-05", None)], "A", "B"),
    "registered since": ([("B", "2026-03-01", None)], "B", "B"),
}


@pytest.mark.parametrize("who", AWAY)
def test_a_fall_on_a_day_without_a_registration_is_listed(who: str) -> None:
    spans, at, now = AWAY[who]
    here = [
        patient("P", practice_code=code, registered_from=day(a), registered_to=day(b) if b else None)
        for code, a, b in spans
    ]
    con = world(issues=[*every("P", *AT_200), *every("P", *to_20())], patients=here)
    assert rows_of(con, "SELECT practice_code, now_at, is_open FROM fall") == [
        {"practice_code": at, "now_at": now, "is_open": True}
    ]
    listed = rows_of(con, "SELECT practice_code, fell_on FROM worklist WHERE unlooked")
    assert listed == [{"practice_code": now, "fell_on": day(NEW)}]


LISTED = {
    "fell_on": {"fell at once", "fell in three"},
    "stopped_on": {
        "stopped",
        "stopped, seen before",
        "stopped, seen too early",
        "stopped, seen a day early",
        "back after a stop",
        "plan in best interest",
        "tapered to a stop",
        "stopped after a review",
        "stopped below 50 mg on a plan",
        "stopped below 50 mg after a decision",
        "came 89 days before",
        "when the data began",
        "acute use, on a plan",
        "acute use, decided",
        "ten days of the same after a gap",
        "no quantity, then a break",
        "unknown for a year, then eight weeks",
        "new one ends before the old",
    },
    "unknown_since": {
        "may have fallen",
        "may have stopped",
        "unclear supply since",
        "fell, unknown after the review",
        "few tablets, then fewer mg",
        "few tablets, then fewer mg, on a plan",
        "20 tablets of 56",
        "14 days of 56",
        "one pack as directed",
        "20 tablets of 56, seen too early",
        "28 days of 79",
        "28 days of 84",
        "28 days of 87",
        "36 days of 84",
        "two months full, then few",
        "four months full, then few",
        "24 tablets from January 17, seen before",
        "unknown for seven months, then the same",
        "one of two unread, seen, then gone",
        "unread beside, then gone",
        "unread beside, then gone, seen too early",
        "ten days of 20 mg after a gap",
    },
    "aside_on": {"excluded"},
}


def test_the_worklist_names_what_nobody_has_looked_at(marts: duckdb.DuckDBPyConnection) -> None:
    for column, people in LISTED.items():
        found = rows_of(marts, f"SELECT patient_key FROM worklist WHERE {column} IS NOT NULL")
        keys = {r["patient_key"] for r in found}
        assert people <= keys if column == "fell_on" else people == keys, column
    never = (
        "stopped, seen",
        "back after a stop, seen since",
        "fell, seen the day after",
        "died later",
        "acute use",
        "fell gently",
        "switched drug",
    )
    asked = f"SELECT patient_key FROM worklist WHERE unlooked AND patient_key IN {never}"
    assert rows_of(marts, asked) == []


def test_months_that_no_practice_sent_make_nobody_stop() -> None:
    """Steady at 200 mg, but no extract of March to May 2026 came from anybody."""
    spans = [("2024-01-01", "2026-02-01"), ("2026-06-01", "2026-09-01")]
    issues = [
        *every("P", "2025-01-02", 15, MST100, "1 bd", 56),
        *every("P", "2026-06-18", 4, MST100, "1 bd", 56),
    ]
    con = world(issues=issues, plans=[plan("P", "2025-12-01")], covered=spans)
    assert rows_of(con, "SELECT kind, is_open FROM fall") == [{"kind": "unknown", "is_open": True}]
    bands = rows_of(con, """SELECT DISTINCT outcome_band, abrupt_stop FROM taper_month
                            WHERE month BETWEEN DATE '2026-03-01' AND DATE '2026-06-01'""")  # fmt: skip
    assert bands == [{"outcome_band": "not known", "abrupt_stop": False}]


def test_whoever_moved_to_a_practice_whose_data_end_before_is_listed_there() -> None:
    """Stopped on New Year's Day at A; registered at B since May, whose extracts end in April."""
    here = [patient("P", registered_to=day("2026-05-01"), left_reason="deducted"),
            patient("P", practice_code="B", registered_from=day("2026-05-01"))]  # fmt: skip
    con = world(issues=every("P", *AT_200), patients=here, last_of={"B": day("2026-04-01")})
    assert rows_of(con, "SELECT kind, now_at, is_open FROM fall") == [
        {"kind": "stop", "now_at": "B", "is_open": True}]  # fmt: skip
    listed = rows_of(con, "SELECT practice_code, stopped_on FROM worklist WHERE unlooked")
    assert listed == [{"practice_code": "B", "stopped_on": day(NEW)}]


def test_months_on_no_list_are_no_stop_that_is_known() -> None:
    """200 mg a day at A until New Year and at B from May; registered nowhere in between."""
    here = [patient("P", registered_to=day("2026-01-02"), left_reason="deducted"),
            patient("P", practice_code="B", registered_from=day("2026-05-01"))]  # fmt: skip
    issues = [
        *every("P", *AT_200),
        *[{**one, "practice_code": "B"} for one in every("P", "2026-05-01", 5, MST100, "1 bd", 56)],
    ]
    assert [r["kind"] for r in rows_of(world(issues=issues, patients=here), "SELECT kind FROM fall")] == [
        "unknown"
    ]

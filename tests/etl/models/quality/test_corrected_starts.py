"""A registration whose start is corrected stays one: the dead do not come back, and history is not lost."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from etl.store import Store
from tests.etl import extracts
from tests.etl.conftest import Loader
from tests.etl.extracts import Patient
from tests.etl.models.quality.test_columns_left_out import sources

START, EARLIER, LATER = date(2015, 1, 1), date(2014, 12, 31), date(2015, 6, 1)
LEFT, BACK = date(2026, 5, 20), date(2026, 8, 10)
OPEN = Patient(registered=START)
DEAD = Patient(registered=START, left=LEFT, reason="died")


def at(start: date, left: date | None = None, reason: str = "", **more: Any) -> Patient:
    return Patient(registered=start, left=left, reason=reason, **more)


FORMER = at(START, LATER, "deducted")


@pytest.mark.parametrize(
    ("before", "now", "expected"),
    [
        # corrected to an earlier or a later day, with the death told at once
        ([OPEN], [at(EARLIER, LEFT, "died")], [(EARLIER, LEFT, "died")]),
        ([OPEN], [at(LATER, LEFT, "died")], [(LATER, LEFT, "died")]),
        ([DEAD], [at(EARLIER, LEFT, "died")], [(EARLIER, LEFT, "died")]),
        # the death itself was wrong
        ([DEAD], [at(EARLIER)], [(EARLIER, None, None)]),
        ([DEAD], [at(LATER)], [(LATER, None, None)]),
        # left and came back: the earlier registration stays, and ends
        ([OPEN], [at(BACK)], [(START, BACK, None), (BACK, None, None)]),
        ([at(START, LEFT, "deducted")], [at(BACK)], [(START, LEFT, "deducted"), (BACK, None, None)]),
        ([at(START, LEFT, "deducted")], [at(START, LEFT, "deducted"), at(BACK)],
         [(START, LEFT, "deducted"), (BACK, None, None)]),
        # two registrations, the second corrected, or withdrawn
        ([FORMER, at(date(2019, 2, 1))], [FORMER, at(date(2019, 1, 1), LEFT, "died")],
         [(START, LATER, "deducted"), (date(2019, 1, 1), LEFT, "died")]),
        ([FORMER, at(date(2019, 2, 1))], [FORMER], [(START, LATER, "deducted")]),
        # the same as before, and somebody the latest extract no longer names
        ([OPEN], [OPEN], [(START, None, None)]),
        ([DEAD], [], [(START, LEFT, "died")]),
    ],
)  # fmt: skip
@pytest.mark.parametrize("turned", [False, True])
def test_the_latest_extract_that_names_somebody_says_how_they_are_registered(
    put: Loader, store: Store, before: list[Patient], now: list[Patient], expected: list[Any], turned: bool
) -> None:
    """Whichever extract is loaded first."""
    files = [("2026-07", before), ("2026-08", [*now, Patient("OTHER01", registered=START)])]
    for period, rows in reversed(files) if turned else files:
        text = extracts.csv_text("plain", extracts.patients("plain", rows, period=period))
        assert put(text, f"TST01_patients_{period}.csv").outcome == "accepted"
    found = [row for row in sources(store, "patients") if row["patient_key"] == "PAT0001"]
    told = sorted((row["registered_from"], row["registered_to"], row["left_reason"]) for row in found)
    assert told == expected


@pytest.mark.parametrize("start", [EARLIER, START, LATER])
def test_what_a_left_out_column_said_outlives_a_corrected_start(
    put: Loader, store: Store, start: date
) -> None:
    """Death and cancer were told in July; August corrects the start and has neither column."""
    row = at(START, LEFT, "died", cancer=date(2026, 2, 1))
    put(extracts.csv_text("plain", extracts.patients("plain", [row])), "TST01_patients_2026-07.csv")
    short = f"practice_code,patient_key,age_band,sex,registered_from\nTST01,PAT0001,45-54,female,{start}\n"
    put(short, "TST01_patients_2026-08.csv")
    (found,) = sources(store, "patients")
    assert (found["registered_from"], found["registered_to"], found["left_reason"], found["cancer_on"]) == (
        start, LEFT, "died", date(2026, 2, 1)
    )  # fmt: skip


def test_a_registration_elsewhere_is_another(put: Loader, store: Store) -> None:
    for code, row in (("TST01", OPEN), ("TST02", at(EARLIER, LEFT, "died"))):
        text = extracts.csv_text("plain", extracts.patients("plain", [row], code))
        put(text, f"{code}_patients_2026-0{7 + (code == 'TST02')}.csv")
    assert {(r["practice_code"], r["registered_to"]) for r in sources(store, "patients")} == {
        ("TST01", None), ("TST02", LEFT)
    }  # fmt: skip

"""A column left out of an extract is not blank: what earlier extracts said of it still counts."""

from __future__ import annotations

import json
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from etl import build, contract
from etl.load import load
from etl.store import Store
from measures import policy
from tests.etl import extracts
from tests.etl.conftest import Loader
from tests.etl.extracts import Issue, Patient
from tests.etl.models.plain.plain_states import Extract, states

OPTIONAL = ("registered_to", "left_reason", "indication", "cancer_on", "epilepsy_on")
FIXED = ("practice_code", "patient_key", "age_band", "sex", "registered_from")
KEYS = ("PAT0001", "PAT0002", "PAT0003")
DAYS = st.none() | st.sampled_from([date(2024, 1, 5), date(2025, 6, 7)])
ROW = st.fixed_dictionaries(
    {
        "patient_key": st.sampled_from(KEYS),
        "registered_to": DAYS,
        "left_reason": st.sampled_from([None, "died", "deducted"]),
        "indication": st.sampled_from([None, "Back pain"]),
        "cancer_on": DAYS,
        "epilepsy_on": DAYS,
    }
)
MONTHS = st.lists(
    st.tuples(
        st.frozensets(st.sampled_from(OPTIONAL)),
        st.lists(ROW, min_size=1, max_size=3, unique_by=lambda row: row["patient_key"]),
    ),
    min_size=1,
    max_size=4,
)


def whole(row: dict[str, Any]) -> dict[str, Any]:
    fixed = {
        "practice_code": "TST01",
        "age_band": "45-54",
        "sex": "female",
        "registered_from": date(2019, 3, 31),
    }
    return {**fixed, **row}


def written(folder: Path, extract: Extract) -> Path:
    names = [*FIXED, *(name for name in OPTIONAL if name in extract.columns)]
    lines = [names, *([row[name] or "" for name in names] for row in extract.rows)]
    return extracts.write(folder, f"TST01_patients_2026-{extract.month:02d}", "plain", lines)


def sources(store: Store, entity: str) -> list[dict[str, Any]]:
    with duckdb.connect() as con:
        parts = {p: r for r in store.receipts() for p in r.parts}
        build._source(con, contract.entities()[entity], parts, store)
        cursor = con.execute(f"SELECT * FROM source_{entity}")
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(months=MONTHS, turned=st.booleans())
def test_each_column_is_that_of_the_latest_extract_that_had_it(
    listed: Path, tmp_path: Path, months: list[Any], turned: bool
) -> None:
    """Any split of columns over months, loaded in any order."""
    shutil.rmtree(tmp_path, ignore_errors=True)
    store = Store(shutil.copytree(listed, tmp_path / "store"))
    told = [
        Extract(n, frozenset(FIXED) | columns, tuple(map(whole, rows)))
        for n, (columns, rows) in enumerate(months, start=4)
    ]
    for extract in reversed(told) if turned else told:
        (receipt,) = load([written(tmp_path, extract)], store)
        assert receipt.outcome == "accepted"
        assert set(receipt.columns_missing) == set(contract.entities()["patients"].columns) - extract.columns
    names = [*FIXED, *OPTIONAL]
    key = contract.entities()["patients"].key
    found = {
        tuple(row[name] for name in key): {n: row[n] for n in names} for row in sources(store, "patients")
    }
    assert found == states(told, key, names)


def test_the_receipt_names_each_column_and_what_is_lost_by_it(put: Loader) -> None:
    full, short = month(8), month(9, left_out=("cancer_on", "registered_to", "left_reason"))
    assert put(full, "TST01_patients_2026-08.csv").columns_missing == {}
    receipt = put(short, "TST01_patients_2026-09.csv")
    assert receipt.columns_missing == {
        "registered_to": "stops counting people who have left or died",
        "left_reason": "tells death and moving away from a stop of supply",
        "cancer_on": "leaves people with cancer out of the people on a high dose",
    }
    assert (
        "no column cancer_on: without it nothing leaves people with cancer out of the people on a high "
        "dose; earlier extracts had it, and what they said of it still counts"
    ) in receipt.notes
    public = json.loads(json.dumps(receipt.public()))
    assert public["columns_missing"] == receipt.columns_missing and len(public["notes"]) == 3


HIGH = "Zomorph 100mg capsules"
PEOPLE = (
    Patient("CANCER01", cancer=date(2025, 1, 2)),
    Patient("DIED0001", left=date(2026, 7, 31), reason="died"),
    Patient("ALIVE001"),
)


def month(n: int, left_out: tuple[str, ...] = ()) -> str:
    """A month of patients, some columns left out altogether."""
    text = extracts.csv_text("plain", extracts.patients("plain", PEOPLE, period=f"2026-{n:02d}"))
    rows = [line.split(",") for line in text.splitlines()]
    kept = [i for i, header in enumerate(rows[0]) if header not in left_out]
    return "\n".join(",".join(row[i] for i in kept) for row in rows) + "\n"


@pytest.mark.parametrize("left_out", [(), ("cancer_on", "registered_to", "left_reason")])
def test_the_dead_stay_dead_and_cancer_stays_known(
    put: Loader, store: Store, left_out: tuple[str, ...]
) -> None:
    """Found: without these columns the dead came back, and the cancer patient into the prevalence."""
    put(month(8), "TST01_patients_2026-08.csv")
    put(month(9, left_out), "TST01_patients_2026-09.csv")
    rows = [
        Issue(key, date(2026, n, 3), HIGH, quantity=62)
        for key in ("CANCER01", "DIED0001", "ALIVE001")
        for n in range(4, 10)
        if key != "DIED0001" or n < 8
    ]
    put(extracts.csv_text("plain", extracts.issues("plain", rows)), "TST01_issues_2026-04_2026-09.csv")
    build.build(store, policy.load())
    with duckdb.connect(str(store.releases / f"{store.current()}.duckdb"), read_only=True) as con:
        people = con.execute(
            "SELECT patient_key, excluded FROM patient_month WHERE month = DATE '2026-09-01' ORDER BY ALL"
        ).fetchall()
        columns = con.execute(
            "SELECT column_name, since, had_before FROM quality_column WHERE entity = 'patients' ORDER BY ALL"
        ).fetchall()
    assert people == [("ALIVE001", False), ("CANCER01", True)]
    assert columns == [(name, "2026-09", True) for name in sorted(left_out)]

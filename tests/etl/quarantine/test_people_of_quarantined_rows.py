"""From the file to the release: people whose issues of the last months are kept back. The table is the claim.

Everybody takes 200 mg a day (MST 100 mg twice a day, 56 tablets a month) from February to July 2026, unless
they are new. From August to October something cannot be read.
"""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from etl.build import build
from etl.explain_dose import explained
from etl.load import load
from etl.store import Store
from etl.verify.store import differences
from measures import policy
from reporting import people
from reporting.access.scope import Scope, Selection
from reporting.exhibits.patients import supplies, timeline
from reporting.release import current
from tests.etl import extracts
from tests.etl.extracts import Patient

MST = "MST Continus 100mg tablets"
REGULAR, OPEN = "one twice a day", "as directed"
HEADER = "practice_code,patient_key,issued_on,product,directions,quantity,days_supply"
STEADY = [f"GOOD{n:04d}" for n in range(20)]
Said = tuple[bool, list[str]]
KNOWN: Said = (True, [])
UNKNOWN: Said = (False, ["unknown"])

# key → directions; what stands in its column from August on; dose known at the end, falls and stops
PEOPLE: dict[str, tuple[str, dict[str, str], Said]] = {
    "NONE01": (REGULAR, {"gone": "yes"}, (True, ["stop"])),
    "TABS01": (OPEN, {"quantity": "56 tabs"}, UNKNOWN),
    "TIMES1": (OPEN, {"quantity": "2 x 28"}, UNKNOWN),
    "MINUS1": (OPEN, {"quantity": "-5"}, UNKNOWN),
    "POWER1": (OPEN, {"quantity": "1e2"}, UNKNOWN),
    "LETTER1": (OPEN, {"quantity": "l4"}, UNKNOWN),
    "ABOUT1": (OPEN, {"quantity": "56-ish"}, UNKNOWN),
    "BEYOND1": (REGULAR, {"quantity": "100001"}, UNKNOWN),
    "REGULAR1": (REGULAR, {"quantity": "56 tabs"}, KNOWN),
    "NODAYS1": (REGULAR, {"quantity": "56 tabs", "days_supply": "four weeks"}, KNOWN),
    "DAYS001": (OPEN, {"days_supply": "four weeks"}, KNOWN),
    "DATE001": (REGULAR, {"issued_on": "{d:%d/%m/%Y}"}, UNKNOWN),
    "PRODUCT1": (REGULAR, {"product": ""}, UNKNOWN),
    "PHONE01": (REGULAR, {"directions": "ring 07700 900123"}, UNKNOWN),
    "COMMA01": (REGULAR, {"directions": "one, twice a day"}, UNKNOWN),
    "NEWOPEN1": (OPEN, {"quantity": "56 tabs", "new": "yes"}, (False, [])),
    "NEWREG1": (REGULAR, {"quantity": "56 tabs", "new": "yes"}, KNOWN),
    "PLAN001": (OPEN, {"quantity": "56 tabs"}, UNKNOWN),
}


def text(month: int, spoilt: bool) -> str:
    lines = [HEADER]
    for key, (directions, changes, _) in [*PEOPLE.items(), *((k, (REGULAR, {}, KNOWN)) for k in STEADY)]:
        if ("gone" in changes and month >= 8) or ("new" in changes and month < 8):
            continue
        on = date(2026, month, 5)
        told = dict(zip(HEADER.split(","), ["TST01", key, str(on), MST, directions, "56", "28"], strict=True))
        for name, value in changes.items():
            if spoilt and name in told:
                told[name] = value.format(d=on)
        lines.append(",".join(told.values()))
    return "\n".join([*lines, ""])


def write(folder: Path, months: range, spoilt: bool) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for month in months:
        (folder / f"TST01_issues_2026-{month:02d}.csv").write_text(text(month, spoilt and month >= 8))
    return folder


@pytest.fixture(scope="module")
def kept(listed: Path, tmp_path_factory: pytest.TempPathFactory) -> Store:
    folder = tmp_path_factory.mktemp("kept")
    store = Store(shutil.copytree(listed, folder / "store"))
    people = extracts.patients("plain", [Patient(key) for key in [*PEOPLE, *STEADY]])
    extracts.write(folder / "in", "TST01_patients_2026-02_2026-10", "plain", people)
    (folder / "in" / "TST01_plans_2026-10.csv").write_text(
        "practice_code,patient_key,plan_id,started_on,taper_start_on,status\n"
        "TST01,PLAN001,P1,2026-07-01,2026-07-01,active\n"
    )
    load([write(folder / "in", range(2, 11), spoilt=True)], store)
    build(store, policy.load())
    return store


def asked(store: Store, sql: str, *values: object) -> list[dict[str, Any]]:
    with duckdb.connect(str(store.releases / f"{store.current()}.duckdb"), read_only=True) as con:
        cursor = con.execute(sql, list(values))
        return [dict(zip([c[0] for c in cursor.description], row, strict=True)) for row in cursor.fetchall()]


@pytest.mark.parametrize("key", PEOPLE)
def test_nobody_looks_as_if_they_had_no_supply(kept: Store, key: str) -> None:
    known, falls = PEOPLE[key][2]
    assert [r["kind"] for r in asked(kept, "SELECT kind FROM fall WHERE patient_key = ?", key)] == falls
    left = asked(
        kept, "SELECT went FROM patient_crossing WHERE patient_key = ? AND now_milli < before_milli", key
    )
    assert {r["went"] for r in left} <= ({"no supply", "dose fell"} if known else {None, "dose fell"})
    (row,) = asked(kept, "SELECT * FROM worklist WHERE patient_key = ?", key)
    if falls == ["stop"]:
        return
    assert (row["without_dose"], row["current_ome_milli"] > 120_000) == (not known, known)
    why = asked(kept, "SELECT status, no_dose FROM undosed_issue WHERE patient_key = ?", key)
    assert bool(why) is not known


@pytest.mark.parametrize(
    ("key", "what"),
    [
        ("DATE001", f"{MST}, issued some day from 1 Oct 2026 to 31 Oct 2026: its row is kept back"),
        ("PRODUCT1", "a product that cannot be read, issued 5 Oct 2026: its row is kept back"),
        (
            "COMMA01",
            "a product that cannot be read, issued some day from 1 Oct 2026 to 31 Oct 2026: its row is",
        ),
        (
            "TABS01",
            f"{MST}, issued 5 Oct 2026: the directions give no one amount a day, and the quantity is not",
        ),
    ],
)
def test_the_worklist_and_the_working_say_why_the_dose_is_not_known(
    kept: Store, tmp_path: Path, key: str, what: str
) -> None:
    seen = current(shutil.copytree(kept.folder, tmp_path / "store"))
    here, on = Selection(120, practice="TST01"), date(2026, 10, 31)
    frame = people.worklist(seen, Scope.icb(), here).frame
    (row,) = ({str(name): value for name, value in row.items()}
              for row in frame[frame["patient_key"] == key].to_dict("records"))  # fmt: skip
    words = [why for why, _ in supplies.reasons(row)]
    gives = "could not be read" if row["unmapped"] else "gives no dose by its directions or quantity"
    assert any(f"{gives}: the dose is not known" in why for why in words)
    without = timeline.working(seen, Scope.icb(), here, key, on).without
    assert any(one.startswith(what) for one in without)
    told = "\n".join(explained(kept, key, on))
    assert "- in no dose: " in told and "None" not in told


def test_a_plan_is_neither_below_nor_done_for_want_of_a_quantity(kept: Store) -> None:
    stood = asked(kept, "SELECT * FROM taper_month WHERE month >= DATE '2026-08-01' ORDER BY month")
    assert [row["outcome_band"] for row in stood] == ["not known"] * 3
    assert [(r["is_stopped"], r["now_milli"]) for r in stood] == [(False, None)] * 3


def test_all_that_was_sent_counts_or_waits(kept: Store) -> None:
    (months,) = asked(kept, "SELECT sum(rows) AS rows, sum(rows_known) AS known FROM quality_quarantine")
    waits = len(PEOPLE) - 1  # one was not issued any more
    assert (months["rows"], months["known"]) == (3 * waits, 3 * waits)
    (issues,) = asked(kept, "SELECT issues, patients FROM product")
    unread = {"DATE001", "PRODUCT1", "PHONE01", "COMMA01"}
    new = sum("new" in changes for _, changes, _ in PEOPLE.values())
    whole = len(PEOPLE) + len(STEADY) - new
    assert issues["issues"] == 6 * whole + 3 * (whole + new - 1 - len(unread))
    assert differences(kept) == []


def test_corrected_months_leave_nothing_of_it(kept: Store, tmp_path: Path) -> None:
    store = Store(shutil.copytree(kept.folder, tmp_path / "store"))
    receipts = load([write(tmp_path / "again", range(8, 11), spoilt=False)], store)
    assert {r.outcome for r in receipts} == {"accepted"}
    build(store, policy.load())
    assert asked(store, "SELECT * FROM quality_quarantine") == []
    assert asked(store, "SELECT * FROM undosed_issue WHERE status = 'kept back'") == []
    assert [r["patient_key"] for r in asked(store, "SELECT patient_key FROM fall")] == ["NONE01"]
    assert {r.outcome for r in load([tmp_path / "again"], store)} == {"duplicate"}
    assert differences(store) == []

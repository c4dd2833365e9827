"""One person a kind of supply: what the dose is in September 2026, or that it is not known."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import duckdb
import pytest

from tests.etl.models.people import FENTANYL
from tests.etl.models.world import MST30, MST60, Row, day, every, issue, patient, rows_of, world

ORAMORPH = "Oramorph 10mg/5ml oral solution"
NAMES = {
    "MST 30": MST30,
    "MST 60": MST60,
    "morphine 60": "Morphine 60mg modified-release tablets",
    "Morphgesic 60": "Morphgesic SR 60mg tablets",
    "codeine 30": "Codeine 30mg tablets",
    "co-codamol 30": "Co-codamol 30mg/500mg tablets",
    "Kapake 30": "Kapake 30mg/500mg tablets",
    "Longtec 40": "Longtec 40mg modified-release tablets",
    "Targinact 40": "Targinact 40mg/20mg modified-release tablets",
    "Oramorph": ORAMORPH,
    "fentanyl 25": FENTANYL,
    "Butec 20": "Butec 20micrograms/hour transdermal patches",
    "Wibble": "Wibble 30mg tablets",
    "fentanyl buccal": "Fentanyl 100microgram buccal tablets",
    "pregabalin 75": "Pregabalin 75mg capsules",
}
Line = tuple[str, str | None, float | None, float | None]  # product, directions, quantity, days recorded

# What is issued together, how often, and the mg OME a day that makes: * at least, ? not known. The last: mg a
# day by regular directions.
TABLE = """
person                               |product        |directions            |issue|days|every|dose|directed
plain                                |MST 60         |1 bd                  |56   |    |28   |120 |120
combination beside its opioid        |co-codamol 30  |2 qds                 |224  |    |28   |48  |48
                                     |codeine 30     |2 qds                 |224  |    |     |    |
naloxone beside without              |Longtec 40     |1 bd                  |56   |    |28   |240 |240
                                     |Targinact 40   |1 bd                  |56   |    |     |    |
one medicine, two names              |MST 60         |1 bd                  |56   |    |56   |120 |120
                                     |morphine 60    |ONE TWICE A DAY       |56   |    |     |    |
one medicine, three names            |MST 60         |1 bd                  |28   |    |42   |120 |120
                                     |morphine 60    |60mg bd               |28   |    |     |    |
                                     |Morphgesic 60  |1 bd                  |28   |    |     |    |
two names, one course and words      |MST 60         |1 bd                  |56   |    |56   |120 |120
                                     |morphine 60    |1 mane and 1 nocte    |56   |    |     |    |
two names, two times of day          |MST 60         |one in the morning    |28   |    |28   |120 |120
                                     |morphine 60    |1 nocte               |28   |    |     |    |
two names, two amounts               |MST 60         |1 mane                |28   |    |28   |180 |180
                                     |morphine 60    |2 nocte               |56   |    |     |    |
two names of one combination         |Kapake 30      |2 qds                 |224  |    |56   |24  |24
                                     |co-codamol 30  |2 qds                 |224  |    |     |    |
no quantity, days recorded           |MST 60         |1 bd                  |     |28  |28   |120 |120
no quantity, no days                 |MST 60         |1 bd                  |     |    |28   |120 |120
quantity nought                      |MST 60         |1 bd                  |0    |28  |28   |120 |120
quantity and days nought             |MST 60         |1 bd                  |0    |0   |28   |120 |120
liquid counted in bottles            |Oramorph       |5ml qds               |1    |28  |28   |40  |40
bottles, when required               |Oramorph       |5ml prn               |2    |28  |28   |?   |
one pack of tablets                  |MST 60         |1 bd                  |1    |    |28   |120 |120
one pack, more than one a day        |MST 60         |2 bd                  |3    |    |28   |240 |240
one pack, as directed                |MST 60         |as directed           |1    |    |28   |?   |
two packs, when required             |MST 60         |1 prn                 |2    |28  |28   |?   |
quantity beyond any                  |MST 60         |1 bd                  |30000|28  |28   |?   |
days beyond any                      |MST 60         |1 bd                  |56   |5000|28   |?   |
when required, no quantity           |Oramorph       |5ml prn               |     |28  |28   |?   |
when required, quantity nought       |Oramorph       |5ml prn               |0    |    |28   |?   |
when required                        |Oramorph       |5ml prn               |280  |28  |28   |20  |
when required, to the next issue     |Oramorph       |5ml prn               |280  |    |28   |20  |
regular beside unknown               |MST 60         |1 bd                  |56   |    |28   |120*|120
                                     |Oramorph       |5ml prn               |     |    |     |    |
regular beside unknown of one product|Oramorph       |5ml qds               |560  |    |28   |40* |40
                                     |Oramorph       |5ml prn               |     |    |     |    |
as directed, no quantity             |MST 60         |as directed           |     |28  |28   |?   |
more than anybody takes              |MST 30         |as directed           |5600 |28  |28   |?   |
three times the directions           |MST 30         |1 bd                  |168  |28  |28   |180 |60
a third of the directions            |MST 30         |3 bd                  |56   |28  |28   |60  |180
less than three times                |MST 30         |1 bd                  |140  |28  |28   |60  |60
patch                                |fentanyl 25    |one every 72 hours    |10   |    |30   |60  |60
patch, four times as many            |fentanyl 25    |one every 72 hours    |40   |30  |30   |60  |60
patch, no quantity                   |fentanyl 25    |one every 72 hours    |     |    |30   |60  |60
patch as directed                    |fentanyl 25    |as directed           |10   |30  |30   |60  |
patch as directed, to the next       |fentanyl 25    |as directed           |10   |    |28   |60  |
two patches as directed              |fentanyl 25    |as directed           |20   |28  |28   |120 |
one and a half patches               |fentanyl 25    |as directed           |14   |28  |28   |?   |
patch when required                  |fentanyl 25    |one every 72 hours prn|10   |30  |30   |?   |
weekly patch as directed             |Butec 20       |                      |4    |28  |28   |48  |
unmapped                             |Wibble         |1 bd                  |56   |28  |28   |?   |
unmapped beside known                |MST 60         |1 bd                  |56   |28  |28   |120*|120
                                     |Wibble         |1 bd                  |56   |28  |     |    |
not converted                        |fentanyl buccal|1 prn                 |28   |28  |28   |?   |
a gabapentinoid is no opioid         |MST 60         |1 bd                  |56   |28  |28   |120 |120
                                     |pregabalin 75  |1 prn                 |     |28  |     |    |
"""


def people() -> dict[str, tuple[list[Line], int, str, str]]:
    """Person → lines, days between issues, dose and dose by directions, from the table."""
    found: dict[str, tuple[list[Line], int, str, str]] = {}
    lines: list[Line] = []
    for row in TABLE.strip().splitlines()[1:]:
        who, product, text, quantity, length, often, dose, directed = (
            cell.strip() for cell in (row + " |" * 8).split("|")[:8]
        )
        if who:
            lines = []
            found[who] = lines, int(often), dose, directed
        numbers = (float(cell) if cell else None for cell in (quantity, length))
        lines.append((NAMES[product], text or None, *numbers))  # type: ignore[arg-type]
    return found


KINDS = people()


def issues_of(key: str, lines: list[Line], often: int) -> list[Row]:
    days = [dt.date(2026, 9, 20) - dt.timedelta(days=often * n) for n in range(12)]
    return [
        issue(key, on, product, directions, quantity, days_supply=length)
        for on in days
        for product, directions, quantity, length in lines
    ]


@pytest.fixture(scope="module")
def marts() -> Iterator[duckdb.DuckDBPyConnection]:
    rows = [row for kind, (lines, often, _, _) in KINDS.items() for row in issues_of(kind, lines, often)]
    with world(issues=rows) as con:
        yield con


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_of_supply_has_its_dose_or_says_that_it_is_not_known(
    marts: duckdb.DuckDBPyConnection, kind: str
) -> None:
    _, _, dose, directed = KINDS[kind]
    (month,) = rows_of(
        marts, f"SELECT * FROM patient_month WHERE patient_key = '{kind}' AND month = DATE '2026-09-01'"
    )
    assert said(month) == dose
    assert (month["directions_ome_milli"] or 0) == (float(directed) * 1000 if directed else 0)


def said(month: Row) -> str:
    """The dose in mg; * where it is a least one, ? where none is known."""
    dose, unknown = f"{month['current_ome_milli'] / 1000:g}", month["without_dose"]
    return "?" if unknown and dose == "0" else f"{dose}{'*' * unknown}"


# --- what an unknown dose does to the months after it: 120 mg to the end of June 2026, then three issues

KNOWN = every("", "2026-01-05", 6, MST60, "1 bd", 56)  # supply to 21 June
THEN: dict[str, Line | None] = {
    "nothing more": None,
    "less": (MST30, "1 bd", 56, None),
    "directions without quantity": (MST60, "1 bd", None, 28),
    "when required without quantity": (ORAMORPH, "5ml prn", None, None),
    "nought and as directed": (MST60, "as directed", 0, None),
    "beyond any": (MST60, "1 bd", 30_000, None),
    "not understood": ("Wibble 60mg tablets", "1 bd", 56, 28),
    "not converted": ("Fentanyl 100microgram buccal tablets", "1 prn", 28, 28),
}
LEFT = {"nothing more": "no supply", "less": "dose fell"}


@pytest.fixture(scope="module")
def after() -> Iterator[duckdb.DuckDBPyConnection]:
    rows: list[Row] = []
    for key, line in THEN.items():
        rows += [{**row, "patient_key": key} for row in KNOWN]
        if line:
            rows += [
                issue(key, day(on), *line[:3], days_supply=line[3])
                for on in ("2026-06-22", "2026-07-20", "2026-08-17", "2026-09-14")
            ]
    starts = {"taper_start_on": day("2026-03-01"), "started_on": day("2026-03-01"), "status": "active"}
    plans = [{"practice_code": "A", "patient_key": key, "plan_id": key, **starts} for key in THEN]
    with world(issues=rows, plans=plans, patients=[patient(key) for key in THEN]) as con:
        yield con


@pytest.mark.parametrize("key", THEN)
def test_only_a_known_dose_leaves_high_dose(after: duckdb.DuckDBPyConnection, key: str) -> None:
    crossed = rows_of(
        after,
        f"""SELECT went, now_known FROM patient_crossing
            WHERE patient_key = '{key}' AND before_milli > 90000 AND now_milli <= 90000""",
    )
    if key == "directions without quantity":
        assert crossed == []
    else:
        assert crossed == [{"went": LEFT.get(key), "now_known": key in LEFT}]


@pytest.mark.parametrize("key", THEN)
def test_an_unknown_dose_is_no_success_of_a_plan_and_is_on_the_worklist(
    after: duckdb.DuckDBPyConnection, key: str
) -> None:
    (now,) = rows_of(
        after, f"SELECT * FROM taper_month WHERE patient_key = '{key}' AND month = DATE '2026-09-01'"
    )
    known = {"nothing more": 0, "less": 60_000, "directions without quantity": 120_000}
    assert now["now_milli"] == known.get(key)
    assert now["is_stopped"] == (key == "nothing more")
    if key not in known:
        assert (now["relative_percent"], now["outcome_band"]) == (None, "not known")
        (row,) = rows_of(after, f"SELECT * FROM worklist WHERE patient_key = '{key}'")
        since = "2026-06-22" if row["unclear"] else "2026-07-20"  # an unclear supply counts while it lasts
        assert (row["without_dose"], row["without_since"]) == (True, day(since))
        assert row["unclear"] + row["unmapped"] + row["not_converted"] == 1


def test_who_takes_the_same_without_a_quantity_has_the_same_dose(after: duckdb.DuckDBPyConnection) -> None:
    months = rows_of(
        after,
        """SELECT current_ome_milli FROM patient_month
           WHERE patient_key = 'directions without quantity' AND month >= DATE '2026-01-01'""",
    )
    assert {row["current_ome_milli"] for row in months} == {120_000}


def test_a_run_of_unknown_supply_is_a_run_of_supply() -> None:
    """Two years of opioids of unknown dose, then a known one: no acute use."""
    rows = every("P", "2024-06-03", 25, ORAMORPH, "5ml prn", 0)
    con = world(issues=[*rows, issue("P", day("2026-07-15"), MST60, "1 bd", 180)])
    (month,) = rows_of(con, "SELECT * FROM patient_month WHERE month = DATE '2026-09-01'")
    assert (month["current_ome_milli"], month["exclusions"]) == (120_000, "")


def test_an_ended_supply_and_irregular_directions_are_told_apart() -> None:
    people = {
        "now": ("2026-09-07", "1 bd"),
        "ended": ("2026-08-10", "1 bd"),
        "irregular": ("2026-09-07", "prn"),
    }
    rows = [issue(key, day(on), MST60, text, 56, days_supply=28) for key, (on, text) in people.items()]
    con = world(issues=rows)
    found = rows_of(con, "SELECT * FROM worklist ORDER BY patient_key")
    told = {
        row["patient_key"]: (row["directions_ome_milli"], row["last_directed_milli"], row["supplied_to"])
        for row in found
    }
    assert told == {
        "ended": (None, 120_000, day("2026-09-07")),
        "irregular": (None, None, day("2026-10-05")),
        "now": (120_000, 120_000, day("2026-10-05")),
    }

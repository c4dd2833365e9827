"""Extracts as the systems export them: right rows, or a sentence that says why not."""

from __future__ import annotations

import itertools
import random
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import duckdb
import pytest

from etl import build
from etl.intake.report import shape
from etl.intake.report.no_rows import no_row
from etl.layouts import layouts
from etl.load import load
from etl.store import Receipt, Store
from etl.trial.trial import trials
from etl.upload import receipt_messages
from etl.verify.store import differences
from tests.etl.conftest import Loader, landed

PRODUCTS = {"A": "Codeine 30mg tablets", "B": "Dihydrocodeine 30mg tablets", "C": "Gabapentin 300mg capsules",
            "D": "Oxycodone 10mg capsules", "E": "Tramadol 50mg capsules"}  # fmt: skip
KEYS = [f"a{n:032x}" for n in (0xA7F6C7, 0xA0C760, 0xA0374A)]
NDQ = "Name, Dosage and Quantity"


def csv(header: str, *rows: str) -> str:
    return "".join(f"{line}\r\n" for line in (header, *rows))


def why(receipt: Receipt) -> str:
    return "; ".join(receipt.reasons)


def told(store: Store, *columns: str, entity: str = "issues") -> list[tuple[object, ...]]:
    """These columns of every row that counts, in order."""
    return sorted((tuple(row[c] for c in columns) for row in landed(store, entity)), key=repr)


BREAKDOWN = "Patient pseudonym,Event date,Drug,Dosage,Quantity,Issue type,Patient Count"


def test_a_breakdown_loads_without_its_counts_and_totals(put: Loader, store: Store) -> None:
    receipt = put(
        csv(
            BREAKDOWN,
            f"{KEYS[0]},07 Sep 2026 14:03,Zomorph 30mg capsules,one twice a day,2 x 28 capsule(s),Repeat,1",
            f"{KEYS[1]},21 Sep 2026 16:20,Oramorph 10mg/5ml oral solution,5ml,1 x 300 ml,Acute,1",
            ",,,,,,2",
            "Total,,,,,,2",
            "Page 1 of 2,,,,,,",
            BREAKDOWN,
            f"{KEYS[2]},22/09/2026,Butec 10micrograms/hour patches,one every 7 days,4 patch(es),Repeat,1",
        )
    )
    assert (receipt.outcome, receipt.rows_read, receipt.rows_loaded) == ("accepted", 3, 3)
    assert receipt.rows_left_out == {"nothing in the columns that are read": 1, "a line of totals": 1,
                                     "a page number": 1, "the header again": 1}  # fmt: skip
    assert told(store, "issued_on", "quantity", "unit", "issue_type") == [
        (date(2026, 9, 21), 300.0, "ml", "acute"),
        (date(2026, 9, 22), 4.0, "patch(es)", "repeat"),
        (date(2026, 9, 7), 56.0, "capsule(s)", "repeat"),
    ]
    assert differences(store) == []


SIDE_BY_SIDE = f'Patient ID,Gender,"{NDQ}",Date of Issue,"{NDQ}",Date of Issue,Code Term,Date'


def medicine(name: str) -> str:
    return f'"{PRODUCTS[name]}, One twice a day, 56 capsule"'


def test_groups_of_columns_side_by_side_become_rows(put: Loader, store: Store) -> None:
    receipt = put(
        csv(
            SIDE_BY_SIDE,
            f"{KEYS[0]},Male,{medicine('A')},07-Sep-2026,{medicine('B')},08-Sep-26,Back pain,03-Mar-2019",
            f",,{medicine('C')},21-Sep-2026,,,Asthma,",
            f"{KEYS[1]},Female,,,{medicine('D')},16-Sep-2026,,",
            f"{KEYS[2]},Female,,,,,Back pain,",
        )
    )
    assert (receipt.outcome, receipt.rows_loaded) == ("accepted", 4)
    assert receipt.rows_left_out == {"nothing in the columns that are read": 1}
    assert told(store, "product", "patient_key", "issued_on") == [
        (PRODUCTS["A"], KEYS[0], date(2026, 9, 7)),
        (PRODUCTS["B"], KEYS[0], date(2026, 9, 8)),
        (PRODUCTS["C"], KEYS[0], date(2026, 9, 21)),
        (PRODUCTS["D"], KEYS[1], date(2026, 9, 16)),
    ]


def test_groups_a_spreadsheet_has_numbered_are_the_same_groups(put: Loader, store: Store) -> None:
    header = f'Patient Details Patient ID,"Medication Issues {NDQ}",Date of Issue,"{NDQ}2",Date of Issue2'
    row = f"{KEYS[0]},{medicine('A')},07-Sep-2026,{medicine('B')},08-Sep-2026"
    assert put(csv(header, row)).rows_loaded == 2
    assert len(told(store, "product")) == 2


@pytest.mark.parametrize(
    "header",
    [
        f'Patient ID,"{NDQ}","{NDQ}",Date of Issue,Date of Issue',
        f'Patient ID,"{NDQ}",Date of Issue,"{NDQ}"',
    ],
)
def test_groups_that_are_not_alike_are_refused_in_words(put: Loader, header: str) -> None:
    cells = [KEYS[0], *[medicine("A") if "Name" in h else "07-Sep-2026" for h in header.split(",")[1:]]]
    assert "groups of columns repeat side by side" in why(put(csv(header, ",".join(cells))))


def test_a_group_filled_in_part_refuses_the_file(put: Loader) -> None:
    """As where two columns of one heading are exchanged: then no date is surely its medicine's."""
    rows = [f"{KEYS[0]},Male,{medicine('A')},07-Sep-2026,{medicine('B')},08-Sep-2026,,",
            f",,{medicine('C')},,,21-Sep-2026,,"]  # fmt: skip
    assert "line 3: groups of columns repeat side by side, and one" in why(put(csv(SIDE_BY_SIDE, *rows)))


TWO_ROWS = f'Patient Details,,Medication Issues,\r\nPatient ID,Gender,"{NDQ}",Date of Issue'
MERGED = f'Patient ID,Gender,Medication Issues,\r\n,,"{NDQ}",Date of Issue'


@pytest.mark.parametrize("header", [TWO_ROWS, MERGED])
def test_two_rows_of_headings_are_one_header(put: Loader, store: Store, header: str) -> None:
    receipt = put(csv(header, f"{KEYS[0]},Male,{medicine('A')},07-Sep-2026"))
    assert (receipt.outcome, told(store, "patient_key")) == ("accepted", [(KEYS[0],)])


def test_an_enterprise_report_carries_practice_then_patient(put: Loader, store: Store) -> None:
    header = f'Organisation Code,Organisation Name,Patient ID,"{NDQ}",Date of Issue,'
    receipt = put(
        csv(
            header,
            f"TST01,Elm,{KEYS[0]},{medicine('A')},07-Sep-2026,",
            f",,,{medicine('B')},08-Sep-2026,",
            f",,{KEYS[1]},{medicine('C')},08-Sep-2026,",
            f"TST02,Oak,,{medicine('D')},09-Sep-2026,",
            f",,{KEYS[2]},{medicine('E')},09-Sep-2026,",
        ),
        "issues_2026-09.csv",
    )
    assert receipt.reasons == {"patient_key is missing": 1}  # nobody above belongs to the new practice
    assert told(store, "product", "practice_code", "patient_key") == [
        (PRODUCTS["A"], "TST01", KEYS[0]),
        (PRODUCTS["B"], "TST01", KEYS[0]),
        (PRODUCTS["C"], "TST01", KEYS[1]),
        (PRODUCTS["E"], "TST02", KEYS[2]),
    ]


STRATEGIC = (
    "RowIdentifier,IDOrganisationVisibleTo,DateEvent,NameOfMedication,MedicationDosage,MedicationQuantity,"
    "IsRepeatMedication,IsDentalMedication,IsHospitalMedication,IDPatient,RemovedData"
)


def strategic(
    number: int, dental: str = "false", hospital: str = "false", removed: str = "0", key: str = KEYS[0]
) -> str:
    day = "07 Sep 2026 14:03:00"
    medicine = "Zomorph 30mg capsules,one,56 capsule,true"
    return f"{number},TST01,{day},{medicine},{dental},{hospital},{key},{removed}"


def test_rows_are_left_out_by_a_columns_value_and_counted(put: Loader, store: Store) -> None:
    rows = [strategic(1), strategic(2, dental="TRUE"), strategic(3, hospital="true"),
            strategic(4, removed="1"), strategic(5, removed="maybe"), strategic(6, removed="")]  # fmt: skip
    receipt = put(csv(STRATEGIC, *rows))
    assert (receipt.outcome, receipt.rows_loaded, receipt.rows_quarantined) == ("partial", 1, 2)
    assert receipt.rows_left_out == {"a dentist's medicine": 1, "a hospital's medicine": 1,
                                     "removed from the record": 1}  # fmt: skip
    assert why(receipt) == "removeddata holds something that neither leaves a row out nor keeps it"
    assert differences(store) == []


def test_equal_issues_are_two_supplies_only_where_a_row_number_says_so(put: Loader) -> None:
    receipt = put(csv(STRATEGIC, strategic(1), strategic(2), strategic(2)))
    assert (receipt.rows_loaded, receipt.reasons) == (2, {"exact copy of an earlier row": 1})
    assert any("1 rows are equal to an earlier one but for 'rowidentifier'" in note for note in receipt.notes)


def test_equal_issues_at_two_times_of_a_day_are_two_supplies(put: Loader) -> None:
    """A breakdown groups equal rows, and docs/extracts.md tells to add what tells them apart."""
    row = f"{KEYS[0]},07 Sep 2026 {{}},Zomorph 30mg capsules,one,56 capsule(s),Repeat,1"
    receipt = put(csv(BREAKDOWN, row.format("14:03"), row.format("16:20"), row.format("16:20")))
    assert (receipt.rows_loaded, receipt.reasons) == (2, {"exact copy of an earlier row": 1})
    assert (
        "1 rows are equal to an earlier one but for the time of day: supplies of their own" in receipt.notes
    )
    same = put(csv(BREAKDOWN, row.format(""), row.format("")), "TST02_issues_2026-09.csv")
    assert same.reasons == {"exact copy of an earlier row": 1}  # nothing tells them apart


def test_a_row_number_that_comes_again_for_something_else_is_kept_back(put: Loader) -> None:
    receipt = put(csv(STRATEGIC, strategic(1), strategic(1, key=KEYS[1])))
    assert (receipt.rows_loaded, receipt.reasons) == (1, {"row number as in an earlier row": 1})
    assert "1 of the rows kept back name a person but not what was issued" in receipt.known[0]


def test_a_report_without_the_column_that_leaves_rows_out_is_refused(put: Loader) -> None:
    without = csv(STRATEGIC, strategic(1)).replace(",RemovedData", "").replace(",0\r", "\r")
    assert "it has no column 'removeddata', which says which rows count" in why(put(without))


PEOPLE = "Patient ID,Age,Gender,Registered Date,Deduction Date,Date of Death"


def test_ages_become_bands_and_years_of_two_digits_lie_in_the_past(put: Loader, store: Store) -> None:
    receipt = put(
        csv(
            PEOPLE,
            f"{KEYS[0]},49,Male,25-Mar-17,12-Sep-26,",
            f"{KEYS[1]},81,Female,07-Aug-58,,19-Sep-26",
            f"{KEYS[2]},7 months,Indeterminate,01-Apr-2026,,",
        ),
        "TST01_patients_2026-09.csv",
    )
    assert receipt.outcome == "accepted"
    assert told(store, "age_band", "registered_from", "registered_to", "left_reason", entity="patients") == [
        ("0-17", date(2026, 4, 1), None, None),
        ("45-54", date(2017, 3, 25), date(2026, 9, 12), "deducted"),
        ("75-84", date(1958, 8, 7), date(2026, 9, 19), "died"),
    ]


NHS = "PUBLICATION,EXTRACT_DATE,ORG_TYPE,ORG_CODE,POSTCODE,SEX,AGE,NUMBER_OF_PATIENTS"


def nhs(*rows: tuple[str, str, str, int], kind: str = "GP") -> list[str]:
    return [f"GP_PRAC,01APR2026,{kind},{c},LS1 4AP,{sex},{age},{n}" for c, sex, age, n in rows]


AGES = [*map(str, range(95)), "95+"]
BANDS = ["0-17", "18-24", "25-34", "35-44", "45-54", "55-64", "65-74", "75-84", "85+"]


def every_age(some: dict[tuple[str, str], int], code: str = "TST01") -> list[tuple[str, str, str, int]]:
    """Rows of both sexes and every age, nobody but those."""
    return [(code, sex, age, some.get((sex, age), 0)) for sex in ("MALE", "FEMALE") for age in AGES]


def test_single_years_of_age_are_added_up_to_bands(put: Loader, store: Store) -> None:
    some = {("MALE", age): 10 for age in ("0", "17", "18", "24", "85", "94", "95+")} | {("FEMALE", "40"): 3}
    rows = every_age(some)
    rows += [("TST01", "ALL", "ALL", 99), ("XYZ99", "MALE", "40", 7)]  # of a practice that is not listed
    lines = nhs(*rows) + nhs(("Q99", "MALE", "40", 5), kind="ICB")
    receipt = put(csv(NHS, *lines), "list_sizes_2026-03.csv", accept_smaller=True)
    assert (receipt.outcome, receipt.layout) == ("accepted", "nhs_list_sizes")
    assert receipt.rows_read + sum(receipt.rows_left_out.values()) == len(lines)
    march = [r for r in landed(store, "list_sizes") if r["month"] == date(2026, 3, 1)]
    assert sorted((r["age_band"], r["sex"], r["registered"]) for r in march) == [
        (band, sex, {("0-17", "male"): 20, ("18-24", "male"): 20, ("35-44", "female"): 3,
                     ("85+", "male"): 30}.get((band, sex), 0))
        for band in BANDS for sex in ("female", "male")
    ]  # fmt: skip
    assert differences(store) == []


@pytest.mark.parametrize(
    ("without", "more", "words"),
    [
        (["37"], [], "TST01 for 2026-03, female: there is no row for age 37"),
        (["0"], [], "female: there is no row for age 0"),
        (["94", "95+"], [], "female: there is no row for age 94"),
        (["95+"], [], "female: there is no row for age 95"),
        (["95+"], ["95"], "female: there is no row for age 96"),
        (AGES, [], "female: there is no row."),
        ([], ["35-39"], "female: age 35 comes in two of its rows, whose people would count twice"),
        ([], ["37"], "female: age 37 comes in two of its rows"),  # another count of the same age
        ([], ["90+"], "female: age 90 comes in two of its rows"),
        ([str(age) for age in range(15, 20)], ["15-19"], "its rows are added up, but some cannot be read"),
    ],
)
def test_ages_that_cannot_be_added_up_refuse_the_file(
    put: Loader, store: Store, without: list[str], more: list[str], words: str
) -> None:
    """None of them may become a smaller list, or a larger one, without a word."""
    rows = [row for row in every_age({}) if row[1] == "MALE" or row[2] not in without]
    rows += [("TST01", "FEMALE", age, 5) for age in more]
    before = landed(store, "list_sizes")
    receipt = put(csv(NHS, *nhs(*rows)), "list_sizes_2026-03.csv", accept_smaller=True)
    assert receipt.outcome == "refused" and words in why(receipt)
    assert landed(store, "list_sizes") == before


def test_a_gap_at_a_practice_that_is_not_listed_refuses_nothing(put: Loader) -> None:
    rows = [*every_age({}), *every_age({}, "XYZ99")[5:]]
    receipt = put(csv(NHS, *nhs(*rows)), "list_sizes_2026-03.csv", accept_smaller=True)
    assert (receipt.outcome, receipt.rows_loaded) == ("accepted", 18)
    assert "no list size of TST02: rates of theirs are not known" in receipt.notes


PLAIN = "practice_code,patient_key,issued_on,product,quantity"


def plain(day: int, key: str = "PAT0001") -> str:
    return f"TST01,{key},2026-09-{day:02d},Zomorph 30mg capsules,56"


def write(folder: Path, **files: str) -> list[Path]:
    folder.mkdir(exist_ok=True)
    for name, text in files.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return [folder]


PART = "TST01_issues_part{}_2026-09"


def test_parts_of_a_month_add_up_also_when_one_comes_later(store: Store, tmp_path: Path) -> None:
    first = csv(PLAIN, *(plain(day) for day in range(1, 16)))
    (one,) = load(write(tmp_path / "a", **{PART.format(1): first}), store)
    (two,) = load(write(tmp_path / "b", **{PART.format("2of2"): csv(PLAIN, plain(20))}), store)
    assert (one.outcome, two.outcome, len(landed(store, "issues"))) == ("accepted", "accepted", 16)
    assert "part 2 of 2" in " ".join(two.notes)
    (again,) = load(write(tmp_path / "c", **{PART.format(2): csv(PLAIN, plain(20), plain(21))}), store)
    assert (again.outcome, len(landed(store, "issues"))) == ("accepted", 17)  # the part, not the month
    whole = csv(PLAIN, *(plain(day) for day in range(1, 30)))
    load(write(tmp_path / "d", **{"TST01_issues_2026-09": whole}), store)
    assert len(landed(store, "issues")) == 29  # the month whole replaces its parts
    assert differences(store) == []


@pytest.mark.parametrize(
    ("sent", "missing"),
    [
        (["1"], "2"),  # a part is never the only one
        (["2"], "1"),
        (["1of2"], "2"),
        (["1of3"], "2, 3"),
        (["1of3", "2of3"], "3"),
        (["1", "3"], "2"),
        (["1", "2of3"], "3"),
        (["1", "2"], ""),
        (["2of2", "1"], ""),
        (["1of3", "2of3", "3of3"], ""),
        (["1", "2", "1of3"], "3"),  # sent again, and now it says that there are three
    ],
)
def test_no_row_of_a_month_counts_until_all_its_parts_have_come(
    store: Store, tmp_path: Path, sent: list[str], missing: str
) -> None:
    load(
        write(tmp_path / "other", **{"TST02_issues_2026-09": csv(PLAIN, plain(1).replace("TST01", "TST02"))}),
        store,
    )
    for n, part in enumerate(sent):
        text = csv(PLAIN, plain(1 + int(part[0])), plain(10 + n, "PAT0002"))
        (receipt,) = load(write(tmp_path / f"{n}", **{PART.format(part): text}), store)
        assert receipt.outcome == "accepted"
    told = " ".join(receipt.notes)
    assert ("nothing of its months counts until part" in told) == bool(missing)
    assert ("Please send what is missing" in receipt_messages.receipt_message(receipt).message) == bool(
        missing
    )
    counted, waiting = released(store)
    assert counted == (0 if missing else 2 * len({part[0] for part in sent}))
    assert waiting == ([("TST01", "issues", "2026-09", "2026-09", missing)] if missing else [])
    assert differences(store) == []


def released(store: Store) -> tuple[int, list[tuple[str, ...]]]:
    """How many issues of TST01 a release would count, and what it would say of months in parts."""
    con = duckdb.connect()
    build.sources(con, store, store.receipts())
    build.tables_of_receipts(con, store)
    (rows,) = con.execute("SELECT count(*) FROM source_issues WHERE practice_code = 'TST01'").fetchone() or (
        0,
    )
    return rows, con.execute("SELECT * EXCLUDE (loaded) FROM quality_parts").fetchall()


def test_parts_of_the_practice_list_never_replace_each_other(tmp_path: Path) -> None:
    store = Store(tmp_path / "store", create=True)
    header = "practice_code,name,pcn,place,icb"
    for n, code in ((1, "A81001"), (2, "A81002")):
        text = csv(header, f"{code},Elm,North,North,Example ICB")
        load(write(tmp_path / f"{n}", **{f"practices_part{n}_2026-09": text}), store)
    assert told(store, "practice_code", entity="practices") == [("A81001",), ("A81002",)]


def test_parts_that_overlap_are_refused_and_name_the_first(store: Store, tmp_path: Path) -> None:
    files = {PART.format(1): csv(PLAIN, plain(1), plain(2)), PART.format(2): csv(PLAIN, plain(2))}
    one, two = load(write(tmp_path / "a", **files), store)
    assert (one.outcome, two.outcome) == ("accepted", "refused")
    assert f"1 of its rows are in {one.file} too" in why(two)


def test_a_part_never_replaces_a_whole_month(store: Store, tmp_path: Path) -> None:
    load(write(tmp_path / "a", **{"TST01_issues_2026-09": csv(PLAIN, plain(1), plain(2))}), store)
    (two,) = load(write(tmp_path / "b", **{PART.format(2): csv(PLAIN, plain(3), plain(4))}), store)
    assert two.outcome == "refused" and "TST01_issues_2026-09.csv" in why(two)


def test_a_second_file_that_shares_nothing_with_the_first_waits(store: Store, tmp_path: Path) -> None:
    months = [csv(PLAIN, *(plain(day) for day in days)) for days in ((1, 2, 3), (11, 12, 13), (1, 2, 4))]
    name = "TST01_issues_2026-09"
    load(write(tmp_path / "a", **{name: months[0]}), store)
    (other,) = load(write(tmp_path / "b", **{f"{name} (2)": months[1]}), store)
    assert other.outcome == "refused" and f"it would replace {name}.csv, and has no patient" in why(other)
    (again,) = load(write(tmp_path / "c", **{name: months[2]}), store)
    assert again.outcome == "accepted"
    assert f"replaces 3 rows of {name}.csv" in again.notes  # never without a word


def test_practice_and_period_may_come_from_the_folder(store: Store, tmp_path: Path) -> None:
    folder = tmp_path / "TST02" / "2026-09"
    folder.mkdir(parents=True)
    (folder / "issues.csv").write_text(csv(PLAIN[14:], plain(1)[6:]), encoding="utf-8")
    (receipt,) = load([tmp_path / "TST02"], store)
    assert (receipt.outcome, receipt.practice, receipt.period) == ("accepted", "TST02", "2026-09")


def test_everything_in_a_folder_has_a_receipt(store: Store, tmp_path: Path) -> None:
    folder = write(tmp_path / "in", **{"TST01_issues_2026-09": csv(PLAIN, plain(1))})[0]
    for name in ("old.xls", "report.html", "notes.pdf", "README.md"):
        (folder / name).write_text("x", encoding="utf-8")
    told = {receipt.file: why(receipt) for receipt in load([folder], store)}
    assert set(told) == {"TST01_issues_2026-09.csv", "old.xls", "report.html", "notes.pdf"}
    assert "Save it as XLSX or CSV" in told["old.xls"] and "choose CSV" in told["report.html"]


@pytest.mark.parametrize("key", ["Williams", "SMITH-JOHN", "smith_john"])
def test_letters_alone_are_no_pseudonyms(put: Loader, store: Store, key: str) -> None:
    receipt = put(csv(PLAIN, plain(1, key), plain(2, key)))
    assert receipt.outcome == "refused" and "may be a name" in why(receipt)
    assert put(csv(PLAIN, plain(1, "deadbeefabcdefab"))).outcome == "accepted"


@pytest.mark.parametrize("key", ["12345678", "1234567", "9434765918", "123456789012"])
def test_a_systems_own_numbers_are_no_pseudonyms(put: Loader, key: str) -> None:
    receipt = put(csv(PLAIN, *(plain(day, f"{int(key) + day}") for day in range(1, 9))))
    assert receipt.outcome == "refused" and "a number of the system's own" in why(receipt)


@pytest.mark.parametrize(
    "name",
    [
        "Smith, John",
        "SMITH, Jane (Dr)",
        "Jane Smith",
        "O'Neil, A",
        "J Smith",
        "Smith J",
        "Smith",
        "SMITHJ",
        "jane.smith",
        "Smith/John",
    ],
)
@pytest.mark.parametrize("column", ["issuer", "decided_by"])
def test_a_name_of_staff_without_a_title_refuses_the_file(put: Loader, name: str, column: str) -> None:
    if column == "issuer":
        text = csv(f"{PLAIN},issuer", f'{plain(1)},"{name}"')
    else:
        text = csv("practice_code,patient_key,record_id,decided_on,decided_by",
                   f'TST01,PAT0001,R1,2026-09-01,"{name}"')  # fmt: skip
    receipt = put(text, "TST01_2026-09.csv")
    assert receipt.outcome == "refused" and "a name of staff" in why(receipt)


@pytest.mark.parametrize(
    "code", ["GP01", "G1234567", "GP Partner", "Practice Pharmacist", "C-77", "JS", "JSM", "Locum", "N/A"]
)
def test_codes_and_roles_of_staff_pass(put: Loader, code: str) -> None:
    assert put(csv(f"{PLAIN},issuer", f"{plain(1)},{code}")).outcome == "accepted"


def test_a_refusal_names_the_nearest_report_and_all_that_differs(put: Loader) -> None:
    header = BREAKDOWN.replace("Drug", "Item").replace("Patient Count", "NHS number")
    reason = why(put(csv(header, "1,2,3,4,5,6,7")))
    assert reason.startswith("looks like the systmone report of issues, but column 3 (")
    assert "column 7 ('nhs number') is not in it" in reason and "it has no column for product" in reason


def test_two_headings_on_one_target_are_refused(put: Loader) -> None:
    reason = why(put(csv(BREAKDOWN.replace("Patient Count", "Drug name"), "1,2,3,4,5,6,7")))
    assert "two columns hold product: 'drug' and 'drug name'" in reason
    reason = why(put(csv(f'Patient ID,"{NDQ}",Date of Issue,Issue Date', "1,2,3,4")))
    assert reason.startswith("looks like the emis report of issues, but")
    assert "two columns hold issued_on: 'date of issue' and 'issue date'" in reason


def test_rows_of_few_cells_are_not_looked_at_one_by_one(put: Loader, monkeypatch: pytest.MonkeyPatch) -> None:
    """A list of two columns has no more cells than a line of totals."""
    looked_at: list[object] = []

    def seen(cells: Sequence[str], headers: Sequence[str]) -> str:
        looked_at.append(cells)
        return no_row(cells, headers)

    monkeypatch.setattr(shape, "no_row", seen)
    rows = [f"{KEYS[0] if n == 1 else ''},{medicine('A')},{n:02d}-Sep-2026" for n in range(1, 30)]
    receipt = put(csv(f'Patient ID,"{NDQ}",Date of Issue', *rows, "Grand total,,29", ",,Page\u00a01 of 1"))
    assert (receipt.rows_loaded, sum(receipt.rows_left_out.values()), len(looked_at)) == (29, 2, 2)


@pytest.mark.parametrize("mark", ["\t", ";", "|"])
def test_tabs_semicolons_and_bars_are_read_as_commas_are(put: Loader, mark: str) -> None:
    assert put(csv(PLAIN, plain(1)).replace(",", mark)).outcome == "accepted"


@pytest.mark.parametrize("quoted", [False, True])
def test_a_spreadsheets_wrapping_is_taken_off(put: Loader, store: Store, quoted: bool) -> None:
    cells = [f'="{cell}"' for cell in (*plain(1).split(","), "0123456")]
    cells = ['"' + cell.replace('"', '""') + '"' for cell in cells] if quoted else cells
    assert put(csv(f"{PLAIN},dmd_code", ",".join(cells))).reasons == {}
    assert told(store, "dmd_code", "quantity") == [("0123456", 56.0)]


def test_an_issue_counted_in_its_course_is_a_repeat(put: Loader, store: Store) -> None:
    header = f'Patient ID,"{NDQ}",Date of Issue,Issue Number'
    rows = [f"{KEYS[0]},{medicine('A')},07-Sep-2026,Issue {n} of 6" for n in (3, 4, 4)]
    rows += [f"{KEYS[1]},{medicine(name)},07-Sep-2026,Issue 3 of 6" for name in "BC"]  # other courses
    receipt = put(csv(header, *rows))
    assert (receipt.rows_loaded, receipt.reasons) == (4, {"exact copy of an earlier row": 1})
    assert told(store, "issue_type") == [("repeat",)] * 4


def test_a_last_column_without_a_name_is_a_count_only_where_every_row_has_one(put: Loader) -> None:
    header, row = f'Patient ID,"{NDQ}",Date of Issue,', f"{KEYS[0]},{medicine('A')},0{{}}-Sep-2026,{{}}"
    assert put(csv(header, row.format(1, 1), row.format(2, 1))).outcome == "accepted"
    odd = put(csv(header, row.format(3, 3), row.format(4, "")), "TST02_issues_2026-09.csv")
    assert odd.rows_quarantined == 1 and "without a name" in why(odd)


FOUND: Sequence[tuple[str, str]] = (
    ("systmone", csv(BREAKDOWN, *(f"{k},0{n} Sep 2026,Zomorph 30mg capsules,one,56 capsule(s),Repeat,1"
                                  for n, k in enumerate(KEYS, 1)))),
    ("emis", csv(SIDE_BY_SIDE, f"{KEYS[0]},Male,{medicine('A')},07-Sep-2026,{medicine('B')},08-Sep-2026,,",
                 f",,{medicine('C')},21-Sep-2026,,,,")),
    ("systmone_strategic", csv(STRATEGIC, *map(strategic, range(1, 5)))),
    ("plain", csv(PLAIN, *map(plain, range(1, 5)))),
)  # fmt: skip


OTHERS = [
    *FOUND,
    ("emis", csv(PEOPLE, f"{KEYS[0]},49,Male,25-Mar-17,12-Sep-26,", f"{KEYS[1]},81,Female,07-Aug-58,,")),
    ("nhs_list_sizes", csv(NHS, *nhs(*every_age({("MALE", "40"): 7})))),
]


@pytest.mark.parametrize("layout", [layout.name for layout in layouts()])
@pytest.mark.parametrize(("own", "text"), OTHERS)
def test_under_the_wrong_layout_a_file_is_refused_in_a_sentence_or_reads_right(
    tmp_path: Path, own: str, text: str, layout: str
) -> None:
    path = tmp_path / "TST01_x_2026-09.csv"
    path.write_text(text, encoding="utf-8")
    (right,) = trials(path, [one for one in layouts() if one.name == own])
    (trial,) = trials(path, [one for one in layouts() if one.name == layout])
    assert len(trial.refusal) > 20 or (trial.rows_in, trial.left_out) == (right.rows_in, right.left_out)


@pytest.mark.parametrize(("own", "text"), [one for one in FOUND if one[0] != "emis"])
def test_two_columns_exchanged_never_load_as_if_they_were_right(
    store: Store, tmp_path: Path, own: str, text: str
) -> None:
    """With their headings the columns may stand anywhere; without, each row is kept back or the file waits,
    but for two columns nothing tells apart: of one kind, or not read."""
    lines = [line.split(",") for line in text.replace('"', "").splitlines()]
    header = [name.casefold() for name in lines[0]]
    free = {"patient count", "rowidentifier"}
    telling = [n for n, name in enumerate(header) if name not in free]
    for a, b in itertools.combinations(telling, 2):
        whole = [_exchanged(line, a, b) for line in lines]
        assert _loaded(store, tmp_path, whole).outcome in ("accepted", "duplicate"), (header[a], header[b])
        if {lines[1][a], lines[1][b]} <= {"false", "true", "0"}:
            continue
        data = [lines[0], *whole[1:]]
        receipt = _loaded(store, tmp_path, data)
        assert receipt.outcome == "refused" or receipt.rows_quarantined, (header[a], header[b])


def _exchanged(line: list[str], a: int, b: int) -> list[str]:
    line = list(line)
    line[a], line[b] = line[b], line[a]
    return line


def _loaded(store: Store, folder: Path, lines: list[list[str]]) -> Receipt:
    path = folder / "TST01_issues_2026-09.csv"
    path.write_text("".join(",".join(line) + "\r\n" for line in lines), encoding="utf-8")
    (receipt,) = load([path], store)
    return receipt


def test_products_that_name_no_medicine_wait_for_a_person(put: Loader) -> None:
    rows = [f"TST01,PAT00{n:02d},2026-09-{n:02d},{n} at night,56" for n in range(1, 25)]
    assert "names a medicine that can be read" in why(put(csv(PLAIN, *rows)))
    assert put(csv(PLAIN, *rows), accept_smaller=True).outcome == "accepted"


EPRACCUR = ("{code},ELM SURGERY,Y63,QOX,1 HIGH ST,,LEEDS,,,LS1 4AP,20010401,,A,B,15F,20130401,,0113 2960000,"
            ",,,0,,15F,,{setting},")  # fmt: skip


def test_the_national_practice_list_has_no_header_and_loads(tmp_path: Path) -> None:
    path = tmp_path / "practices_2026-09.csv"
    path.write_text(
        csv(*(EPRACCUR.format(code=f"A8100{n}", setting=4 if n < 3 else 8) for n in range(1, 4))),
        encoding="utf-8",
    )
    store = Store(tmp_path / "store", create=True)
    (receipt,) = load([path], store)
    assert (receipt.outcome, receipt.rows_loaded) == ("accepted", 2)
    assert receipt.rows_left_out == {"no GP practice": 1}
    assert told(store, "practice_code", "name", "icb", "pcn", "active_from", entity="practices") == [
        (f"A8100{n}", "ELM SURGERY", "QOX", "not stated", date(2001, 4, 1)) for n in (1, 2)
    ]


def test_a_list_without_networks_never_replaces_one_with_them_unseen(put: Loader, store: Store) -> None:
    before = landed(store, "practices")
    rows = [EPRACCUR.format(code=code, setting=4) for code in ("TST01", "TST02")]
    assert "it has no column pcn, place, clinical_system" in why(put(csv(*rows), "practices_2026-10.csv"))
    assert landed(store, "practices") == before
    receipt = put(csv(*rows), "practices_2026-10.csv", accept_smaller=True)
    assert any("no column pcn: without it nothing groups practices" in note for note in receipt.notes)


@pytest.mark.parametrize(("layout", "text"), FOUND)
def test_cut_or_doubled_no_file_is_accepted_with_less_than_it_holds(
    put: Loader, store: Store, layout: str, text: str
) -> None:
    """Cut anywhere, with the header twice or a row cut in two: what is accepted holds each issue sent."""
    whole = put(text)
    assert (whole.outcome, whole.layout) == ("accepted", layout)
    issues = {row["issued_on"] for row in landed(store, "issues")}
    chosen = random.Random(1)
    lines = text.splitlines(keepends=True)
    for at in sorted(chosen.sample(range(len(lines[0]) + 1, len(text)), 12)):
        receipt = put(text[:at], accept_smaller=True)
        sent = text[:at].count("\r\n") - 1 + bool(text[:at].rpartition("\n")[2].strip())
        assert receipt.outcome != "accepted" or receipt.rows_loaded >= sent
    twice = put("".join([lines[0], *lines]), accept_smaller=True)
    assert twice.rows_left_out["the header again"] == 1
    assert {row["issued_on"] for row in landed(store, "issues")} == issues

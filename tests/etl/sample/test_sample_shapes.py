"""The sample in the shapes that systems export: the same rows, written otherwise."""

from datetime import date
from pathlib import Path

from etl.layouts import layouts
from etl.sample.files import exports, list_sizes
from etl.sample.files.exports import Sent
from etl.sample.periods import Period
from etl.sample.practices import Practice, practices
from etl.store import Store

LATEST = Period("2026-09", "2026-09")
ONE, TWO = practices(24, 1)[9], practices(24, 1)[17]
DAY = date(2026, 9, 7).toordinal()


def issue(key: str, product: str, quantity: float, unit: str, day: object = DAY) -> tuple[object, ...]:
    return ("SYN10", key, day, product, None, "one a day", quantity, unit, None, "repeat", "GP01", None, 3)


ISSUES = [issue("PA", "Zomorph", 56.0, "capsule"), issue("PA", "Oramorph", 300.0, "ml"),
          issue("PA", "Oramorph", 300.0, "ml"), issue("PB", "Butec", 4.0, "patch", "31/02/2026")]  # fmt: skip
PEOPLE: dict[str, exports.Row] = {
    key: ("SYN10", key, band, "female", 1, DAY, DAY if why else None, why, None, None, None, None, None)
    for key, band, why in (("PA", "45-54", None), ("PB", "85+", "died"))
}


def sent(entity: str = "issues", practice: Practice = ONE) -> Sent:
    return Sent(practice, entity, LATEST, ISSUES if entity == "issues" else list(PEOPLE.values()), PEOPLE)


def shown(shape: str, *names: str, of: list[Sent] | None = None) -> list[tuple[object, ...]]:
    """These columns of a file's lines, without its header."""
    header, *rows = exports.lines(shape, of or [sent()])
    return [tuple(row[header.index(name)] for name in names) for row in rows]


def test_a_breakdown_has_times_units_counts_and_a_total() -> None:
    found = shown("breakdown", "Patient pseudonym", "Drug", "Quantity", "Patient count")
    assert found == [
        ("PA", "Zomorph", "2 x 28 capsule(s)", "1"),
        ("PA", "Oramorph", "1 x 300 ml", "1"),
        ("PA", "Oramorph", "1 x 300 ml", "1"),
        ("PB", "Butec", "4 patch(s)", "1"),
        ("", "", "", "4"),
    ]
    days = [day for (day,) in shown("breakdown", "Event date")]
    assert [str(day)[:11] for day in days[:1]] == ["07 Sep 2026"] and days[3] == "31/02/2026"


def test_a_list_has_groups_side_by_side_filled_from_the_top() -> None:
    header, *rows = exports.lines("list", [sent()])
    assert header.count("Date of Issue") == 2 and header[-1] == ""
    assert [(row[0], row[3], row[4], row[11], row[12]) for row in rows] == [
        ("PA", "Zomorph, one a day, 56 capsule", "07-Sep-26", "Oramorph, one a day, 300 ml", "07-Sep-26"),
        ("", "Oramorph, one a day, 300 ml", "07-Sep-26", "", ""),
        ("PB", "Butec, one a day, 4 patch", "31/02/2026", "", ""),
    ]


def test_an_enterprise_report_holds_several_practices_each_on_its_first_row() -> None:
    names = ("Organisation Code", "Patient ID", "Name, Dosage and Quantity")
    found = shown("enterprise", *names, of=[sent(), sent(practice=TWO)])
    assert [(code, key) for code, key, _ in found] == [
        ("SYN10", "PA"), ("", ""), ("", ""), ("", "PB"), ("SYN18", "PA"), ("", ""), ("", ""), ("", "PB"),
    ]  # fmt: skip


def test_a_strategic_table_numbers_its_rows_and_holds_some_that_do_not_count() -> None:
    found = shown("strategic", "RowIdentifier", "NameOfMedication", "IsDentalMedication",
                  "IsHospitalMedication", "RemovedData")  # fmt: skip
    numbers = [int(str(row[0])) - 26090000 for row in found]
    assert numbers == [1, 2, 3, 4, 5, 5, 6]  # an exact copy has the number of its row
    assert [row[2:] for row in found[:3]] == [
        ("true", "false", "0"), ("false", "true", "0"), ("false", "false", "1"),
    ]  # fmt: skip
    assert {row[2:] for row in found[3:]} == {("false", "false", "0")}


def test_the_end_of_a_registration_says_why_it_ended() -> None:
    assert shown("list", "Age", "Deduction Date", "Date of Death", of=[sent("patients")])[1][1:] == (
        "",
        "07-Sep-2026",
    )
    assert all(45 <= int(str(age)) <= 54 for (age,) in shown("list", "Age", of=[sent("patients")])[:1])


def test_list_sizes_by_year_of_age_add_up_to_their_bands() -> None:
    rows = [("SYN01", "2026-12", "0-17", "male", 37), ("SYN01", "2026-12", "85+", "female", 5)]
    _, total, *lines = list_sizes.list_size_lines(rows)
    assert (total[1], total[5:]) == ("01JAN2027", ["ALL", "ALL", 42])
    assert len(lines) == 2 * 96
    counted = {(line[5], line[6]): int(str(line[7])) for line in lines}
    young = [counted["MALE", str(age)] for age in range(18)]
    assert (sum(young), max(young), min(young), sum(counted.values())) == (37, 3, 2, 42)


def test_every_layout_but_the_national_practice_list_is_in_the_sample(sample_store: Path) -> None:
    """That list cannot mark a practice as invented, so a store it ever came into holds real ones."""
    used = {receipt.layout for receipt in Store(sample_store).receipts()}
    assert used == {layout.name for layout in layouts()} - {"ods_practices"}


def test_nothing_of_the_sample_is_refused_or_lacks_a_column(sample_store: Path) -> None:
    receipts = Store(sample_store).receipts()
    assert {r.outcome for r in receipts} == {"accepted", "partial"}
    assert {name for r in receipts if r.entity != "practices" for name in r.columns_missing} == set()

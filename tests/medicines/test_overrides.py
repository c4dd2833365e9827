"""A reviewed reading takes the place of the reader's own, and a file that cannot be trusted is refused."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from medicines import directions, dose, overrides, products
from medicines.overrides import NONE, Override, OverrideError, Overrides
from tests.medicines.cases import worked

TODAY = date(2026, 11, 22)
HEADER = "kind,text,reading,reviewed_by,reviewed_on,reason"
GOOD = "directions,one with the moon,1 twice a day,A Pharmacist,2026-11-12,patient asked"


def override(kind: str, text: str, reading: str) -> Override:
    return Override(kind, text, reading, "A Pharmacist", date(2026, 11, 12), "record checked")


def written(folder: Path, *lines: str, encoding: str = "utf-8") -> Path:
    path = folder / "medicine_overrides.csv"
    path.write_bytes("\r\n".join([HEADER, *lines, ""]).encode(encoding))
    return path


def test_the_file_that_ships_holds_no_override() -> None:
    assert overrides.PATH.read_text(encoding="utf-8").strip() == HEADER
    assert overrides.load() == NONE


def test_a_missing_file_is_no_overrides(tmp_path: Path) -> None:
    assert overrides.load(tmp_path / "none.csv") == NONE


def test_a_text_finds_its_override_whatever_its_case_spaces_and_signs(tmp_path: Path) -> None:
    row = "product,½ strength µ-mix,Morphine 10mg modified-release tablets,A Pharmacist,2026-11-12,own brand"
    found = overrides.load(written(tmp_path, row), TODAY)
    for text in ("½ strength µ-mix", "  ½  STRENGTH µ–Mix ", "1/2 strength u-mix"):
        assert overrides.product_reading(text, found).ome_per_unit == 10, text
    assert found.product("½ strength mix") is None and found.directions("½ strength µ-mix") is None


def test_what_an_override_did_is_told_with_reviewer_day_and_reason(tmp_path: Path) -> None:
    (row,) = overrides.load(written(tmp_path, GOOD), TODAY).rows
    assert row.words == "read as “1 twice a day” by A Pharmacist on 12 Nov 2026: patient asked"


def test_directions_are_read_for_the_form_of_the_product() -> None:
    found = Overrides((override("directions", "as before", "5ml four times a day when required"),))
    liquid = overrides.direction_reading("As before", "oral_solution", found)
    assert (liquid.units_per_day_max, liquid.unit, liquid.prn) == (20, "ml", True)
    assert not overrides.direction_reading("as before", "tablet", found).parseable


def test_none_is_no_medicine_and_unclear_leaves_it_to_the_quantity() -> None:
    found = Overrides((override("product", "Placebo 5", "None"), override("directions", "1 bd", "Unclear")))
    placebo = overrides.product_reading("placebo 5", found)
    assert (placebo.status, placebo.ome_per_unit) == ("none", 0)
    line = dose.line("Sevredol 10mg tablets", "1 bd", 84, 28, found)
    assert (line.ome_mg_per_day, line.basis, line.overrides) == (Decimal(30), "quantity", (found.rows[1],))


def test_without_overrides_everything_is_read_plainly() -> None:
    for case in worked("products"):
        assert overrides.product_reading(case["name"]) == products.read(case["name"])
    for case in worked("directions"):
        assert overrides.direction_reading(case["directions"], case["form"]) == directions.read(
            case["directions"], case["form"]
        )


def test_equal_overrides_are_one_key() -> None:
    one, other = (Overrides((override("product", "x", "none"),)) for _ in range(2))
    assert {one: "cached"}[other] == "cached"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_file_saved_by_a_spreadsheet_is_read_the_same(
    tmp_path: Path, encoding: str, separator: str
) -> None:
    row = "directions,½ with café,1 twice a day,A Pharmacist,2026-11-12,asked"
    text = f"{HEADER}\r\n{row}\r\n,,,,,\r\n".replace(",", separator)
    (tmp_path / "saved.csv").write_bytes(text.encode(encoding))
    found = overrides.load(tmp_path / "saved.csv", TODAY)
    assert [one.text for one in found.rows] == ["½ with café"]
    assert overrides.direction_reading("½ WITH CAFÉ", "tablet", found).units_per_day_max == 2


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("drug,x,none,A,2026-11-12,why", "kind is “drug”. Write product or directions"),
        ("product,,none,A,2026-11-12,why", "text is blank"),
        ("product,x,,A,2026-11-12,why", "reading is blank"),
        ("product,x,none,,2026-11-12,why", "reviewed_by is blank"),
        ("product,x,none,A,2026-11-12,  ", "reason is blank"),
        ("product,x,none,A,12/11/2026,why", "reviewed_on is “12/11/2026”. Write year-month-day"),
        ("product,x,none,A,20261112,why", "reviewed_on is “20261112”"),
        ("product,x,none,A,2026-02-30,why", "reviewed_on is “2026-02-30”"),
        ("product,x,none,A,2026-11-23,why", "2026-11-23 is in the future"),
        (
            "product,x,Wibble 5mg tablets,A,2026-11-12,why",
            "the reading “Wibble 5mg tablets” is not understood",
        ),
        ("directions,x,as directed,A,2026-11-12,why", "the reading “as directed” is not understood"),
        ("directions,x,none,A,2026-11-12,why", "the reading “none” is not understood"),
        ("product,=1+1,none,A,2026-11-12,why", "text begins with “=” like a formula"),
        ("product,x,none,@A,2026-11-12,why", "reviewed_by begins with “@”"),
        ("directions,02-Jan,1 daily,A,2026-11-12,why", "looks like a date a spreadsheet made of it"),
        (f"product,{'x' * 301},none,A,2026-11-12,why", "301 characters. At most 300 are read for product"),
        (f"product,x,none,A,2026-11-12,{'y' * 501}", "reason has 501 characters"),
        ("product,x\u200by,none,A,2026-11-12,why", "holds signs that cannot be read"),
        ("product,x,none,A,2026-11-12", "5 cells where 6 are needed"),
        ("product,x,y,none,A,2026-11-12,why", "7 cells where 6 are needed"),
        ('product,"x,none,A,2026-11-12,why', "Check the quotation marks"),
    ],
)
def test_a_wrong_line_is_named_with_what_to_do(tmp_path: Path, line: str, said: str) -> None:
    with pytest.raises(OverrideError, match=r"medicine_overrides\.csv, line 3") as refused:
        overrides.load(written(tmp_path, GOOD, line), TODAY)
    assert said in str(refused.value) and str(refused.value).endswith((".", ")."))


def test_a_text_twice_is_refused_even_in_another_spelling(tmp_path: Path) -> None:
    twice = GOOD.replace("one with the moon", "One  with THE moon")
    with pytest.raises(OverrideError, match="line 3: the same directions text as line 2"):
        overrides.load(written(tmp_path, GOOD, twice), TODAY)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "line 1: the header must be kind,text"),
        (b"text,kind,reading,reviewed_by,reviewed_on,reason\n", "line 1: the header must be kind,text"),
        (HEADER.encode() + b"\nproduct,\x81\x00x,none,A,2026-11-12,why\n", "not readable as text"),
        (b"PK\x03\x04\x00\x00", "not readable as text"),
    ],
)
def test_a_file_that_is_no_override_file_is_refused(tmp_path: Path, data: bytes, said: str) -> None:
    (tmp_path / "file.csv").write_bytes(data)
    with pytest.raises(OverrideError, match=said):
        overrides.load(tmp_path / "file.csv", TODAY)


def test_a_folder_in_its_place_is_refused(tmp_path: Path) -> None:
    with pytest.raises(OverrideError, match="cannot be opened"):
        overrides.load(tmp_path)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (
            override("product", "SHORTEC 5mg caps", "Shortec 10mg capsules"),
            "contradicts a worked case. The case: oxycodone, 5, mg, capsule, immediate. "
            "The override: oxycodone, 10 mg, capsule, immediate release.",
        ),
        (override("directions", "2 caps noct", "3 at night"), "The case: 2 a day. The override: 3 a day."),
        (
            override("directions", "as directed", "1 bd"),
            "The case: Codeine 15mg tablets, as directed: 3 mg OME a day. The override: 1 bd.",
        ),
        (
            override("directions", "11 tablets bd", "1 bd"),
            "was understood without it as 22 a day; the override makes it 2 a day.",
        ),
        (
            override("product", "Morphine 50mg tablets", "none"),
            "was understood without it as morphine, 50 mg, tablet, immediate release; the override makes it "
            "no opioid analgesic.",
        ),
    ],
)
def test_an_override_against_a_case_or_the_reader_is_named(row: Override, said: str) -> None:
    (warning,) = overrides.warnings(Overrides((row,)))
    assert warning.startswith(f"{row.kind} “{row.text}”: ") and said in warning


@pytest.mark.parametrize(
    "row",
    [
        override("directions", "one with the moon", "1 daily"),
        override("directions", "2 caps noct", "2 at night"),
        override("product", "Wibble 5", "none"),
        override("product", "Shortec 5mg caps", "Shortec 5mg capsules"),
    ],
)
def test_an_override_that_contradicts_nothing_is_not_named(row: Override) -> None:
    assert overrides.warnings(Overrides((row,))) == ()

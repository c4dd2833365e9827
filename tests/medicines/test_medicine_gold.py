"""The shared cases and real names, where the checkout has them: the bars that every release must reach."""

import pytest

from medicines import directions, dose, products
from tests.medicines.cases import number, shared

Row = dict[str, str]


def near(mine: object, cell: str, within: float) -> bool:
    """Whether a value equals a cell; a blank cell stands for none."""
    if not cell:
        return mine is None
    return mine is not None and abs(float(str(mine)) - float(cell)) <= within


def product_right(row: Row) -> bool:
    read = products.read(row["name"])
    same = (read.class_, read.ingredient, read.form, read.status) == (
        row["class"],
        row["ingredient"],
        row["form"],
        row["status"],
    )
    strength = not row["strength"] or (
        near(read.strength, row["strength"], 1e-9) and read.strength_unit == row["strength_unit"]
    )
    released = row["status"] != "converted" or read.release == row["release"]
    return same and strength and released and near(read.ome_per_unit, row["ome_per_unit"], 1e-9)


def direction_right(row: Row) -> bool:
    read = directions.read(row["directions"], row["form"])
    return (
        near(read.units_per_day_min, row["units_per_day_min"], 1e-4)
        and near(read.units_per_day_max, row["units_per_day_max"], 1e-4)
        and near(read.patch_interval_hours, row["patch_interval_hours"], 1e-6)
        and near(read.patches_at_once, row["patches_at_once"], 0)
        and (int(read.parseable), int(read.prn)) == (int(row["parseable"]), int(row["prn"]))
    )


def dose_right(row: Row) -> bool:
    line = dose.line(row["product"], row["directions"], row["quantity"], row["days"])
    return (
        near(line.ome_mg_per_day, row["expected_ome_per_day"], 0.06)
        and line.status == row["expected_status"]
        and row["basis"] in ("", line.basis)
        and ("disagrees" in line.flags) == (row["flag"] == "disagrees")
        and (number(row["mg_per_day"]) is None or near(line.mg_per_day, row["mg_per_day"], 1e-6))
        and (number(row["ddd_per_day"]) is None or near(line.ddd_per_day, row["ddd_per_day"], 1e-4))
    )


PRODUCTS = shared("cases/products.csv")
DOSES = shared("cases/doses.csv")
DIRECTIONS = shared("cases/directions.csv")
NAMES = shared("products/names.csv")


@pytest.mark.parametrize("row", PRODUCTS, ids=[row["name"] for row in PRODUCTS])
def test_every_product_case_is_right(row: Row) -> None:
    assert product_right(row), products.read(row["name"])


@pytest.mark.parametrize("row", DOSES, ids=[f"{row['case']}.{row['line']}" for row in DOSES])
def test_every_dose_case_is_right(row: Row) -> None:
    assert dose_right(row), dose.line(row["product"], row["directions"], row["quantity"], row["days"])


def test_direction_cases_are_right_and_none_is_silently_wrong() -> None:
    wrong = [row for row in DIRECTIONS if not direction_right(row)]
    assert len(wrong) <= 0.02 * len(DIRECTIONS), wrong
    assert not [row for row in wrong if directions.read(row["directions"], row["form"]).parseable]


def test_every_real_name_is_classified() -> None:
    exceptions = {"opioid": {"not_opioid_analgesic"}}
    for row in NAMES:
        listed = row["codelist_class"].replace("-", "_")
        assert products.read(row["name"]).class_ in {listed} | exceptions.get(listed, set()), row["name"]


WITHOUT_A_RESULT = {
    "Boots Paracetamol and Codeine Extra capsules": "no strength is stated",
}


def test_hardly_any_opioid_name_is_without_a_result_and_each_is_listed_with_its_reason() -> None:
    opioids = {row["name"]: products.read(row["name"]) for row in NAMES if row["codelist_class"] == "opioid"}
    without = {name: read.reason for name, read in opioids.items() if read.status == "unmapped"}
    assert without == WITHOUT_A_RESULT
    assert len(without) <= 0.005 * len(opioids)


OF_SECTION = {  # of the BNF codes in a prescribing file: the classes that stand there, and no other
    "040702": {"opioid"},
    "041003": {"opioid"},
    "0408010AE": {"gabapentinoid"},
    "0408010G0": {"gabapentinoid"},
    "0408010F0": {"benzodiazepine"},
    "0401010": {"benzodiazepine", "z_drug", "unmapped"},
    "0401020": {"benzodiazepine", "unmapped"},
}
MIXED = ("040701", "0407041")  # paracetamol with codeine, alone, and in migraine remedies
NO_SEDATIVE_OF_OURS = {"Melatonin", "Circadin", "Chloral", "Buspirone"}


def test_names_of_a_prescribing_file_have_their_class_and_no_other_is_an_opioid() -> None:
    names = {row["BNF_DESCRIPTION"]: row["BNF_CODE"] for row in shared("public/epd_201709.csv")}
    for name, code in names.items():
        read = products.read(name)
        sections = [section for section in OF_SECTION if code.startswith(section)]
        if sections:
            assert read.class_ in OF_SECTION[sections[0]], name
            assert read.status != "unmapped" or name.replace("_", " ").split()[0] in NO_SEDATIVE_OF_OURS, name
        elif not code.startswith(MIXED):
            assert read.class_ != "opioid", name

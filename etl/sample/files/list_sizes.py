"""List sizes as NHS England publishes them."""

from collections.abc import Sequence
from itertools import groupby

from etl.sample.files.shapes import MONTHS, contract

Row = tuple[object, ...]
Fields = dict[str, object]
HEADER = "PUBLICATION,EXTRACT_DATE,ORG_TYPE,ORG_CODE,POSTCODE,SEX,AGE,NUMBER_OF_PATIENTS"
OLDEST = 95  # the last age that is counted, and all above it


def list_size_lines(rows: Sequence[Row]) -> list[list[object]]:
    """List sizes of one month as NHS England publishes them: by single year of age, counted on the first of
    the next month, with totals over them. It knows no other sex; here those rows are `OTHER`."""
    table: list[list[object]] = [[*HEADER.split(",")]]
    fields = [dict(zip(contract("list_sizes"), row, strict=True)) for row in rows]
    for code, one in groupby(fields, key=lambda row: row["practice_code"]):
        of = list(one)
        counts: dict[str, dict[int, int]] = {}
        for row in of:
            counts.setdefault(str(row["sex"]).upper(), {}).update(_by_year(row))
        start = ["GP_PRAC_PAT_LIST", _counted_on(str(of[0]["month"])), "GP", code, ""]
        table.append([*start, "ALL", "ALL", sum(n for years in counts.values() for n in years.values())])
        for sex, years in sorted(counts.items()):
            ages = [(age, f"{age}+" if age == OLDEST else str(age)) for age in range(OLDEST + 1)]
            table += [[*start, sex, word, years.get(age, 0)] for age, word in ages]
    return table


def _by_year(row: Fields) -> dict[int, int]:
    """A band's people, spread over its years."""
    first, _, last = str(row["age_band"]).rstrip("+").partition("-")
    years = range(int(first), int(last or OLDEST) + 1)
    each, more = divmod(int(str(row["registered"])), len(years))
    return {age: each + (n < more) for n, age in enumerate(years)}


def _counted_on(month: str) -> str:
    year, number = (int(part) for part in month.split("-"))
    return f"01{MONTHS[number % 12].upper()}{year + number // 12}"

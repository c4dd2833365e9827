"""The files a practice sends for a period: each entity in its system's shape, in one ZIP or bare."""

import csv
import io

from etl.sample.care import care_rows
from etl.sample.chance import Chance
from etl.sample.files import as_of, exports, faults, shapes
from etl.sample.files.exports import Sent
from etl.sample.files.workbook import workbook, zipped
from etl.sample.people.records import Records
from etl.sample.periods import Period
from etl.sample.practices import Practice

Row = tuple[object, ...]
ENTITIES = (
    "patients",
    "issues",
    "reviews",
    "plans",
    "taper_steps",
    "referrals",
    "practice_plans",
    "best_interest",
)
ENCODINGS = {"systmone": "cp1252", "emis": "utf-8-sig", "plain": "utf-8"}


def rows_of(seed: int, found: Records, period: Period) -> dict[str, list[Row]]:
    """What the practice's tables say for a period: events within it, all else as it stood at its end."""
    practice, rows, end = found.practice, found.rows, period.end
    chance = Chance(seed, practice.code, "faults", period.name)
    issues = as_of.events("issues", rows["issues"], period.start, end)
    patients = [row for row in rows["patients"] if found.first_issue[row[1], row[5]] <= end]
    return {
        "patients": as_of.as_of("patients", patients, end),
        "issues": faults.with_faults(chance, issues, practice.layout),
        "reviews": as_of.events("reviews", rows["reviews"], period.start, end),
        "plans": as_of.as_of("plans", rows["plans"], end),
        "taper_steps": as_of.steps_as_of(rows["taper_steps"], found.started, end),
        "referrals": as_of.as_of("referrals", rows["referrals"], end),
        "practice_plans": [_practice_plan(seed, found, end)],
        "best_interest": as_of.as_of("best_interest", rows["best_interest"], end),
    }


def _practice_plan(seed: int, found: Records, end: int) -> Row:
    practice = found.practice
    above = sum(person.ome(end) > 90 for person in found.people)
    chance = Chance(seed, practice.code, "practice plan")
    return care_rows.practice_plan_row(chance, above, practice.code, practice.diligence, end)


def _day(ordinal: int) -> str:
    return shapes.day_text(ordinal, "%d-%b-%Y")


def preamble(practice: Practice, entity: str, period: Period) -> list[list[object]]:
    """The lines an EMIS search report has above its header."""
    words = entity.replace("_", " ")
    return [
        [f"Search: Opioid stewardship - {words} (synthetic data)"],
        [f"Organisation: {practice.name} ({practice.code})"],
        [f"Relative Date: {_day(period.start)} to {_day(period.end)}"],
        [f"Last Run: {_day(period.end + 2)}"],
        [],
    ]


def file_of(given: Sent) -> bytes:
    """One entity's export for a period."""
    practice, entity = given.practice, given.entity
    if shape := exports.shape_of(practice, entity, given.period):
        return written(exports.lines(shape, [given]), ENCODINGS[practice.layout], quoted=True)
    real = practice.packing == "workbook" and practice.number % 16 == 7
    lines = shapes.table(shapes.columns(practice.layout, entity, given.people, real), list(given.rows))
    if practice.layout == "emis":
        lines = preamble(practice, entity, given.period) + lines
    if practice.packing == "workbook":
        return workbook(lines)
    return written(lines, ENCODINGS[practice.layout])


def written(lines: list[list[object]], encoding: str, quoted: bool = False) -> bytes:
    """Lines as CSV with \\r\\n; raises UnicodeEncodeError where the encoding lacks a character."""
    text = io.StringIO(newline="")
    kind = csv.writer(text, lineterminator="\r\n", quoting=csv.QUOTE_ALL if quoted else csv.QUOTE_MINIMAL)
    kind.writerows(lines)
    return text.getvalue().encode(encoding)


def sent(seed: int, found: Records, period: Period) -> list[Sent]:
    """What the practice sends for a period, one for each entity."""
    tables = rows_of(seed, found, period)
    people = {str(row[1]): row for row in tables["patients"]}
    return [Sent(found.practice, entity, period, tables[entity], people) for entity in ENTITIES]


def packed(given: list[Sent]) -> dict[str, bytes]:
    """One practice's files by name: one ZIP of the entities' files, or the files where it sends them bare."""
    practice, period = given[0].practice, given[0].period
    ending = "xlsx" if practice.packing == "workbook" else "csv"
    files = {f"{practice.code}_{one.entity}_{period.name}.{ending}": file_of(one) for one in given}
    if practice.packing == "bare" or (practice.packing == "workbook" and practice.number % 16 == 15):
        return files
    return {f"{practice.code}_{period.name}.zip": zipped(files)}


def together(shape: str, given: list[Sent]) -> dict[str, bytes]:
    """Files of several practices by name, of one shape and period."""
    period, files = given[0].period, dict[str, bytes]()
    for entity in exports.ENTITIES[shape]:
        lines = exports.lines(shape, [one for one in given if one.entity == entity])
        if shape == "strategic":
            files[f"{exports.TABLES[entity]}_{period.name}.csv"] = written(lines, "cp1252", quoted=True)
        else:
            files[f"{shape}_{entity}_{period.name}.csv"] = written(lines, "utf-8-sig", quoted=True)
    return {f"{shape}_{period.name}.zip": zipped(files)} if shape == "strategic" else files

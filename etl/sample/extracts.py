"""The files a practice sends for a period: each entity in its system's shape, in one ZIP or bare."""

import csv
import io

from etl.sample import care, faults, shapes, state
from etl.sample.chance import Chance
from etl.sample.periods import Period
from etl.sample.practices import Practice
from etl.sample.records import Records
from etl.sample.workbook import workbook, zipped

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
    issues = state.events("issues", rows["issues"], period.start, end)
    patients = [row for row in rows["patients"] if found.first_issue[row[1], row[5]] <= end]
    return {
        "patients": state.as_of("patients", patients, end),
        "issues": faults.with_faults(chance, issues, practice.layout),
        "reviews": state.events("reviews", rows["reviews"], period.start, end),
        "plans": state.as_of("plans", rows["plans"], end),
        "taper_steps": state.steps_as_of(rows["taper_steps"], found.started, end),
        "referrals": state.as_of("referrals", rows["referrals"], end),
        "practice_plans": [_practice_plan(seed, found, end)],
        "best_interest": state.as_of("best_interest", rows["best_interest"], end),
    }


def _practice_plan(seed: int, found: Records, end: int) -> Row:
    practice = found.practice
    above = sum(person.ome(end) > 90 for person in found.people)
    chance = Chance(seed, practice.code, "practice plan")
    return care.practice_plan_row(chance, above, practice.code, practice.diligence, end)


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


def file_of(
    practice: Practice, entity: str, period: Period, rows: list[Row], people: dict[str, Row]
) -> bytes:
    """One entity's export for a period; people (key → patients row) fill details on a patient's first row."""
    real = practice.packing == "workbook" and practice.number % 16 == 7
    lines = shapes.table(shapes.columns(practice.layout, entity, people, real), list(rows))
    if practice.layout == "emis":
        lines = preamble(practice, entity, period) + lines
    if practice.packing == "workbook":
        return workbook(lines)
    return written(lines, ENCODINGS[practice.layout])


def written(lines: list[list[object]], encoding: str) -> bytes:
    """Lines as CSV with \\r\\n; raises UnicodeEncodeError where the encoding lacks a character."""
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerows(lines)
    return text.getvalue().encode(encoding)


def extract(seed: int, found: Records, period: Period) -> dict[str, bytes]:
    """Files by name: one ZIP of the entities' files, or the files where the practice sends them bare."""
    practice = found.practice
    tables = rows_of(seed, found, period)
    people = {str(row[1]): row for row in tables["patients"]}
    ending = "xlsx" if practice.packing == "workbook" else "csv"
    files = {
        f"{practice.code}_{entity}_{period.name}.{ending}": file_of(
            practice, entity, period, tables[entity], people
        )
        for entity in ENTITIES
    }
    if practice.packing == "bare" or (practice.packing == "workbook" and practice.number % 16 == 15):
        return files
    return {f"{practice.code}_{period.name}.zip": zipped(files)}

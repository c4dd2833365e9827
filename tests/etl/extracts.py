"""Small extracts written by hand in the shape each system exports, for tests of the whole intake."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from etl.sample.files.workbook import workbook

Lines = list[list[object]]
FORMATS = ("utf-8", "utf-8 with BOM", "cp1252", "utf-16", "xlsx", "zip")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
ENCODED = {"utf-8": "utf-8", "utf-8 with BOM": "utf-8-sig", "cp1252": "cp1252", "utf-16": "utf-16"}

PLAIN_ISSUES = (
    "practice_code", "patient_key", "issued_on", "product", "dmd_code", "directions", "quantity", "unit",
    "days_supply", "issue_type", "issuer", "pharmacy", "requested_early_days",
)  # fmt: skip
SYSTMONE_ISSUES = (
    "Practice code", "Patient pseudonym", "Issue date", "Drug name", "dm+d code", "Dosage", "Quantity",
    "Quantity units", "Days supply", "Issue type", "Issued by code", "Pharmacy ODS code",
    "Days requested early",
)  # fmt: skip
EMIS_ISSUES = (
    "Patient ID", "Age Range", "Gender", "Name, Dosage and Quantity", "Issue Date", "dm+d Code",
    "Days Supply", "Issue Type", "Issuer", "Nominated Pharmacy", "Early By (Days)",
)  # fmt: skip
PLAIN_PATIENTS = (
    "practice_code", "patient_key", "age_band", "sex", "imd_quintile", "registered_from", "registered_to",
    "left_reason", "indication", "cancer_on", "palliative_on", "dependency_on", "epilepsy_on",
)  # fmt: skip
SYSTMONE_PATIENTS = (
    "Practice code", "Patient pseudonym", "Age band", "Sex", "IMD quintile", "Registration start",
    "Registration end", "Deregistration reason", "Pain indication", "Cancer code date",
    "Palliative register date", "Opioid dependency code date", "Epilepsy code date",
)  # fmt: skip
EMIS_PATIENTS = (
    "Patient ID", "Age Range", "Gender", "IMD Quintile", "Registration Date", "Deregistration Date",
    "Deregistration Reason", "Code Term", "Date", "Date", "Date", "Date",
)  # fmt: skip


@dataclass(frozen=True)
class Issue:
    """One prescription issue, as a person would say it."""

    patient: str = "PAT0001"
    day: date = date(2026, 9, 7)
    product: str = "Zomorph 30mg capsules"
    directions: str = "Take one capsule twice a day"
    quantity: int = 56
    unit: str = "capsule"
    dmd: str = ""
    days: str = ""
    kind: str = "Repeat"
    early: str = ""


@dataclass(frozen=True)
class Patient:
    """One registration."""

    key: str = "PAT0001"
    age: str = "45-54"
    sex: str = "female"
    registered: date = date(2019, 3, 31)
    left: date | None = None
    reason: str = ""
    indication: str = ""
    cancer: date | None = None
    palliative: date | None = None
    dependency: date | None = None
    epilepsy: date | None = None


def issues(layout: str, rows: Sequence[Issue], practice: str = "TST01", period: str = "2026-09") -> Lines:
    """The lines of an issues report: dates are dates, everything else as the system writes it."""
    if layout == "emis":
        return emis_preamble(practice, period) + _emis_issues(rows)
    header = PLAIN_ISSUES if layout == "plain" else SYSTMONE_ISSUES
    kind = str.lower if layout == "plain" else str
    lines: Lines = [list(header)]
    for i in rows:
        lines.append(
            [practice, i.patient, i.day, i.product, i.dmd, i.directions, i.quantity, i.unit, i.days,
             kind(i.kind), "GP01", "FAB12", i.early]
        )  # fmt: skip
    return lines


def _emis_issues(rows: Sequence[Issue]) -> Lines:
    lines: Lines = [list(EMIS_ISSUES)]
    before = ""
    for i in rows:
        details = [i.patient, "45-54", "Female"] if i.patient != before else ["", "", ""]
        combined = f"{i.product}, {i.directions}, {i.quantity} {i.unit}"
        lines.append([*details, combined, i.day, i.dmd, i.days, i.kind, "GP01", "FAB12", i.early])
        before = i.patient
    return lines


def patients(layout: str, rows: Sequence[Patient], practice: str = "TST01", period: str = "2026-09") -> Lines:
    """The lines of a patients report."""
    header = {"plain": PLAIN_PATIENTS, "systmone": SYSTMONE_PATIENTS, "emis": EMIS_PATIENTS}[layout]
    lines: Lines = [list(header)]
    blank = "00/01/1900" if layout == "systmone" else ""
    for p in rows:
        sex = {"plain": p.sex, "systmone": p.sex[0].upper(), "emis": p.sex.title()}[layout]
        left = {"plain": p.reason, "systmone": {"died": "Death"}.get(p.reason, ""),
                "emis": {"died": "Deceased"}.get(p.reason, "")}[layout]  # fmt: skip
        codes = [day or blank for day in (p.cancer, p.palliative, p.dependency, p.epilepsy)]
        line: list[object] = [p.key, p.age, sex, 3, p.registered, p.left or blank, left, p.indication, *codes]
        lines.append(line if layout == "emis" else [practice, *line])
    return (emis_preamble(practice, period) if layout == "emis" else []) + lines


def emis_preamble(practice: str, period: str) -> Lines:
    """The lines EMIS writes above a report of one month."""
    year, month = (int(part) for part in period.split("-"))
    last = (date(year + month // 12, month % 12 + 1, 1) - date(year, month, 1)).days
    name = MONTHS[month - 1]
    return [
        ["Opioid stewardship: issues"],
        [],
        [f"Organisation: Elm Surgery ({practice})"],
        ["Last Run:", "02-Oct-2026"],
        [f"Relative Date: 01-{name}-{year} to {last}-{name}-{year}"],
        [],
    ]


def day_text(layout: str, day: date) -> str:
    """A date as the layout writes it."""
    written = {
        "plain": day.isoformat(),
        "systmone": f"{day.day:02d}/{day.month:02d}/{day.year}",
        "emis": f"{day.day:02d}-{MONTHS[day.month - 1]}-{day.year}",
    }
    return written[layout]


def csv_text(layout: str, lines: Lines) -> str:
    """The lines as CSV."""
    target = io.StringIO()
    writer = csv.writer(target, lineterminator="\r\n")
    for line in lines:
        writer.writerow([day_text(layout, cell) if isinstance(cell, date) else cell for cell in line])
    return target.getvalue()


def write(folder: Path, name: str, layout: str, lines: Lines, kind: str = "utf-8") -> Path:
    """The lines as a file of one of FORMATS; a workbook holds real dates and numbers."""
    folder.mkdir(parents=True, exist_ok=True)
    if kind == "xlsx":
        path = folder / f"{name}.xlsx"
        path.write_bytes(workbook(lines))
    elif kind == "zip":
        path = folder / f"{name}.zip"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(f"{name}.csv", csv_text(layout, lines).encode())
    else:
        path = folder / f"{name}.csv"
        path.write_bytes(csv_text(layout, lines).encode(ENCODED[kind]))
    return path


def practices(folder: Path, codes: Sequence[str] = ("TST01", "TST02")) -> Path:
    """A practice list of invented practices."""
    lines: Lines = [["practice_code", "name", "pcn", "place", "icb", "clinical_system", "synthetic"]]
    lines += [[code, f"Surgery {code}", "North PCN", "North", "Example ICB", "emis", "yes"] for code in codes]
    return write(folder, "practices_2026-09", "plain", lines)


def list_sizes(folder: Path, codes: Sequence[str] = ("TST01", "TST02")) -> Path:
    """List sizes of April to September 2026: 1,000 adults and 200 children a practice."""
    lines: Lines = [["practice_code", "month", "age_band", "sex", "registered"]]
    for code in codes:
        for month in range(4, 10):
            lines += [[code, date(2026, month, 1), "45-54", "female", 1000],
                      [code, date(2026, month, 1), "0-17", "male", 200]]  # fmt: skip
    return write(folder, "list_sizes_2026-04_2026-09", "plain", lines)

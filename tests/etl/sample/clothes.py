"""A plain second reader of the sample's other shapes: which heading holds what, told here by hand."""

import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from itertools import islice

Rows = list[dict[str, str]]
Tables = dict[tuple[str, str], Rows]  # practice, entity
DATES = ("%d %b %Y", "%d-%b-%Y", "%d-%b-%y", "%d%b%Y")
NONE = (("RemovedData", "1"), ("IsHospitalMedication", "true"), ("IsDentalMedication", "true"),
        ("SEX", "ALL"))  # fmt: skip
COMBINED = re.compile(r"(.+?), (.*), ([0-9.]+) (\w+)")
SHARED = {"practice_code": "Organisation Code|IDOrganisationVisibleTo|ORG_CODE",
          "registered": "NUMBER_OF_PATIENTS", "counted_on": "EXTRACT_DATE",
          "patient_key": "Patient pseudonym|Patient ID|IDPatient",
          "issued_on": "Event date|Date of Issue|DateEvent", "product": "Drug|NameOfMedication",
          "directions": "Dosage|MedicationDosage", "quantity": "Quantity|MedicationQuantity",
          "dmd_code": "dm+d code|dm+d Code|IDMultiLexDMD", "issue_type": "Issue type|Issue Type",
          "issuer": "Issued by code|Issuer", "pharmacy": "Pharmacy ODS code|Nominated Pharmacy",
          "days_supply": "Days supply|Days Supply", "sex": "Gender|SEX", "age": "Age in years|Age|AGE",
          "requested_early_days": "Days requested early|Early By (Days)", "service": "ServiceOffered",
          "imd_quintile": "IMD quintile|IMD Quintile", "indication": "Pain indication|Code Term",
          "registered_from": "Date registered|Registered Date|DateRegistration",
          "deducted": "Deduction Date|DateDeRegistration", "died": "Date of Death|DateDeath",
          "registered_to": "Date deducted", "left_reason": "Deregistration reason",
          "cancer_on": "Cancer code date", "palliative_on": "Palliative register date",
          "dependency_on": "Opioid dependency code date", "epilepsy_on": "Epilepsy code date",
          "referral_id": "RowIdentifier", "reason": "referral_reason"}  # fmt: skip
OURS = {heading: name for name, words in SHARED.items() for heading in words.split("|")}
CODED = ("cancer_on", "palliative_on", "dependency_on", "epilepsy_on")


def tables(found: list[list[str]], code: str, entity: str) -> Tables:
    """Rows by practice and entity of a file in another shape than its layout's own; nothing of any other.
    code: of the file's name."""
    header, *lines = found
    if "Patient count" in header:
        header, lines = header[:-1], [line[:-1] for line in lines[:-1]]
    elif header[0] == "Organisation Code" or header[:2] == ["Patient ID", "Age"]:
        lines = list(_carried(header, lines, entity))
    elif not {"RemovedData", "ORG_CODE"} & set(header):
        return {}
    result: Tables = defaultdict(list)
    for line in lines:
        for group in _groups(header):
            row = _row([(header[n], line[n]) for n in group], entity)
            if row:
                result[row.pop("practice_code", code), entity].append(row)
    return result


def _carried(header: list[str], lines: list[list[str]], entity: str) -> Iterator[list[str]]:
    """Lines with practice and, of issues, patient as they stand above."""
    filled = [h in ("Organisation Code", "Organisation Name") for h in header]
    if entity == "issues":
        filled = [f or h in ("Patient ID", "Age", "Gender") for f, h in zip(filled, header, strict=True)]
    above = [""] * len(header)
    for line in lines:
        above = [a if f and not cell else cell for a, f, cell in zip(above, filled, line, strict=True)]
        yield above


def _groups(header: list[str]) -> list[list[int]]:
    """The columns of each row that stands in a line."""
    times = header.count("Name, Dosage and Quantity")
    if times < 2:
        return [list(range(len(header)))]
    starts = [n for n, h in enumerate(header) if h == "Name, Dosage and Quantity"]
    width = starts[1] - starts[0]
    return [[*range(starts[0]), *islice(range(start, len(header)), width)] for start in starts]


def _row(cells: list[tuple[str, str]], entity: str) -> dict[str, str]:
    """A row by the contract's names; empty where the file says that it is none."""
    row: dict[str, str] = {}
    coded = iter(CODED)
    for heading, cell in cells:
        cell = "" if cell == "Unknown" else cell
        if (heading, cell) in NONE:
            return {}
        if heading == "Name, Dosage and Quantity":
            if not cell:
                return {}
            hit = COMBINED.fullmatch(cell)
            parts = hit.groups() if hit else (cell,)
            row |= dict(zip(("product", "directions", "quantity", "unit"), parts, strict=False))
        elif heading == "DateEvent" and entity == "referrals":
            row["referred_on"] = iso(cell)
        elif heading == "Date":
            row[next(coded)] = iso(cell)
        else:
            row[OURS.get(heading, heading)] = iso(cell)
    return _measured(_ended(row))


def _measured(row: dict[str, str]) -> dict[str, str]:
    """The quantity without its unit: 56 of “2 x 28 tablet(s)”."""
    if hit := re.fullmatch(r"(\d+) x (\d+) .*|(\d+) .*", row.get("quantity", "")):
        row["quantity"] = hit[3] or str(int(hit[1]) * int(hit[2]))
    return row


def _ended(row: dict[str, str]) -> dict[str, str]:
    if "left_reason" in row:
        row["left_reason"] = row["left_reason"].replace("Death", "died").lower()
    for why in ("died", "deducted"):
        if day := row.pop(why, ""):
            row |= {"registered_to": day, "left_reason": why}
    return row


def iso(text: str) -> str:
    """A day as YYYY-MM-DD, whatever the time; any other text as it is."""
    bare = re.sub(r" \d\d:\d\d(:\d\d)?$", "", text)
    for form in DATES:
        try:
            return datetime.strptime(bare, form).strftime("%Y-%m-%d")
        except ValueError:
            continue
    return text

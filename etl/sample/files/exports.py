"""Other shapes that systems export, for some practices and months: the same rows in other clothes."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from zlib import crc32

from etl.sample.files.shapes import contract, day_text
from etl.sample.periods import Period
from etl.sample.practices import Practice

Row = tuple[object, ...]
Fields = dict[str, object]
Lines = list[list[object]]
ENTITIES = {
    "breakdown": ("issues", "patients"),
    "list": ("issues", "patients"),
    "enterprise": ("issues", "patients"),
    "strategic": ("issues", "patients", "referrals"),
}
TABLES = {
    "issues": "SRPrimaryCareMedication",
    "patients": "SRPatientRegistration",
    "referrals": "SRReferralOut",
}
SEXES = {"female": "Female", "male": "Male", "other": "Indeterminate"}
COMBINED = "Name, Dosage and Quantity"


@dataclass(frozen=True)
class Sent:
    """What a practice sends of one entity for a period; people: key → patients row."""

    practice: Practice
    entity: str
    period: Period
    rows: list[Row]
    people: dict[str, Row]

    def fields(self) -> Iterator[Fields]:
        """Each row by the contract's names."""
        names = list(contract(self.entity))
        return (dict(zip(names, row, strict=True)) for row in self.rows)


def shape_of(practice: Practice, entity: str, period: Period) -> str:
    """The shape in which a practice sends an entity; "" for its layout's own, as of the first period."""
    if period.first != period.last:
        return ""
    shape = {5: "list", 6: "breakdown"}.get(practice.number % 8, "")
    if practice.number > 8:
        shape = {2: "enterprise", 3: "strategic"}.get(practice.number % 8, shape)
    return shape if entity in ENTITIES.get(shape, ()) else ""


def is_shared(shape: str) -> bool:
    """Whether one file of this shape holds several practices."""
    return shape in ("enterprise", "strategic")


def lines(shape: str, sent: list[Sent]) -> Lines:
    """Header and rows of one file; of several practices where the shape is shared."""
    entity = sent[0].entity
    if shape == "breakdown":
        return _counted(_headed(sent[0].fields(), BREAKDOWN[entity]))
    if shape == "list":
        return _side_by_side(sent[0]) if entity == "issues" else _headed(sent[0].fields(), EMIS_PATIENTS)
    return _enterprise(sent) if shape == "enterprise" else _strategic(sent)


def _headed(rows: Iterable[Fields], columns: dict[str, Callable[[Fields], object]]) -> Lines:
    """Header and rows. A heading that comes again has a blank more behind it than the one before."""
    told: Lines = [[header.rstrip() for header in columns]]
    return told + [[cell(row) for cell in columns.values()] for row in rows]


def _text(name: str) -> Callable[[Fields], object]:
    return lambda row: "" if row[name] is None else str(row[name])


def _capital(name: str) -> Callable[[Fields], object]:
    return lambda row: str(row[name] or "").capitalize()


def _titled(name: str) -> Callable[[Fields], object]:
    return lambda row: str(row[name] or "").title()


def _day(name: str, form: str) -> Callable[[Fields], object]:
    return lambda row: _dated(row[name], form)


def _dated(value: object, form: str) -> str:
    if not isinstance(value, int):
        return "" if value is None else str(value)  # the 31st of February
    return day_text(value, form)


def _time(row: Fields) -> str:
    n = crc32(f"{row['patient_key']} {row['product']}".encode())
    return f"{8 + n % 10:02d}:{n // 10 % 60:02d}"


def _timed(form: str, more: str = "") -> Callable[[Fields], object]:
    def cell(row: Fields) -> object:
        day = _dated(row["issued_on"], form)
        return f"{day} {_time(row)}{more}" if isinstance(row["issued_on"], int) else day

    return cell


def _age(row: Fields) -> object:
    """An age in years within the band, the same for a person each time."""
    first, _, last = str(row["age_band"]).rstrip("+").partition("-")
    return str(int(first) + crc32(str(row["patient_key"]).encode()) % (int(last or 99) - int(first) + 1))


def _sex(row: Fields) -> object:
    return SEXES[str(row["sex"])]


def _ended(reason: str, form: str) -> Callable[[Fields], object]:
    return lambda row: _dated(row["registered_to"], form) if row["left_reason"] == reason else ""


def _amount(row: Fields) -> object:
    """Number and unit in one cell, some of them as packs."""
    quantity, unit = row["quantity"], row["unit"]
    assert isinstance(quantity, float | int)
    if unit == "ml":
        return f"1 x {quantity:g} ml"
    return f"2 x 28 {unit}(s)" if quantity == 56 else f"{quantity:g} {unit}(s)"


def _medicine(row: Fields) -> object:
    return f"{row['product']}, {row['directions'] or ''}, {row['quantity']:g} {row['unit']}"


BREAKDOWN: dict[str, dict[str, Callable[[Fields], object]]] = {
    "issues": {
        "Patient pseudonym": _text("patient_key"),
        "Event date": _timed("%d %b %Y"),
        "Drug": _text("product"),
        "dm+d code": _text("dmd_code"),
        "Dosage": _text("directions"),
        "Quantity": _amount,
        "Days supply": _text("days_supply"),
        "Issue type": _capital("issue_type"),
        "Issued by code": _text("issuer"),
        "Pharmacy ODS code": _text("pharmacy"),
        "Days requested early": _text("requested_early_days"),
    },
    "patients": {
        "Patient pseudonym": _text("patient_key"),
        "Age in years": _age,
        "Gender": _sex,
        "IMD quintile": _text("imd_quintile"),
        "Date registered": _day("registered_from", "%d %b %Y"),
        "Date deducted": _day("registered_to", "%d %b %Y"),
        "Deregistration reason": lambda row: {"died": "Death", "deducted": "Deducted"}.get(
            str(row["left_reason"]), ""
        ),
        "Pain indication": _text("indication"),
        "Cancer code date": _day("cancer_on", "%d %b %Y"),
        "Palliative register date": _day("palliative_on", "%d %b %Y"),
        "Opioid dependency code date": _day("dependency_on", "%d %b %Y"),
        "Epilepsy code date": _day("epilepsy_on", "%d %b %Y"),
    },
}
EMIS_GROUP: dict[str, Callable[[Fields], object]] = {
    COMBINED: _medicine,
    "Date of Issue": _day("issued_on", "%d-%b-%y"),
    "dm+d Code": _text("dmd_code"),
    "Days Supply": _text("days_supply"),
    "Issue Type": _titled("issue_type"),
    "Issuer": _text("issuer"),
    "Nominated Pharmacy": _text("pharmacy"),
    "Early By (Days)": _text("requested_early_days"),
}
EMIS_PATIENTS: dict[str, Callable[[Fields], object]] = {
    "Patient ID": _text("patient_key"),
    "Age": _age,
    "Gender": _sex,
    "IMD Quintile": _text("imd_quintile"),
    "Registered Date": _day("registered_from", "%d-%b-%Y"),
    "Deduction Date": _ended("deducted", "%d-%b-%Y"),
    "Date of Death": _ended("died", "%d-%b-%Y"),
    "Code Term": lambda row: row["indication"] or "Unknown",
    "Date": _day("cancer_on", "%d-%b-%Y"),
    "Date ": _day("palliative_on", "%d-%b-%Y"),
    "Date  ": _day("dependency_on", "%d-%b-%Y"),
    "Date   ": _day("epilepsy_on", "%d-%b-%Y"),
}
MOMENT = "%d %b %Y"
STRATEGIC: dict[str, dict[str, Callable[[Fields], object]]] = {
    "issues": {
        "RowIdentifier": _text("row"),
        "IDOrganisationVisibleTo": _text("practice_code"),
        "DateEventRecorded": _timed(MOMENT, ":11"),
        "DateEvent": _timed(MOMENT, ":00"),
        "IDProfileEnteredBy": lambda _: "40418",
        "IDDoneBy": lambda _: "5512",
        "TextualEventDoneBy": lambda _: "",
        "IDOrganisationDoneAt": _text("practice_code"),
        "IDMultiLexProduct": lambda _: "1204",
        "IDMultiLexPack": lambda _: "88",
        "IDMultiLexDMD": _text("dmd_code"),
        "NameOfMedication": _text("product"),
        "DateMedicationStart": _day("issued_on", MOMENT),
        "DateMedicationEnd": lambda _: "",
        "MedicationDosage": _text("directions"),
        "MedicationQuantity": lambda row: f"{row['quantity']:g} {row['unit']}",
        "IsSupervised": lambda _: "false",
        "IsRepeatMedication": lambda row: "true" if row["issue_type"] == "repeat" else "false",
        "IsOtherMedication": lambda _: "false",
        "IsDentalMedication": lambda row: "true" if row.get("apart") == "dental" else "false",
        "IsHospitalMedication": lambda row: "true" if row.get("apart") == "hospital" else "false",
        "IDRepeatTemplate": lambda row: "771" if row["issue_type"] == "repeat" else "",
        "IDEvent": lambda _: "9182",
        "IDPatient": _text("patient_key"),
        "IDOrganisation": _text("practice_code"),
        "RemovedData": lambda row: "1" if row.get("apart") == "removed" else "0",
        "days_supply": _text("days_supply"),
        "issuer": _text("issuer"),
        "pharmacy": _text("pharmacy"),
        "requested_early_days": _text("requested_early_days"),
    },
    "patients": {
        "RowIdentifier": _text("row"),
        "IDOrganisationVisibleTo": _text("practice_code"),
        "DateRegistration": _day("registered_from", f"{MOMENT} 00:00:00"),
        "DateDeRegistration": _ended("deducted", f"{MOMENT} 00:00:00"),
        "IDPatient": _text("patient_key"),
        "RemovedData": lambda _: "0",
        "Age": _age,
        "Gender": lambda row: _sex(row)[:1],  # type: ignore[index]
        "DateDeath": _ended("died", MOMENT),
        "imd_quintile": _text("imd_quintile"),
        "indication": _text("indication"),
        "cancer_on": _day("cancer_on", MOMENT),
        "palliative_on": _day("palliative_on", MOMENT),
        "dependency_on": _day("dependency_on", MOMENT),
        "epilepsy_on": _day("epilepsy_on", MOMENT),
    },
    "referrals": {
        "RowIdentifier": _text("referral_id"),
        "IDOrganisationVisibleTo": _text("practice_code"),
        "DateEvent": _day("referred_on", f"{MOMENT} 10:15:00"),
        "Reason": lambda _: "",
        "ServiceOffered": _text("service"),
        "Urgency": lambda _: "Routine",
        "IDPatient": _text("patient_key"),
        "RemovedData": lambda _: "0",
        "referral_reason": _text("reason"),
        "offered_on": _day("offered_on", MOMENT),
        "offer_outcome": _text("offer_outcome"),
        "declined_reason": _text("declined_reason"),
        **{
            name: _day(name, MOMENT)
            for name in (
                "accepted_on",
                "rejected_on",
                "first_contact_on",
                "did_not_attend_on",
                "completed_on",
            )
        },
        "rejected_reason": _text("rejected_reason"),
    },
}


def _counted(table: Lines) -> Lines:
    """A breakdown's last column and line: how many, and how many in all."""
    header, *rows = table
    total: list[object] = ["" for _ in header]
    return [[*header, "Patient count"], *([*row, "1"] for row in rows), [*total, str(len(rows))]]


def _side_by_side(sent: Sent) -> Lines:
    """Two groups of issues side by side, each filled from the top; a patient's details on the first row. The
    last column has no name."""
    table: Lines = [["Patient ID", "Age", "Gender", *EMIS_GROUP, *EMIS_GROUP, ""]]
    names = list(contract("patients"))
    for key, rows in groupby(sent.fields(), key=lambda row: str(row["patient_key"])):
        person = dict(zip(names, sent.people[key], strict=True))
        cells = [[cell(row) for cell in EMIS_GROUP.values()] for row in rows]
        half = (len(cells) + 1) // 2
        details: list[object] = [key, _age(person), _sex(person)]
        for n, left in enumerate(cells[:half]):
            right = cells[half + n] if half + n < len(cells) else [""] * len(left)
            table.append([*details, *left, *right, ""])
            details = ["", "", ""]
    return table


def _enterprise(sent: list[Sent]) -> Lines:
    """Several practices, each on its own first row only, and of issues each patient likewise."""
    issues = sent[0].entity == "issues"
    own: dict[str, Callable[[Fields], object]] = (
        {"Patient ID": _text("patient_key"), **EMIS_GROUP} if issues else EMIS_PATIENTS
    )
    table: Lines = [["Organisation Code", "Organisation Name", *_headed([], own)[0]]]
    for one in sent:
        head: list[object] = [one.practice.code, one.practice.name]
        before = object()
        for row in _headed(one.fields(), own)[1:]:
            key = row[0]
            table.append([*head, *(["", *row[1:]] if issues and key == before else row)])
            head, before = ["", ""], key
    return table


def _strategic(sent: list[Sent]) -> Lines:
    """A table of several practices, each row with its number. Among issues some are left out."""
    number = int(sent[0].period.last.replace("-", "")[2:]) * 10_000
    rows: list[Fields] = []
    before: Fields = {}
    for one in sent:
        for n, row in enumerate(one.fields()):
            apart = ("dental", "hospital", "removed") if n == 0 and one.entity == "issues" else ()
            for why in apart:
                number += 1
                rows.append({**row, "apart": why, "row": number})
            number += row != before  # an exact copy is the same row sent twice
            before = row
            rows.append({**row, "row": number})
    return _headed(rows, STRATEGIC[sent[0].entity])

"""Names of staff without a title, in columns that hold staff: a code is asked for there, never a name. And
columns of practices, whose names are no person's."""

from __future__ import annotations

import re
from collections.abc import Sequence

STAFF_NAME = "a name of staff"
_HEADING = re.compile(
    r"\b(?:gp|gps|clinician|doctor|dr|done ?by|entered ?by|recorded ?by|authori[sz]ed by|issued by|prescriber"
    r"|author|issuer|reviewer|user|staff|nurse|pharmacist|consultant)\b|doneby$|enteredby$",
    re.IGNORECASE,
)
_PRACTICES = re.compile(
    r"\b(?:organi[sz]ation|practice|surgery|ods|site)\b(?!.*\b(?:type|group)\b)", re.IGNORECASE
)
_CODED = re.compile(r"\b(?:code|id|number)\b|^id[a-z]", re.IGNORECASE)
_PLAIN = r"(?:[A-Z][a-zà-ÿ]+|[A-Z]{2,}|(?:Mc|Mac|O['’]|De|Van)[A-Z][a-zà-ÿ]+)"
_WORD = rf"{_PLAIN}(?:[-'’][A-Z]?[a-zà-ÿ]+|[-'’][A-Z]{{2,}})*"
_INITIAL = r"[A-Z]\.?"
_NAME = re.compile(
    rf"(?:{_WORD}, ?(?:{_WORD}|{_INITIAL})(?: (?:{_WORD}|{_INITIAL}))*"
    rf"|{_WORD}(?: {_INITIAL})*(?: {_WORD})+|(?:[A-Z](?:\. ?| ))+{_WORD}|{_WORD} {_INITIAL})"
    r"(?: \([A-Za-z. ]+\))?"
    rf"|{_WORD}(?:[._/]{_WORD})+|[a-z]{{1,12}}[._][a-z]{{3,}}"  # as a name to sign in by
    r"|[A-Z][a-zà-ÿ]{2,}(?:[-'’][A-Z]?[a-zà-ÿ]+)*|[A-Z]{4,}"  # a surname alone; initials are a code
)
_ROLES = """
ADMIN ADMINISTRATOR ADVANCED ASSOCIATE CARE CENTRE CLINIC CLINICAL COMMUNITY CONSULTANT CONTACT DENTIST
DISPENSER DOCTOR EXTERNAL FIRST GP HEALTH HOURS INDEPENDENT LEAD LINK LOCUM MANAGER MEDICAL MENTAL NONE NOT
NURSE OF OTHER OUT PAIN PARAMEDIC PARTNER PHARMACIST PHARMACY PHYSICIAN PHYSIOTHERAPIST PRACTICE PRACTITIONER
PRESCRIBER PRESCRIBING PRIMARY RECEPTION RECEPTIONIST REGISTRAR SALARIED SOCIAL SPECIALIST STATED SURGERY
TEAM TECHNICIAN TRAINEE UNKNOWN WORKER
"""  # nobody's name


def names_practices(heading: str) -> bool:
    """Whether a column's heading says that it holds practices, which are called after doctors."""
    return bool(_PRACTICES.search(heading)) and not is_staff(heading)


def is_staff(heading: str) -> bool:
    """Whether a column's heading says that it holds staff."""
    return bool(_HEADING.search(heading)) and not _CODED.search(heading)


def names_of_staff(values: Sequence[str]) -> list[str]:
    """The values that read as a name: "Surname, First", "SMITH, Jane (Dr)", "Smith", "jane.smith"."""
    return [value for value in values if _NAME.fullmatch(value.strip()) and not _is_role(value)]


def _is_role(value: str) -> bool:
    return set(re.findall(r"[A-Za-z]+", value.upper())) <= set(_ROLES.split())

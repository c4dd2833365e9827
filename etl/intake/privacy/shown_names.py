"""Names that may be repeated in messages, and what to say instead of those that may not."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from pathlib import Path, PurePosixPath

from etl.contract import entities
from etl.intake.files.open_file import content_hash
from etl.intake.privacy.text.kinds import kinds
from etl.layouts import layouts, normal

KNOWN_SUFFIXES = (".csv", ".xlsx", ".txt", ".zip")
_WORDS = re.compile(r"[^\W\d_]+")
_ODS_CODE = re.compile(r"[A-Za-z]{1,3}[0-9]{2,6}")
# Headings people put on columns that must not come in: worth naming, and nobody's name.
_HEADINGS = """
address age birth birthday by carer chi city contact county date dob done email emis
ethnicity extra family first
forename full gp hospital house initials id last mail mobile name names next nhs nino no note notes
number of phone postal post postcode registered s sector street surname tel telephone text title town trust
usual
"""


def name_kinds(name: str) -> frozenset[str]:
    """The kinds of identifiers in a file's name, its folders and all."""
    return kinds(name) | kinds(name.replace("_", " ")) | kinds(re.sub(r"\.\w{1,5}$", "", name))


def shown_path(path: Path) -> str:
    """A file's name, or its content's hash where the name gives someone away."""
    if not name_kinds(path.name):
        return path.name
    suffix = path.suffix.lower() if path.suffix.lower() in KNOWN_SUFFIXES else ""
    return f"name withheld, content {content_hash(path)[:12]}{suffix}"


def shown_member(name: str) -> str:
    """The name of a file in a ZIP, or words instead."""
    return (
        "a file whose name is withheld" if name_kinds(name) else PurePosixPath(name.replace("\\", "/")).name
    )


@lru_cache(maxsize=4096)
def shown_heading(header: str) -> str:
    """A column's heading where all its words are known ones; another could be somebody's name."""
    words = _WORDS.findall(header.casefold())
    if words and not re.search(r"\d", header) and set(words) <= _known_words():
        return repr(header)
    return "its heading is not shown" if header else "'no name'"


def shown_code(code: str) -> str:
    """A practice code that looks like one, or words instead."""
    return code if _ODS_CODE.fullmatch(code) else "code (not shown: it is not written like an ODS code)"


@cache
def _known_words() -> frozenset[str]:
    declared = [name for entity in entities().values() for name in entity.columns]
    declared += [
        header for layout in layouts() for report in layout.entities.values() for header in report.known
    ]
    return frozenset(_HEADINGS.split()) | {
        word for text in declared for word in _WORDS.findall(normal(text).replace("_", " "))
    }

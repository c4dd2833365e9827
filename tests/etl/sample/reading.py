"""A plain second reader of the sample's files, so that the tests do not lean on the intake."""

import csv
import io
import re
import tomllib
import zipfile
from collections.abc import Iterator
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl

from etl.sample.files.extracts import ENCODINGS
from etl.sample.practices import practices
from tests.etl.sample import clothes

Shape = dict[str, Any]
Rows = list[dict[str, str]]
COMMITTED = Path("data/sample")
NAMED = re.compile(r"(?:(SYN\d+)_)?([A-Za-z_-]+?)_(\d{4}-\d\d(?:_\d{4}-\d\d)?)\.(?:csv|xlsx)")
CALLED = {
    "SRPrimaryCareMedication": "issues",
    "SRPatientRegistration": "patients",
    "SRReferralOut": "referrals",
    "gp-reg-pat-prac-sing-age": "list_sizes",
}
LAYOUTS = Path("etl/layouts")
SHAPES = {name: tomllib.loads((LAYOUTS / f"{name}.toml").read_text("utf-8")) for name in ENCODINGS}


@cache
def layout_of(code: str, count: int = 24, seed: int = 1) -> str:
    """The layout a practice of the committed sample sends."""
    return next(p.layout for p in practices(count, seed) if p.code == code)


def members(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Every extract file below a folder, ZIPs opened."""
    for path in sorted(folder.iterdir()):
        if path.suffix == ".zip":
            with zipfile.ZipFile(path) as archive:
                yield from ((name, archive.read(name)) for name in archive.namelist())
        elif path.suffix in (".csv", ".xlsx"):
            yield path.name, path.read_bytes()


def lines(name: str, content: bytes, layout: str) -> list[list[str]]:
    """Cells of a file as text; dates of a workbook as dd-Mon-yyyy."""
    if name.endswith(".xlsx"):
        sheet = openpyxl.load_workbook(io.BytesIO(content), read_only=True).worksheets[0]
        return [[_text(cell) for cell in row] for row in sheet.iter_rows(values_only=True)]
    return list(csv.reader(io.StringIO(content.decode(ENCODINGS[layout]), newline="")))


def _text(cell: object) -> str:
    return f"{cell:%d-%b-%Y}" if isinstance(cell, datetime) else "" if cell is None else str(cell)


def rows(name: str, content: bytes, layout: str, entity: str) -> Rows:
    """Rows of a file by the contract's column names, dates as YYYY-MM-DD where they are dates."""
    found = lines(name, content, layout)
    shape = SHAPES[layout]
    if shape.get("contract_names"):
        return [dict(zip(found[0], line, strict=True)) for line in found[1:]]
    report = shape["entities"][entity]
    known = {*report["columns"], *report.get("split", {}), *report.get("ignore", [])}
    top = next(i for i, line in enumerate(found) if len(line) > 3 and set(line) <= known)
    filled = {i for i, title in enumerate(found[top]) if title in report.get("forward_fill", [])}
    result: Rows = []
    above: list[str] = []
    for line in found[top + 1 :]:
        above = [above[i] if above and i in filled and not v else v for i, v in enumerate(line)]
        result.append(_named(found[top], above, report, shape))
    return result


def _named(
    header: list[str], line: list[str], report: dict[str, Any], shape: dict[str, Any]
) -> dict[str, str]:
    row: dict[str, str] = {}
    seen: dict[str, int] = {}
    for title, value in zip(header, line, strict=True):
        if title in report.get("split", {}):
            hit = re.match(report["split"][title], value)
            row |= hit.groupdict() if hit else {"product": value}
        elif title in report["columns"]:
            names = report["columns"][title]
            names = [names] if isinstance(names, str) else names
            name = names[seen.get(title, 0)]
            seen[title] = seen.get(title, 0) + 1
            row[name] = _value(name, value, report, shape)
    return row


@cache
def _iso(value: str, form: str) -> str:
    try:
        return date.strftime(datetime.strptime(value, form), "%Y-%m-%d")
    except ValueError:
        return value


def _value(name: str, value: str, report: Shape, shape: Shape) -> str:
    if value in shape["blank"]:
        return ""
    if name.endswith(("_on", "_from", "_to", "_due")):
        return _iso(value, shape["dates"][0])
    return str(report.get("values", {}).get(name, {}).get(value, value))


@cache
def committed() -> dict[tuple[str, str, str], Rows]:
    """Rows of data/sample by practice code ("" for the area's files), entity and period; read once."""
    found: dict[tuple[str, str, str], Rows] = {}
    for name, content in members(COMMITTED):
        hit = NAMED.fullmatch(name)
        assert hit, name
        code, said, period = hit[1] or "", hit[2], hit[3]
        entity = CALLED.get(said, said.removeprefix("enterprise_"))
        own = {"en": "emis", "SR": "systmone"}.get(said[:2], "plain")
        layout = layout_of(code) if code else own
        if name.endswith(".csv") and (told := clothes.tables(lines(name, content, layout), code, entity)):
            found |= {(practice, e, period): rows for (practice, e), rows in told.items()}
        else:
            found[code, entity, period] = rows(name, content, layout, entity)
    return found


def table(code: str, entity: str) -> dict[str, Rows]:
    """Rows of one practice's entity in data/sample by period."""
    return {period: rows for (c, e, period), rows in committed().items() if (c, e) == (code, entity)}

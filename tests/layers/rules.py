"""The rules of who may import what, read from the source without running it."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

# From the top down. A room may import rooms of its own line or a later one.
LINES = (
    ("dashboard",),
    ("pages",),
    ("reporting.ui",),
    ("reporting.slides",),
    ("reporting.exhibits",),
    (
        "reporting.figures",
        "reporting.people",
        "reporting.published",
        "reporting.release",
        "reporting.charts",
        "reporting.analysis",
        "reporting.disclosure",
    ),
    ("reporting.access", "reporting.guidance", "reporting.once", "measures", "medicines"),
    # Of reporting, etl may import the first of these alone; so they have no package but the lock's.
    ("reporting.access.audit", "reporting.access.chain", "reporting.access.chain_check"),
)
LOWEST = LINES[-1]
LOWEST_PACKAGES = sys.stdlib_module_names | {"filelock", "reporting"}
RANK = {room: rank for rank, line in enumerate(LINES) for room in line}
# The same within the intake and the quarantine: retries land rows, and landing stores what is kept back.
# The intake's privacy, and its modules beside the rooms, are everybody's.
INTAKE_LINES = (
    ("etl.quarantine.command",),
    ("etl.quarantine.retry", "etl.quarantine.listing"),
    ("etl.quarantine.reread",),
    ("etl.intake.landing",),
    ("etl.quarantine",),
    ("etl.intake.search",),
    ("etl.intake.text_files", "etl.intake.workbooks", "etl.intake.typed"),
    ("etl.intake.report",),
    ("etl.intake.files",),
)
INTAKE_RANK = {room: rank for rank, line in enumerate(INTAKE_LINES) for room in line}
# The one module that imports etl, and the one function.
THE_UPLOAD = ("reporting.ui.data.upload", "etl.upload.service.upload_service")
UPLOAD_TYPES = "etl.upload.service."  # what reporting.ui may name for type checking
ETL_MAY_IMPORT = ("etl", "measures", "medicines", "reporting.access.audit")
ONLY_IN = {
    "streamlit": ("dashboard", "pages", "reporting.ui"),
    "duckdb": ("etl", "reporting.release"),
    "plotly": ("reporting.charts",),
}
TYPES_ANYWHERE = {"plotly"}
PAGE_LINES = 60


@dataclass(frozen=True)
class Import:
    """One imported name: dotted, on which line, and whether only for type checking."""

    name: str
    line: int
    for_types: bool


def breaches(root: Path) -> list[str]:
    """Every breach of the rules below root, as "file:line: what is wrong"."""
    found = []
    for path in product_files(root):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        where = path.relative_to(root)
        module = ".".join(where.with_suffix("").parts)
        found += [f"{where.as_posix()}:{line}: {what}" for line, what in _in_module(module, tree)]
        found += [f"{where.as_posix()}:{line}: {what}" for line, what in _in_page(where, path)]
    return found


def product_files(root: Path) -> list[Path]:
    """The Python files of the rooms, without tests, benchmarks and run.py."""
    rooms = ("pages", "reporting", "measures", "medicines", "etl")
    return [
        *root.glob("dashboard.py"),
        *sorted(path for room in rooms for path in (root / room).rglob("*.py")),
    ]


def _in_module(module: str, tree: ast.Module) -> Iterator[tuple[int, str]]:
    here = _room(module)
    if here == "reporting" and module != "reporting.__init__":
        yield 1, "this module stands in no room of the design"
    for imported in imports(module, tree):
        there, package = _room(imported.name), imported.name.split(".")[0]
        if here == "etl" and there not in (*ETL_MAY_IMPORT, None):
            yield imported.line, f"etl may import only measures, medicines and the audit, not {there}"
        elif here != "etl" and there == "etl" and not _is_the_upload(module, here, imported):
            yield imported.line, f"{here} imports etl, which only its command line and the upload page do"
        elif _stands_above(module, imported.name):
            yield imported.line, f"{module} imports {imported.name}, which stands above it"
        elif here in RANK and there in RANK and RANK[there] < RANK[here]:
            yield imported.line, f"{here} imports {there}, which stands above it"
        as_type = imported.for_types and package in TYPES_ANYWHERE
        if here not in ONLY_IN.get(package, (here,)) and not as_type:
            yield imported.line, f"{package} belongs only in {', '.join(ONLY_IN[package])}"
        elif here in LOWEST and there is None and package not in LOWEST_PACKAGES:
            yield (
                imported.line,
                f"{here} imports {package}: only the standard library and filelock are for it",
            )
    if module != "reporting.disclosure":
        yield from (
            (call.lineno, "only reporting.disclosure makes Cleared data") for call in _clearings(tree)
        )


def _stands_above(module: str, name: str) -> bool:
    """Whether a module of the intake imports one of a room above its own."""
    here, there = _intake_rank(module), _intake_rank(name)
    return here is not None and there is not None and there < here


def _intake_rank(name: str) -> int | None:
    rooms = [room for room in INTAKE_RANK if f"{name}.".startswith(f"{room}.")]
    return INTAKE_RANK[max(rooms, key=len)] if rooms else None


def _is_the_upload(module: str, here: str | None, imported: Import) -> bool:
    """Whether this is the one import of etl from outside it: by the upload page, or for its types."""
    if imported.for_types:
        return here == "reporting.ui" and imported.name.startswith(UPLOAD_TYPES)
    return (module, imported.name) == THE_UPLOAD


def _in_page(where: Path, path: Path) -> Iterator[tuple[int, str]]:
    if where.parts[0] != "pages":
        return
    if len(where.parts) == 2:
        yield (
            1,
            "a script directly in pages/ runs without sign-in on a deep link; put it into a section's folder",
        )
    lines = len(path.read_text(encoding="utf-8").splitlines())
    if lines > PAGE_LINES:
        yield lines, f"a page of {lines} lines does someone else's work (at most {PAGE_LINES})"


def imports(module: str, tree: ast.Module) -> Iterator[Import]:
    """Every import of a module, relative ones resolved; "from a import b" gives a.b: b may be a module."""
    typing_only = {
        id(inside)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)
        for statement in node.body
        for inside in ast.walk(statement)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            above = module.split(".")[: -node.level] if node.level else []
            base = ".".join([*above, *([node.module] if node.module else [])])
            names = [f"{base}.{alias.name}" for alias in node.names]
        else:
            continue
        yield from (Import(name, node.lineno, id(node) in typing_only) for name in names)


def _room(name: str) -> str | None:
    rooms = (*RANK, "etl", "reporting")
    return max((room for room in rooms if f"{name}.".startswith(f"{room}.")), key=len, default=None)


def _clearings(tree: ast.Module) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] == "Cleared":
            yield node

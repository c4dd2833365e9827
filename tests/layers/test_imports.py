"""Imports run downwards only, and what must pass one place passes it."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.layers.rules import INTAKE_RANK, LINES, breaches, imports, product_files

ROOT = Path(__file__).parents[2]


def test_the_project_keeps_its_rules() -> None:
    assert breaches(ROOT) == []


def test_the_upload_page_is_the_one_importer_of_etl() -> None:
    texts = {path.relative_to(ROOT): path.read_text(encoding="utf-8") for path in product_files(ROOT)}
    found = [
        (path.as_posix(), imported.name)
        for path, text in texts.items()
        if path.parts[0] != "etl" and "etl" in text
        for imported in imports("", ast.parse(text))
        if imported.name.split(".")[0] == "etl" and not imported.for_types
    ]
    assert found == [("reporting/ui/data/upload.py", "etl.upload.service.upload_service")]


def test_every_room_of_the_design_is_looked_at() -> None:
    seen = {".".join(path.relative_to(ROOT).with_suffix("").parts) + "." for path in product_files(ROOT)}
    rooms = [*(room for line in LINES for room in line), "etl", *INTAKE_RANK]
    assert [room for room in rooms if not any(module.startswith(f"{room}.") for module in seen)] == []


@pytest.mark.parametrize(
    ("path", "source", "what"),
    [
        ("reporting/charts/trend.py", "from reporting.exhibits import prevalence", "stands above it"),
        ("reporting/charts/trend.py", "from ..ui import show", "stands above it"),
        ("reporting/access.py", "import reporting.figures", "stands above it"),
        ("measures/measure.py", "from reporting import access, analysis", "stands above it"),
        ("reporting/exhibits/prevalence.py", "def f():\n    from reporting import slides", "stands above it"),
        ("pages/programme/overview.py", "import dashboard", "stands above it"),
        ("etl/intake/files/read.py", "from etl.intake.landing import land", "stands above it"),
        ("etl/intake/search.py", "from etl.quarantine.as_sent import held_rows", "stands above it"),
        ("etl/store/releases.py", "from reporting.access import Scope", "only measures, medicines and"),
        ("etl/load.py", "from reporting.access import sign_in", "only measures, medicines and"),
        ("etl/load.py", "from reporting.access import chain", "only measures, medicines and"),
        ("etl/load.py", "from reporting import access", "only measures, medicines and"),
        ("etl/load.py", "import reporting", "only measures, medicines and"),
        ("reporting/access/audit.py", "from reporting.access.scope import Scope", "stands above it"),
        ("reporting/access/chain.py", "from measures import policy", "stands above it"),
        ("reporting/access/audit.py", "import streamlit", "streamlit belongs only in"),
        ("reporting/access/audit.py", "import duckdb", "duckdb belongs only in"),
        ("reporting/access/audit.py", "import pandas", "only the standard library and filelock"),
        (
            "reporting/access/chain.py",
            "from portalocker import Lock",
            "only the standard library and filelock",
        ),
        ("reporting/figures.py", "from etl.store.releases import release", "which only its command line and"),
        (
            "reporting/ui/data/upload.py",
            "from etl.upload.service import UploadService",
            "which only its command line and",
        ),
        ("reporting/ui/data/upload.py", "import etl.upload.service", "which only its command line and"),
        (
            "reporting/ui/show.py",
            "from etl.upload.service import upload_service",
            "which only its command line and",
        ),
        (
            "pages/data/upload.py",
            "from etl.upload.service import upload_service",
            "which only its command line and",
        ),
        (
            "reporting/exhibits/data/extracts.py",
            "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from etl.upload.service import Trial",
            "which only its command line and",
        ),
        ("reporting/exhibits/prevalence.py", "import streamlit as st", "streamlit belongs only in"),
        ("reporting/charts/trend.py", "import duckdb", "duckdb belongs only in"),
        ("reporting/exhibits/prevalence.py", "import plotly.graph_objects as go", "plotly belongs only in"),
        (
            "reporting/charts/trend.py",
            "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import duckdb",
            "duckdb belongs only in",
        ),
        ("reporting/figures.py", "rows = Cleared(frame)", "only reporting.disclosure makes Cleared"),
        (
            "reporting/figures.py",
            "rows = disclosure.Cleared(frame)",
            "only reporting.disclosure makes Cleared",
        ),
        ("reporting/charts/__init__.py", "from ..slides import frame", "stands above it"),
        ("reporting/extra.py", "", "stands in no room"),
        ("pages/overview.py", "", "runs without sign-in"),
        ("pages/programme/overview.py", "\n" * 61, "a page of 61 lines"),
    ],
)
def test_a_breach_is_found_and_named(tmp_path: Path, path: str, source: str, what: str) -> None:
    found = breaches(project(tmp_path, path, source))
    assert len(found) == 1
    assert found[0].startswith(f"{path}:")
    assert what in found[0]


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("dashboard.py", "import streamlit\nfrom reporting.ui import filters"),
        ("reporting/release.py", "import duckdb\nfrom reporting.disclosure import Cleared, clear"),
        ("reporting/exhibits/prevalence.py", "from reporting.charts import trend\nfrom . import taper"),
        (
            "reporting/slides/frame.py",
            "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import plotly",
        ),
        ("reporting/disclosure.py", "rows = Cleared(frame)"),
        ("reporting/ui/data/upload.py", "from etl.upload.service import upload_service"),
        (
            "reporting/ui/data/receipts.py",
            "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from etl.upload.service import Trial",
        ),
        ("etl/models/order.py", "import duckdb\nfrom measures.measure import Measure\nfrom etl import store"),
        ("etl/load.py", "from reporting.access import audit"),
        ("etl/load.py", "from reporting.access.audit import AuditError, record"),
        ("reporting/access/sign_in.py", "from reporting.access import audit, scope"),
        ("reporting/access/chain.py", "import os\nfrom filelock import FileLock"),
        ("pages/programme/overview.py", "\n" * 60),
    ],
)
def test_what_is_allowed_is_left_alone(tmp_path: Path, path: str, source: str) -> None:
    assert breaches(project(tmp_path, path, source)) == []


def project(root: Path, path: str, source: str) -> Path:
    file = root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(source, encoding="utf-8")
    return root

"""What a role's browser receives does not depend on what the role may not know.

Two releases differ in exactly that: other practices' rows and people, areas' exact counts. Every page of the
role, with everything on it opened, and every file it may take must be the same, byte by byte.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pytest
from streamlit.testing.v1 import AppTest

from reporting import release
from reporting.access.scope import Scope, Selection
from reporting.disclosure import NotPublishedError
from reporting.exhibits import editions
from reporting.slides.contents import KEYS as SLIDES
from reporting.slides.frame import SlideFrame
from reporting.slides.pack import Order, drawable, found
from reporting.slides.practice_reports import Practice, frames
from reporting.slides.quarter import quarters
from reporting.ui import downloads
from reporting.ui.downloads import Download
from reporting.ui.entry import menu
from reporting.ui.session import View
from tests.pages.conftest import Opened, sign_in
from tests.reporting.makers import MAKERS

OWN = "SYN01"
LEAD = Scope("practice", frozenset({OWN}))
BOARD = Scope("board", None, edition="published")
LOADER = Scope("data", None, loads=True)
ROLES = {"practice": LEAD, "board": BOARD, "data": LOADER}
TABLES = """SELECT table_name, list(column_name), list(data_type) FROM duckdb_columns()
            SEMI JOIN duckdb_tables() USING (table_name) WHERE NOT internal GROUP BY table_name"""
NUMBERS = ("BIGINT", "INTEGER", "DOUBLE")
KEYS = {
    "threshold", "step", "line", "number", "seq", "week", "k", "back", "months", "span", "multiplier",
    "over_months", "override", "course", "imd_quintile", "practices",
}  # fmt: skip
# Read to find who is similar and what is expected for a practice's people; the test of sums is its own.
OF_ALL = {"practice", "practice_trait", "expected", "practice_month", "measure_month"}
PUBLIC = {"published", "published_note", "measure_def", "release_info", "programme_start", "product", "line"}
NOT_TOLD: Mapping[str, str] = {  # role → the rows it may not know of a table with these columns
    "practice": "practice_code IS DISTINCT FROM 'SYN01'",
    "board": "true",
    "data": "true",
}
LOADERS_OWN = {"quality", "unknown_person", "direction", "practice", "definition_count"}


def changed(con: duckdb.DuckDBPyConnection, role: str) -> None:
    """Change every number, person and finding that a role may not know; sums of similar practices stay."""
    for table, names, kinds in con.execute(TABLES).fetchall():
        told = role == "data" and any(table.startswith(name) for name in LOADERS_OWN)
        if table in PUBLIC or told or (role != "board" and table in OF_ALL):
            continue
        if role == "board" and (table in ("practice", "practice_month") or table.startswith("quality")):
            continue
        where = NOT_TOLD[role]
        if "practice_code" not in names:
            if role == "practice" and "level" not in names:
                continue
            where = f"NOT (level = 'practice' AND area = '{OWN}')" if role == "practice" else "true"
        sets = [
            f'"{name}" = "{name}" + {1 if role == "board" else 7}'
            for name, kind in zip(names, kinds, strict=True)
            if kind in NUMBERS and name not in KEYS
        ]
        if "patient_key" in names:
            sets.append("patient_key = 'x' || patient_key")
        if sets:
            con.execute(f"UPDATE {table} SET {', '.join(sets)} WHERE {where}")
    if role == "practice":
        con.execute(f"UPDATE practice SET name = reverse(name), pcn = pcn WHERE practice_code <> '{OWN}'")


@pytest.fixture(scope="module", params=sorted(ROLES))
def worlds(
    request: pytest.FixtureRequest, sample_store: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[str, Path, Path]:
    """A role, the sample as if it were real, and the same with what the role may not know changed."""
    role: str = request.param
    stores = []
    for name in ("one", "other"):
        store = shutil.copytree(sample_store, tmp_path_factory.mktemp(role) / name)
        path = store / "releases" / f"{(store / 'CURRENT').read_text().strip()}.duckdb"
        with duckdb.connect(str(path)) as con:
            con.execute("UPDATE release_info SET synthetic = false")
            if name == "other":
                changed(con, role)
        stores.append(store)
    return role, stores[0], stores[1]


def received(app: AppTest) -> Iterator[str]:
    """Every element of a page as it goes to the browser."""
    yield from (_sent(node) for node in _nodes(app._tree))


def _nodes(node: Any) -> Iterator[Any]:
    for child in getattr(node, "children", {}).values():
        yield child
        yield from _nodes(child)


def _sent(node: Any) -> str:
    words = str(getattr(node, "proto", "")) + type(node).__name__
    return re.sub(r'(deferred_file_id|url): "[^"]*"', "", words)


def everything_opened(app: AppTest) -> AppTest:
    """The page with each “About this chart” and “More on this page” open."""
    for _ in range(2):
        for key in {str(node.key) for node in _nodes(app._tree) if getattr(node, "key", None)}:
            if key.startswith(("about-", "more-")):
                app.session_state[key] = True
        app.run()
    assert not app.exception, app.exception
    return app


def test_a_practice_finds_its_own_page_under_its_own_name() -> None:
    assert menu.title(LEAD, "compare") == "Our practice"
    assert menu.title(Scope.icb(), "compare") == "Compare a practice"
    assert {menu.title(LEAD, name) for name in menu.seen(LEAD)} > {"Worklist", "Practice plans"}


def test_pages_do_not_depend_on_what_a_role_may_not_know(
    worlds: tuple[str, Path, Path], opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    role, *stores = worlds
    names = menu.seen(ROLES[role])
    sign_in(monkeypatch, ROLES[role])
    for name in names:
        section = next(section for section, titles in menu.TITLES.items() if name in titles).lower()
        page = "" if name == names[0] else f"{section}/{name}"
        one, other = (list(received(everything_opened(opened(page, store=at)))) for at in stores)
        assert len(one) > 10, name
        differing = [pair for pair in zip(one, other, strict=True) if pair[0] != pair[1]]
        assert not differing, (name, differing[0])


def files(store: Path, scope: Scope, folder: Path) -> Iterator[tuple[str, object]]:
    """Every file that a role may take: its name or kind, and what stands in it."""
    snapshot = release.current(store)
    asked = Selection(120, practice=OWN if scope.role == "practice" else None)
    view, quarter = View(snapshot, scope, asked), quarters(snapshot.info)[0]
    edition = scope.editions[0]
    for maker in dict.fromkeys((*MAKERS, *editions.PUBLISHED)):
        try:
            yield repr(maker), Download(view, maker, folder, "ann", edition).csv("a.csv")
        except NotPublishedError as why:
            yield repr(maker), str(why)
    if scope.role == "practice":
        for shown, frame in frames(snapshot, quarter, asked, Practice(OWN, "Quayside")):
            yield "report", (str(shown.table.to_csv()), written(frame))
    if scope.role == "board":
        order = Order(quarter, asked, SLIDES, {}, edition)
        pack = found(snapshot, scope, order)
        yield "left out", str(pack.left_out)
        for content, shown in pack.slides:
            slide = drawable(snapshot, scope, order, content.key)[1]
            yield content.key, (str(shown.table.to_csv()), written(slide))


def written(frame: SlideFrame) -> str:
    """A slide as words: its figure as the browser that draws it gets it, and all around it."""
    figure = frame.figure if isinstance(frame.figure, str) else frame.figure.to_json()
    return f"{figure} {replace(frame, figure='')}"


def test_files_do_not_depend_on_what_a_role_may_not_know(
    worlds: tuple[str, Path, Path], tmp_path: Path
) -> None:
    role, *stores = worlds
    if role == "data":
        snapshot = release.current(stores[0])
        chart = MAKERS[0](snapshot, Scope.icb(), Selection(120))
        assert not downloads.may_take(View(snapshot, LOADER, Selection(120)), chart)
        return
    one, other = (list(files(store, ROLES[role], tmp_path)) for store in stores)
    if role == "board":  # how many are compared depends on exact counts
        assert not re.findall(r"over [\d,]+ (?:change|comparison)s?", str(one))
    assert len(one) > 10 and [pair for pair in zip(one, other, strict=True) if pair[0] != pair[1]] == []

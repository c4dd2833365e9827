"""One practice, one month, nobody to count: every exhibit and head says so in a sentence, and none fails."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from reporting import release
from reporting.access.scope import EDITIONS, Edition, Scope, Selection, Snapshot
from reporting.disclosure import NotPublishedError
from reporting.exhibits import editions
from reporting.exhibits.board.pages import data_quality, the_quarter
from reporting.exhibits.editions import PUBLISHED, Maker
from reporting.exhibits.exhibit import Head
from reporting.exhibits.high_dose import page as high_dose
from reporting.exhibits.overview import cards, reasons, ring
from reporting.exhibits.plans import page as plans
from reporting.exhibits.referrals import page as referrals
from reporting.exhibits.safeguards import page
from reporting.exhibits.tapering import page as tapering
from tests.reporting.makers import MAKERS
from tests.reporting.snapshots import count_again

ICB = Scope.icb()
HEADS: tuple[Callable[..., Head], ...] = (
    high_dose.head, plans.head, referrals.head, tapering.head, page.head,
)  # fmt: skip
LATEST = "2026-09-01"
LITTLE = {
    "one practice": "DELETE FROM {table} WHERE practice_code <> 'SYN01'",
    "one month": f"DELETE FROM {{table}} WHERE month <> DATE '{LATEST}'",
    "no denominators": "UPDATE {table} SET numerator = 0, denominator = 0",
}
COLUMNS = {"one practice": {"practice_code"}, "one month": {"month"}, "no denominators": {"denominator"}}
CHANGE = (
    r"no sure change|no item changed|more than chance"
    r"|^(?!.*differences (between|from)).*could be chance"  # of services and groups now, not of change
)
BETWEEN = r"between practices|all (practices )?together|than all\b"
UNTESTED = {"one practice": BETWEEN, "one month": CHANGE, "no denominators": f"{CHANGE}|{BETWEEN}"}


@pytest.fixture(params=LITTLE)
def little(request: pytest.FixtureRequest, example_store: Path, tmp_path: Path) -> tuple[str, Snapshot]:
    """The example with little in it: what there is little of, and the release."""
    kept: str = request.param
    store = shutil.copytree(example_store, tmp_path / "store")
    (path,) = store.glob("releases/*.duckdb")
    with duckdb.connect(str(path)) as con:
        tables = con.execute(
            "SELECT table_name, list(column_name) FROM duckdb_columns() GROUP BY ALL"
        ).fetchall()
        for table, columns in tables:
            if COLUMNS[kept] <= {*columns}:
                con.execute(LITTLE[kept].format(table=table))
        if kept == "no denominators":
            con.execute("DELETE FROM flow")
            con.execute("UPDATE practice SET registered = NULL, adults = NULL")
        if kept == "one month":
            con.execute("DELETE FROM flow")
            con.execute(f"UPDATE release_info SET data_from = DATE '{LATEST}'")
        count_again(con)
    return kept, release.current(store)


@pytest.mark.parametrize("edition", EDITIONS)
def test_every_exhibit_says_what_there_is_in_a_sentence(
    little: tuple[str, Snapshot], edition: Edition
) -> None:
    kept, snapshot = little
    internal: list[Maker] = [*MAKERS, the_quarter, data_quality, tapering.EVERYBODY]
    makers = internal if edition == "internal" else list(PUBLISHED)
    areas = [Selection(120), *([Selection(120, practice="SYN01")] if edition == "internal" else [])]
    for selection in areas:
        for maker in makers:
            try:
                shown = editions.exhibit(maker, snapshot, ICB.of(edition), selection)
            except NotPublishedError as why:
                assert edition == "published" and str(why).endswith(".")
                continue
            assert shown.figure is not None or shown.slide is not None or shown.empty.endswith("."), shown.key
            _is_sentence(shown.headline, shown.key)
            for text in (shown.subtitle, shown.alt, shown.empty):
                assert "nan" not in text.lower().split(), (shown.key, text)
            assert not re.search(UNTESTED[kept], shown.headline, re.IGNORECASE), (shown.key, shown.headline)


def test_every_head_says_what_there_is_in_a_sentence(little: tuple[str, Snapshot]) -> None:
    kept, snapshot = little
    for selection in (Selection(120), Selection(120, practice="SYN01")):
        for head in HEADS:
            found = head(snapshot, ICB, selection)
            _is_sentence(found.headline, head.__module__)
            assert found.introduction.strip()
        found = cards.overview(snapshot, ICB, selection).head
        _is_sentence(found.headline, "overview")
        if kept != "one practice":
            assert not re.search(CHANGE, f"{found.headline} {found.introduction}"), found
        reasons.reasons(snapshot, ICB, selection)
        ring.to_ring(snapshot, ICB, selection)


def _is_sentence(text: str, key: str) -> None:
    assert len(text) > 8 and not re.search(r"\bnan\b|\bNone\b(?! of)|\binf\b", text), (key, text)

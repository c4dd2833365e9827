"""What an extract would have told is not known where it has not come: the month does not count."""

from __future__ import annotations

import datetime as dt
from functools import cache

import pytest

from measures import measure, policy
from tests.etl.models.random_care import village
from tests.etl.models.world import LAST, Row, rows_of, world

ROWS = village(seed=5, size=80)
OF = {m.slug: m for m in measure.load()}
# A fall is never hidden for want of a plan or decision: it is then told as one beside neither.
TOLD_ALL_THE_SAME = {m.slug for m in OF.values() if m.mart == "fall_month"}
RULES = policy.load()
NEVER = dt.date(2030, 1, 1)
KEYS = {
    "measure_month": ("measure", "threshold", "category", "practice_code", "month"),
    "measure_group": ("measure", "threshold", "dimension", "category", "practice_code", "month"),
    "measure_median": ("measure", "threshold", "level", "area", "month"),
    "flow": ("measure", "threshold", "level", "area", "span", "from_month", "to_month"),
}
Key = tuple[object, ...]


def counted(lacking: str | None = None) -> dict[str, dict[Key, Row]]:
    """Table → key → row, where B has never sent this extract."""
    rows = {
        name: [one for one in of if name != lacking or one["practice_code"] == "A"]
        for name, of in ROWS.items()
    }
    with world(RULES, LAST, begun={("B", lacking): NEVER} if lacking else None, **rows) as con:
        return {
            table: {tuple(row[name] for name in key): row for row in rows_of(con, f"SELECT * FROM {table}")}
            for table, key in KEYS.items()
        }


whole = cache(counted)


@pytest.mark.parametrize("extract", measure.EXTRACTS)
def test_what_has_not_come_is_counted_nowhere_and_changes_nothing_else(extract: str) -> None:
    """A measure that reads an extract without saying so would count other rows of B here."""
    before, now = whole(), counted(extract)
    needing = {m.slug for m in OF.values() if extract in m.extracts_needed}
    for table in ("measure_month", "measure_group"):
        of_b = {key for key in before[table] if "B" in key}
        assert {key[0] for key in now[table] if "B" in key} & needing == set()
        kept = {key for key in before[table] if key[0] not in TOLD_ALL_THE_SAME} - {
            key for key in of_b if key[0] in needing
        }
        assert {key: now[table].get(key) for key in kept} == {key: before[table][key] for key in kept}
    assert {key[0] for table in before.values() for key in table if "B" in key} & needing
    for table in ("measure_median", "flow"):
        assert not [key for key in now[table] if key[0] in needing and key[2:4] == ("practice", "B")]
        alone = {key for key in before[table] if key[2:4] == ("practice", "A")}
        assert {key: now[table].get(key) for key in alone} == {key: before[table][key] for key in alone}


def test_an_extract_counts_again_once_as_many_months_have_come() -> None:
    """Reviews of B come from July 2025: of 12 months the first that are whole end in June 2026."""
    with world(RULES, LAST, begun={("B", "reviews"): dt.date(2025, 7, 1)}, **ROWS) as con:
        first = {
            row["measure"]: row["month"]
            for row in rows_of(
                con,
                """SELECT measure, min(month) AS month FROM measure_month
                WHERE practice_code = 'B' AND measure LIKE 'reviewed_%months' GROUP BY measure""",
            )
        }
    assert first == {
        "reviewed_3_months": dt.date(2025, 9, 1),
        "reviewed_6_months": dt.date(2025, 12, 1),
        "reviewed_12_months": dt.date(2026, 6, 1),
    }


@pytest.mark.parametrize(
    "extracts", ["plans", "plans 0", "plans 13", "pills 1", "plans one", "plans 1; reviews 3", "plans 1 2"]
)
def test_extracts_that_do_not_exist_are_an_error(extracts: str) -> None:
    fields = vars(OF["on_taper_plan"]) | {"extracts": extracts}
    with pytest.raises(measure.MeasureError, match="extracts"):
        measure.Measure(**fields)

"""A rebase, target or note of the policy that matches nothing stops the build, and is told which and why."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from etl.build import build
from etl.release.policy_check import check
from etl.store import Store
from measures import policy
from measures.policy import Benchmark, Note, Policy, PolicyError, Programme, Rebase, Target

Entry = Rebase | Target | Note | Programme | Benchmark
RULES = replace(policy.load(), text="")  # entries of these tests stand in no file
SCRIPT = """
CREATE TABLE measure_def (measure VARCHAR, better VARCHAR, per_threshold BOOLEAN, unit VARCHAR);
INSERT INTO measure_def VALUES ('high_dose_prevalence', 'lower', true, 'per 1,000'),
    ('on_taper_plan', 'neither', true, '%'), ('practice_plan_current', 'higher', false, '%'),
    ('abrupt_stops', 'lower', true, 'n');
CREATE TABLE practice (practice_code VARCHAR, place VARCHAR, pcn VARCHAR, data_from DATE, data_to DATE);
INSERT INTO practice VALUES ('A', 'North', 'Alder PCN', DATE '2025-11-01', DATE '2026-04-30'),
    ('B', 'South', 'Birch PCN', DATE '2026-03-01', DATE '2026-03-31'), ('C', 'West', 'Cedar PCN', NULL, NULL);
CREATE TABLE measure_month AS
    SELECT 'high_dose_prevalence' AS measure, practice_code, month, denominator, threshold FROM (
        VALUES ('A', DATE '2026-01-01', 10), ('A', DATE '2026-02-01', 10), ('A', DATE '2026-03-01', 10),
               ('B', DATE '2026-03-01', 10), ('B', DATE '2026-04-01', 0)
    ) t(practice_code, month, denominator) CROSS JOIN (VALUES (90), (120)) AS made_for(threshold);
INSERT INTO measure_month VALUES ('abrupt_stops', 'A', DATE '2026-01-01', 0, 90),
    ('abrupt_stops', 'A', DATE '2026-02-01', 0, 90), ('abrupt_stops', 'A', DATE '2026-01-01', 0, 120),
    ('abrupt_stops', 'A', DATE '2026-02-01', 0, 120),
    ('high_dose_prevalence', 'A', DATE '2025-12-01', 10, 90);
"""


@pytest.fixture(scope="module")
def con() -> duckdb.DuckDBPyConnection:
    made = duckdb.connect()
    made.execute(SCRIPT)
    return made


def rebase(**changes: str) -> Rebase:
    given = {
        "measure": "high_dose_prevalence",
        "scope": "icb",
        "month": "2026-02",
        "reason": "system changed",
        "by_whom": "chief pharmacist",
    }
    return Rebase(**(given | changes))


def target(**changes: object) -> Target:
    given: dict[str, object] = {
        "measure": "high_dose_prevalence",
        "threshold": 120,
        "scope": "icb",
        "value": 1.0,
        "by": "2027-03",
    }
    return Target(**(given | changes))  # type: ignore[arg-type]


def began(scope: str = "icb", month: str = "2026-01") -> Programme:
    return Programme(scope, month)


def benchmark(**changes: object) -> Benchmark:
    given: dict[str, object] = {
        "measure": "high_dose_prevalence",
        "threshold": 120,
        "name": "England 2019",
        "value": 1.1,
        "differs": "items, not people",
        "source": "NHSBSA",
        "licence": "OGL v3.0",
    }
    return Benchmark(**(given | changes))  # type: ignore[arg-type]


def note(**changes: str) -> Note:
    given = {
        "measure": "high_dose_prevalence",
        "scope": "icb",
        "month": "2026-01",
        "text": "a practice joined",
        "by_whom": "analyst",
    }
    return Note(**(given | changes))


def decided(*entries: Entry) -> Policy:
    return replace(
        RULES,
        programme=tuple(one for one in entries if isinstance(one, Programme)),
        benchmarks=tuple(one for one in entries if isinstance(one, Benchmark)),
        rebase=tuple(one for one in entries if isinstance(one, Rebase)),
        targets=tuple(one for one in entries if isinstance(one, Target)),
        notes=tuple(one for one in entries if isinstance(one, Note)),
    )


@pytest.mark.parametrize(
    "entries",
    [
        (),
        (rebase(), rebase(month="2026-03"), rebase(scope="North"), rebase(scope="Alder PCN")),
        (rebase(measure="abrupt_stops"),),
        (target(), target(threshold=90), target(scope="Birch PCN")),
        (target(measure="practice_plan_current", threshold=0), target(scope="B")),
        (began(), began("North", "2025-12"), began("Alder PCN", "2026-04"), began("A")),
        (benchmark(), benchmark(threshold=90), benchmark(measure="on_taper_plan")),
        (note(), note(text="another"), note(month="2026-03", scope="Alder PCN")),
    ],
)
def test_what_matches_passes(con: duckdb.DuckDBPyConnection, entries: tuple[Entry, ...]) -> None:
    check(con, decided(*entries))


@pytest.mark.parametrize(
    ("entries", "said"),
    [
        (
            (rebase(measure="high_dose"),),
            r"\[\[rebase\]\] 1: there is no measure “high_dose”. Near it: high_dose_p",
        ),
        ((rebase(scope="East"),), "no area “East”. Write icb or one of: Alder PCN, Birch PCN, Cedar PCN"),
        ((rebase(month="Feb 2026"),), "write it as 2026-04"),
        (
            (rebase(), rebase(month="2025-02")),
            r"\[\[rebase\]\] 2: .*no month 2025-02 .*Write 2026-02 to 2026-03",
        ),
        ((rebase(month="2026-01"),), "no month 2026-01 to start anew at"),  # at 120 mg it is the first
        ((rebase(month="2026-04"),), "no month 2026-04 to start anew at"),
        ((rebase(scope="South", month="2026-03"),), "no second month"),
        ((rebase(), rebase()), "started anew in 2026-02 twice"),
        ((target(measure="nothing"),), r"\[\[targets\]\] 1: there is no measure “nothing”. All are in"),
        ((target(scope="Atlantis"),), "no area “Atlantis”"),
        ((target(threshold=100),), "threshold is 100; high_dose_prevalence is made for 90 or 120"),
        ((target(threshold=0),), "threshold is 0; high_dose_prevalence is made for 90 or 120"),
        ((target(measure="practice_plan_current"),), "threshold is 120; practice_plan_current is made for 0"),
        ((target(by="soon"),), "by is “soon”; write the month as 2027-03"),
        ((target(measure="on_taper_plan"),), "no good direction"),
        ((target(), target(value=2.0)), "has two targets"),
        (
            (began("East"),),
            r"\[\[programme\]\] 1: there is no area “East”. Write icb or one of: Al",
        ),
        (
            (began(month="2025-11"),),
            r"began is 2025-11; data of icb \(2025-11 to 2026-04\).*Write 2025-12 to",
        ),
        ((began(month="2026-05"),), "Write 2025-12 to 2026-04"),
        ((began("B", "2026-03"),), r"data of B \(2026-03 to 2026-03\) .*Remove it until there are more"),
        ((began("C"),), r"data of C \(nothing\) must hold that month"),
        ((began(), began(month="2026-02")), r"\[\[programme\]\] 2: .*icb has two starts"),
        ((benchmark(measure="nothing"),), r"\[\[benchmarks\]\] 1: there is no measure “nothing”"),
        ((benchmark(threshold=50),), "threshold is 50; high_dose_prevalence is made for 90 or 120"),
        ((benchmark(), benchmark(value=2.0)), "at 120 mg has two benchmarks"),
        ((note(measure="nothing"),), r"\[\[notes\]\] 1: there is no measure “nothing”"),
        ((note(scope="Atlantis"),), "no area “Atlantis”"),
        ((note(month="January"),), "month is “January”; write it as 2026-04"),
        ((note(month="2026-04"),), "no month 2026-04 to speak of. Write 2026-01 to 2026-03"),
        ((note(), note()), "in 2026-01 stands twice"),
    ],
)
def test_what_matches_nothing_is_refused(
    con: duckdb.DuckDBPyConnection, entries: tuple[Entry, ...], said: str
) -> None:
    with pytest.raises(PolicyError, match=said):
        check(con, decided(*entries))


def test_the_line_of_the_file_is_told(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    text = policy.SAMPLE.read_text(encoding="utf-8")
    text += '\n[[ "targets" ]]  # another\nmeasure = "on_taper_plan"\nthreshold = 90\nscope = "icb"\n'
    path = tmp_path / "policy.toml"
    path.write_text(f'{text}value = 40\nby = "2027-03"\n', encoding="utf-8")
    rules = replace(policy.load(path), programme=(), benchmarks=())
    line = text.split("\n").index('[[ "targets" ]]  # another') + 1
    with pytest.raises(PolicyError, match=rf"^{path}: line {line}: \[\[targets\]\] 2: .*no good dir"):
        check(con, rules)


def test_nothing_is_published_then(released: Store) -> None:
    before = released.current()
    with pytest.raises(PolicyError, match=r"no month 2001-01.*the last release stays"):
        build(released, decided(rebase(month="2001-01")))
    assert released.current() == before
    assert not list(released.releases.glob(".building-*"))

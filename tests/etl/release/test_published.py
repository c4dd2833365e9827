"""The published edition of whole releases: what is in it, and that nobody works out what it withholds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from etl import sample
from etl.build import build, published_edition
from etl.counting.rows import rows_of
from etl.engines import duckdb as engine
from etl.load import load
from etl.release import published as made
from etl.store import Store
from measures import measure, policy, published
from measures.measure import Measure, predicates
from measures.suppression.edition import edition
from measures.suppression.universes import sorts
from tests.measures.suppression.attack import ITEMS, attack
from tests.measures.suppression.dominance import categories, undeclared

RULES = policy.load(policy.SAMPLE)
MEASURES = measure.under(measure.load(), RULES)
DECLARED = published.load(MEASURES)
PEOPLE = ("high_dose_prevalence", "high_dose_gabapentinoid", "dose_band_share", *ITEMS)
PLANS = ("tapering", "tapering_after_fall", "outcome_band_share",
         "outcome_band_after_fall")  # fmt: skip
TIED = {"people": PEOPLE, "plans": PLANS}
TABLES = ("practice", "measure_month", "measure_group", "measure_area", "patient_month", "cohort_month",
          "taper_month", "safeguard", "referral")  # fmt: skip
LAST_QUARTER = "(SELECT max(month) FROM measure_area WHERE month(month) % 3 = 0)"
COUNTS = ["numerator", "denominator"]
SENT_AGAIN = ("SYN07", "SYN16", "SYN10")  # practices of three PCNs
# In a made-up world nobody has a plan or a referral who takes no opioid. It is no fact: who takes a high-dose
# gabapentinoid alone is in the cohort by its definition, and is reviewed, planned for and referred as anyone.
AMONG_OPIOIDS = {"high_dose_prevalence", "dose_band_share"}


@pytest.fixture(scope="module")
def other_release(
    once: Callable[[str, Callable[[Path], object]], Path],
) -> Iterator[duckdb.DuckDBPyConnection]:
    """Another seed's release."""

    def make(folder: Path) -> None:
        sample.write(8, 19, 7, folder / "extracts")
        load([folder / "extracts"], Store(folder / "store", create=True))
        build(Store(folder / "store"), RULES)

    folder = once("seven", make) / "store"
    name = (folder / "CURRENT").read_text(encoding="utf-8").strip()
    with duckdb.connect(str(folder / "releases" / f"{name}.duckdb"), read_only=True) as con:
        yield con


@pytest.fixture(scope="module")
def sent_again(sample_release: duckdb.DuckDBPyConnection) -> Callable[[str], duckdb.DuckDBPyConnection]:
    """A copy after a practice's extracts came again, made once a practice; not to be changed."""
    return cache(lambda practice: resent(sample_release, practice))


def rows(con: duckdb.DuckDBPyConnection) -> pd.DataFrame:
    """The mart published, its withheld counts NA."""
    return con.execute("FROM published").df().astype(dict.fromkeys(COUNTS, "Int64"))


def exact(con: duckdb.DuckDBPyConnection) -> pd.DataFrame:
    """The same rows with the exact counts beside, as numerator_is and denominator_is."""
    areas = f"""SELECT a.* FROM ({made.OF_AREAS} UNION ALL {made.OF_GROUPS}) AS a"""
    return rows(con).merge(con.execute(areas).df(), on=made.KEY, suffixes=("", "_is"), validate="1:1")


def places(con: duckdb.DuckDBPyConnection) -> dict[str, list[str]]:
    """Place and ICB → their PCNs."""
    found: dict[str, list[str]] = {}
    for pcn, *above in con.execute("SELECT DISTINCT pcn, place, icb FROM practice ORDER BY ALL").fetchall():
        for area in above:
            found.setdefault(area, []).append(pcn)
    return found


def last_quarters(frame: pd.DataFrame, quarters: int) -> pd.DataFrame:
    return frame[frame["month"].isin(sorted(frame["month"].unique())[-quarters:])]


def copy(con: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    """What the last quarter's published edition is made of, in a release of its own that may be changed."""
    own = duckdb.connect(":memory:")
    for name in TABLES:
        last = "" if name == "practice" else f"WHERE month = {LAST_QUARTER}"
        own.register("frame", con.execute(f"FROM {name} {last}").df())
        own.execute(f"CREATE TABLE {name} AS FROM frame")
        own.unregister("frame")
    return own


def resent(con: duckdb.DuckDBPyConnection, practice: str) -> duckdb.DuckDBPyConnection:
    """A copy after a practice's extracts came again without a quarter of its people."""
    own = copy(con)
    for m in MEASURES:
        if m.slug in DECLARED.by_measure:
            for threshold in m.thresholds(RULES):
                _recount(con, own, m, threshold, practice)
    return of_areas(own)


def of_areas(own: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    """A copy whose counts of areas are those of its practices."""
    models = engine.models()
    own.execute(f"CREATE OR REPLACE TEMP TABLE area_practice AS {models['area_practice'][0]}")
    own.execute(f"CREATE OR REPLACE TABLE measure_area AS {models['measure_area'][0]}")
    return own


def edition_of(
    con: duckdb.DuckDBPyConnection, before: duckdb.DuckDBPyConnection | None = None
) -> pd.DataFrame:
    """The published edition of a copy, of which nothing is missing."""
    frame, notes = made.table(con, MEASURES, RULES, before)
    assert notes == []
    return frame


def _recount(
    con: duckdb.DuckDBPyConnection, own: duckdb.DuckDBPyConnection, m: Measure, threshold: int, practice: str
) -> None:
    numerator, denominator = predicates(m, threshold, RULES)
    by = {
        "measure_month": [m.split or m.each or "''"],
        "measure_group": ["imd_quintile"] if m.grouped else [],
    }
    for table, columns in by.items():
        for column in columns:
            dimension = "" if table == "measure_month" else f"AND dimension = '{column}'"
            found = con.execute(
                f"""SELECT *, CAST(sum(d) OVER (PARTITION BY month) AS BIGINT) AS whole FROM (
                    SELECT month, coalesce(CAST({column} AS VARCHAR), 'unknown') AS category,
                        count(*) FILTER (WHERE {numerator}) AS n,
                        count(*) FILTER (WHERE {denominator or "true"}) AS d
                    FROM {rows_of(m)} WHERE practice_code = ? AND hash(patient_key) % 4 <> 0 GROUP BY ALL)""",
                [practice],
            ).df()
            own.register("found", found)
            whole = "(SELECT max(whole) FROM found AS w WHERE w.month = m.month)" if m.split else "f.d"
            kept = "m.denominator" if m.registered else f"coalesce({whole}, 0)"
            own.execute(
                f"""CREATE OR REPLACE TABLE {table} AS
                SELECT m.* REPLACE (
                    CASE WHEN own THEN coalesce(f.n, 0) ELSE m.numerator END AS numerator,
                    CASE WHEN own THEN {kept} ELSE m.denominator END AS denominator)
                FROM (SELECT *, practice_code = $practice AND measure = $measure AND threshold = $threshold
                    {dimension} AS own FROM {table}) AS m
                LEFT JOIN found AS f ON f.month = m.month AND f.category = m.category""",
                {"practice": practice, "measure": m.slug, "threshold": threshold},
            )
            own.execute(f"ALTER TABLE {table} DROP COLUMN IF EXISTS own")
            own.unregister("found")


def test_only_what_is_declared_is_in_it(sample_release: duckdb.DuckDBPyConnection) -> None:
    found = rows(sample_release)
    assert set(found["measure"]) == set(DECLARED.by_measure)
    assert set(found["level"]) == {"icb", "place", "pcn"}
    assert found["month"].nunique() == DECLARED.quarters
    assert {month.month for month in found["month"]} == {3, 6, 9, 12}
    assert not found.duplicated(made.KEY).any()
    groups = found[found["dimension"] != ""]
    assert set(groups["level"]) == {"icb"}
    assert set(groups["measure"]) == {"referral_offered"}


def test_counts_read_as_the_rule_says(
    sample_release: duckdb.DuckDBPyConnection, other_release: duckdb.DuckDBPyConnection
) -> None:
    for con in (sample_release, other_release):
        found = exact(con)
        for part in COUNTS:
            shown = found[found[part].notna()]
            small = found[found[f"{part}_is"].between(1, 7)]
            assert small[part].isna().all()
            assert (shown[part] == (shown[f"{part}_is"] + 2) // 5 * 5).all()
            assert (found.loc[found[f"{part}_is"] == 0, part] == 0).all()  # nobody is shown as nobody
        both = found[found[COUNTS].notna().all(axis=1) & (found["numerator"] == found["denominator"])]
        assert (both["numerator_is"] == both["denominator_is"]).all()  # 9 of 12 never reads as all


def test_verify_finds_a_count_that_is_published_wrongly(sample_release: duckdb.DuckDBPyConnection) -> None:
    own = copy(sample_release)
    own.register("frame", last_quarters(rows(sample_release), 1))
    own.execute("CREATE TABLE published AS FROM frame")
    rule = vars(RULES.suppression)
    assert made.misread(own, rule) == []
    own.execute("UPDATE published SET numerator = numerator + 1 WHERE measure = 'tapering' AND level = 'icb'")
    assert {slug for slug, _ in made.misread(own, rule)} == {"tapering"}
    own.execute(
        "UPDATE published SET numerator = 5 WHERE measure = 'tapering_after_fall' AND numerator IS NULL"
    )
    assert "tapering_after_fall" in {slug for slug, _ in made.misread(own, rule)}


def test_most_of_it_is_shown(sample_release: duckdb.DuckDBPyConnection) -> None:
    """Few counts are withheld that are neither small nor would read as all; of the ICB itself none."""
    found = exact(sample_release)
    reads_as_all = (found["numerator_is"] + 2) // 5 == (found["denominator_is"] + 2) // 5
    more = found[found["numerator"].isna() & ~found["numerator_is"].between(1, 7) & ~reads_as_all]
    assert len(more) < 0.02 * len(found)
    assert "icb" not in set(more["level"])


def test_the_same_marts_give_the_same_edition(sample_release: duckdb.DuckDBPyConnection) -> None:
    pd.testing.assert_frame_equal(
        edition_of(sample_release).astype({"threshold": "int32", "practices": "int32"}),
        rows(sample_release).sort_values(made.KEY, ignore_index=True),
        check_dtype=False,
    )


def test_no_count_is_within_another_without_the_plan_knowing(
    sample_release: duckdb.DuckDBPyConnection, other_release: duckdb.DuckDBPyConnection
) -> None:
    for con in (sample_release, other_release):
        known = sorts(MEASURES, DECLARED, RULES, categories(con))
        found = [
            (less, more)
            for less, more in undeclared(con, MEASURES, RULES, known)
            if not (less[0] in ITEMS and more[0] in AMONG_OPIOIDS)
        ]
        assert not found, f"{found[0][0]} is within {found[0][1]}: declare it in published.toml"


def test_a_fact_that_is_not_so_is_named(sample_release: duckdb.DuckDBPyConnection) -> None:
    assert not list(made.unproved(sample_release, MEASURES, RULES))
    own = copy(sample_release)
    own.execute("UPDATE cohort_month SET reviewed_3m = true, reviewed_6m = false")
    assert ("cohort_month", "reviewed_6m OR NOT reviewed_3m") in {
        (mart, claim) for mart, claim, _ in made.unproved(own, MEASURES, RULES)
    }


@pytest.mark.parametrize("tied", TIED)
def test_two_neighbouring_quarters_tell_no_withheld_count(
    sample_release: duckdb.DuckDBPyConnection, other_release: duckdb.DuckDBPyConnection, tied: str
) -> None:
    for con in (sample_release, other_release):
        found = attack({"now": last_quarters(rows(con), 2)}, TIED[tied], {}, places(con))
        assert found.withheld
        assert found.narrow() == {}


@pytest.mark.parametrize("practice", SENT_AGAIN)
def test_releases_before_and_after_an_extract_came_again_tell_no_withheld_count(
    sample_release: duckdb.DuckDBPyConnection,
    sent_again: Callable[[str], duckdb.DuckDBPyConnection],
    practice: str,
) -> None:
    after = sent_again(practice)
    before = copy(sample_release)
    before.register("frame", rows(sample_release))
    before.execute("CREATE TABLE published AS FROM frame")
    assert told_by_both(sample_release, edition_of(after, before), practice) == {}


def test_a_plan_that_forgets_the_release_before_tells_withheld_counts(
    sample_release: duckdb.DuckDBPyConnection, sent_again: Callable[[str], duckdb.DuckDBPyConnection]
) -> None:
    forgetful = {one: edition_of(sent_again(one)) for one in SENT_AGAIN}
    assert any(told_by_both(sample_release, frame, one) for one, frame in forgetful.items())


def told_by_both(
    con: duckdb.DuckDBPyConnection, after: pd.DataFrame, practice: str
) -> dict[str, tuple[int, int]]:
    """What the last quarters of a release and of one after a practice's extracts came again tell together."""
    editions = {"before": last_quarters(rows(con), 1), "after": after}
    pcns = places(con)
    ((own,),) = con.execute("SELECT pcn FROM practice WHERE practice_code = ?", [practice]).fetchall()
    others = [pcn for every in pcns.values() for pcn in every if pcn != own]
    told: dict[str, tuple[int, int]] = {}
    for measures in TIED.values():
        told |= attack(editions, measures, {"after": others}, pcns, flows=False).narrow()
    return told


def test_the_attack_finds_what_a_plan_without_ties_tells(sample_release: duckdb.DuckDBPyConnection) -> None:
    """Each measure planned by itself, as if it said nothing of the others."""
    frame = made._counts(sample_release, DECLARED, MEASURES, RULES)
    alone = [sorts([m], DECLARED, RULES, categories(sample_release))[0] for m in MEASURES if m.slug in PEOPLE]
    told = 0
    for _, of_month in frame[frame["measure"].isin(PEOPLE)].groupby("month"):
        shown = edition(
            alone, made._month(sample_release, of_month, list(PEOPLE), frozenset()), RULES.suppression
        )
        cells = [made.Cell._make([*at, ""]) for at in of_month[made.KEY[:-1]].itertuples(index=False)]
        for part in COUNTS:
            values = [shown[cell._replace(part=part)] for cell in cells]
            of_month = of_month.assign(**{part: pd.array(values, "Int64")})
        told += len(attack({"now": of_month}, PEOPLE, {}, places(sample_release)).narrow())
    assert told > 0


def test_the_attack_finds_a_count_that_is_shown_though_it_was_withheld(
    sample_release: duckdb.DuckDBPyConnection,
) -> None:
    """Every count that is withheld for others' sake, shown: of some quarter that tells a small one."""
    found = exact(sample_release)
    for part in COUNTS:
        is_large = found[part].isna() & ~found[f"{part}_is"].between(1, 7)
        found[part] = found[part].mask(is_large, (found[f"{part}_is"] + 2) // 5 * 5)
    people = found[found["measure"].isin(PEOPLE)]
    told = [
        name
        for _, of_month in people.groupby("month")
        for name in attack({"now": of_month}, PEOPLE, {}, places(sample_release)).narrow()
    ]
    assert told


def test_an_area_of_one_practice_is_not_published_nor_told_by_others(
    sample_release: duckdb.DuckDBPyConnection,
) -> None:
    own = copy(sample_release)
    own.execute("UPDATE practice SET pcn = 'One Alone PCN' WHERE practice_code = 'SYN07'")
    frame = edition_of(of_areas(own))
    alone = frame[frame["area"] == "One Alone PCN"]
    assert len(alone)
    assert alone[COUNTS].isna().all(axis=None)
    assert frame.loc[frame["level"] == "icb", "numerator"].notna().any()
    wanted = {}
    for *cell, numerator, denominator in own.execute(
        """SELECT 'now', strftime(month, '%Y-%m'), measure, threshold, '', category, area,
            numerator, denominator
        FROM measure_area WHERE area = 'One Alone PCN'"""
    ).fetchall():
        name = " ".join(map(str, cell))
        wanted[f"{name} n"] = numerator // 2 + 1
        if cell[2] != "high_dose_prevalence":  # lists are published elsewhere
            wanted[f"{name} d"] = denominator // 2 + 1
    for tied in ("people", "plans"):
        found = attack({"now": frame}, TIED[tied], {}, places(own))
        assert {*wanted} & {*found.withheld}
        assert found.narrow(wanted) == {}


def test_what_is_left_of_a_place_is_not_published_where_it_is_one_practice(
    sample_release: duckdb.DuckDBPyConnection,
) -> None:
    """A practice of no PCN, whose PCN is the one without a name."""
    own = copy(sample_release)
    own.execute("UPDATE practice SET pcn = NULL WHERE practice_code = 'SYN07'")
    frame = edition_of(of_areas(own))
    ((place,),) = own.execute("SELECT place FROM practice WHERE practice_code = 'SYN07'").fetchall()
    inside = {
        pcn for (pcn,) in own.execute("SELECT DISTINCT pcn FROM practice WHERE place = ?", [place]).fetchall()
    }
    assert None in inside
    cells = frame[(frame["threshold"] == 90) & (frame["measure"] == "indication_coded")].set_index("area")
    is_withheld = cells["denominator"].isna()
    assert is_withheld.loc[[""]].all()
    assert is_withheld.loc[[place, *(inside - {None})]].any()


def test_a_practice_whose_extract_is_late_is_not_told_by_measures_that_count_it(
    sample_release: duckdb.DuckDBPyConnection,
) -> None:
    own = copy(sample_release)
    own.execute("DELETE FROM measure_month WHERE practice_code = 'SYN07' AND measure = 'indication_coded'")
    frame = edition_of(of_areas(own))
    ((pcn,),) = own.execute("SELECT pcn FROM practice WHERE practice_code = 'SYN07'").fetchall()
    for threshold in RULES.thresholds.values:
        which = f"measure = 'home_alert' AND practice_code = 'SYN07' AND threshold = {threshold}"
        ((its_own,),) = own.execute(f"SELECT denominator FROM measure_month WHERE {which}").fetchall()
        assert its_own // 2 + 1 > 9  # a difference of two rounded counts leaves nine numbers
        cells = frame[(frame["threshold"] == threshold) & (frame["area"] == pcn)].set_index("measure")
        assert cells.loc[["home_alert", "indication_coded"], "denominator"].isna().any()


def test_where_a_fact_is_not_so_its_counts_are_missing_and_a_note_says_so(
    sample_release: duckdb.DuckDBPyConnection,
) -> None:
    own = copy(sample_release)
    own.execute("UPDATE taper_month SET outcome_band = 'not known', relative_percent = 10")
    notes = made.make(own, MEASURES, RULES)
    assert [(note.marts, note.missing) for note in notes] == [(["taper_month"], True)]
    assert "outcome_band" in made.words(notes[0])
    kept = {m.slug for m in MEASURES if m.slug in DECLARED.by_measure and m.mart != "taper_month"}
    assert set(rows(own)["measure"]) == kept
    assert own.execute("SELECT marts, month, missing FROM published_note").fetchall() == [
        (["taper_month"], None, True)
    ]
    assert not list(made.unsaid(own, MEASURES, RULES))


def test_a_note_names_every_mart_whose_counts_are_missing(sample_release: duckdb.DuckDBPyConnection) -> None:
    """Counts of the cohort and of all patients tell of each other: a fact that fails withholds both."""
    own = copy(sample_release)
    own.execute("UPDATE cohort_month SET reviewed_3m = true, reviewed_6m = false")
    (note,) = made.make(own, MEASURES, RULES)
    marts = {m.slug: m.mart for m in MEASURES}
    missing = {marts[slug] for slug in {*DECLARED.by_measure} - {*rows(own)["measure"]}}
    assert {*note.marts} == missing == {"patient_month", "cohort_month"}
    assert made.words(note).startswith("no counts of patient_month or cohort_month are published")
    assert not list(made.unsaid(own, MEASURES, RULES))


def test_a_month_that_contradicts_itself_is_missing_and_a_note_says_so(
    sample_release: duckdb.DuckDBPyConnection,
) -> None:
    own = copy(sample_release)
    own.execute(
        "UPDATE measure_area SET numerator = numerator + 500 WHERE level = 'icb' AND measure = 'tapering'"
    )
    (note,) = made.make(own, MEASURES, RULES)
    assert note.missing
    assert f"{note.month:%Y-%m}" in made.words(note)
    assert rows(own).empty
    assert not list(made.unsaid(own, MEASURES, RULES))
    own.execute("DELETE FROM published_note")
    assert {"tapering", "home_alert"} <= {slug for slug, _ in made.unsaid(own, MEASURES, RULES)}


def test_where_the_release_before_cannot_be_read_nothing_is_published(
    sample_release: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    store = Store(tmp_path / "store", create=True)
    store.releases.mkdir(exist_ok=True)
    (store.releases / "2026-01-01T000000.duckdb").write_bytes(b"damaged")
    (store.folder / "CURRENT").write_text("2026-01-01T000000\n", encoding="utf-8")
    own = copy(sample_release)
    (words,) = published_edition(own, MEASURES, RULES, store)
    assert "2026-01-01T000000: missing or damaged" in words
    assert rows(own).empty
    assert not list(made.unsaid(own, MEASURES, RULES))


def test_a_fact_of_a_column_that_its_mart_lacks_is_named_with_its_line(
    sample_release: duckdb.DuckDBPyConnection,
) -> None:
    own = copy(sample_release)
    own.execute("ALTER TABLE cohort_month DROP COLUMN reviewed_6m")
    with pytest.raises(published.PublishedError, match=r"^published.toml: line \d+: holds: .*reviewed_6m"):
        made.make(own, MEASURES, RULES)

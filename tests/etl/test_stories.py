"""Every story of data/sample is there and is told by the published marts."""

from __future__ import annotations

from typing import Any

import duckdb
import pytest

from etl.sample.people.stories import STORIES

Row = dict[str, Any]
BY_SLUG = {story.slug: story for story in STORIES}


@pytest.fixture
def marts(sample_release: duckdb.DuckDBPyConnection) -> Marts:
    return Marts(sample_release)


class Marts:
    def __init__(self, con: duckdb.DuckDBPyConnection) -> None:
        self.con = con

    def rows(self, sql: str, *values: object) -> list[Row]:
        cursor = self.con.execute(sql, list(values))
        names = [c[0] for c in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def months(self, slug: str) -> list[Row]:
        key = BY_SLUG[slug].patient_key
        return self.rows("SELECT * FROM patient_month WHERE patient_key = ? ORDER BY month", key)

    def now(self, slug: str) -> Row:
        return self.months(slug)[-1]

    def taper(self, slug: str) -> Row:
        (row,) = self.rows("SELECT * FROM taper WHERE patient_key = ?", BY_SLUG[slug].patient_key)
        return row

    def rates(self, measure: str, code: str, threshold: int = 90) -> list[tuple[int, int]]:
        found = self.rows(
            "SELECT numerator, denominator FROM measure_month WHERE measure = ? AND practice_code = ?"
            " AND threshold = ? ORDER BY month",
            measure, code, threshold,
        )  # fmt: skip
        return [(r["numerator"], r["denominator"]) for r in found]

    def rate_of(self, slug: str, measure: str = "high_dose_prevalence") -> list[float]:
        return [n / d for n, d in self.rates(measure, BY_SLUG[slug].practice_code)]


def test_every_story_has_a_test() -> None:
    told = {name.removeprefix("test_").replace("_", "-") for name in globals() if name.startswith("test_")}
    assert set(BY_SLUG) <= told


def test_far_above_and_falling(marts: Marts) -> None:
    rates = marts.rate_of("far-above-and-falling")
    (icb,) = marts.rows(
        """SELECT 1.0 * numerator / denominator AS rate FROM measure_area WHERE level = 'icb'
           AND threshold = 90 AND measure = 'high_dose_prevalence' ORDER BY month LIMIT 1"""
    )
    assert rates[0] > 3 * float(icb["rate"])
    assert rates[-1] < 0.8 * rates[0]


def test_rising(marts: Marts) -> None:
    rates = marts.rate_of("rising")
    assert rates[-1] > 1.3 * rates[0]


def test_tiny(marts: Marts) -> None:
    code = BY_SLUG["tiny"].practice_code
    (row,) = marts.rows("SELECT registered FROM practice WHERE practice_code = ?", code)
    assert 800 <= row["registered"] <= 1500


def test_no_cases(marts: Marts) -> None:
    rows = marts.rates("high_dose_prevalence", BY_SLUG["no-cases"].practice_code)
    assert len(rows) > 20 and all(n == 0 and d > 1000 for n, d in rows)


def test_latest_extract_missing(marts: Marts) -> None:
    code = BY_SLUG["latest-extract-missing"].practice_code
    (fresh,) = marts.rows("SELECT months_missing FROM quality_freshness WHERE practice_code = ?", code)
    last = marts.rows(
        "SELECT * FROM measure_month WHERE practice_code = ? AND month = DATE '2026-09-01'", code
    )
    (icb,) = marts.rows(
        """SELECT practices FROM measure_area WHERE level = 'icb' AND measure = 'high_dose_prevalence'
           AND threshold = 90 AND month = DATE '2026-09-01'"""
    )
    assert (fresh["months_missing"], last, icb["practices"]) == (1, [], 23)


def test_never_refers(marts: Marts) -> None:
    rows = marts.rates("referral_offered", BY_SLUG["never-refers"].practice_code)
    assert rows[-1][1] > 5 and all(n == 0 for n, _ in rows)


def test_referrals_declining(marts: Marts) -> None:
    code = BY_SLUG["referrals-declining"].practice_code
    by_year = marts.rows(
        "SELECT year(offered_on), count(*) AS n FROM referral WHERE practice_code = ? GROUP BY 1 ORDER BY 1",
        code,
    )
    assert by_year[-1]["n"] < by_year[0]["n"]


@pytest.mark.parametrize(("slug", "milli"), [("exactly-90", 90_000), ("exactly-120", 120_000)])
def test_doses_on_the_threshold(marts: Marts, slug: str, milli: int) -> None:
    assert marts.now(slug)["current_ome_milli"] == milli


def test_exactly_90(marts: Marts) -> None:
    assert marts.now("exactly-90")["dose_band"] == "50 to 90"


def test_exactly_120(marts: Marts) -> None:
    assert marts.now("exactly-120")["dose_band"] == "90 to 120"


def test_two_patches(marts: Marts) -> None:
    assert marts.now("two-patches")["current_ome_milli"] == 240_000


def test_combination(marts: Marts) -> None:
    assert marts.now("combination")["current_ome_milli"] == 144_000  # 120 by oxycodone, 24 by codeine


def test_prn(marts: Marts) -> None:
    key = BY_SLUG["prn"].patient_key
    bases = marts.rows(
        "SELECT DISTINCT basis FROM supply WHERE patient_key = ? AND product_key LIKE '%oral_solution%'", key
    )
    assert bases and "directions" not in {r["basis"] for r in bases}
    assert marts.now("prn")["current_ome_milli"] > marts.now("prn")["directions_ome_milli"]


def test_stock_piling(marts: Marts) -> None:
    now = marts.now("stock-piling")
    assert now["over_supply"] and now["current_ome_milli"] == 120_000


def test_moving(marts: Marts) -> None:
    months = marts.months("moving")
    assert len({m["month"] for m in months}) == len(months)
    assert [months[0]["practice_code"], months[-1]["practice_code"]] == ["SYN01", "SYN08"]


def test_dying(marts: Marts) -> None:
    row = marts.taper("dying")
    assert (row["censored"], row["outcome_band"] == "stopped", row["abrupt_stop"]) == ("died", False, False)


def test_deducted(marts: Marts) -> None:
    row = marts.taper("deducted")
    assert (row["censored"], row["outcome_band"] == "stopped", row["abrupt_stop"]) == (
        "deducted",
        False,
        False,
    )


def test_abrupt_stop(marts: Marts) -> None:
    row = marts.taper("abrupt-stop")
    assert (row["outcome_band"], row["abrupt_stop"]) == ("stopped", True)


def test_stopped(marts: Marts) -> None:
    row = marts.taper("stopped")
    assert (row["outcome_band"], row["abrupt_stop"]) == ("stopped", False)


def test_too_fast(marts: Marts) -> None:
    assert marts.taper("too-fast")["speed"] == "red"


def test_stalled(marts: Marts) -> None:
    row = marts.taper("stalled")
    assert (row["stalled"], row["paused"]) == (True, False)


def test_paused(marts: Marts) -> None:
    row = marts.taper("paused")
    assert (row["stalled"], row["paused"]) == (False, True)


def test_escalated(marts: Marts) -> None:
    assert marts.taper("escalated")["outcome_band"] == "115%+"


def test_below_threshold(marts: Marts) -> None:
    row = marts.taper("below-threshold")
    assert row["baseline_milli"] > 120_000 and 0 < row["now_milli"] <= 90_000 and row["speed"] == "within"


def test_excluded_cancer(marts: Marts) -> None:
    now = marts.now("excluded-cancer")
    assert (now["excluded"], now["exclusions"]) == (True, "cancer") and now["current_ome_milli"] > 120_000


def test_excluded_methadone(marts: Marts) -> None:
    now = marts.now("excluded-methadone")
    assert (now["excluded"], now["exclusions"], now["not_converted"]) == (True, "methadone", True)


def test_best_interest_supported(marts: Marts) -> None:
    (row,) = marts.rows(
        "SELECT * FROM best_interest WHERE patient_key = ?", BY_SLUG["best-interest-supported"].patient_key
    )
    assert (row["supported"], row["missing"]) == (True, "")


def test_best_interest_unsupported(marts: Marts) -> None:
    (row,) = marts.rows(
        "SELECT * FROM best_interest WHERE patient_key = ?", BY_SLUG["best-interest-unsupported"].patient_key
    )
    assert not row["supported"] and "second opinion" in row["missing"]


def test_gabapentinoid_rising(marts: Marts) -> None:
    row = marts.taper("gabapentinoid-rising")
    assert row["gaba_rising"] and row["relative_percent"] <= 85


def test_unmapped_products_are_counted_and_shown(marts: Marts) -> None:
    rows = marts.rows("SELECT * FROM quality_unmapped")
    assert rows and all(r["patients"] > 0 and r["reason"] for r in rows)


def test_every_product_of_the_sample_but_those_is_understood(marts: Marts) -> None:
    unmapped = {r["product"] for r in marts.rows("SELECT product FROM quality_unmapped")}
    understood = marts.rows("SELECT product FROM product WHERE status = 'converted' OR class <> 'unmapped'")
    assert len(understood) > 80 and not unmapped & {r["product"] for r in understood}

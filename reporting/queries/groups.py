"""Measures by group of people, and what makes practices alike."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from reporting.access import Scope, Selection, Snapshot
from reporting.analysis.peers import FEWEST_SHOWN
from reporting.disclosure import Cleared, clear_together
from reporting.queries.protection import cleared
from reporting.queries.release import is_in, read, rows, within

AGED_65_PLUS = ("65-74", "75-84", "85+")


def measure_by_group(
    snapshot: Snapshot, scope: Scope, selection: Selection, thresholds: Sequence[int],
    months: Sequence[dt.date],
) -> Cleared:  # fmt: skip
    """Counts of people by age band, sex and deprivation quintile in the selected area: measure, threshold,
    dimension (age_band | sex | imd_quintile), category, month, numerator, denominator.

    Measures that count people among people; those of amounts have no groups that an interval would fit.
    """
    where, parameters = within(scope, selection)
    found = rows(
        snapshot.path,
        f"""SELECT g.measure, g.threshold, g.dimension, g.category, g.month,
                   sum(g.numerator)::BIGINT AS numerator, sum(g.denominator)::BIGINT AS denominator
            FROM measure_group g JOIN measure_def d ON d.measure = g.measure
            JOIN practice p ON p.practice_code = g.practice_code
            WHERE d.kind = 'count' AND {is_in("g.threshold", thresholds)} AND {is_in("g.month", months)}
              AND {where}
            GROUP BY ALL ORDER BY ALL""",
        [*thresholds, *months, *parameters],
    )
    return cleared(snapshot, scope, selection, found)


def traits(snapshot: Snapshot, scope: Scope, listed: str) -> Cleared:
    """What makes practices alike, one row a practice of the ICB: practice (a code), list_size, share_65_plus
    (0 to 1, to a thousandth: less is no difference) and imd, the mean deprivation quintile of those supplied
    in 12 months (1 is the most deprived); month, the last complete one.

    listed: a measure whose denominator is everybody registered. Every practice is among the rows whoever
    asks, since nobody can be compared with their like otherwise; no measure and no name is.
    """
    return read(
        snapshot,
        scope,
        f"""WITH aged AS (
                SELECT practice_code, month, sum(denominator) AS everybody,
                       coalesce(sum(denominator) FILTER ({is_in("category", AGED_65_PLUS)}), 0) AS older
                FROM measure_group WHERE measure = ? AND dimension = 'age_band' GROUP BY ALL
            ), latest AS (
                SELECT practice_code, arg_max(everybody, month) AS everybody, arg_max(older, month) AS older,
                       max(month) AS month
                FROM aged GROUP BY practice_code
            ), lived AS (
                SELECT practice_code, avg(imd_quintile) AS imd FROM patient_month
                WHERE month >= ? GROUP BY practice_code
            )
            SELECT l.practice_code AS practice, l.everybody::BIGINT AS list_size,
                   round(l.older / l.everybody, 3)::DOUBLE AS share_65_plus, v.imd, l.month
            FROM latest l LEFT JOIN lived v ON v.practice_code = l.practice_code
            WHERE l.everybody > 0 ORDER BY l.practice_code""",
        [*AGED_65_PLUS, listed, snapshot.info.month(11)],
    )


def expected(snapshot: Snapshot, scope: Scope) -> Cleared:
    """How many people each practice of the ICB would count, had each kind of its people the share of all
    practices together: measure, threshold, practice_code, month, expected. Of measures of use, at quarters'
    ends and practices' last months of the last 13."""
    return read(snapshot, scope, "SELECT measure, threshold, practice_code, month, expected FROM expected")


def measures_together(
    snapshot: Snapshot, scope: Scope, practices: Sequence[str], measures: Sequence[str],
    thresholds: Sequence[int], month: dt.date,
) -> Cleared:  # fmt: skip
    """These practices added up, whoever asks: measure, threshold, numerator, denominator, practices.

    The asker's own practices are left out, and so is a measure that fewer than 5 others have. Where it
    leaves, both are coarse: any practices may be asked for, and no plan holds every choice.
    """
    others = sorted(set(practices) - (scope.practices or frozenset()))
    found = rows(
        snapshot.path,
        f"""SELECT m.measure, m.threshold, sum(m.numerator)::BIGINT AS numerator,
                   sum(m.denominator)::BIGINT AS denominator, count(*) AS practices
            FROM measure_month m
            WHERE {is_in("m.practice_code", others)} AND {is_in("m.measure", measures)}
              AND {is_in("m.threshold", thresholds)} AND m.month = ? AND m.category = ''
            GROUP BY ALL HAVING count(*) >= ? ORDER BY ALL""",
        [*others, *measures, *thresholds, month, FEWEST_SHOWN],
    )
    return clear_together(found, scope)

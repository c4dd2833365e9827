"""The page Equity: the rule of its head, and what it shows in order."""

from __future__ import annotations

from reporting.access.scope import Scope, Selection, Snapshot
from reporting.exhibits.coverage import area_name, coverage
from reporting.exhibits.equity.gaps import NO_RATES, gaps, split
from reporting.exhibits.equity.groups import DIMENSIONS, groups, measures
from reporting.exhibits.equity.measure import ByGroup
from reporting.exhibits.exhibit import Head
from reporting.exhibits.wording import counted, month, number

FIRST_MEASURE = "high_dose_share"  # of people supplied, whose deprivation is known
LIST = gaps


def one_measure(measure: str) -> tuple[ByGroup, ...]:
    """A chart of the measure for each way to group people."""
    return tuple(ByGroup(dimension, measure) for dimension in DIMENSIONS)


def head(snapshot: Snapshot, scope: Scope, selection: Selection) -> Head:
    """The page's finding: how many gaps go beyond chance, in care taken up and in use."""
    area = area_name(snapshot, scope, selection)
    frame = groups(snapshot, scope, selection)
    if frame.empty:
        return Head(f"No figures for {area} yet", coverage(snapshot, scope, selection).nothing())
    care, use = split(snapshot, scope, frame[frame["role"] != "common"])
    compared = counted(int(frame["rest"].notna().sum()), "comparison", "comparisons")
    return Head(
        equity_headline(area, care["measure"].nunique(), use["measure"].nunique()),
        f"{len(measures(snapshot, scope))} measures by age, sex and deprivation, "
        f"{month(snapshot.info.last_month)}: {compared} of a group with everybody else. {NO_RATES}",
    )


def equity_headline(area: str, care: int, use: int) -> str:
    """In how many measures of care and of use some group lies apart."""
    if not care and not use:
        return f"{area}: differences between groups could be chance"
    if not care:
        return f"{area}: groups really differ in {counted(use, 'measure', 'measures')} of use, none of care"
    also = number(use) if use else "none"
    return f"{area}: groups really differ in {counted(care, 'measure', 'measures')} of care, {also} of use"

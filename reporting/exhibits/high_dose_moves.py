"""Who is new to a high dose and who left it, by reason, in quarters counted back from the latest month."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

import pandas as pd

from reporting import queries
from reporting.access import Scope, Selection, Snapshot
from reporting.analysis.crossings import counts_differ
from reporting.analysis.rounding import Rounding
from reporting.charts.canvas import Figure
from reporting.charts.crossings import crossings
from reporting.charts.waterfall import waterfall
from reporting.disclosure import whole
from reporting.exhibits.coverage import beyond, coverage, dose_words, source_words
from reporting.exhibits.exhibit import Exhibit, frame_of
from reporting.exhibits.policy import rounding
from reporting.exhibits.wording import cells, counted, listed, month, number

NEW, LEFT = "new_to_high_dose", "left_high_dose"
SIDES = {NEW: "above", LEFT: "below"}
SIDE_WORDS = {NEW: "New", LEFT: "Left"}
QUARTER, YEAR = 3, 4  # months; quarters
BY_DOSE = ("dose rose", "dose fell")
BY_RECORD = ("acute use before", "excluded before", "supply began", "no supply", "excluded")
NO_BREAK = "\u00a0"
ROLES = ("data_dark", "data", "common")  # by dose, by record or supply, by registration or death


def new_and_left(snapshot: Snapshot, scope: Scope, selection: Selection) -> Exhibit:
    """Crossings of the threshold by quarter and reason, and whether one way is commoner in the last year;
    where it will leave of that year alone."""
    if scope.protects:
        return _of_a_year(snapshot, scope, selection)
    found = queries.high_dose_moves(snapshot, scope, selection).frame
    covered, words = coverage(snapshot, scope, selection), beyond(snapshot, selection.threshold)
    common = frame_of(snapshot, "high-dose-moves", NEW, LEFT)
    frame = quarters(found, pd.Timestamp(snapshot.info.last_month))
    year = frame[frame["back"] < YEAR]
    if year.empty or frame["people"].sum() == 0:
        return Exhibit(**common, headline=f"New to and left high dose {words}", empty=covered.nothing())
    length = QUARTER * int(year["back"].nunique())
    came, went = (_by_reason(year, measure) for measure in (NEW, LEFT))
    return Exhibit(
        **common,
        headline=moves_headline(came, went, length),
        subtitle=(
            f"Times adults came to be {words} OME a day (above the axis) or ceased to be (below), by reason "
            f"and quarter to {month(snapshot.info.last_month)} (n = {number(frame['people'].sum())})"
        ),
        figure=_figure(frame, year),
        narrow=partial(_figure, year, year, compact=True),
        caption=(
            f"{net_words(came, went, length)} Counts at the right: last {length} months. A difference is "
            "said only where an exact test of equal numbers is below 5%. Who crosses twice counts twice. "
            "Deaths, deductions and exclusions are no achievement and no failure; without supply, it may "
            "come from "
            f"elsewhere.{_uneven(frame)} {dose_words(snapshot, selection.threshold)} "
            f"{source_words(snapshot, covered)}"
        ),
        table=_table(frame),
        alt=(
            f"In {length} months {_sum(came)} new: {_reasons(came)}; {_sum(went)} left: {_reasons(went)}. "
            f"{net_words(came, went, length)}"
        ),
    )


def _of_a_year(snapshot: Snapshot, scope: Scope, selection: Selection) -> Exhibit:
    frames = {
        way: queries.crossings_of_a_year(snapshot, scope, selection, way).frame.sort_values(
            ["people", "reason"], ascending=[False, True], kind="stable"
        )
        for way in (NEW, LEFT)
    }
    covered, words = coverage(snapshot, scope, selection), beyond(snapshot, selection.threshold)
    common = frame_of(snapshot, "high-dose-moves", NEW, LEFT)
    both = {way: whole(frame, "people") for way, frame in frames.items()}
    if not any(n != 0 for n in both.values()):
        return Exhibit(**common, headline=f"New to and left high dose {words}", empty=covered.nothing())
    rows = _bars(frames, both)
    if rows["people"].isna().all():
        few = "So few people crossed the threshold that no number may be shown. Choose a wider area."
        return Exhibit(**common, headline=f"New to and left high dose {words}", empty=few)
    return Exhibit(
        **common,
        headline=year_headline(both[NEW], both[LEFT], rounding(snapshot, scope)),
        subtitle=(
            f"Times adults came to be {words} OME a day or ceased to be, by reason, "
            f"{month(snapshot.info.month(YEAR * QUARTER - 1))} to {month(snapshot.info.last_month)}"
        ),
        figure=waterfall(rows),
        caption=(
            "A difference is said only where an exact test of equal numbers is below 5%. Who crosses twice "
            "counts twice. Deaths, deductions and exclusions are no achievement and no failure; without "
            f"supply, it may come from elsewhere. {dose_words(snapshot, selection.threshold)} "
            f"{source_words(snapshot, covered)}"
        ),
        table=pd.DataFrame({"New or left, by reason": rows["label"], "Times": cells(rows["people"])}),
        alt=f"{'; '.join(rows['label'] + ': ' + rows['note'])}.",
    )


def year_headline(new: float, left: float, rounding: Rounding) -> str:
    """Which way is commoner whichever counts were rounded to these, or no clear difference."""
    if new != new or left != left:
        return f"New to high dose in 12 months: {number(new)}; left it: {number(left)}"
    (few, many), (least, most) = rounding.ends(new), rounding.ends(left)
    found = {
        counts_differ(one, other) * (1 if other > one else -1)
        for one in range(int(few), int(many) + 1)
        for other in range(int(least), int(most) + 1)
    }
    words = {
        1: f"More left high dose ({number(left)}) than were new to it ({number(new)}) in 12 months",
        -1: f"More were new to high dose ({number(new)}) than left it ({number(left)}) in 12 months",
        0: f"No clear difference between new to high dose ({number(new)}) and left ({number(left)}) "
        "in 12 months",
    }
    if len(found) > 1:
        return f"New to high dose in 12 months: {number(new)}; left it: {number(left)}; too close to judge"
    return words[found.pop()]


def _bars(frames: Mapping[str, pd.DataFrame], both: Mapping[str, float]) -> pd.DataFrame:
    """label, start, end, role, note and people: all of each way, then its reasons."""
    rows = []
    for way, frame in frames.items():
        rows.append((SIDE_WORDS[way], "data_dark", both[way]))
        for reason, people in zip(frame["reason"], frame["people"], strict=True):
            rows.append((f"{SIDE_WORDS[way]}: {reason}", role_of(reason), people))
    made = pd.DataFrame(rows, columns=["label", "role", "people"])
    notes = [number(people) for people in made["people"]]
    return made.assign(start=0.0, end=made["people"].fillna(0.0), note=notes)


def quarters(frame: pd.DataFrame, last: pd.Timestamp) -> pd.DataFrame:
    """Rows of months as quarters counted back from the last month (back 0), only where all three months are
    there: measure, category, back, period, people, practices (fewest in any month of it)."""
    months = (last.year - frame["month"].dt.year) * 12 + last.month - frame["month"].dt.month
    frame = frame.assign(
        back=months // QUARTER, practices=frame.groupby("month")["practices"].transform("max")
    )
    whole = frame.groupby("back")["month"].transform("nunique") == QUARTER
    made = frame[whole].groupby(["back", "measure", "category"], as_index=False).agg(
        people=("people", "sum"), practices=("practices", "min")
    )  # fmt: skip
    made["period"] = [_period(last, back) for back in made["back"]]
    return made.sort_values(["back", "measure", "category"], ascending=[False, True, True], ignore_index=True)


def moves_headline(came: dict[str, int], went: dict[str, int], months: int) -> str:
    """Which way is commoner, or no clear difference; and for how many who left the dose fell."""
    new, left = sum(came.values()), sum(went.values())
    if new + left == 0:
        return f"Nobody is new to high dose or left it in {months} months"
    if not counts_differ(new, left):
        start = f"No clear difference between new to high dose ({number(new)}) and left ({number(left)})"
    elif left > new:
        start = f"More left high dose ({number(left)}) than were new to it ({number(new)})"
    else:
        start = f"More were new to high dose ({number(new)}) than left it ({number(left)})"
    fell = went.get(BY_DOSE[1], 0)
    rest = f"; in {number(fell)} of the {number(left)} the dose fell" if left else ""
    return f"{start} in {months} months{rest}"


def net_words(came: dict[str, int], went: dict[str, int], months: int) -> str:
    """The net of both as a sentence."""
    net = sum(came.values()) - sum(went.values())
    if net == 0:
        return f"Net in {months} months: as many new as left."
    return (
        f"Net in {months} months: {number(abs(net))} more {'new than left' if net > 0 else 'left than new'}."
    )


def role_of(reason: str) -> str:
    """The colour of a reason: by dose, by record or supply, or (all others) by registration or death."""
    return ROLES[0] if reason in BY_DOSE else ROLES[1] if reason in BY_RECORD else ROLES[2]


def _period(last: pd.Timestamp, back: int) -> str:
    end = last - pd.DateOffset(months=QUARTER * int(back))
    return f"{end - pd.DateOffset(months=QUARTER - 1):%b}–{end:%b} {end:%Y}"


def _by_reason(frame: pd.DataFrame, measure: str) -> dict[str, int]:
    """Reason → people, commonest first, without those nobody had."""
    sums = frame[frame["measure"] == measure].groupby("category")["people"].sum()
    sums = sums.sort_values(ascending=False, kind="stable")
    return {str(reason): int(people) for reason, people in sums.items() if people}


def _sum(reasons: dict[str, int]) -> str:
    return number(sum(reasons.values()))


def _reasons(reasons: dict[str, int]) -> str:
    return ", ".join(f"{reason} {number(people)}" for reason, people in reasons.items()) or "no reason"


def _figure(frame: pd.DataFrame, year: pd.DataFrame, *, compact: bool = False) -> Figure:
    placed = frame.assign(role=[role_of(reason) for reason in frame["category"]])
    drawn = [
        {"period": period, "side": side, "role": role, "value": part["people"].sum(),
         "hover": f"{period}, {SIDE_WORDS[measure].lower()}: {_reasons(_by_reason(part, measure))}"}
        for period in dict.fromkeys(frame["period"]) for measure, side in SIDES.items() for role in ROLES
        for part in [placed[(placed["period"] == period) & (placed["measure"] == measure)
                            & (placed["role"] == role)]]
    ]  # fmt: skip
    return crossings(pd.DataFrame(drawn), _ends(frame, year), _headings(year), compact=compact)


def _headings(year: pd.DataFrame) -> dict[str, str]:
    return {
        side: f"{SIDE_WORDS[measure]}: {_sum(_by_reason(year, measure))}" for measure, side in SIDES.items()
    }


def _ends(frame: pd.DataFrame, year: pd.DataFrame) -> pd.DataFrame:
    """side, role and label of what stands at the right: the reasons drawn in each colour, each with its count
    in the last year, which may be nought."""
    rows = []
    for measure, side in SIDES.items():
        counts = dict.fromkeys(_by_reason(frame, measure), 0) | _by_reason(year, measure)
        reasons = sorted(counts, key=lambda reason: -counts[reason])
        for role in ROLES:
            own = [
                f"{reason}{NO_BREAK}{number(counts[reason])}" for reason in reasons if role_of(reason) == role
            ]
            if own:
                rows.append((side, role, ", ".join(own)))
    return pd.DataFrame(rows, columns=["side", "role", "label"])


def _uneven(frame: pd.DataFrame) -> str:
    """Which quarters hold fewer practices than others, as a sentence after a space; else nothing."""
    each = frame.groupby("period", sort=False)["practices"].min()
    fewer = [f"{period} ({n})" for period, n in each.items() if n < each.max()]
    return (
        f" Fewer than {counted(int(each.max()), 'practice', 'practices')}: {listed(fewer)}." if fewer else ""
    )


def _table(frame: pd.DataFrame) -> pd.DataFrame:
    shown = frame[frame["people"] > 0]
    return pd.DataFrame(
        {
            "Quarter": shown["period"],
            "New or left": shown["measure"].map(SIDE_WORDS),
            "Reason": shown["category"],
            "Times": shown["people"],
            "Practices": shown["practices"],
        }
    )

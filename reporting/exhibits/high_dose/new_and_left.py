"""Who is new to a high dose and who left it, by reason, in quarters counted back from the latest month."""

from __future__ import annotations

from collections import defaultdict

import pandas as pd

from reporting import figures
from reporting.access.scope import Scope, Selection, Snapshot
from reporting.charts.canvas import Figure
from reporting.charts.people.new_and_left import crossings
from reporting.exhibits.kinds.chart import Finding, Nothing
from reporting.exhibits.wording import counted, listed, number

NEW, LEFT = "new_to_high_dose", "left_high_dose"
SIDE_WORDS = {NEW: "New", LEFT: "Left"}
BY_DOSE = ("dose rose", "dose fell")
BY_RECORD = ("acute use before", "excluded before", "supply began", "no supply", "excluded")
ROLES = ("strong", "common", "faint")  # by dose, by record or supply, by registration or death
SIDES = {NEW: "above", LEFT: "below"}
NOT_KNOWN = "high_dose_not_known"
QUARTER, YEAR = 3, 4  # months; quarters
NO_BREAK = "\u00a0"


def read(snapshot: Snapshot, scope: Scope, selection: Selection) -> Finding | Nothing:
    """Crossings of the threshold by quarter and reason."""
    found = figures.crossings(snapshot, scope, selection).frame
    frame = quarters(found, pd.Timestamp(snapshot.info.last_month))
    year = found[found["span"] == "year"]
    if year.empty or frame["times"].sum() == 0:
        return Nothing()
    length = int(year["months"].max())
    new, left = (_every(year, measure) for measure in (NEW, LEFT))
    came, went = (_by_reason(year, measure) for measure in (NEW, LEFT))
    words = {
        "n": number(frame["times"].sum()),
        "net": net_words(new, left, length),
        "fell": _fell(went.get(BY_DOSE[1], 0), left),
        "not_known": _not_known(_every(year, NOT_KNOWN)),
        "months": length,
        "uneven": _uneven(frame),
    }
    alt = (
        f"In {length} months {number(new)} new: {_reasons(came)}; {number(left)} left: {_reasons(went)}. "
        f"{net_words(new, left, length)}"
    )
    return Finding(frame, _table(frame), (new, left, length), words, {"year": year}, alt)


def quarters(frame: pd.DataFrame, last: pd.Timestamp) -> pd.DataFrame:
    """Quarters of `figures.crossings` by reason, the earliest first, with words for their months (period)."""
    own = frame[(frame["span"] == "quarter") & (frame["reason"] != "")]
    made = own.assign(period=[_period(last, back) for back in own["back"]])
    return made.sort_values(["back", "measure", "reason"], ascending=[False, True, True], ignore_index=True)


def crossings_headline(new: int, left: int, months: int) -> str:
    """How often people crossed each way; whether the number changed is judged by people (`flowed`), not by
    these times."""
    if new + left == 0:
        return f"Nobody is new to a high dose or left it in {months} months"
    return f"New to a high dose {times(new)}, left {times(left)} in {months} months"


def _fell(fell: int, left: int) -> str:
    """How often the dose fell, as a sentence after a space; else nothing."""
    return f" In {number(fell)} of the {number(left)} that left the dose fell." if left else ""


def times(n: float) -> str:
    """“once”, “12 times”, “never”."""
    return "never" if n == 0 else "once" if n == 1 else f"{number(n)} times"


def role_of(reason: str) -> str:
    """The colour of a reason: by dose, by record or supply, or (all others) by registration or death."""
    return ROLES[0] if reason in BY_DOSE else ROLES[1] if reason in BY_RECORD else ROLES[2]


def net_words(new: int, left: int, months: int) -> str:
    """The net of both as a sentence."""
    net = new - left
    if net == 0:
        return f"Net in {months} months: as many new as left."
    return (
        f"Net in {months} months: {number(abs(net))} more {'new than left' if net > 0 else 'left than new'}."
    )


def _not_known(times: int) -> str:
    """How often a dose beyond the threshold became unknown, as a sentence after a space; else nothing."""
    if not times:
        return ""
    return (
        f" {counted(times, 'time', 'times')} more the dose is not known, as an issue is in no dose: "
        "counted as neither, and listed on the worklist."
    )


def _period(last: pd.Timestamp, back: int) -> str:
    end = last - pd.DateOffset(months=QUARTER * int(back))
    return f"{end - pd.DateOffset(months=QUARTER - 1):%b}–{end:%b} {end:%Y}"


def _by_reason(frame: pd.DataFrame, measure: str) -> dict[str, int]:
    """Reason → times of the rows of a span, commonest first, without those nobody had."""
    own = frame[(frame["measure"] == measure) & (frame["times"] > 0)]
    return _commonest_first(dict(zip(own["reason"], own["times"].astype(int), strict=True)))


def _every(year: pd.DataFrame, measure: str) -> int:
    """Times for any reason in the year; 0 where the release knows none."""
    return int(year.loc[year["measure"] == measure, "every"].max() if measure in set(year["measure"]) else 0)


def _commonest_first(reasons: dict[str, int]) -> dict[str, int]:
    return dict(sorted(reasons.items(), key=lambda item: -item[1]))


def _reasons(reasons: dict[str, int]) -> str:
    return ", ".join(f"{reason} {number(people)}" for reason, people in reasons.items()) or "no reason"


def by_reason(frame: pd.DataFrame, year: pd.DataFrame, *, compact: bool = False) -> Figure:
    """The quarters read, those of the last year alone for a phone, with counts of the year at the right."""
    frame = frame[frame["back"] < YEAR] if compact else frame
    # period, measure and role → reason → people
    counts = defaultdict[tuple[str, str, str], dict[str, int]](dict)
    for period, measure, reason, people in zip(
        frame["period"], frame["measure"], frame["reason"], frame["times"], strict=True
    ):
        if people:
            counts[period, measure, role_of(reason)][reason] = int(people)
    drawn = [
        {"period": period, "side": side, "role": role, "value": sum(reasons.values()),
         "hover": f"{period}, {SIDE_WORDS[measure].lower()}: {_reasons(reasons)}"}
        for period in dict.fromkeys(frame["period"]) for measure, side in SIDES.items() for role in ROLES
        for reasons in [_commonest_first(counts[period, measure, role])]
    ]  # fmt: skip
    return crossings(pd.DataFrame(drawn), _ends(frame, year), _headings(year), compact=compact)


def _headings(year: pd.DataFrame) -> dict[str, str]:
    return {
        side: f"{SIDE_WORDS[measure]}: {number(_every(year, measure))}" for measure, side in SIDES.items()
    }


def _ends(frame: pd.DataFrame, year: pd.DataFrame) -> pd.DataFrame:
    """side, role and label of what stands at the right: the reasons drawn in each colour, each with its count
    in the last year, which may be nought."""
    rows = []
    for measure, side in SIDES.items():
        drawn = frame.loc[(frame["measure"] == measure) & (frame["times"] > 0), "reason"]
        counts = dict.fromkeys(sorted(set(drawn)), 0) | _by_reason(year, measure)
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
    shown = frame[frame["times"] > 0]
    return pd.DataFrame(
        {
            "Quarter": shown["period"],
            "New or left": shown["measure"].map(SIDE_WORDS),
            "Reason": shown["reason"],
            "Times": shown["times"],
            "Practices": shown["practices"],
        }
    )

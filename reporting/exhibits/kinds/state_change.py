"""Change of a state of people in an area: judged by who entered it and who left it, over a year."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import pandas as pd

from reporting.analysis.change import Change, band, flows
from reporting.analysis.correction import Correction
from reporting.analysis.special_causes import kind
from reporting.disclosure import judging
from reporting.exhibits.exhibit import Definition
from reporting.exhibits.kinds.families import SPANS, ending
from reporting.exhibits.wording import counted, month, number

# Reasons that are nobody's doing: no success and no failure.
NOT_OWN = (
    "moved in", "newly registered", "excluded before", "dose not known before",
    "died", "moved away", "excluded", "dose not known", "reason not known",
)  # fmt: skip


@dataclass(frozen=True)
class Flowed:
    """change: of exact people between two months. since, to: the months. span: programme (since is the month
    before it began), year, or start (since is the first month of the data). counts: people or plans. wholes:
    the denominators. moved: how many of those who entered came from elsewhere in the data, and left for
    elsewhere. people: in the state then and now. fell: how many of those then fell too fast since, and of how
    many that is not known. All None where they may not be shown. some_fell: whether any of them did. net: of
    the numbers shown, where they can be compared. practices: in both months. share_way: 1 where the share of
    the denominator rose, -1 where it fell. own: the change without those who moved, died or were excluded and
    those whose dose or reason is not known; None where no reason is known.

    kind: improvement | concern | neutral_high | neutral_low | common. No good and no bad where the number in
    the state went one way and its share of the denominator the other, or where it went so by moves, deaths,
    exclusions and unknown doses alone.
    """

    change: Change
    kind: str
    since: pd.Timestamp
    to: pd.Timestamp
    span: str
    counts: str
    net: float | None
    moved: tuple[int, int] | None
    wholes: tuple[int, int] | None
    practices: int
    share_way: int = 0
    own: Change | None = None
    people: tuple[int, int] | None = None
    fell: tuple[int, int] | None = None
    some_fell: bool = False

    @property
    def words(self) -> str:
        """“33 fewer people than a year ago: 52 new, 85 left; more than chance”."""
        sure = "more than chance" if self.change.is_change else "could be chance"
        return f"{self._net()} {self.then}{self.told}; {sure}{self.with_moves}"

    @property
    def told(self) -> str:
        """“: 52 new, 85 left”; empty where that may not be told."""
        return "" if self.moved is None else f": {_new(self.change)}"

    @property
    def verdict(self) -> str:
        """What is said of change in a few words: “Really fell”, “Could be chance”."""
        way = self.change.net_way
        if not self.change.is_change:
            return "Could be chance"
        if self.share_way * way < 0:
            word = "More" if way > 0 else "Fewer"
            rounded = self.people is None  # the rates shown may go another way
            return word if rounded else f"{word}, though the rate {'fell' if way > 0 else 'rose'}"
        if self.by_others:
            return "Rose with moves" if way > 0 else "Fell with deaths and moves"
        return "Really rose" if way > 0 else "Really fell"

    def finding(self, them: str) -> str:
        """“Really fell: from 249 to 205 people above 120 mg”; without the two numbers “Really fell: about 35
        fewer people than a year ago”. them: what is said of the people."""
        if self.people is None:
            return f"{self.verdict}: {self._net()} {self.then}"
        was, now = self.people
        who = counted(now, {"people": "person", "plans": "plan"}[self.counts], self.counts)
        if was == now:
            return f"{self.verdict}: {who} {them}, as many as {self.then}"
        return f"{self.verdict}: from {number(was) if was else 'none'} to {who} {them}"

    @property
    def by_others(self) -> bool:
        """Whether it is a change with those who moved, died or were excluded alone."""
        return self.change.is_change and not _is_own(self.change, self.own)

    @property
    def with_moves(self) -> str:
        """What is said beside such a change: “, with deaths and moves”; else nothing."""
        return ", with deaths and moves" if self.by_others else ""

    @property
    def then(self) -> str:
        """What is compared with: “before the programme”, “a year ago”, “in Mar 2026”."""
        if self.span == "programme":
            return "before the programme"
        return "a year ago" if self.span == "year" else f"in {month(self.since)}"

    @property
    def then_dated(self) -> str:
        """The same with the month: “before the programme (Mar 2025)”."""
        return self.then if self.span == "start" else f"{self.then} ({month(self.since)})"

    @property
    def apart(self) -> str:
        """“44 fewer than at the start”: the start of the programme, or whatever is compared with."""
        then = "at the start" if self.span == "programme" else self.then
        words = self._net().replace(f" {self.counts} ", " ").replace(" person ", " ").replace(" plan ", " ")
        return f"{words} {then}"

    def _net(self) -> str:
        """The net of what is shown; where that is unlike the exact one, or not known, the direction alone. Of
        published counts only a change has a number: rounding makes or hides a small one."""
        exact, net = self.change.net, self.net
        if self.moved is None and not self.change.is_change:
            return f"not surely more or fewer {self.counts} than"
        if net is None or (net > 0) - (net < 0) != (exact > 0) - (exact < 0):
            return f"{'more' if exact > 0 else 'fewer'} {self.counts} than"
        if net == 0:
            return f"as many {self.counts} as"
        one = {"people": "person", "plans": "plan"}[self.counts] if abs(net) == 1 else self.counts
        about = "" if self.moved is not None else "about "
        return f"{about}{number(abs(net))} {'more' if net > 0 else 'fewer'} {one} than"

    def beside(self) -> str:
        """What else is to be known of the two months, in sentences: moves, and the denominator."""
        found = [f"Change is judged from {month(self.since)} to {month(self.to)}"]
        found[0] += f", at {counted(self.practices, 'practice', 'practices')} with data of both."
        if self.moved and any(self.moved):
            came, went = (number(n) if n else "none" for n in self.moved)
            found.append(
                f"Of the new {came} moved in, and of those who left {went} moved away, and were or are in "
                "the state there."
            )
        if self.own is not None and self.moved is not None and self.by_others:
            found.append(
                f"Without those who moved, died or were excluded and doses not known: {_new(self.own)}; "
                f"{'more than chance' if self.own.is_change else 'could be chance'}."
            )
        if self.wholes and self.wholes[0] != self.wholes[1]:
            found.append(f"Of {number(self.wholes[0])} then and {number(self.wholes[1])} now.")
        if self.fell is not None and self.people is not None:
            found.append(f"{self.falls().capitalize()}.")
        return " ".join(found)

    def falls(self) -> str:
        """“51 of the 249 then fell too fast on the way”, and of how many that is not known; where the number
        is not shown, “some”."""
        if self.fell is None or self.people is None:
            return "some of those then fell too fast on the way" if self.some_fell else ""
        (fell, unknown), then = self.fell, self.people[0]
        if then == 0:
            return "nobody was there then to fall too fast"
        them = f"the {number(then)} then" if then > 1 else "the 1 then"
        told = f"{number(fell) if fell else 'none'} of {them} fell too fast on the way"
        return f"{told}; of {number(unknown)} {'more ' if fell else ''}it is not known" if unknown else told

    def too_fast(self) -> str:
        """“51 came down too fast”, of those there at the start, as the end of a headline."""
        if self.fell is None:
            return "some came down too fast" if self.some_fell else "none is known to have come down too fast"
        fell, unknown = self.fell
        if unknown and not fell:
            return f"{number(unknown)} may have come down too fast"
        return f"{number(fell) if fell else 'none'} came down too fast"

    def too_fast_not_known(self) -> str:
        """Of how many that is not known, as a sentence after a space; else nothing."""
        if self.fell is None or not self.fell[1]:
            return ""
        return f" Of {number(self.fell[1])} it is not known whether they came down too fast."


def _new(change: Change) -> str:
    return f"{number(change.entered) if change.entered else 'nobody'} new, " + (
        f"{number(change.left)} left" if change.left else "nobody left"
    )


def flowed(
    rows: pd.DataFrame,
    about: Definition,
    last: pd.Timestamp,
    shown: pd.DataFrame,
    among: Correction | None = None,
    reasons: pd.DataFrame | None = None,
    spans: tuple[str, ...] = SPANS,
) -> Flowed | None:
    """The change to a month, from rows of `figures.flows` of one measure and threshold; None where nothing is
    there to compare it with.

    shown: month, numerator and practices of the state as they are shown. among: what it is compared at once
    with, nothing by default. reasons: rows of `figures.flow_reasons`. spans: what it is judged over, the
    first that is there.
    """
    row: Any = ending(judging(rows), last, spans)
    if row is None:
        return None
    withheld = bool(rows["entered"].isna().any())
    change = flows(int(row["entered"]), int(row["left"]), better=about.better, among=among)
    own = None if reasons is None else _own(judging(reasons), row, about, among)
    return Flowed(
        change=change,
        kind=_kind(change, row, own),
        own=own,
        since=row["from_month"],
        to=row["to_month"],
        span=str(row.name),
        counts=about.counts,
        net=_net_shown(shown, row) if withheld else change.net,
        moved=None if withheld else (int(row["moved_in"]), int(row["moved_out"])),
        wholes=None if withheld else (int(row["from_whole"]), int(row["to_whole"])),
        practices=int(row["practices"]),
        share_way=_share_way(row),
        people=None if withheld else (int(row["from_people"]), int(row["to_people"])),
        fell=None if withheld or about.counts != "people" else (int(row["fell"]), int(row["fall_unknown"])),
        some_fell=about.counts == "people" and int(row["fell"]) > 0,
    )


def _kind(change: Change, row: Any, own: Change | None) -> str:
    """Fewer people of ever fewer is no success, nor a failure where the cohort itself came down; nor are
    deaths and moves."""
    if change.is_change and (_share_way(row) * change.net_way < 0 or not _is_own(change, own)):
        return kind(change.net_way, "neither")
    return change.kind


def _is_own(change: Change, own: Change | None) -> bool:
    return own is None or (own.is_change and own.net_way == change.net_way)


def _own(reasons: pd.DataFrame, row: Any, about: Definition, among: Correction | None) -> Change | None:
    """The change by doses, reviews and the like alone."""
    told = reasons[(reasons["span"] == row.name) & (reasons["to_month"] == row["to_month"])]
    if told.empty:
        return None
    kept = told[~told["reason"].isin(NOT_OWN)].groupby("way")["people"].sum()
    return flows(int(kept.get("entered", 0)), int(kept.get("left", 0)), better=about.better, among=among)


def _share_way(row: Any) -> int:
    was, now = (
        row[f"{end}_people"] / row[f"{end}_whole"] if row[f"{end}_whole"] else 0 for end in ("from", "to")
    )
    return int(now > was) - int(now < was)


def _net_shown(shown: pd.DataFrame, row: Any) -> float | None:
    """The difference of the two numbers that are shown; None where one is not, or of other practices."""
    ends = shown[shown["month"].isin([row["from_month"], row["to_month"]])].sort_values("month")
    if len(ends) < 2 or (ends["practices"] != row["practices"]).any() or ends["numerator"].isna().any():
        return None
    return float(ends["numerator"].iloc[1] - ends["numerator"].iloc[0])


def bands(
    frame: pd.DataFrame,
    rows: pd.DataFrame,
    multiplier: float,
    starts: Iterable[dt.date],
    since: dt.date | None = None,
) -> pd.DataFrame:
    """start, lower and upper of each month of a series (month, denominator, value): the value at the first
    month, and where the series would lie with 95 in 100 had nothing changed since. NaN from the first month
    on of which it is not known who came and went.

    starts: months from which it begins anew. since: the month it is judged from, before which
    there is no band; the first where the series has it not.
    """
    moves = rows[rows["span"] == "month"].set_index("to_month")
    begun, found = {*starts}, []
    from_month = pd.Timestamp(since) if since is not None else None
    if from_month is None or not (frame["month"] == from_month).any():
        from_month = frame["month"].iloc[0]
    start = came = left = 0.0
    for at, (day, whole, value) in enumerate(
        zip(frame["month"], frame["denominator"], frame["value"], strict=True)
    ):
        if day < from_month:
            found.append((math.nan, math.nan, math.nan))
            continue
        if day == from_month or day in begun:
            start, came, left = value, 0, 0
        elif day in moves.index and frame["month"].iloc[at - 1] == moves.loc[day, "from_month"]:
            came, left = came + moves.loc[day, "entered"], left + moves.loc[day, "left"]
        else:
            start = math.nan
        if math.isnan(start) or not whole:
            found.append((start, math.nan, math.nan))
            continue
        ((_, upper),) = band(0, [int(came + left)], [0])
        reach = upper / whole * multiplier
        found.append((start, max(0.0, start - reach), start + reach))
    return pd.DataFrame(found, columns=["start", "lower", "upper"], index=frame.index)

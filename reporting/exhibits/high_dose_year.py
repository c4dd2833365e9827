"""Who is new to a high dose and who left it in twelve months, by reason: as much of it as leaves."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from reporting import figures
from reporting.access import Scope, Selection, Snapshot
from reporting.charts.waterfall import waterfall
from reporting.disclosure import whole
from reporting.exhibits.coverage import beyond, coverage, dose_words, source_words
from reporting.exhibits.exhibit import Exhibit, frame_of
from reporting.exhibits.wording import cells, month, number

NEW, LEFT = "new_to_high_dose", "left_high_dose"
SIDE_WORDS = {NEW: "New", LEFT: "Left"}
BY_DOSE = ("dose rose", "dose fell")
BY_RECORD = ("acute use before", "excluded before", "supply began", "no supply", "excluded")
ROLES = ("data_dark", "data", "common")  # by dose, by record or supply, by registration or death


def of_a_year(snapshot: Snapshot, scope: Scope, selection: Selection) -> Exhibit:
    """Crossings of the threshold of the last twelve months by reason."""
    frames = {
        way: figures.crossings_of_a_year(snapshot, scope, selection, way).frame.sort_values(
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
        headline=year_headline(both[NEW], both[LEFT]),
        subtitle=(
            f"Times adults came to be {words} OME a day or ceased to be, by reason, "
            f"{month(snapshot.info.month(11))} to {month(snapshot.info.last_month)}"
        ),
        figure=waterfall(rows),
        caption=(
            "Who crosses twice counts twice. Deaths, deductions and exclusions are no achievement and no "
            "failure; without supply, it may come from elsewhere. "
            f"{dose_words(snapshot, selection.threshold)} {source_words(snapshot, covered)}"
        ),
        table=pd.DataFrame({"New or left, by reason": rows["label"], "Times": cells(rows["people"])}),
        alt=f"{'; '.join(rows['label'] + ': ' + rows['note'])}.",
    )


def year_headline(new: float, left: float) -> str:
    """How often people crossed each way."""
    return f"New to high dose {times(new)}, left {times(left)} in 12 months"


def times(n: float) -> str:
    """“once”, “12 times”, “never”."""
    return "never" if n == 0 else "once" if n == 1 else f"{number(n)} times"


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


def role_of(reason: str) -> str:
    """The colour of a reason: by dose, by record or supply, or (all others) by registration or death."""
    return ROLES[0] if reason in BY_DOSE else ROLES[1] if reason in BY_RECORD else ROLES[2]

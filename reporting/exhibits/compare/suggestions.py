"""Three suggestions for one practice, each following from its own figures: process steps, never a dose."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from reporting.access.scope import Snapshot
from reporting.exhibits.compare.standing import Standing, Standings
from reporting.exhibits.compare.strips import figure_words
from reporting.exhibits.policy import taper_rule
from reporting.exhibits.wording import counted, number

SUGGESTED = 3
RED, SAFEGUARDS = "red_speed", "safeguards_complete"
STEPS = {
    "high_dose_prevalence": "Consider reviewing people on a high-dose opioid with their named clinician",
    "long_term_opioids": "Consider asking at each review whether the opioid still helps",
    "opioid_with_gabapentinoid": "Consider looking at opioid and gabapentinoid together",
    "reviewed_6_months": "Consider booking reviews for those without one in six months",
    "clinicians_named": "Consider naming a clinician and a cover for each person",
    "referral_offered": "Consider offering a referral at the next review",
    "referral_attended_of_cohort": "Consider asking at which step people are lost",
    "tapering": "Consider asking what would help people whose dose has not moved",
    "stalled": "Consider asking whether a plan that stands still should be paused",
}
ANYWAY = (
    ("Consider going through those who stand out", "the page Worklist says why each does"),
    ("Consider recording who reviews and who covers", "plans are found by the record alone"),
    ("Consider checking that each extract was complete", "figures are of what was sent"),
)


@dataclass(frozen=True)
class Suggestion:
    """What might be done, and the figure it follows from."""

    step: str
    why: str

    @property
    def words(self) -> str:
        """Both in one sentence."""
        return f"{self.step}: {self.why}."


def suggestions(snapshot: Snapshot, found: Standings, *, looked_at: bool = True) -> tuple[Suggestion, ...]:
    """Three of them: safety first, then what lies apart in the worse direction in the order of the measures,
    then what may be shared, then what is worth doing anyway. looked_at: whether somebody has looked at every
    fall and stop; nothing is for sharing until then."""
    made: dict[str, Suggestion] = {}
    better = _better(found) if looked_at else _first()
    for one in (*_safety(snapshot, found), *_worse(found), *better, *_anyway()):
        made.setdefault(one.step, one)
    return tuple(made.values())[:SUGGESTED]


def _safety(snapshot: Snapshot, found: Standings) -> Iterator[Suggestion]:
    rows = {row.measure: row for row in found.rows}
    red, complete = rows.get(RED), rows.get(SAFEGUARDS)
    fall = taper_rule(snapshot, "red_fall_percent")
    if red is not None and red.numerator:
        yield Suggestion(
            "Consider calling each person whose dose fell fast, to ask how they are",
            f"{number(red.numerator)} fell by more than {fall}% between 28-day means",
        )
    if complete is not None and complete.denominator and complete.missing:
        yield Suggestion(
            "Consider completing the safeguards before any further step",
            f"all are recorded for {number(complete.numerator or 0)} of "
            f"{counted(complete.denominator, 'reduction', 'reductions')}",
        )


def _worse(found: Standings) -> Iterator[Suggestion]:
    for row in found.apart["concern"]:
        if row.measure in STEPS:
            yield Suggestion(STEPS[row.measure], _why(row))


def _better(found: Standings) -> Iterator[Suggestion]:
    for row in found.apart["improvement"]:
        yield Suggestion("Consider sharing at the next forum what worked", _why(row))


def _first() -> Iterator[Suggestion]:
    yield Suggestion("Look at the falls first", "somebody's fall or stop has had no review since")


def _why(row: Standing) -> str:
    name = row.about.name[0].lower() + row.about.name[1:]
    return f"{name} {figure_words(row)}, {row.word} than similar"


def _anyway() -> Iterator[Suggestion]:
    yield from (Suggestion(step, why) for step, why in ANYWAY)

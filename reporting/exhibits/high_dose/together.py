"""What people on opioids take with them that also slows breathing."""

from __future__ import annotations

from reporting import figures
from reporting.access import Scope, Selection, Snapshot
from reporting.charts.rates.dots import interval_dots
from reporting.exhibits.coverage import coverage, source_words
from reporting.exhibits.exhibit import Exhibit, frame_of
from reporting.exhibits.kinds.year_before import (
    COLOURS,
    a_year_before,
    alt,
    judged_words,
    narrow,
    rows,
    table,
)
from reporting.exhibits.kinds.yearly import YearApart
from reporting.exhibits.wording import listed, month, number, share

WITH = "opioid_with_gabapentinoid"
TOGETHER = {
    WITH: "Opioid and gabapentinoid",
    "opioid_with_sedative": "Opioid and benzodiazepine or z-drug",
    "triple_combination": "All three",
    "two_opioids": "Two opioids",
    "naloxone_supplied": "Naloxone supplied",
    "both_coming_down": "Both down at once (neutral)",
}
COUNTED = {
    **dict.fromkeys(TOGETHER, "people on opioids"),
    "naloxone_supplied": "people offered it",
    "both_coming_down": "taper plans",
}


def together(snapshot: Snapshot, scope: Scope, selection: Selection) -> Exhibit:
    """What people on opioids take with them that also slows breathing, now and a year before."""
    frame = figures.measure_by_month(snapshot, scope, selection, [*TOGETHER], [0, selection.threshold]).frame
    counted = [measure for measure in TOGETHER if (frame["measure"] == measure).any()]
    found = a_year_before(snapshot, scope, selection, frame, counted)
    covered = coverage(snapshot, scope, selection)
    common = frame_of(snapshot, "opioid-together", *counted)
    if not found:
        return Exhibit(**common, headline="Opioids with other medicines", empty=covered.nothing())
    shown = rows(found, TOGETHER, COUNTED)
    return Exhibit(
        **common,
        headline=together_headline(found),
        subtitle=(
            "Share of people on opioids who take each with them, "
            f"{month(snapshot.info.last_month)} ({_sizes(found)})"
        ),
        figure=interval_dots(shown),
        narrow=narrow(shown),
        caption=(
            f"{COLOURS} {judged_words(snapshot, scope, selection)} Together: on one day of the last "
            f"{snapshot.info.window_days} at least. Together they "
            "may sedate and slow breathing: review both, and tell the person and carers the signs. "
            f"{source_words(snapshot, covered)}"
        ),
        table=table(shown),
        alt=alt(shown),
    )


def together_headline(found: dict[str, YearApart]) -> str:
    """How many take an opioid with a gabapentinoid, and what changed in a year."""
    first = found.get(WITH)
    moved = [
        f"{TOGETHER[m].split(' (')[0].lower()} {one.moved}"
        for m, one in found.items()
        if one.kind != "common"
    ]
    start = (
        f"Opioid and gabapentinoid together: {share(*first.now)}" if first else "Opioids with other medicines"
    )
    return f"{start}; {listed(moved, 3)} in a year" if moved else start


def _sizes(found: dict[str, YearApart]) -> str:
    most: dict[str, float] = {}
    for measure, one in found.items():
        most[COUNTED[measure]] = max(most.get(COUNTED[measure], 0), one.now[1])
    return "n = " + ", ".join(f"{number(n)} {words}" for words, n in most.items())

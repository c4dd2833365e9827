"""docs/measures.md: every measure, from measures/definitions."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from etl.docs.table import code, table
from measures import measure
from measures.measure import Measure

OPENING = Path(__file__).with_name("measures_opening.md").read_text(encoding="utf-8")


def page(found: Sequence[Measure] | None = None) -> str:
    """The document: a table of all measures, then each with its words and its rule."""
    every = measure.load() if found is None else found
    rows = [
        [
            m.code,
            f"[{m.name}](#{m.slug.replace('_', '-')})",
            m.unit,
            m.better,
            "yes" if m.per_threshold else "no",
        ]
        for m in every
    ]
    overview = table(["Code", "Measure", "Unit", "Better", "For each threshold"], rows)
    return "\n".join([OPENING, overview, "", *(_section(m) for m in every)]).rstrip() + "\n"


def _section(m: Measure) -> str:
    rows = [
        ["Name", f"{m.name} ({m.code}; `{m.slug}`)"],
        ["Counted", m.numerator_words],
        ["Out of", m.denominator_words],
        ["Unit", m.unit],
        ["Better", m.better],
        *_more(m),
        ["Why", m.why],
        ["Take care", m.caveats],
        ["Source", f"{m.source}. Reviewed {m.reviewed_on}."],
        ["Rule, counted", code(m.numerator)],
        ["Rule, out of", code(m.denominator)],
        ["Rows", f"of `{m.mart}`" + (_MONTHS.format(m.over_months) if m.over_months > 1 else "")],
        ["Begins", f"{m.days_needed} days into a practice's data"],
        *([["Needs", _needed(m)]] if m.extracts else []),
    ]
    return f"## {m.slug.replace('_', ' ')}\n\n{m.question}\n\n{table(['', ''], rows)}\n"


def _needed(m: Measure) -> str:
    return "extracts of " + ", ".join(
        f"{name.replace('_', ' ')} of {f'the {n} months to it' if n > 1 else 'the month'}"
        for name, n in m.extracts_needed.items()
    )


_MONTHS = ", each in its month and those after it, {} in all"


def _more(m: Measure) -> list[list[str]]:
    said = {
        "Split by": m.split,
        "For each": m.each,
        "Adds up, in thousandths": m.amount_milli,
        "Median of": m.median_of,
    }
    grouped = [["By group", "age band, sex" if m.registered else "age band, sex, deprivation"]]
    return [[words, code(rule)] for words, rule in said.items() if rule] + (grouped if m.grouped else [])

"""What the words and numbers of the dashboard mean: measures, thresholds and OME factors."""

from __future__ import annotations

import pandas as pd

from medicines import factors
from reporting import figures
from reporting.access.scope import Scope, Selection, Snapshot
from reporting.exhibits.coverage import OPERATOR_WORDS, area_name, beyond
from reporting.exhibits.data.completeness import Listing
from reporting.exhibits.exhibit import Definition, Head, definition
from reporting.exhibits.policy import dose_definition, policy_of
from reporting.exhibits.wording import listed, month

NO_NALOXONE = (
    "Naloxone supplied (M53) is not counted or shown: [naloxone] is unset, and only the ICB can say who is "
    "offered it."
)
DOSE_DEFINITIONS = {
    "carried_forward": (
        "Stock carried forward",
        "mean of the days with supply, early issues taken one after the other",
    ),
    "sum_of_days_supply": ("Sum of days’ supply", "OME issued ÷ the days of all supplies added up"),
    "unique_days": ("Unique days", "OME issued ÷ the days with any supply"),
    "fixed_window": ("Fixed window", "OME issued ÷ all days of the window"),
    "peak_day": ("Peak day", "the highest day, overlapping supplies added"),
}


def head(snapshot: Snapshot, scope: Scope, selection: Selection) -> Head:
    """What the page holds."""
    values = listed([f"{value} mg" for value in snapshot.info.thresholds])
    return Head(
        "What each measure counts, and how doses are made",
        f"High dose is {OPERATOR_WORDS[snapshot.info.operator]} {values} oral morphine equivalent (OME) a "
        f"day. OME "
        "compares the burden of opioids; it is not for switching drugs. Thresholds are the ICB's to decide.",
    )


def measures(snapshot: Snapshot, scope: Scope, selection: Selection) -> tuple[Definition, ...]:
    """Every measure's definition, by number."""
    frame = figures.definitions(snapshot, scope).frame
    return tuple(definition(snapshot, scope, measure) for measure in frame["measure"])


def listings(snapshot: Snapshot, scope: Scope, selection: Selection) -> tuple[Listing, ...]:
    """The policy's numbers, definitions of a dose side by side, the OME factors, where published ones
    disagree."""
    return _policy(snapshot), _doses(snapshot, scope, selection), *factor_listings(snapshot)


def factor_listings(snapshot: Snapshot) -> tuple[Listing, Listing]:
    """The OME factors with their sources, and where published factors disagree."""
    return _factors(snapshot), _disagreements()


def factor_version(snapshot: Snapshot) -> str:
    """The version of the factors to use beside a release: its own, or the newest where its own is gone."""
    built = snapshot.info.factor_version
    return built if built in factors.versions() else factors.VERSION


def _policy(snapshot: Snapshot) -> Listing:
    policy = policy_of(snapshot)
    rows = [
        {"Section": section, "Setting": name.replace("_", " "), "Value": _value(value)}
        for section in ("thresholds", "dose", "gabapentinoid", "taper", "naloxone")
        for name, value in (policy.get(section) or {}).items()
    ]
    not_shown = "" if policy.get("naloxone") else f" {NO_NALOXONE}"
    return Listing(
        "What the ICB decided",
        f"The numbers of config/policy.toml that this release was built with.{not_shown}",
        pd.DataFrame(rows),
        "The release records no policy.",
    )


def _doses(snapshot: Snapshot, scope: Scope, selection: Selection) -> Listing:
    """How many people are beyond the threshold by each definition of a daily dose."""
    found = figures.people_by_definition(snapshot, scope, selection).frame
    chosen = dose_definition(snapshot)
    rows = [
        {
            "Definition": name,
            "How": how,
            "People": int(found[slug].iloc[0]),
            "Used here": "yes" if slug == chosen else "",
        }
        for slug, (name, how) in DOSE_DEFINITIONS.items()
        if len(found)
    ]
    words = (
        f"Adults of {area_name(snapshot, scope, selection)} {beyond(snapshot, selection.threshold)}, not "
        "excluded, in "
        f"{month(snapshot.info.last_month)}, by the definition of the daily dose alone. The last four are "
        "compared "
        "in Dasgupta 2021 (PMC8270512). Figures made by different definitions cannot be compared."
    )
    return Listing("What the definition of a dose does", words, pd.DataFrame(rows), "Nobody has a dose.")


def _value(value: object) -> str:
    return ", ".join(str(part) for part in value) if isinstance(value, list) else str(value)


def _factors(snapshot: Snapshot) -> Listing:
    version = factor_version(snapshot)
    rows = [
        {
            "Opioid": row["ingredient"],
            "Route": row["route"],
            "Strengths": row["strengths"].replace(";", ", "),
            "Factor": row["factor"],
            "Unit": row["unit"],
            "Source": row["source"],
        }
        for row in factors.table(version)
    ]
    built = snapshot.info.factor_version
    other = "" if built == version else f" This release was built with version {built}."
    words = f"Version {version}.{other} Patches count by their rate, never by quantity and hours worn."
    return Listing("OME factors", words, pd.DataFrame(rows), "No factors are listed.")


def _disagreements() -> Listing:
    rows = [
        {
            "Opioid": row["ingredient"],
            "Used here": row["factor_used"],
            "Elsewhere": row["factor_elsewhere"],
            "Where": row["elsewhere"],
        }
        for row in factors.disagreements()
    ]
    words = "Published tables do not all agree; these are the differences known to us."
    return Listing("Where published factors disagree", words, pd.DataFrame(rows), "No disagreement is known.")

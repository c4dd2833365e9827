"""Short phrases for headlines, computed from results and from nothing else."""

from reporting.analysis.spc import FEWEST_POINTS, Xmr

CHANGE = {
    "common": "no sure change",
    "improvement": "really better",
    "concern": "really worse",
    "neutral_high": "really changed",
    "neutral_low": "really changed",
}
ASSURANCE = {
    "pass": "target will be met",
    "fail": "target will not be met without change",
    "inconsistent": "target may or may not be met by chance",
}
MEANING = {
    ("rose", "higher"): "improvement",
    ("fell", "higher"): "concern",
    ("rose", "lower"): "concern",
    ("fell", "lower"): "improvement",
    ("rose", "neither"): "neutral_high",
    ("fell", "neither"): "neutral_low",
}


def change_words(result: Xmr, better: str) -> str:
    """What the last point of a series says: really better, concern or change, or none.

    Without a better direction a special cause is only a change. Under 13 points it is too early to say.
    """
    if result.provisional:
        return f"fewer than {FEWEST_POINTS} points: too early to say"
    if better not in ("higher", "lower") and result.variation != "common":
        return "really changed"
    return CHANGE[result.variation]


def assurance_words(result: Xmr) -> str | None:
    """Whether the process as it is can be relied on for its target; None without a target or too early."""
    if result.provisional or result.assurance is None:
        return None
    return ASSURANCE[result.assurance]


def meaning(moved: str, better: str) -> str:
    """What a rise or fall means by the better direction: improvement | concern | neutral_high | neutral_low;
    common where nothing moved."""
    return MEANING.get((moved, better), "common")

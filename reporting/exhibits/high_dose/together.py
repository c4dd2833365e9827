"""What people on opioids take with them that also slows breathing."""

from __future__ import annotations

from reporting.exhibits.kinds.shares import Found, Item, Shares
from reporting.exhibits.wording import listed, share

WITH = "opioid_with_gabapentinoid"
ON_OPIOIDS = "people on opioids"
ITEMS = (
    Item(WITH, "Opioid and gabapentinoid", ON_OPIOIDS),
    Item("opioid_with_sedative", "Opioid and benzodiazepine or z-drug", ON_OPIOIDS),
    Item("triple_combination", "All three", ON_OPIOIDS),
    Item("two_opioids", "Two opioids", ON_OPIOIDS),
    Item("naloxone_supplied", "Naloxone supplied", "people offered it"),
    Item("both_coming_down", "Both down at once (neutral)", "taper plans"),
)
NAMES = {one.key: one.label for one in ITEMS}


def headline(found: Found) -> str:
    """How many take an opioid with a gabapentinoid, and what changed in a year."""
    first = found.get(WITH)
    moved = [
        f"{NAMES[m].split(' (')[0].lower()} {one.moved}" for m, one in found.items() if one.kind != "common"
    ]
    start = (
        f"Opioid and gabapentinoid together: {share(*first.now)}" if first else "Opioids with other medicines"
    )
    return f"{start}; {listed(moved, 3)} in a year" if moved else start


together = Shares(
    key="opioid-together",
    items=ITEMS,
    title="Opioids with other medicines",
    headline=headline,
    subtitle="Share of people on opioids who take each with them, {month}; tick: a year before ({n})",
    note=(
        "Together: on one day of the last {days} at least. Together they may sedate and slow breathing: "
        "review both, and tell the person and carers the signs."
    ),
)

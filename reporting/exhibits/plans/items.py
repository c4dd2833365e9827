"""What is in place for people on a high dose, and how plans are followed: the items and their sentences."""

from __future__ import annotations

from reporting.exhibits.kinds.shares import Found, Item, lowest, moved_words
from reporting.exhibits.wording import number, share

PEOPLE = (
    Item("reviewed_3_months", "Reviewed in 3 months"),
    Item("reviewed_6_months", "Reviewed in 6 months"),
    Item("reviewed_12_months", "Reviewed in 12 months"),
    Item("indication_coded", "Indication coded"),
    Item("other_medicines_documented", "Other medicines documented"),
    Item("clinicians_named", "Named clinician and cover"),
    Item("booking_note", "Booking note for staff"),
    Item("home_alert", "Alert on the record"),
    Item("pharmacy_asked", "Asked about one pharmacy"),
)
HANDLING = (
    Item("dose_clear", "Dose clear in directions", "issues"),
    Item("issues_on_interval", "Issued on the interval", "issues"),
    Item("early_requests", "Early (fewer is better)", "issues"),
    Item("issued_by_named", "Issued by named (neutral)", "issues"),
    Item("issues_at_agreed_pharmacy", "Sent to agreed pharmacy (neutral)", "issues"),
    Item("reviewed_by_named", "Reviewed by named or cover", "people"),
    Item("discussed_before_change", "Taper discussed beforehand", "tapers"),
    Item("letters_read_before_change", "Letters read before a step", "steps"),
)
NAMES = {one.measure: one.label for one in PEOPLE}
HANDLED = {one.measure: one.label for one in HANDLING}
NOT_WANTED_HIGH = ("early_requests", "issued_by_named", "issues_at_agreed_pharmacy")
HAVING = {
    "indication_coded": "a coded indication",
    "other_medicines_documented": "other medicines documented",
    "clinicians_named": "a named clinician and cover",
    "home_alert": "an alert on the record",
    "pharmacy_asked": "been asked about one pharmacy",
    "booking_note": "a booking note",
}
NEXT_STEPS = {
    "indication_coded": "code at the next review what each prescription is for",
    "other_medicines_documented": "record bought and herbal medicines at the next review",
    "clinicians_named": "agree a named clinician and a different cover for each person",
    "home_alert": "put an alert on the record of each person with a plan",
    "pharmacy_asked": "raise one pharmacy at the next review and to record the answer",
    "booking_note": "add a note so that staff book with the named clinician",
}


def least(found: Found) -> str:
    """The item least often in place, reviews apart where there is another."""
    return lowest({measure: found[measure] for measure in HAVING if measure in found} or found)


def people(found: Found) -> str:
    """How many have the item least often in place, and what changed."""
    measure = least(found)
    n, of = found[measure].now
    has, was = ("has", "was") if n == 1 else ("have", "were")
    what = f"{has} {HAVING[measure]}" if measure in HAVING else f"{was} {NAMES[measure].lower()}"
    return f"{number(n)} of {number(of)} people {what}{moved_words(found, NAMES, measure)}"


def handling(found: Found) -> str:
    """The lowest share of what should be high, and what changed."""
    wanted = {measure: one for measure, one in found.items() if measure not in NOT_WANTED_HIGH}
    if not wanted:
        return f"Prescriptions and dose changes{moved_words(found, HANDLED)}"
    measure = lowest(wanted)
    return f"{HANDLED[measure]}: {share(*found[measure].now)}{moved_words(found, HANDLED, measure)}"

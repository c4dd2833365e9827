"""Completeness: whose data are here, and to which month."""

from reporting.exhibits.data.completeness import UnknownPeople, completeness
from reporting.exhibits.data.extracts import received
from reporting.exhibits.overview import questions
from reporting.exhibits.wording import month
from reporting.ui import layout, show
from reporting.ui.data import extracts as boxes
from reporting.ui.entry import gate
from reporting.ui.programme import front
from reporting.ui.session import view

seen = view()
found = show.made(completeness, seen)
layout.head(seen, "Data", found.head)
front.strip(found.covered, month(seen.snapshot.info.last_month))
boxes.grid(show.made(received, seen))
for listing in found.listings:
    layout.listing(listing)
may = gate.may_take(seen.snapshot)
if may is not None:
    taken = UnknownPeople(may.practices)
    show.pseudonyms(
        seen, taken, "Pseudonyms in no patient extract (CSV)", "in-no-patient-extract-internal.csv"
    )
if seen.scope.role == "icb":
    for made in (questions.by_kind, questions.of_practices):
        layout.listing(show.made(made, seen))

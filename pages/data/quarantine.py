"""Quarantine: rows kept out, by practice, extract, reason and months, and what is to be done about them."""

from reporting.exhibits.data.quarantine import quarantine
from reporting.ui import layout, show
from reporting.ui.session import view

seen = view()
found = show.made(quarantine, seen)
layout.head(seen, "Data", found.head)
for listing in found.listings:
    layout.listing(listing)
layout.section("How to work through it", found.where)
layout.steps(found.steps)

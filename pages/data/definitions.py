"""Definitions: what each measure counts, what the ICB decided, and the OME factors."""

from reporting.exhibits import reference
from reporting.ui import layout, show
from reporting.ui.session import view

seen = view()
layout.head(seen, "Data", show.made(reference.head, seen))
layout.section("Measures", "What is counted, out of what, why, and what to take care of.")
show.definitions(show.made(reference.measures, seen))
for listing in show.made(reference.listings, seen):
    layout.listing(listing)

"""Definitions: what each measure counts, what the ICB decided, the OME factors, guidance and help."""

from reporting.exhibits.data import reference
from reporting.ui import guidance, layout, show
from reporting.ui.session import view

seen = view()
layout.head(seen, "Data", show.made(reference.head, seen))
layout.section("Measures", "What is counted, out of what, why, and what to take care of.")
show.definitions(show.made(reference.measures, seen))
for listing in show.made(reference.listings, seen):
    layout.listing(listing)
layout.section("Guidance and help", "From config/links.toml. Open an address once before you rely on it.")
guidance.listing()

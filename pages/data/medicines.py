"""Medicines: texts that could not be read, ranked by how many people they touch, and readings put right."""

from reporting.exhibits.data.medicines import medicines
from reporting.ui import layout, show
from reporting.ui.session import view

seen = view()
found = show.made(medicines, seen)
layout.head(seen, "Data", found.head)
for listing in found.waiting:
    layout.listing(listing)
layout.section("How to put one right", "On the computer that loads the data.")
layout.steps(found.steps)
layout.listing(found.put_right)

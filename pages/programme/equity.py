"""Equity: does any group of people take more, or get less help?"""

from reporting.exhibits.equity import page
from reporting.ui import layout, show
from reporting.ui.programme import equity as parts
from reporting.ui.session import view

seen = view()
layout.head(seen, "Programme", show.made(page.head, seen))
layout.listing(show.made(page.LIST, seen), at_first=layout.FEW if seen.phone else None)
layout.section("One measure, group by group")
for shown in page.one_measure(parts.measure(seen)):
    show.exhibit(shown, seen)

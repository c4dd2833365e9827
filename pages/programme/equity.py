"""Equity: does any group of people take more, or get less help?"""

from reporting.exhibits.equity import gaps
from reporting.exhibits.equity.measure import ByGroup
from reporting.ui import layout, show
from reporting.ui.programme import equity as parts
from reporting.ui.session import view

seen = view()
layout.head(seen, "Programme", show.made(gaps.head, seen))
layout.listing(show.made(gaps.gaps, seen))
layout.section("One measure, group by group")
measure = parts.measure(seen)
show.exhibit(ByGroup("age_band", measure), seen)
show.row(seen, ByGroup("sex", measure), ByGroup("imd_quintile", measure))

"""Equity: does any group of people take more, or get less help?"""

from reporting.exhibits import equity
from reporting.exhibits.equity_measure import ByGroup
from reporting.ui import equity as parts
from reporting.ui import layout, show
from reporting.ui.session import view

seen = view()
layout.head(seen, "Programme", show.made(equity.head, seen))
layout.listing(show.made(equity.gaps, seen))
layout.section("One measure, group by group")
measure = parts.measure(seen)
show.exhibit(ByGroup("age_band", measure), seen)
show.row(seen, ByGroup("sex", measure), ByGroup("imd_quintile", measure))

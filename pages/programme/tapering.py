"""High dose: how many adults are beyond the threshold, where, and how far."""

from reporting.exhibits import high_dose
from reporting.ui import layout, show
from reporting.ui.session import view

seen = view()
layout.head(seen, "Programme", show.made(high_dose.head, seen))
show.exhibit(high_dose.trend, seen)

"""High dose: how many adults are beyond the threshold, where, and how far; gabapentinoids beside them."""

from reporting.exhibits.high_dose import (
    bands,
    funnel,
    gabapentinoids,
    new_and_left,
    practices,
    trend,
    waterfall,
)
from reporting.exhibits.kinds import also_measured
from reporting.exhibits.kinds.come_and_gone import ComeAndGone
from reporting.ui import layout, show
from reporting.ui.practice import patients
from reporting.ui.session import view

seen = view()
layout.head(seen, "Programme", show.made(practices.head, seen))
show.exhibit(trend.trend, seen)
show.row(seen, funnel.funnel, bands.bands)
show.exhibit(waterfall.found_and_excluded, seen)
show.exhibit(new_and_left.new_and_left, seen)
show.exhibit(ComeAndGone("high_dose_prevalence"), seen)
show.exhibit(practices.practices, seen)
layout.section("Gabapentinoids", "Both programmes are about opioids and gabapentinoids.")
show.row(seen, gabapentinoids.trend, gabapentinoids.use)
show.exhibit(ComeAndGone("high_dose_gabapentinoid", per_threshold=False), seen)
show.exhibit(gabapentinoids.together, seen)
also = show.made(also_measured.high_dose, seen)
layout.listing(also, patients.addresses(also, seen))

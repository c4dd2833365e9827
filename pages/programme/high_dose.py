"""High dose: how many adults are beyond the threshold, where, and how far; gabapentinoids beside them."""

from reporting.exhibits import (
    also_measured,
    cohort_waterfall,
    gabapentinoids,
    high_dose,
    high_dose_bands,
    high_dose_crossings,
    high_dose_funnel,
    high_dose_trend,
)
from reporting.exhibits.come_and_gone import ComeAndGone
from reporting.ui import layout, patients, show
from reporting.ui.session import view

seen = view()
layout.head(seen, "Programme", show.made(high_dose.head, seen))
show.exhibit(high_dose_trend.trend, seen)
show.row(seen, high_dose_funnel.funnel, high_dose_bands.bands)
show.exhibit(cohort_waterfall.found_and_excluded, seen)
show.exhibit(high_dose_crossings.new_and_left, seen)
show.exhibit(ComeAndGone("high_dose_prevalence"), seen)
show.exhibit(high_dose.practices, seen)
layout.section("Gabapentinoids", "Both programmes are about opioids and gabapentinoids.")
show.row(seen, gabapentinoids.trend, gabapentinoids.use)
show.exhibit(ComeAndGone("high_dose_gabapentinoid", per_threshold=False), seen)
show.exhibit(gabapentinoids.together, seen)
also = show.made(also_measured.high_dose, seen)
layout.listing(also, patients.addresses(also, seen))

"""Best-interest safeguards: are reductions without full agreement supported, and whom to ask first?"""

from reporting.exhibits import (
    best_interest,
    safeguard_decisions,
    safeguard_items,
    safeguard_practices,
    safeguard_signals,
    safeguards,
)
from reporting.ui import front, guidance, layout, show
from reporting.ui.session import view

seen = view()
layout.head(seen, "Programme", show.made(safeguards.head, seen))
guidance.safety("fall", "stop", "taper")
layout.section(
    "Ask these practices first",
    "Falls and stops that nobody has looked at, the newest first; then records that lack a safeguard.",
)
front.signals(show.made(safeguard_signals.signals, seen), seen.selection)
layout.listing(show.made(safeguard_decisions.lacking, seen))
layout.listing(show.made(safeguard_decisions.others, seen))
show.exhibit(safeguard_items.each, seen)
show.exhibit(safeguard_practices.practices, seen)
show.row(seen, safeguard_items.together, best_interest.reductions)

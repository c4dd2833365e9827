"""Best-interest safeguards: are reductions without full agreement supported, and whom to ask first?"""

from reporting.exhibits.safeguards import best_interest, decisions, items, page, practices, signals
from reporting.ui import guidance, layout, show
from reporting.ui.programme import front
from reporting.ui.session import view

seen = view()
layout.head(seen, "Programme", show.made(page.head, seen))
guidance.safety("fall", "stop", "taper")
layout.section(
    "Ask these practices first",
    "Falls and stops that nobody has looked at, the newest first; then records that lack a safeguard.",
)
front.signals(show.made(signals.signals, seen), seen.selection)
layout.listing(show.made(decisions.lacking, seen))
layout.listing(show.made(decisions.others, seen))
show.exhibit(items.each, seen)
show.exhibit(practices.practices, seen)
show.row(seen, items.together, best_interest.reductions)

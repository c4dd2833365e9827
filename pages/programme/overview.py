"""Where to help first: four measures, the practices with a signal, and whose data are awaited."""

from reporting.exhibits.coverage import coverage
from reporting.exhibits.overview.cards import head, overview
from reporting.exhibits.overview.help_first import first
from reporting.exhibits.wording import month
from reporting.ui import layout, show
from reporting.ui.programme import front
from reporting.ui.session import view

seen = view()
found = show.made(overview, seen)
last = month(seen.snapshot.info.last_month)
layout.head(seen, "Programme", show.made(head, seen))
front.cards(found.cards)
layout.section(
    "Where to help first",
    f"Practices with a signal in {last}. Not a ranking: a signal is a reason to ask, not a verdict.",
)
front.signals(show.made(first, seen), seen.selection)
front.strip(show.made(coverage, seen), last)

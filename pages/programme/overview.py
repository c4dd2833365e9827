"""Overview: are we getting anywhere, who may be in danger, which practices to ring, what is missing."""

from reporting.exhibits.coverage import coverage
from reporting.exhibits.overview.cards import head, overview
from reporting.exhibits.overview.danger import NOTE, danger
from reporting.exhibits.overview.ring import to_ring
from reporting.exhibits.wording import month
from reporting.ui import layout, show
from reporting.ui.programme import front
from reporting.ui.programme.welcome import welcome
from reporting.ui.session import view

seen = view()
layout.head(seen, "Programme", show.made(head, seen))
ring = show.made(to_ring, seen)
welcome(seen, ring[0].code if ring else "")
layout.section("Are we getting anywhere?")
front.cards(show.made(overview, seen).cards, seen.selection)
layout.section("Who may be in danger now?", NOTE)
front.danger(show.made(danger, seen), seen.selection)
layout.section("Which practices to ring?", "Newest harm first. A reason to ask, not a verdict.")
front.to_ring(ring, seen.selection, phone=seen.phone)
layout.section("What is missing?")
front.strip(show.made(coverage, seen), month(seen.snapshot.info.last_month), seen.selection)

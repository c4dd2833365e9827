"""Tapering: how far and how fast people on a plan have come down."""

from reporting.exhibits.kinds import also_measured
from reporting.exhibits.kinds.come_and_gone import ComeAndGone
from reporting.exhibits.tapering import course, everybody, flow, now, outcomes, speed
from reporting.ui import guidance, layout, show
from reporting.ui.session import view

seen = view()
layout.head(seen, "Programme", show.made(outcomes.head, seen))
guidance.safety("taper", "fall", "stop")
show.row(seen, flow.flow, outcomes.outcomes)
show.exhibit(everybody.everybody, seen)
show.exhibit(ComeAndGone("tapering"), seen)
show.row(seen, speed.speed, now.below_now)
show.exhibit(course.course, seen)
layout.listing(show.made(also_measured.tapering, seen))

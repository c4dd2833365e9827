"""Tapering: how far and how fast people on a plan have come down."""

from reporting.exhibits import (
    also_measured,
    tapering,
    tapering_course,
    tapering_everybody,
    tapering_flow,
    tapering_now,
    tapering_speed,
)
from reporting.exhibits.come_and_gone import ComeAndGone
from reporting.ui import guidance, layout, show
from reporting.ui.session import view

seen = view()
layout.head(seen, "Programme", show.made(tapering.head, seen))
guidance.safety("taper", "fall", "stop")
show.row(seen, tapering_flow.flow, tapering.outcomes)
show.exhibit(tapering_everybody.everybody, seen)
show.exhibit(ComeAndGone("tapering"), seen)
show.row(seen, tapering_speed.speed, tapering_now.below_now)
show.exhibit(tapering_course.course, seen)
layout.listing(show.made(also_measured.tapering, seen))

"""Best-interest safeguards: are reductions without full agreement supported, and whom to ask first?"""

from reporting.exhibits.safeguards import ask_first, decisions, page
from reporting.ui import guidance, layout, show
from reporting.ui.programme import front
from reporting.ui.session import view

seen = view()


def little_read() -> None:
    """The charts behind “More on this page”."""
    for shown in page.MORE:
        show.exhibit(shown, seen)


layout.head(seen, "Programme", show.made(page.head, seen))
guidance.safety("fall", "stop", "taper")
layout.section("Ask these practices first")
front.ask_first(show.made(ask_first.ask_first, seen), seen.selection)
layout.listing(show.made(decisions.lacking, seen))
layout.listing(show.made(decisions.others, seen))
for shown in page.FIRST:
    show.exhibit(shown, seen)
layout.more("safeguards", page.IN_MORE, little_read)

"""Best-interest safeguards: are reductions without full agreement supported, and whom to ask first?"""

from reporting.exhibits.safeguards import ask_first, decisions, page
from reporting.ui import guidance, layout, show, watch
from reporting.ui.programme import front
from reporting.ui.session import view

seen = view()


def little_read() -> None:
    """The charts behind “More on this page”."""
    for shown in page.MORE:
        show.exhibit(shown, seen)


layout.head(seen, "Programme", show.made(page.head, seen))
guidance.safety("fall", "stop", "taper")
layout.section("Look at these first" if seen.scope.role == "practice" else "Ask these practices first")
front.ask_first(show.made(ask_first.ask_first, seen), seen.selection)
listings = [show.made(made, seen) for made in (decisions.lacking, decisions.others)]
people = [key for one in listings if not one.table.empty for key in one.table["Patient"]]
if refused := watch.people_viewed(seen, "Best-interest reductions", people):
    layout.note(refused)
else:
    for listing in listings:
        layout.listing(listing)
for shown in page.FIRST:
    show.exhibit(shown, seen)
layout.more("safeguards", page.IN_MORE, little_read)

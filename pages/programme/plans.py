"""Management plans: are people on a high dose reviewed and planned for, and whom to help first?"""

from reporting.exhibits.plans import page
from reporting.ui import layout, show
from reporting.ui.programme.come_and_gone import come_and_gone
from reporting.ui.session import view

FLOW = "plan_flow"  # whose coming and going, as the address names it

seen = view()


def little_read() -> None:
    """The charts and the table behind “More on this page”."""
    for shown in page.MORE:
        show.exhibit(shown, seen)
    come_and_gone(seen, FLOW, page.STATES)
    layout.listing(show.made(page.ALSO, seen))


layout.head(seen, "Programme", show.made(page.head, seen))
for shown in page.FIRST:
    show.exhibit(shown, seen)
layout.more("plans", page.IN_MORE, little_read, FLOW)

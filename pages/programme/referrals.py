"""Referrals: is help offered, and how far do people come?"""

from reporting.exhibits.referrals import page
from reporting.ui import layout, show
from reporting.ui.programme.come_and_gone import come_and_gone
from reporting.ui.session import view

FLOW = "referral_flow"  # whose coming and going, as the address names it

seen = view()


def little_read() -> None:
    """The charts and tables behind “More on this page”."""
    for shown in page.MORE:
        show.exhibit(shown, seen)
    come_and_gone(seen, FLOW, page.STATES)
    for listed in page.LISTS:
        layout.listing(show.made(listed, seen))


layout.head(seen, "Programme", show.made(page.head, seen))
for shown in page.FIRST:
    show.exhibit(shown, seen)
layout.more("referrals", page.IN_MORE, little_read, FLOW)

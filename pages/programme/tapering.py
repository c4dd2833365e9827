"""Tapering: how far and how fast people on a plan have come down."""

from reporting.exhibits.tapering import page
from reporting.ui import guidance, layout, show
from reporting.ui.session import view

seen = view()


def little_read() -> None:
    """The charts and the table behind “More on this page”."""
    for shown in page.MORE:
        show.exhibit(shown, seen)
    layout.listing(show.made(page.ALSO, seen))


layout.head(seen, "Programme", show.made(page.head, seen))
guidance.safety("taper", "fall", "stop")
for shown in page.FIRST:
    show.exhibit(shown, seen)
layout.more("tapering", page.IN_MORE, little_read)

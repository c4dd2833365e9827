"""High dose: how many people are on one, whether that changes, and which practices stand out."""

from reporting.exhibits.high_dose import page
from reporting.ui import layout, show
from reporting.ui.practice import patients
from reporting.ui.session import view

seen = view()


def more() -> None:
    """The little-read charts, and measures that no chart shows."""
    for makers in page.MORE:
        show.row(seen, *makers)
    also = show.made(page.ALSO, seen)
    layout.listing(also, patients.addresses(also, seen))


layout.head(seen, "Programme", show.made(page.head, seen))
for makers in page.FIRST:
    show.row(seen, *makers)
layout.more("high-dose", page.IN_MORE, more)

"""A process of its own that searches files while others are landed: both take as long, and one interpreter
does one thing at a time."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path

from etl.intake.search import Found, searched
from etl.layouts import Layout

Answer = Callable[[], Found]
READY = "ready"


@contextmanager
def searching(always_refuse: bool, known: Sequence[Layout]) -> Iterator[Callable[[Path], Answer]]:
    """Gives a function that begins the search of a path there, and returns one that waits for what was found;
    both are asked in the same order. Until that process is ready, and what it cannot answer, is searched
    here."""
    context = get_context("spawn")
    here, there = context.Pipe()
    process = context.Process(target=_serve, args=(there,), daemon=True)
    process.start()  # with little to tell it: one that ends at once would leave this waiting to tell more
    there.close()
    is_ready = False

    def begun(path: Path) -> Answer:
        nonlocal is_ready
        with suppress(EOFError, OSError):
            if not is_ready and here.poll() and here.recv() == READY:
                here.send((always_refuse, known))
                is_ready = True
            if is_ready:
                here.send(path)
                return lambda: _answer(here) or searched(path, always_refuse, known)
        return lambda: searched(path, always_refuse, known)

    try:
        yield begun
    finally:
        here.close()  # which ends it
        process.join()


def _answer(here: Connection) -> Found | None:
    """What was found; None where the process has ended, or the search has raised something."""
    try:
        found: Found | None = here.recv()
    except (EOFError, OSError):
        return None
    return found


def _serve(there: Connection) -> None:
    """Searches until the load ends, or has been killed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with suppress(EOFError, OSError):
        there.send(READY)
        always_refuse, known = there.recv()
        while True:
            there.send(_tried(there.recv(), always_refuse, known))


def _tried(path: Path, always_refuse: bool, known: Sequence[Layout]) -> Found | None:
    try:
        return searched(path, always_refuse, known)
    except Exception:
        return None  # it is raised where it is searched again, and told of there

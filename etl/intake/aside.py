"""A process of its own that searches files while others are landed: each takes about as long as the other,
and one interpreter does one thing at a time."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path

from etl.intake.search import Found, searched
from etl.layouts import Layout

Answer = Callable[[], Found]
READY = "ready"
ENDING = 10  # seconds that the process may take to end


@contextmanager
def searching(always_refuse: bool, known: Sequence[Layout]) -> Iterator[Callable[[Path], Answer]]:
    """Gives a function that begins the search of a path there, and returns one that waits for what was found.
    Answers are asked for in the order in which searches were begun. What comes before that process is ready,
    and what it cannot answer, is searched here."""
    started = _started()
    if started is None:
        yield lambda path: partial(searched, path, always_refuse, known)
        return
    process, here = started
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
        process.join(ENDING)
        process.kill()
        process.join()


def _started() -> tuple[BaseProcess, Connection] | None:
    """The process and the pipe to it; None where this computer starts none."""
    context = get_context("spawn")
    arguments, sys.argv = sys.argv, sys.argv[:1]
    try:
        here, there = context.Pipe()
        process = context.Process(target=_serve, args=(there,), daemon=True)
        # It is told no thousand paths: one that ends at once would leave this waiting to tell them.
        process.start()
    except OSError:
        return None
    finally:
        sys.argv = arguments
    there.close()
    return process, here


def _answer(here: Connection) -> Found | None:
    """What was found; None where the process has ended, the search has raised something, or the answer cannot
    be read: then nothing more is asked there."""
    try:
        found: Found | None = here.recv()
    except Exception:
        here.close()
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

"""Work that goes on in the background while its page is drawn, left and come back to."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Generic, TypeVar

Result = TypeVar("Result")
Progress = Callable[[float, str], None]


class Cancelled(Exception):  # noqa: N818 - what somebody wanted is no error
    """Somebody stopped the work; it ends where it next tells how far it is."""


LOG = logging.getLogger(__name__)


class Job(Generic[Result]):
    """One piece of work in a thread of its own. share: how much is done, 0 to 1; words: what is at work."""

    def __init__(self, title: str, work: Callable[[Progress], Result]) -> None:
        self.title = title
        self.share = 0.0
        self.words = ""
        self.result: Result | None = None
        self.cancelled = False
        self._thread = threading.Thread(target=self._run, args=(work,), daemon=True)
        self._thread.start()

    @property
    def finished(self) -> bool:
        """Whether it has ended; without a result where it failed, which the terminal then says."""
        return not self._thread.is_alive()

    def cancel(self) -> None:
        """Ask it to stop; it ends where it next tells how far it is, without a result."""
        self.cancelled = True

    def wait(self, seconds: float) -> None:
        """Return when it has ended, or after so many seconds."""
        self._thread.join(seconds)

    def _run(self, work: Callable[[Progress], Result]) -> None:
        try:
            self.result = work(self._progress)
        except Cancelled:
            LOG.info("%s was stopped", self.title)
        except Exception:
            LOG.exception("%s broke off", self.title)

    def _progress(self, share: float, words: str) -> None:
        self.share, self.words = share, words
        if self.cancelled:
            raise Cancelled

"""Pictures of slides for any thread, from one browser kept open in a thread of its own."""

from __future__ import annotations

import asyncio
import atexit
import threading
from contextlib import suppress
from pathlib import Path

from choreographer.errors import BrowserClosedError, BrowserFailedError, ChannelClosedError

from reporting.slides.pictures.browser import WOULD_DO, browser_path
from reporting.slides.pictures.chromium import DrawingFailed, SlideBrowser

SECONDS_FOR_A_PICTURE = 30
# A dying browser cancels the answers that are awaited from it; one whose command was still being written is
# then told twice that it failed.
BROWSER_ENDED = (
    BrowserClosedError,
    BrowserFailedError,
    ChannelClosedError,
    OSError,
    TimeoutError,
    asyncio.CancelledError,
    asyncio.InvalidStateError,
)


class BrowserFailed(RuntimeError):  # noqa: N818 - the pair of BrowserMissing
    """A browser was found but could not make the picture; the text says which browser and what to do."""


class Renderer:
    """Draws one slide at a time; opens its browser with the first and again whenever it has died."""

    def __init__(self) -> None:
        self._starting = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._turn = asyncio.Lock()
        self._browser: SlideBrowser | None = None

    def picture(self, body: str, figure: str | None, scale: float) -> bytes:
        """The PNG of a 1920 × 1080 slide, enlarged by scale. Raises BrowserMissing or BrowserFailed."""
        drawing = self._picture(browser_path(), body, figure, scale)
        return asyncio.run_coroutine_threadsafe(drawing, self._running_loop()).result()

    def close(self) -> None:
        """End the browser and remove its files; the next picture opens a new one."""
        if self._loop is not None:
            asyncio.run_coroutine_threadsafe(self._close(), self._loop).result(SECONDS_FOR_A_PICTURE)

    def _running_loop(self) -> asyncio.AbstractEventLoop:
        with self._starting:
            if self._loop is None:
                self._loop = asyncio.new_event_loop()
                threading.Thread(target=self._loop.run_forever, name="slides", daemon=True).start()
                atexit.register(self.close)
            return self._loop

    async def _picture(self, program: Path, body: str, figure: str | None, scale: float) -> bytes:
        async with self._turn:
            try:
                try:
                    return await self._attempt(program, body, figure, scale)
                except BROWSER_ENDED:
                    await self._close()
                    return await self._attempt(program, body, figure, scale)
            except DrawingFailed as error:
                raise BrowserFailed(f"The slide could not be drawn: {error}. Check its figure.") from error
            except BROWSER_ENDED as error:
                await self._close()
                raise BrowserFailed(
                    f"The browser {program} ended or gave no picture within {SECONDS_FOR_A_PICTURE} seconds, "
                    f"twice ({type(error).__name__}). Start it by hand to see whether it runs, or set "
                    f"BROWSER_PATH to another: {WOULD_DO}."
                ) from error

    async def _attempt(self, program: Path, body: str, figure: str | None, scale: float) -> bytes:
        if self._browser is not None and self._browser.has_ended():
            await self._close()
        async with asyncio.timeout(SECONDS_FOR_A_PICTURE):
            if self._browser is None:
                self._browser = await SlideBrowser.opened(program)
            return await self._browser.picture(body, figure, scale)

    async def _close(self) -> None:
        browser, self._browser = self._browser, None
        if browser is not None:
            with suppress(*BROWSER_ENDED):  # it may die of being closed
                await browser.close()

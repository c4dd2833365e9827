"""One Chromium-family browser with one page open, that draws slides and takes their pictures."""

from __future__ import annotations

import asyncio
import base64
import os
import shutil
from collections.abc import Sequence
from contextlib import suppress
from importlib.resources import files
from pathlib import Path
from typing import Any

import psutil
from choreographer import Browser, Tab
from choreographer.browsers.chromium import Chromium
from choreographer.errors import BrowserFailedError
from choreographer.utils import TmpDirectory

from reporting.slides.pictures.template import page_html

PLOTLY_JS = "plotly.min.js"
SECONDS_TO_END = 5
LOOSE_FLAGS = {"--disable-web-security", "--allow-file-access-from-files"}
QUIET_FLAGS = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--hide-scrollbars",
    "--host-resolver-rules=MAP * ~NOTFOUND",
)
# Colours and the edges of letters are those of no screen; page.html asks for letters that no system hints.
ALIKE_FLAGS = ("--disable-lcd-text", "--force-color-profile=srgb")
LOADED = "new Promise(kept => document.readyState === 'complete' ? kept() : addEventListener('load', kept))"


class DrawingFailed(RuntimeError):  # noqa: N818 - named for what happened, as its neighbours are
    """The page answered that it could not draw this slide; drawing it again would not help."""


class OfflineChromium(Chromium):
    """Chromium that looks up no host name and keeps its own web security on."""

    def get_cli(self) -> Sequence[str]:
        """The command line, without choreographer's loosening and with nothing done in the background."""
        flags = [flag for flag in super().get_cli() if flag not in LOOSE_FLAGS]
        return [*flags, *(flag for flag in (*QUIET_FLAGS, *ALIKE_FLAGS) if flag not in flags)]


class SlideBrowser:
    """An open browser whose one page has plotly.js and the fonts loaded. Not for two callers at once."""

    def __init__(self, browser: Browser, tab: Tab, folder: TmpDirectory) -> None:
        self._browser, self._tab, self._folder = browser, tab, folder

    @classmethod
    async def opened(cls, program: Path) -> SlideBrowser:
        """Start this program and load the page; the page's files lie in a temporary folder until close()."""
        # A browser from a snap sees no /tmp.
        folder = TmpDirectory(sneak="snap" in str(program))
        shutil.copyfile(str(files("plotly") / "package_data" / PLOTLY_JS), folder.path / PLOTLY_JS)
        page = folder.path / "page.html"
        page.write_text(page_html(PLOTLY_JS), encoding="utf-8")
        browser = Browser(program, browser_cls=OfflineChromium, enable_sandbox=not _is_root())
        try:
            await browser.open()
            opened = cls(browser, await browser.create_tab(), folder)
            await opened._send("Page.navigate", url=page.as_uri())
            await opened._send("Runtime.evaluate", expression=LOADED, awaitPromise=True)
        except BaseException:
            await browser.close()
            folder.clean()
            raise
        return opened

    def has_ended(self) -> bool:
        """Whether the browser's process is gone."""
        return self._browser.subprocess.poll() is not None

    async def picture(self, body: str, figure: str | None, scale: float) -> bytes:
        """The PNG of this slide at scale device pixels per CSS pixel; figure is a plotly figure as JSON."""
        await self._send(
            "Emulation.setDeviceMetricsOverride",
            width=1920,
            height=1080,
            deviceScaleFactor=scale,
            mobile=False,
        )
        window = await self._send("Runtime.evaluate", expression="window")
        drawn = await self._send(
            "Runtime.callFunctionOn",
            objectId=window["result"]["objectId"],
            functionDeclaration="(body, figure) => drawSlide(body, figure)",
            arguments=[{"value": body}, {"value": figure}],
            awaitPromise=True,
            returnByValue=True,
        )
        if "exceptionDetails" in drawn:
            reason = drawn["exceptionDetails"].get("exception", {}).get("description", "no reason given")
            raise DrawingFailed(reason.splitlines()[0])
        return base64.b64decode((await self._send("Page.captureScreenshot", format="png"))["data"])

    async def close(self) -> None:
        """End the browser, by force where it does not answer, and remove its files."""
        processes = self._processes()
        closing = asyncio.ensure_future(self._browser.close())
        try:
            # It would wait for an answer, and, cancelled, for each of its processes to end by itself.
            await asyncio.wait({closing}, timeout=SECONDS_TO_END)
        finally:
            for process in processes:
                with suppress(psutil.Error):
                    process.kill()
            self._folder.clean()
        async with asyncio.timeout(SECONDS_TO_END):
            await closing

    def _processes(self) -> list[psutil.Process]:
        """The browser's own processes: the one that was started may stand before them."""
        with suppress(psutil.Error):
            return psutil.Process(self._browser.subprocess.pid).children(recursive=True)
        return []

    async def _send(self, command: str, **parameters: Any) -> Any:
        answer = await self._tab.send_command(command, parameters)
        if "error" in answer:
            raise BrowserFailedError(answer["error"].get("message", "the browser gave no reason"))
        return answer["result"]


def _is_root() -> bool:
    # Chromium refuses its sandbox to root; Windows has no such user.
    return hasattr(os, "geteuid") and os.geteuid() == 0

"""Whether many people on several dashboards behind the shipped proxy see a new release soon, and go on while
each dashboard is restarted."""

from __future__ import annotations

import asyncio
import os
import shutil
import tempfile
import time
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path
from statistics import quantiles

import duckdb
from websockets.exceptions import WebSocketException

from benchmarks.reporting.abuse import PAGES, as_real, page, sign_in_set_up
from benchmarks.reporting.stores import built_sample
from tests.browser.serving import DASHBOARD, serving
from tests.deploy.proxied import Proxy, free_port, proxied
from tests.sign_in.wire import headline

P95, SEEN = 1.0, 10.0  # seconds at most
DASHBOARDS = 3
AGAIN = 0.5  # seconds until a browser connects again
NEXT = "2099-01-01T000000"


@dataclass
class Found:
    """Seconds of each click while nothing happens and while dashboards are restarted; seconds from a
    publication until each person's page showed it; seconds each person waited whose connection broke; answers
    that were another page than before the restart, and clicks without an answer."""

    users: int
    clicks: list[float] = field(default_factory=list)
    restarting: list[float] = field(default_factory=list)
    seen: dict[int, float] = field(default_factory=dict)
    waited: list[float] = field(default_factory=list)
    others: int = 0
    unanswered: int = 0


@dataclass
class Now:
    """What happens: the phase, and when the new release was published."""

    phase: str = "clicks"
    published: float | None = None


def measure(store: Path | None, users: int, seconds: float, pause: float = 5.0) -> Found:
    """People click on their pages, each with a pause: for so many seconds alone, then while a release is
    published, then while each dashboard is ended and started again in turn."""
    found, now = Found(users), Now()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        real = as_real(stack.enter_context(built_sample(store)), folder / "store")
        stack.enter_context(sign_in_set_up(folder))
        ports = [free_port() for _ in range(DASHBOARDS)]
        running = [stack.enter_context(ExitStack()) for _ in ports]
        for one, port in zip(running, ports, strict=True):
            one.enter_context(serving(DASHBOARD, real, port=port))
        proxy = stack.enter_context(proxied(folder, *(f"127.0.0.1:{port}" for port in ports)))

        async def phases() -> None:
            ended = asyncio.Event()
            people = [asyncio.create_task(_person(n, proxy, now, ended, pause, found)) for n in range(users)]
            await asyncio.sleep(seconds)
            await asyncio.to_thread(publish_next, real)
            now.published = time.monotonic()
            await asyncio.sleep(max(seconds, SEEN))
            now.phase = "restarting"
            for one, port in zip(running, ports, strict=True):
                await asyncio.to_thread(one.close)
                await asyncio.to_thread(one.enter_context, serving(DASHBOARD, real, port=port))
                await asyncio.sleep(seconds / DASHBOARDS)
            ended.set()
            await asyncio.gather(*people)

        asyncio.run(phases())
    return found


def publish_next(store: Path) -> None:
    """Publish the release that is served once more, under another name."""
    releases = store / "releases"
    served = releases / f"{(store / 'CURRENT').read_text(encoding='utf-8').strip()}.duckdb"
    shutil.copyfile(served, releases / f"{NEXT}.duckdb")
    with duckdb.connect(str(releases / f"{NEXT}.duckdb")) as release:
        release.execute("UPDATE release_info SET release = ?", [NEXT])
    (store / "CURRENT.next").write_text(NEXT, encoding="utf-8")
    os.replace(store / "CURRENT.next", store / "CURRENT")


async def _person(n: int, proxy: Proxy, now: Now, ended: asyncio.Event, pause: float, found: Found) -> None:
    """Somebody who looks at one page again and again, and whose browser connects again when it must."""
    name, clicks = PAGES[n % len(PAGES)], n
    read: dict[tuple[bool, str], str] = {}  # headlines
    broke: float | None = None
    while not ended.is_set():
        with suppress(WebSocketException, OSError, TimeoutError):
            async with page(
                proxy, f"user{n}", f"127.0.{1 + n // 250}.{n % 250 + 1}", seat=f"{n:032x}"
            ) as tab:
                while not ended.is_set():
                    if broke is None:
                        await asyncio.sleep(pause * (0.5 + (n % 7) / 7))
                    query = f"years={1 + clicks % 3}"
                    taken = await tab.asked(name, query)
                    if taken is None:
                        break
                    answered, clicks = time.monotonic(), clicks + 1
                    (found.restarting if now.phase == "restarting" else found.clicks).append(taken)
                    if broke is not None:
                        found.waited.append(answered - broke)
                        broke = None
                    is_new = NEXT.encode() in tab.came
                    if is_new and now.published is not None:
                        found.seen.setdefault(n, answered - now.published)
                    said = headline(tab.came)
                    found.others += read.setdefault((is_new, query), said) != said
        if not ended.is_set():
            broke = broke or time.monotonic()
            await asyncio.sleep(AGAIN)
    found.unanswered += broke is not None


def table(found: Found) -> str:
    """The measurements as Markdown."""
    rows = [
        f"| {what} | {len(taken):,} | {_p(taken)[0]:.2f} s | **{_p(taken)[1]:.2f} s** |"
        for what, taken in (
            ("no dashboard is restarted; a release is published", found.clicks),
            ("each dashboard is ended and started again", found.restarting),
        )
    ]
    seen = max(found.seen.values(), default=float("nan"))
    return f"""{found.users} people click on five pages of {DASHBOARDS} dashboards on one store, through
the shipped proxy, each every few seconds. All share the cores.

| | clicks | p50 | p95 (at most {P95:g} s) |
|---|--:|--:|--:|
{chr(10).join(rows)}

A new release was on the pages of {len(found.seen)} of {found.users} people, at their next click; of
the last after {seen:.1f} s (at most {SEEN:g}). {len(found.waited)} connections broke with a dashboard; the longest wait
for the same page was {max(found.waited, default=0.0):.1f} s. Pages that were another than before: {found.others}.
People left without an answer: {found.unanswered}.
"""


def _p(taken: list[float]) -> tuple[float, float]:
    if len(taken) < 2:
        return float("nan"), float("nan")
    cut = quantiles(taken, n=20, method="inclusive")
    return cut[9], cut[18]

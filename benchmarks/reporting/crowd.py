"""Whether many people on several dashboards behind the shipped proxy see a new release soon, and go on while
each dashboard is restarted."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
import time
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path
from statistics import quantiles

import duckdb
import httpx
from websockets.exceptions import WebSocketException

from benchmarks.reporting.abuse import LONGEST, PAGES, PERIODS, as_real, page, pauses, period, sign_in_set_up
from benchmarks.reporting.stores import built_sample
from tests.browser.serving import DASHBOARD, serving
from tests.deploy.proxied import Proxy, free_port, proxied
from tests.sign_in.wire import headline

P95, SEEN = 1.0, 10.0  # seconds at most
DASHBOARDS = 3
PHASES = (
    "pages are opened",
    "nothing else happens",
    "a release is published",
    "each dashboard is started again",
)
AGAIN = 0.5  # seconds until a browser connects again
NEXT = "2099-01-01T000000"


@dataclass
class Found:
    """Seconds of each click, by phase; seconds from a publication until each person's page showed it; seconds
    each person waited whose connection broke; headlines that were another than before of the same page (that,
    this); and people left without an answer."""

    users: int
    clicks: dict[str, list[float]] = field(default_factory=lambda: {phase: [] for phase in PHASES})
    seen: dict[int, float] = field(default_factory=dict)
    waited: list[float] = field(default_factory=list)
    others: list[tuple[str, str]] = field(default_factory=list)
    unanswered: int = 0


@dataclass
class Now:
    """What happens, and when the new release was published; how often each person was answered."""

    answered: list[int]
    phase: str = PHASES[0]
    published: float | None = None
    ended: bool = False

    async def everybody(self, seconds: float) -> None:
        """Wait for so long, and until everybody has been answered again; at most LONGEST more."""
        before, begun = list(self.answered), time.monotonic()
        while time.monotonic() < begun + seconds + LONGEST:
            again = all(n > was for n, was in zip(self.answered, before, strict=True))
            if again and time.monotonic() >= begun + seconds:
                return
            await asyncio.sleep(0.1)


def measure(store: Path | None, users: int, seconds: float, pause: float = 5.0) -> Found:
    """People click on their pages, each with a pause: until each has seen every period, for so many seconds
    more, then while a release is published, then while each dashboard is ended and started again in turn."""
    found, now = Found(users), Now([0] * users)
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
            people = [asyncio.create_task(_person(n, proxy, now, pause, found)) for n in range(users)]
            for _ in range(PERIODS + 1):  # pages open, and everybody has seen each period
                await now.everybody(0)
            now.phase = PHASES[1]
            await now.everybody(seconds)
            await asyncio.to_thread(publish_next, real)
            now.phase, now.published = PHASES[2], time.monotonic()
            await now.everybody(seconds)
            now.phase = PHASES[3]
            for one, port in zip(running, ports, strict=True):
                await asyncio.to_thread(one.close)
                await asyncio.to_thread(one.enter_context, serving(DASHBOARD, real, port=port))
                await now.everybody(seconds / DASHBOARDS)
            now.ended = True
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
    (store / "CURRENT.next").replace(store / "CURRENT")


async def _person(n: int, proxy: Proxy, now: Now, pause: float, found: Found) -> None:
    """Somebody who looks at one page again and again, and whose browser connects again when it must."""
    name, address, seat = PAGES[n % len(PAGES)], f"127.0.{1 + n // 250}.{n % 250 + 1}", f"{n:032x}"
    read: dict[tuple[bool, str], str] = {}  # headlines
    broke: float | None = None
    waits = pauses(n, pause)
    while not now.ended:
        with suppress(WebSocketException, OSError, httpx.HTTPError, TimeoutError):
            async with page(proxy, f"user{n}", address, seat) as tab:
                while not now.ended:
                    if broke is None:
                        await asyncio.sleep(next(waits))
                    query = period(n + now.answered[n])
                    taken = await tab.asked(name, query)
                    if taken is None:
                        break
                    if broke is not None:
                        found.waited.append(time.monotonic() - broke)
                        broke = None
                    elif now.answered[n]:  # opening a page is no click
                        found.clicks[now.phase].append(taken)
                    now.answered[n] += 1
                    is_new = NEXT.encode() in tab.came
                    if is_new and now.published is not None:
                        found.seen.setdefault(n, time.monotonic() - now.published)
                    said = headline(tab.came)
                    if (before := read.setdefault((is_new, query), said)) != said:
                        found.others.append((before, said))
        if not now.ended:
            broke = broke or time.monotonic()
            await asyncio.sleep(AGAIN)
    found.unanswered += broke is not None


def table(found: Found) -> str:
    """The measurements as Markdown."""
    rows = [
        f"| {phase} | {len(taken):,} | {_p(taken)[0]:.2f} s | **{_p(taken)[1]:.2f} s** |"
        for phase, taken in found.clicks.items()
    ]
    seen, waited = max(found.seen.values(), default=float("nan")), max(found.waited, default=0.0)
    return f"""{found.users} people click on five pages of {DASHBOARDS} dashboards on one store, through
the shipped proxy, each every few seconds. All share the cores.

| | clicks | p50 | p95 (at most {P95:g} s) |
|---|--:|--:|--:|
{chr(10).join(rows)}

The new release was on the pages of {len(found.seen)} of {found.users} people, at their next click; of
the last after {seen:.1f} s (at most {SEEN:g}). {len(found.waited)} connections broke with a dashboard;
the longest wait for the same page was {waited:.1f} s. Pages that were another than before:
{len(found.others)}. People left without an answer: {found.unanswered}.
"""


def _p(taken: list[float]) -> tuple[float, float]:
    if len(taken) < 2:
        return float("nan"), float("nan")
    cut = quantiles(taken, n=20, method="inclusive")
    return cut[9], cut[18]

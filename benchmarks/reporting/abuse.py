"""Whether people can go on while others misuse the dashboard, through the shipped proxy: tabs that ask
without a pause, files sent up before sign-in, readers that read nothing."""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import os
import random
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Event as Stop
from pathlib import Path
from statistics import quantiles
from threading import Event, Thread
from typing import Any
from uuid import uuid4

import duckdb
import httpx
import psutil
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.web.server.starlette.starlette_app_utils import create_signed_value
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException
from websockets.typing import Origin, Subprotocol

from benchmarks.reporting.stores import built_sample
from tests.browser.serving import DASHBOARD, serving
from tests.deploy.proxied import NAME, Proxy, proxied
from tests.sign_in.wire import XSRF, headline

P95, RECOVERED = 2.0, 30.0  # seconds at most
MOST_MEMORY = 4.0  # GB, the limit of a dashboard in deploy/
REFUSED = "Sign-in is needed for these data"
SECRET, CLIENT = "of this benchmark only", "benchmark"
MB = 2**20
PAGES = ("high_dose", "tapering", "referrals", "plans", "equity")
PERIODS = 3  # years, that people change between
LONGEST = 60.0  # seconds until an answer counts as none


@dataclass(frozen=True)
class Attack:
    """Tabs of one person and the messages a second of each; files sent before sign-in, at once, and their MB;
    connections that read nothing."""

    tabs: int = 20
    messages: int = 100
    uploads: int = 6
    megabytes: int = 90
    slow: int = 40


@dataclass
class Found:
    """Seconds of each click before, during and after; what became of files sent before sign-in, by status;
    memory of the server in GB at most; clicks without an answer; seconds until clicks were quick again."""

    users: int
    attack: Attack
    clicks: dict[str, list[float]] = field(default_factory=lambda: {"before": [], "during": [], "after": []})
    uploads: Counter[int] = field(default_factory=Counter)
    memory: dict[str, float] = field(default_factory=dict)
    unanswered: int = 0
    recovered: float = 0.0


def measure(store: Path | None, users: int, seconds: float, attack: Attack, pause: float = 5.0) -> Found:
    """People click on their pages, each with a pause, for so many seconds before, during and after."""
    found = Found(users, attack)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        real = as_real(stack.enter_context(built_sample(store)), folder / "store")
        stack.enter_context(sign_in_set_up(folder))
        server = stack.enter_context(serving(DASHBOARD, real))
        proxy = stack.enter_context(proxied(folder, server.removeprefix("http://")))
        watched = _listening(int(server.rpartition(":")[2]))
        asyncio.run(_phases(proxy, watched, seconds, pause, found))
    return found


def period(n: int) -> str:
    """The query of an address: one of the periods in turn, so that each click changes the page."""
    return f"period={1 + n % PERIODS}"


def pauses(n: int, pause: float) -> Iterator[float]:
    """Seconds between the clicks of a person, as long on average: nobody keeps time with the others."""
    chance = random.Random(n)
    while True:
        yield pause * chance.uniform(0.5, 1.5)


def as_real(store: Path, out: Path) -> Path:
    """A copy of a store's release that says it holds real people, so that sign-in is asked for."""
    name = (store / "CURRENT").read_text(encoding="utf-8").strip()
    (out / "releases").mkdir(parents=True)
    path = out / "releases" / f"{name}.duckdb"
    shutil.copyfile(store / "releases" / path.name, path)
    with duckdb.connect(str(path)) as release:
        release.execute("UPDATE release_info SET synthetic = false")
    (out / "CURRENT").write_text(name, encoding="utf-8")
    return out


@contextmanager
def sign_in_set_up(folder: Path) -> Iterator[None]:
    """Dashboards started within ask for a sign-in and let the domain example.org in."""
    secrets, access = folder / "secrets.toml", folder / "access.toml"
    secrets.write_text(
        f'[auth]\nredirect_uri = "https://{NAME}/oauth2callback"\ncookie_secret = "{SECRET}"\n'
        f'client_id = "{CLIENT}"\nclient_secret = "none"\nserver_metadata_url = "https://{NAME}/none"\n',
        encoding="utf-8",
    )
    access.write_text('[domains]\n"example.org" = "icb"\n', encoding="utf-8")
    said = {"STREAMLIT_SECRETS_FILES": str(secrets), "DASHBOARD_ACCESS": str(access)}
    before = {name: os.environ.get(name) for name in said}
    os.environ.update(said)
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name, None)
            if value is not None:
                os.environ[name] = value


def claims(address: str, person: str) -> dict[str, Any]:
    """What the sign-in service says of somebody who signed in just now at this address."""
    said = {"email": f"{person}@example.org", "email_verified": True, "sub": person, "aud": CLIENT}
    return {"origin": address, "is_logged_in": True, "iat": time.time(), "nonce": person, **said}


def cookie(said: dict[str, Any], secret: str = SECRET) -> str:
    """The cookie that the server makes of such claims."""
    return f"_streamlit_user={create_signed_value(secret, '_streamlit_user', json.dumps(said)).decode()}"


async def _phases(proxy: Proxy, server: psutil.Process, seconds: float, pause: float, found: Found) -> None:
    ended = asyncio.Event()
    phase = "before"
    quick: list[tuple[float, float]] = []  # when a click was answered, and after how many seconds

    async def user(n: int) -> None:
        waits = pauses(n, pause)
        async with page(proxy, f"user{n}", f"127.0.1.{n + 1}") as tab:
            await tab.asked(PAGES[n % len(PAGES)])
            clicks = n
            while not ended.is_set():
                await asyncio.sleep(next(waits))
                at = phase
                taken = await tab.asked(PAGES[n % len(PAGES)], period(clicks))
                clicks += 1
                if taken is None:
                    found.unanswered += 1
                else:
                    found.clicks[at].append(taken)
                    quick.append((time.monotonic(), taken))

    people = [asyncio.create_task(user(n)) for n in range(found.users)]
    with _memory(server) as memory:
        await asyncio.sleep(seconds)
        found.memory["before"] = memory()
        apart = multiprocessing.get_context("spawn")
        stop, statuses = apart.Event(), apart.Queue()
        asked = (proxy, found.attack, stop, statuses)
        attacking = apart.Process(target=attack, args=asked, daemon=True)
        attacking.start()
        await asyncio.to_thread(statuses.get)  # it has begun
        phase = "during"
        await asyncio.sleep(seconds)
        phase, over = "after", time.monotonic()
        stop.set()
        found.memory["during"] = memory()
        await asyncio.sleep(seconds)
        found.memory["after"] = memory()
        ended.set()
        await asyncio.gather(*people)
        found.uploads.update(await asyncio.to_thread(statuses.get))
        attacking.join()
    late = [when - over for when, taken in quick if when > over and taken > P95]
    found.recovered = max(late, default=0.0)


class Tab:
    """An open page of the dashboard."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket, self.came = socket, b""

    async def send(self, name: str, query: str = "") -> None:
        """Ask for a page as a browser does."""
        message = BackMsg()
        message.rerun_script.page_name = name
        message.rerun_script.query_string = query
        await self._socket.send(message.SerializeToString())

    async def asked(self, name: str, query: str = "") -> float | None:
        """Seconds until the whole page has come, which is kept in `came`; None where it did not. Raises
        RuntimeError where it asks to sign in: then nothing was measured."""
        begun, came = time.monotonic(), list[bytes]()
        try:
            await self.send(name, query)
            async with asyncio.timeout(LONGEST):
                while not came or not _is_whole(came[-1]):
                    came.append(await self._socket.recv(decode=False))
        except (TimeoutError, WebSocketException, OSError):
            return None
        self.came = b"\n".join(came)
        if headline(self.came) == REFUSED:
            raise RuntimeError(f"The page {name} asks to sign in, so nothing is measured.")
        return time.monotonic() - begun


def _is_whole(message: bytes) -> bool:
    said = ForwardMsg.FromString(message)
    return (
        said.WhichOneof("type") == "script_finished"
        and said.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY
    )


@contextmanager
def _memory(server: psutil.Process) -> Iterator[Callable[[], float]]:
    """Watch a process's memory; gives what says the most since it was last asked, in GB."""
    most, over = [0.0], Event()

    def look() -> None:
        while not over.wait(0.2):
            most[0] = max(most[0], server.memory_info().rss / 1e9)

    def since() -> float:
        held, most[0] = most[0], 0.0
        return held

    Thread(target=look, daemon=True).start()
    try:
        yield since
    finally:
        over.set()


@asynccontextmanager
async def page(proxy: Proxy, person: str, address: str, seat: str = "") -> AsyncIterator[Tab]:
    """Open a page as a person, from an address of this computer. seat: the cookie by which the proxy chooses
    the dashboard, 32 hexadecimal digits; without one it gives one."""
    cookies = cookie(claims(proxy.address, person)) + (f"; dashboard_seat={seat}" if seat else "")
    async with httpx.AsyncClient(verify=proxy.trust, timeout=LONGEST) as client:
        token = (await client.get(f"{proxy.address}/_stcore/health")).cookies[XSRF]
    async with connect(
        f"wss://{NAME}:{proxy.https}/_stcore/stream",
        ssl=proxy.trust,
        additional_headers={"Cookie": f"{cookies}; {XSRF}={token}"},
        origin=Origin(proxy.address),
        subprotocols=[Subprotocol("streamlit"), Subprotocol(token)],
        max_size=None,
        open_timeout=LONGEST,
        local_addr=(address, 0),
        host="127.0.0.1",
    ) as socket:
        yield Tab(socket)


def attack(proxy: Proxy, asked: Attack, stop: Stop, statuses: Queue[dict[int, int]]) -> None:
    """Misuse the dashboard until stopped, in a process of its own; it gives way to the server, since in truth
    it would run elsewhere."""
    os.nice(10)
    asyncio.run(_attack(proxy, asked, stop, statuses))


async def _attack(proxy: Proxy, asked: Attack, stop: Stop, statuses: Queue[dict[int, int]]) -> None:
    answered: Counter[int] = Counter()

    async def flood() -> None:
        while not stop.is_set():
            with suppress(WebSocketException, OSError, TimeoutError):
                async with page(proxy, "attacker", "127.0.2.1") as tab:
                    n = 0
                    while not stop.is_set():
                        await tab.send(PAGES[n % len(PAGES)], period(n))
                        await asyncio.sleep(1 / asked.messages)
                        n += 1
            await asyncio.sleep(0.1)

    async def upload() -> None:
        while not stop.is_set():
            with suppress(OSError, asyncio.IncompleteReadError, IndexError, ValueError):
                answered[await _sent_up(proxy, asked.megabytes)] += 1

    async def slow() -> None:
        while not stop.is_set():
            with suppress(OSError):
                _, writer = await _connection(proxy, "127.0.2.3")
                writer.transport.pause_reading()  # type: ignore[attr-defined]
                writer.write(f"GET /static/js/none HTTP/1.1\r\nHost: {NAME}:{proxy.https}\r\n\r\n".encode())
                for _ in range(100):
                    await asyncio.sleep(0.2)
                    if stop.is_set() or writer.is_closing():
                        break
                writer.close()

    work = [flood() for _ in range(asked.tabs)] + [upload() for _ in range(asked.uploads)]
    running = [asyncio.create_task(one) for one in (*work, *(slow() for _ in range(asked.slow)))]
    statuses.put({})
    await asyncio.gather(*running)
    statuses.put(dict(answered))


async def _connection(proxy: Proxy, address: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    return await asyncio.open_connection(
        "127.0.0.1", proxy.https, ssl=proxy.trust, server_hostname=NAME, local_addr=(address, 0)
    )


async def _sent_up(proxy: Proxy, megabytes: int) -> int:
    """The status of the answer to a file sent by somebody who has not signed in."""
    reader, writer = await _connection(proxy, "127.0.2.2")
    try:
        head = f"PUT /_stcore/upload_file/{uuid4()}/{uuid4()} HTTP/1.1\r\nHost: {NAME}:{proxy.https}\r\n"
        writer.write(f"{head}Content-Length: {megabytes * MB}\r\n\r\n".encode())
        answer = asyncio.create_task(reader.readline())
        for _ in range(megabytes):
            if answer.done():
                break
            writer.write(b"x" * MB)
            await writer.drain()
        return int((await answer).split()[1])
    finally:
        writer.close()


def _listening(port: int) -> psutil.Process:
    """The process that listens on a port."""
    for one in psutil.net_connections("tcp"):
        if one.status == psutil.CONN_LISTEN and one.laddr[1:] == (port,) and one.pid:
            return psutil.Process(one.pid)
    raise RuntimeError(f"nothing listens on port {port}")


def table(found: Found) -> str:
    """The measurements as Markdown."""
    a = found.attack
    rows = [
        f"| {phase} | {len(taken):,} | {_p95(taken, 2):.2f} s | **{_p95(taken, 20):.2f} s** | "
        f"{found.memory[phase]:.2f} GB |"
        for phase, taken in found.clicks.items()
    ]
    refused = ", ".join(f"{n:,} with {status}" for status, n in sorted(found.uploads.items())) or "none"
    return f"""{found.users} people click on five pages through the shipped proxy. Meanwhile one person has
{a.tabs} tabs that each ask {a.messages} times a second, {a.uploads} clients send files of {a.megabytes} MB
without signing in, and {a.slow} read nothing of what they ask for. All share
the cores with the server; those who misuse it give way to it, since in truth they would be elsewhere.

| | clicks | p50 | p95 (at most {P95:g} s) | memory at most ({MOST_MEMORY:g} GB) |
|---|--:|--:|--:|--:|
{chr(10).join(rows)}

Clicks without an answer: {found.unanswered}. Files sent before sign-in: {refused}. The last click slower than
{P95:g} s came {found.recovered:.0f} s after the end (at most {RECOVERED:g}).
"""


def _p95(taken: list[float], n: int) -> float:
    return quantiles(taken, n=n, method="inclusive")[-1] if len(taken) > 1 else float("nan")

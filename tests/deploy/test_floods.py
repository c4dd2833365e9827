"""What the shipped proxy does by itself: floods, slow clients, several dashboards, forged headers."""

from __future__ import annotations

import queue
import socket
import ssl
import threading
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx
import pytest

from tests.deploy.proxied import NAME, Proxy, proxied
from tests.deploy.standing_in import head, named, standing_in

PATIENCE = 60  # seconds until a test gives up
MOST_OF_ONE_ADDRESS, MOST_UPLOADS = 400, 8
SEATS = 24


@contextmanager
def connected(proxy: Proxy) -> Iterator[ssl.SSLSocket]:
    with (
        socket.create_connection(("127.0.0.1", proxy.https), timeout=PATIENCE) as plain,
        proxy.trust.wrap_socket(plain, server_hostname=NAME) as connection,
    ):
        yield connection


def sent(proxy: Proxy, request: str) -> ssl.SSLSocket:
    """A request, its answer not yet read; that of an upload without the body it announces."""
    plain = socket.create_connection(("127.0.0.1", proxy.https), timeout=PATIENCE)
    connection = proxy.trust.wrap_socket(plain, server_hostname=NAME)
    announced = "Content-Length: 1000\r\n" if request.startswith("PUT") else ""
    connection.sendall(f"{request} HTTP/1.1\r\nHost: {NAME}\r\n{announced}\r\n".encode())
    return connection


def ask(proxy: Proxy, path: str = "/", **headers: str) -> httpx.Response:
    return httpx.get(f"{proxy.address}{path}", verify=proxy.trust, headers=headers, timeout=PATIENCE)


def test_the_uploads_of_one_address_are_counted(tmp_path: Path) -> None:
    arrived: queue.Queue[bytes] = queue.Queue()
    held = threading.Event()

    def silent(connection: socket.socket) -> None:
        arrived.put(head(connection))
        held.wait(PATIENCE)

    upload = f"PUT /_stcore/upload_file/{uuid.uuid4()}/{uuid.uuid4()}"
    with ExitStack() as stack:
        proxy = stack.enter_context(proxied(tmp_path, stack.enter_context(standing_in(silent))))
        stack.callback(held.set)
        for _ in range(MOST_UPLOADS):
            stack.enter_context(sent(proxy, upload))
        for _ in range(MOST_UPLOADS):
            assert arrived.get(timeout=PATIENCE).startswith(upload.encode()), (
                "the head goes on before the body"
            )
        one_more = stack.enter_context(sent(proxy, upload))
        assert one_more.recv(100).startswith(b"HTTP/1.1 429 ")
        assert arrived.empty()


def test_the_connections_of_one_address_are_counted(tmp_path: Path) -> None:
    arrived: queue.Queue[bytes] = queue.Queue()
    held = threading.Event()

    def silent(connection: socket.socket) -> None:
        arrived.put(head(connection))
        held.wait(PATIENCE)
        connection.sendall(b"HTTP/1.1 204 No Content\r\n\r\n")

    with ExitStack() as stack:
        proxy = stack.enter_context(proxied(tmp_path, stack.enter_context(standing_in(silent))))
        stack.callback(held.set)
        for _ in range(MOST_OF_ONE_ADDRESS):
            stack.enter_context(sent(proxy, "GET /"))
        for _ in range(MOST_OF_ONE_ADDRESS):
            arrived.get(timeout=PATIENCE)
        assert ask(proxy).status_code == 429
        held.set()


def test_requests_beyond_the_rate_are_refused_and_not_queued(tmp_path: Path) -> None:
    zone = "zone=dashboard_requests"
    slower = {
        f"limit_req_zone $binary_remote_addr {zone}:10m": "rate=1r/m",
        f"limit_req {zone}": "burst=5 nodelay",
    }
    with standing_in(named("one")) as one, proxied(tmp_path, one, **slower) as proxy:
        answers = [ask(proxy).status_code for _ in range(8)]
    assert answers == [200] * 6 + [429] * 2


def test_a_reader_that_does_not_read_is_let_go(tmp_path: Path) -> None:
    gone = threading.Event()

    def endless(connection: socket.socket) -> None:
        head(connection)
        connection.sendall(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")
        try:
            while True:
                connection.sendall(b"x" * 65536)
        except OSError:
            gone.set()

    with (
        standing_in(endless) as one,
        proxied(tmp_path, one, send_timeout="1s") as proxy,
        sent(proxy, "GET /media/x.csv"),
    ):
        assert gone.wait(PATIENCE), "the proxy went on to take what nobody reads"


@pytest.mark.parametrize(
    ("beginning", "directive"),
    [
        ("GET / HTTP/1.1\r\nHost: ", "client_header_timeout"),
        (
            "PUT /_stcore/upload_file/{0}/{0} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\nab",
            "client_body_timeout",
        ),
    ],
)
def test_a_writer_that_does_not_write_is_let_go(tmp_path: Path, beginning: str, directive: str) -> None:
    def silent(connection: socket.socket) -> None:
        head(connection)
        while connection.recv(100):
            pass

    with (
        standing_in(silent) as one,
        proxied(tmp_path, one, **{directive: "1s"}) as proxy,
        connected(proxy) as connection,
    ):
        connection.sendall(beginning.format(uuid.uuid4()).encode())
        try:
            answer = connection.recv(100)
        except ConnectionResetError:
            answer = b""
    assert answer == b"" or answer.startswith(b"HTTP/1.1 408 ")


def test_a_browser_stays_with_one_dashboard_and_many_are_shared_out(tmp_path: Path) -> None:
    with (
        standing_in(named("one")) as one,
        standing_in(named("two")) as two,
        proxied(tmp_path, one, two) as proxy,
    ):
        names = set()
        for _ in range(SEATS):
            with httpx.Client(base_url=proxy.address, verify=proxy.trust) as browser:
                own = {browser.get(path).json()["name"] for path in ("/", "/media/x", "/_stcore/health", "/")}
            assert len(own) == 1
            names |= own
    assert names == {"one", "two"}


def test_a_dashboard_that_is_gone_is_taken_over_by_another(tmp_path: Path) -> None:
    with standing_in(named("one")) as one, ExitStack() as other:
        two = other.enter_context(standing_in(named("two")))
        with proxied(tmp_path, one, two) as proxy:
            seats = [ask(proxy) for _ in range(SEATS)]
            seat = next(a.cookies["dashboard_seat"] for a in seats if a.json()["name"] == "two")
            other.close()
            again = ask(proxy, Cookie=f"dashboard_seat={seat}")
    assert again.json()["name"] == "one" and "set-cookie" not in again.headers


def test_uploads_broken_off_take_nobodys_dashboard_away(tmp_path: Path) -> None:
    def resetting(connection: socket.socket) -> None:
        if not head(connection).startswith(b"PUT"):
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\none")

    with (
        standing_in(resetting) as one,
        standing_in(resetting) as two,
        proxied(tmp_path, one, two) as proxy,
        httpx.Client(base_url=proxy.address, verify=proxy.trust) as browser,
    ):
        assert browser.get("/").text == "one"
        for _ in range(5):
            path = f"/_stcore/upload_file/{uuid.uuid4()}/{uuid.uuid4()}"
            assert browser.put(path, content=b"x").status_code == 502
        assert browser.get("/").text == "one"
        assert "no live upstreams" not in (tmp_path / "error.log").read_text(encoding="utf-8")
        assert "temporarily disabled" not in (tmp_path / "error.log").read_text(encoding="utf-8")


@pytest.mark.parametrize("seat", ["", "x", "../../two", "A" * 32, "0" * 33, "{0};{0}"])
def test_a_seat_that_we_did_not_give_is_given_anew(tmp_path: Path, seat: str) -> None:
    with standing_in(named("one")) as one, proxied(tmp_path, one) as proxy:
        assert "dashboard_seat" in ask(proxy, Cookie=f"dashboard_seat={seat}").cookies


def test_who_asks_is_what_the_proxy_saw_and_not_what_was_said(tmp_path: Path) -> None:
    forged = {
        "X-Forwarded-For": "10.0.0.1",
        "X-Forwarded-Proto": "http",
        "X-Forwarded-Host": "evil.example",
        "Forwarded": "for=10.0.0.1",
        "X-Real-IP": "10.0.0.1",
    }
    with standing_in(named("one")) as one, proxied(tmp_path, one) as proxy:
        got = ask(proxy, **forged).json()["sent"]
    assert got["x-forwarded-for"] == got["x-real-ip"] == "127.0.0.1" and got["x-forwarded-proto"] == "https"
    assert got["x-forwarded-host"] == got["host"] == f"{NAME}:{proxy.https}"
    assert "forwarded" not in got


def test_a_sign_in_of_many_groups_passes(tmp_path: Path) -> None:
    chunks = [f"_streamlit_user_{n}={'x' * 3900}" for n in range(6)]
    cookies = [f"Set-Cookie: {one}; Path=/; HttpOnly" for one in chunks]
    with standing_in(named("one", *cookies)) as one, proxied(tmp_path, one) as proxy:
        answer = ask(proxy, "/oauth2callback", Cookie="; ".join(chunks))
    assert answer.status_code == 200 and answer.json()["sent"]["cookie"] == "; ".join(chunks)
    given = [c for c in answer.headers.get_list("set-cookie") if c.startswith("_streamlit_user")]
    assert len(given) == 6 and all("; Secure" in one and "; HttpOnly" in one for one in given)


def test_nothing_that_passes_is_left_on_the_proxys_disk(tmp_path: Path) -> None:
    def large(connection: socket.socket) -> None:
        head(connection)
        connection.sendall(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + b"secret" * 500_000)

    with (
        standing_in(large) as one,
        proxied(tmp_path, one) as proxy,
        sent(proxy, "GET /media/x.csv") as slow,
    ):
        slow.recv(10)
        kept = [path for path in tmp_path.glob("nginx-*/**/*") if path.is_file()]
        assert kept == [] and all(b"secret" not in p.read_bytes() for p in tmp_path.glob("*.log"))

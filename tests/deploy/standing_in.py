"""Stands in for a dashboard behind the proxy where a test asks what the proxy itself does."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Answer = Callable[[socket.socket], None]


@contextmanager
def standing_in(answer: Answer) -> Iterator[str]:
    """A server that hands each connection to answer, in a thread of its own; gives its address."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            while True:
                try:
                    connection, _ = listening.accept()
                except OSError:
                    return
                threading.Thread(target=_answered, args=(connection, answer), daemon=True).start()

        threading.Thread(target=serve, daemon=True).start()
        yield f"127.0.0.1:{listening.getsockname()[1]}"
        listening.shutdown(socket.SHUT_RDWR)


def _answered(connection: socket.socket, answer: Answer) -> None:
    with connection:
        answer(connection)


def named(name: str, *headers: str) -> Answer:
    """Answers each request with its name and the headers it was sent, as JSON."""

    def answer(connection: socket.socket) -> None:
        lines = head(connection).decode("latin-1").split("\r\n")
        sent = {key.lower(): value for key, _, value in (line.partition(": ") for line in lines[1:] if line)}
        body = json.dumps({"name": name, "sent": sent}).encode()
        lines = ["HTTP/1.1 200 OK", "Connection: close", f"Content-Length: {len(body)}", *headers, "", ""]
        connection.sendall("\r\n".join(lines).encode("latin-1") + body)

    return answer


def head(connection: socket.socket) -> bytes:
    """A request up to its empty line."""
    got = b""
    while b"\r\n\r\n" not in got and (more := connection.recv(65536)):
        got += more
    return got.split(b"\r\n\r\n")[0]

"""What serves under systemd or in a container: it says when it is ready and well, and ends what hangs."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy import watched
from tests.deploy.proxied import ROOT, free_port

SERVER = """
import http.server, sys
class Answer(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(int(sys.argv[2]) if "script" in self.path else 200)
        self.end_headers()
    def log_message(self, *_): pass
http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Answer).serve_forever()
"""


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[socket.socket]:
    """Listens as systemd does."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.bind(str(tmp_path / "notify"))
        listening.settimeout(60)
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
        monkeypatch.setattr(watched, "EVERY", 0.05)
        monkeypatch.setattr(watched, "PATIENCE", 0.5)
        yield listening


def served(port: int, answer: int = 200) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", SERVER, str(port), str(answer)])


@pytest.mark.parametrize("answer", [200, 503])
def test_it_says_ready_once_and_well_as_long_as_it_answers(told: socket.socket, answer: int) -> None:
    port = free_port()
    dashboard = served(port, answer)
    watching = threading.Thread(target=watched.watch, args=(dashboard, port))
    watching.start()
    assert [told.recv(100) for _ in range(3)] == [b"READY=1", b"WATCHDOG=1", b"WATCHDOG=1"]
    dashboard.terminate()
    watching.join(60)
    assert not watching.is_alive()


def test_one_that_hangs_is_ended(told: socket.socket, capsys: pytest.CaptureFixture[str]) -> None:
    port = free_port()
    dashboard = served(port)
    watching = threading.Thread(target=watched.watch, args=(dashboard, port))
    watching.start()
    assert told.recv(100) == b"READY=1"
    dashboard.send_signal(signal.SIGSTOP)
    assert dashboard.wait(60) == -signal.SIGKILL
    watching.join(60)
    assert "no answer from port" in capsys.readouterr().err


def test_one_that_never_starts_is_ended(told: socket.socket, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watched, "STARTING", 0)
    dashboard = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    watched.watch(dashboard, free_port())
    assert dashboard.wait(60) == -signal.SIGKILL


def test_without_systemd_nothing_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NOTIFY_SOCKET", raising=False)
    watched.tell("READY=1")


def test_a_dashboard_that_ends_by_itself_is_a_failure_and_one_that_is_stopped_is_none(tmp_path: Path) -> None:
    port = free_port()
    environment = {**os.environ, "DASHBOARD_STORE": str(tmp_path)}
    command = [sys.executable, "deploy/watched.py", str(port)]
    stopped = subprocess.Popen(command, cwd=ROOT, env=environment)
    while not watched.answers(port):
        assert stopped.poll() is None
    twice = subprocess.Popen(command, cwd=ROOT, env=environment)
    assert twice.wait(120) == 1, "the port is taken"
    stopped.terminate()
    assert stopped.wait(60) == 0
    asked = subprocess.run([sys.executable, "deploy/watched.py", "--ask", str(port)], cwd=ROOT)
    assert asked.returncode == 1

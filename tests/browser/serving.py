"""A real Streamlit server for as long as a block lasts."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[2]
DASHBOARD = ROOT / "reporting" / "ui" / "entry" / "served.py"
SECONDS_TO_START = 60


@contextmanager
def serving(
    script: Path,
    store: Path | None = None,
    log: Path | None = None,
    port: int | None = None,
    **environment: str,
) -> Iterator[str]:
    """Serve this script with the project's settings on this port, else a free one; gives its address, without
    a last slash.

    store is what the dashboard reads, log where the server's own words go. Raises RuntimeError with these
    words if it does not answer.
    """
    port = port or _free_port()
    address = f"http://127.0.0.1:{port}"
    named = {"DASHBOARD_STORE": str(store)} if store else {}
    command = [sys.executable, "-m", "streamlit", "run", str(script), "--server.port", str(port)]
    with log.open("w+b") if log else tempfile.TemporaryFile() as said:
        server = subprocess.Popen(
            command,
            cwd=ROOT,
            env={**os.environ, **named, **environment, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"},
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=said,
        )
        try:
            if not _is_healthy(server, address):
                said.seek(0)
                words = said.read().decode("utf-8", "replace")
                raise RuntimeError(f"{address} gave no answer within {SECONDS_TO_START} seconds:\n{words}")
            yield address
        finally:
            server.kill()
            server.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _is_healthy(server: subprocess.Popen[bytes], address: str) -> bool:
    until = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < until and server.poll() is None:
        try:
            with urllib.request.urlopen(f"{address}/_stcore/script-health-check", timeout=5):
                return True
        except OSError:
            time.sleep(0.02)
    return False

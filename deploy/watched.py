#!/usr/bin/env python3
"""Serve the dashboard, and end it when it no longer answers: systemd or the engine then starts it anew.

python3 deploy/watched.py 8501         serve on this port; 0 stopped, 1 ended by itself or for not answering
python3 deploy/watched.py --ask 8501   whether one served there answers; 0 it does, 1 it does not

With the standard library alone. Under systemd (Type=notify, WatchdogSec) it says READY=1 and WATCHDOG=1 for
Streamlit, which cannot.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from types import FrameType

ROOT = Path(__file__).resolve().parents[1]
SCRIPT = "reporting/ui/entry/served.py"
EVERY, PATIENCE = 10.0, 20.0  # seconds between questions, and for an answer
STARTING, MISSED = 90.0, 3  # seconds it may take to start; questions unanswered in a row that end it


def main(arguments: list[str]) -> int:
    """Serve, or ask."""
    if arguments[:1] == ["--ask"]:
        return 0 if answers(int(arguments[1])) else 1
    return serve(int(arguments[0]))


def serve(port: int) -> int:
    """Serve until stopped; ends a dashboard that does not answer."""
    command = [sys.executable, "-m", "streamlit", "run", SCRIPT, "--server.port", str(port)]
    dashboard = subprocess.Popen(command, cwd=ROOT)
    stopped = False

    def stop(_signal: int, _frame: FrameType | None) -> None:
        nonlocal stopped
        stopped = True
        dashboard.terminate()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    watch(dashboard, port)
    dashboard.wait()
    return 0 if stopped else 1


def watch(dashboard: subprocess.Popen[bytes], port: int) -> None:
    """Ask again and again until it ends, or end it."""
    until, missed, ready = time.monotonic() + STARTING, 0, False
    while dashboard.poll() is None:
        # The first answer runs the dashboard once: until then Streamlit knows no page but the first.
        if answers(port, "health" if ready else "script-health-check"):
            tell("WATCHDOG=1" if ready else "READY=1")
            missed, ready = 0, True
        elif ready or time.monotonic() > until:
            missed += 1
            print(
                f"watched.py: no answer from port {port}, {missed} of {MISSED}", file=sys.stderr, flush=True
            )
        if missed >= MISSED:
            dashboard.kill()
            return
        try:
            dashboard.wait(EVERY if ready else 0.5)
        except subprocess.TimeoutExpired:
            continue


def answers(port: int, path: str = "health") -> bool:
    """Whether the dashboard on this computer answers, in whatever words."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/{path}", timeout=PATIENCE):
            return True
    except urllib.error.HTTPError as error:
        return path == "script-health-check" and error.code != 404  # it runs; what is wrong, its pages say
    except OSError:
        return False


def tell(state: str) -> None:
    """Say it to systemd, where it listens."""
    if where := os.environ.get("NOTIFY_SOCKET"):
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as told:
            told.connect(f"\0{where[1:]}" if where.startswith("@") else where)
            told.sendall(state.encode())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""The dashboard run in the process of the test, over a small snapshot."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest
from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest

from reporting.access.listed import Listed
from reporting.access.scope import Scope
from reporting.ui.entry import door, gate
from tests.reporting.example import publish_example

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 60
Opened = Callable[..., AppTest]


@pytest.fixture(scope="session")
def example(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with the example published."""
    return publish_example(tmp_path_factory.mktemp("pages") / "store")


@pytest.fixture(scope="session", autouse=True)
def _installed_once() -> Iterator[None]:
    """Streamlit reads about every installed package whenever a test opens the dashboard: once is enough."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(
            manifest_scanner, "scan_component_manifests", cache(manifest_scanner.scan_component_manifests)
        )
        yield


@pytest.fixture(autouse=True)
def _behind_the_door(monkeypatch: pytest.MonkeyPatch) -> None:
    """As the server is started: tests of these pages have no server to guard."""
    monkeypatch.setattr(door.STANDS, "is_set", lambda: True)


def sign_in(monkeypatch: pytest.MonkeyPatch, scope: Scope) -> None:
    """Sign in as somebody whose entry gives this scope."""
    person = {
        "is_logged_in": True, "email": "ann@icb.example", "email_verified": True, "iat": time.time(),
    }  # fmt: skip
    monkeypatch.setattr(gate, "user", lambda: person)
    monkeypatch.setattr(gate, "listed", lambda: Listed({"ann@icb.example": scope}))


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch, example: Path) -> Opened:
    """Open a page ("" is the first) over a store (the example unless given), with these query parameters."""
    monkeypatch.chdir(ROOT)

    def open_page(page: str = "", store: Path = example, **asked: str) -> AppTest:
        monkeypatch.setenv("DASHBOARD_STORE", str(store))
        app = AppTest.from_file(str(ROOT / "dashboard.py"), default_timeout=SECONDS)
        for name, value in asked.items():
            app.query_params[name] = value
        app.run()
        if page:
            app.switch_page(f"pages/{page}.py").run()
        assert not app.exception, app.exception
        return app

    return open_page

"""The dashboard run in the process of the test, over a small snapshot."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from tests.reporting.example import publish_example

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 60
Opened = Callable[..., AppTest]


@pytest.fixture(scope="session")
def example(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with the example published."""
    return publish_example(tmp_path_factory.mktemp("pages") / "store")


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

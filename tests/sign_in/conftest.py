"""A provider, a dashboard that believes it, and people with browsers of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser

from tests.browser.chromium import chromium
from tests.sign_in.installed import Installed, installed
from tests.sign_in.provider import Account, Provider, providing
from tests.sign_in.visitor import Visitor

Visits = Callable[[], Visitor]


@pytest.fixture(scope="session")
def provider() -> Iterator[Provider]:
    """The provider, with the people of the access file among its accounts."""
    with providing() as found:
        for name in ("ann@icb", "pat@practice", "bea@icb", "dan@icb", "ira@icb"):
            found.offers(name[:3].capitalize(), Account({"email": f"{name}.example"}))
        yield found


@pytest.fixture(scope="session")
def served(provider: Provider, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installed]:
    """The dashboard over a release that is not synthetic."""
    with installed(tmp_path_factory.mktemp("sign-in"), provider) as found:
        yield found


@pytest.fixture
def dashboard(served: Installed) -> Iterator[Installed]:
    """The same, with the access file as it was when the test is over."""
    yield served
    served.lists()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser a file; each visitor has cookies of their own in it."""
    with chromium() as opened:
        yield opened


@pytest.fixture(scope="module")
def everybody(browser: Browser, served: Installed) -> list[Visitor]:
    """The visitors of a file who are not there now: a browser that was here before starts faster."""
    return []


@pytest.fixture(scope="module")
def stranger(browser: Browser, served: Installed) -> Visitor:
    """Somebody who tries many accounts, one after the other, in one browser."""
    one = Visitor(browser, served.address)
    one.opens()
    return one


@pytest.fixture
def visitor(browser: Browser, served: Installed, everybody: list[Visitor]) -> Iterator[Visits]:
    """Somebody who has not signed in; they leave when the test is over."""
    here: list[Visitor] = []

    def comes() -> Visitor:
        here.append(everybody.pop() if everybody else Visitor(browser, served.address))
        return here[-1]

    yield comes
    for one in here:
        one.leaves()
    everybody += here

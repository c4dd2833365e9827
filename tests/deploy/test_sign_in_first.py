"""Through the shipped proxy nobody takes or sends anything of real people without a sign-in that holds."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from benchmarks.reporting.abuse import SECRET, as_real, claims, cookie, page, sign_in_set_up
from reporting.access import ended
from tests.browser.serving import DASHBOARD, serving
from tests.deploy.proxied import Proxy, proxied
from tests.deploy.test_floods import sent
from tests.reporting.example import publish_example

MEDIA = "/media/" + "0" * 56 + ".csv"


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("real")
    return as_real(publish_example(folder / "example"), folder / "store")


@pytest.fixture(scope="module")
def proxy(store: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxy]:
    folder = tmp_path_factory.mktemp("proxy")
    with (
        sign_in_set_up(folder),
        serving(DASHBOARD, store) as server,
        proxied(folder, server.removeprefix("http://")) as found,
    ):
        yield found


def asked(proxy: Proxy, path: str, said: str = "") -> httpx.Response:
    return httpx.get(f"{proxy.address}{path}", verify=proxy.trust, headers={"Cookie": said})


def test_a_file_sent_before_sign_in_is_refused_before_a_byte_of_it_has_come(proxy: Proxy) -> None:
    with sent(proxy, f"PUT /_stcore/upload_file/{uuid.uuid4()}/{uuid.uuid4()}") as connection:
        assert connection.recv(100).startswith(b"HTTP/1.1 403 ")


def test_a_download_before_sign_in_is_refused_whether_or_not_it_is_there(proxy: Proxy) -> None:
    answer = asked(proxy, MEDIA)
    assert (answer.status_code, answer.text) == (403, "Sign in first.")


@pytest.mark.parametrize("fault", ["another secret", "another application", "too old", "not listed", "ended"])
def test_a_cookie_that_is_not_good_opens_no_file(proxy: Proxy, store: Path, fault: str) -> None:
    said = claims(proxy.address, fault.replace(" ", "-"))
    assert asked(proxy, MEDIA, cookie(said)).text == "This file is not yours."
    if fault == "ended":
        ended.end(store, said)
    changes: dict[str, dict[str, object]] = {
        "another application": {"aud": "other"},
        "too old": {"iat": said["iat"] - 9 * 3600},
        "not listed": {"email": "somebody@elsewhere.example"},
    }
    bad = cookie({**said, **changes.get(fault, {})}, "other" if fault == "another secret" else SECRET)
    assert asked(proxy, MEDIA, bad).text == "Sign in first."


def test_a_page_opens_for_somebody_who_signed_in(proxy: Proxy) -> None:
    async def opened() -> float | None:
        async with page(proxy, "reader", "127.0.0.1") as tab:
            return await tab.asked("high_dose")

    assert asyncio.run(opened()) is not None


def test_metrics_and_the_health_of_scripts_are_not_there(proxy: Proxy) -> None:
    for path in ("/_stcore/metrics", "/_stcore/script-health-check"):
        assert asked(proxy, path).status_code == 404

"""The shipped proxy in front of a real dashboard: what it adds, what it lets through and what it refuses."""

from __future__ import annotations

import base64
import hashlib
import re
import shutil
import socket
import ssl
import subprocess
import time
import tomllib
import uuid
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import httpx
import pytest
import streamlit

from reporting.ui.entry.menu import ALIAS, TITLES
from tests.browser.serving import DASHBOARD, serving
from tests.deploy.proxied import NAME, ROOT, TEMPLATE, Proxy, configuration, nginx, proxied
from tests.reporting.example import publish_example

ADDED = {
    "strict-transport-security": "max-age=63072000",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}
# What an answer is of: a page, a file of Streamlit's, something refused, something too large.
ANSWERS = {"/": 200, "/high_dose": 200, "/favicon.png": 200, "/_stcore/health": 200, "/.git/config": 404}
HIDDEN = (
    "/_stcore/metrics",
    "/_stcore/script-health-check",
    "/_stcore/agent/openapi.json",
    "/_stcore/agent/interact",
    "/_stcore/agent/mcp",
    "/_stcore/upload_file",
    "/_stcore/upload_file/a/b",
    "/_stcore/stream/",
    "/_stcore/bidi-components/chart/x.js",
    "/_stcore/nothing",
    "/component/x/index.html",
    "/app/static/x",
    "/config/access.toml",
    "/.streamlit/secrets.toml",
    "/high_dose/_stcore/metrics",
    "/static/../_stcore/metrics",
    "/static/%2e%2e/_stcore/metrics",
    "/_stcore/%6detrics",
    "//_stcore/metrics",
    "/_STCORE/metrics",
    "/media/../_stcore/metrics",
)
MB = 2**20


@pytest.fixture(scope="module")
def proxy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxy]:
    """The proxy in front of the dashboard over a few invented practices."""
    store = publish_example(tmp_path_factory.mktemp("example") / "store")
    with (
        serving(DASHBOARD, store) as dashboard,
        proxied(tmp_path_factory.mktemp("proxy"), dashboard.removeprefix("http://")) as found,
    ):
        yield found


@pytest.fixture
def browser(proxy: Proxy) -> Iterator[httpx.Client]:
    """Asks as a browser does."""
    with httpx.Client(base_url=proxy.address, verify=proxy.trust) as client:
        yield client


def raw(proxy: Proxy, request: str) -> str:
    """The head of the answer to a request sent as it is written, since clients tidy paths."""
    with (
        socket.create_connection(("127.0.0.1", proxy.https), timeout=60) as plain,
        proxy.trust.wrap_socket(plain, server_hostname=NAME) as connection,
    ):
        connection.sendall(request.replace("\n", "\r\n").encode("latin-1"))
        return connection.recv(65536).decode("latin-1").split("\r\n\r\n")[0]


def status(proxy: Proxy, method: str, path: str, *headers: str) -> int:
    wanted = "".join(f"{header}\n" for header in headers)
    answer = raw(proxy, f"{method} {path} HTTP/1.1\nHost: {NAME}:{proxy.https}\n{wanted}\n")
    return int(answer.split()[1])


@pytest.mark.parametrize("path", ANSWERS)
def test_every_answer_forbids_framing_sniffing_and_plain_http(browser: httpx.Client, path: str) -> None:
    answer = browser.get(path)
    assert answer.status_code == ANSWERS[path]
    assert {name: answer.headers.get(name) for name in ADDED} == ADDED
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy
    assert "unsafe-eval" not in policy and not re.search(r"script-src[^;]*unsafe-inline", policy)
    assert "camera=()" in answer.headers["permissions-policy"]


def test_no_answer_names_a_version_of_what_serves_it(browser: httpx.Client) -> None:
    for path in (*ANSWERS, "/_stcore/metrics"):
        answer = browser.get(path)
        assert answer.headers["server"] == "nginx" and "x-powered-by" not in answer.headers
        assert not re.search(r"nginx/\d|uvicorn", answer.text)


def test_the_policy_names_the_one_script_that_streamlits_page_holds() -> None:
    page = (Path(streamlit.__file__).parent / "static" / "index.html").read_text(encoding="utf-8")
    scripts = re.findall(r"<script>(.*?)</script>", page, re.S)
    hashes = {base64.b64encode(hashlib.sha256(one.encode()).digest()).decode() for one in scripts}
    assert set(re.findall(r"'sha256-([^']+)'", TEMPLATE.read_text(encoding="utf-8"))) == hashes


def test_every_page_of_the_menu_is_reached(browser: httpx.Client) -> None:
    pages = [*chain.from_iterable(TITLES.values()), ALIAS, "first", ""]
    assert len(pages) > 15
    assert {page: browser.get(f"/{page}").status_code for page in pages} == dict.fromkeys(pages, 200)


@pytest.mark.parametrize("path", HIDDEN)
def test_what_nobody_needs_is_not_there(proxy: Proxy, path: str) -> None:
    assert status(proxy, "GET", path) in (400, 404)


def test_a_page_takes_no_other_method(proxy: Proxy) -> None:
    for method in ("POST", "PUT", "DELETE", "PATCH", "OPTIONS", "PROPFIND"):
        assert status(proxy, method, "/", "Content-Length: 0") in (403, 405), method
    assert status(proxy, "TRACE", "/") == 405


def test_a_body_is_taken_where_files_are_sent_and_nowhere_else(proxy: Proxy) -> None:
    upload = f"/_stcore/upload_file/{uuid.uuid4()}/{uuid.uuid4()}"
    assert status(proxy, "GET", "/", f"Content-Length: {17 * 1024}") == 413
    assert status(proxy, "PUT", upload, f"Content-Length: {101 * MB + 1}") == 413
    assert status(proxy, "PUT", upload, "Content-Length: 0") in (400, 401, 403)  # the dashboard's own refusal


def test_an_upload_may_be_as_large_as_the_dashboard_takes() -> None:
    settings = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    largest = settings["server"]["maxUploadSize"]
    assert re.findall(r"client_max_body_size (\w+);", TEMPLATE.read_text(encoding="utf-8")) == [
        "16k",
        f"{largest + 1}m",
    ]


def test_plain_http_is_sent_on_to_https(proxy: Proxy) -> None:
    answer = httpx.get(f"http://{NAME}:{proxy.http}/high_dose?practice=SYN01")
    assert answer.status_code == 301
    assert answer.headers["location"] == f"https://{NAME}/high_dose?practice=SYN01"


def test_another_name_gets_no_answer(proxy: Proxy) -> None:
    with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
        httpx.get(f"http://127.0.0.1:{proxy.http}/", headers={"Host": "other.example"})
    with pytest.raises(httpx.ConnectError, match=r"(?i)unrecognized.name"):
        httpx.get(f"https://127.0.0.1:{proxy.https}/", verify=False)


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion")
@pytest.mark.parametrize(
    ("version", "spoken"),
    [(ssl.TLSVersion.TLSv1_1, False), (ssl.TLSVersion.TLSv1_2, True), (ssl.TLSVersion.TLSv1_3, True)],
)
def test_only_new_tls_is_spoken(proxy: Proxy, version: ssl.TLSVersion, spoken: bool) -> None:
    only = proxy.trust
    only.set_ciphers("DEFAULT:@SECLEVEL=0")
    only.minimum_version = only.maximum_version = version
    try:
        with socket.create_connection(("127.0.0.1", proxy.https)) as plain:
            only.wrap_socket(plain, server_hostname=NAME).close()
        assert spoken
    except ssl.SSLError as error:
        assert not spoken and "ALERT_PROTOCOL_VERSION" in str(error)


def test_every_cookie_goes_over_https_only(browser: httpx.Client) -> None:
    cookies = [
        one
        for path in ("/", "/_stcore/host-config")
        for one in browser.get(path).headers.get_list("set-cookie")
    ]
    browser.cookies.clear()
    cookies += browser.get("/_stcore/health").headers.get_list("set-cookie")
    names = {one.split("=")[0]: one.lower() for one in cookies}
    assert {"dashboard_seat", "_streamlit_xsrf"} <= set(names)
    assert [
        name for name, said in names.items() if "; secure" not in said or "samesite=lax" not in said
    ] == []
    assert "httponly" in names["dashboard_seat"]


def test_scripts_are_compressed_and_kept_while_pages_are_neither_kept_nor_cached(
    browser: httpx.Client,
) -> None:
    page = browser.get("/")
    assert page.headers.get_list("cache-control") == ["no-store"]
    script = re.findall(r'src="\./(static/js/[^"]+)"', page.text)[0]
    answer = browser.get(f"/{script}")
    assert answer.headers["content-encoding"] == "gzip" and answer.headers["vary"] == "Accept-Encoding"
    assert "immutable" in answer.headers["cache-control"]
    plain = browser.get(f"/{script}", headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers and plain.content == answer.content
    assert "immutable" not in browser.get("/static/js/gone.js").headers.get("cache-control", "")


def test_the_log_holds_neither_what_was_asked_nor_the_code_of_a_sign_in(
    proxy: Proxy, browser: httpx.Client
) -> None:
    browser.get("/patients?practice=SYN01&person=ABCDEF")
    browser.get("/oauth2callback?code=SECRETCODE&state=x")
    until = time.monotonic() + 10  # nginx writes a line after it has answered
    while "GET /oauth2callback" not in (logged := proxy.logged()) and time.monotonic() < until:
        time.sleep(0.05)
    assert "GET /patients 200" in logged and "GET /oauth2callback" in logged
    assert not re.search(r"SYN01|ABCDEF|SECRETCODE|\?", logged)


def test_nginx_itself_finds_no_fault_and_warns_of_nothing(tmp_path: Path) -> None:
    wanted = configuration(tmp_path, ["127.0.0.1:8501", "127.0.0.1:8502"])
    found = subprocess.run(
        [nginx(), "-t", "-p", str(tmp_path), "-e", str(tmp_path / "error.log"), "-c", str(wanted)],
        capture_output=True,
        text=True,
    )
    assert found.returncode == 0 and "[warn]" not in found.stderr, found.stderr


def test_a_machine_without_nginx_fails_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name, path=None: None)
    with pytest.raises(AssertionError, match=r"nginx is not installed: python3 run\.py test installs it"):
        nginx()

"""The door by itself: how fast a person may ask, whose a file is, what a page may send. In a browser:
tests/sign_in."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from starlette.testclient import TestClient
from starlette.types import Message, Receive, Scope, Send
from streamlit.proto.BackMsg_pb2 import BackMsg

from reporting.access.scope import Scope as Seen
from reporting.ui.entry import door
from reporting.ui.entry.door import AT_ONCE, EMPTY_RERUN, MESSAGES, ROOM, Bucket, Door, Given, Talk

ANN = {"sub": "1", "email": "ann@icb.example", "iat": 1, "is_logged_in": True}
BOB = {**ANN, "sub": "2"}
LEAD = Seen("practice", frozenset({"SYN01"}))


def test_a_click_never_waits_and_a_flood_is_slowed_to_the_pace(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1000.0
    monkeypatch.setattr(door, "monotonic", lambda: now)
    bucket = Bucket()
    assert max(bucket.wait() for _ in range(AT_ONCE)) < 1e-9
    waits = [bucket.wait() for _ in range(100)]
    assert waits[-1] == pytest.approx(100 / MESSAGES) and waits == sorted(waits)
    now += 100 / MESSAGES + AT_ONCE / MESSAGES
    assert max(bucket.wait() for _ in range(AT_ONCE)) < 1e-9


def test_a_file_is_of_the_sign_in_that_was_sent_its_name_while_it_sees_as_much() -> None:
    given = Given()
    given.note(b"\x00...url: /media/0a1b2c.csv ... /media/ff00.png", ANN, LEAD)
    assert given.was("0a1b2c", ANN, LEAD) and given.was("ff00", ANN, LEAD)
    assert not given.was("0a1b2c", BOB, LEAD) and not given.was("0a1b", ANN, LEAD)
    assert not given.was("0a1b2c", ANN, Seen.icb())


def test_only_so_many_files_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door, "FILES_KNOWN", 2)
    given = Given()
    for name in (b"01", b"02", b"03"):
        given.note(b"/media/" + name, ANN, LEAD)
    assert [given.was(name, ANN, LEAD) for name in ("01", "02", "03")] == [False, True, True]


async def received(talk: Talk) -> bytes:
    return bytes((await talk.receive())["bytes"])


def talking(*messages: bytes) -> tuple[Talk, list[bytes]]:
    waiting, sent = list(messages), list[bytes]()

    async def receive() -> Message:
        if not waiting:
            await asyncio.sleep(3600)
        return {"type": "websocket.receive", "bytes": waiting.pop(0)}

    async def send(message: Message) -> None:
        sent.append(message["bytes"])

    return Talk(receive, send, ANN, None, Given()), sent


RERUN = BackMsg()
RERUN.rerun_script.query_string = "practice=SYN01"
PART = BackMsg()
PART.rerun_script.fragment_id = "watch"


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch) -> dict[str, Seen | None]:
    """What Ann may see, to be changed while her page is open."""
    now: dict[str, Seen | None] = {"": LEAD}
    monkeypatch.setattr(door, "_seen", lambda user: now[""])
    monkeypatch.setattr(door, "_is_synthetic", lambda: False)
    monkeypatch.setattr(door, "RESTS", 0.01)
    monkeypatch.setattr(door, "LOOKED_EVERY", 0.01)
    return now


def test_a_page_asks_as_it_likes_while_its_sign_in_holds(seen: dict[str, Seen | None]) -> None:
    asks = [one.SerializeToString() for one in (RERUN, PART)]
    talk, _ = talking(*asks)

    async def both() -> list[bytes]:
        return [await received(talk), await received(talk)]

    assert asyncio.run(both()) == asks


@pytest.mark.parametrize("after", [None, Seen.icb()])
def test_when_a_sign_in_gives_something_else_a_bare_rerun_takes_the_place_of_the_message(
    seen: dict[str, Seen | None], after: Seen | None
) -> None:
    talk, _ = talking(RERUN.SerializeToString(), RERUN.SerializeToString())
    seen[""] = after

    async def both() -> list[bytes]:
        return [await received(talk), await received(talk)]

    assert asyncio.run(both()) == [EMPTY_RERUN, RERUN.SerializeToString()]


def test_an_idle_page_runs_anew_by_itself(seen: dict[str, Seen | None]) -> None:
    talk, _ = talking()
    seen[""] = None
    assert asyncio.run(received(talk)) == EMPTY_RERUN


@pytest.mark.parametrize(
    "kind", ["clear_cache", "debug_shutdown_runtime", "load_git_info", "set_run_on_save"]
)
def test_what_no_page_of_ours_sends_does_not_pass(seen: dict[str, Seen | None], kind: str) -> None:
    asked = BackMsg()
    setattr(asked, kind, True)
    talk, _ = talking(asked.SerializeToString())
    assert asyncio.run(received(talk)) == EMPTY_RERUN


@pytest.mark.parametrize("data", [b"", b"\xff\xff", b"\x00" * 50])
def test_what_is_no_message_does_not_pass(seen: dict[str, Seen | None], data: bytes) -> None:
    assert asyncio.run(received(talking(data)[0])) == EMPTY_RERUN


def test_a_part_of_a_page_does_not_run_for_an_ended_sign_in(seen: dict[str, Seen | None]) -> None:
    seen[""] = None
    talk, _ = talking(PART.SerializeToString())
    assert asyncio.run(received(talk)) == EMPTY_RERUN


def test_a_file_of_nobody_known_is_not_made(seen: dict[str, Seen | None]) -> None:
    asked = BackMsg()
    asked.backend_operation_request.deferred_file.file_id = "f" * 32
    talk, _ = talking(asked.SerializeToString())
    assert asyncio.run(received(talk)) == EMPTY_RERUN


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> TestClient:
    """A browser before the door; behind it all say “passed”. With a parameter: of a synthetic release."""

    async def behind(scope: Scope, receive: Receive, send: Send) -> None:
        cookies = [(b"set-cookie", b"_streamlit_user_tokens=x"), (b"set-cookie", b"_streamlit_user=y")]
        await send({"type": "http.response.start", "status": 200, "headers": cookies})
        await send({"type": "http.response.body", "body": b"passed"})

    monkeypatch.setattr(door, "_is_synthetic", lambda: bool(getattr(request, "param", False)))
    return TestClient(Door(behind))


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/media/0a.csv"), ("HEAD", "/media/0a.csv"), ("PUT", "/_stcore/upload_file/a/b"),
        ("DELETE", "/_stcore/upload_file/a/b"), ("POST", "/media/"), ("GET", "/media/%2e%2e/media/0a"),
    ],
)  # fmt: skip
def test_no_file_passes_without_a_sign_in(client: TestClient, method: str, path: str) -> None:
    assert client.request(method, path).status_code == 403


@pytest.mark.parametrize("client", [True], indirect=True)
def test_of_a_synthetic_release_files_pass(client: TestClient) -> None:
    assert client.get("/media/0a.csv").text == "passed"


@pytest.mark.parametrize("path", ["/_stcore/metrics", "/_stcore/script-health-check"])
def test_what_the_server_says_of_itself_stays_on_its_computer(client: TestClient, path: str) -> None:
    assert client.get(path).text == "passed"
    assert client.get(path, headers={"X-Real-IP": "10.0.0.1"}).status_code == 403


def test_the_services_own_tokens_stay_out_of_the_browser(client: TestClient) -> None:
    assert client.get("/").headers.get_list("set-cookie") == ["_streamlit_user=y"]


def test_who_opens_a_page_anew_has_no_fresh_pace(monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[float] = []

    async def told(seconds: float) -> None:
        waits.append(seconds)

    async def behind(scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        await send({"type": "websocket.accept"})
        await receive()
        await send({"type": "websocket.close"})

    monkeypatch.setattr(door, "sleep", told)
    monkeypatch.setattr(door, "monotonic", lambda: 1000.0)
    client, asked = TestClient(Door(behind)), RERUN.SerializeToString()
    for _ in range(AT_ONCE * ROOM + 5):
        with client.websocket_connect("/_stcore/stream", headers={"X-Real-IP": "10.0.0.1"}) as page:
            page.send_bytes(asked)
    assert len([one for one in waits if one > 1e-6]) == 5


def test_pages_pass(client: TestClient) -> None:
    said: Any = client.get("/high_dose?practice=SYN01")
    assert said.text == "passed"

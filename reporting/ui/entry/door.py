"""The door of the server: who may take a file or send one, by what sign-in, and how fast anybody may ask.

It stands before everything that Streamlit serves. Streamlit itself gives a file to whoever knows its address,
takes one from whoever has opened a page, and lets an open page go on after its sign-in has ended.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import json
import re
from asyncio import sleep
from collections import Counter, OrderedDict
from collections.abc import Mapping
from functools import partial
from threading import Event
from time import monotonic
from typing import Any

from google.protobuf.message import DecodeError  # type: ignore[import-untyped]
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit import get_option
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.runtime import Runtime, exists, get_instance
from streamlit.web.server.starlette.starlette_server_config import (
    TOKENS_COOKIE_NAME,
    USER_COOKIE_NAME,
)
from streamlit.web.server.starlette.starlette_websocket import _get_signed_cookie_with_chunks
from websockets import http11

from reporting import release
from reporting.access import ended
from reporting.access.listed import AccessError, listed
from reporting.access.scope import Scope as Seen
from reporting.access.sign_in import may_serve, signed_in
from reporting.ui import session

STANDS = Event()  # set once a door guards this process
MEDIA, UPLOAD = "/media/", "/_stcore/upload_file/"
FROM_HERE_ONLY = ("/_stcore/metrics", "/_stcore/script-health-check")
FORWARDED = "x-real-ip"  # set by the proxy, and by it alone
LOOKED_EVERY = 15  # seconds between looks whether the sign-in of an open page still holds
MESSAGES, AT_ONCE = 5.0, 40  # a second for one person in the long run, and at once
CONNECTIONS = 40  # open pages of one person
ROOM = 5  # times as much for an address of which nobody has signed in: a room of people may share it
TOKENS = TOKENS_COOKIE_NAME.encode()
LONGEST_LINE = 65_536  # bytes of a header, as many as the server takes in all
PROTOCOLS = b"sec-websocket-protocol"
FOR_A_FILE = "backend_operation_request"
SENT = ("rerun_script", "stop_script", "file_urls_request", "app_heartbeat")
EMPTY_RERUN = BackMsg(rerun_script=ClientState()).SerializeToString()
RESTS = 1.0  # seconds
# Of files made, by their address; and of those made when asked for: 32 characters, after their number.
NAMES = re.compile(rb"(?:/media/|\x20(?=[0-9a-f]{32}(?![0-9a-f])))([0-9a-f]+)")
FILES_KNOWN = PEOPLE_KNOWN = 10_000
Cookies = Mapping[str, str]
User = Mapping[str, Any]


class Door:
    """Middleware of the server. Without sign-in set up it guards nothing of a synthetic release but how fast
    one address may ask."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._buckets: OrderedDict[str, Bucket] = OrderedDict()
        self._open: Counter[str] = Counter()
        self._given = Given()
        # Somebody in many groups has long cookies; at the usual 8,192 bytes their page would stay empty. The
        # library's own setting, WEBSOCKETS_MAX_LINE_LENGTH, is read before this module can be.
        http11.MAX_LINE_LENGTH = LONGEST_LINE
        if not get_option("server.baseUrlPath"):  # under another path it would know no file by its address
            STANDS.set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await self._page(scope, receive, send)
        elif scope["type"] == "http" and (refused := self._refused(HTTPConnection(scope))):
            await PlainTextResponse(refused, status_code=403)(scope, receive, send)
        else:
            await self._app(scope, receive, partial(_without_tokens, send))

    async def _page(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One open page: as fast as its person may ask, and of what its sign-in gives it now."""
        asks = HTTPConnection(scope)
        user = _user(asks.cookies)
        who = _name(asks, user)
        size = 1 if user else ROOM
        if self._open[who] >= CONNECTIONS * size and who:
            await send({"type": "websocket.close", "code": 1013})
            return
        if user and _seen(user) is None:
            scope = _afresh(scope)
        talk = Talk(receive, send, user, self._bucket(who, size) if who else None, self._given)
        self._open[who] += 1
        try:
            await self._app(scope, talk.receive, talk.send)
        finally:
            self._open[who] -= 1
            if not self._open[who]:
                del self._open[who]

    def _bucket(self, who: str, size: int) -> Bucket:
        """The bucket of a person or an address. It outlives their pages: opening them anew gives no other."""
        found = self._buckets.setdefault(who, Bucket(size))
        self._buckets.move_to_end(who)
        if len(self._buckets) > PEOPLE_KNOWN:
            self._buckets.popitem(last=False)
        return found

    def _refused(self, asks: HTTPConnection) -> str:
        """Why a request is not answered, "" where it is."""
        path = asks.url.path
        if path.startswith(FROM_HERE_ONLY) and _forwarded(asks):
            return "Only the computer of the dashboard may ask for this."
        if not path.startswith((MEDIA, UPLOAD)) or asks.scope["method"] == "OPTIONS" or _is_synthetic():
            return ""
        user = _user(asks.cookies)
        seen = _seen(user)
        if user is None or seen is None:
            return "Sign in first."
        if path.startswith(MEDIA):
            mine = self._given.was(path.removeprefix(MEDIA).partition(".")[0], user, seen)
        else:
            mine = seen.loads and _is_of(path.removeprefix(UPLOAD).partition("/")[0], user)
        return "" if mine else "This file is not yours."


class Given:
    """Which files a sign-in was given, by their names on its pages, while it may see as much."""

    def __init__(self) -> None:
        self._files: OrderedDict[str, Seen] = OrderedDict()

    def note(self, data: bytes, user: User, seen: Seen) -> None:
        """Note the files that a message to a page names: by their address, or by what they are asked for."""
        for file in NAMES.findall(data):
            key = f"{file.decode()} {ended.sign_in_of(user)}"
            self._files[key] = seen
            self._files.move_to_end(key)
        while len(self._files) > FILES_KNOWN:
            self._files.popitem(last=False)

    def was(self, file: str, user: User, seen: Seen) -> bool:
        """Whether a file was given to a sign-in that may still see as much as then."""
        return self._files.get(f"{file} {ended.sign_in_of(user)}") == seen


class Talk:
    """What goes over the WebSocket of one page.

    Where the sign-in no longer gives what it gave, or a page asks for what is not its own, an empty rerun
    takes the place of the message: the gate then says why, and the old figures leave the screen.
    """

    def __init__(
        self, receive: Receive, send: Send, user: User | None, bucket: Bucket | None, given: Given
    ) -> None:
        self._receive, self._send, self._bucket = receive, send, bucket
        self._user, self._seen, self._given = user, _seen(user), given
        self._coming: asyncio.Future[Message] | None = None
        self._rests = 0.0

    async def receive(self) -> Message:
        """The next message, or a rerun in its place."""
        if self._rests:
            await sleep(self._rests)
            self._rests = 0.0
        self._coming = self._coming or asyncio.ensure_future(self._receive())
        while not (await asyncio.wait({self._coming}, timeout=LOOKED_EVERY))[0]:
            if self._has_changed():
                return self._rerun()
        message, self._coming = self._coming.result(), None
        if message["type"] != "websocket.receive":
            return message
        if self._bucket is not None:
            await sleep(self._bucket.wait())
        if self._has_changed() or not self._may_ask(message):
            return self._rerun()
        return message

    async def send(self, message: Message) -> None:
        """Send it, and note whose the files are that it names."""
        if self._user is not None and self._seen is not None:
            self._given.note(message.get("bytes") or b"", self._user, self._seen)
        await self._send(message)

    def _may_ask(self, message: Message) -> bool:
        """Whether the page may send a message: what a page of ours sends, and for a file only where it was
        given to this sign-in while it saw as much. Streamlit makes it for whoever knows its name."""
        try:
            asked = BackMsg.FromString(message.get("bytes") or b"")
        except DecodeError:
            return False
        if asked.WhichOneof("type") != FOR_A_FILE:
            is_part = bool(asked.rerun_script.fragment_id)
            return asked.WhichOneof("type") in SENT and not (is_part and self._user and self._seen is None)
        if _is_synthetic():
            return True
        file = asked.backend_operation_request.deferred_file.file_id
        return (
            self._user is not None
            and self._seen is not None
            and self._given.was(file, self._user, self._seen)
        )

    def _has_changed(self) -> bool:
        before, self._seen = self._seen, _seen(self._user)
        return before != self._seen

    def _rerun(self) -> Message:
        self._rests = RESTS  # until the gate has run: what the page held before is gone then
        return {"type": "websocket.receive", "bytes": EMPTY_RERUN}


class Bucket:
    """How long each message of one person waits, all of their pages together; size: of so many people."""

    def __init__(self, size: int = 1) -> None:
        self._pace = MESSAGES * size
        self._full_at = monotonic()  # when as many messages as ever may come at once again

    def wait(self) -> float:
        """Seconds that one more message waits."""
        now = monotonic()
        self._full_at = max(self._full_at, now) + 1 / self._pace
        return max(0.0, self._full_at - now - AT_ONCE / MESSAGES)


async def _without_tokens(send: Send, message: Message) -> None:
    """Send an answer without the sign-in service's own tokens: nobody here needs them, and with many groups
    the cookies would be too long for the browser to open a page."""
    if message["type"] == "http.response.start":
        kept = [
            (name, value)
            for name, value in message.get("headers", [])
            if not (name.lower() == b"set-cookie" and value.startswith(TOKENS) and b"Max-Age=0" not in value)
        ]
        message = {**message, "headers": kept}
    await send(message)


def _runtime() -> Runtime | None:
    return get_instance() if exists() else None


def _is_of(one: str, user: User) -> bool:
    """Whether an open page is of this very sign-in."""
    runtime = _runtime()
    found = None if runtime is None else runtime._session_mgr.get_active_session_info(one)
    return found is not None and ended.sign_in_of(found.session._user_info) == ended.sign_in_of(user)


def _user(cookies: Cookies) -> User | None:
    """What the sign-in's cookie says, where it is one that this server made; None without."""
    try:
        made = _get_signed_cookie_with_chunks(dict(cookies), USER_COOKIE_NAME)
        said = json.loads(made) if made else None
    except Exception:
        return None
    return session.person(said) if isinstance(said, dict) else None


def _seen(user: User | None) -> Seen | None:
    """What a sign-in may see now; None for nobody, and where that cannot be known."""
    store = session.store()
    try:
        return signed_in(user or {}, listed, partial(ended.is_ended, store), dt.datetime.now(dt.UTC))[1]
    except AccessError:
        return None


def _is_synthetic() -> bool:
    try:
        return may_serve(release.current(session.store()).info)
    except release.StoreError:
        return False


def _forwarded(asks: HTTPConnection) -> str:
    """The address that the proxy gave, "" of whoever asks from this computer."""
    return asks.headers.get(FORWARDED, "")


def _name(asks: HTTPConnection, user: User | None) -> str:
    """Whose messages are counted together: those of a person, else of an address; "" for nobody's."""
    if user:
        return ended.sign_in_of({"sub": user.get("sub"), "email": user.get("email")})
    return _forwarded(asks)


def _afresh(scope: Scope) -> Scope:
    """The same request without the session it would go on with: what that one holds is no longer its own."""
    headers = [
        (name, b",".join(value.split(b",")[:2]) if name == PROTOCOLS else value)
        for name, value in scope["headers"]
    ]
    return {**scope, "headers": headers, "subprotocols": scope.get("subprotocols", [])[:2]}

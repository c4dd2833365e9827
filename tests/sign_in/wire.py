"""The dashboard's WebSocket without a browser: what somebody gets who only holds cookies."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from urllib.parse import urlsplit

import httpx
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

SECONDS = 60
SECONDS_TO_OPEN = 20
XSRF = "_streamlit_xsrf"
HEADLINE = re.compile(rb"<h1>(.*?)</h1>", re.DOTALL)


class Wire:
    """One connection to the dashboard, and all that came through it."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection, self.messages = connection, list[bytes]()

    def runs(self, page: str = "", query: str = "") -> bytes:
        """Ask for a page, by its address; all that is sent until the script has finished."""
        asked = BackMsg()
        asked.rerun_script.page_name = page
        asked.rerun_script.query_string = query
        return self._sent(asked, "script_finished")

    def clicks(self, label: str) -> bytes:
        """Click a button that the page has shown; all that is sent until the script has finished."""
        asked = BackMsg()
        trigger = asked.rerun_script.widget_states.widgets.add()
        trigger.id, trigger.trigger_value = self._button(label), True
        return self._sent(asked, "script_finished")

    def _button(self, label: str) -> str:
        for message in reversed(self.messages):
            button = ForwardMsg.FromString(message).delta.new_element.button
            if button.label == label:
                return button.id
        raise LookupError(f"No button “{label}” was shown.")

    def all(self) -> bytes:
        """Everything that came."""
        return b"\n".join(self.messages)

    def session(self) -> str:
        """The name of the session, by which a page goes on after a break."""
        names = [ForwardMsg.FromString(one).new_session.initialize.session_id for one in self.messages]
        return next(name for name in names if name)

    def redirect(self) -> str:
        """Where the page sends the browser to sign in or out; empty if it does not."""
        urls = [ForwardMsg.FromString(message).auth_redirect.url for message in self.messages]
        return next((url for url in reversed(urls) if url), "")

    def takes(self, file: str) -> bytes:
        """Ask for a file that is made when it is asked for; the answer, or what is sent in its place."""
        asked = BackMsg()
        asked.backend_operation_request.request_id = "of the test"
        asked.backend_operation_request.session_id = self.session()
        asked.backend_operation_request.deferred_file.file_id = file
        return self._sent(asked, "backend_operation_response", "script_finished")

    def files(self) -> list[str]:
        """The names by which the files that the pages offered are asked for."""
        buttons = [ForwardMsg.FromString(one).delta.new_element.download_button for one in self.messages]
        return [button.deferred_file_id for button in buttons if button.deferred_file_id]

    def _sent(self, asked: BackMsg, *until: str) -> bytes:
        self.connection.send(asked.SerializeToString())
        came = []
        while True:
            data = self.connection.recv(timeout=SECONDS)
            came.append(data if isinstance(data, bytes) else data.encode())
            message = ForwardMsg.FromString(came[-1])
            if message.WhichOneof("type") in until:
                self.messages += came
                return b"\n".join(came)


@contextmanager
def wired(address: str, cookies: Mapping[str, str], session: str = "") -> Iterator[Wire]:
    """Connect as a browser would that holds these cookies, and claims to go on with a session of this id."""
    host = urlsplit(address).netloc
    sent = "; ".join(f"{name}={value}" for name, value in cookies.items())
    protocols = [Subprotocol(words) for words in ("streamlit", cookies.get(XSRF, ""), session) if words]
    with connect(
        f"ws://{host}/_stcore/stream",
        origin=Origin(address),
        additional_headers={"Cookie": sent} if sent else {},
        subprotocols=protocols,
        max_size=None,
        open_timeout=SECONDS_TO_OPEN,
    ) as connection:
        yield Wire(connection)


def signed_in(address: str, account: str) -> dict[str, str]:
    """The cookies of a sign-in as this account, as a browser would do it, without one."""
    with httpx.Client(base_url=address, follow_redirects=True, timeout=SECONDS, verify=False) as client:
        client.get("/_stcore/health")  # as the page does, which sets the cookie against forged requests
        with wired(address, dict(client.cookies)) as wire:
            wire.runs()
            wire.clicks("Sign in")
            choosing = client.get(wire.redirect()).url
        client.get(choosing.copy_with(path="/chosen").copy_add_param("account", account))
        return dict(client.cookies)


def headline(sent: bytes) -> str:
    """The headline in what was sent, or what is there instead of one."""
    found = HEADLINE.search(sent)
    return found.group(1).decode() if found else f"no headline in {len(sent)} bytes"

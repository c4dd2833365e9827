"""A small OpenID Connect provider on this computer, whose every account can be given a fault.

It follows OpenID Connect Core 1.0 (code flow), RFC 7636 (PKCE) and RP-Initiated Logout 1.0, as far as
Streamlit uses them. Nothing in it is secret.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from html import escape
from typing import Any
from urllib.parse import urlencode

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from tests.sign_in.tokens import GONE, KEY, Claims, Writer, signed

CLIENT_ID = "dashboard"
CLIENT_SECRET = "of the tests, and of nothing else"
SECONDS_TO_START = 30


@dataclass(frozen=True)
class Account:
    """What the provider says of an account: claims over the usual ones (GONE leaves one out), and how its
    token is written."""

    claims: Claims
    write: Writer = signed


@dataclass
class Provider:
    """Its address, the accounts one can choose from by name, and what it was asked."""

    address: str
    accounts: dict[str, Account] = field(default_factory=dict)
    asked: list[dict[str, str]] = field(default_factory=list)  # parameters of each request to sign in
    signed_out: list[dict[str, str]] = field(default_factory=list)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    access: dict[str, Claims] = field(default_factory=dict)

    def offers(self, name: str, account: Account) -> str:
        """Add an account, and give its name again."""
        self.accounts[name] = account
        return name

    def claims(self, name: str, nonce: str) -> Claims:
        """The claims of an account's token, made now."""
        now = int(time.time())
        usual: Claims = {
            "iss": self.address,
            "sub": hashlib.sha256(name.encode()).hexdigest()[:32],
            "aud": CLIENT_ID,
            "iat": now,
            "exp": now + 3600,
            "nonce": nonce,
            "email_verified": True,
            "name": name,
        }
        made = {**usual, **self.accounts[name].claims}
        return {claim: value for claim, value in made.items() if value is not GONE}


@contextmanager
def providing() -> Iterator[Provider]:
    """A provider on a free port of this computer for as long as the block lasts."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        provider = Provider(f"http://127.0.0.1:{listening.getsockname()[1]}")
        config = uvicorn.Config(_routes(provider), log_level="warning", lifespan="off")
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        until = time.monotonic() + SECONDS_TO_START
        while not server.started:
            if not thread.is_alive() or time.monotonic() > until:
                raise RuntimeError("The local OpenID Connect provider did not start.")
            time.sleep(0.01)
        try:
            yield provider
        finally:
            server.should_exit = True
            thread.join()


def _routes(provider: Provider) -> Starlette:
    at = provider.address

    async def discovery(_: Request) -> Response:
        return JSONResponse(
            {
                "issuer": at,
                "authorization_endpoint": f"{at}/authorize",
                "token_endpoint": f"{at}/token",
                "userinfo_endpoint": f"{at}/userinfo",
                "jwks_uri": f"{at}/jwks",
                "end_session_endpoint": f"{at}/sign-out",
                "response_types_supported": ["code"],
                "subject_types_supported": ["pairwise"],
                "id_token_signing_alg_values_supported": ["RS256"],
                "token_endpoint_auth_methods_supported": ["client_secret_basic"],
                "code_challenge_methods_supported": ["S256"],
                "scopes_supported": ["openid", "profile", "email"],
            }
        )

    async def jwks(_: Request) -> Response:
        return JSONResponse({"keys": [KEY.as_dict(private=False)]})

    async def authorize(request: Request) -> Response:
        asked = dict(request.query_params)
        if asked.get("client_id") != CLIENT_ID or asked.get("response_type") != "code":
            return PlainTextResponse("unknown client or response type", 400)
        provider.asked.append(asked)
        links = [
            f'<li><a href="/chosen?{escape(urlencode({**asked, "account": name}))}">{escape(name)}</a></li>'
            for name in provider.accounts
        ]
        return HTMLResponse(f"<title>Choose an account</title><ul>{''.join(links)}</ul>")

    async def chosen(request: Request) -> Response:
        asked = dict(request.query_params)
        code = secrets.token_urlsafe(16)
        provider.codes[code] = asked
        answer = urlencode({"code": code, "state": asked["state"]})
        return RedirectResponse(f"{asked['redirect_uri']}?{answer}", 302)

    async def token(request: Request) -> Response:
        sent = {name: str(value) for name, value in (await request.form()).items()}
        asked = provider.codes.pop(sent.get("code", ""), None)
        if not _is_the_client(request):
            return JSONResponse({"error": "invalid_client"}, 401)
        if asked is None or asked["redirect_uri"] != sent.get("redirect_uri") or not _proves(asked, sent):
            return JSONResponse({"error": "invalid_grant"}, 400)
        account = provider.accounts[asked["account"]]
        claims, access = provider.claims(asked["account"], asked["nonce"]), secrets.token_urlsafe(16)
        provider.access[access] = claims
        answer: dict[str, Any] = {"access_token": access, "token_type": "Bearer", "expires_in": 3600}
        return JSONResponse({**answer, **account.write(claims)}, headers={"Cache-Control": "no-store"})

    async def userinfo(request: Request) -> Response:
        claims = provider.access.get(request.headers.get("Authorization", "").removeprefix("Bearer "))
        return JSONResponse(claims) if claims else JSONResponse({"error": "invalid_token"}, 401)

    async def sign_out(request: Request) -> Response:
        asked = dict(request.query_params)
        provider.signed_out.append(asked)
        return RedirectResponse(asked["post_logout_redirect_uri"], 302)

    return Starlette(
        routes=[
            Route("/.well-known/openid-configuration", discovery),
            Route("/jwks", jwks),
            Route("/authorize", authorize),
            Route("/chosen", chosen),
            Route("/token", token, methods=["POST"]),
            Route("/userinfo", userinfo),
            Route("/sign-out", sign_out),
        ]
    )


def _is_the_client(request: Request) -> bool:
    """RFC 6749, 2.3.1: name and password as HTTP Basic."""
    kind, _, sent = request.headers.get("Authorization", "").partition(" ")
    return kind == "Basic" and base64.b64decode(sent).decode() == f"{CLIENT_ID}:{CLIENT_SECRET}"


def _proves(asked: dict[str, str], sent: dict[str, str]) -> bool:
    """RFC 7636, 4.6: whoever redeems the code is who asked for it."""
    digest = hashlib.sha256(sent.get("code_verifier", "").encode()).digest()
    return asked.get("code_challenge") == base64.urlsafe_b64encode(digest).decode().rstrip("=")

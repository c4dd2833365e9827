"""How a provider writes a token: rightly, and in each way that must not be believed."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from typing import Any

from joserfc import jws
from joserfc.jwk import RSAKey

Claims = dict[str, Any]
Answer = dict[str, Any]  # what the token endpoint adds to its answer
Writer = Callable[[Claims], Answer]
GONE = object()
KID = "of-the-provider"
KEY = RSAKey.generate_key(2048, {"kid": KID, "use": "sig", "alg": "RS256"})
ANOTHER_KEY = RSAKey.generate_key(2048, {"kid": KID, "use": "sig", "alg": "RS256"})


def signed(claims: Claims) -> Answer:
    """As it should be: RS256 with the provider's key."""
    return _rs256({"alg": "RS256", "kid": KID}, claims, KEY)


def by_another_key(claims: Claims) -> Answer:
    """Signed by another key that goes by the name of the provider's."""
    return _rs256({"alg": "RS256", "kid": KID}, claims, ANOTHER_KEY)


def by_the_key_it_brings(claims: Claims) -> Answer:
    """Signed by a key that stands in the token's own head."""
    head = {"alg": "RS256", "kid": KID, "jwk": ANOTHER_KEY.as_dict(private=False)}
    return _rs256(head, claims, ANOTHER_KEY)


def by_an_unknown_key(claims: Claims) -> Answer:
    """Signed by a key that the provider does not name."""
    return _rs256({"alg": "RS256", "kid": "of nobody"}, claims, ANOTHER_KEY)


def unsigned(claims: Claims) -> Answer:
    """With `alg: none`, and no signature."""
    return {"id_token": f"{_part({'alg': 'none'})}.{_part(claims)}."}


def without_its_signature(claims: Claims) -> Answer:
    """The right token without its last part."""
    return {"id_token": signed(claims)["id_token"].rpartition(".")[0] + "."}


def with_the_public_key_as_password(claims: Claims) -> Answer:
    """HS256, whose password is the public key, which everybody knows."""
    body = f"{_part({'alg': 'HS256', 'kid': KID})}.{_part(claims)}"
    proof = hmac.new(KEY.as_pem(private=False), body.encode(), hashlib.sha256).digest()
    return {"id_token": f"{body}.{_base64(proof)}"}


def changed_after_signing(claims: Claims) -> Answer:
    """Signed for nobody of note; then the claims were put in."""
    head, _, proof = signed({**claims, "email": "nobody@else.example"})["id_token"].split(".")
    return {"id_token": f"{head}.{_part(claims)}.{proof}"}


def of_another_access_token(claims: Claims) -> Answer:
    """Signed for another access token than it comes with."""
    return signed({**claims, "at_hash": _base64(hashlib.sha256(b"another").digest()[:16])})


def none_at_all(_: Claims) -> Answer:
    """An access token only."""
    return {}


def _rs256(head: dict[str, Any], claims: Claims, key: RSAKey) -> Answer:
    payload = json.dumps(claims).encode()
    return {"id_token": jws.serialize_compact(head, payload, key, algorithms=["RS256"])}


def _part(words: dict[str, Any]) -> str:
    return _base64(json.dumps(words).encode())


def _base64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")

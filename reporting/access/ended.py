"""Sign-ins that were ended: they show nothing more, whatever tab or cookie still holds them."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

FOLDER = "ended"
CLAIMS = ("iss", "sub", "email", "iat", "nonce", "sid", "jti")  # what tells one sign-in from the next
KEPT = 2 * 24 * 3600  # seconds: a sign-in is too old long before

_here: set[str] = set()  # ended in this process, should the disk be full


def sign_in_of(user: Mapping[str, Any]) -> str:
    """What names one sign-in of one person: the same of each tab and cookie that came of it."""
    claims = [user.get(claim) for claim in CLAIMS]
    return hashlib.sha256(json.dumps(claims, sort_keys=True, default=str).encode()).hexdigest()


def end(store: Path, user: Mapping[str, Any]) -> None:
    """End a sign-in for every process that serves this store. Raises OSError where the store does not take
    it; in this process it is ended all the same."""
    name = sign_in_of(user)
    _here.add(name)
    folder = store / FOLDER
    folder.mkdir(mode=0o700, exist_ok=True)
    (folder / name).touch(mode=0o600)
    for old in folder.iterdir():
        with suppress(OSError):
            if old.stat().st_mtime < time.time() - KEPT:
                old.unlink()


def is_ended(store: Path, user: Mapping[str, Any]) -> bool:
    """Whether a sign-in was ended."""
    name = sign_in_of(user)
    return name in _here or (store / FOLDER / name).exists()

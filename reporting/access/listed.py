"""The access file: which sign-ins are whom, and what each may see and load."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from reporting.access.scope import Scope

ACCESS = "DASHBOARD_ACCESS"  # names another access file than that of the project
LISTED = Path(__file__).resolve().parents[2] / "config" / "access.toml"
VIEWS = ("icb", "practice", "board", "data")  # a person of several roles sees what the first of them sees
TOGETHER = ({"icb", "data"}, {"practice", "data"})  # roles that one entry may hold both of
KEPT_TO_PRACTICES = {"practice", "data"}
KEYS = {"people", "domains", "groups", "group_claim", "verified_email"}
VERIFIED = ("required", "not sent")
EXAMPLE = '{ role = "practice", practices = ["A81001"] }'


class AccessError(ValueError):
    """An access file that cannot be used, or entries that disagree. The message names file and entry: it is
    for whoever runs the dashboard, never for a visitor."""


@dataclass(frozen=True)
class Listed:
    """What the access file says: e-mail address, domain or value of the group claim → scope.

    Addresses and domains are in lower case. verified: whether the sign-in must say that the address is
    verified; else it may say nothing of it.
    """

    people: Mapping[str, Scope] = field(default_factory=dict)
    domains: Mapping[str, Scope] = field(default_factory=dict)
    groups: Mapping[str, Scope] = field(default_factory=dict)
    group_claim: str = "groups"
    verified: bool = True

    def scope(self, user: Mapping[str, Any]) -> Scope | None:
        """The scope of a sign-in, None of somebody who is not listed: by the address, else by a group, else
        by the address's domain. Raises AccessError where entries of several groups disagree."""
        address = email(user)
        if address is None:
            return None
        if address in self.people:
            return self.people[address]
        held = {
            self.groups[group]: group for group in _groups(user.get(self.group_claim)) if group in self.groups
        }
        if len(held) > 1:
            raise AccessError(
                f"{LISTED.name}: a person is in the groups {', '.join(sorted(held.values()))}, whose entries "
                "differ. List the person by address, or make the entries agree."
            )
        return next(iter(held), None) or self.domains.get(address.rpartition("@")[2])


def email(user: Mapping[str, Any]) -> str | None:
    """The address of a sign-in in lower case; None where it has none, or none in plain ASCII: letters of
    other scripts can become those of somebody else's address."""
    said = user.get("email")
    if not isinstance(said, str) or not said.isascii():
        return None
    address = said.strip().lower()
    return address if _is_address(address) else None


def in_use() -> Path:
    """The access file of this process."""
    return Path(os.environ.get(ACCESS) or LISTED)


def listed(path: Path | None = None) -> Listed:
    """What an access file says: the one that DASHBOARD_ACCESS names, else config/access.toml. One that is not
    there lists nobody. Raises AccessError."""
    path = path or in_use()
    try:
        return _read(path.name, path.read_bytes())
    except FileNotFoundError:
        return Listed()
    except OSError as error:
        raise AccessError(f"{path.name}: cannot be read ({error.strerror}).") from None


@lru_cache(maxsize=2)  # by content: the file is read at each click, and understood once
def _read(file: str, content: bytes) -> Listed:
    try:
        said = tomllib.loads(content.decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise AccessError(f"{file}: not readable as TOML: {error}") from None
    if unknown := sorted(set(said) - KEYS):
        raise AccessError(f"{file}: there is no part “{unknown[0]}”; there are {', '.join(sorted(KEYS))}.")
    claim, verified = said.get("group_claim", "groups"), said.get("verified_email", VERIFIED[0])
    if not isinstance(claim, str) or not claim.strip():
        raise AccessError(f"{file}: group_claim must name a claim of the sign-in, such as “groups”.")
    if verified not in VERIFIED:
        raise AccessError(f"{file}: verified_email must be one of {VERIFIED}, not {verified!r}.")
    parts = {name: _part(file, name, said.get(name, {})) for name in ("people", "domains", "groups")}
    return Listed(**parts, group_claim=claim.strip(), verified=verified == VERIFIED[0])


def _part(file: str, part: str, said: Any) -> dict[str, Scope]:
    if not isinstance(said, dict):
        raise AccessError(f"{file}: [{part}] must be a table of entries.")
    found: dict[str, Scope] = {}
    for name, grant in said.items():
        where, key = f"{file}: [{part}] {name}", name.strip()
        if part != "groups":
            key = key.lower()
            if not key.isascii() or not _is_address(key if part == "people" else f"x@{key}"):
                raise AccessError(f"{where} is not {'an address' if part == 'people' else 'a domain'}.")
        if not key or key in found:
            raise AccessError(f"{where} stands there twice." if key else f"{where}: the entry has no name.")
        found[key] = _scope(where, grant)
    return found


def _scope(where: str, grant: Any) -> Scope:
    """The scope an entry gives: a role, a list of roles, or a table of either and of practice codes."""
    asked = grant if isinstance(grant, dict) else {"role": grant}
    roles = asked.get("role")
    roles = [roles] if isinstance(roles, str) else roles
    if not isinstance(roles, list) or not roles or not all(role in VIEWS for role in roles):
        raise AccessError(f"{where} has the role {asked.get('role')!r}; a role is one of {', '.join(VIEWS)}.")
    if len(set(roles)) != len(roles) or (len(roles) > 1 and set(roles) not in TOGETHER):
        raise AccessError(f"{where}: only icb and data, or practice and data, go together.")
    codes = asked.get("practices")
    if set(asked) - {"role", "practices"} or ("practices" in asked and not _are_codes(codes)):
        raise AccessError(f"{where}: write {EXAMPLE}, with at least one code in a list.")
    if codes is not None and not set(roles) <= KEPT_TO_PRACTICES:
        raise AccessError(
            f"{where}: the role {roles[0]} is of the whole ICB; only practice and data have practices."
        )
    if codes is None and "practice" in roles:
        raise AccessError(f"{where}: the role practice needs its practices: write {EXAMPLE}.")
    practices = None if codes is None else frozenset(code.strip().upper() for code in codes)
    role = next(role for role in VIEWS if role in roles)
    return Scope(role, practices, "data" in roles, "published" if role == "board" else "internal")


def _are_codes(codes: Any) -> bool:
    return isinstance(codes, list) and bool(codes) and all(isinstance(c, str) and c.strip() for c in codes)


def _groups(claim: Any) -> Iterator[str]:
    """The groups of a sign-in: a list, or one alone. Anything else is none."""
    if isinstance(claim, str):
        yield claim
    elif isinstance(claim, list):
        yield from (one for one in claim if isinstance(one, str))


def _is_address(text: str) -> bool:
    name, at, domain = text.partition("@")
    return bool(name and at and domain) and not any(one.isspace() or one in '@,;<>"' for one in name + domain)

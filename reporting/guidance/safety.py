"""Words that protect people, shown where falls, stops and tapers are: process only, never a dose."""

from __future__ import annotations

import datetime as dt
import tomllib
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from typing import Any

from reporting.guidance import links
from reporting.guidance.links import Link

PATH = Path(__file__).with_name("safety.toml")
CRISIS = ("nhs-111", "samaritans")  # beside every block
CRISIS_WORDS = "In danger now: 999. Thoughts of self-harm:"


class SafetyError(ValueError):
    """Words that cannot be shown; the message names the situation and the field."""


@dataclass(frozen=True)
class Situation:
    """What to say when. says: what stands on the page; check: what to look at next, step by step."""

    title: str
    says: str
    check: tuple[str, ...]
    links: tuple[Link, ...]
    source: str
    reviewed_on: dt.date


@dataclass(frozen=True)
class Safety:
    """One block of a page. asked: the situations shown on it; others: all the rest, which open below, since
    no page can know who is pregnant or on another pathway. links: each once. crisis: whom to call in danger.
    """

    asked: tuple[Situation, ...]
    others: tuple[Situation, ...]
    links: tuple[Link, ...]
    crisis: tuple[Link, ...]


def safety(*when: str) -> Safety:
    """The words for these situations (keys of safety.toml), in the order given.

    Raises SafetyError for none, or for one there is not.
    """
    known, addresses = situations(), links.known()
    if not when:
        raise SafetyError(f"Name at least one situation of {', '.join(known)}.")
    if unknown := [key for key in when if key not in known]:
        raise SafetyError(f"There is no situation {unknown[0]!r}. There are: {', '.join(known)}.")
    asked = tuple(known[key] for key in dict.fromkeys(when))
    others = tuple(one for key, one in known.items() if key not in when)
    named = dict.fromkeys(link for one in (*asked, *others) for link in one.links)
    return Safety(asked, others, tuple(named), tuple(addresses[key] for key in CRISIS))


def spoken(*when: str) -> str:
    """The same as a paragraph, for a speaker's notes."""
    found = safety(*when)
    says = " ".join(f"{one.title}: {one.says}" for one in found.asked)
    return f"{says} {_crisis(found)}"


def brief(when: str) -> str:
    """One situation without its title, for a printed page."""
    found = safety(when)
    return f"{found.asked[0].says} {_crisis(found)}"


def _crisis(found: Safety) -> str:
    return f"{CRISIS_WORDS} {' or '.join(link.title for link in found.crisis)}."


@cache
def situations() -> dict[str, Situation]:
    """Key → situation. Raises SafetyError for a field unknown, missing or empty, or a link there is not."""
    return read(PATH.read_text(encoding="utf-8"))


def read(text: str) -> dict[str, Situation]:
    """The same of a file's text."""
    return {key: _situation(key, row) for key, row in tomllib.loads(text).items()}


def _situation(key: str, row: dict[str, Any]) -> Situation:
    names = {field.name for field in fields(Situation)}
    if odd := sorted(names ^ set(row)):
        raise SafetyError(
            f"[{key}] {'has an unknown field' if odd[0] in row else 'has no field'} {odd[0]!r}."
        )
    for name, value in row.items():
        wanted = dt.date if name == "reviewed_on" else list if name in ("check", "links") else str
        texts = value if wanted is list else [value] if wanted is str else []
        if type(value) is not wanted or not value or not all(map(_is_text, texts)):
            raise SafetyError(f"[{key}] {name} is {value!r}; it must not be empty, and of its kind.")
    addresses = links.known()
    if unknown := [name for name in row["links"] if name not in addresses]:
        raise SafetyError(f"[{key}] names a link {unknown[0]!r} that config/links.toml does not have.")
    return Situation(
        **{**row, "check": tuple(row["check"]), "links": tuple(addresses[name] for name in row["links"])}
    )


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())

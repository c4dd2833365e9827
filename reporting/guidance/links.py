"""Guidance and help by name and address: read from config/links.toml, found wherever a text names one."""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from functools import cache, lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

PATH = Path(__file__).resolve().parents[2] / "config" / "links.toml"
READERS = {"clinicians", "patients", "managers"}
CONFIRMED = {"seen": True, "to be confirmed": False}
TO_CONFIRM = "address unconfirmed"
CACHED = 8192
Part = tuple[str, "Link | None"]


class LinksError(ValueError):
    """A file of links that cannot be used; the message names file, entry and field."""


@dataclass(frozen=True)
class Link:
    """One resource. also: other names that texts give it. readers: for whom. reviewed_on: when a person last
    read the entry; opened: whether the address was opened that day."""

    key: str
    title: str
    also: tuple[str, ...]
    owner: str
    readers: tuple[str, ...]
    address: str
    address_is: str
    reviewed_on: dt.date
    opened: bool

    @property
    def confirmed(self) -> bool:
        """Whether the address was seen in a source."""
        return CONFIRMED[self.address_is]

    @property
    def words(self) -> str:
        """Title and address where nothing can be clicked: a speaker's notes, a printed page."""
        return f"{self.title}: {self.address}{'' if self.confirmed else f' ({TO_CONFIRM})'}"


def load(path: Path = PATH) -> tuple[Link, ...]:
    """The links of a TOML file, in its order. Raises LinksError naming file, entry and field."""
    name = f"{path.parent.name}/{path.name}"  # no more of the path: pages show it
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise LinksError(f"{name}: no such file. Restore it from the project's config folder.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise LinksError(f"{name}: not readable as TOML: {error}") from None
    if unknown := sorted(set(raw) - {"link"}):
        raise LinksError(f"{name}: unknown section {unknown[0]!r}. Remove it or correct its name.")
    if not isinstance(raw.get("link"), list) or not raw["link"]:
        raise LinksError(f"{name}: there is no [[link]].")
    found = tuple(_link(f"{name}: link {place}", row) for place, row in enumerate(raw["link"], 1))
    _refuse_repeats(name, "key", (one.key for one in found))
    _refuse_repeats(name, "address", (one.address.rstrip("/") for one in found))
    _refuse_repeats(name, "name", (title for one in found for title in (one.title, *one.also)))
    return found


def _link(where: str, row: Any) -> Link:
    if not isinstance(row, dict):
        raise LinksError(f"{where} is not a table.")
    names = [field.name for field in fields(Link)]
    if unknown := sorted(set(row) - set(names)):
        raise LinksError(f"{where} has an unknown field {unknown[0]!r}.")
    for name in names:
        if name not in row:
            raise LinksError(f"{where} has no {name}.")
        if not _fits(name, row[name]):
            raise LinksError(f"{where}: {name} is {row[name]!r}; it must be {_wanted(name)}.")
    values: dict[str, Any] = {name: tuple(v) if isinstance(v := row[name], list) else v for name in names}
    return Link(**values)


def _fits(name: str, value: Any) -> bool:
    if name == "reviewed_on":
        return type(value) is dt.date and value <= dt.date.today()
    if name == "opened":
        return isinstance(value, bool)
    if name in ("also", "readers"):
        known = value if name == "also" else READERS
        return (
            isinstance(value, list)
            and all(_is_text(v) and v in known for v in value)
            and bool(value or name == "also")
        )
    if not _is_text(value):
        return False
    return {"address": _is_address, "address_is": CONFIRMED.__contains__}.get(name, _is_text)(value)


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and value == value.strip() != ""


def _is_address(value: str) -> bool:
    """Whether it is a whole https address: a page that shows people's figures sends nobody to an open one."""
    parts = urlsplit(value)
    return (
        parts.scheme == "https"
        and "." in parts.netloc
        and "@" not in parts.netloc
        and not re.search(r"[\s\"'<>\\]", value)
    )


def _wanted(name: str) -> str:
    return {
        "also": "a list of names, which may be empty",
        "readers": f"a list of some of {', '.join(sorted(READERS))}",
        "address": "a whole https address",
        "address_is": f"one of {', '.join(CONFIRMED)}",
        "reviewed_on": "a day, not in the future",
        "opened": "true or false",
    }.get(name, "some text")


def _refuse_repeats(file: str, what: str, values: Iterable[str]) -> None:
    seen = set[str]()
    for value in values:
        if value.casefold() in seen:
            raise LinksError(f"{file}: the {what} {value!r} stands there twice.")
        seen.add(value.casefold())


@cache
def known() -> dict[str, Link]:
    """Key → link, of the file the project ships or the ICB keeps in its place."""
    return {one.key: one for one in load()}


@lru_cache(maxsize=CACHED)
def parts(text: str) -> tuple[Part, ...]:
    """The text cut where it names a resource: (words, its link or None); joined, the words are the text."""
    return tuple(_parts(text))


def _parts(text: str) -> Iterator[Part]:
    names, pattern = _names()
    end = 0
    for found in pattern.finditer(text):
        if found.start() > end:
            yield text[end : found.start()], None
        yield found.group(), names[found.group().casefold()]
        end = found.end()
    if end < len(text) or not text:
        yield text[end:], None


@cache
def _names() -> tuple[dict[str, Link], re.Pattern[str]]:
    """Every name of every link, and what finds them: the longest first, whole words only."""
    names = {name.casefold(): link for link in known().values() for name in (link.title, *link.also)}
    longest = sorted(names, key=len, reverse=True)
    return names, re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest))})(?!\w)", re.IGNORECASE)


def named_in(*texts: str) -> tuple[Link, ...]:
    """The links that the texts name, each once, in the order of their first naming."""
    return tuple(dict.fromkeys(link for text in texts for _, link in parts(text) if link is not None))


def addresses(*texts: str) -> str:
    """“Links: Opioids Aware: https://…” of what the texts name, where nothing can be clicked; else ""."""
    found = named_in(*texts)
    return f"Links: {'; '.join(link.words for link in found)}" if found else ""

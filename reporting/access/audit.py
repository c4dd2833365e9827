"""The audit of a store: who looked, took, loaded, published and put right, one line an event.

`python -m reporting.access.audit verify` names the first break; `prune --before YYYY-MM`
removes whole months. docs/audit.md says what is recorded, what that proves and what it cannot.
"""

from __future__ import annotations

import argparse
import datetime as dt
import getpass
import os
import sys
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from reporting.access import chain, chain_check
from reporting.access.chain import AuditError, Head
from reporting.access.chain_check import Break, Checked

__all__ = ["EVENTS", "AuditError", "Break", "Event", "account", "events", "record", "verify"]

FOLDER = "audit"
LONGEST, MOST = 300, 40  # characters of a text, texts of a list
WHO = "DASHBOARD_WHO"  # for whom the dashboard starts a command
STAGES = {"stage": str, "why": str}  # begun, done, failed (and why) of what takes time
# What each kind may hold besides who, role, scope and release. Nothing else: no value of a person but the
# pseudonym.
EVENTS: dict[str, dict[str, type]] = {
    "signed in": {},
    "sign-in refused": {"why": str},
    "signed out": {"why": str},
    "page viewed": {"page": str, "area": str, "filters": str},
    "people viewed": {"page": str, "area": str, "filters": str, "people": int},
    "person viewed": {"page": str, "pseudonym": str},
    "download": {
        "file": str, "edition": str, "area": str, "filters": str, "rows": int, "sha256": str,
    },
    "pack exported": {
        "file": str, "files": list, "edition": str, "quarter": str, "area": str, "filters": str, "rows": int,
        "sha256": str,
    },
    "load": {**STAGES, "files": int, "refused": int, "rows": int, "quarantined": int},
    "publication": {**STAGES, "how": str},
    "correction": {**STAGES, "of": str, "rows": int, "sha256": str},
    "access changed": {"file": str, "sha256": str},
    "audit pruned": {"before": str, "months": int},
}  # fmt: skip


@dataclass(frozen=True)
class Event:
    """One line: its number from 1, when (UTC), what, who in which role, of which practices and release, and
    the details of its kind."""

    number: int
    when: dt.datetime
    what: str
    who: str
    role: str
    scope: str
    release: str
    details: Mapping[str, Any]


def record(
    store: Path,
    what: str,
    *,
    who: str,
    role: str = "",
    scope: str = "",
    release: str = "",
    durable: bool = True,
    **details: str | int | Collection[str],
) -> None:
    """Add an event; `durable`: it is on disk before this returns.

    Raises AuditError where it cannot be written: then nothing was added, and what is to be recorded must not
    be done. Raises ValueError for a kind that is not in EVENTS and a detail that its kind does not declare.
    """
    fields = _fields(what, who, role, scope, release, details)
    chain.append(_folder(store), fields, durable)


def ready(store: Path) -> None:
    """Raises AuditError where an event could not be written now."""
    chain.ready(_folder(store))


def events(
    store: Path,
    *,
    who: str = "",
    what: Collection[str] = (),
    since: dt.date | None = None,
    until: dt.date | None = None,
) -> Iterator[Event]:
    """The events, latest first: of those whose name holds `who`, of these kinds, from one day (UTC) to
    another. Lines that are not as they were written are left out; `verify` names the first of them.

    Raises AuditError where a file cannot be read.
    """
    kinds, name = frozenset(what), who.casefold()
    first, last = since and since.isoformat(), until and f"{until.isoformat()}T99"
    folder = store / FOLDER
    holding = [f'"what":"{kind}"'.encode() for kind in kinds] or [b""]
    with chain.told(folder):
        for path in reversed(chain.months(folder)):
            if first and path.stem < first[:7]:
                return
            for line in chain.backwards(path, holding):
                if (
                    (not kinds or line.get("what") in kinds)
                    and (not first or line["when"] >= first)
                    and (not last or line["when"] <= last)
                    and name in str(line.get("who", "")).casefold()
                    and (found := _event(line)) is not None
                ):
                    yield found


def checked(store: Path, since: str = "", known: Head | None = None) -> Checked:
    """What a check of the lines from a month on (YYYY-MM) finds; known: a head noted earlier, elsewhere.
    Raises AuditError where a file cannot be read."""
    return chain_check.check(store / FOLDER, since, known)


def verify(store: Path) -> Break | None:
    """The first place where the audit is not whole; None where all is as it was written."""
    return checked(store).first_break


def prune(store: Path, before: str, who: str) -> int:
    """Removes the months before one (YYYY-MM), and records that; how many there were. Raises AuditError, also
    for a month that is not over."""
    if not chain.MONTH.fullmatch(before) or before > f"{chain.now():%Y-%m}":
        raise AuditError(f"“{before[:20]}” is no month that has begun. Write --before YYYY-MM.")
    folder = _folder(store)
    months = sum(path.stem < before for path in chain.months(folder))
    if months:
        fields = _fields("audit pruned", who, "", "", "", {"before": before, "months": months})
        chain.append(folder, fields, keep_from=before)
    return months


def account() -> str:
    """Who runs a command: whom the dashboard runs it for, else the account of the computer, and who became it
    by sudo."""
    if who := os.environ.get(WHO):
        return who
    try:
        name = getpass.getuser()
    except (OSError, KeyError, ImportError):  # an account without a name, as in a container
        name = f"account {os.getuid()}" if hasattr(os, "getuid") else "an account without a name"
    by = os.environ.get("SUDO_USER")
    return f"{by} as {name}" if by and by != name else name


def plain(text: str) -> str:
    """A text of one line: what cannot be printed is shown as “�”, and the end of a very long one left out."""
    cut = text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
    return cut if cut.isprintable() else "".join(one if one.isprintable() else "\ufffd" for one in cut)


def _folder(store: Path) -> Path:
    if not store.is_dir():
        raise AuditError(f"There is no store at “{store}”, so its audit cannot be written.")
    return store / FOLDER


def _fields(
    what: str, who: str, role: str, scope: str, release: str, details: Mapping[str, Any]
) -> dict[str, Any]:
    if what not in EVENTS:
        raise ValueError(f"“{what}” is no kind of event. There are: {', '.join(EVENTS)}.")
    for name, value in details.items():
        kind = EVENTS[what].get(name)
        if kind is None:
            raise ValueError(f"“{what}” may hold {', '.join(EVENTS[what]) or 'no details'}, not “{name}”.")
        if not (_are_texts(value) if kind is list else type(value) is kind or isinstance(value, kind)):
            raise ValueError(f"“{name}” of “{what}” must be of the type {kind.__name__}.")
    told = {name: _shown(value) for name, value in details.items()}
    texts = {"role": role, "scope": scope, "release": release}
    return {
        "what": what,
        "who": plain(who) or "not known",
        **{name: plain(text) for name, text in texts.items() if text},
        **({"details": told} if told else {}),
    }


def _are_texts(value: Any) -> bool:
    return isinstance(value, list | tuple) and all(isinstance(one, str) for one in value)


def _shown(value: Any) -> Any:
    if isinstance(value, str):
        return plain(value)
    if isinstance(value, int):
        return int(value)
    shown = [plain(one) for one in value[:MOST]]
    return [*shown, f"and {len(value) - MOST} more"] if len(value) > MOST else shown


def _event(line: Mapping[str, Any]) -> Event | None:
    try:
        when = dt.datetime.fromisoformat(line["when"])
        who, role, scope, release = (str(line.get(name, "")) for name in ("who", "role", "scope", "release"))
        return Event(
            line["seq"], when, str(line["what"]), who, role, scope, release, dict(line.get("details", {}))
        )
    except (KeyError, ValueError, TypeError):
        return None


def main(arguments: list[str]) -> int:
    """verify and prune; 0 where all is well, 1 with a sentence where not, 2 for wrong usage."""
    asked = _parser().parse_args(arguments)
    try:
        return int(asked.run(asked))
    except AuditError as error:
        print(error, file=sys.stderr)
        return 1


def _verify(asked: argparse.Namespace) -> int:
    if not (asked.store / FOLDER).is_dir():
        raise AuditError(f"There is no audit in the store “{asked.store}”.")
    found = checked(asked.store, asked.since or "", asked.head)
    for words in found.notes:
        print(words)
    if found.first_break:
        print(f"not whole: {found.first_break}")
        return 1
    if not (found.first and found.last):
        raise AuditError(f"No event is recorded in the store “{asked.store}”, so nothing can be said of it.")
    span = f"from {_moment(found.first)} to {_moment(found.last)} (UTC)"
    print(f"{found.count:,} events {span}; every line is as it was written")
    print(f"head {found.last['seq']}:{found.last['hash']}")
    return 0


def _moment(line: Mapping[str, Any]) -> str:
    return str(line["when"])[:19].replace("T", " ")


def _prune(asked: argparse.Namespace) -> int:
    removed = prune(asked.store, asked.before, account())
    print(f"{removed} months before {asked.before} were removed" if removed else "nothing to remove")
    return 0


def _month(text: str) -> str:
    if not chain.MONTH.fullmatch(text):
        raise ValueError
    return text


def _noted(text: str) -> Head:
    count, _, last = text.partition(":")
    if len(last) != len(chain.NOTHING):
        raise ValueError
    return Head(int(count), last, int(count))


_month.__name__, _noted.__name__ = "month (YYYY-MM)", "head (NUMBER:HASH, as verify prints it)"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m reporting.access.audit", description="The audit of a store."
    )
    verbs = parser.add_subparsers(required=True, metavar="verify | prune")
    verb = verbs.add_parser(
        "verify", help="say whether every line is as it was written, or name the first break"
    )
    verb.add_argument("--from", dest="since", type=_month, metavar="YYYY-MM", help="from a month on")
    verb.add_argument("--head", type=_noted, metavar="NUMBER:HASH", help="a head that was noted elsewhere")
    verb.set_defaults(run=_verify)
    verb = verbs.add_parser("prune", help="remove whole months")
    verb.add_argument(
        "--before", required=True, type=_month, metavar="YYYY-MM", help="the first month to keep"
    )
    verb.set_defaults(run=_prune)
    for verb in verbs.choices.values():
        verb.add_argument(
            "--store",
            type=Path,
            default=Path(os.environ.get("DASHBOARD_STORE", "store")),
            help="folder of the store (default: store)",
        )
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""How often headlines are wrong where nothing is true but what is declared, and how often they find it.

Each world goes the whole way: extracts are written, loaded, built, and every page and slide is asked.
"""

from __future__ import annotations

import json
import re
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.worlds.claims import claimed
from benchmarks.worlds.headlines import THRESHOLD, Headline, called_out, headlines
from etl import sample
from etl.build import build
from etl.load import load
from etl.store import Store
from measures import policy
from reporting import figures, people, release
from reporting.access.scope import Scope, Selection
from reporting.exhibits.overview.reasons import NOT_SEEN

MONTHS = 27  # a year, the year before it, and the window of the first dose
FALLING = ("overview", "high_dose high-dose-trend", "slide the-quarter", "slide high-dose-trend")
SLOW = ("referrals referral-waits", "referrals referral-stages")
ICB = Scope.icb(), Selection(THRESHOLD)
HIGH = "High dose"


@dataclass(frozen=True)
class Judged:
    """One world, gone the whole way. truth: what is true; said: every headline; named: practices that the
    overview calls out, each with why; unlisted: known rapid falls that are not on the list of those nobody
    has looked at; high: the name of the practice with a high rate, if there is one."""

    truth: Mapping[str, Any]
    said: tuple[Headline, ...]
    named: tuple[str, ...]
    unlisted: tuple[Mapping[str, Any], ...]
    high: str

    @property
    def world(self) -> str:
        return str(self.truth["world"])

    @property
    def claims(self) -> list[Headline]:
        """The headlines that claim a change or a difference."""
        return [one for one in self.said if claimed(one.words)]

    def claim(self, where: str) -> str:
        """What the headline of this name claims; empty where it claims nothing."""
        return "; ".join(part for one in self.said if one.where == where for part in claimed(one.words))


def published(world: str, seed: int, practices: int, folder: Path, months: int = MONTHS) -> None:
    """A world in a folder: its extracts, and a store that has loaded and built them.

    Raises RuntimeError where a file is refused.
    """
    extracts, store = folder / "extracts", folder / "store"
    sample.write(practices=practices, months=months, seed=seed, out=extracts, world=world)
    receipts = load([extracts], Store(store, create=True), accept_smaller=True)
    if refused := [receipt.file for receipt in receipts if receipt.outcome == "refused"]:
        raise RuntimeError(f"{world} {seed}: {refused[0]} was refused.")
    build(Store(store), policy.load())


def judged(folder: Path) -> Judged:
    """What the dashboard says of a world that was published in a folder."""
    store, truth = folder / "store", truth_of(folder)
    snapshot = release.current(store)
    names = figures.practices(snapshot, ICB[0]).frame.set_index("practice_code")["name"]
    high = str(names.get(truth["high_practice"], ""))
    return Judged(truth, tuple(headlines(store)), tuple(called_out(store)), unlisted(folder), high)


def truth_of(folder: Path) -> dict[str, Any]:
    """What is true in the world of a folder."""
    found: dict[str, Any] = json.loads((folder / "extracts" / "truth.json").read_text(encoding="utf-8"))
    return found


def unlisted(folder: Path) -> tuple[Mapping[str, Any], ...]:
    """Known rapid falls of the world of a folder that are not on the list of those nobody has looked at."""
    rows = people.people_because(release.current(folder / "store"), *ICB, NOT_SEEN).frame
    listed = set(zip(rows["practice_code"], rows["patient_key"], strict=True))
    falls = truth_of(folder)["falls"]
    return tuple(fall for fall in falls if (fall["practice_code"], fall["patient_key"]) not in listed)


def measure(asked: Mapping[str, int], practices: int) -> list[Judged]:
    """So many worlds of each name, of seeds 1 onwards, one after the other."""
    found = []
    for world, count in asked.items():
        for seed in range(1, count + 1):
            with tempfile.TemporaryDirectory() as folder:
                published(world, seed, practices, Path(folder))
                found.append(judged(Path(folder)))
            print(f"{world} {seed}: {len(found[-1].claims)} of {len(found[-1].said)} claim", flush=True)
    return found


def tells_of_fewer(claim: str) -> bool:
    """Whether a claim of a headline is that there are fewer people."""
    return re.search(r"\bfewer|\b[Ff]ell(?: with deaths and moves)?: from", claim) is not None


def false_share(found: Sequence[Judged]) -> float:
    """Of all headlines of these worlds, the share (0 to 1) that claim something."""
    return sum(len(one.claims) for one in found) / sum(len(one.said) for one in found)


def table(found: Sequence[Judged]) -> str:
    """What was measured, as Markdown: false claims of steady worlds by headline; what the others found."""
    parts = (_false(_of(found, "steady")), _power(found))
    return "\n\n".join(part for part in parts if part)


def _of(found: Sequence[Judged], world: str) -> list[Judged]:
    return [one for one in found if one.world == world]


def _false(steady: Sequence[Judged]) -> str:
    if not steady:
        return ""
    said = sum(len(one.said) for one in steady)
    wrong = Counter(claim.where for one in steady for claim in one.claims)
    named = sum(len(one.named) for one in steady) / len(steady)
    rows = [
        f"| **all headlines** | **{_share(wrong.total(), said)}** | at most 5% |",
        *(f"| {where} | {n} of {len(steady)} worlds | |" for where, n in wrong.most_common()),
        f"| overview: practices named first for a difference | {named:.1f} a world | |",
    ]
    return (
        f"**False alarms** in {len(steady)} steady worlds: headlines that claim a change or a difference.\n"
        f"A world has {len(steady[0].said)}: of pages, exhibits, cards and slides. Those not below claimed\n"
        "nothing in any world.\n\n"
        "| Headline | claims | target |\n|---|--:|--:|\n" + "\n".join(rows)
    )


def _power(found: Sequence[Judged]) -> str:
    rows = [*_falling(_of(found, "falling")), *_high(_of(found, "one-high-practice"))]
    rows += [*_slow(_of(found, "services-differ")), *_rapid(_of(found, "rapid-falls"))]
    if not rows:
        return ""
    head = "| World | what is found | found | target |\n|---|---|--:|--:|\n"
    return f"**Power** where something is true:\n\n{head}" + "\n".join(rows)


def _falling(found: Sequence[Judged]) -> Iterator[str]:
    for where in FALLING if found else ():
        told = sum(tells_of_fewer(one.claim(where)) for one in found)
        yield f"| falling | fewer people: {where} | {_share(told, len(found))} | at least 80% |"


def finds_high(one: Judged) -> bool:
    """Whether the overview names the practice that has a high rate."""
    return any(name.startswith(f"{one.high}: {HIGH}") for name in one.named)


def calls_another_high(one: Judged) -> bool:
    """Whether the overview says of another practice that its rate is high."""
    return any(HIGH in name and not name.startswith(f"{one.high}: ") for name in one.named)


def _high(found: Sequence[Judged]) -> Iterator[str]:
    for what, told, target in (
        ("the practice", finds_high, "at least 75%"),
        ("another practice called high", calls_another_high, "at most 5%"),
    ):
        if found:
            yield f"| one-high-practice | {what} | {_share(sum(map(told, found)), len(found))} | {target} |"


def _slow(found: Sequence[Judged]) -> Iterator[str]:
    for where in SLOW if found else ():
        told = sum(one.truth["other_service"] in one.claim(where) for one in found)
        yield f"| services-differ | the service: {where} | {_share(told, len(found))} | |"


def _rapid(found: Sequence[Judged]) -> Iterator[str]:
    if found:
        falls = sum(len(one.truth["falls"]) for one in found)
        listed = falls - sum(len(one.unlisted) for one in found)
        yield f"| rapid-falls | known falls and stops on the list | {_share(listed, falls)} | all |"


def _share(n: int, of: int) -> str:
    return f"{n / of:.1%} ({n} of {of})"

"""Loads and builds killed at random moments; after each the store is whole and the next command works."""

from __future__ import annotations

import os
import random
import shutil
import sys
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.faults import whole
from benchmarks.faults.children import Ended, Until, command, fork, never
from etl.store import Receipt, Store

REAL = 5  # one command in so many is a new `python -m etl`; the others are forked with libraries loaded
SOON = 10.0  # seconds within which a command must be at work again


@dataclass
class Killed:
    """What was killed, how far it had come, and how long the next command took to be at work."""

    loads: int = 0
    builds: int = 0
    commands: int = 0  # of both, real commands
    came_to: set[int] = field(default_factory=set)  # receipts there when a load was killed
    completed: int = 0  # loads and builds let finish and compared with the undisturbed one
    restarts: list[float] = field(default_factory=list)
    restarts_used: list[float] = field(default_factory=list)  # processor time of each; 0 on Windows

    @property
    def kills(self) -> int:
        """Loads and builds killed."""
        return self.loads + self.builds


def _used() -> float:
    """Processor seconds of the commands that have ended."""
    times = os.times()
    return times.children_user + times.children_system


class Killer:
    """Kills commands on stores below a folder; `chance` says when."""

    def __init__(self, folder: Path, extracts: Path, chance: random.Random) -> None:
        self.folder, self.extracts, self.chance = folder, extracts, chance
        self.found = Killed()
        whole_one = Store(self._undisturbed(), create=False)
        self.rows, self.release = whole.landed(whole_one), whole.served(whole_one)

    def _undisturbed(self) -> Path:
        """A store that nothing happens to; how long its load and build take, as command and forked."""
        store, self.seconds = self.folder / "undisturbed", dict[tuple[str, bool], float]()
        for real in (True, False):
            shutil.rmtree(store, ignore_errors=True)
            for verb in ("load", "build"):
                ended = self._done(verb, store, real)
                self.seconds[verb, real] = ended.seconds
        return store

    def _run(self, verb: str, store: Path, real: bool, until: Until = never) -> Ended:
        words = [verb, *([str(self.extracts)] if verb == "load" else ["--anyway"]), "--store", str(store)]
        return (command if real else fork)(words, self.folder / "log", until)

    def _killed(self, verb: str, store: Path, real: bool) -> bool:
        """Runs a command to be killed at a random moment of its time, and after a real one another, to be
        killed when it is at work again; whether the first was killed before its end."""
        after = self.chance.uniform(0, self.seconds[verb, real])
        ended = self._run(verb, store, real, lambda seconds, _: seconds >= after)
        killed = self._counted(verb, real, ended)
        if killed and real:
            self._counted(verb, real, self._restart(verb, store))
        return killed

    def _counted(self, verb: str, real: bool, ended: Ended) -> bool:
        if ended.code is not None:
            return False
        self.found.loads += verb == "load"
        self.found.builds += verb == "build"
        self.found.commands += real
        return True

    def _restart(self, verb: str, store: Path) -> Ended:
        """Starts a real command and kills it when it first says something: then it has the lock and works."""
        used = _used()
        ended = self._run(verb, store, True, lambda _, said: said)
        self.found.restarts.append(ended.first if ended.first is not None else ended.seconds)
        self.found.restarts_used.append(_used() - used)
        return ended

    def loads(self, kills: int) -> None:
        """So many loads killed, on one store after another: each is loaded to its end in spite of it."""
        while self.found.loads < kills:
            folder, receipts = self.folder / "store", list[Receipt]()
            shutil.rmtree(folder, ignore_errors=True)
            while self.found.loads < kills and self._killed("load", folder, self._is_real()):
                if (folder / "contract").exists():
                    receipts = whole.check(Store(folder), receipts, self.rows)
                self.found.came_to.add(len(receipts))
                self._say()
            self._done("load", folder)
            whole.check(Store(folder), receipts, self.rows)
            if whole.landed(Store(folder)) != self.rows:
                raise whole.BrokenError("loaded again, the rows are not those of an undisturbed load")
            self.found.completed += 1
        self._done("build", folder)
        told = {table: held for table, held in self.release.items() if table not in whole.NUMBERED}
        if whole.served(Store(folder), whole.NUMBERED) != told:
            raise whole.BrokenError("loaded again and built, the release is not that of an undisturbed load")

    def _is_real(self) -> bool:
        return self.chance.randrange(REAL) == 0

    def _done(self, verb: str, folder: Path, real: bool = False) -> Ended:
        ended = self._run(verb, folder, real)
        if ended.code != 0:
            raise whole.BrokenError(f"{verb} ended with {ended.code}: {ended.said[-500:]}")
        return ended

    def builds(self, kills: int) -> None:
        """So many builds killed on a store with a release; CURRENT names a whole one after each."""
        folder = Path(shutil.copytree(self.folder / "undisturbed", self.folder / "built"))
        receipts = Store(folder).receipts()
        while self.found.builds < kills:
            if not self._killed("build", folder, self._is_real()):
                self.found.completed += 1
            whole.check(Store(folder), receipts, self.rows)
            if whole.served(Store(folder)) != self.release:
                raise whole.BrokenError("the release served is not that of an undisturbed build")
            self._say()
        self._done("build", folder)
        if whole.served(Store(folder)) != self.release:
            raise whole.BrokenError("built again, the release is not that of an undisturbed build")

    def _say(self) -> None:
        print(f"{self.found.kills} killed", file=sys.stderr, flush=True)

"""Exhibits are made once, however many people ask."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from time import sleep

import pytest

from reporting.access.scope import Scope, Selection, Snapshot
from reporting.ui import show
from reporting.ui.session import View

PEOPLE = 12
Maker = Callable[[Snapshot, Scope, Selection], int]


def asked_at_once(maker: Maker, views: list[View]) -> list[int]:
    """What each of so many people is given who ask at the same moment."""
    ready = Barrier(len(views))

    def ask(view: View) -> int:
        ready.wait(10)
        return show.made(maker, view)

    with ThreadPoolExecutor(len(views)) as people:
        return list(people.map(ask, views))


def test_many_who_ask_at_once_wait_for_one_exhibit(sample: Snapshot) -> None:
    asked = list[int]()

    def maker(snapshot: Snapshot, scope: Scope, selection: Selection) -> int:
        asked.append(selection.threshold)
        sleep(0.2)
        return selection.threshold

    views = [View(sample, Scope.icb(), Selection(90 + n % 2)) for n in range(PEOPLE)]
    assert asked_at_once(maker, views) == [90, 91] * (PEOPLE // 2)
    assert sorted(asked) == [90, 91]


def test_where_making_fails_the_next_who_waits_tries_it(sample: Snapshot) -> None:
    asked = list[int]()

    def maker(snapshot: Snapshot, scope: Scope, selection: Selection) -> int:
        asked.append(1)
        if len(asked) < 3:
            raise OSError("disk")
        return len(asked)

    view = View(sample, Scope.icb(), Selection(90))
    for _ in range(2):
        with pytest.raises(OSError, match="disk"):
            show.made(maker, view)
    assert asked_at_once(maker, [view] * PEOPLE) == [3] * PEOPLE

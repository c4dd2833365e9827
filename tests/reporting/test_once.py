"""Results are made once and one after another; what is remembered waits for nothing."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Event, Lock, RLock

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporting.once import once

PEOPLE = 8
SECONDS = 60


class Beside:
    """How many were at work at the same time, at most."""

    def __init__(self) -> None:
        self.now = self.most = 0
        self.lock = Lock()

    def work(self, result: int) -> int:
        with self.lock:
            self.now += 1
            self.most = max(self.most, self.now)
        time.sleep(0.02)
        with self.lock:
            self.now -= 1
        return result


def asked_at_once(ask: Callable[[int], int], asked: list[int]) -> list[int]:
    with ThreadPoolExecutor(PEOPLE) as pool:
        return list(pool.map(ask, asked))


def test_different_results_are_made_one_after_another_each_once() -> None:
    beside, made = Beside(), list[int]()

    @once(PEOPLE)
    def double(n: int) -> int:
        made.append(n)
        return beside.work(2 * n)

    @once(PEOPLE)
    def treble(n: int) -> int:
        return beside.work(3 * n)

    asked = [*range(4)] * 4
    assert asked_at_once(lambda n: double(n) + treble(n), asked) == [5 * n for n in asked]
    assert beside.most == 1
    assert sorted(made) == [0, 1, 2, 3]


def test_what_has_a_lock_of_its_own_is_made_beside() -> None:
    both = [Event(), Event()]

    def waits(mine: int) -> Callable[[int], int]:
        def make(n: int) -> int:
            both[mine].set()
            assert both[1 - mine].wait(SECONDS)
            return n

        return make

    ask = [once(1)(waits(0)), once(1, RLock())(waits(1))]
    assert asked_at_once(lambda n: ask[n](n), [0, 1]) == [0, 1]


def test_what_is_remembered_is_given_while_another_is_made() -> None:
    begun, end = Event(), Event()

    @once(PEOPLE)
    def waits(n: int) -> int:
        if n:
            begun.set()
            assert end.wait(SECONDS)
        return n

    assert waits(0) == 0
    with ThreadPoolExecutor(1) as pool:
        other = pool.submit(waits, 1)
        assert begun.wait(SECONDS)
        assert waits(0) == 0  # would wait for ever
        end.set()
        assert other.result() == 1


def test_one_result_may_be_made_of_others_and_of_itself() -> None:
    @once(50)
    def total(n: int) -> int:
        return n + total(n - 1) if n else 0

    assert total(20) == 210


def test_what_raises_is_tried_again_by_the_next() -> None:
    tried = list[int]()

    @once(1)
    def third(n: int) -> int:
        tried.append(n)
        if len(tried) < 3:
            raise ValueError
        return n

    for _ in range(2):
        with pytest.raises(ValueError):
            third(7)
    assert third(7) == third(7) == 7
    assert tried == [7, 7, 7]


@given(st.lists(st.integers(0, 6)), st.integers(1, 5))
def test_the_results_asked_for_last_are_kept(asked: list[int], kept: int) -> None:
    made = list[int]()

    @once(kept)
    def same(n: int) -> int:
        made.append(n)
        return n

    last, expected = list[int](), list[int]()
    for n in asked:
        assert same(n) == n
        if n not in last:
            expected.append(n)
        last = [*(one for one in last if one != n), n][-kept:]
    assert made == expected

"""A release is opened once, however many ask for it first."""

from __future__ import annotations

import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

from reporting import release
from tests.reporting.example import publish_example

MANY = 8


def test_all_who_ask_at_once_for_a_new_release_get_it(tmp_path: Path) -> None:
    example = publish_example(tmp_path / "example")
    for n in range(20):
        store = tmp_path / str(n)
        shutil.copytree(example, store)
        together = Barrier(MANY)

        def asked(store: Path = store, together: Barrier = together) -> str:
            together.wait()
            return release.current(store).info.icb

        with ThreadPoolExecutor(MANY) as people:
            answers = [people.submit(asked) for _ in range(MANY)]
        assert len({answer.result() for answer in answers}) == 1

"""What many ask for at once, as after a release, is made once: the first makes it and the others wait."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, wraps
from threading import Lock
from typing import Any, ParamSpec, TypeVar, cast
from weakref import WeakValueDictionary

Asked = ParamSpec("Asked")
Made = TypeVar("Made")


def once(kept: int) -> Callable[[Callable[Asked, Made]], Callable[Asked, Made]]:
    """Remembers so many results of a function by what it is asked. Where it raises, the next who waits tries
    it."""

    def remembering(make: Callable[Asked, Made]) -> Callable[Asked, Made]:
        cached = cast(Callable[Asked, Made], lru_cache(maxsize=kept)(make))
        turns = WeakValueDictionary[Any, Any]()
        each = Lock()

        @wraps(make)
        def made(*asked: Asked.args, **named: Asked.kwargs) -> Made:
            with each:
                turn = turns.setdefault((asked, frozenset(named.items())), Lock())
            with turn:
                return cached(*asked, **named)

        return made

    return remembering

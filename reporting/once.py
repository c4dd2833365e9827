"""What many ask for at once, as after a release, is made once, and one thing after another."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from functools import wraps
from threading import Lock, RLock
from typing import ParamSpec, TypeVar

Asked = ParamSpec("Asked")
Made = TypeVar("Made")
MAKING = RLock()  # side by side, makers would only take the interpreter from each other


def once(kept: int, making: RLock = MAKING) -> Callable[[Callable[Asked, Made]], Callable[Asked, Made]]:
    """Remembers so many results of a function by what it is asked, those asked last. What is remembered is
    given at once; of all that share a lock, one result is made at a time. Where making raises, the next who
    waits tries it. making: a lock of its own for what waits for a browser or takes long."""

    def remembering(make: Callable[Asked, Made]) -> Callable[Asked, Made]:
        results = OrderedDict[Hashable, Made]()
        each = Lock()

        def remembered(key: Hashable) -> list[Made]:
            with each:
                if key not in results:
                    return []
                results.move_to_end(key)
                return [results[key]]

        @wraps(make)
        def made(*asked: Asked.args, **named: Asked.kwargs) -> Made:
            key = asked, frozenset(named.items())
            if found := remembered(key):
                return found[0]
            with making:
                if found := remembered(key):
                    return found[0]
                result = make(*asked, **named)
                with each:
                    results[key] = result
                    while len(results) > kept:
                        results.popitem(last=False)
            return result

        return made

    return remembering

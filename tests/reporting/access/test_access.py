"""Who may see what."""

from types import SimpleNamespace

import pandas as pd
import pytest

from reporting.access.scope import Scope, Selection
from reporting.access.sign_in import may_serve
from reporting.disclosure import NotClearedError, clear


@pytest.mark.parametrize(
    ("info", "served"),
    [
        (SimpleNamespace(synthetic=True), True),
        (SimpleNamespace(synthetic=False), False),
        (SimpleNamespace(synthetic=None), False),
        (SimpleNamespace(synthetic="yes"), False),
        (SimpleNamespace(), False),
    ],
)
def test_only_what_is_surely_synthetic_is_served_without_sign_in(info: SimpleNamespace, served: bool) -> None:
    assert may_serve(info) is served


def test_the_icb_sees_every_practice() -> None:
    frame = pd.DataFrame({"practice_code": ["SYN01", "SYN02"]})
    assert clear(frame, Scope.icb()).frame is frame


def test_a_row_outside_the_scope_stops_the_whole_frame() -> None:
    frame = pd.DataFrame({"practice_code": ["SYN01", "SYN02"]})
    with pytest.raises(NotClearedError, match="1 practices outside the scope"):
        clear(frame, Scope("practice", frozenset({"SYN01"})))


def test_a_scope_without_practices_sees_nothing() -> None:
    with pytest.raises(NotClearedError):
        clear(pd.DataFrame({"practice_code": ["SYN01"]}), Scope("practice", frozenset()))


def test_a_selection_stands_among_its_area_without_its_practice() -> None:
    chosen = Selection(120, 2, "North", "Eastvale", "SYN01")
    assert chosen.among() == Selection(120, 2, "North", "Eastvale", None)
    assert chosen.months == 24

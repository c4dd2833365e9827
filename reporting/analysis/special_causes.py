"""Special causes within one segment of an XmR chart, and what each means."""

import numpy as np

RUN_LENGTH = 7


def special_causes(
    values: np.ndarray, mean: float, reach: float, near: float, *, beyond_is_near: bool
) -> list[tuple[str | None, int]]:
    """Signal (outside | trend | two_of_three | shift | None) and direction (1 up, -1 down, 0) of each value.

    reach and near are the distances of the limits and the near limits from the mean. Comparisons are strict;
    a missing value breaks every run. Precedence: outside, trend, two of three, shift.
    Rules: NHS England Making Data Count.
    """
    side = np.nan_to_num(np.sign(values - mean)).astype(int)
    found = (
        ("outside", _outside(values, mean, reach)),
        ("trend", _trend(values)),
        ("two_of_three", _two_of_three(values, side, mean, reach, near, beyond_is_near)),
        ("shift", _shift(side)),
    )
    return [
        next(((name, int(marks[row])) for name, marks in found if marks[row]), (None, 0))
        for row in range(len(values))
    ]


def kind(direction: int, better: str) -> str:
    """Meaning of a signal's direction: common, improvement, concern, neutral_high or neutral_low."""
    if direction == 0:
        return "common"
    if better not in ("higher", "lower"):
        return "neutral_high" if direction > 0 else "neutral_low"
    return "improvement" if (direction > 0) == (better == "higher") else "concern"


def _outside(values: np.ndarray, mean: float, reach: float) -> np.ndarray:
    return (values > mean + reach).astype(int) - (values < mean - reach).astype(int)


def _shift(side: np.ndarray) -> np.ndarray:
    marks = np.zeros(len(side), dtype=int)
    for start in range(len(side) - RUN_LENGTH + 1):
        run = side[start : start + RUN_LENGTH]
        if run[0] and (run == run[0]).all():
            marks[start : start + RUN_LENGTH] = run[0]
    return marks


def _trend(values: np.ndarray) -> np.ndarray:
    steps = np.nan_to_num(np.sign(np.diff(values))).astype(int)
    marks = np.zeros(len(values), dtype=int)
    for start in range(len(steps) - RUN_LENGTH + 2):
        run = steps[start : start + RUN_LENGTH - 1]
        if run[0] and (run == run[0]).all():
            points = slice(start, start + RUN_LENGTH)
            # a turning point shared by two runs keeps the direction of the run that reached it
            marks[points] = np.where(marks[points] == 0, run[0], marks[points])
    return marks


def _two_of_three(
    values: np.ndarray, side: np.ndarray, mean: float, reach: float, near: float, beyond_is_near: bool
) -> np.ndarray:
    is_near = (values > mean + near) | (values < mean - near)
    if not beyond_is_near:
        is_near &= _outside(values, mean, reach) == 0
    marks = np.zeros(len(values), dtype=int)
    for start in range(len(values) - 2):
        three = slice(start, start + 3)
        if side[start] and (side[three] == side[start]).all() and is_near[three].sum() >= 2:
            marks[three] = np.where(is_near[three], side[start], marks[three])
    return marks

"""Funnel limits: how far practices of each size may differ from the whole by chance."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import chi2, norm

LINES = {"lower_95": 0.025, "upper_95": 0.975, "lower_998": 0.001, "upper_998": 0.999}
METHODS = ("arcsine", "normal", "poisson")
TAIL = 0.1  # of the scores, at each end, that does not widen the limits


@dataclass(frozen=True)
class Funnel:
    """Limits around `target` (a proportion, or a rate with method poisson).

    phi: dispersion of the winsorised or trimmed z scores (about 1 when practices differ by chance alone).
    tau2: variance between practices that widens the limits; 0 when none was needed or asked for.
    frame: one row a practice, in the order given: lower_95, upper_95, lower_998, upper_998, z (before any
    widening) and outside (0, 95 or 998: the widest limit it lies strictly beyond).
    """

    target: float
    phi: float
    tau2: float
    method: str
    frame: pd.DataFrame

    def at(self, denominators: Iterable[float]) -> pd.DataFrame:
        """The four limits at any denominators, to draw as lines: denominator, lower_95, … upper_998."""
        sizes = np.asarray(list(denominators), dtype=float)
        return _limit_frame(sizes, self.target, self.tau2, self.method).assign(denominator=sizes)


def limits(
    numerators: Sequence[float],
    denominators: Sequence[float],
    *,
    method: str = "arcsine",
    adjust: bool = True,
    target: float | None = None,
) -> Funnel:
    """Funnel limits of practices around their pooled value (or around `target`).

    method: "arcsine" for proportions, "normal" as Fingertips draws them (never widened), "poisson" for events
    against person-time or expected events. adjust: widen for over-dispersion. Raises ValueError for unequal
    lengths, no rows, a denominator of 0, or a numerator outside its range.
    Rules: Spiegelhalter 2005 (doi 10.1002/sim.1970); DerSimonian and Laird 1986; NHS SHMI for ratios.
    """
    x, n = np.asarray(numerators, dtype=float), np.asarray(list(denominators), dtype=float)
    _check(x, n, method)
    centre = float(x.sum() / n.sum()) if target is None else float(target)
    z, phi, tau2 = _scores(x, n, centre, method)
    if not adjust or method == "normal":
        tau2 = 0.0
    frame = _limit_frame(n, centre, tau2, method).assign(z=z)
    frame["outside"] = _outside(x / n, frame)
    return Funnel(target=centre, phi=phi, tau2=tau2, method=method, frame=frame)


def _check(x: np.ndarray, n: np.ndarray, method: str) -> None:
    if method not in METHODS:
        raise ValueError(f"funnel: method is {method!r}; use one of {', '.join(METHODS)}.")
    if x.shape != n.shape or x.size == 0:
        raise ValueError(
            f"funnel: {x.size} numerators for {n.size} denominators; pass one of each a practice."
        )
    wrong = ~((n > 0) & (x >= 0))
    if method != "poisson":
        wrong |= x > n
    if wrong.any():
        row = int(np.argmax(wrong))
        raise ValueError(
            f"funnel: row {row} has {x[row]:g} of {n[row]:g}; leave out practices without people."
        )


def _scores(x: np.ndarray, n: np.ndarray, target: float, method: str) -> tuple[np.ndarray, float, float]:
    if method == "normal":
        z = (x / n - target) * np.sqrt(n / (target * (1 - target))) if 0 < target < 1 else np.zeros(len(x))
        return z, float(np.mean(_winsorised(z) ** 2)), 0.0
    if method == "arcsine":
        z = (np.arcsin(np.sqrt(x / n)) - np.arcsin(np.sqrt(target))) * 2 * np.sqrt(n)
        return z, *_between(_winsorised(z), 4 * n)
    if target == 0:
        return np.zeros(len(x)), 0.0, 0.0
    expected = n * target
    half = np.where(x == 0, 0.5, 0.0)  # the logarithm of no events needs one
    z = np.log((x + half) / (expected + half)) * np.sqrt(expected)
    kept = _trimmed(z)
    return z, *_between(z[kept], expected[kept])


def _winsorised(z: np.ndarray) -> np.ndarray:
    """z with its lowest and highest tenth drawn in to the 10 % and 90 % quantiles (type 7)."""
    low, high = np.quantile(z, [TAIL, 1 - TAIL])
    return np.clip(z, low, high)


def _trimmed(z: np.ndarray) -> np.ndarray:
    """Positions of z without its lowest and highest tenth, as SHMI leaves them out."""
    cut = math.floor(TAIL * len(z))
    return np.argsort(z, kind="stable")[cut : len(z) - cut]


def _between(z: np.ndarray, weights: np.ndarray) -> tuple[float, float]:
    """Mean squared z (phi) and DerSimonian–Laird variance between practices (tau²; 0 if chance is enough).

    weights: inverse variances of the scores. Source: Spiegelhalter 2005 (doi 10.1002/sim.1970).
    """
    count = len(z)
    phi = float(np.mean(z**2))
    spread = weights.sum() - (weights**2).sum() / weights.sum()
    if count * phi < count - 1 or spread <= 0:
        return phi, 0.0
    return phi, float((count * phi - (count - 1)) / spread)


def _limit_frame(n: np.ndarray, target: float, tau2: float, method: str) -> pd.DataFrame:
    line = {"arcsine": _arcsine, "normal": _normal, "poisson": _poisson}[method]
    return pd.DataFrame({name: line(n, target, tau2, share) for name, share in LINES.items()})


def _arcsine(n: np.ndarray, target: float, tau2: float, share: float) -> np.ndarray:
    angle = np.arcsin(np.sqrt(target)) + _quantile(share) * np.sqrt(1 / (4 * n) + tau2)
    return np.sin(np.clip(angle, 0, np.pi / 2)) ** 2


def _normal(n: np.ndarray, target: float, tau2: float, share: float) -> np.ndarray:
    return target + norm.ppf(share) * np.sqrt(target * (1 - target) / n)


def _poisson(n: np.ndarray, target: float, tau2: float, share: float) -> np.ndarray:
    if target == 0:
        return np.zeros(len(n))
    expected = n * target
    if tau2 > 0:
        return target * np.exp(_quantile(share) * np.sqrt(1 / expected + tau2))
    counts = chi2.ppf(share, 2 * expected + (2 if share > 0.5 else 0)) / 2
    return target * counts / expected


def _quantile(share: float) -> float:
    # six decimals, as the published funnels print and use them
    return round(float(norm.ppf(share)), 6)


def _outside(values: np.ndarray, frame: pd.DataFrame) -> np.ndarray:
    beyond_95 = (values < frame["lower_95"]) | (values > frame["upper_95"])
    beyond_998 = (values < frame["lower_998"]) | (values > frame["upper_998"])
    return np.select([beyond_998, beyond_95], [998, 95], default=0)

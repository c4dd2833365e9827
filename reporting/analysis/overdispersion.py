"""How much more practices differ than chance explains."""

import math

import numpy as np

TAIL = 0.1


def winsorised(z: np.ndarray) -> np.ndarray:
    """z with its lowest and highest tenth drawn in to the 10 % and 90 % quantiles (type 7)."""
    low, high = np.quantile(z, [TAIL, 1 - TAIL])
    return np.clip(z, low, high)


def trimmed(z: np.ndarray) -> np.ndarray:
    """Positions of z without its lowest and highest tenth, as SHMI leaves them out."""
    cut = math.floor(TAIL * len(z))
    return np.argsort(z, kind="stable")[cut : len(z) - cut]


def between(z: np.ndarray, weights: np.ndarray) -> tuple[float, float]:
    """Mean squared z (phi) and DerSimonian–Laird variance between practices (tau²; 0 if chance is enough).

    weights: inverse variances of the scores. Source: Spiegelhalter 2005 (doi 10.1002/sim.1970).
    """
    count = len(z)
    phi = float(np.mean(z**2))
    spread = weights.sum() - (weights**2).sum() / weights.sum()
    if count * phi < count - 1 or spread <= 0:
        return phi, 0.0
    return phi, float((count * phi - (count - 1)) / spread)

"""Whether two counts of events over the same people and time differ."""

from scipy.stats import binomtest

SURE = 0.05


def counts_differ(one: int, other: int) -> bool:
    """Whether two counts of the same exposure differ by an exact two-sided test at 5%.

    Given their sum, equal rates would split it in halves: the conditional test of two Poisson counts
    (Przyborowski and Wilenski 1940). No events at all do not differ. Raises ValueError for a negative count.
    """
    if min(one, other) < 0:
        raise ValueError(f"counts_differ: {one} and {other}; a count is 0 or more.")
    return one + other > 0 and float(binomtest(one, one + other, 0.5).pvalue) < SURE

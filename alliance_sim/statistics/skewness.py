"""How much the interval of a mean is widened where the data are skewed: Hall's transformation of Student's t."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

type Numbers = NDArray[np.float64]

TRIGGER = (1.0, 1.5)
"""The interval is widened if the sample skewness exceeds this number of its standard errors under normality: the first
number up to 10 units, the second from 30 on, where the skewness is known better."""
CORRECTION = 1.25
"""Factor on the sample skewness, which is biased toward zero for skewed data (10 units or more)."""
SMALL_SAMPLE = 15.0
"""Up to this number of units, skewed data get half the error probability; the factor approaches one with more units."""


def sign_test(n: NDArray[np.int64]) -> Numbers:
    """Return the p-value of a sign test in which all of n values lie on the same side."""
    return 2.0 ** (1.0 - n.astype(np.float64))


def error_share(n: NDArray[np.integer] | NDArray[np.floating]) -> Numbers:
    """Return the share of the error probability that the interval of skewed data uses."""
    return 1.0 - 0.5 * np.minimum(1.0, SMALL_SAMPLE / np.maximum(n, 1))


def transform(statistic: Numbers, asymmetry: Numbers) -> Numbers:
    """Return Hall's monotone transformation of Student's statistic, which removes most of its skewness."""
    return statistic + asymmetry * statistic**2 / 3.0 + asymmetry**2 * statistic**3 / 27.0 + asymmetry / 6.0


def inverse_transform(statistic: Numbers, asymmetry: Numbers) -> Numbers:
    """Return the statistic whose transformation is the given one."""
    safe = np.where(asymmetry == 0.0, 1.0, asymmetry)
    found = 3.0 / safe * (np.cbrt(1.0 + safe * (statistic - safe / 6.0)) - 1.0)
    return np.where(asymmetry == 0.0, statistic, found)


def skewness_of(away: Numbers, number: Numbers) -> Numbers:
    """Return the sample skewness G1 of deviations from the mean; those left out are zero."""
    second, third = (away**2).sum(axis=-1) / number, (away**3).sum(axis=-1) / number
    return np.asarray(third / second**1.5 * np.sqrt(number * (number - 1.0)) / (number - 2.0))


def skewness_error(n: Numbers) -> Numbers:
    """Return the standard error of the sample skewness of n normal values."""
    return np.sqrt(6.0 * n * (n - 1.0) / ((n - 2.0) * (n + 1.0) * (n + 3.0)))


def trigger(n: Numbers) -> Numbers:
    """Return the number of standard errors beyond which the skewness of n values widens their interval."""
    return np.asarray(np.interp(n, (10.0, 30.0), TRIGGER))


def mean_asymmetry(skewness: Numbers, n: Numbers) -> Numbers:
    """Return the skewness of a mean of n values, zero where that of the sample may be due to chance."""
    factor = np.where(n >= 10, CORRECTION, 1.0)
    found = np.where(np.abs(skewness) > trigger(n) * skewness_error(n), factor * skewness / np.sqrt(n), 0.0)
    return np.nan_to_num(found)

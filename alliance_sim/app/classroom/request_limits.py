"""Limits on how often phones may ask: one bucket of tokens for each address or phone."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable


class Buckets:
    """Token buckets by key; the keys used longest ago are dropped when there are too many."""

    def __init__(
        self, rate: float, burst: float, most: int = 4096, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Prepare the buckets.

        Args:
            rate: tokens that a bucket gains per second.
            burst: tokens that a bucket holds.
            most: the largest number of keys.
            clock: returns seconds.
        """
        self._rate, self._burst, self._most, self._clock = rate, burst, most, clock
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, key: str) -> bool:
        """Take a token, and return whether there was one.

        Args:
            key: an address, or the id of a phone.
        """
        now = self._clock()
        tokens, then = self._buckets.pop(key, (self._burst, now))
        tokens = min(self._burst, tokens + (now - then) * self._rate)
        self._buckets[key] = (max(tokens - 1.0, 0.0), now) if tokens >= 1.0 else (tokens, now)
        if len(self._buckets) > self._most:
            self._buckets.popitem(last=False)
        return tokens >= 1.0

    def is_empty(self, key: str) -> bool:
        """Return whether a bucket has no token; none is taken."""
        tokens, then = self._buckets.get(key, (self._burst, self._clock()))
        return tokens + (self._clock() - then) * self._rate < 1.0

"""Which factor an outcome depends on most: named only where differences between factors are clear."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from alliance_sim.statistics.indices import jackknife_freedom
from alliance_sim.statistics.intervals import Intervals, Numbers, from_contributions, two_sided


@dataclass(frozen=True)
class Leading:
    """The factors on which an outcome depends most.

    Attributes:
        names: the factor with the largest index and all that are not clearly below it, the largest first; empty if no
            factor is clearly above the floor. A factor at the floor may be among them if its index is that uncertain.
        at_floor: factors whose interval does not exclude the floor: an effect of the size of random variation.
    """

    names: tuple[str, ...]
    at_floor: tuple[str, ...]

    @property
    def certain(self) -> bool:
        """Whether a single factor leads."""
        return len(self.names) == 1

    def sentence(self) -> str:
        """Return the result in words: ``depends most on A``, ``depends most on A or B`` or ``on no factor clearly``."""
        if not self.names:
            return "depends on no factor clearly"
        *others, last = self.names
        return f"depends most on {', '.join(others)} or {last}" if others else f"depends most on {last}"


def leading(
    names: Sequence[str],
    sizes: Intervals,
    *,
    replicates: Numbers | None = None,
    floor: float = 0.0,
    confidence: float | None = None,
) -> Leading:
    """Find the factor with the largest index, and those that are not clearly below it.

    The difference to the largest index is tested for all other factors at once (Bonferroni) on the same blocks, which
    is sharper than to compare two intervals. Over shared seeds, and without contributions, the intervals themselves
    must not overlap either.

    Args:
        names: the factors.
        sizes: their indices, shape (factors,), such as total indices, μ* or absolute effects.
        replicates: indices without one seed each, shape (seeds, factors), if the points share seeds.
        floor: the size that a factor without an effect has: the upper limit of a dummy factor, or Morris' noise floor.
        confidence: nominal coverage of the comparison; that of each index by default.

    Raises:
        ValueError: if the number of names is not that of indices.
    """
    if sizes.shape != (len(names),):
        raise ValueError(f"there are {len(names)} names for indices of shape {sizes.shape}")
    known = [place for place in range(len(names)) if np.isfinite(sizes.estimate[place])]
    above = [place for place in known if sizes.low[place] > floor]
    at_floor = tuple(names[place] for place in known if place not in above)
    if not above:
        return Leading((), at_floor)
    ranked = sorted(known, key=lambda place: -float(sizes.estimate[place]))
    first, rest = ranked[0], ranked[1:]
    confidence = sizes.confidence if confidence is None else confidence
    each = 1.0 - (1.0 - confidence) / max(len(names) - 1, 1)
    close = [place for place in rest if not _separated(sizes, first, place, replicates, each)]
    if not set(above) & {first, *close}:  # the largest estimate is too uncertain to lead alone
        close.append(next(place for place in ranked if place in above))
    return Leading(tuple(names[place] for place in (first, *close)), at_floor)


def _separated(sizes: Intervals, first: int, other: int, replicates: Numbers | None, confidence: float) -> bool:
    apart = bool(sizes.low[first] > sizes.high[other])
    if sizes.contributions is None:
        return apart
    gap = np.asarray(sizes.contributions[first] - sizes.contributions[other])
    found = from_contributions(gap.mean(), gap, confidence=confidence)
    error, freedom = found.error, found.freedom
    if replicates is not None and len(replicates) > 1:
        seeds = len(replicates)
        gaps = replicates[:, first] - replicates[:, other]
        over_seeds = (seeds - 1.0) / seeds * ((gaps - gaps.mean()) ** 2).sum()
        variance = error**2 + over_seeds
        if variance > 0.0:
            freedom = variance**2 / (over_seeds**2 / jackknife_freedom(seeds) + error**4 / freedom)
        error = np.sqrt(variance)
    difference = float(sizes.estimate[first] - sizes.estimate[other])
    margin = float(two_sided(confidence, freedom) * error)
    return bool(difference > margin and (apart if replicates is not None else float(found.low) > 0.0))

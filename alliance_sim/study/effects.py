"""What a factor does to an outcome: each level against the first, between worlds that differ in nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from alliance_sim.comparison import bootstrap_interval
from alliance_sim.study.arrow import pc

if TYPE_CHECKING:
    import pandas as pd

    from alliance_sim.study.results import Results


@dataclass(frozen=True)
class Contrast:
    """One level of a factor against its first.

    Attributes:
        level, against: the two values of the factor.
        difference: mean over seeds of the paired difference, itself the mean over the other factors' values.
        low, high: its bootstrap 95 % interval over seeds; NaN for fewer than two.
        seeds: how many seeds were paired.
    """

    level: Any
    against: Any
    difference: float
    low: float
    high: float
    seeds: int


@dataclass(frozen=True)
class Effect:
    """A factor's effect on an outcome: one contrast for each level but the first."""

    factor: str
    outcome: str
    contrasts: tuple[Contrast, ...]

    def frame(self) -> pd.DataFrame:
        """One row a contrast."""
        import pandas as pd

        return pd.DataFrame([vars(contrast) for contrast in self.contrasts])


def effect_of(results: Results, factor: str, outcome: str, last: int) -> Effect:
    """Pair worlds of one seed at points that differ in the factor alone, over the last half-terms.

    Seeds are what is drawn by lot, so the interval is over seeds: for each, the differences at all values of the other
    factors are averaged first. Where luck is not paired, no seed meets another level, and there is no effect to tell.
    """
    rows = results.table().select([*results.factors, "seed", "half_term", outcome])
    late = rows.filter(pc.greater(rows["half_term"], results.about["half_terms"] - last)).to_pandas()
    others = [name for name in results.factors if name != factor]
    ends = late.groupby([factor, *others, "seed"], dropna=False, sort=True)[outcome].mean().unstack(factor)
    levels = list(ends.columns)
    contrasts: list[Contrast] = []
    for level in levels[1:]:
        gaps = (ends[level] - ends[levels[0]]).dropna()
        by_seed = gaps.groupby(level="seed").mean().to_numpy()
        low, high = bootstrap_interval(by_seed)
        mean = float(by_seed.mean()) if len(by_seed) else float("nan")
        contrasts.append(Contrast(level, levels[0], mean, low, high, len(by_seed)))
    return Effect(factor, outcome, tuple(contrasts))

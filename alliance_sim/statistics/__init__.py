"""Statistical inference: intervals, paired differences, designs, indices, families, verdicts and planning.

Every function takes arrays whose last axes are the independent units (seeds, runs or points) and treats all axes before
them as separate problems. NaN stands for a run that is missing or in which the outcome is undefined.
"""

from alliance_sim.statistics.intervals import Interval, mean_interval
from alliance_sim.statistics.pairs import ratio_interval

__all__ = ["Interval", "mean_interval", "ratio_interval"]

"""Compare configs: paired runs with the same schools and the same random numbers, and their differences."""

from __future__ import annotations

import math
import warnings
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, cast

import numpy as np
from numpy.typing import NDArray

from alliance_sim.comparison.difference import Contrast, Difference, Trajectory
from alliance_sim.config import results_too_large
from alliance_sim.declarations.outcomes import OUTCOMES, Outcome
from alliance_sim.declarations.parameters import HALF_TERMS_A_YEAR
from alliance_sim.engine.modules.registry import outcomes_measured
from alliance_sim.mesa_model.scenario import Scenario
from alliance_sim.text import title
from alliance_sim.validation import format_given, whole_number

if TYPE_CHECKING:
    import pandas as pd

    from alliance_sim.comparison.parallel import Progress

HORIZON = 60
"""Default length of a run in half-terms: ten years."""
JUDGED = 2 * HALF_TERMS_A_YEAR
"""Half-terms at the end of a run over which outcomes are averaged: two years."""
CONFIDENCE = 0.95
RESAMPLES = 9_999
BOOTSTRAP_SEED = 20_040_101
"""An arbitrary constant, so that the same runs always give the same intervals."""
NO_RATIO = ("pupil SD",)
"""Units on an interval scale, whose ratios have no meaning."""


@dataclass(frozen=True, eq=False)
class Comparison:
    """Runs of several scenarios under the same seeds.

    Attributes:
        scenarios: the scenarios; the first is the reference.
        seeds: the seeds; each scenario has one run per seed.
        values: every outcome, shape (scenario, seed, half-term, outcome); half-term 0 is the initial state.
        outcomes: the outcomes in the last axis: those of the model, and of modules that are on under any scenario.
    """

    scenarios: tuple[Scenario, ...]
    seeds: tuple[int, ...]
    values: NDArray[np.float64]
    outcomes: tuple[Outcome, ...] = OUTCOMES

    @property
    def half_terms(self) -> int:
        """Length of the runs in half-terms."""
        return self.values.shape[2] - 1

    @property
    def judged(self) -> int:
        """Number of half-terms over which differences are averaged: the last twelve, or all."""
        return min(JUDGED, self.half_terms)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Names of the configs, numbered where two files have the same name."""
        names: list[str] = []
        for scenario in self.scenarios:
            same = sum(other.name == scenario.name for other in self.scenarios[: len(names)])
            names.append(f"{scenario.name} ({same + 1})" if same else scenario.name)
        return tuple(names)

    @property
    def titles(self) -> tuple[str, ...]:
        """Titles of the configs: ``Silicon Valley``."""
        return tuple(map(title, self.names))

    def trajectory(self, scenario: int, outcome: str) -> Trajectory:
        """Return one outcome over time under one scenario.

        Args:
            scenario: the position of the scenario.
            outcome: the outcome's name.
        """
        runs = self.values[scenario, :, :, self._position(outcome)]
        margin = 100 * (1 - CONFIDENCE) / 2
        with _undefined_allowed():
            low, high = np.nanpercentile(runs, (margin, 100 - margin), axis=0)
            return Trajectory(np.nanmean(runs, axis=0), low, high)

    @cached_property
    def last_years(self) -> NDArray[np.float64]:
        """Mean of each run over the last two years, shape (scenario, seed, outcome)."""
        with _undefined_allowed():
            return np.nanmean(self.values[:, :, self.half_terms + 1 - self.judged :], axis=2)

    @cached_property
    def differences(self) -> tuple[Difference, ...]:
        """Differences of every other config minus the first, config by config, in every outcome."""
        return tuple(
            self._difference(other, place, outcome)
            for other in range(1, len(self.scenarios))
            for place, outcome in enumerate(self.outcomes)
        )

    def difference(self, outcome: str, second: int = 1) -> Difference:
        """Return the difference of one config minus the first in one outcome.

        Args:
            outcome: the outcome's name.
            second: the position of the config.
        """
        return self.differences[(second - 1) * len(self.outcomes) + self._position(outcome)]

    def _position(self, outcome: str) -> int:
        return [one.name for one in self.outcomes].index(outcome)

    def _difference(self, other: int, place: int, outcome: Outcome) -> Difference:
        first, second = self.last_years[0, :, place], self.last_years[other, :, place]
        both = np.isfinite(first) & np.isfinite(second)
        gaps = (second - first)[both]
        low, high = bootstrap_interval(gaps)
        with _undefined_allowed():
            means = float(np.nanmean(first)), float(np.nanmean(second))
            spread = float(np.sqrt((np.var(first[both], ddof=1) + np.var(second[both], ddof=1)) / 2))
        mean = float(gaps.mean()) if gaps.size else np.nan
        return Difference(
            outcome.name,
            outcome.unit,
            self.names[0],
            self.names[other],
            *means,
            mean,
            low,
            high,
            float((gaps > 0).mean()) if gaps.size else np.nan,
            means[1] / means[0] if outcome.unit not in NO_RATIO and means[0] > 0 and means[1] >= 0 else None,
            mean / spread if spread > 0 else None,
            int(both.sum()),
        )

    @cached_property
    def contrasts(self) -> tuple[Contrast, ...]:
        """Parameters in which the configs differ."""
        rows = (
            (name, tuple(scenario[name] for scenario in self.scenarios))
            for name in self.scenarios[0].configuration.values
        )
        return tuple(Contrast(name, values) for name, values in rows if len(set(values)) > 1)

    def frame(self) -> pd.DataFrame:
        """Return one row per config, seed and half-term: ``config``, ``seed``, ``half_term``, then outcomes."""
        import pandas as pd

        scenarios, seeds, rows, width = self.values.shape
        frame: dict[str, Any] = {
            "config": np.repeat(np.array(self.names, object), seeds * rows),
            "seed": np.tile(np.repeat(np.array(self.seeds, np.uint64), rows), scenarios),
            "half_term": np.tile(np.arange(rows), scenarios * seeds),
        }
        flat = self.values.reshape(-1, width)
        return pd.DataFrame(frame | {outcome.name: flat[:, place] for place, outcome in enumerate(self.outcomes)})

    def differences_frame(self) -> pd.DataFrame:
        """Return one row per outcome and other config, with the fields of ``Difference`` as columns."""
        import pandas as pd

        return pd.DataFrame([asdict(difference) for difference in self.differences])

    def to_dict(self) -> dict[str, Any]:
        """Return configs, contrasts and differences for JSON; undefined values are None."""
        return {
            "configs": [
                {"name": name, "question": scenario.question, "hash": scenario.hash}
                for name, scenario in zip(self.names, self.scenarios, strict=True)
            ],
            "seeds": list(self.seeds),
            "half_terms": self.half_terms,
            "compared_over": {"first_half_term": self.half_terms + 1 - self.judged, "last_half_term": self.half_terms},
            "differs_in": {contrast.name: list(contrast.values) for contrast in self.contrasts},
            "differences": [
                {name: None if _is_nan(value) else value for name, value in asdict(difference).items()}
                for difference in self.differences
            ],
        }


def compare(
    scenarios: Sequence[Scenario],
    *,
    seeds: int = 30,
    first_seed: int = 1,
    half_terms: int = HORIZON,
    workers: int | None = None,
    progress: Progress | None = None,
) -> Comparison:
    """Simulate paired runs: each seed gives the same schools and random numbers under every scenario.

    Args:
        scenarios: two or more scenarios; each is compared with the first.
        seeds: number of runs per scenario, at least two.
        first_seed: the first seed; the others follow it.
        half_terms: length of each run in half-terms, six a year.
        workers: number of processes; chosen by the amount of work where None. Results do not depend on it. A script
            that uses several needs the usual ``if __name__ == "__main__":``.
        progress: called after each run with the number of runs done and of all runs.

    Returns:
        The runs, their differences and the intervals of these.

    Raises:
        TypeError: if a number is not a number.
        ValueError: if there are fewer than two scenarios or seeds, no half-term, or results do not fit into memory.

    Example:
        >>> from alliance_sim import Scenario, compare
        >>> pair = [Scenario.load("baseline"), Scenario.load("isolated")]
        >>> comparison = compare(pair, seeds=2, half_terms=6, workers=1)
        >>> comparison.difference("trust").pairs
        2
    """
    from alliance_sim.comparison.parallel import simulate_all

    given = cast("Any", scenarios)
    if not isinstance(given, Sequence) or len(given) < 2 or not all(isinstance(one, Scenario) for one in given):
        text = format_given(given)
        raise ValueError(f"scenarios is {text}, but must be two or more Scenarios; Scenario.load(…) makes one")
    seeds, half_terms = whole_number("seeds", seeds, 2), whole_number("half_terms", half_terms, 1)
    first_seed = whole_number("first_seed", first_seed, 0, 2**64 - seeds)
    workers = None if workers is None else whole_number("workers", workers, 1)
    measured = outcomes_measured(scenario.configuration for scenario in scenarios)
    if reason := results_too_large(len(scenarios) * seeds * (half_terms + 1) * len(measured)):
        raise ValueError(f"{reason}; give fewer seeds or half_terms")
    all_seeds = tuple(range(first_seed, first_seed + seeds))
    names = tuple(outcome.name for outcome in measured)
    values = simulate_all(scenarios, all_seeds, half_terms, workers, progress, names)
    return Comparison(tuple(scenario.copy() for scenario in scenarios), all_seeds, values, measured)


def bootstrap_interval(gaps: NDArray[np.float64]) -> tuple[float, float]:
    """Compute the percentile bootstrap 95 % interval of a mean.

    The percentile form is used rather than BCa because it is defined where all values are equal.

    Args:
        gaps: paired differences.

    Returns:
        Lower and upper limit; NaN for fewer than two values.
    """
    if gaps.size < 2:
        return np.nan, np.nan
    from scipy.stats import bootstrap

    found = bootstrap(
        (gaps,),
        np.mean,
        n_resamples=RESAMPLES,
        confidence_level=CONFIDENCE,
        method="percentile",
        rng=np.random.default_rng(BOOTSTRAP_SEED),
    )
    interval = cast("Any", found).confidence_interval
    return float(interval.low), float(interval.high)


def _is_nan(value: object) -> bool:
    return isinstance(value, float) and math.isnan(value)


@contextmanager
def _undefined_allowed() -> Generator[None]:
    """Suppress NumPy's warnings about means of no values, which are NaN by design."""
    with warnings.catch_warnings(), np.errstate(invalid="ignore", divide="ignore"):
        warnings.simplefilter("ignore", RuntimeWarning)
        yield

"""The main job: the same schools with the same luck under two or more configs, and how far they grow apart."""

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

from alliance_sim.config import results_too_large
from alliance_sim.declarations.outcomes import OUTCOMES, Outcome
from alliance_sim.declarations.parameters import HALF_TERMS_A_YEAR, Value
from alliance_sim.engine.modules.registry import outcomes_measured
from alliance_sim.mesa_model.scenario import Scenario
from alliance_sim.text import title
from alliance_sim.validation import said, whole_number

if TYPE_CHECKING:
    import pandas as pd

    from alliance_sim.comparison.parallel import Progress

HORIZON = 60
"""Half-terms that a world usually lives: ten years."""
JUDGED = 2 * HALF_TERMS_A_YEAR
"""Worlds are judged by their last two years."""
CONFIDENCE = 0.95
RESAMPLES = 9_999
BOOTSTRAP_SEED = 20_040_101
"""Any number would do; it is the same for every outcome and every run, so that the same worlds give the same bytes."""
NO_RATIO = ("pupil SD",)  # units whose zero is an average and not nothing: three times as much has no meaning


@dataclass(frozen=True)
class Trajectory:
    """One outcome under one config over time: the mean of the worlds, and where 95 % of them lie."""

    mean: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]


@dataclass(frozen=True)
class Difference:
    """How much more of an outcome one config has in the last two years than another, world by paired world.

    Attributes:
        outcome: its name, as in ``OUTCOMES``.
        unit: its unit.
        first: the config that is compared against.
        second: the config that is compared.
        first_value: the mean of the first's worlds.
        second_value: the mean of the second's worlds.
        difference: the mean over pairs of second less first.
        low: lower end of the bootstrap 95 % interval of that mean.
        high: its upper end.
        positive_share: share of pairs in which the second has more.
        ratio: second's mean over first's; None where it has no meaning.
        standardised: the difference in standard deviations between worlds of one config; None where there are none.
        pairs: seeds for which both worlds have a value.
    """

    outcome: str
    unit: str
    first: str
    second: str
    first_value: float
    second_value: float
    difference: float
    low: float
    high: float
    positive_share: float
    ratio: float | None
    standardised: float | None
    pairs: int

    @property
    def direction(self) -> int:
        """1 or -1 where the interval excludes zero, else 0: no clear difference."""
        return int(self.low > 0) - int(self.high < 0)


@dataclass(frozen=True)
class Contrast:
    """A parameter in which the configs differ, and its value in each."""

    name: str
    values: tuple[Value, ...]


@dataclass(frozen=True, eq=False)
class Comparison:
    """Worlds of several scenarios under the same seeds.

    Attributes:
        scenarios: what was compared; all others are held against the first.
        seeds: one world of each scenario a seed.
        worlds: every outcome, shape (scenario, seed, half-term, outcome); half-term 0 is the opening.
        outcomes: what the columns are: the model's outcomes, and those of modules that are on under any scenario.
    """

    scenarios: tuple[Scenario, ...]
    seeds: tuple[int, ...]
    worlds: NDArray[np.float64]
    outcomes: tuple[Outcome, ...] = OUTCOMES

    @property
    def half_terms(self) -> int:
        """How long the worlds lived."""
        return self.worlds.shape[2] - 1

    @property
    def judged(self) -> int:
        """How many half-terms the differences are taken over: the last twelve, or all there are."""
        return min(JUDGED, self.half_terms)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """What the configs are called; numbered where two files have one name."""
        names: list[str] = []
        for scenario in self.scenarios:
            same = sum(other.name == scenario.name for other in self.scenarios[: len(names)])
            names.append(f"{scenario.name} ({same + 1})" if same else scenario.name)
        return tuple(names)

    @property
    def titles(self) -> tuple[str, ...]:
        """What people call the configs: ``Silicon Valley``."""
        return tuple(map(title, self.names))

    def trajectory(self, scenario: int, outcome: str) -> Trajectory:
        """One outcome under the scenario at this place, half-term by half-term."""
        lived = self.worlds[scenario, :, :, self._place(outcome)]
        margin = 100 * (1 - CONFIDENCE) / 2
        with _undefined_allowed():
            low, high = np.nanpercentile(lived, (margin, 100 - margin), axis=0)
            return Trajectory(np.nanmean(lived, axis=0), low, high)

    @cached_property
    def last_years(self) -> NDArray[np.float64]:
        """Each world's mean over the last two years, shape (scenario, seed, outcome)."""
        with _undefined_allowed():
            return np.nanmean(self.worlds[:, :, self.half_terms + 1 - self.judged :], axis=2)

    @cached_property
    def differences(self) -> tuple[Difference, ...]:
        """Every outcome of every other config less the first's, config by config."""
        return tuple(
            self._difference(other, place, outcome)
            for other in range(1, len(self.scenarios))
            for place, outcome in enumerate(self.outcomes)
        )

    def difference(self, outcome: str, second: int = 1) -> Difference:
        """One outcome of the config at place ``second`` less the first's."""
        return self.differences[(second - 1) * len(self.outcomes) + self._place(outcome)]

    def _place(self, outcome: str) -> int:
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
        """The parameters in which the configs differ."""
        rows = (
            (name, tuple(scenario[name] for scenario in self.scenarios))
            for name in self.scenarios[0].configuration.values
        )
        return tuple(Contrast(name, values) for name, values in rows if len(set(values)) > 1)

    def frame(self) -> pd.DataFrame:
        """One row a config, seed and half-term: ``config``, ``seed``, ``half_term``, then outcomes."""
        import pandas as pd

        scenarios, seeds, rows, width = self.worlds.shape
        frame: dict[str, Any] = {
            "config": np.repeat(np.array(self.names, object), seeds * rows),
            "seed": np.tile(np.repeat(np.array(self.seeds, np.uint64), rows), scenarios),
            "half_term": np.tile(np.arange(rows), scenarios * seeds),
        }
        flat = self.worlds.reshape(-1, width)
        return pd.DataFrame(frame | {outcome.name: flat[:, place] for place, outcome in enumerate(self.outcomes)})

    def differences_frame(self) -> pd.DataFrame:
        """The differences: one row an outcome and other config, the fields of ``Difference`` as columns."""
        import pandas as pd

        return pd.DataFrame([asdict(difference) for difference in self.differences])

    def to_dict(self) -> dict[str, Any]:
        """What was compared, what it differs in and the differences, for JSON: what is undefined is None."""
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
    """Live paired worlds: for each seed the same schools with the same luck under every scenario.

    Args:
        scenarios: two or more; each is compared with the first.
        seeds: how many worlds each scenario gets; an interval needs two at least.
        first_seed: the first of them; the others follow.
        half_terms: how long each world lives, six half-terms a year.
        workers: how many processes share the work; None: as many as pay. Results do not depend on it. A script that
            uses several needs the usual ``if __name__ == "__main__":``.
        progress: told after each world how many are done, of how many.

    Raises:
        TypeError: for what is no number.
        ValueError: for fewer than two scenarios or seeds, less than a half-term, or more than fits into memory.
    """
    from alliance_sim.comparison.parallel import simulate_all

    given = cast("Any", scenarios)
    if not isinstance(given, Sequence) or len(given) < 2 or not all(isinstance(one, Scenario) for one in given):
        raise ValueError(f"scenarios is {said(given)}, but must be two or more Scenarios; Scenario.load(…) makes one")
    seeds, half_terms = whole_number("seeds", seeds, 2), whole_number("half_terms", half_terms, 1)
    first_seed = whole_number("first_seed", first_seed, 0, 2**64 - seeds)
    workers = None if workers is None else whole_number("workers", workers, 1)
    measured = outcomes_measured(scenario.configuration for scenario in scenarios)
    if trouble := results_too_large(len(scenarios) * seeds * (half_terms + 1) * len(measured)):
        raise ValueError(f"{trouble}; give fewer seeds or half_terms")
    lived = tuple(range(first_seed, first_seed + seeds))
    kept = tuple(outcome.name for outcome in measured)
    worlds = simulate_all(scenarios, lived, half_terms, workers, progress, kept)
    return Comparison(tuple(scenario.copy() for scenario in scenarios), lived, worlds, measured)


def bootstrap_interval(gaps: NDArray[np.float64]) -> tuple[float, float]:
    """The percentile bootstrap 95 % interval of the mean; NaN for fewer than two numbers.

    The percentile form rather than BCa, because it also holds where all numbers are alike.
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
    """NumPy warns of a mean of nothing; here that is NaN, as in the outcomes."""
    with warnings.catch_warnings(), np.errstate(invalid="ignore", divide="ignore"):
        warnings.simplefilter("ignore", RuntimeWarning)
        yield

"""Compare configs: paired runs with the same schools and the same random numbers, and their differences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, cast

import numpy as np
from numpy.typing import NDArray

from alliance_sim.comparison.difference import Contrast, Difference, Trajectory, finite, paired_differences
from alliance_sim.comparison.groups import GroupDifference, common_groups, differences_of_groups
from alliance_sim.comparison.statement import Statement
from alliance_sim.config import results_too_large
from alliance_sim.config.suggestions import nearest
from alliance_sim.declarations.outcomes import OUTCOMES, Outcome
from alliance_sim.declarations.parameters import HALF_TERMS_A_YEAR
from alliance_sim.engine.modules.registry import outcomes_measured
from alliance_sim.engine.simulation.splits import SchoolGroup
from alliance_sim.mesa_model.scenario import Scenario
from alliance_sim.statistics.bands import middle_band
from alliance_sim.statistics.intervals import mean_of
from alliance_sim.text import title
from alliance_sim.validation import format_given, whole_number

if TYPE_CHECKING:
    import pandas as pd

    from alliance_sim.comparison.parallel import Progress

HORIZON = 60
"""Default length of a run in half-terms: ten years."""
JUDGED = 2 * HALF_TERMS_A_YEAR
"""Half-terms at the end of a run over which outcomes are averaged: two years."""


@dataclass(frozen=True, eq=False)
class Comparison:
    """Runs of several scenarios under the same seeds.

    Attributes:
        scenarios: the scenarios; the first is the reference.
        seeds: the seeds; each scenario has one run per seed.
        values: every outcome, shape (scenario, seed, half-term, outcome); half-term 0 is the initial state.
        outcomes: the outcomes in the last axis: those of the model, and of modules that are on under any scenario.
        matters: smallest effects of interest, by outcome; empty if none are stated.
        groups: groups of schools by which outcomes are split, as far as the list of schools has them.
        by_group: means over the last two years by group, shape (scenario, seed, group, outcome that can be split).
    """

    scenarios: tuple[Scenario, ...]
    seeds: tuple[int, ...]
    values: NDArray[np.float64]
    outcomes: tuple[Outcome, ...] = OUTCOMES
    matters: Mapping[str, float] = field(default_factory=dict[str, float])
    groups: tuple[SchoolGroup, ...] = ()
    by_group: NDArray[np.float64] | None = None

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
        """Return one outcome over time under one scenario: its mean, and the middle 95 % of these runs.

        Args:
            scenario: the position of the scenario.
            outcome: the outcome's name.
        """
        runs = self.values[scenario, :, :, self._position(outcome)]
        band = middle_band(runs.T)
        return Trajectory(band.mean, band.low, band.high)

    @cached_property
    def last_years(self) -> NDArray[np.float64]:
        """Mean of each run over the last two years, shape (scenario, seed, outcome)."""
        return mean_of(self.values[:, :, self.half_terms + 1 - self.judged :], 2)

    @cached_property
    def _found(self) -> tuple[tuple[Difference, ...], tuple[Statement, ...]]:
        practice = self._position("practice")
        changes = self.last_years[:, :, practice] - self.values[:, :, 0, practice]
        return paired_differences(self.names, self.outcomes, self.last_years, self.matters, changes)

    @property
    def differences(self) -> tuple[Difference, ...]:
        """Differences of every other config minus the first, config by config, in every outcome."""
        return self._found[0]

    @property
    def practice_changes(self) -> tuple[Statement, ...]:
        """The change of practice since the start under each config; its limits hold with those of the differences."""
        return self._found[1]

    @cached_property
    def group_differences(self) -> tuple[GroupDifference, ...]:
        """Differences in each group of schools, with limits that hold for all groups and outcomes at once."""
        if self.by_group is None:
            return ()
        return differences_of_groups(self.names, self.groups, self.by_group)

    def difference(self, outcome: str, second: int = 1) -> Difference:
        """Return the difference of one config minus the first in one outcome.

        Args:
            outcome: the outcome's name.
            second: the position of the config.
        """
        return self.differences[(second - 1) * len(self.outcomes) + self._position(outcome)]

    def _position(self, outcome: str) -> int:
        return [one.name for one in self.outcomes].index(outcome)

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
        """Return one row per outcome and other config, with the fields of ``Difference`` as columns.

        ``low`` and ``high`` hold for one difference at a time, ``low_simultaneous`` and ``high_simultaneous`` for all.
        """
        import pandas as pd

        return pd.DataFrame([asdict(difference) for difference in self.differences])

    def group_differences_frame(self) -> pd.DataFrame:
        """Return one row per group of schools, outcome and other config.

        Columns ``split``, ``group``, ``schools``, ``teachers``, the fields of ``Difference``, and ``basis``, which is
        ``simulated`` in every row.
        """
        import pandas as pd

        return pd.DataFrame([one.row() for one in self.group_differences])

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
                {name: finite(value) for name, value in asdict(difference).items()}
                | {"clear": difference.direction != 0}
                for difference in self.differences
            ],
            "differences_by_group": [
                {name: finite(value) for name, value in one.row().items()} for one in self.group_differences
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
    matters: Mapping[str, float] | None = None,
) -> Comparison:
    """Simulate paired runs: each seed gives the same schools and random numbers under every scenario.

    A difference is clear if its simultaneous interval over all outcomes and scenarios excludes zero. It matters if this
    interval lies beyond the smallest effect of interest.

    Args:
        scenarios: two or more scenarios; each is compared with the first.
        seeds: number of runs per scenario, at least two.
        first_seed: the first seed; the others follow it.
        half_terms: length of each run in half-terms, six a year.
        workers: number of processes; chosen by the amount of work where None. Results do not depend on it. A script
            that uses several needs the usual ``if __name__ == "__main__":``.
        progress: called after each run with the number of runs done and of all runs.
        matters: smallest effects of interest, by outcome: ``{"sharing": 0.02}``.

    Returns:
        The runs, their differences and the intervals of these.

    Raises:
        TypeError: if a number is not a number.
        ValueError: if there are fewer than two scenarios or seeds, no half-term, results do not fit into memory, or a
            smallest effect is not positive or not of an outcome.

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
    smallest = smallest_effects(matters or {}, [outcome.name for outcome in measured])
    all_seeds = tuple(range(first_seed, first_seed + seeds))
    names = tuple(outcome.name for outcome in measured)
    groups = common_groups([scenario.roster for scenario in scenarios])
    judged = min(JUDGED, half_terms) if groups else 0
    values, by_group = simulate_all(scenarios, all_seeds, half_terms, workers, progress, names, judged=judged)
    copies = tuple(scenario.copy() for scenario in scenarios)
    return Comparison(copies, all_seeds, values, measured, smallest, groups, by_group)


def smallest_effects(matters: Mapping[str, float], outcomes: Sequence[str]) -> dict[str, float]:
    """Check smallest effects of interest.

    Args:
        matters: the effects, by outcome.
        outcomes: the outcomes that are measured.

    Raises:
        ValueError: if one is not positive, or not of an outcome.
    """
    for name, effect in matters.items():
        if name not in outcomes:
            meant = nearest(name, outcomes)
            raise ValueError(f"matters: {name!r} is no outcome{f'; did you mean {meant}?' if meant else ''}")
        if not 0.0 < effect < float("inf"):
            raise ValueError(f"matters: the smallest effect of interest on {name} is {effect:g}, but must be above 0")
    return dict(matters)

"""Differences between configs in groups of schools: by phase, Ofsted's judgement and free school meals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from alliance_sim.comparison.difference import Difference, paired_differences
from alliance_sim.declarations.labels import SIMULATED
from alliance_sim.declarations.outcomes import NAMES, OUTCOMES
from alliance_sim.declarations.roster import Roster
from alliance_sim.engine.simulation.recorder import SCHOOLS_RECORDED
from alliance_sim.engine.simulation.splits import SPLIT_OUTCOMES, SchoolGroup, groups_of

BY_GROUP = ("trust", "sharing", "practice", "refusals", "attainment")
"""The outcomes of tables by group."""


@dataclass(frozen=True)
class GroupDifference:
    """A difference between two configs in one group of schools.

    Attributes:
        group: the schools.
        difference: the difference, averaged as in the whole system.
    """

    group: SchoolGroup
    difference: Difference

    def row(self) -> dict[str, Any]:
        """Return the group, the difference and ``basis`` as one flat row."""
        about = {"split": self.group.split, "group": self.group.name}
        about |= {"schools": self.group.schools, "teachers": self.group.teachers}
        return about | asdict(self.difference) | {"basis": SIMULATED}


def common_groups(rosters: Sequence[Roster | None]) -> tuple[SchoolGroup, ...]:
    """Return the groups of schools if they are the same in all rosters, and schools are few enough to be recorded."""
    if any(roster is None or roster.schools > SCHOOLS_RECORDED for roster in rosters):
        return ()
    first, *others = (groups_of(roster) for roster in rosters)
    return first if all(other == first for other in others) else ()


def differences_of_groups(
    names: Sequence[str], groups: Sequence[SchoolGroup], values: NDArray[np.float64]
) -> tuple[GroupDifference, ...]:
    """Compare every other config with the first in each group, with limits that hold for all groups at once.

    Args:
        names: the names of the configs.
        groups: the groups.
        values: means of each run, shape (config, seed, group, outcome that can be split).
    """
    columns = [SPLIT_OUTCOMES.index(name) for name in BY_GROUP]
    flat = values[..., columns].reshape(*values.shape[:2], -1)
    outcomes = [OUTCOMES[NAMES.index(name)] for name in BY_GROUP] * len(groups)
    found, _ = paired_differences(names, outcomes, flat, {})
    repeated = [group for group in groups for _ in BY_GROUP] * (len(names) - 1)
    return tuple(GroupDifference(group, one) for group, one in zip(repeated, found, strict=True))

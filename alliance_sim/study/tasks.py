"""What goes over the seam between a study and whoever lives its worlds."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Task:
    """Many replicates of one point, lived in one call.

    Attributes:
        point: the row number of the point in the design, 0 the first.
        seeds: the runs: one each.
        keys: one hex key a run: a hash of resolved scenario, seed, half-terms, kept outcomes and the model's version.
        scenario: the resolved scenario as plain data that JSON can hold, school list included by path and digest; a
            worker makes a world of it (``alliance_sim.study.replicates``).
    """

    point: int
    seeds: tuple[int, ...]
    keys: tuple[str, ...]
    scenario: dict[str, object]

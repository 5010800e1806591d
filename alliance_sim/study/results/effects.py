"""Effects of factors on outcomes, and interactions between two factors, with 95 % intervals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from alliance_sim.statistics.designs import factorial_contrasts, independent_contrast
from alliance_sim.statistics.families import join, simultaneous_together
from alliance_sim.statistics.interactions import SIGNS
from alliance_sim.statistics.intervals import LEAST_UNITS, Intervals, mean_intervals, mean_of, no_coincidence
from alliance_sim.statistics.pairs import grouped_differences, paired_gaps
from alliance_sim.study.errors import StudyError
from alliance_sim.study.results import sample_effects
from alliance_sim.study.results.contrasts import (
    HOW,
    PAIRED,
    SAMPLED,
    UNPAIRED,
    Contrast,
    Effect,
    Interaction,
    JointContrast,
    figures,
)
from alliance_sim.study.results.endpoints import Endpoints, Numbers
from alliance_sim.study.results.pairing import crossed

__all__ = ["HOW", "PAIRED", "SAMPLED", "UNPAIRED", "Contrast", "Effect", "Interaction", "JointContrast"]


def effect_of(ends: Endpoints, factor: str, outcome: str) -> Effect:
    """Compare each level of a factor with the first level at which the outcome is defined.

    Where points differ in the factor alone, runs of one seed are paired, or cells with independent random numbers are
    compared. The points of a sample differ in every factor; bands of this one are compared, the others held fixed.

    Raises:
        StudyError: if the design has indices and no contrasts of levels.
    """
    refuse_levels(ends, factor)
    crossing = None if _between_points(ends, factor) else crossed(ends, [factor])
    if crossing is None:
        labels, reference, found, pilot = sample_effects.level_contrasts(ends, factor, outcome)
        how = SAMPLED
    else:
        labels, cells = ends.levels[factor].values, ends.values[outcome][crossing.cells]
        reference = first_defined(cells)
        others = [place for place in range(len(labels)) if place != reference]
        pairs = np.stack([cells[:, (reference, place)] for place in others]) if others else cells[None, :, :0]
        pilot = mean_of(pairs[:, :, 1] - pairs[:, :, 0], 1) if others else None
        if not others:
            found = None
        elif ends.paired:
            found = factorial_contrasts(pairs)[..., 0]
        else:
            found = join([_independent(list(pair[:, 0]), list(pair[:, 1])) for pair in pairs])
        how = PAIRED if ends.paired else UNPAIRED
    undefined = tuple(labels[:reference])
    effect = Effect(
        factor, outcome, (), how, ends.missing, ends.undefined(outcome), labels[reference] if labels else None,
        undefined, ends.matters.get(outcome), found, pilot,
    )  # fmt: skip
    if found is None:
        return effect
    (found,) = simultaneous_together([ends.kept(found)])
    return with_intervals(effect, found, [label for label in labels if label != effect.reference])


def with_intervals(effect: Effect, found: Intervals, levels: Sequence[Any] | None = None) -> Effect:
    """Return an effect with other intervals of its contrasts, such as those of a larger family."""
    levels = [one.level for one in effect.contrasts] if levels is None else levels
    contrasts = tuple(
        Contrast(*figures(found.item(place)), level, effect.reference) for place, level in enumerate(levels)
    )
    return replace(effect, contrasts=contrasts, intervals=found)


def refuse_levels(ends: Endpoints, factor: str) -> None:
    """Refuse contrasts of levels in samples that are drawn for indices.

    Raises:
        StudyError: if the design is Saltelli's or Morris' sample and the factor is not the variant.
    """
    if ends.kind in sample_effects.INDICES_ONLY and factor != "variant":
        raise StudyError(
            f"a {ends.kind} design has indices and no contrasts of levels, since its points depend on each other; "
            "use indices, or a latin_hypercube or factorial design"
        )


def _between_points(ends: Endpoints, factor: str) -> bool:
    """Return whether a factor is compared over the points of a sample."""
    return factor == "variant" and sample_effects.is_sample(ends)


def first_defined(cells: Numbers) -> int:
    """Return the first level with enough defined runs to be the reference.

    Args:
        cells: outcomes, shape (groups, levels, seeds).
    """
    seeds = (~np.isnan(cells)).any(axis=0).sum(axis=-1)
    enough = seeds >= min(LEAST_UNITS, int(seeds.max(initial=0)))
    return int(np.argmax(enough & (seeds > 0)))


def _independent(first: Sequence[Numbers], second: Sequence[Numbers]) -> Intervals:
    """Average over groups the difference of two cells with independent random numbers."""
    return _sum_of_cells([list(second), list(first)], (1.0, -1.0))


def _sum_of_cells(cells: Sequence[Sequence[Numbers]], signs: Sequence[float]) -> Intervals:
    """Average over groups a sum of cells with signs; groups with fewer than two runs in a cell are left out.

    If all groups have so few, those with a run in each cell give an estimate without an interval.
    """
    groups = list(zip(*cells, strict=True))
    sizes = [min(int((~np.isnan(cell)).sum()) for cell in group) for group in groups]
    least = min(2, max(sizes, default=0))
    kept = [group for group, size in zip(groups, sizes, strict=True) if size >= max(least, 1)]
    if not kept:
        return mean_intervals(np.full((1, 1), np.nan))
    share = 1.0 / len(kept)
    return independent_contrast(
        [(sign * share, cell[None]) for group in kept for sign, cell in zip(signs, group, strict=True)]
    )


def interaction_of(ends: Endpoints, first: str, second: str, outcome: str) -> Interaction:
    """Compute the difference of differences for each pair of levels against the first ones.

    In a sample, the upper half of each factor's points is compared with the lower half.

    Raises:
        StudyError: if the design has indices and no contrasts of levels.
    """
    refuse_levels(ends, second if first == "variant" else first)
    between = _between_points(ends, first) or _between_points(ends, second)
    crossing = None if between else crossed(ends, [first, second])
    if crossing is None:
        labels, found = sample_effects.joint_contrasts(ends, first, second, outcome)
        how = SAMPLED
    else:
        cells = ends.values[outcome][crossing.cells]
        here, there = ends.levels[first].values, ends.levels[second].values
        groups, rows, columns, seeds = cells.shape
        row0 = first_defined(cells.swapaxes(1, 2).reshape(groups * columns, rows, seeds))
        column0 = first_defined(cells.reshape(groups * rows, columns, seeds))
        places = [(row, column) for row in range(rows) for column in range(columns) if row != row0]
        places = [(row, column) for row, column in places if column != column0]
        labels = [(here[row], here[row0], there[column], there[column0]) for row, column in places]
        found = _joint(cells, places, (row0, column0), paired=ends.paired) if places else None
        how = PAIRED if ends.paired else UNPAIRED
    whole = Interaction(first, second, outcome, (), how, ends.missing, ends.undefined(outcome), found)
    if found is None:
        return whole
    (found,) = simultaneous_together([ends.kept(found)])
    return joint_with_intervals(whole, found, labels)


def joint_with_intervals(
    whole: Interaction, found: Intervals, labels: Sequence[tuple[Any, Any, Any, Any]] | None = None
) -> Interaction:
    """Return an interaction with other intervals of its contrasts, such as those of a larger family."""
    if labels is None:
        labels = [(one.level, one.against, one.other_level, one.other_against) for one in whole.contrasts]
    joint = tuple(JointContrast(*figures(found.item(place)), *each) for place, each in enumerate(labels))
    return replace(whole, contrasts=joint, intervals=found)


def _joint(cells: Numbers, places: Sequence[tuple[int, int]], reference: tuple[int, int], *, paired: bool) -> Intervals:
    """Return the differences of differences of some pairs of levels.

    Args:
        cells: outcomes, shape (groups, levels, other levels, seeds).
        places: the pairs of levels.
        reference: the levels that they are compared with.
        paired: whether a seed gives the same random numbers in all cells.
    """
    row0, column0 = reference
    corners = [
        (cells[:, row, column], cells[:, row0, column], cells[:, row, column0], cells[:, row0, column0])
        for row, column in places
    ]
    if paired:
        gaps = np.stack([paired_gaps(paired_gaps(d, c), paired_gaps(b, a)) for a, b, c, d in corners])
        fixed = np.array([all(no_coincidence(each).all() for each in four) for four in corners], np.bool_)
        return grouped_differences(gaps, fixed=fixed)
    return join([_sum_of_cells([list(each) for each in four], SIGNS) for four in corners])

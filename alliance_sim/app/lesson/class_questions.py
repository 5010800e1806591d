"""The question that a screen of a lesson asks a class, and its outcome."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np
from numpy.typing import NDArray

from alliance_sim.app.classroom.own_systems import PairOfSystems
from alliance_sim.app.classroom.question import Pair, Question, Reveal
from alliance_sim.app.lesson.displays import display, known_axis, yearly_mean
from alliance_sim.app.lesson.lesson import LessonSystem
from alliance_sim.app.lesson.sentences import reveal_title

Curves = Sequence[NDArray[np.float64]]


def shown_curve(outcome: str, values: NDArray[np.float64]) -> tuple[float, ...]:
    """Return the yearly mean of a run in the unit of the class.

    Args:
        outcome: the name of the outcome.
        values: one value per half-term, the initial state first.
    """
    return tuple(yearly_mean(display(outcome).scale(np.asarray(values, dtype=np.float64))).tolist())


def question_about(outcome: str, text: str, names: tuple[str, str], curves: Curves, known_until: int) -> Question:
    """Return a question about the last value of both curves. The axis follows from the known part alone.

    Args:
        outcome: the name of the outcome.
        text: the question.
        names: the names of the systems.
        curves: the values of both runs as the model has them, from the start to the end.
        known_until: the half-term up to which the class has seen them.

    Raises:
        ValueError: if nothing is left to bet on.
    """
    how = display(outcome)
    first, second = (shown_curve(outcome, curve)[: known_until + 1] for curve in curves)
    raw = _raw(outcome, curves, known_until + 1)
    low, high, _ = known_axis(how, [*first, *second, *raw[0], *raw[1]])
    return Question(
        text=text, title=how.title, unit=how.unit, low=low, high=high, names=names, known=(first, second),
        horizon=len(curves[0]) - 1, step=10.0**-how.decimals, raw=raw,
    )  # fmt: skip


def reveal_of(outcome: str, names: tuple[str, str], curves: Curves, same_competition: bool = False) -> Reveal:
    """Return the outcome of both runs, with the heading that the lecturer's page shows.

    Args:
        outcome: the name of the outcome.
        names: the names of the systems.
        curves: the values of both runs as the model has them.
        same_competition: whether both compete equally hard.
    """
    first, second = (shown_curve(outcome, curve) for curve in curves)
    heading = reveal_title(display(outcome), names, (first[-1], second[-1]), same_competition)
    return Reveal(heading, (first, second), _raw(outcome, curves, len(first)))


def _raw(outcome: str, curves: Curves, many: int) -> Pair:
    first, second = (tuple(display(outcome).scale(np.asarray(curve))[:many].tolist()) for curve in curves)
    return first, second


def pair_of_lesson(systems: Sequence[LessonSystem], outcome: str, seed: int, horizon: int) -> PairOfSystems:
    """Return the systems of a screen, for phones to change a lever in them.

    Args:
        systems: the two systems.
        outcome: the outcome that the class has bet on.
        seed: the seed of the lesson.
        horizon: the half-terms that are simulated.
    """
    configurations = systems[0].configuration, systems[1].configuration
    return PairOfSystems(configurations, outcome, partial(shown_curve, outcome), seed, horizon)

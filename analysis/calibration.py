"""Calibrate by Optuna to the survival of English federations and to the spread and persistence of schools' results.

A calibrated outcome is not evidence. A part of each data set is held out and compared separately. The result is a
region rather than a point: all values for which the model is within the data's sampling error (the loss, a sum of
squared standard errors, is less than its 95 % χ² quantile above the smallest), with a profile for each parameter.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from numpy.typing import NDArray
from scipy.stats import chi2

from alliance_sim import AllianceModel
from alliance_sim.declarations.parameters import PARAMETERS
from alliance_sim.reporting.palette import OKABE_ITO
from alliance_sim.reporting.study.labels import factor_axis, factor_called
from analysis.attainment import (
    Spread,
    measure_spread,
    modelled_spread,
    on_the_scale_of_pupils,
    published_results,
)
from analysis.pages import Page, Section, Table, create_figure, format_number, refuse

REGISTER, KEY_STAGE_2 = "england_federation_survival.csv", "surrey_ks2_2017_2019.csv"
LAST_FITTED_YEAR = 3
"""Survival to three years is fitted; the fourth and fifth year are held out."""
BOOTSTRAPS = 400
SURE = 0.95
type Numbers = NDArray[np.float64]
type Measured = Callable[[Mapping[str, float], int], Sequence[float]]


@dataclass(frozen=True)
class Aim:
    """A calibration target.

    Attributes:
        name: short name, used for files.
        question: heading of its section.
        ranges: lowest and highest value of each calibrated parameter.
        measured: computes the model's figures from parameters and a seed.
        labels: labels of the figures.
        wanted, error: the data's figures and their standard errors.
        held_out: which figures are not fitted.
    """

    name: str
    question: str
    ranges: Mapping[str, tuple[float, float]]
    measured: Measured
    labels: tuple[str, ...]
    wanted: Numbers
    error: Numbers
    held_out: NDArray[np.bool_]


@dataclass(frozen=True)
class Trial:
    """One set of parameter values, the model's mean figures with their standard errors, and the loss."""

    values: dict[str, float]
    figures: Numbers
    errors: Numbers
    loss: float


@dataclass(frozen=True)
class Fit:
    """All trials of a target, in order."""

    aim: Aim
    trials: tuple[Trial, ...]

    @property
    def best(self) -> Trial:
        """The trial with the smallest loss."""
        return min(self.trials, key=lambda trial: trial.loss)

    @property
    def reach(self) -> float:
        """Largest excess over the best loss that is within sampling error."""
        return float(chi2.ppf(SURE, len(self.aim.ranges)))

    @property
    def accepted(self) -> list[Trial]:
        """The trials that the data allow."""
        return [trial for trial in self.trials if trial.loss <= self.best.loss + self.reach]

    def interval(self, name: str) -> tuple[float, float]:
        """The lowest and highest accepted value of a parameter."""
        values = [trial.values[name] for trial in self.accepted]
        return min(values), max(values)


def _default(name: str) -> float:
    return float(PARAMETERS[name].default)  # pyright: ignore[reportArgumentType] (what is calibrated is a number)


def compute_loss(aim: Aim, figures: Numbers, errors: Numbers) -> float:
    """Compute the loss: squared standard errors between model and data, summed over fitted figures."""
    off = (figures - aim.wanted) / np.hypot(aim.error, errors)
    return float((off[~aim.held_out] ** 2).sum())


def calibrate(aim: Aim, trials: int, seeds: int, pool: Executor, sampler_seed: int = 1) -> Fit:
    """Calibrate with Optuna's TPE: a quarter of the trials is random, the rest is where TPE expects the least loss.

    All trials share their runs' seeds, so that their losses differ only by the parameters.

    Args:
        aim: the calibration target.
        trials: number of trials.
        seeds: runs per trial.
        pool: where runs are simulated.
        sampler_seed: seed of Optuna's sampler; the same seed gives the same trials.
    """
    import optuna

    optuna.logging.set_verbosity(optuna.logging.WARNING)
    found: list[Trial] = []

    def objective(trial: optuna.Trial) -> float:
        values = {name: trial.suggest_float(name, *bounds) for name, bounds in aim.ranges.items()}
        measured = np.array(list(pool.map(partial(aim.measured, values), range(1, seeds + 1))), dtype=np.float64)
        figures, errors = measured.mean(axis=0), measured.std(axis=0, ddof=1) / np.sqrt(seeds)
        found.append(Trial(values, figures, errors, compute_loss(aim, figures, errors)))
        return found[-1].loss

    sampler = optuna.samplers.TPESampler(seed=sampler_seed, n_startup_trials=max(4, trials // 4), multivariate=False)
    study = optuna.create_study(sampler=sampler)
    if shipped := {name: _default(name) for name in aim.ranges if name in PARAMETERS}:
        study.enqueue_trial(shipped)  # the first trial is always the model's own values
    study.optimize(objective, n_trials=trials)
    return Fit(aim, tuple(found))


def standing(values: Mapping[str, float], seed: int) -> Sequence[float]:
    """Return the share of a hundred hard federations that are unbroken after one to five years."""
    changes = {"population.schools": 600, "governance.enabled": True, "governance.hard_share": 1.0, **values}
    model = AllianceModel("baseline", rng=seed, record="system", **changes)
    model.run_for(31)
    return model.outcomes["unbroken"].to_numpy()[7::6].tolist()


def survival_aim(data: Path) -> Aim:
    """Build the target of federations' survival to three years; years four and five are held out."""
    register = pd.read_csv(data / REGISTER)
    years = register["years"].to_numpy()
    return Aim(
        "survival",
        "How long do federations last?",
        {"governance.hope": (0.3, 1.2), "governance.hazard": (0.02, 0.5)},
        standing,
        tuple(f"standing after {year} years" for year in years),
        register["share_surviving"].to_numpy(dtype=np.float64),
        register["standard_error"].to_numpy(dtype=np.float64),
        years > LAST_FITTED_YEAR,
    )


def spreads(values: Mapping[str, float], seed: int) -> Sequence[float]:
    """Return spread and correlation twice: the model predicts the same for fitted and held-out schools."""
    found = modelled_spread(seed, **values)
    return [found.between_schools, found.year_to_year] * 2


def select_half(results: pd.DataFrame, which: int) -> pd.DataFrame:
    """Select every second school in the order of URNs, from the first (0) or second (1) on."""
    return results.sort_index().iloc[which::2]


def attainment_aim(data: Path) -> Aim:
    """Build the target of spread and correlation in half of Surrey's schools; the other half is held out."""
    results = published_results(data / KEY_STAGE_2)
    wanted: list[float] = []
    error: list[float] = []
    for which in (0, 1):
        half = select_half(results, which)
        found, off = _with_error(half)
        wanted += [found.between_schools, found.year_to_year]
        error += [off.between_schools, off.year_to_year]
    called = ("spread between schools, pupil SD", "correlation of one year with the next")
    return Aim(
        "attainment",
        "How much, and how persistently, do schools' results differ?",
        {"attainment.intake_sd": (0.15, 0.45), "attainment.noise_sd": (0.08, 0.38)},
        spreads,
        (*called, *(f"{one} (other half)" for one in called)),
        np.array(wanted),
        np.array(error),
        np.array([False, False, True, True]),
    )


def _with_error(results: pd.DataFrame) -> tuple[Spread, Spread]:
    """Return the spread, and the standard error of each figure from a bootstrap over schools."""
    rng = np.random.default_rng(1)
    found = on_the_scale_of_pupils(measure_spread(results))
    again = [
        on_the_scale_of_pupils(measure_spread(results.iloc[rng.integers(0, len(results), len(results))]))
        for _ in range(BOOTSTRAPS)
    ]
    off = [float(np.std([getattr(one, name) for one in again], ddof=1)) for name in ("between_schools", "year_to_year")]
    return found, Spread(*off)


def load_aims(data: Path) -> list[Aim]:
    """Build both targets, or refuse with one sentence if the data are missing."""
    for name in (REGISTER, KEY_STAGE_2):
        if not (data / name).is_file():
            refuse(f"{data / name} does not exist; give --data, the folder with {REGISTER} and {KEY_STAGE_2}")
    return [survival_aim(data), attainment_aim(data)]


def analyse(aims: Sequence[Aim], *, quick: bool) -> Page:
    """Calibrate to each target and build the page.

    Args:
        aims: the calibration targets.
        quick: whether to use few trials for a first look.
    """
    trials, seeds = (12, 2) if quick else (120, 8)
    with ProcessPoolExecutor(mp_context=get_context("forkserver")) as pool:
        fits = [calibrate(aim, trials, seeds, pool) for aim in aims]
    regions = "; ".join(
        ", ".join(
            f"{factor_called(name)} {format_number(fit.interval(name)[0])} to {format_number(fit.interval(name)[1])}"
            for name in fit.aim.ranges
        )
        + f" (the model's own values are {'inside' if _inside(fit) else 'OUTSIDE'}: "
        f"loss {format_number(fit.trials[0].loss)}, smallest {format_number(fit.best.loss)})"
        for fit in fits
    )
    return Page(
        "What do the data allow?",
        f"Values within the data's sampling error: {regions}. A calibrated outcome is not evidence.",
        tuple(_section(fit, seeds) for fit in fits),
        quick,
        len(aims) * trials * seeds,
    )


def _inside(fit: Fit) -> bool:
    """Whether the model's own values, which are the first trial, are within the data's sampling error."""
    return fit.trials[0] in fit.accepted


def _section(fit: Fit, seeds: int) -> Section:
    best = fit.best
    rows = tuple(
        (
            label, "held out" if held else "fitted", format_number(wanted), format_number(error), format_number(figure),
            f"{abs(figure - wanted) / float(np.hypot(error, off)):.1f}",
        )
        for label, held, wanted, error, figure, off in zip(
            fit.aim.labels, fit.aim.held_out, fit.aim.wanted, fit.aim.error, best.figures, best.errors, strict=True
        )
    )  # fmt: skip
    regions = ", ".join(
        f"{factor_called(name)} {format_number(fit.interval(name)[0])} to {format_number(fit.interval(name)[1])} "
        f"(best {format_number(best.values[name])}; the model has {PARAMETERS[name].default})"
        for name in fit.aim.ranges
    )
    return Section(
        fit.aim.question,
        (
            f"{len(fit.trials)} trials of {seeds} runs each, {len(fit.accepted)} of them within the data's "
            f"sampling error: {regions}. "
            "The table shows the best trial.",
        ),
        fit.aim.name,
        _profiles(fit),
        "For each parameter the loss of every trial; those under the dotted line are within sampling error.",
        Table(("figure", "", "data", "standard error", "model", "difference in standard errors"), rows, 2),
    )


def _profiles(fit: Fit) -> Figure:
    def draw(figure: Figure) -> None:
        plots = figure.subplots(1, len(fit.aim.ranges), sharey=True)
        for place, (plot, name) in enumerate(zip(np.ravel(plots), fit.aim.ranges, strict=True)):
            values = np.array([trial.values[name] for trial in fit.trials])
            losses = np.array([trial.loss for trial in fit.trials])
            plot.plot(values, losses, "o", markersize=4, alpha=0.5, color=OKABE_ITO[place])
            edges = np.linspace(*fit.aim.ranges[name], 13)
            least = [
                (float((low + high) / 2), float(losses[inside].min()))
                for low, high in pairwise(edges)
                if (inside := (values >= low) & (values <= high)).any()
            ]
            plot.plot(*zip(*least, strict=True), color="#222222", linewidth=1.4)
            plot.axhline(fit.best.loss + fit.reach, color="#222222", linewidth=0.9, linestyle=(0, (1, 2)))
            plot.axvline(_default(name), color="#767676", linewidth=0.9, linestyle=(0, (5, 3)))
            plot.set_yscale("symlog", linthresh=1)
            plot.set_ylim(bottom=0)
            plot.set_xlabel(factor_axis(name), fontsize=9)
        np.ravel(plots)[0].set_ylabel("loss (squared standard errors)", fontsize=9)

    return create_figure(8.4, 3.8, draw)

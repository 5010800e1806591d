"""Calibration by Optuna: to how long English federations last, and to how far and lastingly schools' results differ.

What is calibrated is no evidence. A part of each data set is held out, and shown beside what was fitted. Not a point is
told but a region: every value with which the model lies within the data's sampling error (the loss, a sum of squared
standard errors, is less than its 95 % χ² quantile above the least), and a profile for each parameter.
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
    modelled_spread,
    on_the_scale_of_pupils,
    published_results,
    spread_of,
)
from analysis.pages import Page, Section, Table, drawn, number, refuse

REGISTER, KEY_STAGE_2 = "england_federation_survival.csv", "surrey_ks2_2017_2019.csv"
LAST_FITTED_YEAR = 3
"""Survival to three years is fitted; the fourth and fifth year are held out."""
BOOTSTRAPS = 400
SURE = 0.95
type Numbers = NDArray[np.float64]
type Measured = Callable[[Mapping[str, float], int], Sequence[float]]


@dataclass(frozen=True)
class Aim:
    """What is fitted to what.

    Attributes:
        name: one word.
        question: in plain words.
        ranges: the parameters, and where each may lie.
        measured: from parameters and a seed, the model's figures.
        labels: what the figures are called.
        wanted, error: the data's figures and their standard errors.
        held_out: which of them nothing was fitted to.
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
    """One set of parameters, the model's mean figures with their standard errors, and the loss."""

    values: dict[str, float]
    figures: Numbers
    errors: Numbers
    loss: float


@dataclass(frozen=True)
class Fit:
    """All trials, in order, and which are within the data's sampling error of the best."""

    aim: Aim
    trials: tuple[Trial, ...]

    @property
    def best(self) -> Trial:
        """The least loss."""
        return min(self.trials, key=lambda trial: trial.loss)

    @property
    def reach(self) -> float:
        """How much more loss than the best still cannot be told from it."""
        return float(chi2.ppf(SURE, len(self.aim.ranges)))

    @property
    def accepted(self) -> list[Trial]:
        """The region: a sample of what the data allow."""
        return [trial for trial in self.trials if trial.loss <= self.best.loss + self.reach]

    def interval(self, name: str) -> tuple[float, float]:
        """The lowest and highest accepted value of a parameter."""
        values = [trial.values[name] for trial in self.accepted]
        return min(values), max(values)


def _default(name: str) -> float:
    return float(PARAMETERS[name].default)  # pyright: ignore[reportArgumentType] (what is calibrated is a number)


def loss_of(aim: Aim, figures: Numbers, errors: Numbers) -> float:
    """Squared standard errors between model and data, over what is not held out."""
    off = (figures - aim.wanted) / np.hypot(aim.error, errors)
    return float((off[~aim.held_out] ** 2).sum())


def fitted(aim: Aim, trials: int, seeds: int, pool: Executor, luck: int = 1) -> Fit:
    """Try so many sets of parameters: a quarter spread evenly, the rest where Optuna's TPE expects least loss.

    All trials share their worlds' seeds, so that their losses differ by the parameters alone; the same luck gives the
    same trials.
    """
    import optuna

    optuna.logging.set_verbosity(optuna.logging.WARNING)
    found: list[Trial] = []

    def objective(trial: optuna.Trial) -> float:
        values = {name: trial.suggest_float(name, *ends) for name, ends in aim.ranges.items()}
        told = np.array(list(pool.map(partial(aim.measured, values), range(1, seeds + 1))), dtype=np.float64)
        figures, errors = told.mean(axis=0), told.std(axis=0, ddof=1) / np.sqrt(seeds)
        found.append(Trial(values, figures, errors, loss_of(aim, figures, errors)))
        return found[-1].loss

    sampler = optuna.samplers.TPESampler(seed=luck, n_startup_trials=max(4, trials // 4), multivariate=False)
    study = optuna.create_study(sampler=sampler)
    if shipped := {name: _default(name) for name in aim.ranges if name in PARAMETERS}:
        study.enqueue_trial(shipped)  # the first trial: whether the model's own values are allowed is not left to luck
    study.optimize(objective, n_trials=trials)
    return Fit(aim, tuple(found))


def standing(values: Mapping[str, float], seed: int) -> Sequence[float]:
    """The share of a hundred hard federations that stand after one to five years."""
    changes = {"population.schools": 600, "governance.enabled": True, "governance.hard_share": 1.0, **values}
    model = AllianceModel("baseline", rng=seed, record="system", **changes)
    model.run_for(31)
    return model.outcomes["unbroken"].to_numpy()[7::6].tolist()


def survival_aim(data: Path) -> Aim:
    """Federations' survival to three years; years four and five are held out."""
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
    """Spread and correlation, twice: for the schools that are fitted to, and for those held out, here alike."""
    found = modelled_spread(seed, **values)
    return [found.between_schools, found.year_to_year] * 2


def half_of(results: pd.DataFrame, which: int) -> pd.DataFrame:
    """Every second school, by the order of their URNs."""
    return results.sort_index().iloc[which::2]


def attainment_aim(data: Path) -> Aim:
    """Spread and correlation of half of Surrey's schools; the other half is held out."""
    results = published_results(data / KEY_STAGE_2)
    wanted: list[float] = []
    error: list[float] = []
    for which in (0, 1):
        half = half_of(results, which)
        found, off = _with_error(half)
        wanted += [found.between_schools, found.year_to_year]
        error += [off.between_schools, off.year_to_year]
    called = ("spread between schools, pupil SD", "correlation of one year with the next")
    return Aim(
        "attainment",
        "How far, and how lastingly, do schools' results differ?",
        {"attainment.intake_sd": (0.15, 0.45), "attainment.noise_sd": (0.08, 0.38)},
        spreads,
        (*called, *(f"{one} (other half)" for one in called)),
        np.array(wanted),
        np.array(error),
        np.array([False, False, True, True]),
    )


def _with_error(results: pd.DataFrame) -> tuple[Spread, Spread]:
    """The spread, and the standard error of each figure by a bootstrap over schools."""
    lot = np.random.default_rng(1)
    found = on_the_scale_of_pupils(spread_of(results))
    again = [
        on_the_scale_of_pupils(spread_of(results.iloc[lot.integers(0, len(results), len(results))]))
        for _ in range(BOOTSTRAPS)
    ]
    off = [float(np.std([getattr(one, name) for one in again], ddof=1)) for name in ("between_schools", "year_to_year")]
    return found, Spread(*off)


def aims_from(data: Path) -> list[Aim]:
    """Both aims; a refusal in one sentence where the data are not there."""
    for name in (REGISTER, KEY_STAGE_2):
        if not (data / name).is_file():
            refuse(f"{data / name} is not there; say with --data in which folder {REGISTER} and {KEY_STAGE_2} lie")
    return [survival_aim(data), attainment_aim(data)]


def analysed(aims: Sequence[Aim], *, quick: bool) -> Page:
    """Fit, and write what came of it as a page."""
    trials, seeds = (12, 2) if quick else (120, 8)
    with ProcessPoolExecutor(mp_context=get_context("forkserver")) as pool:
        fits = [fitted(aim, trials, seeds, pool) for aim in aims]
    told = "; ".join(
        ", ".join(
            f"{factor_called(name)} {number(fit.interval(name)[0])} to {number(fit.interval(name)[1])}"
            for name in fit.aim.ranges
        )
        + f" (the model's own values lie {'within' if _inside(fit) else 'OUTSIDE'}: loss {number(fit.trials[0].loss)}, "
        f"least {number(fit.best.loss)})"
        for fit in fits
    )
    return Page(
        "What do the data allow?",
        f"Within the data's sampling error lie: {told}. What is calibrated is no evidence.",
        tuple(_section(fit, seeds) for fit in fits),
        quick,
        len(aims) * trials * seeds,
    )


def _inside(fit: Fit) -> bool:
    """Whether the model's own values, all together, are within the data's sampling error: they are the first trial."""
    return fit.trials[0] in fit.accepted


def _section(fit: Fit, seeds: int) -> Section:
    best = fit.best
    rows = tuple(
        (
            label, "held out" if held else "fitted", number(wanted), number(error), number(figure),
            f"{abs(figure - wanted) / float(np.hypot(error, off)):.1f}",
        )
        for label, held, wanted, error, figure, off in zip(
            fit.aim.labels, fit.aim.held_out, fit.aim.wanted, fit.aim.error, best.figures, best.errors, strict=True
        )
    )  # fmt: skip
    regions = ", ".join(
        f"{factor_called(name)} {number(fit.interval(name)[0])} to {number(fit.interval(name)[1])} "
        f"(best {number(best.values[name])}; the model has {PARAMETERS[name].default})"
        for name in fit.aim.ranges
    )
    return Section(
        fit.aim.question,
        (
            f"{len(fit.trials)} trials of {seeds} worlds each, {len(fit.accepted)} of them within the data's "
            f"sampling error: {regions}. "
            "The table is of the best.",
        ),
        fit.aim.name,
        _profiles(fit),
        "For each parameter the loss of every trial; those under the dotted line cannot be told from the best.",
        Table(("figure", "", "data", "standard error", "model", "standard errors apart"), rows, 2),
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

    return drawn(8.4, 3.8, draw)

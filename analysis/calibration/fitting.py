"""Calibrate to one target with Optuna, and find the values that the data allow.

The result is a region rather than a point: all values for which the model is within the data's sampling error (the
loss, a sum of squared standard errors, is less than its 95 % χ² quantile above the smallest).
"""

from __future__ import annotations

from concurrent.futures import Executor
from dataclasses import dataclass
from functools import partial

import numpy as np
from scipy.stats import chi2

from alliance_sim.declarations.parameters import PARAMETERS
from analysis.calibration.targets import Numbers, Target
from analysis.models import default_of

SURE = 0.95


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

    target: Target
    trials: tuple[Trial, ...]

    @property
    def best(self) -> Trial:
        """The trial with the smallest loss."""
        return min(self.trials, key=lambda trial: trial.loss)

    @property
    def reach(self) -> float:
        """Largest excess over the best loss that is within sampling error."""
        return float(chi2.ppf(SURE, len(self.target.ranges)))

    @property
    def accepted(self) -> list[Trial]:
        """The trials that the data allow."""
        return [trial for trial in self.trials if trial.loss <= self.best.loss + self.reach]

    def interval(self, name: str) -> tuple[float, float]:
        """The lowest and highest accepted value of a parameter."""
        values = [trial.values[name] for trial in self.accepted]
        return min(values), max(values)


def compute_loss(target: Target, figures: Numbers, errors: Numbers) -> float:
    """Compute the loss: squared standard errors between model and data, summed over fitted figures."""
    off = (figures - target.wanted) / np.hypot(target.error, errors)
    return float((off[~target.held_out] ** 2).sum())


def calibrate(target: Target, trials: int, seeds: int, pool: Executor, sampler_seed: int = 1) -> Fit:
    """Calibrate with Optuna's TPE: a quarter of the trials is random, the rest is where TPE expects the least loss.

    All trials share their runs' seeds, so that their losses differ only by the parameters.

    Args:
        target: the calibration target.
        trials: number of trials.
        seeds: runs per trial.
        pool: where runs are simulated.
        sampler_seed: seed of Optuna's sampler; the same seed gives the same trials.
    """
    import optuna

    optuna.logging.set_verbosity(optuna.logging.WARNING)
    found: list[Trial] = []

    def objective(trial: optuna.Trial) -> float:
        values = {name: trial.suggest_float(name, *bounds) for name, bounds in target.ranges.items()}
        measured = np.array(list(pool.map(partial(target.measured, values), range(1, seeds + 1))), dtype=np.float64)
        figures, errors = measured.mean(axis=0), measured.std(axis=0, ddof=1) / np.sqrt(seeds)
        found.append(Trial(values, figures, errors, compute_loss(target, figures, errors)))
        return found[-1].loss

    sampler = optuna.samplers.TPESampler(seed=sampler_seed, n_startup_trials=max(4, trials // 4), multivariate=False)
    study = optuna.create_study(sampler=sampler)
    if shipped := {name: default_of(name) for name in target.ranges if name in PARAMETERS}:
        study.enqueue_trial(shipped)  # the first trial is always the model's own values
    study.optimize(objective, n_trials=trials)
    return Fit(target, tuple(found))

"""Calibrate to published data: a calibrated outcome is not evidence.

A design of runs is emulated by Gaussian processes. History matching rules out values, and ABC-SMC gives the posterior.
A part of each data set is held out and predicted.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from analysis.calibration.fit import design, fit_target, simulate_design
from analysis.calibration.page import build_page
from analysis.calibration.targets import KEY_STAGE_2, REGISTER, Target, attainment_target, survival_target
from analysis.pages.page import Page
from analysis.pages.results_folder import PAIRED, refuse
from analysis.paired_runs import PairedRuns

LOG_POINTS, SEEDS = 6, 8
QUICK_LOG_POINTS, QUICK_SEEDS = 4, 2


def load_targets(data: Path) -> list[Target]:
    """Build both targets, or refuse with one sentence if the data are missing."""
    for name in (REGISTER, KEY_STAGE_2):
        if not (data / name).is_file():
            refuse(f"{data / name} does not exist; give --data, the folder with {REGISTER} and {KEY_STAGE_2}")
    return [survival_target(data), attainment_target(data)]


def analyse(folder: Path, targets: Sequence[Target], *, quick: bool) -> Page:
    """Calibrate to each target and build the page.

    Args:
        folder: where figures of runs are stored, so that the same command simulates only what is missing.
        targets: the calibration targets.
        quick: whether to use a small design for a first look.
    """
    log_points, seeds = (QUICK_LOG_POINTS, QUICK_SEEDS) if quick else (LOG_POINTS, SEEDS)
    with PairedRuns(seeds, folder=folder / PAIRED) as runs:
        designs = [design(target, log_points) for target in targets]
        figures = [simulate_design(target, runs, unit) for target, unit in zip(targets, designs, strict=True)]
    fits = [fit_target(*one) for one in zip(targets, designs, figures, strict=True)]
    return build_page(fits, quick=quick)

"""Calibrate by Optuna to published data: a calibrated outcome is not evidence.

A part of each data set is held out and compared separately.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from analysis.calibration.fitting import calibrate
from analysis.calibration.page import build_page
from analysis.calibration.targets import KEY_STAGE_2, REGISTER, Target, attainment_target, survival_target
from analysis.pages.page import Page
from analysis.pages.results_folder import refuse


def load_targets(data: Path) -> list[Target]:
    """Build both targets, or refuse with one sentence if the data are missing."""
    for name in (REGISTER, KEY_STAGE_2):
        if not (data / name).is_file():
            refuse(f"{data / name} does not exist; give --data, the folder with {REGISTER} and {KEY_STAGE_2}")
    return [survival_target(data), attainment_target(data)]


def analyse(targets: Sequence[Target], *, quick: bool) -> Page:
    """Calibrate to each target and build the page.

    Args:
        targets: the calibration targets.
        quick: whether to use few trials for a first look.
    """
    trials, seeds = (12, 2) if quick else (120, 8)
    with ProcessPoolExecutor(mp_context=get_context("forkserver")) as pool:
        fits = [calibrate(target, trials, seeds, pool) for target in targets]
    return build_page(fits, seeds, quick=quick)

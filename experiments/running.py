"""Run an experiment: sweep its study and evaluate its expectations."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import pandas as pd

from alliance_sim.files import write_atomically
from alliance_sim.statistics.verdicts import ABOVE, BELOW, Verdict
from alliance_sim.study import Results, Study
from alliance_sim.study.spec.model_version import model_version
from experiments import experiment as experiment_named
from experiments.experiment import Experiment, Finding, findings, verdict

SEEDS = range(1001, 1031)
"""Seeds of the full form. Those below served to choose free values (``analysis/free_values.toml``)."""
FOUND, ALL_FOUND = "findings.json", "experiments.json"


class InterruptedSweepError(RuntimeError):
    """An experiment cannot be evaluated because its sweep was interrupted."""


class FailedRunsError(RuntimeError):
    """An experiment cannot be evaluated because some of its runs failed."""


@dataclass(frozen=True)
class ExperimentResult:
    """The result of an experiment.

    Attributes:
        name: the experiment's name.
        experiment: the experiment.
        quick: whether the quick form was run.
        runs: number of runs.
        found: one finding per expectation.
        frame: the study's results, one row per run and half-term.
        factors: names of the varied factors.
    """

    name: str
    experiment: Experiment
    quick: bool
    runs: int
    found: list[Finding]
    frame: pd.DataFrame
    factors: list[str]

    @property
    def verdict(self) -> Verdict:
        """Whether all of its expectations hold that are not secondary."""
        return verdict(self.found)


def run(
    name: str, out: Path, *, quick: bool = False, progress: Callable[[int, int], None] | None = None
) -> ExperimentResult:
    """Run the experiment's study as far as results are missing, and evaluate its expectations.

    Args:
        name: the experiment's name.
        out: the folder of all results; this experiment's are in ``out/name``.
        quick: whether to use few seeds for a first look, which is no evidence.
        progress: called after each commit with the numbers of finished and of all runs.

    Raises:
        StudyError: if the folder holds other results.
        InterruptedSweepError: if the sweep was interrupted before all runs were done.
        FailedRunsError: if a run failed.
    """
    experiment = experiment_named(name)
    folder = out / name
    folder.mkdir(parents=True, exist_ok=True)
    form = "quick" if quick else "full"
    study_file = folder / f"{form}.toml"
    study_file.write_text(study_text(experiment, quick=quick), encoding="utf-8")
    study = Study.load(study_file)
    runs_folder = folder / f"{form}_runs"
    swept = study.run(runs_folder, progress=progress)
    if swept.interrupted:
        done = swept.before + swept.done
        raise InterruptedSweepError(
            f"the sweep of {name} was interrupted after {done} of {study.runs} runs, so nothing was evaluated; "
            "the same command resumes it"
        )
    if swept.failed:
        reason = swept.first_failures[0].reason
        raise FailedRunsError(
            f"{swept.failed} of {study.runs} runs of {name} failed, so nothing was evaluated; the first: {reason}"
        )
    results = Results.open(runs_folder)
    frame = results.frame()
    result = ExperimentResult(name, experiment, quick, study.runs, findings(experiment, frame), frame, results.factors)
    (folder / FOUND).write_text(json.dumps(to_json(result), indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return result


def study_text(experiment: Experiment, *, quick: bool) -> str:
    """Format the experiment's study as a study file."""
    seeds = experiment.quick_seeds if quick else list(SEEDS)
    return f"question = {json.dumps(experiment.question, ensure_ascii=False)}\nseeds = {seeds}\n{experiment.study}"


def to_json(result: ExperimentResult) -> dict[str, object]:
    """Return the result as plain data, for the index and for other programs."""
    return {
        "name": result.name,
        "question": result.experiment.question,
        "claim": result.experiment.claim,
        "quick": result.quick,
        "runs": result.runs,
        "verdict": result.verdict,
        "findings": [
            asdict(one.expectation)
            | {"effect": one.interval.estimate, "low": one.interval.low, "high": one.interval.high}
            | {"n": one.interval.n, "method": one.interval.method, "verdict": one.verdict}
            for one in result.found
        ],
    }


def write_all(results: Sequence[ExperimentResult], out: Path) -> Path:
    """Write the findings of all experiments as one file, from which THEORY.md's table is made; return its path.

    It has the form of the results of ``python -m analysis``, which reads it.
    """
    entries = [
        {
            "number": one.name,
            "name": one.experiment.question,
            "effects": [
                {"key": str(place), "what": found.expectation.what, "interval": asdict(found.interval)}
                | ({} if found.difference is None else {"difference": asdict(found.difference)})
                for place, found in enumerate(one.found, 1)
            ],
            "thresholds": {
                str(place): {
                    "side": ABOVE if found.expectation.side == "over" else BELOW,
                    "value": found.expectation.by,
                    "secondary": found.expectation.secondary,
                }
                for place, found in enumerate(one.found, 1)
            },
        }
        for one in results
    ]
    document = {
        "command": "experiments",
        "model": model_version(),
        "date": datetime.now(UTC).date().isoformat(),
        "seeds": len(SEEDS),
        "first_seed": SEEDS.start,
        "entries": entries,
        "format": 1,
    }
    path = out / ALL_FOUND
    write_atomically(path, json.dumps(_without_nan(document), indent=1, ensure_ascii=False, allow_nan=False) + "\n")
    return path


def _without_nan(value: Any) -> Any:
    if isinstance(value, dict):
        items = cast("dict[str, Any]", value).items()
        return {key: _without_nan(one) for key, one in items if not (isinstance(one, float) and math.isnan(one))}
    return [_without_nan(one) for one in cast("list[Any]", value)] if isinstance(value, list) else value

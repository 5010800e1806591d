"""An experiment is run: its study is swept, its expectations are put to the results, and its page is written."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import pandas as pd

from alliance_sim.study import Results, Study
from experiments import experiment as experiment_named
from experiments.experiment import Experiment, Finding, findings, verdict

SEEDS = 30
FOUND = "findings.json"


@dataclass(frozen=True)
class Ran:
    """What came of an experiment."""

    name: str
    experiment: Experiment
    quick: bool
    worlds: int
    found: list[Finding]
    frame: pd.DataFrame
    factors: list[str]

    @property
    def verdict(self) -> str:
        """``holds``, ``holds in part`` or ``does not hold``."""
        return verdict(self.found)


def run(name: str, out: Path, *, quick: bool = False, told: Callable[[int, int], None] | None = None) -> Ran:
    """Sweep what is not swept yet, and judge.

    Args:
        name: the experiment's.
        out: the folder of all results; this one's lie in ``out/name``.
        quick: with few worlds, for a first look: nothing may be concluded from it.
        told: called after each commit with the worlds done and the worlds in all.

    Raises:
        StudyError: if other things lie there.
    """
    asked = experiment_named(name)
    folder = out / name
    folder.mkdir(parents=True, exist_ok=True)
    form = "quick" if quick else "full"
    study_file = folder / f"{form}.toml"
    study_file.write_text(study_text(asked, quick=quick), encoding="utf-8")
    study = Study.load(study_file)
    runs = folder / f"{form}_runs"
    swept = study.run(runs, told=told)
    if swept.failed:
        raise RuntimeError(f"{swept.failed} worlds failed: {swept.first_failures[0].reason}")
    results = Results.open(runs)
    frame = results.frame()
    ran = Ran(name, asked, quick, study.runs, findings(asked, frame), frame, results.factors)
    (folder / FOUND).write_text(
        json.dumps(mechanisms_manifest(ran), indent=2, ensure_ascii=False) + "\n", encoding="utf-8"
    )
    return ran


def study_text(asked: Experiment, *, quick: bool) -> str:
    """The experiment's study, as a file."""
    seeds = asked.quick_seeds if quick else SEEDS
    return f"question = {json.dumps(asked.question, ensure_ascii=False)}\nseeds = {seeds}\n{asked.study}"


def mechanisms_manifest(ran: Ran) -> dict[str, object]:
    """What came of it, as plain data: for the index, and for who reads it with a program."""
    return {
        "name": ran.name,
        "question": ran.experiment.question,
        "claim": ran.experiment.claim,
        "quick": ran.quick,
        "worlds": ran.worlds,
        "verdict": ran.verdict,
        "findings": [
            {**asdict(one.expectation), "effect": one.effect, "low": one.low, "high": one.high, "holds": one.holds}
            for one in ran.found
        ],
    }

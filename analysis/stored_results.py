"""Results of checks as a file: effects with intervals and thresholds, model version, seeds and date.

The files in ``analysis/results`` are those from which the tables of THEORY.md are made.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from alliance_sim.files import write_atomically
from alliance_sim.statistics import Interval
from alliance_sim.study.spec.model_version import model_version
from analysis.evidence import Check, Effect, Evaluation
from analysis.paired_runs import PairedRuns
from analysis.thresholds import Threshold

FOLDER = Path(__file__).parent / "results"
"""Results from which THEORY.md's tables are made."""
FORMAT = 1


class StoredResultsError(Exception):
    """A file of results cannot be used; the message says why and what to do."""


@dataclass(frozen=True)
class Entry:
    """The effects of one pattern, claim or config.

    Attributes:
        number: the pattern's number, the row's id, or the name of a config or experiment.
        name: its title.
        effects: its effects.
        thresholds: the threshold of each effect at the time of the run, by key; empty where none are judged.
        cut: what its ablation removes; empty if there is none.
        ablated: the same effects without the mechanism.
    """

    number: int | str
    name: str
    effects: tuple[Effect, ...]
    thresholds: Mapping[str, Threshold] = field(default_factory=dict)
    cut: str = ""
    ablated: tuple[Effect, ...] = ()

    def evaluation(self, seeds: int) -> Evaluation:
        """Judge the effects by the thresholds of the time of the run."""
        return Evaluation(
            self.number, self.name, tuple(Check(one, self.thresholds[one.key]) for one in self.effects), seeds
        )


@dataclass(frozen=True)
class StoredResults:
    """The results of one command.

    Attributes:
        command: ``patterns``, ``claims``, ``order`` or ``experiments``.
        model: version and digest of the model's code.
        date: the day of the run (UTC), as in 2026-11-28.
        seeds, first_seed: number of paired seeds, and the first of them.
        entries: the effects.
        format: version of this format.
    """

    command: str
    model: str
    date: str
    seeds: int
    first_seed: int
    entries: tuple[Entry, ...]
    format: int = FORMAT

    def evaluations(self) -> list[Evaluation]:
        """Judge all entries by the thresholds of the time of the run."""
        return [entry.evaluation(self.seeds) for entry in self.entries]


def results_of(command: str, runs: PairedRuns, entries: tuple[Entry, ...]) -> StoredResults:
    """Return the results of a command that has just ended."""
    today = datetime.now(UTC).date().isoformat()
    return StoredResults(command, model_version(), today, len(runs.seeds), runs.seeds.start, entries)


def entry_of(found: Evaluation, cut: str = "", ablated: Evaluation | None = None) -> Entry:
    """Return the entry of an evaluation, with that of its ablation."""
    effects = tuple(check.effect for check in found.checks)
    thresholds = {check.effect.key: check.threshold for check in found.checks}
    without = () if ablated is None else tuple(check.effect for check in ablated.checks)
    return Entry(found.number, found.name, effects, thresholds, cut, without)


def write_results(results: StoredResults, folder: Path) -> Path:
    """Write results as JSON, named after their command, and return the path."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{results.command}.json"
    text = json.dumps(_finite(asdict(results)), indent=1, ensure_ascii=False, allow_nan=False)
    write_atomically(path, f"{text}\n")
    return path


def read_results(folder: Path, command: str) -> StoredResults:
    """Read the results of a command.

    Raises:
        StoredResultsError: if the file is missing or not as written by ``write_results``.
    """
    path = folder / f"{command}.json"
    try:
        found = TypeAdapter(StoredResults).validate_json(path.read_bytes())
    except FileNotFoundError:
        raise StoredResultsError(f"{path} does not exist; run python -m analysis {command} RESULTS") from None
    except (ValidationError, ValueError) as error:
        first = str(error).splitlines()[0]
        raise StoredResultsError(f"{path} is not a file of results ({first}); make it again") from error
    if found.format != FORMAT or found.command != command:
        raise StoredResultsError(f"{path} holds {found.command}, format {found.format}; make it again")
    return found


def _finite(value: Any) -> Any:
    """Write numbers that JSON does not have as strings, which are read as numbers again."""
    if isinstance(value, dict):
        return {key: _finite(one) for key, one in value.items() if not _unused(key, one)}
    if isinstance(value, list | tuple):
        return [_finite(one) for one in value]
    return str(value) if isinstance(value, float) and not math.isfinite(value) else value


def _unused(key: str, value: Any) -> bool:
    """Whether a field of ``Interval`` has its default, NaN."""
    return key in Interval.__dataclass_fields__ and key.endswith("_simultaneous") and math.isnan(value)

"""Digests of a run: every column, every outcome, and the outcomes' values at the last half-term."""

from __future__ import annotations

import hashlib
import json
import math
import platform
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from tests.golden.cases import HALF_TERMS, HERE, Case
from tests.golden.interface import Results, Study, columns_of, set_threads

STORED = HERE / "stored"
DIGITS = 12
"""Hexadecimal digits stored of each SHA-256: 48 bits, so that all stored files together stay small."""
ABSENT = "-"

type Digests = Mapping[str, str]


@dataclass(frozen=True)
class Record:
    """The digests of one run.

    Attributes:
        columns: a digest for each column, and for each frame of outcomes by alliance and school.
        outcomes: a digest for each outcome's whole series.
        last: each outcome's value at the last half-term; None where it is undefined.
    """

    columns: Digests
    outcomes: Digests
    last: Mapping[str, float | None]


type Records = dict[tuple[str, str], Record]
"""Records of a group, by case and seed."""


def digest_of(values: Any) -> str:
    """SHA-256 over type, shape and bytes of an array, shortened; of text, over its UTF-8 form."""
    array = np.ascontiguousarray(values)
    content = "\0".join(map(str, array.ravel())).encode() if array.dtype == object else array.tobytes()
    kind = f"{array.dtype.str} {array.shape} ".encode()
    return hashlib.sha256(kind + content).hexdigest()[:DIGITS]


def record_of(case: Case, seed: int, threads: int) -> Record:
    """Simulate a case with this seed on ``threads`` threads."""
    model = case.model(seed)
    set_threads(model, threads)
    model.run_for(HALF_TERMS)
    frames = {"by_alliance": model.outcomes_by_alliance, "by_school": model.outcomes_by_school}
    columns = {name: digest_of(values) for name, values in columns_of(model).items()}
    columns |= {f"outcomes.{name}": _digest_of_frame(frame) for name, frame in frames.items()}
    return Record(columns, *_outcomes(model.outcomes))


def study_record() -> Record:
    """Run the study on two processes; its frame's columns stand for outcomes, their last row for last values."""
    study = Study.load(HERE / "study.toml")
    with tempfile.TemporaryDirectory() as folder:
        study.run(Path(folder) / "study", workers=2)
        frame = Results.open(Path(folder) / "study").frame()
    return Record({"frame.variant": digest_of(frame.pop("variant").astype(object))}, *_outcomes(frame))


def _outcomes(frame: pd.DataFrame) -> tuple[Digests, dict[str, float | None]]:
    series = {str(name): frame[name].to_numpy() for name in frame}
    last = {name: float(values[-1]) for name, values in series.items()}
    return (
        {name: digest_of(values) for name, values in series.items()},
        {name: None if math.isnan(value) else value for name, value in last.items()},
    )


def _digest_of_frame(frame: pd.DataFrame) -> str:
    """Compute a digest without the names of columns, so that renaming one changes no digest."""
    return digest_of(np.array([digest_of(frame[name].to_numpy()) for name in frame], object))


def versions() -> dict[str, str]:
    """Return the versions on which digests depend besides the library; the last bit may differ between machines."""
    return {"machine": platform.machine()} | {name: version(name) for name in ("numpy", "numba", "llvmlite")}


def text_of(records: Records) -> str:
    """Format the records of a group: names once, then for each case and seed the digests in their order."""
    columns = sorted({name for record in records.values() for name in record.columns})
    outcomes = sorted({name for record in records.values() for name in record.outcomes})
    cases: dict[str, Any] = {}
    for (case, seed), record in sorted(records.items()):
        cases.setdefault(case, {})[seed] = {
            "columns": " ".join(record.columns.get(name, ABSENT) for name in columns),
            "outcomes": " ".join(record.outcomes.get(name, ABSENT) for name in outcomes),
            "last": dict(sorted(record.last.items())),
        }
    whole = {"versions": versions(), "columns": columns, "outcomes": outcomes, "cases": cases}
    return json.dumps(whole, indent=1, ensure_ascii=False) + "\n"


def stored_records(group: str) -> Records:
    """Read the stored records of a group; empty if it has no file."""
    path = STORED / f"{group}.json"
    return records_in(path.read_text(encoding="utf-8")) if path.exists() else {}


def records_in(text: str) -> Records:
    """Parse the records in a stored text."""
    whole = json.loads(text)

    def digests(names: list[str], row: str) -> Digests:
        return {name: digest for name, digest in zip(names, row.split(), strict=True) if digest != ABSENT}

    return {
        (case, seed): Record(
            digests(whole["columns"], found["columns"]), digests(whole["outcomes"], found["outcomes"]), found["last"]
        )
        for case, seeds in whole["cases"].items()
        for seed, found in seeds.items()
    }


def stored_versions(group: str) -> dict[str, str]:
    """Return the versions with which a group was stored."""
    return json.loads((STORED / f"{group}.json").read_text(encoding="utf-8"))["versions"]

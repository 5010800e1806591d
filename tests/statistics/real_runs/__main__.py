"""Simulate the runs again: ``python -m tests.statistics.real_runs FOLDER [--workers N]``.

The sweep in FOLDER can be resumed. The outcomes at the end of each run, averaged over the last two years as
everywhere, are written to runs.parquet beside this file.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import pandas as pd

from alliance_sim.declarations.outcomes import NAMES
from alliance_sim.study import Results, Study
from tests.statistics.real_runs import FILE, STUDY


def main() -> None:
    """Simulate what is missing and store the ends of all runs."""
    parser = argparse.ArgumentParser(prog="python -m tests.statistics.real_runs")
    parser.add_argument("folder", type=Path, help="folder for the sweep")
    parser.add_argument("--workers", type=int, default=1, help="number of processes")
    given = parser.parse_args()
    study = Study.load(STUDY)
    study.run(given.folder, workers=given.workers)
    results = Results.open(given.folder)
    ends = results.ends()
    if ends.missing:
        raise SystemExit(f"{ends.missing} runs are missing; run the command again")
    seeds = ends.done.shape[1]
    frame = pd.DataFrame(
        {
            "variant": np.repeat([one.name for one in results.manifest.variants], seeds),
            "seed": np.tile(np.arange(1, seeds + 1), 2),
        }
    )
    for name in NAMES:
        frame[name] = ends.values[name].ravel().astype(np.float32)
    frame.attrs = {"model": results.manifest.model, "command": "python -m tests.statistics.real_runs FOLDER"}
    frame.to_parquet(FILE, index=False)


if __name__ == "__main__":
    main()

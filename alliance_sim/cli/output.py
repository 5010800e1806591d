"""Results on disk: all of them or none, and the same bytes each time."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Generator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import alliance_sim
from alliance_sim.cli.errors import Refusal
from alliance_sim.files import clear_leftovers, folder_written_whole, write_whole

if TYPE_CHECKING:
    import pandas as pd

    from alliance_sim.mesa_model.scenario import Scenario

PACKAGES = ("mesa", "numba", "numpy", "pandas", "pyarrow", "scipy", "matplotlib")


@contextmanager
def write_all_or_none(out: Path) -> Generator[Path]:
    """A folder to write into that becomes ``out`` when all is written; on any error nothing is left.

    What a killed run left there or beside it is removed first.

    Raises:
        Refusal: if ``out`` is not new or empty, or nothing can be written there.
    """
    out = Path(os.path.abspath(out))  # noqa: PTH100 - unlike resolve(), keeps a symbolic link as its user named it
    clear_leftovers(out if out.is_dir() else out.parent)
    _refuse_unless_new_or_empty(out)
    with ExitStack() as stack:
        try:
            staging = stack.enter_context(folder_written_whole(out))
        except (FileNotFoundError, NotADirectoryError) as trouble:  # some systems have folders that take none
            above = next(folder for folder in out.parents if folder.exists())
            raise Refusal(f"--out {out}: no folder can be made in {above}; give another place") from trouble
        yield staging
        if staging.parent != out:
            _refuse_unless_new_or_empty(out)  # another process may have come first


def _refuse_unless_new_or_empty(out: Path) -> None:
    if out.is_dir():
        if any(out.iterdir()):
            raise Refusal(f"--out {out}: the folder is not empty; give a new or an empty one")
        if not os.access(out, os.W_OK | os.X_OK):
            raise Refusal(f"--out {out}: nothing can be written into this folder; give another one")
    elif os.path.lexists(out):
        raise Refusal(f"--out {out}: this is no folder; give a new or an empty folder")
    else:
        above = next(folder for folder in out.parents if os.path.lexists(folder))
        if not above.is_dir():
            raise Refusal(f"--out {out}: {above} is no folder; give another place")
        if not os.access(above, os.W_OK | os.X_OK):
            raise Refusal(f"--out {out}: nothing can be written into {above}; give another place")


def write_frame(frame: pd.DataFrame, folder: Path, name: str, *, csv: bool) -> None:
    """One table as Parquet, and as CSV if asked for."""
    frame.to_parquet(folder / f"{name}.parquet", engine="pyarrow", compression="zstd")
    if csv:
        frame.to_csv(folder / f"{name}.csv", index=frame.index.name is not None, lineterminator="\n")


def write_json(document: Mapping[str, Any], path: Path) -> None:
    """A JSON file for people and programs."""
    write_whole(path, json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False) + "\n")


def provenance(command: str, scenarios: Sequence[Scenario], options: Mapping[str, Any]) -> dict[str, Any]:
    """All that is needed to repeat or doubt a result, and nothing that changes from run to run.

    Args:
        command: what to type to repeat it.
        scenarios: what was run.
        options: the options that shaped it, defaults written out.
    """
    return {
        "command": command,
        "options": dict(options),
        "configs": [_config(scenario) for scenario in scenarios],
        "versions": {"alliance_sim": alliance_sim.__version__, "python": platform.python_version()}
        | {package: version(package) for package in PACKAGES},
        "platform": {
            "system": platform.system(),
            "release": platform.release(),
            "machine": platform.machine(),
            "python_implementation": platform.python_implementation(),
        },
    }


def _config(scenario: Scenario) -> dict[str, Any]:
    roster = scenario.roster
    return {
        "name": scenario.name,
        "question": scenario.question,
        "config_hash": scenario.configuration.hash,
        "scenario_hash": scenario.hash,
        "roster": None
        if roster is None
        else {
            "source": roster.source,
            "digest": roster.digest,
            "schools": roster.schools,
            "alliances": roster.alliances,
            "teachers": int(roster.teachers.sum()),
        },
    }

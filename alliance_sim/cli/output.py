"""Write results to disk: all files or none, and the same bytes each time."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Generator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from alliance_sim.cli.errors import Refusal
from alliance_sim.declarations.labels import note_on
from alliance_sim.files import atomic_folder, clear_leftovers, write_atomically
from alliance_sim.version import __version__

if TYPE_CHECKING:
    import pandas as pd

    from alliance_sim.mesa_model.scenario import Scenario

PACKAGES = ("mesa", "numba", "numpy", "pandas", "pyarrow", "scipy", "matplotlib")


@contextmanager
def write_all_or_none(out: Path) -> Generator[Path]:
    """Yield a temporary folder that becomes ``out`` at the end of the block; on an error it is removed.

    Incomplete files that a killed run left there are removed first.

    Raises:
        Refusal: if ``out`` is not new or empty, or cannot be written to.
    """
    out = Path(os.path.abspath(out))  # noqa: PTH100 - unlike resolve(), keeps a symbolic link as its user named it
    clear_leftovers(out if out.is_dir() else out.parent)
    _refuse_unless_new_or_empty(out)
    with ExitStack() as stack:
        try:
            staging = stack.enter_context(atomic_folder(out))
        except (FileNotFoundError, NotADirectoryError) as trouble:  # such as /proc, where no folder can be made
            above = next(folder for folder in out.parents if folder.exists())
            raise Refusal(f"--out {out}: no folder can be made in {above}; give another place") from trouble
        yield staging
        if staging.parent != out:
            _refuse_unless_new_or_empty(out)  # another process may have written there meanwhile


def _refuse_unless_new_or_empty(out: Path) -> None:
    if out.is_dir():
        if any(out.iterdir()):
            raise Refusal(f"--out {out}: the folder is not empty; give a new or an empty one")
        if not os.access(out, os.W_OK | os.X_OK):
            raise Refusal(f"--out {out}: this folder cannot be written to; give another one")
    elif os.path.lexists(out):
        raise Refusal(f"--out {out}: this is not a folder; give a new or an empty folder")
    else:
        above = next(folder for folder in out.parents if os.path.lexists(folder))
        if not above.is_dir():
            raise Refusal(f"--out {out}: {above} is not a folder; give another place")
        if not os.access(above, os.W_OK | os.X_OK):
            raise Refusal(f"--out {out}: {above} cannot be written to; give another place")


def write_frame(frame: pd.DataFrame, folder: Path, name: str, *, csv: bool) -> None:
    """Write a table as Parquet, and also as CSV if ``csv`` is true."""
    frame.to_parquet(folder / f"{name}.parquet", engine="pyarrow", compression="zstd")
    if csv:
        frame.to_csv(folder / f"{name}.csv", index=frame.index.name is not None, lineterminator="\n")


def write_json(document: Mapping[str, Any], path: Path) -> None:
    """Write an indented JSON file."""
    write_atomically(path, json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False) + "\n")


def provenance(command: str, scenarios: Sequence[Scenario], options: Mapping[str, Any]) -> dict[str, Any]:
    """Return all that is needed to repeat a result, and nothing that changes from run to run.

    Args:
        command: the command line that repeats the work.
        scenarios: the scenarios that were run.
        options: the options that affect the results, defaults included.
    """
    return {
        "command": command,
        "options": dict(options),
        "configs": [_config(scenario) for scenario in scenarios],
        "versions": {"alliance_sim": __version__, "python": platform.python_version()}
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
            "note": note_on(roster),
        },
    }

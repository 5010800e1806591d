"""Results on disk: all of them or none, and the same bytes each time."""

from __future__ import annotations

import json
import os
import platform
import secrets
import shutil
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import alliance_sim
from alliance_sim.cli.refusals import Refusal

if TYPE_CHECKING:
    import pandas as pd

    from alliance_sim.scenario import Scenario

PACKAGES = ("mesa", "numba", "numpy", "pandas", "pyarrow", "scipy", "matplotlib")


@contextmanager
def all_or_nothing(out: Path) -> Generator[Path]:
    """A folder to write into that becomes ``out`` when all is written; on any trouble nothing is left.

    A new folder grows under a hidden name beside its place and is renamed. A folder that is there already (and empty)
    may be a mount or the current one, so results grow in a hidden folder inside it and are moved up.
    """
    out = Path(os.path.abspath(out))  # noqa: PTH100 - unlike resolve(), keeps a symbolic link as its user named it
    _refuse_unless_new_or_empty(out)
    made = [folder for folder in reversed(out.parents) if not folder.exists()]
    inside = out.exists()
    hidden = f".{out.name[:100]}.partial-{secrets.token_hex(4)}"
    staging = out / hidden if inside else out.with_name(hidden)
    moved: list[Path] = []
    try:
        _make(staging, out)
        yield staging
        if inside:
            for file in sorted(staging.iterdir()):
                moved.append(out / file.name)
                file.replace(out / file.name)
            staging.rmdir()
        else:
            _refuse_unless_new_or_empty(out)  # somebody else may have come first
            staging.rename(out)
    except BaseException as trouble:
        shutil.rmtree(staging, ignore_errors=True)
        for file in moved:
            file.unlink(missing_ok=True)
        for folder in reversed(made):
            if folder.is_dir() and not any(folder.iterdir()):
                folder.rmdir()
        if isinstance(trouble, OSError) and trouble.filename:  # the user gave one name and never saw the hidden one
            trouble.filename = str(trouble.filename).replace(str(staging), str(out))
        raise


def _make(staging: Path, out: Path) -> None:
    try:
        staging.mkdir(parents=True)
    except (FileNotFoundError, NotADirectoryError) as trouble:  # some systems have folders that take none
        above = next(folder for folder in out.parents if folder.exists())
        raise Refusal(f"--out {out}: no folder can be made in {above}; give another place") from trouble


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


def written_whole(text: str, path: Path) -> None:
    """A file with this text: all of it, or what was there before."""
    unfinished = path.with_name(f".{path.name[:100]}.partial-{secrets.token_hex(4)}")
    try:
        unfinished.write_text(text, "utf-8")
        unfinished.replace(path)
    except BaseException as trouble:
        unfinished.unlink(missing_ok=True)
        if isinstance(trouble, OSError) and trouble.filename:  # the user never saw the hidden name
            trouble.filename = str(path)
        raise


def write_json(document: Mapping[str, Any], path: Path) -> None:
    """A JSON file for people and programs."""
    path.write_text(json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False) + "\n", "utf-8")


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

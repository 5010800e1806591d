"""Store figures of runs by seed, so that a command that is repeated simulates only what is missing.

A file holds the figures of one function and its arguments. Its name contains a digest of the model's code, the shipped
configs, the numerical environment, the function's module and the arguments, so figures of another version are not read.
"""

from __future__ import annotations

import hashlib
import inspect
import io
import sys
import zipfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from alliance_sim.config import shipped_configs
from alliance_sim.files import write_atomically
from alliance_sim.study.spec.environment import digest_of, environment
from alliance_sim.study.spec.model_version import model_version

type Figures = dict[int, NDArray[Any]]
"""Figures of each seed, all of one shape."""


class StoredRuns:
    """A folder of figures by seed.

    Args:
        folder: where the files are stored; it is created with the first file.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def read(self, function: Callable[..., Any], arguments: tuple[Any, ...]) -> Figures:
        """Return the stored figures of each seed; none if the file is missing or damaged."""
        path = self.folder / file_name(function, arguments)
        try:
            with np.load(io.BytesIO(path.read_bytes()), allow_pickle=False) as found:
                return dict(zip(found["seeds"].tolist(), found["figures"], strict=True))
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
            print(f"{path} is damaged ({error}); its runs are repeated", file=sys.stderr)
            return {}

    def write(self, function: Callable[..., Any], arguments: tuple[Any, ...], figures: Figures) -> None:
        """Write the figures of all seeds in place of those stored before."""
        self.folder.mkdir(parents=True, exist_ok=True)
        content = io.BytesIO()
        seeds = sorted(figures)
        np.savez_compressed(
            content, seeds=np.array(seeds), figures=np.stack([figures[seed] for seed in seeds]),
            of=np.array(f"{function.__module__}.{function.__qualname__}{arguments!r}"),
        )  # fmt: skip
        write_atomically(self.folder / file_name(function, arguments), content.getvalue())


def file_name(function: Callable[..., Any], arguments: tuple[Any, ...]) -> str:
    """Return the name of the file with the figures of a function and its arguments."""
    content = f"{versions()} {_source(function.__module__)} {function.__qualname__} {arguments!r}"
    return f"{function.__name__}-{hashlib.sha256(content.encode()).hexdigest()[:16]}.npz"


@cache
def versions() -> str:
    """Return digests of everything below the function: model, configs, environment and shared modules."""
    configs = hashlib.sha256(b"".join(path.read_bytes() for _, path in sorted(shipped_configs().items())))
    shared = " ".join(_source(f"analysis.{name}") for name in ("models", "requests"))
    return f"{model_version()} {configs.hexdigest()} {digest_of(environment())} {shared}"


@cache
def _source(module: str) -> str:
    found = sys.modules.get(module)
    file = None if found is None else inspect.getsourcefile(found)
    if file is None:
        file = str(Path(__file__).parents[1] / Path(*module.split(".")).with_suffix(".py"))
    return hashlib.sha256(Path(file).read_bytes()).hexdigest()

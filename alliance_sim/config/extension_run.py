"""Run a mechanism's file as a Python module, and translate what it raises."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import sys
import tempfile
import traceback
from pathlib import Path
from types import ModuleType

from alliance_sim.config.errors import ConfigError, refusal, shortened
from alliance_sim.config.extension_imports import refuse_local_contents, watched
from alliance_sim.files import clear_leftovers, write_atomically


def run_file(path: Path, text: str) -> ModuleType:
    """Run a file and return its module.

    Numba caches compiled code beside the file, so a copy of the text is run only if the file is missing or differs.

    Args:
        path: the path of the file when its text was read.
        text: the text.

    Raises:
        ConfigError: if it cannot be run, or imports local files.
    """
    digest = hashlib.sha256(text.encode("utf-8")).hexdigest()
    name = path.stem
    try:
        same = path.read_text(encoding="utf-8") == text
    except (OSError, UnicodeDecodeError):
        same = False
    path = path if same else _write_copy(name, text, digest)
    # Each text has its own module name, so that a process that reads an edited file has both.
    spec = importlib.util.spec_from_file_location(f"mechanism_{name}_{digest[:12]}", path)
    if spec is None or spec.loader is None:
        raise refusal(str(path), None, "Python does not know how to run the mechanism's file; call it something.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    try:
        with watched(path, text):
            spec.loader.exec_module(module)
        refuse_local_contents(module, path)
    except ConfigError:
        del sys.modules[spec.name]
        raise
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # a user's program may raise anything, including SystemExit
        del sys.modules[spec.name]
        raise refusal(str(path), _line_of(error, path), _import_problem(error)) from error
    return module


def _line_of(error: BaseException, path: Path) -> int | None:
    if isinstance(error, SyntaxError) and error.filename == str(path):
        return error.lineno
    rows = [row for row in traceback.extract_tb(error.__traceback__) if row.filename == str(path)]
    return rows[-1].lineno if rows else None


def _import_problem(error: BaseException) -> str:
    """Return the sentence for a mechanism's file that cannot be run."""
    reason = error.msg if isinstance(error, SyntaxError) else str(error)
    raised = shortened(f"{type(error).__name__}: {reason}" if reason else type(error).__name__)
    match error:
        case SystemExit():
            return f"the mechanism ends Python as it is imported ({raised}); remove the call of sys.exit there"
        case ModuleNotFoundError():
            return f"the mechanism cannot be run ({raised}); install the package, or correct its name"
        case ImportError():
            return f"the mechanism cannot be run ({raised}); correct what it imports there"
        case _:
            return f"the mechanism cannot be run ({raised}); correct it there"


def _write_copy(name: str, text: str, digest: str) -> Path:
    """Write the text to a temporary folder, for a worker without the file or after the file was edited."""
    folder = Path(tempfile.gettempdir()) / f"alliance_sim-{os.getuid() if hasattr(os, 'getuid') else 'user'}"
    folder.mkdir(mode=0o700, exist_ok=True)
    if hasattr(os, "getuid") and folder.stat().st_uid != os.getuid():
        raise refusal(str(folder), None, "this folder for mechanisms belongs to another user; remove it")
    path = folder / digest / f"{name}.py"
    path.parent.mkdir(exist_ok=True)
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        clear_leftovers(path.parent)
        write_atomically(path, text)
    return path

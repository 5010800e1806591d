"""The numerical environment: the libraries and the processor that can change results."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from importlib.metadata import version
from typing import Any

PACKAGES = ("numpy", "numba", "llvmlite", "scipy")
FEATURES = "cpu_features"


def environment() -> dict[str, str]:
    """Return the environment of this process: versions of ``PACKAGES``, ``cpu`` and ``cpu_features``.

    ``NUMBA_CPU_NAME`` and ``NUMBA_CPU_FEATURES`` take precedence, as in Numba.
    """
    return dict(_environment(os.environ.get("NUMBA_CPU_NAME"), os.environ.get("NUMBA_CPU_FEATURES")))


@cache
def _environment(cpu: str | None, features: str | None) -> Mapping[str, str]:
    found = {package: version(package) for package in PACKAGES}
    found["cpu"] = cpu or _host()[0]
    if features is None:
        features = "" if (cpu or "").lower() == "generic" else _host()[1]
    return found | {FEATURES: features}


@cache
def _host() -> tuple[str, str]:
    """Return the name and the features of this processor, as LLVM reports them.

    # perf: LLVM takes 40 MB, so a process that does not compile asks a temporary one.
    """
    if sys.executable and "llvmlite" not in sys.modules:
        program = "from alliance_sim.study.spec import environment as e; print(*e.ask_llvm(), sep='|')"
        path = os.pathsep.join(filter(None, sys.path))
        with suppress(OSError, subprocess.SubprocessError, ValueError):
            ran = subprocess.run(  # noqa: S603 - our own interpreter
                [sys.executable, "-c", program],
                capture_output=True,
                text=True,
                check=True,
                env=os.environ | {"PYTHONPATH": path},
            )
            name, features = ran.stdout.rstrip("\n").split("|")
            return name, features
    return ask_llvm()


def ask_llvm() -> tuple[str, str]:
    """Import LLVM and return the name and the features of this processor; features may be unknown and empty."""
    import llvmlite.binding

    llvm: Any = llvmlite.binding
    try:
        features = str(llvm.get_host_cpu_features().flatten())
    except RuntimeError:  # LLVM does not know the features of every processor
        features = ""
    return str(llvm.get_host_cpu_name()), features


def digest_of(found: Mapping[str, str]) -> str:
    """Return the digest of an environment that enters the keys of runs, twelve hexadecimal digits."""
    known = {name: found.get(name, "") for name in (*PACKAGES, "cpu", FEATURES)}
    return hashlib.sha256(json.dumps(known, sort_keys=True).encode()).hexdigest()[:12]


def differences(before: Mapping[str, str], now: Mapping[str, str]) -> str:
    """Return how two environments differ, as in ``numba 0.61.0, now 0.68.1``; empty if they are the same."""
    sentences = [
        f"{name} {before.get(name) or 'unknown'}, now {now.get(name) or 'unknown'}"
        for name in (*PACKAGES, "cpu")
        if before.get(name) != now.get(name)
    ]
    if before.get(FEATURES) != now.get(FEATURES) and before.get("cpu") == now.get("cpu"):
        sentences.append("other processor features")
    return "; ".join(sentences)


def read_environment(text: str) -> dict[str, str]:
    """Return an environment from the JSON of a part's footer; empty where it is none."""
    try:
        found: Any = json.loads(text or "{}")
    except (ValueError, RecursionError):
        return {}
    return {str(name): str(value) for name, value in found.items()} if isinstance(found, dict) else {}

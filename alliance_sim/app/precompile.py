"""Compile optional modules in another process, so that the page does not stand still meanwhile.

The rules of an optional module are compiled when a run first uses them, which takes up to a minute on a new machine.
``alliance-sim serve`` has all presets compiled in a second process, and further combinations of modules on request.
Under ``solara run`` nothing is compiled in advance: a module is compiled when a run first uses it.
"""

from __future__ import annotations

import atexit
import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable, Mapping
from typing import IO, cast

from alliance_sim.config import Configuration, changed, default_configuration
from alliance_sim.declarations.parameters import Value
from alliance_sim.engine.modules.registry import modules_of

type Names = frozenset[str]

NOT_YET = (
    "The modules of these systems are being compiled in the background, which takes up to a minute and is necessary "
    "only once on this machine; try again then"
)


class Preparation:
    """The sets of modules that are compiled, by the names of the modules that are on together."""

    def __init__(self) -> None:
        self._ready: set[Names] = set()
        self._requested: set[Names] = set()
        self._started = False

    def begin(
        self, ready: Iterable[Configuration], wanted: Iterable[Configuration], then: Callable[[], None] = lambda: None
    ) -> None:
        """Start compiling; from now on, systems are refused until their modules are compiled.

        Args:
            ready: configurations whose modules are compiled already.
            wanted: configurations to compile, in this order.
            then: called from another thread when all of them are compiled.
        """
        self._started = True
        self._ready |= {names_of(configuration) for configuration in ready}
        self._prepare(list(wanted), then)

    def reason_to_wait(self, configuration: Configuration, policy: Mapping[str, Value] | None = None) -> str:
        """Return why a configuration cannot be simulated yet, as a sentence; empty if it can.

        Its modules are compiled from now on.

        Args:
            configuration: the configuration of a system.
            policy: its policy, where that differs from the configuration.
        """
        if policy:
            configuration = changed(configuration, policy)
        if not self._started or configuration.mechanisms or self._has(names_of(configuration)):
            return ""
        self._prepare([configuration])
        return "" if self._has(names_of(configuration)) else NOT_YET

    def _has(self, names: Names) -> bool:
        return not names or any(names <= others for others in self._ready)

    def _prepare(self, wanted: list[Configuration], then: Callable[[], None] = lambda: None) -> None:
        new = {
            names_of(one): one
            for one in wanted
            if names_of(one) not in self._requested and not self._has(names_of(one))
        }
        self._requested |= set(new)
        threading.Thread(target=self._compile_in_background, args=(new, then), daemon=True).start()

    def _compile_in_background(self, wanted: Mapping[Names, Configuration], then: Callable[[], None]) -> None:
        if wanted:
            with subprocess.Popen(
                [sys.executable, "-c", "from alliance_sim.app.precompile import compile_requests; compile_requests()"],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
            ) as process:  # fmt: skip
                atexit.register(process.kill)
                requests, answers = cast("IO[str]", process.stdin), cast("IO[str]", process.stdout)
                requests.writelines(f"{json.dumps(one.values)}\n" for one in wanted.values())
                requests.close()
                for names, _ in zip(wanted, answers, strict=False):
                    self._ready.add(names)
            atexit.unregister(process.kill)
            self._ready |= set(wanted)  # if the other process failed, the module is compiled here at its first use
        then()


def names_of(configuration: Configuration) -> Names:
    """Return the names of the modules that are on in a configuration."""
    return frozenset(module.name for module in modules_of(configuration))


def compile_requests() -> None:
    """Compile the configurations that arrive on standard input, one per line, and write a line when each is done."""
    getattr(os, "nice", int)(10)  # the page has priority
    from alliance_sim.comparison.parallel import prepare

    for line in sys.stdin:
        values = {name: tuple(value) if isinstance(value, list) else value for name, value in json.loads(line).items()}
        prepare([default_configuration(values)])
        print("ready", flush=True)


PREPARATION = Preparation()
"""The compiled modules of this process."""

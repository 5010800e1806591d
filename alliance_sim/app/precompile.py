"""Which worlds can be lived at once; what others need is compiled in a process beside.

A switchable module's rules are compiled when a world first has it on, up to a minute on a new machine. A class shall
not wait for that with a page that stands still: ``alliance-sim serve`` has the pairs of worlds to begin with prepared
beside, and whatever else somebody asks for. Where nobody began that (``solara run``), a world is compiled as it opens.
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
    "What these worlds need is being prepared beside the lesson, which takes up to a minute and on this machine only "
    "once. Try again then"
)


class Preparation:
    """What is compiled, by the names of modules that are on together."""

    def __init__(self) -> None:
        self._ready: set[Names] = set()
        self._asked: set[Names] = set()
        self._began = False

    def begin(
        self, ready: Iterable[Configuration], wanted: Iterable[Configuration], then: Callable[[], None] = lambda: None
    ) -> None:
        """From now on worlds are refused until they are prepared.

        Args:
            ready: of worlds that can be lived already.
            wanted: of worlds to prepare, in this order.
            then: called, from another thread, once all of them are.
        """
        self._began = True
        self._ready |= {names_of(configuration) for configuration in ready}
        self._prepare(list(wanted), then)

    def why_not_yet(self, configuration: Configuration, policy: Mapping[str, Value] | None = None) -> str:
        """Why a world of this configuration cannot be lived now, in a sentence; empty if it can.

        What it needs is prepared from now on.

        Args:
            configuration: the world's.
            policy: what policy is, or is to become, where that is something else.
        """
        if policy:
            configuration = changed(configuration, policy)
        if not self._began or configuration.mechanisms or self._has(names_of(configuration)):
            return ""
        self._prepare([configuration])
        return "" if self._has(names_of(configuration)) else NOT_YET

    def _has(self, names: Names) -> bool:
        return not names or any(names <= others for others in self._ready)

    def _prepare(self, wanted: list[Configuration], then: Callable[[], None] = lambda: None) -> None:
        new = {
            names_of(one): one for one in wanted if names_of(one) not in self._asked and not self._has(names_of(one))
        }
        self._asked |= set(new)
        threading.Thread(target=self._prepare_beside, args=(new, then), daemon=True).start()

    def _prepare_beside(self, wanted: Mapping[Names, Configuration], then: Callable[[], None]) -> None:
        if wanted:
            with subprocess.Popen(
                [sys.executable, "-c", "from alliance_sim.app.precompile import beside; beside()"],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
            ) as process:  # fmt: skip
                atexit.register(process.kill)
                asking, answers = cast("IO[str]", process.stdin), cast("IO[str]", process.stdout)
                asking.writelines(f"{json.dumps(one.values)}\n" for one in wanted.values())
                asking.close()
                for names, _ in zip(wanted, answers, strict=False):
                    self._ready.add(names)
            atexit.unregister(process.kill)
            self._ready |= set(wanted)  # one that could not be prepared there is compiled here, as it opens
        then()


def names_of(configuration: Configuration) -> Names:
    """The modules that are on in a world of this configuration, by name."""
    return frozenset(module.name for module in modules_of(configuration))


def beside() -> None:
    """What the other process does: a configuration a line comes in, and a line goes out when its world can be lived."""
    getattr(os, "nice", int)(10)  # it gives way to the page
    from alliance_sim.comparison.parallel import prepare

    for line in sys.stdin:
        values = {name: tuple(value) if isinstance(value, list) else value for name, value in json.loads(line).items()}
        prepare([default_configuration(values)])
        print("ready", flush=True)


PREPARATION = Preparation()
"""Of this process."""

"""The command line, ``alliance-sim``."""

from alliance_sim.cli.entry import main

__all__ = ["main"]

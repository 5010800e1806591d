"""The command line, ``alliance-sim``."""

from alliance_sim.cli.ending import main

__all__ = ["main"]

"""The command line, ``alliance-sim``."""

from alliance_sim.cli.main import main

__all__ = ["main"]

"""Run the command line: ``python -m alliance_sim`` equals ``alliance-sim``."""

import sys

from alliance_sim.cli import main

if __name__ == "__main__":  # worker processes import this file again
    sys.exit(main())

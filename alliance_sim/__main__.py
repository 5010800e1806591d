"""``python -m alliance_sim`` is ``alliance-sim``."""

import sys

from alliance_sim.cli import main

if __name__ == "__main__":  # worker processes import this file once more
    sys.exit(main())

"""Make ``benchmarks``, which is not part of the package, importable from any working directory."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[2]))

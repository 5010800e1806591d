"""The peer lives beside the package, not in it: make it importable wherever the tests are run from."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[2]))

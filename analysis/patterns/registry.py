"""All patterns and claims, of the core and of optional modules, and those that the model does not show.

``python -m analysis patterns`` and ``claims`` run the checks; ``tests/analysis/patterns`` asserts the verdicts.
"""

from __future__ import annotations

from analysis.evidence import Evaluate
from analysis.patterns import core_claims, module_claims, module_patterns
from analysis.patterns.core_patterns import CORE_PATTERNS

PATTERNS: dict[int, Evaluate] = {**CORE_PATTERNS, **module_patterns.MODULE_PATTERNS}
"""The check of each pattern, by its number in MODEL 8."""
PATTERNS_NOT_SHOWN = module_patterns.NOT_SHOWN
CORE_CLAIMS = core_claims.CORE_CLAIMS
MODULE_CLAIMS = module_claims.MODULE_CLAIMS
CLAIMS: dict[str, Evaluate] = {**CORE_CLAIMS, **MODULE_CLAIMS}
"""The check of each claim, by the id of its theory row."""
CLAIMS_NOT_SHOWN = (*core_claims.NOT_SHOWN, *module_claims.NOT_SHOWN)
"""What the model does not show; THEORY.md states what it shows instead."""

"""Closed forms agree with the rules."""

from __future__ import annotations

from analysis.patterns.exact_checks import exact_checks


def test_all_exact_checks_hold():
    verdict = exact_checks()
    assert verdict.holds, "\n".join(str(check) for check in verdict.checks)

"""A half-term has not become slower relative to a fixed kernel (benchmarks/guard.py)."""

from __future__ import annotations

from benchmarks.guard import LIMIT, USUAL, within_limit


def test_a_half_term_costs_no_more_than_it_did():
    fine, found = within_limit()
    assert fine, f"a half-term costs {found:.2f} kernels, and should cost at most {USUAL * LIMIT:.2f}"

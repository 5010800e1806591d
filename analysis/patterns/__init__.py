"""Patterns of MODEL 8 and claims of theory rows: their checks, ablations and exact checks."""

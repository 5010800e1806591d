"""Declarations of parameters, outcomes, columns, maturity strands and modules: data only, no compiled code."""

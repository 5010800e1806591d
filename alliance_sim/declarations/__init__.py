"""Declarations of parameters, outcomes, maturity strands and modules: data only, without compiled code."""

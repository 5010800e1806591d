"""Benchmarks: the project beside plainer ways of doing the same."""

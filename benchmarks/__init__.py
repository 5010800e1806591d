"""Benchmarks: compare the project with simpler implementations of the same rules."""

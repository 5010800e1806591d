"""Decomposition of the gap between two configs: which difference makes how much of it."""

"""Paired runs of two configs, and the differences between them."""

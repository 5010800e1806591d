"""Sweeps: tasks on worker processes or a cluster."""

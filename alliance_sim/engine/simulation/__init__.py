"""A simulation in order: initialization, phases of a half-term, events, measures."""

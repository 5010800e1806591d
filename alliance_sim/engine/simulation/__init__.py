"""A simulation: initialization, the phases of a half-term, events and measures."""

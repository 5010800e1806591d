"""Names of version 0.1 that are still accepted, with a warning, until version 0.3."""

from __future__ import annotations

OLD_EVENT_KEY = "happens"
"""The key of ``[[events]]`` that is now ``event``."""
OLD_FUNCTIONS = {
    "staff_of": "alliance_teachers",
    "ties_of_staff": "alliance_ties",
    "ties_beyond": "external_ties",
    "is_among": "in_range",
    "luck_for": "stream_for",
}
"""Functions of ``alliance_sim.extending`` by their old names, with the new names."""
REMOVED = {"attainment.noise_sd": "attainment.cohort_sd and attainment.pupil_sd"}
"""Parameters of version 1 of the model that are gone, with those in their place."""

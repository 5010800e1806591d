"""Sentences that stand beside simulated outcomes of real schools."""

from __future__ import annotations

from alliance_sim.declarations.roster import Roster

ILLUSTRATIVE = (
    "Illustrative: names of schools and alliances are real; trust, practice and all other outcomes are simulated. "
    "This is no statement about any school."
)
"""Stands wherever simulated outcomes are shown beside names of a list."""

ANONYMISED = (
    "Names and numbers of schools and alliances are replaced, in the same way whenever this list is read. Sizes and "
    "distances are kept, by which a school may still be recognised."
)

ANONYMOUS_SOURCE = "anonymised list"
"""The source of a roster whose names are replaced."""

SIMULATED = "simulated"


def note_on_list(name: str | None) -> str:
    """Return the sentence that stands beside results of a study with a list of schools; empty without a list.

    Args:
        name: the name of the list.
    """
    if not name:
        return ""
    which = f"an {name}" if name == ANONYMOUS_SOURCE else f"the list {name}"
    simulated = "all outcomes are simulated. This is no statement about any school."
    return f"Illustrative: the schools are those of {which}; {simulated}"


def note_on(roster: Roster | None) -> str:
    """Return the sentence that stands beside simulated outcomes of a roster; empty where its schools are sampled."""
    if roster is None or roster.source == "drawn":
        return ""
    if roster.source == ANONYMOUS_SOURCE:
        return f"Illustrative: all outcomes are simulated and no statement about any school. {ANONYMISED}"
    return ILLUSTRATIVE

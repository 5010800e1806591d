"""A lesson: screens in order, the two systems that they show, and the events that can be tried. Data only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from alliance_sim.app.language import ENGLISH
from alliance_sim.config import Configuration

FAVOUR, PROMISE, LADDER, COORDINATOR = "favour", "promise", "ladder", "coordinator"
SYSTEMS, BET, REVEAL, EVENT, CHANCE = "systems", "bet", "reveal", "event", "chance"
KINDS: dict[str, str] = {
    FAVOUR: "two teachers and one favour: the chance that help is granted",
    PROMISE: "promises kept and broken, and the trust that follows",
    LADDER: "one alliance and the four levels of working together",
    COORDINATOR: "the same alliance with and without a coordinator",
    SYSTEMS: "two systems with the same schools and the same random numbers",
    BET: "where one outcome will be at the end: the class bets on the plot",
    REVEAL: "the outcome, beside the bets",
    EVENT: "an event, and the same run without it",
    CHANCE: "the same systems with many seeds",
}
"""The kinds of screens, with what each shows."""
BOTH, FIRST, SECOND = "both", "a", "b"
SIDES: dict[str, tuple[int, ...]] = {BOTH: (0, 1), FIRST: (0,), SECOND: (1,)}
EVENTS: tuple[str, ...] = (
    "betrayal", "funding_ends", "coordinators_leave", "competition_rises", "head_leaves", "dominant_push", "merger",
    "redraw",
)  # fmt: skip
"""The events that a screen can offer; ``runs.py`` applies them."""


@dataclass(frozen=True)
class LessonSystem:
    """One of the two systems of a screen.

    Attributes:
        title: its name on the page, such as ``Open schools``.
        configuration: every parameter, with dated events.
    """

    title: str
    configuration: Configuration


@dataclass(frozen=True)
class LessonEvent:
    """An event that a screen offers.

    Attributes:
        kind: one of ``EVENTS``.
        year: its date, in years from the start; a fraction is rounded to a half-term.
        system: ``a``, ``b`` or ``both``.
        school: the school that it affects: ``largest``, a name or a URN.
    """

    kind: str
    year: float
    system: str = BOTH
    school: str = "largest"


@dataclass(frozen=True)
class Screen:
    """One screen.

    Attributes:
        id: its name in addresses, unique in the lesson.
        kind: one of ``KINDS``.
        label: one or two words for the progress bar.
        title: the heading; empty for one that follows from the runs.
        caption: a sentence under the picture; empty for one that follows from the runs.
        question: what the class is asked; used by ``bet`` and ``favour``.
        systems: the two systems. Kinds that show one system show the first.
        outcome: the outcome on the plot, and what the class bets on.
        years: how many years are simulated.
        shown_years: years that a screen shows before the class bets.
        runs: the number of seeds of ``chance``.
        promises: kept promises before one is broken (``promise``).
        names: the two teachers of ``favour`` and ``promise``.
        speech: what each of the two teachers says (``favour``), and what the broken promise was (``promise``).
        events: the events that can be tried, the first one first.
    """

    id: str
    kind: str
    label: str
    title: str
    caption: str
    question: str
    systems: tuple[LessonSystem, LessonSystem]
    outcome: str = "sharing"
    years: int = 10
    shown_years: int = 2
    runs: int = 30
    promises: int = 5
    names: tuple[str, str] = ("Asha", "Ben")
    speech: tuple[str, ...] = ()
    events: tuple[LessonEvent, ...] = ()


@dataclass(frozen=True)
class Lesson:
    """A lesson.

    Attributes:
        name: the file's name without its suffix.
        title: its title.
        question: the question that it answers.
        seed: the seed of all runs but those of ``chance``, which have the seeds from this one on.
        screens: the screens in order.
        path: the file.
        language: the code of the language of its texts, and of all that is shown with them.
    """

    name: str
    title: str
    question: str
    seed: int
    screens: tuple[Screen, ...]
    path: Path
    language: str = ENGLISH
    _by_id: Mapping[str, int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        places = {screen.id: place for place, screen in enumerate(self.screens)}
        object.__setattr__(self, "_by_id", places)

    def place(self, screen_id: str) -> int | None:
        """Return the place of a screen; None if there is no such screen."""
        return self._by_id.get(screen_id)

"""What is kept of a lesson: both runs without an event, and with each event that was tried."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import chain

from alliance_sim.app.language import ENGLISH, _, number, school_name, short_number, speaking
from alliance_sim.app.lesson.lesson import BET, EVENT, REVEAL, SYSTEMS, Lesson, LessonEvent, LessonSystem, Screen
from alliance_sim.app.lesson.recording import RecordedRun
from alliance_sim.app.lesson.runs import both_runs
from alliance_sim.app.lesson.scenes_of_plots import school_row
from alliance_sim.app.lesson.words import EVENT_LABELS, EVENT_TITLES
from alliance_sim.declarations.parameters import HALF_TERMS_A_YEAR

Progress = Callable[[float], None]
MOST_BRANCHES = 13
"""Pairs of runs that are kept at most: one without an event, and a dozen with one."""


@dataclass(frozen=True)
class Branch:
    """Both runs, without an event or with one.

    Attributes:
        label: what is different, such as ``Coordinators leave``.
        half_term: when; ``None`` without an event.
        runs: the runs of both systems.
        question: what the class is asked about the event; empty without one.
    """

    label: str
    half_term: int | None
    runs: tuple[RecordedRun, RecordedRun]
    question: str = ""

    @property
    def year(self) -> float:
        """The year of the event; 0 without one."""
        return (self.half_term or 0) / HALF_TERMS_A_YEAR

    @property
    def sentence(self) -> str:
        """The label with its year."""
        if self.half_term is None:
            return self.label
        return _("{label}, year {year}").format(label=self.label, year=short_number(self.year))


@dataclass(frozen=True)
class KeptLesson:
    """The runs of a lesson with what a class is asked about them.

    Attributes:
        title: the title of the lesson.
        question: what the class is asked.
        outcome: the outcome that it bets on.
        known_until: the half-term up to which it sees the runs before it bets.
        seed: the seed of the runs.
        systems: the two systems.
        branches: the runs without an event, and with each that was tried.
        language: the code of the language of its texts.
    """

    title: str
    question: str
    outcome: str
    known_until: int
    seed: int
    systems: tuple[LessonSystem, LessonSystem]
    branches: tuple[Branch, ...]
    language: str = ENGLISH

    @property
    def names(self) -> tuple[str, str]:
        """The names of the systems."""
        return self.systems[0].title, self.systems[1].title

    @property
    def without_event(self) -> tuple[RecordedRun, RecordedRun]:
        """The runs of both systems without an event."""
        return self.branches[0].runs

    @property
    def half_terms(self) -> int:
        """The half-terms of each run."""
        return self.without_event[0].half_terms

    @property
    def about(self) -> str:
        """The schools, the years and the random numbers, in one line."""
        roster = self.without_event[0].roster
        years = self.half_terms / HALF_TERMS_A_YEAR
        text = _("{schools} schools, {teachers} teachers, years 0 to {years}, one run (random events no. {seed})")
        return text.format(
            schools=number(roster.schools), teachers=number(int(roster.teachers.sum())), years=short_number(years),
            seed=self.seed,
        )  # fmt: skip

    @property
    def source(self) -> str:
        """The program, its version, the seed and the configs, in one line."""
        from alliance_sim.version import __version__

        configs = ", ".join(dict.fromkeys(system.configuration.name for system in self.systems))
        return _("alliance_sim {version} · seed {seed} · {configs}").format(
            version=__version__, seed=self.seed, configs=configs
        )


def keep_lesson(
    lesson: Lesson, tried: Sequence[LessonEvent] | None = None, progress: Progress = lambda _: None
) -> KeptLesson:
    """Return what is kept of a lesson; runs that were shown are not simulated again.

    Args:
        lesson: the lesson.
        tried: the events that the class has tried; by default those that the lesson offers.
        progress: called with the share that is done; an error that it raises ends the work.

    Raises:
        ValueError: if the lesson has no screen with two systems.
        ConfigError: if an event names a school that does not exist.
    """
    with speaking(lesson.language):
        return _kept(lesson, tried, progress)


def _kept(lesson: Lesson, tried: Sequence[LessonEvent] | None, progress: Progress) -> KeptLesson:
    screen = _main_screen(lesson)
    if tried is None:
        tried = list(chain.from_iterable(one.events for one in lesson.screens if one.kind == EVENT))
    events = [event for event in dict.fromkeys(tried) if event.year < screen.years][: MOST_BRANCHES - 1]
    branches: list[Branch] = []
    for place, event in enumerate((None, *events)):
        runs = both_runs(
            screen, lesson.seed, event, lambda share, place=place: progress((place + share) / (1 + len(events)))
        )
        half_term = None if event is None else round(event.year * HALF_TERMS_A_YEAR)
        branches.append(Branch(_label(event), half_term, runs, _question(event, runs[0])))
    return KeptLesson(
        title=lesson.title,
        question=screen.question or screen.title or lesson.question,
        outcome=screen.outcome,
        known_until=min(screen.shown_years * HALF_TERMS_A_YEAR, screen.years * HALF_TERMS_A_YEAR - 1),
        seed=lesson.seed,
        systems=screen.systems,
        branches=tuple(branches),
        language=lesson.language,
    )


def _main_screen(lesson: Lesson) -> Screen:
    for kind in (BET, REVEAL, SYSTEMS, EVENT):
        for screen in lesson.screens:
            if screen.kind == kind:
                return screen
    raise ValueError(
        _('this lesson cannot be kept as a file: no screen shows two systems; add one of the kind "systems" or "bet"')
    )


def _question(event: LessonEvent | None, run: RecordedRun) -> str:
    if event is None:
        return ""
    school = run.roster.name[school_row(event, run)]
    return _(EVENT_TITLES[event.kind]).format(school=school_name(school), year=short_number(event.year))


def _label(event: LessonEvent | None) -> str:
    if event is None:
        return _("No event")
    label = _(EVENT_LABELS[event.kind])
    if event.system == "both":
        return label
    return _("{label}, only in {letter}").format(label=label, letter=event.system.upper())

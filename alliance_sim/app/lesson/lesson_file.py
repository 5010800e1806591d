"""Read a lesson file and check it; all problems are reported at once, with file, line and suggestion."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from alliance_sim.app.lesson.lesson import BET, EVENT, REVEAL, Lesson, LessonEvent, LessonSystem, Screen
from alliance_sim.app.lesson.messages import checked_lesson
from alliance_sim.app.lesson.schema import LessonTable, ScreenTable, SystemTable
from alliance_sim.config import ConfigError, Configuration, Problem, load_configuration
from alliance_sim.config.files import FileKind, SourceFile, locate, read, shipped_configs, shipped_studies
from alliance_sim.config.resolve import merge_layers
from alliance_sim.config.resources import expected_teachers
from alliance_sim.config.suggestions import nearest
from alliance_sim.config.toml_lines import KeyPath
from alliance_sim.declarations.parameters import HALF_TERMS_A_YEAR
from alliance_sim.study.spec.parameters import checked_changes
from alliance_sim.text import title as title_of

FOLDER = Path(__file__).resolve().parents[1] / "lessons"
FIRST = "who_shares_more"
"""The lesson that is shown without ``--lesson``."""
MOST_TEACHERS = 5_000
"""The most teachers of a system in a lesson, so that a screen is simulated within seconds."""
_SIDES = ("a", "b")


def shipped_lessons() -> Mapping[str, Path]:
    """Return the paths of the lessons that come with the library, by name."""
    return {path.stem: path for path in sorted(FOLDER.glob("*.toml"))}


LESSONS = FileKind("lesson", "lessons", shipped_lessons)


def names_a_lesson(name: str) -> bool:
    """Return whether a name or path refers to a lesson: a shipped one, a file with screens, or a misspelt name.

    A file that cannot be read is no lesson.
    """
    lessons, others = shipped_lessons(), {**shipped_configs(), **shipped_studies()}
    if name in lessons or name in others:
        return name in lessons
    try:
        path, shown_as = locate(name)
        return "screens" in read(path, shown_as).document
    except ConfigError:
        return not Path(name).exists() and bool(nearest(name, lessons)) and not nearest(name, others)


def load_lesson(name_or_path: str | Path = FIRST) -> Lesson:
    """Read a lesson and the configs of its systems.

    Args:
        name_or_path: the name of a shipped lesson, or the path of a file.

    Raises:
        ConfigError: with every problem in the file.
    """
    path, shown_as = locate(name_or_path, kind=LESSONS)
    file = read(path, shown_as)
    table, problems = checked_lesson(file.document, file.place)
    if table is None:
        raise ConfigError(problems)
    return _Reader(file, table).lesson()


def _with_bets(screens: Iterable[Screen]) -> tuple[Screen, ...]:
    """Return the screens; a reveal shows what the bet before it was about."""
    found: list[Screen] = []
    bet: Screen | None = None
    for screen in screens:
        bet = screen if screen.kind == BET else bet
        if screen.kind != REVEAL or bet is None:
            found.append(screen)
            continue
        about = {"systems": bet.systems, "outcome": bet.outcome, "years": bet.years, "shown_years": bet.shown_years}
        found.append(replace(screen, **about))
    return tuple(found)


class _Reader:
    """The content of one lesson file, with the problems found so far."""

    def __init__(self, file: SourceFile, table: LessonTable) -> None:
        self.file, self.table = file, table
        self.problems: dict[Problem, None] = {}

    def lesson(self) -> Lesson:
        """Return the lesson.

        Raises:
            ConfigError: with every problem.
        """
        table = self.table
        first, second = (self._system(getattr(table, side), None, (side,), f"System {side.upper()}") for side in _SIDES)
        screens = [
            self._screen(screen, (first, second), ("screens", place)) for place, screen in enumerate(table.screens)
        ]
        self._check_order()
        if self.problems:
            raise ConfigError(sorted(self.problems, key=lambda problem: problem.line or 0))
        whole = _with_bets(screen for screen in screens if screen is not None)
        return Lesson(
            self.file.path.stem, table.title, table.question, table.seed, whole, self.file.path, table.language
        )

    def _screen(
        self, table: ScreenTable, systems: tuple[LessonSystem | None, LessonSystem | None], path: KeyPath
    ) -> Screen | None:
        found: list[LessonSystem | None] = []
        for side, given in zip(_SIDES, systems, strict=True):
            own: SystemTable | None = getattr(table, side)
            found.append(given if own is None else self._system(own, given, (*path, side), ""))
        self._check_screen(table, path)
        one, other = found
        if one is None or other is None:
            return None  # its problem has been recorded
        lesson = self.table
        names = table.names or lesson.names
        return Screen(
            id=table.id,
            kind=table.kind,
            label=table.label,
            title=table.title or "",
            caption=table.caption or "",
            question=table.question or "",
            systems=(one, other),
            outcome=table.outcome or lesson.outcome,
            years=table.years or lesson.years,
            shown_years=table.shown_years or lesson.shown_years,
            runs=table.runs,
            promises=table.promises,
            names=(names[0], names[1]),
            speech=tuple(table.speech),
            events=tuple(LessonEvent(one.event, one.year, one.system, one.school) for one in table.events),
        )

    def _system(
        self, table: SystemTable, given: LessonSystem | None, path: KeyPath, otherwise: str
    ) -> LessonSystem | None:
        """Return a system; a screen's own table without ``base`` changes the lesson's system."""
        try:
            configuration = self._base(table, given, path)
        except ConfigError as error:
            self.problems.update(dict.fromkeys(error.problems))
            return None
        changes = checked_changes(table.set, (), path, self.file.place)
        values, unfit = merge_layers(configuration.values, [changes])
        self.problems.update(dict.fromkeys([*changes.problems, *unfit]))
        teachers = expected_teachers(values)
        if teachers > MOST_TEACHERS:
            sentence = (
                f"this system has about {teachers:,.0f} teachers, but a lesson shows at most {MOST_TEACHERS:,}; "
                'lower population.schools, as in set = { "population.schools" = 24 }'
            )
            self._add("population.schools", (*path, "set"), sentence)
        default = given.title if given else otherwise if table.base is None else title_of(configuration.name)
        return LessonSystem(table.title or default, replace(configuration, values=values))

    def _base(self, table: SystemTable, given: LessonSystem | None, path: KeyPath) -> Configuration:
        if table.base is not None:
            return load_configuration(locate(table.base, named_in=self.file, key=(*path, "base"))[0])
        return given.configuration if given else load_configuration("baseline")

    def _check_screen(self, table: ScreenTable, path: KeyPath) -> None:
        years = table.years or self.table.years
        shown = table.shown_years or self.table.shown_years
        if table.kind == BET and shown >= years:
            where = (*path, "shown_years") if table.shown_years else ("shown_years",)
            sentence = f"the class bets after year {shown}, but the run ends with year {years}; lower shown_years"
            self._add("shown_years", where, sentence)
        if table.kind == EVENT and not table.events:
            sentence = f'the screen "{table.id}" offers no events; give events = [{{ event = "betrayal", year = 3 }}]'
            self._add("events", path, sentence)
        for place, event in enumerate(table.events):
            if round(event.year * HALF_TERMS_A_YEAR) >= years * HALF_TERMS_A_YEAR:
                sentence = (
                    f"the event of year {event.year:g} is not before the end of year {years}; give an earlier year"
                )
                self._add("year", (*path, "events", place, "year"), sentence)

    def _check_order(self) -> None:
        """Check that ids differ, and that a bet comes before its reveal."""
        first: dict[str, int] = {}
        bet: ScreenTable | None = None
        for place, screen in enumerate(self.table.screens):
            path: KeyPath = ("screens", place)
            if screen.id in first:
                sentence = f'two screens have the id "{screen.id}"; give one of them another'
                self._add("id", (*path, "id"), sentence)
            first.setdefault(screen.id, place)
            bet = screen if screen.kind == BET else bet
            if screen.kind == REVEAL and bet is None:
                sentence = (
                    f'the screen "{screen.id}" reveals a bet, but no screen of kind "bet" comes before it; add one'
                )
                self._add("kind", (*path, "kind"), sentence)

    def _add(self, name: str, path: KeyPath, sentence: str) -> None:
        self.problems[Problem(*self.file.place(path), name, "", "", "", sentence)] = None

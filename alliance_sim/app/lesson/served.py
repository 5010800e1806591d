"""The lesson of this process, and its runs, which are simulated before a class asks for them."""

from __future__ import annotations

import threading
from collections.abc import Iterable

from alliance_sim.app.lesson.lesson import COORDINATOR, FAVOUR, PROMISE, Lesson, LessonSystem
from alliance_sim.app.lesson.lesson_file import load_lesson
from alliance_sim.app.lesson.runs import band, both_runs
from alliance_sim.app.precompile import PREPARATION


class Served:
    """The lesson of this process; ``alliance-sim serve --lesson`` sets another."""

    def __init__(self) -> None:
        self.name = ""
        self._lesson: Lesson | None = None
        self._warmed = False

    def use(self, name_or_path: str) -> None:
        """Serve another lesson.

        Raises:
            ConfigError: with every problem in its file.
        """
        self._lesson = load_lesson(name_or_path)
        self.name = name_or_path

    @property
    def lesson(self) -> Lesson:
        """The lesson."""
        if self._lesson is None:
            self._lesson = load_lesson()
        return self._lesson

    def warm(self) -> None:
        """Simulate the runs of the lesson in its order in the background, once in this process."""
        if not self._warmed:
            self._warmed = True
            threading.Thread(target=self._simulate_all, daemon=True).start()

    def _simulate_all(self) -> None:
        for screen in self.lesson.screens:
            if screen.kind not in (FAVOUR, PROMISE) and not reason_to_wait(screen.systems):
                both_runs(screen, self.lesson.seed)
                if screen.kind == COORDINATOR:
                    band(screen, self.lesson.seed)


SERVED = Served()
"""The lesson of this process."""


def reason_to_wait(systems: Iterable[LessonSystem]) -> str:
    """Return why systems cannot be simulated yet, as a sentence; empty if they can."""
    return next(filter(None, (PREPARATION.reason_to_wait(system.configuration) for system in systems)), "")

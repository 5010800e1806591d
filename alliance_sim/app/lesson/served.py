"""The lesson of this process, and its runs, which are simulated before a class asks for them."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from urllib.parse import parse_qsl

from alliance_sim.app.language import known_language
from alliance_sim.app.lesson.lesson import COORDINATOR, FAVOUR, PROMISE, Lesson, LessonSystem
from alliance_sim.app.lesson.lesson_file import load_lesson
from alliance_sim.app.lesson.runs import band, both_runs
from alliance_sim.app.lesson.translation import in_language
from alliance_sim.app.precompile import PREPARATION
from alliance_sim.limits import LONGEST_LINK


class Served:
    """The lesson of this process; ``alliance-sim serve --lesson`` sets another."""

    def __init__(self) -> None:
        self.name = ""
        self._lesson: Lesson | None = None
        self._warmed = False
        self._translated: dict[str, Lesson] = {}
        self.language: str | None = None
        """The language of ``--language``; None for that of the lesson's file."""

    def use(self, name_or_path: str) -> None:
        """Serve another lesson.

        Raises:
            ConfigError: with every problem in its file.
        """
        self._lesson = load_lesson(name_or_path)
        self._translated.clear()
        self.name = name_or_path

    @property
    def lesson(self) -> Lesson:
        """The lesson, in the language of its file."""
        if self._lesson is None:
            self._lesson = load_lesson()
        return self._lesson

    def lesson_for(self, search: str) -> Lesson:
        """Return the lesson in the language that an address names, or else in that of the server.

        Args:
            search: the part of the address after the question mark; untrusted.
        """
        code = language_of(search) or self.language or self.lesson.language
        if code == self.lesson.language:
            return self.lesson
        if code not in self._translated:
            self._translated[code] = in_language(self.lesson, code)
        return self._translated[code]

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


def language_of(search: str) -> str | None:
    """Return the language that an address names; None if it names none that the page knows.

    Args:
        search: the part of the address after the question mark; untrusted.
    """
    if len(search) > LONGEST_LINK:
        return None
    try:
        return known_language(dict(parse_qsl(search.lstrip("?"))).get("lang"))
    except ValueError:
        return None


def reason_to_wait(systems: Iterable[LessonSystem]) -> str:
    """Return why systems cannot be simulated yet, as a sentence; empty if they can."""
    return next(filter(None, (PREPARATION.reason_to_wait(system.configuration) for system in systems)), "")

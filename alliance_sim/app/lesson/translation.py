"""A lesson in another language: its own texts are looked up in the catalogue; those that it lacks stay as they are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from alliance_sim.app.language import _, speaking
from alliance_sim.app.lesson.lesson import Lesson, Screen


def in_language(lesson: Lesson, code: str) -> Lesson:
    """Return a lesson with its texts in a language.

    Args:
        lesson: the lesson as its file has it.
        code: the code of the language.
    """
    with speaking(code):
        screens = tuple(_screen(screen) for screen in lesson.screens)
        title, question = _(lesson.title), _(lesson.question)
    return replace(lesson, title=title, question=question, screens=screens, language=code)


def texts(lesson: Lesson) -> Iterator[str]:
    """Yield every text of a lesson that its file has."""
    yield from (lesson.title, lesson.question)
    for screen in lesson.screens:
        yield from (screen.label, screen.title, screen.caption, screen.question, *screen.speech)
        yield from (system.title for system in screen.systems)


def _screen(screen: Screen) -> Screen:
    first, second = (replace(system, title=_(system.title)) for system in screen.systems)
    return replace(
        screen, label=_(screen.label), title=_(screen.title), caption=_(screen.caption), question=_(screen.question),
        speech=tuple(_(one) for one in screen.speech), systems=(first, second),
    )  # fmt: skip

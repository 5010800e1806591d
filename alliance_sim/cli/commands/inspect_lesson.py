"""The output of ``alliance-sim check`` for a valid lesson."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from alliance_sim.cli import console
from alliance_sim.text import count_noun

if TYPE_CHECKING:
    from alliance_sim.app.lesson.lesson import Lesson


def summarise(lesson: Lesson) -> dict[str, Any]:
    """Return the screens of a lesson for ``--json``."""
    screens = [{"id": one.id, "kind": one.kind, "outcome": one.outcome, "years": one.years} for one in lesson.screens]
    return {
        "name": lesson.name, "title": lesson.title, "question": lesson.question, "seed": lesson.seed,
        "screens": screens,
    }  # fmt: skip


def show_valid(name: str, lesson: Lesson) -> None:
    """Show the screens of a lesson, with the systems of each."""
    count = count_noun(len(lesson.screens), "screen")
    console.show(f"{name}: valid. {lesson.title} {lesson.question}", f"{count}, seed {lesson.seed}.")
    rows = [[one.id, one.kind, " · ".join(system.title for system in one.systems)] for one in lesson.screens]
    console.show(console.table(["screen", "kind", "systems"], rows))

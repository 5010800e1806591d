"""``alliance-sim keep``: a lesson as files that need no server."""

from __future__ import annotations

from pathlib import Path

from alliance_sim.cli import console
from alliance_sim.cli.commands.serve import checked_language, refuse_without_extra
from alliance_sim.cli.errors import Refusal
from alliance_sim.cli.output import write_all_or_none


def keep(name: str | None, out: Path, code: str | None) -> None:
    """Write the files of a lesson.

    Args:
        name: the name of a shipped lesson or the path of a file; None for the lesson that ``serve`` opens.
        out: the folder, new or empty.
        code: the code of the language; None for that of the lesson's file.

    Raises:
        Refusal: if the lesson shows no two systems, or the language is not known.
    """
    refuse_without_extra()
    from alliance_sim.app.lesson.lesson_file import FIRST, load_lesson
    from alliance_sim.app.lesson.translation import in_language
    from alliance_sim.app.lesson_export.animation import animation
    from alliance_sim.app.lesson_export.kept_lesson import keep_lesson
    from alliance_sim.app.lesson_export.one_file import one_file
    from alliance_sim.app.lesson_export.slides import slide_deck

    language = None if code is None else checked_language(code)
    lesson = load_lesson(name or FIRST)
    if language is not None and language != lesson.language:
        lesson = in_language(lesson, language)
    with write_all_or_none(out) as staging, console.explain_wait("Simulating the lesson …"):
        try:
            kept = keep_lesson(lesson)
            files = {"lesson.html": one_file(kept).encode(), "slides.pdf": slide_deck(kept)}
        except ValueError as error:
            raise Refusal(str(error)) from None
        files["animation.gif"] = animation(kept)
        for file, content in files.items():
            (staging / file).write_bytes(content)
    shown = {
        "lesson.html": "both systems with every event; opens from disk",
        "slides.pdf": f"{len(kept.branches) + 1} slides: question, outcome, events",
        "animation.gif": "the years of both systems",
    }
    rows = [[file, f"{len(content) / 1000:,.0f} kB", shown[file]] for file, content in files.items()]
    console.show(console.table([f"in {out}", "", ""], rows))

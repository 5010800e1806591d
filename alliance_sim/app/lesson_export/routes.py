"""The files of a lesson, for the lecturer's page to download: one HTML file, slides and an animation."""

from __future__ import annotations

import threading
from collections.abc import Callable
from http import HTTPStatus

from starlette.concurrency import run_in_threadpool
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from alliance_sim.app.language import _, mark, speaking
from alliance_sim.app.lesson.lesson import EVENT, Lesson
from alliance_sim.app.lesson.state import LessonState, from_link
from alliance_sim.app.lesson_export.animation import animation
from alliance_sim.app.lesson_export.kept_lesson import KeptLesson, keep_lesson
from alliance_sim.app.lesson_export.one_file import one_file
from alliance_sim.app.lesson_export.slides import KINDS, file_name, slide
from alliance_sim.app.server.responses import answer
from alliance_sim.config import ConfigError

FOLDER = "/keep/"
FILES = {"lesson.html": "application/octet-stream", "animation.gif": "image/gif"} | {
    f"slide.{kind}": media for kind, media in KINDS.items()
}
PATHS = tuple(FOLDER + name for name in FILES)
"""The paths of the files; like the page, behind the token."""
STANDS = mark("A bet stands. Reveal it first; this file would give it away.")
NOT_YET = mark("Bet and reveal first; this file would give the outcome away.")
MOST_WAITING = 4
"""Files that are made or waited for at one time."""
_ONE_AT_A_TIME = threading.Lock()


class KeptFiles:
    """Middleware inside the access rules that answers with the files of a lesson.

    The part of the address after the question mark is that of the page. Files are made one at a time, on a thread.
    """

    def __init__(self, app: ASGIApp, lesson: Callable[[str], Lesson]) -> None:
        """Wrap an application.

        Args:
            app: the application.
            lesson: returns the lesson that is served, in the language that an address names.
        """
        self._app, self._lesson = app, lesson
        self._waiting = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one connection."""
        if scope["type"] != "http" or scope["path"] not in PATHS:
            await self._app(scope, receive, send)
            return
        search = scope["query_string"].decode("latin-1")
        if self._waiting >= MOST_WAITING:
            with speaking(self._lesson(search).language):
                sentence = _("Other files are being made; try again in a moment.")
            await answer(scope, receive, send, HTTPStatus.SERVICE_UNAVAILABLE, sentence)
            return
        self._waiting += 1
        try:
            name = scope["path"].removeprefix(FOLDER)
            state = from_link(self._lesson(search), search)
            shown_as, content = await run_in_threadpool(_made, name, state)
        except (ValueError, ConfigError) as refusal:
            await answer(scope, receive, send, HTTPStatus.CONFLICT, str(refusal))
            return
        finally:
            self._waiting -= 1
        # As an attachment: the page's own policy admits no other scripts, and the file must not run at this address.
        headers = {"Content-Disposition": f'attachment; filename="{shown_as}"', "Cache-Control": "no-store"}
        await Response(content, 200, headers, FILES[name])(scope, receive, send)


def _made(name: str, state: LessonState) -> tuple[str, bytes]:
    """Return the name under which a file is kept, and its content.

    Raises:
        ValueError: if the lesson cannot be kept, or a bet stands that the file would give away.
    """
    with speaking(state.lesson.language), _ONE_AT_A_TIME:
        offered = [event for screen in state.lesson.screens if screen.kind == EVENT for event in screen.events]
        tried = [] if state.event is None else [state.event]
        kept = keep_lesson(state.lesson, [*tried, *(one for one in offered if one not in tried)])
        branch = 1 if tried and len(kept.branches) > 1 else 0
        kind = name.rpartition(".")[2]
        is_revealed = state.revealed or state.bet_screen is None
        if name == "lesson.html":
            return file_name(kept, 0, kind), one_file(kept).encode()
        if name == "animation.gif":
            if not is_revealed:
                raise ValueError(_(STANDS if state.bet_stands else NOT_YET))
            return file_name(kept, branch, kind), animation(kept, branch)
        return _slide(kept, kind, branch, is_revealed)


def _slide(kept: KeptLesson, kind: str, branch: int, is_revealed: bool) -> tuple[str, bytes]:
    shown = branch if is_revealed else 0
    return file_name(kept, shown, kind), slide(kept, kind, shown, is_revealed=is_revealed)

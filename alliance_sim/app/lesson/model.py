"""The lesson of one page: its state, the scene that the page shows, messages, and work in the background."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Any

import solara

from alliance_sim.app.language import _, speaking
from alliance_sim.app.lesson.lesson import Lesson
from alliance_sim.app.lesson.runs import systems_of
from alliance_sim.app.lesson.scenes import Scene, scene, shell
from alliance_sim.app.lesson.served import reason_to_wait
from alliance_sim.app.lesson.state import LessonState, from_link
from alliance_sim.app.session.background import CancelledError, Progress, Work
from alliance_sim.app.session.session_config import RefusedError
from alliance_sim.config import ConfigError

LOG = logging.getLogger("alliance_sim.app")
WAIT_SECONDS = 0.8
"""Seconds that an action waits for its scene before the page shows progress instead."""
LONGEST_SECONDS = 300.0
POLL_SECONDS = 0.5


class LessonModel:
    """The reactive values that the lesson's page depends on.

    Attributes:
        state: what the class has done so far.
        scene: what the page shows.
        working: a description of work in the background and its percentage; None if there is none.
        notice: a message to the lecturer; empty if there is none.
    """

    def __init__(self, lesson: Lesson, search: str) -> None:
        self.state = from_link(lesson, search)
        self.scene: solara.Reactive[Scene] = solara.reactive(shell(self.state))
        self.working: solara.Reactive[tuple[str, int] | None] = solara.reactive(None)
        self.notice = solara.reactive("")
        self._work: Work[Scene] | None = None
        self._acting = threading.RLock()
        self._show(self.state)

    def act(self, message: Any) -> None:
        """Answer a message of the page: ``name`` of an action, and its ``value``.

        Refusals and errors become a notice; the state then stays as it was.
        """
        with speaking(self.state.lesson.language), self._acting, self._reporting():
            given: dict[str, Any] = message if isinstance(message, dict) else {}
            name, value = given.get("name"), given.get("value")
            if name == "cancel":
                self.cancel()
                return
            change = self._change(name, value)
            self.notice.value = ""
            self._show(change(self.state))

    @contextmanager
    def _reporting(self) -> Generator[None]:
        """Report refusals and errors to the lecturer instead of raising them."""
        try:
            yield
        except CancelledError:
            return
        except (RefusedError, ConfigError) as refusal:
            self.notice.value = str(refusal)
        except Exception:  # whatever fails, also in a user's mechanism, must not end the lesson
            LOG.exception("the lesson failed")
            self.notice.value = _("Something failed and was left unchanged; the lesson can continue.")

    def _change(self, name: object, value: Any) -> Callable[[LessonState], LessonState]:
        changes: dict[object, Callable[[LessonState], LessonState]] = {
            "go": lambda state: state.go(value),
            "vote": lambda state: state.vote(value),
            "promise": lambda state: state.promise(value),
            "restart": LessonState.restart_promises,
            "played": LessonState.mark_played,
            "lock": lambda state: state.lock(value),
            "reveal": LessonState.reveal,
            "uncover": lambda state: state.go(value).reveal(),
            "event": lambda state: state.trigger(value),
            "remove": LessonState.remove_event,
            "band": LessonState.ask_for_band,
        }
        if not isinstance(name, str) or name not in changes:
            raise RefusedError(_("there is no such action in a lesson"))
        return changes[name]

    def cancel(self) -> None:
        """Cancel background work; the page stays as it is."""
        work, self._work = self._work, None
        self.working.value = None
        if work is not None:
            work.cancel()

    def _show(self, state: LessonState) -> None:
        """Show a state, at once or when its runs are simulated."""
        self.cancel()

        def build(progress: Progress) -> Scene:
            _wait_for_modules(state, progress)
            return scene(state, progress)

        with speaking(state.lesson.language):
            title = _("Simulating")
        work = Work(title, build, LONGEST_SECONDS)
        self._work = work
        if work.start(WAIT_SECONDS, lambda done: self._arrived(done, state), lambda: self._progressed(work)):
            self._arrived(work, state)
        elif self._work is work:
            self._progressed(work)

    def _progressed(self, work: Work[Scene]) -> None:
        if self._work is work:
            self.working.value = (work.title, round(100 * work.share))
            if self._work is None:  # it ended meanwhile, on another thread
                self.working.value = None

    def _arrived(self, work: Work[Scene], state: LessonState) -> None:
        with speaking(state.lesson.language), self._acting:
            if self._work is not work:
                return  # it was cancelled or replaced
            self._work = None
            self.working.value = None
            with self._reporting():
                shown = work.result()
                self.state = state
                self.scene.value = shown


def _wait_for_modules(state: LessonState, progress: Progress) -> None:
    """Wait until the optional modules that a scene needs are compiled; a press then plays by itself."""
    pause = threading.Event()
    while reason_to_wait(systems_of(state.screen, state.event)):
        progress(0.0)  # raises if the work was cancelled
        pause.wait(POLL_SECONDS)

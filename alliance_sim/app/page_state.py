"""The state of one page: its session, what is selected and shown, messages to the user, and background work.

Every message from the browser passes through ``PageState.guarded``, so that no message can break the page.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Any

import solara

from alliance_sim.app.session.background import Progress, Work
from alliance_sim.app.session.permalinks import replay_of
from alliance_sim.app.session.predictions import Bet
from alliance_sim.app.session.session import Session
from alliance_sim.app.session.session_config import RefusedError, Schools, Setup
from alliance_sim.app.startup import SERVED, served_setup, start_session
from alliance_sim.config import ConfigError
from alliance_sim.limits import SECONDS_TO_FOLLOW_A_LINK
from alliance_sim.schools import SchoolListError

LOG = logging.getLogger("alliance_sim.app")
MOST_SENTENCES = 4
IMMEDIATE_COST = 150_000
"""Teachers times half-terms that are computed before the page is first shown; about a second."""
WAIT_SECONDS = 1.0
"""Seconds that an action waits for its result before the page shows its progress instead."""


class PageState:
    """A session and the reactive values that the components of its page depend on.

    Attributes:
        session: the two runs.
        setup_version: increases when the session gets another setup; what stays during a run depends on it.
        frame_version: increases when another half-term is simulated or shown; the pictures depend on it.
        notice: the message to the user and its kind (``info`` or ``refusal``).
        chosen: the school or teacher whose card is open.
        bet: the prediction of the class, if there is one.
        drawer: the key of the open drawer; empty if none is open.
        listed: the list of schools that was opened last, which may be read in another way.
        working: the title and the percentage of background work; ``None`` if there is none.
    """

    def __init__(self, session: Session) -> None:
        self.session = session
        self.setup_version = solara.reactive(0)
        self.frame_version = solara.reactive(0)
        self.notice: solara.Reactive[tuple[str, str]] = solara.reactive(("", "info"))
        self.chosen: solara.Reactive[dict[str, int] | None] = solara.reactive(None)
        self.bet: solara.Reactive[Bet | None] = solara.reactive(None)
        self.drawer = solara.reactive("")
        self.listed: solara.Reactive[Schools | None] = solara.reactive(None)
        self.working: solara.Reactive[tuple[str, int] | None] = solara.reactive(None)
        self._work: Work[tuple[Session, str]] | None = None
        # Results of background work arrive between two actions of the user, never during one.
        self._acting = threading.RLock()

    @classmethod
    def from_link(cls, search: str) -> PageState:
        """Return the state of a new browser session.

        Args:
            search: the part of the page's address after the question mark.
        """
        try:
            replay = replay_of(search, SERVED.schools)
        except (ConfigError, SchoolListError, RefusedError):
            replay = None  # `start_session` reports the problem
        if replay is None or replay.cost <= IMMEDIATE_COST:
            session, problem = start_session(search)
            state = cls(session)
            if problem:
                state.notify(_shorten(problem), "refusal")
            return state
        state = cls(Session(served_setup()))
        title = f"Recomputing the {replay.half_terms} half-terms that the link describes"
        state.compute(title, lambda progress: (replay.session(progress), ""), SECONDS_TO_FOLLOW_A_LINK)
        return state

    def show(self) -> None:
        """Redraw the pictures."""
        self.frame_version.value += 1

    def open(self, setup: Setup | Callable[[], tuple[Setup, str]], message: str = "") -> None:
        """Start again with other systems.

        Args:
            setup: the systems; or a function that returns them and a message, if making them may take time.
            message: the message shown when the systems are ready; ignored if ``setup`` is a function.
        """

        def start(_: Progress) -> tuple[Session, str]:
            made, about = (setup, message) if isinstance(setup, Setup) else setup()
            return Session(made), about

        self.compute("Setting up the two systems", start, SECONDS_TO_FOLLOW_A_LINK)

    def change_here(self, change: Callable[[Session], list[str]]) -> None:
        """Change the runs from the half-term shown onwards; a long recomputation is done in the background.

        Args:
            change: changes a session, and returns sentences that describe the change.
        """
        if self.session.cost_of_going_back <= IMMEDIATE_COST:
            self.notify(". ".join(change(self.session)) + ".")
            self.show()
            return

        def change_copy(progress: Progress) -> tuple[Session, str]:
            other = self.session.copy_here(progress)
            return other, ". ".join(change(other)) + "."

        title = f"Recomputing the {self.session.at} half-terms before this one"
        self.compute(title, change_copy, SECONDS_TO_FOLLOW_A_LINK)

    def compute(self, title: str, act: Callable[[Progress], tuple[Session, str]], seconds: float) -> None:
        """Compute another session and show it; the page stays usable meanwhile.

        Args:
            title: a description of the work.
            act: computes the session, and returns it with a message to the user.
            seconds: the time limit.

        Raises:
            ConfigError, SchoolListError, RefusedError: if the work fails within ``WAIT_SECONDS``.
        """
        self.cancel()
        work = Work(title, act, seconds)
        self._work = work
        if work.start(WAIT_SECONDS, self.guarded(self._on_done), lambda: self._on_progress(work)):
            self._on_done(work)
        elif self._work is work:
            self._on_progress(work)

    def cancel(self) -> None:
        """Cancel background work, if there is any, and hide its progress."""
        self.stop()
        self.working.value = None

    def stop(self) -> None:
        """Cancel background work without drawing anything; for tabs that are closed."""
        work, self._work = self._work, None
        if work is not None:
            work.cancel()

    def _on_progress(self, work: Work[tuple[Session, str]]) -> None:
        if self._work is work:
            self.working.value = (work.title, round(100 * work.share))
            if self._work is None:  # it ended meanwhile, on another thread
                self.working.value = None

    def _on_done(self, work: Work[tuple[Session, str]]) -> None:
        if self._work is not work:
            return  # it was cancelled or replaced
        self._work = None
        self.working.value = None
        session, message = work.result()
        self.session.take(session)
        self.reset_view()
        if message:
            self.notify(message)

    def reset_view(self) -> None:
        """Redraw everything for another setup: no card, no prediction."""
        self.chosen.value = None
        self.bet.value = None
        self.setup_version.value += 1
        self.show()

    def notify(self, sentence: str, kind: str = "info") -> None:
        """Show a message to the user.

        Args:
            sentence: the message; empty to remove the present one.
            kind: ``info`` or ``refusal``.
        """
        self.notice.value = (sentence, kind)

    def guarded(self, act: Callable[[Any], None]) -> Callable[..., None]:
        """Return an event handler that reports refusals and errors to the user instead of raising them.

        Args:
            act: called with the data that the browser sent.
        """

        def handler(data: Any = None, *buffers: Any) -> None:
            try:
                with self._acting:
                    act(data)
            except (ConfigError, SchoolListError, RefusedError) as refusal:
                self.notify(_shorten(str(refusal)), "refusal")
            except Exception:
                LOG.exception("a component of the page failed")
                self.notify("Something in the page failed and was left unchanged; the session can continue.", "refusal")

        return handler


def _shorten(text: str) -> str:
    sentences = text.splitlines()
    more = len(sentences) - MOST_SENTENCES
    return " · ".join(sentences[:MOST_SENTENCES]) + (f" · and {more} more" if more > 0 else "")

"""What ties a session to its page: who must draw again, what is told to the lecturer, and a guard before every door."""

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
from alliance_sim.app.session.session_config import RefusedError, Setup
from alliance_sim.app.startup import SERVED, begun, served_setup
from alliance_sim.config import ConfigError
from alliance_sim.limits import SECONDS_TO_FOLLOW_A_LINK
from alliance_sim.schools import SchoolListError

LOG = logging.getLogger("alliance_sim.app")
MOST_SENTENCES = 4
AT_ONCE = 150_000
"""Teachers times half-terms that are computed before the page is first shown, in about a second."""
PATIENCE = 1.0
"""Seconds that an action waits for its result before the page shows progress instead."""


class Lesson:
    """A session and what of it the page's parts listen to.

    Attributes:
        session: the two worlds.
        opened: counts how often worlds were opened; what stays through a run hangs on it.
        shown: counts how often something was lived or looked at; the pictures hang on it.
        notice: what the lecturer is told, and how grave it is (``info`` or ``refusal``).
        chosen: the school or teacher whose card lies open.
        bet: what the class expects, if it was asked.
        drawer: which drawer is open.
        working: what is computed in the background and how many hundredths of it are done, if anything is.
    """

    def __init__(self, session: Session) -> None:
        self.session = session
        self.opened = solara.reactive(0)
        self.shown = solara.reactive(0)
        self.notice: solara.Reactive[tuple[str, str]] = solara.reactive(("", "info"))
        self.chosen: solara.Reactive[dict[str, int] | None] = solara.reactive(None)
        self.bet: solara.Reactive[Bet | None] = solara.reactive(None)
        self.drawer = solara.reactive("")
        self.working: solara.Reactive[tuple[str, int] | None] = solara.reactive(None)
        self._work: Work[tuple[Session, str]] | None = None
        self._acting = threading.RLock()  # results of the background arrive between two actions, never within one

    @classmethod
    def begun(cls, search: str) -> Lesson:
        """The lesson of a new browser session, from the address that it was opened with."""
        try:
            replay = replay_of(search, SERVED.schools)
        except (ConfigError, SchoolListError, RefusedError):
            replay = None  # ``begun`` reports it
        if replay is None or replay.cost <= AT_ONCE:
            session, told = begun(search)
            lesson = cls(session)
            if told:
                lesson.tell(_in_short(told), "refusal")
            return lesson
        lesson = cls(Session(served_setup()))
        title = f"Recomputing the {replay.half_terms} half-terms that the link describes"
        lesson.compute(title, lambda progress: (replay.session(progress), ""), SECONDS_TO_FOLLOW_A_LINK)
        return lesson

    def show(self) -> None:
        """The pictures are out of date."""
        self.shown.value += 1

    def open(self, setup: Setup | Callable[[], tuple[Setup, str]], told: str = "") -> None:
        """Begin anew with other worlds.

        Args:
            setup: what they are opened with; or what makes it, and a sentence about it, if that may take time.
            told: what the lecturer is told when that is done.
        """

        def opened(_: Progress) -> tuple[Session, str]:
            made, about = (setup, told) if isinstance(setup, Setup) else setup()
            return Session(made), about

        self.compute("Setting up the two systems", opened, SECONDS_TO_FOLLOW_A_LINK)

    def change_here(self, change: Callable[[Session], list[str]]) -> None:
        """Change what happens from the half-term on that is looked at; going back far is done in the background.

        Args:
            change: changes a session, and returns sentences about it.
        """
        if self.session.cost_of_going_back <= AT_ONCE:
            self.tell(". ".join(change(self.session)) + ".")
            self.show()
            return

        def changed(progress: Progress) -> tuple[Session, str]:
            other = self.session.copy_here(progress)
            return other, ". ".join(change(other)) + "."

        title = f"Recomputing the {self.session.at} half-terms before this one"
        self.compute(title, changed, SECONDS_TO_FOLLOW_A_LINK)

    def compute(self, title: str, act: Callable[[Progress], tuple[Session, str]], seconds: float) -> None:
        """Compute another session, and show it once it is there; if that takes a while, the page stays usable.

        Args:
            title: what is computed.
            act: computes it, and what the lecturer is told when it is shown.
            seconds: how long it may take.

        Raises:
            ConfigError, SchoolListError, RefusedError: if it cannot be computed and that is known at once.
        """
        self.cancel()
        work = Work(title, act, seconds)
        self._work = work
        if work.start(PATIENCE, self.guarded(self._arrived), lambda: self._moved(work)):
            self._arrived(work)
        elif self._work is work:
            self._moved(work)

    def cancel(self) -> None:
        """Stop what is computed in the background, if anything is; what is shown stays."""
        self.stop()
        self.working.value = None

    def stop(self) -> None:
        """The same where nothing is drawn any more."""
        work, self._work = self._work, None
        if work is not None:
            work.cancel()

    def _moved(self, work: Work[tuple[Session, str]]) -> None:
        if self._work is work:
            self.working.value = (work.title, round(100 * work.share))
            if self._work is None:  # it ended meanwhile, on another thread
                self.working.value = None

    def _arrived(self, work: Work[tuple[Session, str]]) -> None:
        if self._work is not work:
            return  # cancelled, or something else is wanted by now
        self._work = None
        self.working.value = None
        session, told = work.result()
        self.session.take(session)
        self.has_opened()
        if told:
            self.tell(told)

    def has_opened(self) -> None:
        """The worlds are others than before."""
        self.chosen.value = None
        self.bet.value = None
        self.opened.value += 1
        self.show()

    def tell(self, sentence: str, kind: str = "info") -> None:
        """Tell the lecturer something."""
        self.notice.value = (sentence, kind)

    def guarded(self, act: Callable[[Any], None]) -> Callable[..., None]:
        """A handler that no message of a browser can break: what is refused is told, and the lesson goes on."""

        def handler(data: Any = None, *buffers: Any) -> None:
            try:
                with self._acting:
                    act(data)
            except (ConfigError, SchoolListError, RefusedError) as refusal:
                self.tell(_in_short(str(refusal)), "refusal")
            except Exception:
                LOG.exception("a part of the page failed")
                self.tell("Something in the page failed, and was left as it was; the lesson can go on.", "refusal")

        return handler


def _in_short(text: str) -> str:
    sentences = text.splitlines()
    more = len(sentences) - MOST_SENTENCES
    return " · ".join(sentences[:MOST_SENTENCES]) + (f" · and {more} more" if more > 0 else "")

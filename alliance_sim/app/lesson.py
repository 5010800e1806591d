"""What ties a session to its page: who must draw again, what is told to the lecturer, and a guard before every door."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import solara

from alliance_sim.app.opening import begun
from alliance_sim.app.predictions import Bet
from alliance_sim.app.session import Session
from alliance_sim.app.setup import RefusedError, Setup
from alliance_sim.configuration import ConfigError
from alliance_sim.school_list import SchoolListError

LOG = logging.getLogger("alliance_sim.app")
MOST_SENTENCES = 4


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
    """

    def __init__(self, session: Session) -> None:
        self.session = session
        self.opened = solara.reactive(0)
        self.shown = solara.reactive(0)
        self.notice: solara.Reactive[tuple[str, str]] = solara.reactive(("", "info"))
        self.chosen: solara.Reactive[dict[str, int] | None] = solara.reactive(None)
        self.bet: solara.Reactive[Bet | None] = solara.reactive(None)
        self.drawer = solara.reactive("")

    @classmethod
    def begun(cls, search: str) -> Lesson:
        """The lesson of a new browser session, from the address that it was opened with."""
        session, told = begun(search)
        lesson = cls(session)
        if told:
            lesson.tell(_in_short(told), "refusal")
        return lesson

    def show(self) -> None:
        """The pictures are out of date."""
        self.shown.value += 1

    def open(self, setup: Setup) -> None:
        """Begin anew with other worlds."""
        self.session.open(setup)
        self.has_opened()

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

"""The state of a lesson in one browser session: the screen, the bet, the votes and the event that is tried."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import parse_qs, urlencode

from alliance_sim.app.language import ENGLISH, _, known_language
from alliance_sim.app.lesson.lesson import BET, EVENT, EVENTS, PROMISE, REVEAL, SIDES, Lesson, LessonEvent, Screen
from alliance_sim.app.session.session_config import RefusedError
from alliance_sim.declarations.parameters import HALF_TERMS_A_YEAR
from alliance_sim.limits import LONGEST_LINK

FARTHEST = 1e6
"""The largest number that a bet may be."""
MOST_PROMISES = 12


@dataclass(frozen=True)
class LessonState:
    """What a class has done so far; a value that actions replace.

    Attributes:
        lesson: the lesson.
        at: the place of the screen that is shown.
        bet: the class's bet on each system at the end, as shown numbers; None before it is locked.
        revealed: whether the outcome of the bet has been uncovered.
        helped: the vote on the favour; None before it.
        promises: whether each promise was kept.
        event: the event that is tried; None for none.
        played: the ids of screens whose run has been played.
        banded: whether the runs of the last kind of screen, chance, were asked for.
        names_language: whether the address names the language, even if it is English.
    """

    lesson: Lesson
    at: int = 0
    bet: tuple[float, float] | None = None
    revealed: bool = False
    helped: bool | None = None
    promises: tuple[bool, ...] = ()
    event: LessonEvent | None = None
    played: frozenset[str] = field(default_factory=frozenset[str])
    banded: bool = False
    names_language: bool = False

    @property
    def screen(self) -> Screen:
        """The screen that is shown."""
        return self.lesson.screens[self.at]

    @property
    def bet_stands(self) -> bool:
        """Whether a bet is locked and its outcome still covered."""
        return self.bet is not None and not self.revealed

    @property
    def bet_screen(self) -> Screen | None:
        """The screen on which the class bets; None if the lesson has none."""
        return next((screen for screen in self.lesson.screens if screen.kind == BET), None)

    def covers(self, screen: Screen) -> bool:
        """Return whether a screen shows systems and years that the class has yet to bet on or to uncover."""
        bet = self.bet_screen
        if bet is None or self.revealed:
            return False
        hashes = [{system.configuration.hash for system in each.systems} for each in (screen, bet)]
        return hashes[0] == hashes[1]

    def shown_until(self, screen: Screen) -> int:
        """Return the last half-term that a screen with a run may show."""
        bet = self.bet_screen
        years = bet.shown_years if bet is not None and self.covers(screen) else screen.years
        return min(years, screen.years) * HALF_TERMS_A_YEAR

    def go(self, place: object) -> LessonState:
        """Return the state on another screen.

        Raises:
            RefusedError: if there is no such screen.
        """
        if not isinstance(place, int) or isinstance(place, bool) or not 0 <= place < len(self.lesson.screens):
            raise RefusedError(_("there is no such screen; there are {number}").format(number=len(self.lesson.screens)))
        return replace(self, at=place)

    def lock(self, bets: object) -> LessonState:
        """Return the state with a bet that can no longer be moved.

        Raises:
            RefusedError: if it is not two numbers.
        """
        given: list[Any] = bets if isinstance(bets, list) else []
        try:
            first, second = (float(one) for one in given)
        except (TypeError, ValueError):
            raise RefusedError(_("a bet must be a number for each system")) from None
        if not all(math.isfinite(one) and abs(one) <= FARTHEST for one in (first, second)):
            raise RefusedError(_("a bet must be a number for each system"))
        return replace(self, bet=(round(first, 2), round(second, 2)), revealed=False)

    def reveal(self) -> LessonState:
        """Return the state with the outcome uncovered."""
        return replace(self, revealed=True)

    def vote(self, helped: object) -> LessonState:
        """Return the state after the vote on the favour."""
        return replace(self, helped=bool(helped))

    def promise(self, kept: object) -> LessonState:
        """Return the state after another promise.

        Args:
            kept: True or False; ``"all"`` for as many kept promises as the screen has.

        Raises:
            RefusedError: if there are too many promises.
        """
        if len(self.promises) >= MOST_PROMISES:
            raise RefusedError(_("there are {number} promises already; start again").format(number=MOST_PROMISES))
        added = (True,) * self.screen.promises if kept == "all" else (kept is True,)
        return replace(self, promises=(*self.promises, *added)[:MOST_PROMISES])

    def restart_promises(self) -> LessonState:
        """Return the state without promises."""
        return replace(self, promises=())

    def mark_played(self) -> LessonState:
        """Return the state in which the run of the screen has been played."""
        return replace(self, played=self.played | {self.screen.id})

    def ask_for_band(self) -> LessonState:
        """Return the state in which the runs with many seeds are wanted."""
        return replace(self, banded=True)

    def trigger(self, given: object) -> LessonState:
        """Return the state with an event that is tried.

        Args:
            given: ``kind``, ``system``, ``school`` and ``at`` (half-terms), each optional but the first.

        Raises:
            RefusedError: if it is no event that can be tried.
        """
        message: dict[str, Any] = given if isinstance(given, dict) else {}
        screen = self.screen if self.screen.kind == EVENT else None
        kind = message.get("kind")
        offered = next((one for one in screen.events if one.kind == kind), None) if screen else None
        if screen is None or offered is None:
            raise RefusedError(_("there is no such event on this screen"))
        system = message.get("system", offered.system)
        if not isinstance(system, str) or system not in SIDES:
            raise RefusedError(_("there is no such system; give a, b or both"))
        half_term = message.get("at", round(offered.year * HALF_TERMS_A_YEAR))
        last = screen.years * HALF_TERMS_A_YEAR - 1
        if not isinstance(half_term, int) or isinstance(half_term, bool) or not 0 <= half_term <= last:
            sentence = _("the moment of the event must be a half-term from 0 to {last}")
            raise RefusedError(sentence.format(last=last))
        school = message.get("school", offered.school)
        if not isinstance(school, str) or not 0 < len(school) <= 200:
            raise RefusedError(_("the school of the event must be given by its name"))
        return replace(self, event=LessonEvent(offered.kind, half_term / HALF_TERMS_A_YEAR, system, school))

    def remove_event(self) -> LessonState:
        """Return the state without the event."""
        return replace(self, event=None)

    def link(self) -> str:
        """Return the part of the address after the question mark; it restores the state."""
        parts = [("mode", "lesson"), ("screen", self.screen.id)]
        if self.names_language or self.lesson.language != ENGLISH:
            parts.append(("lang", self.lesson.language))
        if self.bet is not None:
            parts.append(("bet", ",".join(f"{one:g}" for one in self.bet)))
        if self.revealed:
            parts.append(("revealed", "1"))
        if self.helped is not None:
            parts.append(("helped", str(int(self.helped))))
        if self.promises:
            parts.append(("promises", "".join(str(int(kept)) for kept in self.promises)))
        if self.event is not None:
            half_term = round(self.event.year * HALF_TERMS_A_YEAR)
            parts.append(("event", f"{half_term}.{self.event.system}.{self.event.kind}:{self.event.school}"))
        if self.played:
            parts.append(("played", ",".join(screen.id for screen in self.lesson.screens if screen.id in self.played)))
        if self.banded:
            parts.append(("runs", "1"))
        return urlencode(parts)


def from_link(lesson: Lesson, search: str) -> LessonState:
    """Return the state that an address describes; parts that cannot be followed are left out.

    Args:
        lesson: the lesson.
        search: the part of the address after the question mark; untrusted.
    """
    state = LessonState(lesson)
    if len(search) > LONGEST_LINK:
        return state
    search = search.encode("utf-8", "replace").decode("utf-8")  # a browser may send half of a surrogate pair
    try:
        given = {name: values[-1] for name, values in parse_qs(search.lstrip("?"), max_num_fields=50).items()}
    except ValueError:
        return state
    bet = state.bet_screen
    if bet is not None:
        if "bet" in given:
            state = _tried(state, lambda: state.lock(given["bet"].split(",")))
        if "revealed" in given:
            state = replace(state, revealed=True)
    if given.get("helped") in ("0", "1"):
        state = replace(state, helped=given["helped"] == "1")
    kept = given.get("promises", "")
    if kept and set(kept) <= {"0", "1"} and any(screen.kind == PROMISE for screen in lesson.screens):
        state = replace(state, promises=tuple(one == "1" for one in kept[:MOST_PROMISES]))
    played = set(given.get("played", "").split(","))
    state = replace(state, played=frozenset(one.id for one in lesson.screens if one.id in played))
    named = known_language(given.get("lang")) == lesson.language
    state = replace(state, banded="runs" in given, names_language=named)
    if "event" in given:
        state = _with_event(state, given["event"])
    place = lesson.place(given.get("screen", ""))
    return state if place is None else state.go(place)


def _with_event(state: LessonState, text: str) -> LessonState:
    date, _dot, rest = text.partition(".")
    system, _dot, rest = rest.partition(".")
    kind, _colon, school = rest.partition(":")
    place = next((n for n, one in enumerate(state.lesson.screens) if one.kind == EVENT), None)
    if place is None or kind not in EVENTS or not (date.isdecimal() and len(date) < 4):
        return state
    message = {"kind": kind, "system": system, "at": int(date), "school": school}
    return _tried(state, lambda: state.go(place).trigger(message))


def _tried(state: LessonState, change: Any) -> LessonState:
    try:
        return change()
    except RefusedError:
        return state


def next_button(state: LessonState) -> dict[str, Any]:
    """Return the filled button of a screen on which nothing is left to do: its label, what it does and with what."""
    screens = state.lesson.screens
    if state.at + 1 == len(screens):
        return {"label": _("Open the sandbox"), "act": "sandbox", "value": None}
    following = screens[state.at + 1]
    if following.kind == REVEAL and state.bet_stands:
        return {"label": _("Reveal"), "act": "uncover", "value": state.at + 1}
    label = following.label if following.kind in (BET, REVEAL, EVENT) else _("Next")
    return {"label": label, "act": "go", "value": state.at + 1}

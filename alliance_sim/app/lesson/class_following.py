"""The class follows the lecturer's page: its screens decide what phones show. Phones decide nothing."""

from __future__ import annotations

from typing import Any

from alliance_sim.app.classroom.addresses import qr_path, without_scheme
from alliance_sim.app.classroom.classroom import BET as BETTING
from alliance_sim.app.classroom.classroom import REVEALED, Classroom
from alliance_sim.app.classroom.own_systems import OwnSystems
from alliance_sim.app.language import _, speaking
from alliance_sim.app.lesson.class_questions import pair_of_lesson, question_about, reveal_of
from alliance_sim.app.lesson.lesson import BET, Screen
from alliance_sim.app.lesson.runs import both_runs
from alliance_sim.app.lesson.state import LessonState
from alliance_sim.declarations.parameters import HALF_TERMS_A_YEAR


def follow(classroom: Classroom, state: LessonState) -> None:
    """Ask, close or reveal, as the state of the lecturer's page says. The runs are those that the page shows.

    Args:
        classroom: the class.
        state: the state of the page.
    """
    classroom.language = state.lesson.language
    screen = state.bet_screen
    if screen is None:
        return
    with speaking(state.lesson.language):
        _follow(classroom, state, screen)


def _follow(classroom: Classroom, state: LessonState, screen: Screen) -> None:
    if state.revealed:
        if classroom.phase not in (REVEALED, "wait"):
            _reveal(classroom, screen, state.lesson.seed)
    elif state.bet_stands:
        classroom.lock()
    elif state.screen.kind == BET and classroom.phase != BETTING:
        _ask(classroom, screen, state.lesson.seed)


def _ask(classroom: Classroom, screen: Screen, seed: int) -> None:
    curves = [run.curve(screen.outcome) for run in both_runs(screen, seed)]
    until = screen.shown_years * HALF_TERMS_A_YEAR
    text = screen.question or screen.title
    classroom.ask(question_about(screen.outcome, text, _names(screen), curves, until))


def _reveal(classroom: Classroom, screen: Screen, seed: int) -> None:
    runs = both_runs(screen, seed)
    first, second = (system.configuration.values["policy.competition"] for system in screen.systems)
    outcome = reveal_of(screen.outcome, _names(screen), [run.curve(screen.outcome) for run in runs], first == second)
    own = OwnSystems(pair_of_lesson(screen.systems, screen.outcome, seed, runs[0].half_terms))
    classroom.reveal(outcome, own)


def _names(screen: Screen) -> tuple[str, str]:
    return screen.systems[0].title, screen.systems[1].title


def class_words(classroom: Classroom, address: str, bets_address: str) -> dict[str, Any]:
    """Return what the lecturer's page shows of a class, beside its own words.

    Args:
        classroom: the class.
        address: the address at which phones join.
        bets_address: the path at which the page asks for the bets.
    """
    path, size = qr_path(address)
    return {
        "join_code": classroom.code,
        "join_address": without_scheme(address),
        "join_path": path,
        "join_size": size,
        "bets_address": bets_address,
        "join": _("Join with a phone"),
        "join_hint": _("Join the same network. No app, no name, no account."),
        "new_code": _("New code"),
        "phones": _("{bets} of {phones} have bet"),
        "phones_joined": _("{phones} joined"),
        "blocks": _("Bets of the class: each block is one bet"),
    }

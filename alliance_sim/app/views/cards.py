"""The card of a school or a teacher: who it is, how it stands, whom it trusts, and what happened to it."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Any

from alliance_sim.app.session.network_data import UNKNOWN, share_of
from alliance_sim.app.session.session import HALF_TERMS_A_YEAR, Session
from alliance_sim.mesa_model.agents import School, Teacher
from alliance_sim.mesa_model.model import AllianceModel
from alliance_sim.text import format_numbers, join_words, spell_number

LEVEL_NAMES = ("", "networking", "co-ordination", "co-operation", "collaboration")
MOST_PARTNERS = 5
TOLD_CHANGE = 0.03
"""A school's mean trust must move so much within a half-term to be told."""


def school_card(session: Session, side: int, row: int) -> dict[str, Any]:
    """A school, at the half-term that is looked at."""
    model = session.world_at(side)
    school = model.schools[row]
    trusted = sorted(((school.trust_in(other), other.name) for other in school.partners), reverse=True)
    facts = [
        ("Alliance", model.roster.alliance_name[school.alliance]),
        ("Teachers", f"{len(school.teachers):,}"),
        ("Pupils", f"{school.pupils:,}"),
        ("Trust of its teachers", _share(session.worlds[side].frames[session.at].trust[row])),
        ("Attainment", f"{format_numbers(school.attainment, signed=True)[0]} pupil SD"),
        ("League table", f"{_place(school.rank, len(model.schools))} of {len(model.schools)}"),
        ("Fatigue", f"{100 * school.fatigue:.0f}% of what can be borne"),
        (
            "Practice",
            format_numbers(sum(float(one.practice.mean()) for one in school.teachers) / len(school.teachers))[0],
        ),
    ]
    return {
        "kind": "school",
        "name": school.name,
        "world": session.setup.worlds[side].title,
        "facts": facts,
        "trusted_by": "Whom its head trusts",
        "trusted": [_trusted(name, trust) for trust, name in _most_and_least(trusted)],
        "happened": _what_happened(session, side, school),
        "teachers": [
            {"row": one.row, "label": f"Teacher {place} (subject {one.subject + 1})"}
            for place, one in enumerate(school.teachers, 1)
        ],
        "trust": [_known(frame.trust[row]) for frame in session.worlds[side].frames[: session.at + 1]],
    }


def teacher_card(session: Session, side: int, row: int) -> dict[str, Any]:
    """A teacher, at the half-term that is looked at."""
    model = session.world_at(side)
    teacher = model.teachers[row]
    school = teacher.school
    place = next(place for place, one in enumerate(school.teachers, 1) if one.row == row)
    ties = sorted(teacher.ties, key=lambda tie: -tie.trust)
    owed = [tie.owed for tie in ties]
    facts = [
        ("School", school.name),
        ("Subject", str(teacher.subject + 1)),
        ("Practice by area", ", ".join(f"{one:.2f}" for one in teacher.practice.tolist())),
        ("Fatigue", f"{100 * teacher.fatigue:.0f}% of what can be borne"),
        ("Colleagues known elsewhere", spell_number(len(ties))),
        ("Is owed", f"{sum(one for one in owed if one > 0):.1f} helps"),
        ("Owes", f"{-sum(one for one in owed if one < 0):.1f} helps"),
    ]
    return {
        "kind": "teacher",
        "name": f"Teacher {place}, {school.name}",
        "world": session.setup.worlds[side].title,
        "facts": facts,
        "trusted_by": "Whom they trust",
        "trusted": [
            _trusted(f"{_called(tie.partner)} – {LEVEL_NAMES[tie.level]}", tie.trust)
            for tie in (ties if len(ties) <= MOST_PARTNERS else [*ties[: MOST_PARTNERS - 1], ties[-1]])
        ],
        "happened": _what_happened(session, side, school),
        "teachers": [],
        "trust": [],
    }


def _called(teacher: Teacher) -> str:
    return f"a teacher at {teacher.school.name}"


def _most_and_least(trusted: list[tuple[float, str]]) -> list[tuple[float, str]]:
    return trusted if len(trusted) <= MOST_PARTNERS else [*trusted[: MOST_PARTNERS - 1], trusted[-1]]


def _trusted(name: str, trust: float) -> dict[str, Any]:
    return {"name": name, "trust": 0.0 if math.isnan(trust) else round(trust, 2)}


def _place(rank: float, schools: int) -> int:
    return 1 + round(rank * (schools - 1))


def _known(small: int) -> float | None:
    return None if small == UNKNOWN else round(share_of(small), 3)


def _share(small: int) -> str:
    return "unknown" if small == UNKNOWN else f"{share_of(small):.2f}"


MOST_INCIDENTS = 4
"""Incidents that a card tells, the latest."""


def _what_happened(session: Session, side: int, school: School) -> list[str]:
    """The steepest rise and fall of its teachers' trust, and what was made to happen."""
    world = session.worlds[side]
    trust = [share_of(frame.trust[school.row]) for frame in world.frames[: session.at + 1]]
    told: list[tuple[int, str]] = []
    for now, said in ((one, said) for one, said in zip(world.happenings, world.said, strict=True)):
        if now.half_term <= session.at:
            told.append((now.half_term, said))
    steps = [(after - before, at) for at, (before, after) in enumerate(pairwise(trust), 1)]
    if steps:
        for change, at in {max(steps), min(steps)}:
            if abs(change) >= TOLD_CHANGE:
                word = "rose" if change > 0 else "fell"
                told.append((at, f"its teachers' trust {word} from {trust[at - 1]:.2f} to {trust[at]:.2f}"))
        told += _incidents_of(world.model, school.row, session.at)[-MOST_INCIDENTS:]
        told.append((session.at, f"trust now {trust[-1]:.2f}, at the opening {trust[0]:.2f}"))
    return [f"{_when(at)}: {said}" for at, said in sorted(told, key=lambda one: one[0])]


def _incidents_of(model: AllianceModel, school: int, until: int) -> list[tuple[int, str]]:
    """When something happened to a school, and what; what was made to happen is told anyway."""
    rows = model.incidents[["half_term", "kind", "school", "other", "sentence"]].itertuples(index=False, name=None)
    return [
        (half_term, sentence.rstrip("."))
        for half_term, kind, one, other, sentence in rows
        if school in (one, other) and half_term <= until and kind != "happening"
    ]


def _when(half_term: int) -> str:
    if half_term == 0:
        return "Opening"
    year, rest = divmod(half_term - 1, HALF_TERMS_A_YEAR)
    return f"Year {year + 1}, half-term {rest + 1}"


def in_words(card: dict[str, Any]) -> str:
    """A card in a sentence, for those who listen."""
    return f"{card['name']}: " + join_words([f"{name} {value}" for name, value in card["facts"]])

"""The card of a school or a teacher: facts, trust in others, and the events that concerned it."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Any

from alliance_sim.app.session.network_data import UNKNOWN, share_of
from alliance_sim.app.session.session import HALF_TERMS_A_YEAR, Session
from alliance_sim.declarations.labels import note_on
from alliance_sim.mesa_model.agents import School, Teacher
from alliance_sim.mesa_model.model import AllianceModel
from alliance_sim.text import format_numbers, spell_number

LEVEL_NAMES = ("", "networking", "co-ordination", "co-operation", "collaboration")
MOST_PARTNERS = 5
NOTABLE_CHANGE = 0.03
"""The least change of a school's mean trust within a half-term that its card lists."""


def school_card(session: Session, side: int, row: int) -> dict[str, Any]:
    """Return the card of a school at the half-term shown.

    Args:
        session: the runs.
        side: 0 or 1.
        row: the row of the school.
    """
    model = session.model_at(side)
    school = model.schools[row]
    trusted = sorted(((school.trust_in(other), other.name) for other in school.partners), reverse=True)
    facts = [
        ("Alliance", model.roster.alliance_name[school.alliance]),
        ("Teachers", f"{len(school.teachers):,}"),
        ("Pupils", f"{school.pupils:,}"),
        ("Trust of its teachers", _share(session.runs[side].frames[session.at].trust[row])),
        ("Attainment", f"{format_numbers(school.attainment, signed=True)[0]} pupil SD"),
        ("League table", f"{_place(school.rank, len(model.schools))} of {len(model.schools)}"),
        ("Fatigue", f"{100 * school.fatigue:.0f}% of what teachers can bear"),
        (
            "Practice",
            format_numbers(sum(float(one.practice.mean()) for one in school.teachers) / len(school.teachers))[0],
        ),
    ]
    return {
        "kind": "school",
        "name": school.name,
        "system": session.setup.systems[side].title,
        "facts": facts,
        "note": note_on(model.roster),
        "trusted_by": "Trust of its head in other heads",
        "trusted": [_trusted(name, trust) for trust, name in _most_and_least(trusted)],
        "happened": _events(session, side, school),
        "teachers": [
            {"row": one.row, "label": f"Teacher {place} (subject {one.subject + 1})"}
            for place, one in enumerate(school.teachers, 1)
        ],
        "trust": [_known(frame.trust[row]) for frame in session.runs[side].frames[: session.at + 1]],
    }


def teacher_card(session: Session, side: int, row: int) -> dict[str, Any]:
    """Return the card of a teacher at the half-term shown.

    Args:
        session: the runs.
        side: 0 or 1.
        row: the row of the teacher.
    """
    model = session.model_at(side)
    teacher = model.teachers[row]
    school = teacher.school
    place = next(place for place, one in enumerate(school.teachers, 1) if one.row == row)
    ties = sorted(teacher.ties, key=lambda tie: -tie.trust)
    owed = [tie.owed for tie in ties]
    facts = [
        ("School", school.name),
        ("Subject", str(teacher.subject + 1)),
        ("Practice by area", ", ".join(f"{one:.2f}" for one in teacher.practice.tolist())),
        ("Fatigue", f"{100 * teacher.fatigue:.0f}% of what a teacher can bear"),
        ("Contacts at other schools", spell_number(len(ties))),
        ("Favours owed to this teacher", f"{sum(one for one in owed if one > 0):.1f} acts of help"),
        ("Favours owed to others", f"{-sum(one for one in owed if one < 0):.1f} acts of help"),
    ]
    return {
        "kind": "teacher",
        "name": f"Teacher {place}, {school.name}",
        "system": session.setup.systems[side].title,
        "facts": facts,
        "note": note_on(model.roster),
        "trusted_by": "Trust in contacts",
        "trusted": [
            _trusted(f"{_label(tie.partner)} – {LEVEL_NAMES[tie.level]}", tie.trust)
            for tie in (ties if len(ties) <= MOST_PARTNERS else [*ties[: MOST_PARTNERS - 1], ties[-1]])
        ],
        "happened": _events(session, side, school),
        "teachers": [],
        "trust": [],
    }


def _label(teacher: Teacher) -> str:
    return f"a teacher at {teacher.school.name}"


def _most_and_least(trusted: list[tuple[float, str]]) -> list[tuple[float, str]]:
    return trusted if len(trusted) <= MOST_PARTNERS else [*trusted[: MOST_PARTNERS - 1], trusted[-1]]


def _trusted(name: str, trust: float) -> dict[str, Any]:
    return {"name": name, "trust": 0.0 if math.isnan(trust) else round(trust, 2)}


def _place(rank: float, schools: int) -> int:
    return 1 + round(rank * (schools - 1))


def _known(stored: int) -> float | None:
    return None if stored == UNKNOWN else round(share_of(stored), 3)


def _share(stored: int) -> str:
    return "unknown" if stored == UNKNOWN else f"{share_of(stored):.2f}"


MOST_INCIDENTS = 4
"""The latest incidents that a card lists."""


def _events(session: Session, side: int, school: School) -> list[str]:
    """Return interventions, the largest rise and fall of trust, and the latest incidents of a school, by date."""
    run = session.runs[side]
    trust = [share_of(frame.trust[school.row]) for frame in run.frames[: session.at + 1]]
    events = [
        (one.half_term, effect)
        for one, effect in zip(run.interventions, run.effects, strict=True)
        if one.half_term <= session.at
    ]
    steps = [(after - before, at) for at, (before, after) in enumerate(pairwise(trust), 1)]
    if steps:
        for change, at in {max(steps), min(steps)}:
            if abs(change) >= NOTABLE_CHANGE:
                word = "rose" if change > 0 else "fell"
                events.append((at, f"its teachers' trust {word} from {trust[at - 1]:.2f} to {trust[at]:.2f}"))
        events += _incidents_of(run.model, school.row, session.at)[-MOST_INCIDENTS:]
        events.append((session.at, f"trust now {trust[-1]:.2f}, at the start {trust[0]:.2f}"))
    return [f"{_when(at)}: {text}" for at, text in sorted(events, key=lambda one: one[0])]


def _incidents_of(model: AllianceModel, school: int, until: int) -> list[tuple[int, str]]:
    """Return the dates and sentences of a school's incidents; interventions are listed separately."""
    rows = model.incidents[["half_term", "kind", "school", "other", "sentence"]].itertuples(index=False, name=None)
    return [
        (half_term, sentence.rstrip("."))
        for half_term, kind, one, other, sentence in rows
        if school in (one, other) and half_term <= until and kind != "event"
    ]


def _when(half_term: int) -> str:
    if half_term == 0:
        return "Start"
    year, rest = divmod(half_term - 1, HALF_TERMS_A_YEAR)
    return f"Year {year + 1}, half-term {rest + 1}"

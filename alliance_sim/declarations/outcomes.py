"""Every outcome, declared once: column, unit and meaning. ``measures.py`` fills the columns (MODEL 7)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Outcome:
    """One outcome: its column, unit and meaning, the smallest entity it makes sense for, and what people call it."""

    name: str
    unit: str
    meaning: str
    down_to: str = "school"
    called: str = ""

    @property
    def title(self) -> str:
        """What people call it: ``practice_sd`` is the spread of practice."""
        return self.called or self.name


OUTCOMES: tuple[Outcome, ...] = (
    Outcome("sharing", "helps a teacher and half-term", "helps granted, joint practice development included"),
    Outcome("jpd", "helps a teacher and half-term", "joint practice developments", called="joint practice development"),
    Outcome("trust", "trust", "mean trust of teachers in their counterparts within alliances"),
    Outcome("head_trust", "trust", "mean trust of heads in the other heads of their alliance", called="heads' trust"),
    Outcome("mutual_trust", "share of ties", "ties within alliances with both trusts above .55", called="mutual trust"),
    Outcome("reciprocity", "share", "1 − Σ|F_ij − F_ji| / Σ(F_ij + F_ji): how far help goes both ways"),
    Outcome("practice", "practice", "mean practice of teachers"),
    Outcome(
        "practice_min",
        "practice",
        "mean practice in the school where it is lowest",
        "alliance",
        called="lowest school's practice",
    ),
    Outcome("practice_sd", "practice", "spread of schools' mean practice", "alliance", called="spread of practice"),
    Outcome("frontier", "practice", "best practice in each area, averaged over areas", "alliance"),
    Outcome("level", "level", "mean level of ties within alliances"),
    Outcome("refusals", "share of requests", "requests refused, by who was asked"),
    Outcome("betrayals", "share of helps", "helps granted whose giver was ill-used"),
    Outcome("one_wayness", "share", "mean one-wayness W over ties in use", called="one-wayness"),
    Outcome("fatigue", "share of capacity", "mean fatigue of teachers"),
    Outcome("attainment", "pupil SD", "mean attainment of schools"),
    Outcome(
        "attainment_gap",
        "pupil SD",
        "mean attainment of the best fifth of schools less the worst fifth",
        "alliance",
        called="attainment gap",
    ),
    Outcome(
        "donor_share",
        "share of helps",
        "helps given by the most giving fifth of schools",
        "alliance",
        called="top donors' share",
    ),
    Outcome("alliances", "alliances", "alliances that stand", "system"),
    Outcome("social_capital", "trust", "trust × reciprocity", called="social capital"),
    Outcome(
        "intellectual_capital",
        "practice",
        "practice within trusted reach: the best of one's own and T_ij·q_jk",
        called="intellectual capital",
    ),
    Outcome(
        "uphill",
        "share of helps",
        "helps that flowed from lower- to higher-attaining schools",
        called="help that flows uphill",
    ),
    Outcome("collaboration", "share of ties", "ties within alliances at level 4", called="full collaboration"),
)
"""All outcomes in the order of their columns; the last two are this project's additions to MODEL 7."""

NAMES: tuple[str, ...] = tuple(outcome.name for outcome in OUTCOMES)
TITLES: dict[str, str] = {outcome.name: outcome.title for outcome in OUTCOMES}
ALLIANCE_COLUMNS: tuple[int, ...] = tuple(i for i, outcome in enumerate(OUTCOMES) if outcome.down_to != "system")
SCHOOL_COLUMNS: tuple[int, ...] = tuple(i for i, outcome in enumerate(OUTCOMES) if outcome.down_to == "school")

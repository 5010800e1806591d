"""Every outcome, declared once with name, unit and meaning (MODEL 7). ``measures.py`` computes them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Outcome:
    """The declaration of one outcome.

    Attributes:
        name: its column in a frame of outcomes.
        unit: its unit.
        meaning: what it measures, in a few words.
        down_to: the smallest entity for which it is defined: ``system``, ``alliance`` or ``school``.
        label: its name in text and on charts, where it differs from ``name``.
    """

    name: str
    unit: str
    meaning: str
    down_to: str = "school"
    label: str = ""

    @property
    def title(self) -> str:
        """Return its name in text and on charts: ``practice_sd`` is the spread of practice."""
        return self.label or self.name


OUTCOMES: tuple[Outcome, ...] = (
    Outcome(
        "sharing",
        "acts of help per teacher per half-term",
        "acts of help given to other schools, joint practice development included",
    ),
    Outcome(
        "jpd",
        "acts of help per teacher per half-term",
        "acts of help between schools in which both partners developed practice jointly",
        label="joint practice development",
    ),
    Outcome("trust", "trust", "mean trust of teachers in their counterparts within the alliance"),
    Outcome("head_trust", "trust", "mean trust of heads in the other heads of their alliance", label="heads' trust"),
    Outcome(
        "mutual_trust",
        "share of ties",
        "ties within alliances on which both partners' trust exceeds .55",
        label="mutual trust",
    ),
    Outcome("reciprocity", "share", "1 − Σ|F_ij − F_ji| / Σ(F_ij + F_ji), the degree to which help flows both ways"),
    Outcome("practice", "practice", "mean practice over teachers and areas"),
    Outcome(
        "practice_min",
        "practice",
        "lowest mean practice of any school",
        "alliance",
        label="lowest school's practice",
    ),
    Outcome(
        "practice_sd",
        "practice",
        "standard deviation of mean practice between schools",
        "alliance",
        label="spread of practice",
    ),
    Outcome("frontier", "practice", "highest practice of any teacher in each area, averaged over areas", "alliance"),
    Outcome("level", "level", "mean level of collaboration on ties within alliances, 1 to 4"),
    Outcome(
        "refusals",
        "share of requests",
        "requests between schools that were refused, counted at the school that was asked",
    ),
    Outcome("betrayals", "share of acts of help", "acts of help after which the giver was exploited"),
    Outcome(
        "one_wayness", "share", "mean one-wayness W of help over ties on which help was given", label="one-wayness"
    ),
    Outcome("fatigue", "share of capacity", "mean fatigue of teachers"),
    Outcome("attainment", "pupil SD", "mean attainment of pupils over schools"),
    Outcome(
        "attainment_gap",
        "pupil SD",
        "mean attainment of the highest fifth of schools minus that of the lowest fifth",
        "alliance",
        label="attainment gap",
    ),
    Outcome(
        "donor_share",
        "share of acts of help",
        "acts of help given by the fifth of schools that give most",
        "alliance",
        label="top donors' share",
    ),
    Outcome("alliances", "alliances", "number of alliances that have not ended", "system"),
    Outcome("social_capital", "trust", "product of trust and reciprocity", label="social capital"),
    Outcome(
        "intellectual_capital",
        "practice",
        "practice within reach through trust: in each area the larger of own practice and max T_ij·q_jk",
        label="intellectual capital",
    ),
    Outcome(
        "uphill",
        "share of acts of help",
        "acts of help from lower- to higher-attaining schools",
        label="help that flows uphill",
    ),
    Outcome("collaboration", "share of ties", "ties within alliances at level 4", label="full collaboration"),
    Outcome(
        "asked",
        "requests per teacher per half-term",
        "requests to teachers of other schools by a teacher's own choice",
        label="requests to other schools",
    ),
    Outcome(
        "home_sharing",
        "acts of help per teacher per half-term",
        "acts of help between colleagues of one school, joint practice development included",
        label="help at home",
    ),
    Outcome(
        "home_jpd",
        "acts of help per teacher per half-term",
        "acts of help between colleagues of one school in which both developed practice jointly",
        label="joint practice development at home",
    ),
)
"""All outcomes in the order of their columns (MODEL 7)."""

NAMES: tuple[str, ...] = tuple(outcome.name for outcome in OUTCOMES)
TITLES: dict[str, str] = {outcome.name: outcome.title for outcome in OUTCOMES}
ALLIANCE_COLUMNS: tuple[int, ...] = tuple(i for i, outcome in enumerate(OUTCOMES) if outcome.down_to != "system")
"""Positions of the outcomes that are defined for an alliance."""
SCHOOL_COLUMNS: tuple[int, ...] = tuple(i for i, outcome in enumerate(OUTCOMES) if outcome.down_to == "school")
"""Positions of the outcomes that are defined for a school."""

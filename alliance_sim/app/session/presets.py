"""Presets: pairs of systems with a question in plain words."""

from __future__ import annotations

from dataclasses import dataclass, field

from alliance_sim.declarations.parameters import Value


@dataclass(frozen=True)
class Side:
    """One system of a preset.

    Attributes:
        title: its name on the page.
        config: the name of a shipped config.
        changes: parameters set differently from the config.
    """

    title: str
    config: str
    changes: dict[str, Value] = field(default_factory=dict[str, Value])


@dataclass(frozen=True)
class Preset:
    """Two systems with the same initial state.

    Attributes:
        key: its name in links.
        title: its name in the list.
        question: the question that the pair answers.
        first, second: the two systems.
    """

    key: str
    title: str
    question: str
    first: Side
    second: Side


SILICON_VALLEY = Side("Silicon Valley", "silicon_valley")
ROUTE_128 = Side("Route 128", "route128")
COSY_CLUB = Side("Cosy club", "cosy_club")
ISOLATED = Side("Isolated", "isolated")

PRESETS: dict[str, Preset] = {
    preset.key: preset
    for preset in (
        Preset(
            "silicon_valley_route128",
            "Silicon Valley against Route 128",
            "Both compete equally hard. One is open and networked, the other closed and secretive. Who shares more?",
            SILICON_VALLEY,
            ROUTE_128,
        ),
        Preset(
            "competition_collaboration",
            "Competition against collaboration",
            "One system makes schools compete and gives little time; the other gives time and eases off. What follows?",
            Side("Competitive", "competitive"),
            Side("Collaborative", "collaborative"),
        ),
        Preset(
            "coordinator",
            "With and without a coordinator",
            "The same schools, with and without someone who brings teachers together. What is a coordinator worth?",
            Side("Coordinated", "baseline"),
            Side("Left alone", "baseline", {"coordinator.present": False}),
        ),
        Preset(
            "reciprocity",
            "With and without reciprocity",
            "In one system favours are remembered, thanked for and returned; in the other no one keeps accounts.",
            Side("Give and take", "baseline"),
            Side("Give and forget", "baseline", {"reciprocity.enabled": False}),
        ),
        Preset(
            "openness",
            "Open doors, with and without secrecy",
            "Both systems open their doors to other alliances; in one, schools keep what they know to themselves.",
            Side("Open", "silicon_valley"),
            Side("Open but secretive", "open_but_secretive"),
        ),
        Preset(
            "mobility",
            "Teachers who move",
            "In one system eight teachers in a hundred change schools each year. Do they carry what they know?",
            Side("All stay", "silicon_valley"),
            Side("Some move", "staff_mobility"),
        ),
        Preset(
            "compulsion",
            "Sent to a strong school",
            "In both systems each alliance has a strong school; in one of them most teachers are sent there for help.",
            Side("Free to ask", "baseline", {"population.hub_lead": 0.3}),
            Side("Sent", "dominance"),
        ),
        Preset(
            "corners_open",
            "Four corners: Silicon Valley and the cosy club",
            "Both are open and networked; only one competes. Does comfort help or hold back?",
            SILICON_VALLEY,
            COSY_CLUB,
        ),
        Preset(
            "corners_closed",
            "Four corners: Route 128 and the isolated system",
            "Both are closed and secretive; only one competes. Does competition make up for closed doors?",
            ROUTE_128,
            ISOLATED,
        ),
        Preset(
            "corners_calm",
            "Four corners: the cosy club and the isolated system",
            "Neither competes; only one is open and networked. Are open doors enough?",
            COSY_CLUB,
            ISOLATED,
        ),
        Preset(
            "bonds",
            "Alliances that may end: loose against bound schools",
            "Alliances that disappoint can end. In one system schools leave as they like; in the other they are bound.",
            Side("Loose", "federations", {"governance.hard_share": 0.0}),
            Side("Bound", "federations", {"governance.hard_share": 1.0}),
        ),
        Preset(
            "turnover",
            "People stay, people come and go",
            "In one system everyone stays in post; in the other teachers, heads and coordinators change as in England.",
            Side("All stay", "baseline"),
            Side("Come and go", "staff_turnover"),
        ),
        Preset(
            "initiatives",
            "Left in peace, or one initiative after another",
            "The same schools, but in one system a new initiative arrives every few months. What does that cost?",
            Side("Left in peace", "baseline"),
            Side("Initiatives", "policy_churn"),
        ),
        Preset(
            "dominance",
            "Help of one's choice, or sent to the largest school",
            "Teachers ask whom they trust, or are sent to the largest school of their alliance, which may not refuse.",
            Side("Own choice", "baseline"),
            Side("Sent", "dominance"),
        ),
    )
}
"""Every preset by its key, in the order of the list. The page starts with the first."""

FIRST = next(iter(PRESETS))

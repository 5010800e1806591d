"""Parameters of the switchable modules: all off by default, so that the model is its core until somebody asks.

Each module is switched on by one of its parameters (``registry.py`` says which): while that is 0 or false, the others
mean nothing.
"""

from __future__ import annotations

from alliance_sim.declarations.types import Parameter, count, share, switch

LEVERS = (
    share("policy.hub_push", 0.0, "—", "chance that a teacher is sent to the alliance's largest school", "A15, C29",
          "chance"),
    share("policy.boundary_push", 0.0, "—", "how hard an outside agenda or redrawing presses on alliances", "B9, B14"),
)  # fmt: skip
"""Levers of policy, so they stand in that table."""

TURNOVER = (
    Parameter("turnover.rate", 0.0, "—", "share a year", (0, 0.3), "teachers who leave the profession each year",
              "A24; DfE .08–.10", span=(0.08, 0.10)),
    Parameter("turnover.heads", 0.0, "—", "share a year", (0, 0.5), "heads who are replaced each year", "A24, C5"),
    Parameter("turnover.coordinators", 0.0, "—", "share a year", (0, 1), "coordinators who are replaced each year",
              "B15"),
    share("turnover.training_loss", 0.2, "—", "how far a newcomer's practice falls short of the school's mean", "A24"),
)  # fmt: skip

GOVERNANCE = (
    switch("governance.enabled", False, "—", "whether alliances can lose members, end, and be formed again", "C3, C34"),
    share("governance.hard_share", 1.0, "—", "alliances that are hard federations, which no school can leave", "C34"),
    Parameter("governance.hope", 0.8, "—", "helps a teacher and half-term", (0, 5), "help that members hope for", "C4"),
    Parameter("governance.hazard", 0.115, "—", "chance a year", (0, 1), "that a wholly disappointed alliance ends",
              "calibrated: THEORY.md; C3"),
    Parameter("governance.exit_rate", 0.25, "—", "chance a year", (0, 1), "that a wholly disappointed school leaves",
              "assumption; C34"),
    Parameter("governance.formation", 0.1, "—", "chance a year", (0, 1),
              "that neighbours whose heads trust wholly ally", "assumption; C4"),
    share("governance.formality", 0.0, "f", "how far rules are written down", "C13, D11", "utility"),
    share("governance.formality_cost", 0.4, "—", "lack of trust from which rules help more than they burden", "C13",
          "trust"),
)  # fmt: skip

EMBEDDING = (
    Parameter("embedding.rate", 0.0, "—", "share a half-term", (0, 0.3), "how fast used protected time becomes routine",
              "C17", span=(0.05, 0.2)),
)  # fmt: skip

CHURN = (
    share("churn.frequency", 0.0, "—", "chance a half-term that an initiative reaches an alliance", "A18", "chance"),
    share("churn.buffered", 0.5, "—", "how far a wholly credible coordinator keeps initiatives off", "B16"),
    share("churn.reset", 0.4, "—", "chance that an initiative costs a pair a level", "A18", "chance"),
)

MOBILITY = (
    Parameter("mobility.rate", 0.0, "—", "share a year", (0, 0.3), "teachers who move between schools each year; .08 "
              "when on", "C27; DfE .04–.10", span=(0.04, 0.10)),
    share("mobility.carried", 0.5, "—", "how far movers trust new colleagues as they did the old", "C27"),
)  # fmt: skip

CHALLENGE = (
    share("challenge.rate", 0.0, "—", "chance that a help ends in a challenge, at full competition", "C14", "chance"),
    share("challenge.gate", 0.55, "θ_c", "trust from which a challenge is taken to heart", "C14", "trust"),
    Parameter("challenge.insight", 0.05, "—", "practice", (0, 0.5), "what a challenge that is taken to heart betters",
              "assumption; C14"),
    share("challenge.offence", 0.05, "—", "share of trust lost to a challenge by somebody who is not trusted", "C14"),
)  # fmt: skip

SYSTEM_LEADERSHIP = (
    share("system_leadership.reach", 0.0, "m", "rivalry not felt where heads trust each other wholly", "C15, B6"),
    share(
        "system_leadership.gate", 0.55, "—", "heads' trust above which they care for partners' pupils", "B6", "trust"
    ),
)

TOPICS = (
    switch("topics.enabled", False, "—", "whether topics are chosen by leaders or by teachers", "B20"),
    share("topics.steered", 0.5, "h", "how far leaders choose, by audit", "B20"),
    share("topics.cost", 0.4, "—", "engagement lost where leaders choose everything", "B20, B24"),
    share("topics.ease", 0.4, "—", "quality lost where everybody shows what is easy", "B21"),
)

EXPERTISE = (
    Parameter("expertise.misjudgement", 0.0, "s", "practice SD", (0, 1), "how far strangers misjudge what others know",
              "C11"),
    share("expertise.directory", 0.0, "—", "how complete a directory of who knows what is", "B22, C11"),
)  # fmt: skip

POWER = (
    share("power.purse", 0.0, "—", "how far the purse of an alliance is one school's", "A16"),
    share("power.veto", 0.0, "—", "how far that school must agree to everything", "A17"),
    share("power.resentment", 0.03, "—", "trust lost a half-term by who decides alone", "B12"),
)

PREDICAMENT = (
    share("predicament.capture", 0.0, "—", "how far coordinators serve one school", "B17"),
    share("predicament.isolation", 0.0, "—", "how little coordinators hear back", "B19"),
    share("predicament.newsletter", 0.0, "—", "how loudly a newsletter praises what coordinators did", "B18"),
)

TIME_HORIZON = (
    share("time_horizon.shortness", 0.0, "—", "how little people count on the return of help", "A10"),
)  # fmt: skip

REPUTATION = (share("reputation.weight", 0.0, "—", "how far strangers are trusted by their school's standing", "A2"),)

INTERNAL_TRUST = (
    share(
        "internal_trust.overestimate", 0.0, "b", "how much better heads think trust at home than it is", "C30", "trust"
    ),
    share("internal_trust.audits", 0.0, "—", "chance a year that a school asks its staff", "C30", "chance a year"),
    share("internal_trust.effort", 0.15, "—", "share of missing trust that a head who knows mends in a year", "C30"),
)

TRUST_ELEMENTS = (
    switch("trust_elements.enabled", False, "—", "whether trust is earned element by element", "A4"),
    count("trust_elements.lessons", 3, "—", (1, 20), "honoured helps until the next element is earned", "A4", "helps"),
)

SPAWNING = (
    share("spawning.rate", 0.0, "—", "chance a year that a mature alliance with a leader takes on another", "C18",
          "chance a year"),
    Parameter("spawning.leaders", 0.5, "—", "leaders a year", (0, 3), "that an alliance of collaborators grows", "C18"),
    Parameter("spawning.fast_lane", 0.0, "—", "utility", (0, 3), "readiness that hubs have for each other", "C19"),
)  # fmt: skip

SUCCESSION = (
    Parameter("succession.rate", 0.0, "—", "leaders", (0, 10), "that a joint development a teacher grows", "A24"),
    Parameter("succession.gain", 0.05, "—", "practice", (0, 0.5), "what those gain whose school gave a leader away",
              "A24"),
)  # fmt: skip

MODULE_GROUPS: dict[str, tuple[str, tuple[Parameter, ...]]] = {
    "governance": ("How alliances are ruled, and how they end", GOVERNANCE),
    "embedding": ("What was funded and became routine", EMBEDDING),
    "churn": ("Initiatives that arrive and scatter people's focus", CHURN),
    "mobility": ("Teachers who move from school to school", MOBILITY),
    "challenge": ("Peers who challenge each other", CHALLENGE),
    "system_leadership": ("Concern for the pupils of partners", SYSTEM_LEADERSHIP),
    "topics": ("Who chooses what people work on", TOPICS),
    "expertise": ("Who knows what, and who knows that", EXPERTISE),
    "power": ("Purse strings and vetoes", POWER),
    "predicament": ("The coordinator between members, leaders and silence", PREDICAMENT),
    "time_horizon": ("How far ahead people look", TIME_HORIZON),
    "reputation": ("What strangers are expected to be like", REPUTATION),
    "internal_trust": ("Trust at home, and what heads think of it", INTERNAL_TRUST),
    "trust_elements": ("Goodwill, openness, reliability, competence", TRUST_ELEMENTS),
    "spawning": ("Alliances that found alliances, and the network of hubs", SPAWNING),
    "succession": ("Leaders whom alliances grow", SUCCESSION),
    "turnover": ("Teachers, heads and coordinators who leave, and who comes after them", TURNOVER),
}
"""Each table of a config that belongs to a module: its title, and its parameters in order."""

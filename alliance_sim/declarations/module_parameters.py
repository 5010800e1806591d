"""Parameters of the optional modules, all of which are off by default.

The ``switches`` of a module (see ``registry.py``) switch it on. While all of them are 0 or false, its other parameters
have no effect.
"""

from __future__ import annotations

from alliance_sim.declarations.types import Parameter, count, share, switch

POLICY_CONTROLS = (
    share("policy.hub_push", 0.0, "—",
          "chance per half-term that a teacher is sent for help to the alliance's largest school", "A15, C29",
          "chance"),
    share("policy.boundary_push", 0.0, "—", "pressure on alliances from an outside agenda or from redrawn boundaries",
          "B9, B14"),
)  # fmt: skip
"""Parameters of modules that belong to the table ``policy``, because events can change them."""


TURNOVER = (
    Parameter("turnover.rate", 0.0, "—", "share per year", (0, 0.3),
              "share of teachers who leave the profession each year", "A24; DfE .08–.10", span=(0.08, 0.10)),
    Parameter("turnover.heads", 0.0, "—", "share per year", (0, 0.5), "share of heads who are replaced each year",
              "A24, C5"),
    Parameter("turnover.coordinators", 0.0, "—", "share per year", (0, 1),
              "share of coordinators who are replaced each year", "B15"),
    share("turnover.training_loss", 0.2, "—", "shortfall of a newcomer's practice from the school's mean", "A24"),
)  # fmt: skip

GOVERNANCE = (
    switch("governance.enabled", False, "—", "whether alliances can lose members, end and form again", "C3, C34"),
    share("governance.hard_share", 1.0, "—",
          "share of alliances that are hard federations, which no single school can leave", "C34"),
    Parameter("governance.hope", 0.8, "—", "acts of help per teacher per half-term", (0, 5),
              "help that members hope for", "C4"),
    Parameter("governance.hazard", 0.55, "h_0", "per year", (0, 5),
              "hazard at which a fully disappointed alliance of median readiness ends", "calibrated: THEORY.md; C3"),
    Parameter("governance.exit_rate", 0.25, "—", "chance per year", (0, 1),
              "chance that a school leaves a fully disappointed alliance", "assumption; C34"),
    Parameter("governance.formation", 0.1, "—", "chance per year", (0, 1),
              "chance that schools whose heads trust each other fully form an alliance again", "assumption; C4"),
    share("governance.formality", 0.0, "f", "degree to which rules of collaboration are written down", "C13, D11",
          "utility"),
    share("governance.formality_cost", 0.4, "—", "missing trust above which written rules help more than they hinder",
          "C13", "trust"),
)  # fmt: skip

EMBEDDING = (
    Parameter("embedding.rate", 0.0, "—", "share per half-term", (0, 0.3),
              "share of funded, used time that becomes routine", "C17", span=(0.05, 0.2)),
)  # fmt: skip

CHURN = (
    share("churn.frequency", 0.0, "—", "chance per half-term that a new initiative reaches an alliance", "A18",
          "chance"),
    share("churn.buffered", 0.5, "—", "share of initiatives that a fully credible coordinator keeps away", "B16"),
    share("churn.reset", 0.4, "—", "chance that an initiative costs a pair of teachers one level", "A18", "chance"),
)  # fmt: skip

MOBILITY = (
    Parameter("mobility.rate", 0.0, "—", "share per year", (0, 0.3),
              "share of teachers who move between schools each year; about .08 when on", "C27; DfE .04–.10",
              span=(0.04, 0.10)),
    share("mobility.carried", 0.5, "—",
          "share of their previous trust, relative to initial trust, that movers bring to new colleagues", "C27"),
    switch("mobility.bridge", True, "—", "whether a mover keeps a tie to one colleague of the previous school",
           "C27; Granovetter 1973"),
)  # fmt: skip

CHALLENGE = (
    share("challenge.rate", 0.0, "—", "chance that an act of help leads to a challenge, at full competition", "C14",
          "chance"),
    share("challenge.gate", 0.55, "θ_c", "trust from which a challenge is accepted", "C14", "trust"),
    Parameter("challenge.insight", 0.05, "—", "practice", (0, 0.5),
              "gain in practice from a challenge that is accepted", "assumption; C14"),
    share("challenge.offence", 0.05, "—", "share of trust that a challenge below the gate costs", "C14"),
)  # fmt: skip

COMPLACENCY = (
    share("complacency.strength", 0.0, "s",
          "share of need, work alone and invention that is lost in a school content with its results", "C6"),
)  # fmt: skip

SYSTEM_LEADERSHIP = (
    share("system_leadership.reach", 0.0, "m", "share of rivalry that is not felt where heads trust each other fully",
          "C15, B6"),
    share("system_leadership.gate", 0.55, "—", "trust of a head above which concern extends to partners' pupils", "B6",
          "trust"),
)  # fmt: skip

TOPICS = (
    switch("topics.enabled", False, "—", "whether the choice of topics, by leaders or by teachers, has effects", "B20"),
    share("topics.steered", 0.5, "h", "degree to which leaders choose the topics, by audit", "B20"),
    share("topics.cost", 0.4, "—", "share of need for help that is lost where leaders choose every topic", "B20, B24"),
    share("topics.ease", 0.4, "—", "share of transfer that is lost where teachers share only what is easy to show",
          "B21"),
)  # fmt: skip

EXPERTISE = (
    Parameter("expertise.misjudgement", 0.0, "s", "practice SD", (0, 1),
              "standard deviation of the error with which strangers judge each other's practice", "C11"),
    share("expertise.directory", 0.0, "—", "completeness of a directory of expertise", "B22, C11"),
)  # fmt: skip

POWER = (
    share("power.purse", 0.0, "—", "degree to which one school controls the alliance's funds", "A16"),
    share("power.veto", 0.0, "—", "degree to which that school must approve collaboration between others", "A17"),
    share("power.resentment", 0.03, "—", "share of trust in that school that its full control costs per half-term",
          "B12"),
)  # fmt: skip

PREDICAMENT = (
    share("predicament.capture", 0.0, "—", "degree to which coordinators serve one school", "B17"),
    share("predicament.isolation", 0.0, "—", "degree to which coordinators receive no feedback", "B19"),
    share("predicament.newsletter", 0.0, "—", "degree to which a newsletter praises coordinators' work", "B18"),
)  # fmt: skip

TIME_HORIZON = (
    share("time_horizon.shortness", 0.0, "—", "share of the expected return of help that people disregard", "A10"),
)  # fmt: skip

REPUTATION = (
    share("reputation.weight", 0.0, "—", "degree to which the rank of a school determines initial trust in its people",
          "A2"),
)  # fmt: skip

INTERNAL_TRUST = (
    switch("internal_trust.cap", False, "—",
           "whether low trust within a school limits the level of collaboration with other schools", "D4"),
    share("internal_trust.overestimate", 0.0, "b", "overestimate by heads of the trust among their own teachers", "C30",
          "trust"),
    share("internal_trust.audits", 0.0, "—", "chance that a school audits the trust among its teachers", "C30",
          "chance per year"),
    share("internal_trust.effort", 0.15, "—", "share of missing trust that a head who sees a problem restores per year",
          "C30"),
)  # fmt: skip

TRUST_ELEMENTS = (
    switch("trust_elements.enabled", False, "—", "whether elements of trust are earned one after the other", "A4"),
    count("trust_elements.lessons", 3, "—", (1, 20), "acts of honoured help after which the next element is earned",
          "A4", "acts of help"),
)  # fmt: skip

SPAWNING = (
    share("spawning.rate", 0.0, "—", "chance that a mature alliance with a leader to spare mentors another alliance",
          "C18", "chance per year"),
    Parameter("spawning.leaders", 0.5, "—", "leaders per year", (0, 3),
              "leaders that an alliance at level 4 on every tie develops", "C18"),
    Parameter("spawning.fast_lane", 0.0, "—", "utility", (0, 3),
              "utility of helping that is added between hub schools of different alliances", "C19"),
)  # fmt: skip

SUCCESSION = (
    Parameter("succession.rate", 0.0, "—", "leaders", (0, 10),
              "leaders that one act of joint practice development per teacher develops", "A24"),
    Parameter("succession.gain", 0.05, "—", "practice", (0, 0.5),
              "gain in practice of the teachers of a school that gives a leader away", "A24"),
)  # fmt: skip

MODULE_GROUPS: dict[str, tuple[str, tuple[Parameter, ...]]] = {
    "governance": ("Formation, exit and end of alliances", GOVERNANCE),
    "embedding": ("Collaboration that becomes routine", EMBEDDING),
    "churn": ("New initiatives that disrupt collaboration", CHURN),
    "mobility": ("Teachers who move between schools", MOBILITY),
    "challenge": ("Challenge between peers", CHALLENGE),
    "complacency": ("Schools that are content with their results", COMPLACENCY),
    "system_leadership": ("Concern for partners' pupils", SYSTEM_LEADERSHIP),
    "topics": ("Choice of topics by leaders or teachers", TOPICS),
    "expertise": ("Knowledge of each other's expertise", EXPERTISE),
    "power": ("Control of funds and decisions by one school", POWER),
    "predicament": ("Capture, isolation and self-praise of coordinators", PREDICAMENT),
    "time_horizon": ("Time horizon of decisions", TIME_HORIZON),
    "reputation": ("Initial trust from a school's rank", REPUTATION),
    "internal_trust": ("Trust within schools, and heads' estimate of it", INTERNAL_TRUST),
    "trust_elements": ("Elements of trust: goodwill, openness, reliability, competence", TRUST_ELEMENTS),
    "spawning": ("Alliances that mentor others, and the network of hub schools", SPAWNING),
    "succession": ("Succession of heads from within the alliance", SUCCESSION),
    "turnover": ("Turnover of teachers, heads and coordinators", TURNOVER),
}
"""Each table of a config that belongs to a module, by name: its title, and its parameters in order."""

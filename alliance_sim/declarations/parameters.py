"""Every parameter of the model, declared once: name, default, symbol, unit, bounds, meaning, source.

The dotted name is the same everywhere: ``trust.gain`` in a config, on the command line, in a result column, and
``settings.trust.gain`` in a compiled rule. A value outside ``bounds`` is refused. ``span`` is the narrower range that
sensitivity analysis explores; it is the bounds where nothing else is said. Those of the switchable modules stand in
``module_parameters.py``.
"""

from __future__ import annotations

from alliance_sim.declarations.module_parameters import LEVERS, MODULE_GROUPS
from alliance_sim.declarations.types import (
    HALF_TERMS_A_YEAR,
    LEVELS,
    Declared,
    Kind,
    Parameter,
    Value,
    count,
    levels,
    share,
    switch,
    weight,
)

__all__ = [
    "CHANGED_BY_EVENTS",
    "DEFAULTS",
    "GROUPS",
    "HALF_TERMS_A_YEAR",
    "LEVELS",
    "PARAMETERS",
    "Kind",
    "Parameter",
    "Value",
]

POPULATION = (
    count("population.schools", 24, "N", (2, 10_000_000), "schools in the system", "assumption", "schools"),
    count("population.alliance_size", 6, "n", (2, 1_000), "schools an alliance", "Howes' group of six; B28", "schools"),
    count("population.subjects", 6, "S", (1, 50), "subjects taught; ties join teachers of one subject", "assumption"),
    count("population.practice_areas", 5, "K", (1, 50), "areas of practice a teacher can be good at", "B10"),
    Parameter("population.teachers_median", 20, "m", "teachers", (1, 500), "median number of teachers a school", "DfE"),
    Parameter("population.teachers_spread", 0.5, "s", "log units", (0, 1.5), "log-normal spread of school size", "DfE"),
    share("population.secondary_share", 0.0, "—", "share of alliances whose schools are secondary schools", "DfE"),
    Parameter("population.secondary_median", 55, "m₂", "teachers", (1, 500), "teachers a secondary", "DfE"),
    Parameter("population.practice_sd", 0.3, "σ_q", "practice", (0.01, 1), "spread of first practice", "assumption"),
    count("population.boundary_ties", 2, "b", (0, 20), "counterparts a teacher has in other alliances", "A11, C27"),
    Parameter(
        "population.pupils_per_teacher", 20, "—", "pupils", (1, 100), "turns a list's pupils into teachers", "DfE"
    ),
)  # fmt: skip

POLICY = (
    share("policy.competition", 0.5, "C", "how hard schools compete for pupils, rank and reputation", "B1, C28"),
    share("policy.funding", 0.5, "Φ", "protected time and money for working together", "B2, C17"),
    share("policy.secrecy", 0.0, "σ", "how far institutions keep what they know to themselves", "C27"),
    share("policy.porosity", 0.15, "ω", "how open partner choice is to teachers beyond the alliance", "A11, C27"),
    *LEVERS,
)

TRUST = (
    share("trust.initial", 0.45, "T0", "mean trust at the opening, the same for every institution", "A2, A12", "trust"),
    Parameter("trust.initial_sd", 0.08, "—", "trust", (0, 0.3), "spread of first trust between ties", "assumption"),
    Parameter("trust.initial_alliance_sd", 0.10, "—", "trust", (0, 0.3), "spread between alliances", "B7, A12"),
    Parameter(
        "trust.gain", 0.12, "λ", "per honoured promise", (0.03, 0.2), "share of missing trust a kept promise adds", "A5"
    ),
    Parameter(
        "trust.loss_ratio", 4.0, "r", "loss/gain", (1, 8), "how much faster a broken promise takes trust than a kept "
        "one adds it; r·λ stays under 1", "A5",
    ),
    share("trust.staff_follow_heads", 0.04, "δ", "pull a half-term of staff's trust towards their head's", "C5, B27"),
    share("trust.heads_hear_staff", 0.05, "χ", "pull a half-term of a head's trust towards the staff's mean", "C5"),
    share("trust.head_meeting", 0.6, "p_H", "chance that two heads of an alliance meet in a half-term", "A12, C5"),
    share("trust.head_readiness", 0.6, "—", "what a head gains by being seen to work together", "B5, C5", "utility"),
    weight("trust.help_value", 2.0, "g", "worth of helping somebody who is trusted", "A3"),
    weight("trust.loss_weight", 1.5, "ℓ", "dread of being ill-used, felt where trust is missing", "A3"),
    weight("trust.rivalry_weight", 2.0, "κ", "how much rivalry scales what could be lost", "A3, C28", "per rivalry"),
    weight("trust.effort_weight", 0.3, "c0", "dislike of the effort that help costs", "D3"),
    Parameter(
        "trust.competition_enters", "loss", "—", "loss or additive", (0, 1), "whether rivalry scales the loss felt "
        "where trust is missing, or lowers willingness outright", "A3, C28", "choice", ("loss", "additive"),
    ),
)  # fmt: skip

RECIPROCITY = (
    switch("reciprocity.enabled", True, "—", "whether debts are felt, resented, repaid and thanked for", "A7"),
    weight("reciprocity.obligation_weight", 1.0, "b_O", "willingness added by what one owes", "A7"),
    weight("reciprocity.grievance_weight", 1.5, "b_G", "willingness lost by what one is owed", "A7, A20"),
    Parameter(
        "reciprocity.half_saturation", 2.0, "k_B", "helps", (0.1, 3), "debt at which obligation is half felt", "A7",
        span=(1, 3),
    ),
    Parameter("reciprocity.decay", 0.08, "δ_B", "per half-term", (0, 0.12), "how fast debts and help are forgotten",
              "A7", span=(0.04, 0.12)),
    weight("reciprocity.gratitude", 3.0, "ψ", "how much more a repaid debt adds to trust", "A7", "per obligation"),
    Parameter("reciprocity.return_rate", 0.5, "ret", "per half-term", (0, 0.75), "how readily debtors offer help back",
              "A7", span=(0.25, 0.75)),
    Parameter("reciprocity.one_way_loss", 0.2, "λ_W", "per help", (0, 0.4), "trust lost when help is one-way", "C29"),
    share("reciprocity.one_way_tolerance", 0.4, "w0", "one-wayness that is borne without harm", "C29"),
)  # fmt: skip

OUTCOME = (
    Parameter("outcome.betrayal", 0.04, "o0", "chance", (0, 0.2), "chance of being ill-used where trust is nil", "A6"),
    Parameter("outcome.betrayal_rivalry", 2.0, "κ_o", "per rivalry", (0, 4), "how much rivalry adds to it", "A6"),
    Parameter("outcome.misfortune", 0.03, "ε", "chance", (0, 0.2), "chance of being let down honestly", "B11"),
)

HELP = (
    share("help.base_need", 0.35, "n0", "chance per contact to seek help", "assumption", "chance"),
    share("help.competition_need", 0.35, "n1", "need that full competition adds to the lowest ranked", "B1", "chance"),
    count("help.contacts", 2, "—", (0, 10), "occasions a half-term to seek help", "assumption", "per half-term"),
    Parameter("help.loyalty", 4.0, "ν", "per trust", (0, 10), "how strongly trust decides whom one asks", "B26"),
    share("help.refusal_loss", 0.03, "λ_R", "share of trust that a refusal costs who asked", "A5"),
)  # fmt: skip

LEVEL = (
    levels("level.transfer", (0.08, 0.16, 0.30, 0.40), "γ", "share of gap", 1, "what one help closes of a gap", "C20"),
    levels("level.stake", (0.2, 0.4, 0.7, 1.0), "v", "stake", 1, "what the giver risks", "A1, A3"),
    levels("level.gate", (0.10, 0.35, 0.55, 0.70), "θ", "trust", 1, "trust that both need to work so closely", "D2"),
    levels("level.cost", (0.5, 1.0, 1.5, 2.0), "cost", "effort", 10, "effort that one help takes", "D2, D3"),
    share("level.hysteresis", 0.10, "h", "how far trust may fall under the gate before a level is lost", "D2", "trust"),
    share("level.refusal_demotion", 0.3, "—", "chance that a refusal costs a level", "A5", "chance"),
    Parameter("level.capacity", 2.0, "cap", "effort", (0.1, 20), "effort a half-term that tires nobody", "A18"),
)  # fmt: skip

PRACTICE = (
    switch("practice.jpd", True, "—", "whether the closest partners develop practice jointly", "C19, C21"),
    Parameter("practice.jpd_step", 0.35, "η", "practice", (0, 2), "mean step of an innovation", "C21"),
    Parameter(
        "practice.ceiling", 3.0, "Q_max", "practice", (1, 10), "best practice there could be; innovation slows near it",
        "calibrated: THEORY.md",
    ),
    share("practice.solo_rate", 0.03, "p_solo", "chance a half-term that a teacher innovates alone", "B23", "chance"),
    share("practice.depreciation", 0.008, "δ_q", "share of practice that ages away in a half-term", "assumption"),
)  # fmt: skip

COORDINATOR = (
    switch("coordinator.present", True, "—", "whether each alliance has a coordinator", "B15, B16"),
    count("coordinator.capacity", 12, "k", (0, 40), "pairs brought together a half-term", "B16", "per half-term"),
    share("coordinator.credibility", 0.4, "c_0", "credibility at the opening", "B18"),
    share("coordinator.mediation", 0.6, "μ", "how much a credible coordinator softens a broken promise", "A20, B11"),
)

FATIGUE = (
    share("fatigue.rate", 0.3, "φ", "how fast fatigue follows load", "A18", "per half-term"),
    weight("fatigue.weight", 1.5, "b_f", "how much fatigue above capacity holds people back", "A18", "per fatigue"),
)

ATTAINMENT = (
    Parameter(
        "attainment.effect", 0.06, "τ", "pupil SD per practice SD", (0.02, 0.12), "what practice does for pupils",
        "Jackson & Bruegmann .02–.04; EEF Lesson Study .03",
    ),
    Parameter("attainment.intake_sd", 0.30, "σ_x", "pupil SD", (0, 1), "lasting differences between intakes",
              "calibrated: THEORY.md"),
    Parameter("attainment.noise_sd", 0.23, "σ_A", "pupil SD", (0, 1), "luck of the year", "calibrated: THEORY.md"),
)  # fmt: skip

GROUPS: Declared[tuple[str, tuple[Parameter, ...]]] = Declared({
    "population": ("Schools, teachers and who could know whom", POPULATION),
    "policy": ("What government and institutions set; events may change it", POLICY),
    "trust": ("How trust opens, grows, breaks and weighs on a decision", TRUST),
    "reciprocity": ("Debts, gratitude, grievance and one-way help", RECIPROCITY),
    "outcome": ("How help that was given turns out", OUTCOME),
    "help": ("Who seeks help, how often and from whom", HELP),
    "level": ("The four levels of working together", LEVEL),
    "practice": ("How practice is created and ages", PRACTICE),
    "coordinator": ("The alliance's coordinator", COORDINATOR),
    "fatigue": ("What work does to willingness", FATIGUE),
    "attainment": ("What practice does for pupils", ATTAINMENT),
    **MODULE_GROUPS,
})  # fmt: skip
"""Each table of a config: its title, and its parameters in order."""

PARAMETERS: Declared[Parameter] = Declared(
    {parameter.name: parameter for _, rows in GROUPS.values() for parameter in rows}
)
"""Every parameter by its dotted name, in the order of the tables."""

DEFAULTS: dict[str, Value] = {name: parameter.default for name, parameter in PARAMETERS.items()}

CHANGED_BY_EVENTS: tuple[str, ...] = (*(parameter.name for parameter in POLICY), "coordinator.present")
"""What a dated event may set while a world runs."""

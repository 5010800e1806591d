"""Every parameter of the model, declared once: name, default, symbol, unit, bounds, meaning and source.

The dotted name is the same everywhere: ``trust.gain`` in a config, on the command line and in a result column, and
``settings.trust.gain`` in a compiled rule. A value outside ``bounds`` is refused. Sensitivity analysis explores
``span`` where it is given, else ``bounds``. ``module_parameters.py`` declares the parameters of the optional modules.
"""

from __future__ import annotations

from alliance_sim.declarations.module_parameters import MODULE_GROUPS, POLICY_CONTROLS
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
)  # fmt: skip

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
    count("population.schools", 24, "N", (2, 10_000_000), "number of schools in the system", "assumption", "schools"),
    count("population.alliance_size", 6, "n", (2, 1_000), "number of schools per alliance", "Howes' group of six; B28",
          "schools"),
    count("population.subjects", 6, "S", (1, 50),
          "number of subjects taught; ties connect teachers of the same subject", "assumption"),
    count("population.practice_areas", 5, "K", (1, 50),
          "number of areas of practice, in each of which a teacher has a level of skill", "B10"),
    Parameter("population.teachers_median", 20, "m", "teachers", (1, 500), "median number of teachers per school",
              "DfE"),
    Parameter("population.teachers_spread", 0.5, "s", "log units", (0, 1.5),
              "standard deviation of the logarithm of the number of teachers per school", "DfE"),
    share("population.secondary_share", 0.0, "—", "share of alliances whose schools are secondary schools", "DfE"),
    Parameter("population.secondary_median", 55, "m₂", "teachers", (1, 500),
              "median number of teachers per secondary school", "DfE"),
    Parameter("population.practice_sd", 0.3, "σ_q", "practice", (0.01, 1),
              "standard deviation of practice in the initial state", "assumption"),
    Parameter("population.practice_alliance", 0.10, "ρ_A", "share of variance", (0, 0.3),
              "share of the initial variance of practice that teachers of an alliance have in common", "assumption"),
    Parameter("population.practice_school", 0.15, "ρ_S", "share of variance", (0, 0.3),
              "share of the initial variance of practice that teachers of a school have in common",
              "school shares of the variance in teaching quality"),
    Parameter("population.hub_lead", 0.0, "—", "practice", (0, 1),
              "initial lead in every area of practice of the teachers of each alliance's largest school", "A15, C29"),
    count("population.boundary_ties", 2, "b", (0, 20), "number of counterparts that a teacher has in other alliances",
          "A11, C27"),
    Parameter("population.pupils_per_teacher", 20, "—", "pupils", (1, 100),
              "pupils per teacher, which converts the pupils on a list of schools into teachers", "DfE"),
)  # fmt: skip

POLICY = (
    share("policy.competition", 0.5, "C", "intensity of competition between schools for pupils, rank and reputation",
          "B1, C28"),
    share("policy.funding", 0.5, "Φ", "protected time and money for collaboration", "B2, C17"),
    share("policy.secrecy", 0.0, "σ", "degree to which institutions withhold what they know", "C27"),
    share("policy.porosity", 0.15, "ω",
          "openness to partners in other alliances: the share of choices that pass both walls, √ω each", "A11, C27"),
    *POLICY_CONTROLS,
)  # fmt: skip

TRUST = (
    share("trust.initial", 0.45, "T0", "mean trust in the initial state, the same for every institution", "A2, A12",
          "trust"),
    Parameter("trust.initial_sd", 0.08, "—", "trust", (0, 0.3), "standard deviation of initial trust between ties",
              "assumption"),
    Parameter("trust.initial_alliance_sd", 0.10, "—", "trust", (0, 0.3),
              "standard deviation of initial trust between alliances", "B7, A12"),
    Parameter("trust.gain", 0.12, "λ", "per honoured promise", (0.03, 0.2),
              "share of missing trust that an honoured promise adds at full stake", "A5"),
    Parameter("trust.loss_ratio", 4.0, "r", "loss/gain", (1, 8),
              "rate at which broken promises reduce trust, relative to trust.gain; r·λ must stay below 1", "A5"),
    share("trust.staff_follow_heads", 0.04, "δ",
          "share of the difference by which teachers' trust moves towards their head's per half-term", "C5, B27"),
    share("trust.heads_hear_staff", 0.05, "χ",
          "share of the difference by which a head's trust moves towards the teachers' per half-term", "C5"),
    share("trust.head_meeting", 0.6, "p_H", "chance that two heads of an alliance meet in a half-term", "A12, C5"),
    share("trust.head_readiness", 0.6, "—", "utility that a head gains from being seen to collaborate", "B5, C5",
          "utility"),
    weight("trust.help_value", 2.0, "g", "utility of helping a colleague who is fully trusted", "A3"),
    weight("trust.loss_weight", 1.5, "ℓ",
           "weight of the possible loss from exploitation, in proportion to missing trust", "A3"),
    weight("trust.rivalry_weight", 2.0, "κ",
           "weight of rivalry in the decision to help, as trust.competition_enters specifies", "A3, C28",
           "per rivalry"),
    weight("trust.effort_weight", 0.3, "c0", "disutility per unit of effort that help takes", "D3"),
    Parameter("trust.competition_enters", "loss", "—", "loss or additive", (0, 1),
              "whether rivalry scales the possible loss (loss) or reduces utility whatever the trust (additive)",
              "A3, C28", "choice", ("loss", "additive")),
    share("trust.rivalry_across", 1.0, "—", "rivalry between schools of different alliances, relative to within one",
          "assumption; C28", "factor"),
    Parameter("trust.compulsion_discount", 1.0, "κ_c", "share", (0, 1),
              "share of the usual gain in trust that is missing where help was given under compulsion",
              "A15, C29; Malhotra and Murnighan 2002", span=(0.5, 1)),
    switch("trust.frozen", False, "—",
           "whether trust keeps its initial values, for a twin of a run that shows what feedback of trust adds",
           "assumption"),
)  # fmt: skip

RECIPROCITY = (
    switch("reciprocity.enabled", True, "—",
           "whether debts cause obligation, grievance, gratitude and offers of help in return", "A7"),
    weight("reciprocity.obligation_weight", 1.0, "b_O", "utility of helping that full obligation adds", "A7"),
    weight("reciprocity.grievance_weight", 1.5, "b_G", "utility of helping that full grievance removes", "A7, A20"),
    Parameter("reciprocity.half_saturation", 2.0, "k_B", "acts of help", (0.1, 3),
              "debt at which obligation and grievance reach half their maximum", "A7", span=(1, 3)),
    Parameter("reciprocity.decay", 0.08, "δ_B", "per half-term", (0, 0.12),
              "share of debts and of counted help that is forgotten per half-term", "A7", span=(0.04, 0.12)),
    weight("reciprocity.gratitude", 3.0, "ψ",
           "relative increase, at full obligation, in the trust that useful help adds", "A7", "per obligation"),
    Parameter("reciprocity.return_rate", 0.5, "ret", "per half-term", (0, 0.75),
              "chance per half-term that a debtor offers help in return, at full obligation", "A7", span=(0.25, 0.75)),
    Parameter("reciprocity.one_way_loss", 0.2, "λ_W", "per act of help", (0, 0.4),
              "share of trust that each act of help costs when help is entirely one-way", "C29"),
    share("reciprocity.one_way_tolerance", 0.4, "w0", "one-wayness of help up to which trust does not suffer", "C29"),
    Parameter("reciprocity.one_way_constant", 1.5, "c_W", "acts of help", (1, 3),
              "acts of help beside which a difference between given and received help counts as one-way",
              "calibrated: THEORY.md; C29"),
)  # fmt: skip

OUTCOME = (
    Parameter("outcome.betrayal", 0.04, "o0", "chance", (0, 0.2),
              "chance that a giver is exploited by a partner who has no trust and is no rival", "A6"),
    Parameter("outcome.betrayal_rivalry", 2.0, "κ_o", "per rivalry", (0, 4),
              "relative increase in the chance of exploitation at full rivalry", "A6"),
    Parameter("outcome.misfortune", 0.03, "ε", "chance", (0, 0.2),
              "chance that help disappoints the giver without bad intent", "B11"),
)  # fmt: skip

HELP = (
    share("help.base_need", 0.35, "n0",
          "chance of seeking help per opportunity, before competition, fatigue and funding", "assumption", "chance"),
    share("help.competition_need", 0.35, "n1",
          "chance of seeking help that full competition adds for the lowest-ranked school", "B1", "chance"),
    count("help.contacts", 5, "—", (0, 10),
          "opportunities to seek help per teacher per half-term, colleagues at home included", "assumption",
          "per half-term"),
    Parameter("help.loyalty", 4.0, "ν", "per trust", (0, 10),
              "strength with which trust determines the choice of a partner", "B26"),
    share("help.refusal_loss", 0.03, "λ_R", "share of the asker's trust that a refusal costs", "A5"),
)  # fmt: skip

LEVEL = (
    levels("level.transfer", (0.08, 0.16, 0.30, 0.40), "γ", "share of gap", 1,
           "share of a gap in practice that one act of help closes, by level", "C20"),
    levels("level.stake", (0.2, 0.4, 0.7, 1.0), "v", "stake", 1, "stake of the giver in one act of help, by level",
           "A1, A3"),
    levels("level.gate", (0.10, 0.35, 0.55, 0.70), "θ", "trust", 1, "trust that both partners need to reach a level",
           "D2"),
    levels("level.cost", (0.5, 1.0, 1.5, 2.0), "cost", "effort", 10, "effort that one act of help takes, by level",
           "D2, D3"),
    share("level.hysteresis", 0.10, "h", "how far trust may fall below the gate before a level is lost", "D2", "trust"),
    share("level.refusal_demotion", 0.3, "—", "chance that a refusal costs the partners a level", "A5", "chance"),
    Parameter("level.capacity", 2.0, "cap", "effort", (0.1, 20),
              "effort per half-term that a teacher can sustain without excess fatigue", "A18"),
)  # fmt: skip

PRACTICE = (
    switch("practice.jpd", True, "—", "whether partners at level 4 develop practice jointly", "C19, C21"),
    Parameter("practice.jpd_step", 0.35, "η", "practice", (0, 2),
              "mean size of an innovation, before the ceiling limits it", "C21"),
    Parameter("practice.ceiling", 3.0, "Q_max", "practice", (1, 10),
              "highest practice attainable; innovations become smaller as practice approaches it",
              "calibrated: THEORY.md"),
    switch("practice.stationary", True, "—",
           "whether the next two are derived so that a system without help keeps the mean and spread of its practice",
           "assumption"),
    share("practice.solo_rate", 0.2963, "p_solo",
          "chance per half-term that a teacher innovates alone; derived while practice.stationary is true", "B23",
          "chance"),
    Parameter("practice.solo_step", 0.2025, "η_s", "practice", (0, 10),
              "mean size of an innovation alone, before the ceiling limits it; derived like practice.solo_rate",
              "B23"),
    Parameter("practice.depreciation", 0.008, "δ_q", "share", (0, 1), "share of practice that is lost per half-term",
              "assumption", span=(0.002, 0.008)),
    Parameter("practice.helper_gain", 0.0, "ζ", "share", (0, 1),
              "gain of the helper in the asker's strongest area, relative to the asker's gain from the same help",
              "C32", span=(0, 0.5)),
)  # fmt: skip

COORDINATOR = (
    switch("coordinator.present", True, "—", "whether each alliance has a coordinator", "B15, B16"),
    count("coordinator.capacity", 12, "k", (0, 40),
          "pairs of teachers that a coordinator can bring together per half-term", "B16", "per half-term"),
    share("coordinator.credibility", 0.4, "c_0", "credibility of coordinators in the initial state", "B18"),
    share("coordinator.mediation", 0.6, "μ",
          "share of the loss from a broken promise that a fully credible coordinator prevents", "A20, B11"),
)  # fmt: skip

FATIGUE = (
    share("fatigue.rate", 0.3, "φ",
          "share of the difference by which fatigue moves towards the current load per half-term", "A18",
          "per half-term"),
    weight("fatigue.weight", 1.5, "b_f", "utility of helping that fatigue above capacity removes", "A18",
           "per fatigue"),
)  # fmt: skip

ATTAINMENT = (
    Parameter("attainment.effect", 0.08, "τ", "pupil SD per teacher SD", (0, 0.5),
              "attainment that a gain of one standard deviation between teachers adds",
              "assumption: own-teacher effects on attainment", span=(0.03, 0.12)),
    Parameter("attainment.intake_sd", 0.29, "σ_x", "pupil SD", (0, 1),
              "standard deviation of lasting differences between schools' intakes", "calibrated: THEORY.md"),
    Parameter("attainment.cohort_sd", 0.12, "σ_c", "pupil SD", (0, 1),
              "standard deviation between years of a school's results, whatever the size of the cohort",
              "calibrated: THEORY.md"),
    Parameter("attainment.pupil_sd", 1.25, "σ_0", "pupil SD", (0, 3),
              "standard deviation of a pupil's result, whose share in a school's mean falls with the cohort",
              "sampling variance of a pass share"),
)  # fmt: skip

HOME = (
    switch("home.enabled", True, "—", "whether teachers ask colleagues of their own school for help", "assumption"),
    count("home.colleagues", 4, "—", (0, 8), "colleagues of the own school whom a teacher can ask", "assumption",
          "teachers"),
    share("home.trust", 0.7, "T_h", "trust between colleagues of one school", "assumption; D4, C30", "trust"),
    share("home.jpd", 0.1, "p_J", "chance that granted help between colleagues is joint practice development",
          "assumption; C21", "chance"),
)  # fmt: skip

COMPETITION = (
    Parameter("competition.reach", 10.0, "—", "km", (0, 1000),
              "distance within which schools compare results, where positions are known", "assumption; B1"),
    Parameter("competition.intake_drift", 0.0, "ι", "pupil SD per year", (0, 0.1),
              "change of intake per year at full competition, from the best to the worst place in the local table",
              "assumption; B1", span=(0, 0.02)),
)  # fmt: skip

GROUPS: Declared[tuple[str, tuple[Parameter, ...]]] = Declared({
    "population": ("Schools, teachers and ties", POPULATION),
    "policy": ("Policy of government and institutions, which events can change", POLICY),
    "trust": ("Initial trust, its gain and loss, and its weight in decisions", TRUST),
    "reciprocity": ("Debts, gratitude, grievance and one-way help", RECIPROCITY),
    "outcome": ("Outcome of help", OUTCOME),
    "help": ("Search for help and choice of partners", HELP),
    "level": ("The four levels of collaboration", LEVEL),
    "practice": ("Innovation and depreciation of practice", PRACTICE),
    "coordinator": ("Coordinators of alliances", COORDINATOR),
    "fatigue": ("Fatigue", FATIGUE),
    "attainment": ("Attainment of pupils", ATTAINMENT),
    "home": ("Help between colleagues of one school", HOME),
    "competition": ("Local league tables and their consequences", COMPETITION),
    **MODULE_GROUPS,
})  # fmt: skip
"""Each table of a config by name: its title, and its parameters in order."""

PARAMETERS: Declared[Parameter] = Declared(
    {parameter.name: parameter for _, rows in GROUPS.values() for parameter in rows}
)  # fmt: skip
"""Every parameter by its dotted name, in the order of the tables."""

DEFAULTS: dict[str, Value] = {name: parameter.default for name, parameter in PARAMETERS.items()}

CHANGED_BY_EVENTS: tuple[str, ...] = (*(parameter.name for parameter in POLICY), "coordinator.present")
"""The parameters that a dated event can set during a run."""

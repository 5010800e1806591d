"""Do closed federations outlast loose partnerships, and are they better for it?"""

from experiments.experiment import Expectation, Experiment

EXPERIMENT = Experiment(
    question="Do closed federations outlast loose partnerships, and are they better for it?",
    claim="Without an exit alliances persist, even without trust (C34, C3).",
    study="""
base = "federations"
set = { "population.schools" = 120 }
keep = ["unbroken", "alliances", "trust", "sharing"]

[design]
"governance.hard_share" = [0.0, 1.0]
""",
    look_at="unbroken",
    expected=(
        Expectation(
            "alliances that never ended, hard less loose",
            "unbroken",
            {"governance.hard_share": 1.0},
            {"governance.hard_share": 0.0},
            0.02,
        ),
        Expectation(
            "sharing, hard less loose",
            "sharing",
            {"governance.hard_share": 1.0},
            {"governance.hard_share": 0.0},
            0.0,
            told=True,
        ),
    ),
    reading=(
        "The hazard is calibrated to English federations and no evidence; that loose ones end sooner is the rule's "
        "doing, by how much is the model's."
    ),
)

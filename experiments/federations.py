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
            "alliances that never ended, hard minus loose",
            "unbroken",
            {"governance.hard_share": 1.0},
            {"governance.hard_share": 0.0},
            0.02,
        ),
        Expectation(
            "sharing, hard minus loose",
            "sharing",
            {"governance.hard_share": 1.0},
            {"governance.hard_share": 0.0},
            0.0,
            secondary=True,
        ),
    ),
    reading=(
        "The hazard is calibrated to English federations, so survival itself is no evidence. That loose alliances end "
        "sooner follows from the rule; by how much is a result of the model."
    ),
)

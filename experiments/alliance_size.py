"""How large may an alliance be?"""

from experiments.experiment import Expectation, Experiment

EXPERIMENT = Experiment(
    question="How large may an alliance be?",
    claim="The more members an alliance has, the less well they know each other (B28).",
    study="""
base = "baseline"
keep = ["trust", "sharing", "practice"]

[design]
"population.alliance_size" = [4, 8, 12]
""",
    look_at="trust",
    expected=(
        Expectation(
            "trust as members go 4 → 12",
            "trust",
            {"population.alliance_size": 12},
            {"population.alliance_size": 4},
            -0.01,
            "under",
        ),
    ),
    reading="The number of occasions to meet is fixed, so with more members each tie is used less.",
)

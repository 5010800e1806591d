"""Does a network of hub schools lift what the system knows?"""

from experiments.experiment import Expectation, Experiment

EXPERIMENT = Experiment(
    question="Does a network of hub schools lift what the system knows?",
    claim="Hubs that share with each other in a fast lane carry innovation further (C19).",
    study="""
base = "silicon_valley"
keep = ["frontier", "practice", "sharing"]

[design]
"spawning.fast_lane" = [0.0, 0.5, 1.5]
""",
    look_at="practice",
    expected=(
        Expectation(
            "practice with a fast lane minus without",
            "practice",
            {"spawning.fast_lane": 1.5},
            {"spawning.fast_lane": 0.0},
            0.0,
        ),
        Expectation("frontier", "frontier", {"spawning.fast_lane": 1.5}, {"spawning.fast_lane": 0.0}, 0.0),
    ),
    reading="Only ties between hubs change, so a small effect is to be expected.",
)

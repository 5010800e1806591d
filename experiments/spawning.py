"""Can mature alliances lift the others, and do leaders run short?"""

from experiments.experiment import Expectation, Experiment

EXPERIMENT = Experiment(
    question="Can mature alliances lift the others, and do leaders run short?",
    claim="Mature alliances found new ones, which start higher; without leaders for them it stalls (C18).",
    study="""
base = "collaborative"
keep = ["head_trust", "level", "practice", "spawned"]

[design]
"spawning.rate" = [0.0, 0.8]
"spawning.leaders" = [0.1, 1.0]
""",
    look_at="head_trust",
    expected=(
        Expectation(
            "heads' trust with spawning minus without",
            "head_trust",
            {"spawning.rate": 0.8, "spawning.leaders": 1.0},
            {"spawning.rate": 0.0, "spawning.leaders": 1.0},
            0.0,
        ),
        Expectation(
            "alliances taken on, many leaders minus few",
            "spawned",
            {"spawning.rate": 0.8, "spawning.leaders": 1.0},
            {"spawning.rate": 0.8, "spawning.leaders": 0.1},
            0.0,
        ),
    ),
    reading="The second line is the shortage of leaders: with few, fewer alliances are taken on.",
)

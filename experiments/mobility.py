"""Do teachers who move between schools carry practice across the walls, or leave trust behind?"""

from experiments.experiment import Expectation, Experiment

EXPERIMENT = Experiment(
    question="Do teachers who move between schools carry practice across the walls, or leave trust behind?",
    claim="Open labour markets spread what is known (C27); people who leave take trust with them (A24).",
    study="""
base = "silicon_valley"
keep = ["practice", "trust", "sharing", "frontier"]

[design]
"mobility.rate" = [0.0, 0.08, 0.2]
""",
    look_at="practice",
    expected=(
        Expectation(
            "practice as .08 of teachers move a year", "practice", {"mobility.rate": 0.08}, {"mobility.rate": 0.0}, 0.0
        ),
        Expectation(
            "trust, which moving costs",
            "trust",
            {"mobility.rate": 0.08},
            {"mobility.rate": 0.0},
            0.0,
            "under",
            secondary=True,
        ),
    ),
    reading=(
        "Two effects: movers bring practice with them, and their trust starts again among strangers. The source "
        "describes the first."
    ),
)

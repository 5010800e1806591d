"""Can a system get better by sharing what it knows, or must it develop practice jointly?"""

from experiments.experiment import Expectation, Experiment

EXPERIMENT = Experiment(
    question="Can a system get better by sharing what it knows, or must it develop practice jointly?",
    claim="Sharing moves practice to where it is missing; only joint development makes more (C19, C21).",
    study="""
base = "collaborative"
keep = ["frontier", "practice", "jpd"]

[design]
"practice.jpd" = [true, false]
""",
    look_at="frontier",
    expected=(
        Expectation(
            "frontier, with joint development minus without",
            "frontier",
            {"practice.jpd": True},
            {"practice.jpd": False},
            0.04,
        ),
        Expectation("practice", "practice", {"practice.jpd": True}, {"practice.jpd": False}, 0.02),
    ),
    reading=(
        "The frontier is the best practice in each area. Lone innovators raise it a little without joint development."
    ),
)

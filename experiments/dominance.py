"""Does trust suffer when teachers are sent to their alliance's largest school?"""

from experiments.experiment import Expectation, Experiment

EXPERIMENT = Experiment(
    question="Does trust suffer when teachers are sent to their alliance's largest school?",
    claim="Dominance, even well meant, corrodes trust beyond some point (A15, C29).",
    study="""
base = "baseline"
keep = ["trust", "one_wayness", "sharing"]

[design]
"policy.hub_push" = [0.0, 0.1, 0.3, 0.6]
""",
    look_at="trust",
    expected=(
        Expectation(
            "trust as the push goes 0 → .6", "trust", {"policy.hub_push": 0.6}, {"policy.hub_push": 0.0}, -0.01, "under"
        ),
        Expectation(
            "one-wayness", "one_wayness", {"policy.hub_push": 0.6}, {"policy.hub_push": 0.0}, 0.01, secondary=True
        ),
    ),
    reading=(
        "Does not hold in this model: help from an assigned tie builds trust as any other does, and this outweighs "
        "the loss through one-wayness. THEORY.md discusses the alternatives."
    ),
)

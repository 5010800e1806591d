"""Does it pay to send teachers to a school that is ahead?"""

from experiments.experiment import Expectation, Experiment

EXPERIMENT = Experiment(
    question="Does it pay to send teachers to a school that is ahead?",
    claim="Dominance, even well meant, corrodes trust beyond some point (A15, C29).",
    study="""
base = "baseline"
set = { "population.hub_lead" = 0.3 }
keep = ["trust", "one_wayness", "sharing", "practice"]

[design]
"policy.hub_push" = [0.0, 0.1, 0.3, 0.6]
""",
    look_at="trust",
    expected=(
        Expectation(
            "practice as the push goes 0 → .6, relative",
            "practice",
            {"policy.hub_push": 0.6},
            {"policy.hub_push": 0.0},
            0.02,
            "under",
            relative=True,
        ),
        Expectation(
            "trust as the push goes 0 → .6", "trust", {"policy.hub_push": 0.6}, {"policy.hub_push": 0.0}, -0.01, "under"
        ),
        Expectation(
            "one-wayness", "one_wayness", {"policy.hub_push": 0.6}, {"policy.hub_push": 0.0}, 0.01, secondary=True
        ),
    ),
    reading=(
        "A promise kept under compulsion proves nothing (Malhotra and Murnighan 2002), and help given unwillingly is "
        "shallow. Both are assumptions; that compulsion then does not pay is a result."
    ),
)

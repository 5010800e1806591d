"""How long does an alliance remember that its largest school betrayed it?"""

from experiments.experiment import Expectation, Experiment

EXPERIMENT = Experiment(
    question="How long does an alliance remember that its largest school betrayed it?",
    claim="Trust is built slowly, fractured easily and hard to rebuild (A5).",
    study="""
keep = ["trust", "head_trust", "sharing", "jpd"]

[variants.undisturbed]
base = "baseline"

[variants.betrayed]
base = "baseline"
events = [{ year = 3, event = "betrayal", school = "largest of each alliance" }]

[variants.shaken]
base = "baseline"
events = [{ year = 3, event = "trust_shaken", school = "largest of each alliance" }]
""",
    look_at="trust",
    expected=(
        Expectation(
            "trust seven years after a betrayal, minus undisturbed",
            "trust",
            {"variant": "betrayed"},
            {"variant": "undisturbed"},
            0.0,
            "under",
        ),
        Expectation(
            "trust seven years after it was halved, minus undisturbed",
            "trust",
            {"variant": "shaken"},
            {"variant": "undisturbed"},
            -0.01,
            "under",
        ),
    ),
    reading="The curve dips in year three; how much of the dip remains shows how hard trust is to rebuild.",
)

"""What do alliances lose when one initiative follows another?"""

from experiments.experiment import Expectation, Experiment

EXPERIMENT = Experiment(
    question="What do alliances lose when one initiative follows another?",
    claim="Constant change prevents deep work (A18); a coordinator can buffer (B16).",
    study="""
base = "baseline"
keep = ["sharing", "jpd", "practice", "trust"]

[design]
"churn.frequency" = [0.0, 0.3, 0.6]
""",
    look_at="jpd",
    expected=(
        Expectation(
            "joint development as initiatives go 0 → .6, relative",
            "jpd",
            {"churn.frequency": 0.6},
            {"churn.frequency": 0.0},
            -0.1,
            "under",
            relative=True,
        ),
        Expectation("practice", "practice", {"churn.frequency": 0.6}, {"churn.frequency": 0.0}, -0.02, "under"),
        Expectation(
            "sharing, which may rise",
            "sharing",
            {"churn.frequency": 0.6},
            {"churn.frequency": 0.0},
            0.0,
            secondary=True,
        ),
    ),
    reading="Do not judge by sharing alone: a busy system can share more and know less.",
)

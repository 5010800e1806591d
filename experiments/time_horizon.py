"""How much sharing remains when people do not expect to stay long?"""

from experiments.experiment import Expectation, Experiment

EXPERIMENT = Experiment(
    question="How much sharing remains when people do not expect to stay long?",
    claim="No long term corrodes trust (A10).",
    study="""
base = "baseline"
keep = ["trust", "sharing", "refusals"]

[design]
"time_horizon.shortness" = [0.0, 0.4, 0.8]
""",
    look_at="trust",
    expected=(
        Expectation(
            "trust as the horizon shortens",
            "trust",
            {"time_horizon.shortness": 0.8},
            {"time_horizon.shortness": 0.0},
            -0.01,
            "under",
        ),
        Expectation(
            "sharing, relative",
            "sharing",
            {"time_horizon.shortness": 0.8},
            {"time_horizon.shortness": 0.0},
            -0.05,
            "under",
            relative=True,
        ),
    ),
    reading="Less help is given because less is expected in return; trust follows.",
)

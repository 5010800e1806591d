"""Should leaders choose what people work on, or teachers, or both?"""

from experiments.experiment import Expectation, Experiment

EXPERIMENT = Experiment(
    question="Should leaders choose what people work on, or teachers, or both?",
    claim="Managed topics are worth more, grassroots topics engage more, and a mix does best (B20, B21, B24).",
    study="""
base = "baseline"
set = { "topics.enabled" = true }
keep = ["sharing", "practice", "jpd"]

[design]
"topics.steered" = [0.0, 0.5, 1.0]
""",
    look_at="practice",
    expected=(
        Expectation(
            "practice, mixed minus grassroots", "practice", {"topics.steered": 0.5}, {"topics.steered": 0.0}, 0.0
        ),
        Expectation(
            "practice, mixed minus strategic", "practice", {"topics.steered": 0.5}, {"topics.steered": 1.0}, 0.0
        ),
        Expectation(
            "sharing, strategic minus grassroots, relative",
            "sharing",
            {"topics.steered": 1.0},
            {"topics.steered": 0.0},
            -0.02,
            "under",
            relative=True,
        ),
    ),
    reading="That a mix does best follows from the form of the rule and is not a result; the size of the effect is.",
)

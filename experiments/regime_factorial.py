"""Which of the institutions makes the difference: secrecy, closed doors or the missing coordinator?"""

from experiments.experiment import Expectation, Experiment

EXPERIMENT = Experiment(
    question="Which of the institutions makes the difference: secrecy, closed doors or the missing coordinator?",
    claim="The source describes secrecy, walls and hierarchy together (C27); the model can separate them.",
    study="""
base = "baseline"
keep = ["sharing", "trust", "practice"]

[design]
"policy.competition" = [0.1, 0.8]
"policy.secrecy" = [0.0, 0.8]
"policy.porosity" = [0.03, 0.25]
"coordinator.present" = [true, false]
""",
    look_at="sharing",
    expected=(
        Expectation(
            "sharing with secrecy minus without, relative",
            "sharing",
            {"policy.secrecy": 0.8},
            {"policy.secrecy": 0.0},
            -0.3,
            "under",
            relative=True,
        ),
        Expectation(
            "sharing with coordinator minus without, relative",
            "sharing",
            {"coordinator.present": True},
            {"coordinator.present": False},
            0.02,
            relative=True,
        ),
        Expectation(
            "sharing with open doors minus with closed, relative",
            "sharing",
            {"policy.porosity": 0.25},
            {"policy.porosity": 0.03},
            0.02,
            relative=True,
        ),
    ),
    reading=(
        "Each line is a main effect, the mean over all other settings. The report beside this page has the "
        "interactions."
    ),
    quick_seeds=3,
)

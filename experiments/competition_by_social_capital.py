"""When does competition stop driving collaboration out?"""

from experiments.experiment import Expectation, Experiment

EXPERIMENT = Experiment(
    question="When does competition stop driving collaboration out?",
    claim=(
        "With high social capital competition does not drive out collaboration and may even promote it (C28, A3, B1)."
    ),
    study="""
base = "baseline"
keep = ["sharing", "trust", "practice"]

[design]
"policy.competition" = [0.0, 0.25, 0.5, 0.75, 1.0]
"trust.initial" = [0.25, 0.45, 0.7]
""",
    look_at="sharing",
    expected=(
        Expectation(
            "sharing as competition goes 0 → 1 from little trust, relative",
            "sharing",
            {"policy.competition": 1.0, "trust.initial": 0.25},
            {"policy.competition": 0.0, "trust.initial": 0.25},
            -0.4,
            "under",
            relative=True,
        ),
        Expectation(
            "the same from much trust: it falls by no more than a tenth",
            "sharing",
            {"policy.competition": 1.0, "trust.initial": 0.7},
            {"policy.competition": 0.0, "trust.initial": 0.7},
            -0.1,
            relative=True,
        ),
    ),
    reading=(
        "The headline of the model. With competition entering additively (trust.competition_enters) sharing falls "
        "at every level of trust: see python -m analysis patterns 2."
    ),
    quick_seeds=4,
)

"""What is left when the funds for working together end?"""

from experiments.experiment import Expectation, Experiment

EXPERIMENT = Experiment(
    question="What is left when the funds for working together end?",
    claim="What was funded goes back to what was before, unless it became routine (C17, B2).",
    study="""
keep = ["sharing", "trust", "practice"]

[variants.funded]
base = "collaborative"

[variants.never]
base = "collaborative"
set = { "policy.funding" = 0.0 }

[variants.ended]
base = "collaborative"
events = [{ year = 4, set = { "policy.funding" = 0.0 } }]

[variants.ended_but_routine]
base = "collaborative"
set = { "embedding.rate" = 0.1 }
events = [{ year = 4, set = { "policy.funding" = 0.0 } }]
""",
    look_at="sharing",
    expected=(
        Expectation(
            "sharing, ended minus never funded, relative: within a tenth",
            "sharing",
            {"variant": "ended"},
            {"variant": "never"},
            0.1,
            "under",
            relative=True,
        ),
        Expectation(
            "the same, on the other side",
            "sharing",
            {"variant": "ended"},
            {"variant": "never"},
            -0.1,
            relative=True,
        ),
        Expectation(
            "sharing, ended but routine minus funded on, relative: no more than a quarter lost",
            "sharing",
            {"variant": "ended_but_routine"},
            {"variant": "funded"},
            -0.25,
            relative=True,
        ),
    ),
    reading=(
        "Six years after the end of funding. The speed of embedding (embedding.rate) is an assumption; that time "
        "rather than trust is lost is a result of the model."
    ),
)

"""Does a system carry its past with it when its institutions change, either way?"""

from experiments.experiment import Expectation, Experiment

EXPERIMENT = Experiment(
    question="Does a system carry its past with it when its institutions change, either way?",
    claim="Years of competition leave a legacy that outlasts them (A5, B1).",
    study="""
keep = ["sharing", "trust", "practice"]

[variants.silicon_valley]
base = "silicon_valley"

[variants.route128]
base = "route128"

[variants.opened]
base = "route128"
events = [{ year = 5, set = { "policy.secrecy" = 0.0, "policy.porosity" = 0.25, "coordinator.present" = true } }]

[variants.closed]
base = "silicon_valley"
events = [{ year = 5, set = { "policy.secrecy" = 0.8, "policy.porosity" = 0.03, "coordinator.present" = false } }]
""",
    look_at="trust",
    expected=(
        Expectation(
            "trust, opened late minus always open",
            "trust",
            {"variant": "opened"},
            {"variant": "silicon_valley"},
            -0.01,
            "under",
        ),
        Expectation(
            "practice, opened late minus always open",
            "practice",
            {"variant": "opened"},
            {"variant": "silicon_valley"},
            -0.02,
            "under",
        ),
        Expectation(
            "trust, closed late minus always closed", "trust", {"variant": "closed"}, {"variant": "route128"}, 0.01
        ),
    ),
    reading=(
        "A system opened late is behind one that was always open. A system closed late keeps some of its trust for a "
        "while. Both are legacies."
    ),
)

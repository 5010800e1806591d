"""What matters more, how hard schools compete or how open their institutions are?"""

from experiments.experiment import Expectation, Experiment

EXPERIMENT = Experiment(
    question="What matters more, how hard schools compete or how open their institutions are?",
    claim="Competition and collaboration coexist where social capital is high; walls do the harm (C27, C28).",
    study="""
variants = ["silicon_valley", "route128", "cosy_club", "isolated"]
keep = ["sharing", "trust", "practice"]
""",
    look_at="sharing",
    expected=(
        Expectation(
            "sharing, open over closed under hard competition, relative",
            "sharing",
            {"variant": "silicon_valley"},
            {"variant": "route128"},
            0.5,
            relative=True,
        ),
        Expectation(
            "sharing, open over closed without, relative",
            "sharing",
            {"variant": "cosy_club"},
            {"variant": "isolated"},
            0.5,
            relative=True,
        ),
        Expectation(
            "sharing, open and competing over closed and cosy, relative",
            "sharing",
            {"variant": "silicon_valley"},
            {"variant": "isolated"},
            0.0,
            relative=True,
        ),
        Expectation(
            "practice, cosy club minus Silicon Valley",
            "practice",
            {"variant": "cosy_club"},
            {"variant": "silicon_valley"},
            0.0,
            secondary=True,
        ),
    ),
    reading=(
        "If openness matters more, the open and competing corner shares more than the closed and comfortable one. "
        "The last line is reported because it contradicts the source: without challenge, the cosy club is ahead."
    ),
)

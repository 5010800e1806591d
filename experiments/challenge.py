"""Is it the lack of challenge that holds a cosy club back?"""

from experiments.experiment import Expectation, Experiment

EXPERIMENT = Experiment(
    question="Is it the lack of challenge that holds a cosy club back?",
    claim="Peers must challenge each other, or comfort turns into complacency (C14, C6).",
    study="""
keep = ["practice", "trust", "sharing"]

[variants.silicon_valley]
base = "silicon_valley"

[variants.cosy_club]
base = "cosy_club"

[variants.silicon_valley_challenged]
base = "challenging_peers"

[variants.cosy_club_challenged]
base = "cosy_and_challenging"
""",
    look_at="practice",
    expected=(
        Expectation(
            "practice, Silicon Valley with challenge minus without",
            "practice",
            {"variant": "silicon_valley_challenged"},
            {"variant": "silicon_valley"},
            0.02,
        ),
        Expectation(
            "with challenge, Silicon Valley minus the cosy club",
            "practice",
            {"variant": "silicon_valley_challenged"},
            {"variant": "cosy_club_challenged"},
            0.0,
        ),
        Expectation(
            "without challenge, Silicon Valley minus the cosy club",
            "practice",
            {"variant": "silicon_valley"},
            {"variant": "cosy_club"},
            0.0,
            "under",
            secondary=True,
        ),
    ),
    reading=(
        "In the early prototype Silicon Valley was ahead once challenge was added; this experiment tests that result."
    ),
)

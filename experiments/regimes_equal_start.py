"""Do Silicon Valley's institutions share more than Route 128's, from the same start and under the same competition?"""

from experiments.experiment import Expectation, Experiment

EXPERIMENT = Experiment(
    question=(
        "Do Silicon Valley's institutions share more than Route 128's, from the same start and under the same "
        "competition?"
    ),
    claim="Route 128 fell behind not for want of talent but for secrecy, hierarchy and walls (C27).",
    study="""
variants = ["route128", "silicon_valley"]
keep = ["sharing", "trust", "practice", "attainment", "jpd"]
""",
    look_at="sharing",
    expected=(
        Expectation(
            "sharing, Silicon Valley over Route 128, relative",
            "sharing",
            {"variant": "silicon_valley"},
            {"variant": "route128"},
            2.0,
            relative=True,
        ),
        Expectation(
            "practice, Silicon Valley less Route 128",
            "practice",
            {"variant": "silicon_valley"},
            {"variant": "route128"},
            0.02,
        ),
    ),
    reading=(
        "Both open alike, seed by seed, so what differs in the end is the institutions' doing. A ratio under 3 "
        "would mean that something else than institutions decides."
    ),
)

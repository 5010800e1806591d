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
            "practice, Silicon Valley minus Route 128",
            "practice",
            {"variant": "silicon_valley"},
            {"variant": "route128"},
            0.02,
        ),
    ),
    reading=(
        "Both start from the same state for each seed, so any difference is due to the institutions. A ratio under 3 "
        "would mean that something other than institutions decides."
    ),
)

"""What is a coordinator worth: there, gone, changing every year, or captured by one school?"""

from experiments.experiment import Expectation, Experiment

EXPERIMENT = Experiment(
    question="What is a coordinator worth: there, gone, changing every year, or captured by one school?",
    claim="The coordinator brings complementary people together and must be trusted by all (B15, B16, B17).",
    study="""
keep = ["trust", "jpd", "sharing", "practice"]

[variants.there]
base = "baseline"

[variants.nobody]
base = "baseline"
set = { "coordinator.present" = false }

[variants.new_each_year]
base = "baseline"
set = { "turnover.coordinators" = 1.0 }

[variants.captured]
base = "baseline"
set = { "predicament.capture" = 1.0 }
""",
    look_at="trust",
    expected=(
        Expectation("trust, there less nobody", "trust", {"variant": "there"}, {"variant": "nobody"}, 0.01),
        Expectation(
            "joint development, there less nobody, relative",
            "jpd",
            {"variant": "there"},
            {"variant": "nobody"},
            0.05,
            relative=True,
        ),
        Expectation(
            "trust, new each year less the same one",
            "trust",
            {"variant": "new_each_year"},
            {"variant": "there"},
            0.0,
            "under",
        ),
        Expectation("trust, captured less free", "trust", {"variant": "captured"}, {"variant": "there"}, 0.0, "under"),
    ),
    reading="A coordinator who serves one school should be worth less than one who serves all, and more than none.",
)

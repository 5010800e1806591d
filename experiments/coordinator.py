"""What is a coordinator worth: present, absent, changing every year, or captured by one school?"""

from experiments.experiment import Expectation, Experiment

EXPERIMENT = Experiment(
    question="What is a coordinator worth: present, absent, changing every year, or captured by one school?",
    claim="The coordinator brings complementary people together and must be trusted by all (B15, B16, B17).",
    study="""
keep = ["trust", "jpd", "sharing", "practice"]

[variants.present]
base = "baseline"

[variants.absent]
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
        Expectation("trust, present minus absent", "trust", {"variant": "present"}, {"variant": "absent"}, 0.01),
        Expectation(
            "joint development, present minus absent, relative",
            "jpd",
            {"variant": "present"},
            {"variant": "absent"},
            0.05,
            relative=True,
        ),
        Expectation(
            "trust, new each year minus the same one",
            "trust",
            {"variant": "new_each_year"},
            {"variant": "present"},
            0.0,
            "under",
        ),
        Expectation(
            "trust, captured minus free", "trust", {"variant": "captured"}, {"variant": "present"}, 0.0, "under"
        ),
    ),
    reading="A coordinator who serves one school should have an effect, but a smaller one than one who serves all.",
)

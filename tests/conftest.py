"""What holds for all tests."""

from hypothesis import settings

# A loaded machine is no failure: how long an example takes is for the benchmarks to say.
settings.register_profile("house", deadline=None)
settings.load_profile("house")

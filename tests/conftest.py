"""Settings of all tests."""

from hypothesis import settings

# Examples have no deadline: a busy machine is no failure, and the benchmarks measure time.
settings.register_profile("no_deadline", deadline=None)
settings.load_profile("no_deadline")

"""What goes wrong with a study's results, in one sentence with a place and a remedy."""

from __future__ import annotations


class StudyError(ValueError):
    """A folder that cannot be used as asked."""


class EnvironmentChangedError(StudyError):
    """A sweep would resume with other numerical libraries or for another processor than it was started with."""

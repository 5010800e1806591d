"""Errors of studies and their results. Each message is one sentence with a place and a remedy."""

from __future__ import annotations


class StudyError(ValueError):
    """A folder of results cannot be used as requested."""


class EnvironmentChangedError(StudyError):
    """A sweep would resume with other numerical libraries, or for another processor, than before."""

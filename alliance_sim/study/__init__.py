"""Studies: a question put to many worlds. A file says what is varied, how often, and what is kept."""

from alliance_sim.study.studies import Limits, Study
from alliance_sim.study.tasks import Task

__all__ = ["Limits", "Study", "Task"]

"""The resolved configuration: the question, the value of every parameter and the dated events."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, cast

import tomli_w

from alliance_sim.config.extensions import Mechanism
from alliance_sim.declarations.list_choices import without_folders
from alliance_sim.declarations.parameters import HALF_TERMS_A_YEAR, PARAMETERS, Value
from alliance_sim.text import format_parameter


def number(values: Mapping[str, Value], name: str) -> float:
    """Return the value of a numeric parameter."""
    return cast("float", values[name])


EVENT_KINDS = {
    "betrayal": "a betrayal",
    "head_leaves": "a head leaves",
    "trust_shaken": "trust between teachers is halved",
    "merger": "an alliance merges with its neighbour",
    "redraw": "a boundary is redrawn",
}
"""Events that affect a school, by key, with a label; ``engine/simulation/events.py`` implements them."""
LARGEST, LARGEST_OF_EACH = "largest", "largest of each alliance"
"""Values of ``Event.school`` that select schools by size."""


@dataclass(frozen=True)
class Event:
    """A dated change of parameters, an event that affects a school, or both.

    Attributes:
        half_term: number of half-terms simulated before the event is applied.
        year: the same date in years.
        set: new values of parameters, by dotted name.
        kind: the event that affects a school, a key of ``EVENT_KINDS``; empty for a change of parameters only.
        school: the schools affected: ``LARGEST``, ``LARGEST_OF_EACH``, a name or a URN.
    """

    half_term: int
    year: float
    set: Mapping[str, Value] = field(default_factory=dict[str, Value])
    kind: str = ""
    school: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Return the event as an ``[[events]]`` table of a config."""
        table: dict[str, Any] = {"year": self.year}
        if self.set or not self.kind:
            table["set"] = dict(self.set)
        return table | ({"event": self.kind, "school": self.school} if self.kind else {})

    @staticmethod
    def from_dict(table: Mapping[str, Any]) -> Event:
        """Build an event from an ``[[events]]`` table whose values are already resolved.

        Args:
            table: keys ``year``, ``set``, ``event`` and ``school``; results of version 0.1 have ``happens`` for
                ``event``.
        """
        year = float(table["year"])
        kind = str(table.get("event", table.get("happens", "")))
        school = str(table.get("school", LARGEST if kind else ""))
        return Event(round(year * HALF_TERMS_A_YEAR), year, table.get("set", {}), kind, school)

    def effects(self) -> list[str]:
        """Return its effects in words: ``policy.funding becomes 0``, ``a betrayal (the largest school)``."""
        found = [f"{name} becomes {format_parameter(value)}" for name, value in self.set.items()]
        if self.kind:
            where = {LARGEST: "the largest school", LARGEST_OF_EACH: "each alliance's largest school"}
            found.append(f"{EVENT_KINDS[self.kind]} ({where.get(self.school, self.school)})")
        return found

    def hash_content(self) -> list[Any]:
        """Return the part of the event that determines results, for hashes."""
        return [self.half_term, dict(self.set), *((self.kind, self.school) if self.kind else ())]


@dataclass(frozen=True)
class Configuration:
    """A question and everything that determines a run except the seed and the schools.

    Attributes:
        question: the question that the config asks.
        values: every parameter by dotted name, in the order of ``PARAMETERS``.
        events: dated events, sorted by time; events of one date in the order in which they were written.
        name: the file's name without its suffix.
        chain: the files that were read: the config itself, the config it extends, and so on.
        mechanisms: mechanisms of users that the config names; their parameters follow those of the model.
        columns: titles of columns in a list of schools, by field; no hash depends on them.
        schools: other choices about a list of schools, by name, with paths as ``read_schools`` takes them.
    """

    question: str
    values: Mapping[str, Value]
    events: tuple[Event, ...] = ()
    name: str = "baseline"
    chain: tuple[Path, ...] = ()
    mechanisms: tuple[Mechanism, ...] = ()
    columns: Mapping[str, str] = field(default_factory=dict[str, str])
    schools: Mapping[str, Any] = field(default_factory=dict[str, Any])

    @cached_property
    def hash(self) -> str:
        """SHA-256 over everything that determines results: values, events and mechanisms, not name or question."""
        content: dict[str, Any] = {
            "values": dict(self.values),
            "events": [event.hash_content() for event in self.events],
        }
        if self.mechanisms:
            content["mechanisms"] = {one.name: one.digest for one in self.mechanisms}
        canonical = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False)
        return hashlib.sha256(canonical.encode("ascii")).hexdigest()

    def to_toml(self) -> str:
        """Return the whole configuration as one config file that loads back to the same ``hash``.

        Mechanisms of users are named by their paths, so their files must still be there when it is loaded. Files that
        choices about a list name must be put beside the config.
        """
        document: dict[str, Any] = {"question": self.question}
        if self.mechanisms:
            document["mechanisms"] = [str(one.path) for one in self.mechanisms]
        for name, value in self.values.items():
            table = document.setdefault(PARAMETERS[name].group, {})
            table[PARAMETERS[name].key] = list(value) if isinstance(value, tuple) else value
        if self.columns:
            document["columns"] = dict(self.columns)
        if self.schools:
            document["schools"] = without_folders(self.schools)
        document["events"] = [event.to_dict() for event in self.events]
        return tomli_w.dumps(document)

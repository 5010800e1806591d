"""A config when all is said: every parameter with its value, and what changes when."""

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
from alliance_sim.declarations.parameters import HALF_TERMS_A_YEAR, PARAMETERS, Value
from alliance_sim.text import format_parameter


def number(values: Mapping[str, Value], name: str) -> float:
    """The value of a parameter that is a number."""
    return cast("float", values[name])


EVENT_KINDS = {
    "betrayal": "a betrayal",
    "head_leaves": "a head leaves",
    "trust_shaken": "trust between teachers is halved",
    "merger": "an alliance merges with its neighbour",
    "redraw": "a boundary is redrawn",
}
"""What can happen to a school on a date, and what people call it (``events.py`` does it)."""
LARGEST, LARGEST_OF_EACH = "largest", "largest of each alliance"


@dataclass(frozen=True)
class Event:
    """A dated change, before the first half-term that follows ``half_term`` of them.

    Attributes:
        half_term: when, in half-terms, and
        year: the same in years.
        set: parameters and what they are from then on.
        happens: what happens to a school, one of ``EVENT_KINDS``; empty where nothing does.
        school: to which: ``LARGEST``, ``LARGEST_OF_EACH``, a name or a URN.
    """

    half_term: int
    year: float
    set: Mapping[str, Value] = field(default_factory=dict[str, Value])
    happens: str = ""
    school: str = ""

    @property
    def told(self) -> dict[str, Any]:
        """As a config says it."""
        said: dict[str, Any] = {"year": self.year}
        if self.set or not self.happens:
            said["set"] = dict(self.set)
        return said | ({"happens": self.happens, "school": self.school} if self.happens else {})

    @staticmethod
    def of(told: Mapping[str, Any]) -> Event:
        """The event that was told so, values in the form that the model takes."""
        year = float(told["year"])
        happens = str(told.get("happens", ""))
        school = str(told.get("school", LARGEST if happens else ""))
        return Event(round(year * HALF_TERMS_A_YEAR), year, told.get("set", {}), happens, school)

    def effects(self) -> list[str]:
        """What it does, in words: ``policy.funding becomes 0``, ``a betrayal (the largest school)``."""
        found = [f"{name} becomes {format_parameter(value)}" for name, value in self.set.items()]
        if self.happens:
            where = {LARGEST: "the largest school", LARGEST_OF_EACH: "each alliance's largest school"}
            found.append(f"{EVENT_KINDS[self.happens]} ({where.get(self.school, self.school)})")
        return found

    @property
    def shaping(self) -> list[Any]:
        """What of it shapes a world, for hashes."""
        return [self.half_term, dict(self.set), *((self.happens, self.school) if self.happens else ())]


@dataclass(frozen=True)
class Configuration:
    """A question, and a world to put it to.

    Attributes:
        question: what its author wants to know.
        values: every parameter by its dotted name, in the order of ``PARAMETERS``.
        events: the dated changes, sorted by time; those of one moment in the order in which they were written.
        name: what it is called: the file's name without its ending.
        chain: the files that it came from: its own first, then what that extends, and so on.
        mechanisms: those in users' own files that may be switched on; their parameters follow the model's.
    """

    question: str
    values: Mapping[str, Value]
    events: tuple[Event, ...] = ()
    name: str = "baseline"
    chain: tuple[Path, ...] = ()
    mechanisms: tuple[Mechanism, ...] = ()

    @cached_property
    def hash(self) -> str:
        """SHA-256 over what shapes a world: values and events, not how they are called or asked about."""
        content: dict[str, Any] = {
            "values": dict(self.values),
            "events": [event.shaping for event in self.events],
        }
        if self.mechanisms:
            content["mechanisms"] = {one.name: one.digest for one in self.mechanisms}
        canonical = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False)
        return hashlib.sha256(canonical.encode("ascii")).hexdigest()

    def to_toml(self) -> str:
        """All of it as a config that stands alone; it loads back to the same ``hash``.

        Mechanisms in users' own files are named by their paths, and have to lie there still.
        """
        document: dict[str, Any] = {"question": self.question}
        if self.mechanisms:
            document["mechanisms"] = [str(one.path) for one in self.mechanisms]
        for name, value in self.values.items():
            table = document.setdefault(PARAMETERS[name].group, {})
            table[PARAMETERS[name].key] = list(value) if isinstance(value, tuple) else value
        document["events"] = [event.told for event in self.events]
        return tomli_w.dumps(document)

"""The specification of a study: its question, the points of its design, and the runs at each of them."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Self

from alliance_sim.config.extensions import mechanisms_manifest
from alliance_sim.declarations.list_choices import absolute
from alliance_sim.declarations.outcomes import NAMES
from alliance_sim.study.spec.environment import digest_of
from alliance_sim.study.spec.environment import environment as current_environment
from alliance_sim.study.spec.load import read_study
from alliance_sim.study.spec.model_version import model_version
from alliance_sim.study.spec.old_keys import HASHED_AS
from alliance_sim.study.spec.points import Points
from alliance_sim.study.spec.schema import SAMPLED, At, LimitsTable, RandomNumbers, Seeding

_BYTES = {"MB": 10**6, "GB": 10**9}


@dataclass(frozen=True)
class Limits:
    """The limits of a run; None where there is no limit.

    Attributes:
        seconds_a_run: the longest time that a run may take, in seconds.
        memory_a_run: the most memory that a worker may hold, in bytes.
    """

    seconds_a_run: float | None = None
    memory_a_run: int | None = None

    @classmethod
    def of(cls, table: LimitsTable) -> Self:
        """Return the limits given in a study file; ``"500 MB"`` is 500 million bytes."""
        text = table.memory_a_run
        memory = None if text is None else round(float(text[:-2]) * _BYTES[text[-2:]])
        return cls(table.seconds_a_run, memory)


@dataclass(frozen=True)
class StudySpec:
    """A checked study, every point of which can be run.

    Attributes:
        question: the question that the study answers.
        name: the name of the file without its suffix.
        points: the points of the design, in the order of their numbers.
        seeds: the number of runs at each point, or their seeds.
        half_terms: the length of a run.
        keep: the recorded outcomes, in the order in which they are declared.
        at: whether outcomes are recorded every half-term or at the end.
        random_numbers: whether all points share their seeds (``common``), or each has its own, which its variants share
            (``by_point``, and ``independent`` in samples) or do not share (``independent``).
        schools: the list of real schools, or None.
        limits: the limits of a run.
        chain: the files read: the study's own first, then the files that it extends.
        matters: smallest effects of interest, by outcome.
        seeding: how independent seeds are numbered; ``blocks`` in results of earlier versions.
    """

    question: str
    name: str
    points: Points
    seeds: int | tuple[int, ...]
    half_terms: int
    keep: tuple[str, ...]
    at: At
    random_numbers: RandomNumbers
    schools: Path | None
    limits: Limits
    chain: tuple[Path, ...]
    matters: Mapping[str, float] = field(default_factory=dict[str, float])
    seeding: Seeding = "rounds"

    @classmethod
    def load(cls, name_or_path: str | Path) -> Self:
        """Load a shipped study by name, or a study file by path.

        Raises:
            ConfigError: if the study is not valid; the error lists every problem.
        """
        file = read_study(name_or_path)
        table = file.table
        return cls(
            question=table.question,
            name=file.chain[0].stem,
            points=file.points,
            seeds=table.seeds if isinstance(table.seeds, int) else tuple(table.seeds),
            half_terms=table.half_terms,
            keep=tuple(sorted(table.keep, key=lambda name: NAMES.index(name) if name in NAMES else len(NAMES))),
            at=table.at,
            random_numbers=table.random_numbers or default_random_numbers(file.points.design.kind, table.seeds),
            schools=file.schools,
            limits=Limits.of(table.limits),
            chain=file.chain,
            matters=dict(table.matters),
        )

    @property
    def seeds_a_point(self) -> int:
        """The number of runs at each point."""
        return self.seeds if isinstance(self.seeds, int) else len(self.seeds)

    @property
    def runs(self) -> int:
        """The number of runs in the study."""
        return len(self.points) * self.seeds_a_point

    @property
    def variants_share(self) -> bool:
        """Whether the variants at a point share seeds that no other point has, as they do in samples."""
        if len(self.points.variants) == 1 or self.seeding != "rounds":
            return False
        sampled = self.points.design.kind in SAMPLED and self.random_numbers == "independent"
        return sampled or self.random_numbers == "by_point"

    @property
    def points_share(self) -> bool:
        """Whether two points can have the same seed."""
        return self.random_numbers == "common" or self.variants_share

    def seeds_at(self, point: int) -> range | tuple[int, ...]:
        """Return the seeds of a point.

        All points have the same seeds if these are common. Independent seeds are dealt to the points in turn, so that
        more seeds per point change none of those before; variants at a point of a sample share them.
        """
        if not isinstance(self.seeds, int):
            return self.seeds
        if self.random_numbers == "common":
            return range(1, 1 + self.seeds)
        if self.seeding == "blocks":
            return range(1 + point * self.seeds, 1 + (point + 1) * self.seeds)
        slots = self.points.design.size if self.variants_share else len(self.points)
        first = 1 + point % slots
        return range(first, first + slots * self.seeds, slots)

    def with_seeds(self, seeds: int | tuple[int, ...]) -> Self:
        """Return the same study with another number or list of seeds."""
        return replace(self, seeds=seeds)

    def continues(self, seeds: int | tuple[int, ...]) -> bool:
        """Return whether the study has all runs of the same study with these seeds, and more."""
        if isinstance(self.seeds, int) or isinstance(seeds, int):
            both = isinstance(self.seeds, int) and isinstance(seeds, int)
            kept = self.random_numbers == "common" or self.seeding == "rounds"
            return both and kept and self.seeds > seeds  # pyright: ignore[reportOperatorIssue]
        return len(self.seeds) > len(seeds) and self.seeds[: len(seeds)] == seeds

    def scenario_data(self, point: int) -> dict[str, object]:
        """Return everything that a worker needs to simulate a point, as plain data that JSON can carry."""
        scenario = self.points[point].scenario
        values = {name: list(value) if isinstance(value, tuple) else value for name, value in scenario.values.items()}
        schools = None
        if self.schools is not None:
            schools = {
                "path": str(self.schools.resolve()),
                "digest": self.points.roster_digest(scenario),
                "columns": dict(scenario.columns),
                "choices": absolute(scenario.schools),
            }
        return {
            "question": self.question,
            "name": scenario.name,
            "values": values,
            "events": [event.to_dict() for event in scenario.events],
            "schools": schools,
            "mechanisms": mechanisms_manifest(scenario.mechanisms),
            "half_terms": self.half_terms,
            "keep": list(self.keep),
            "at": self.at,
            "model": model_version(),
        }

    def run_keys(self, digest: str, seeds: Iterable[int], copy: int = 0, environment: str | None = None) -> list[str]:
        """Return the key of each run of a point.

        Args:
            digest: the hash of the point's scenario.
            seeds: one for each run.
            copy: the number of earlier points that are identical; it keeps the keys of repeated points apart.
            environment: the digest of the numerical environment; None for that of this process, empty for keys that
                do not depend on it.

        Returns:
            Keys of 32 hexadecimal digits, one for each seed.
        """
        made_in = digest_of(current_environment()) if environment is None else environment
        outcomes = ",".join(self.keep)
        suffix = f"{made_in} " if made_in else ""
        content = f"{digest} {model_version()} {self.half_terms} {self.at} {outcomes} {copy} {suffix}"
        prefix = hashlib.blake2b(content.encode("ascii"), digest_size=16)
        keys: list[str] = []
        for seed in seeds:
            sha = prefix.copy()
            sha.update(b"%d" % seed)
            keys.append(sha.hexdigest())
        return keys

    @cached_property
    def hash(self) -> str:
        """The SHA-256 digest of all runs: studies with the same hash have the same rows in the same order.

        The numerical environment is left out, so that results can be read and resumed elsewhere.
        """
        streams = HASHED_AS[self.random_numbers]
        if self.random_numbers != "common" and self.seeding == "rounds":
            streams += ", in rounds, shared by variants" if self.variants_share else ", in rounds"
        content = repr((self.keep, self.at, self.half_terms, streams, self.seeds))
        sha = hashlib.sha256(content.encode("ascii"))
        for digest in self.points.digests():
            sha.update(self.run_keys(digest, (0,), environment="")[0].encode("ascii"))
        return sha.hexdigest()


def default_random_numbers(kind: str, seeds: int | Sequence[int]) -> RandomNumbers:
    """Return whether points share seeds by default: in samples they do not, unless the seeds are listed."""
    return "independent" if kind in SAMPLED and isinstance(seeds, int) else "common"


def cores() -> int:
    """Return the number of processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1

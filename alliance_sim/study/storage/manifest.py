"""The manifest of a results folder: ``study.json``, typed and sealed by its own digest."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Annotated, Any, Literal, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import AliasChoices, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from alliance_sim.config import Event
from alliance_sim.config.extensions import register_outcomes
from alliance_sim.declarations.parameters import PARAMETERS
from alliance_sim.study.errors import StudyError
from alliance_sim.study.spec.model_version import model_version
from alliance_sim.study.spec.old_keys import KEY, OLD_KEY, current_value
from alliance_sim.study.spec.schema import (  # fmt: skip
    MOST_HALF_TERMS,
    MOST_POINTS,
    MOST_SEEDS,
    SAMPLED,
    At,
    RandomNumbers,
    Seed,
    Seeding,
    no_twins,
)
from alliance_sim.study.storage.checksums import Checksum

STUDY, POINTS, PROVENANCE = "study.json", "points.parquet", "provenance.json"
FORMAT = "0.2"
"""Since this format every result file has a checksum, including the manifest."""
LARGEST_MANIFEST = 100_000_000
"""Bytes."""
DIGEST = r"^[0-9a-f]{64}$"
UNSEALED = '"sha256": ""'

Digest = Annotated[str, Field(pattern=DIGEST)]
Name = Annotated[str, Field(min_length=1)]
Number = Annotated[float, Field(allow_inf_nan=False)]
type StoredValue = bool | int | Number | str | tuple[bool | int | Number, ...]
"""A parameter's value, as JSON stores it."""


class Section(BaseModel):
    """A section of a manifest, immutable; unknown keys and values of another type are refused."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class VariantManifest(Section):
    """One of the variants that are compared at every point.

    Attributes:
        name, question: those of its configuration.
        values: every parameter, by dotted name.
        events: dated changes of policy.
        mechanisms: what mechanisms in a user's own files declare.
        columns: titles of columns in the list of schools, by field.
        schools: other choices about the list, with the names of files in place of their paths.
    """

    name: Name
    question: str
    values: dict[str, StoredValue]
    events: tuple[dict[str, Any], ...]
    mechanisms: tuple[dict[str, Any], ...] = ()
    columns: dict[str, str] = {}
    schools: dict[str, Any] = {}


class FileChecksum(Section):
    """The checksum of a file beside the manifest."""

    bytes: Annotated[int, Field(ge=0)]
    sha256: Digest

    @property
    def checksum(self) -> Checksum:
        """The checksum, to compare files with."""
        return Checksum(self.bytes, self.sha256)


class EarlierSeeds(Section):
    """The seeds of a study before they were raised, and its hash then, which the parts of that time have."""

    seeds: Annotated[int, Field(ge=1, le=MOST_SEEDS)] | Annotated[tuple[Seed, ...], Field(min_length=1)]
    hash: Digest


class Provenance(Section):
    """The software and the system with which a sweep was started."""

    versions: dict[str, str]
    platform: dict[str, str]


class Manifest(Section):
    """A study, and the checksums of the files beside its manifest.

    Attributes:
        question, name, hash, model: of the study; ``model`` is the version that simulates it.
        runs, points, half_terms: the numbers of runs, points and half-terms.
        design, sample, varies: the kind of design, the options of its sample, and the varied parameters.
        seeds: the number of seeds per point, or the list of seeds.
        random_numbers: whether all points share their seeds; manifests before version 0.2 have an old key for it.
        keep, at: the recorded outcomes, and when they are recorded.
        schools: the name of the list of schools; None if schools are generated.
        variants: the variants that are compared at every point.
        format: the format of the folder; None before checksums were recorded.
        seeding: how independent seeds are numbered: ``blocks`` before version 0.3.
        matters: smallest effects of interest, by outcome.
        earlier: the study before its seeds were raised.
        until: the goal of sequential runs, such as ``sharing ±0.01``; empty if the number of seeds was fixed.
        provenance: the content of ``provenance.json``.
        files: checksums, by file name.
        sha256: the digest of this manifest with this field left empty.
    """

    question: str
    name: Name
    hash: Digest
    model: Name
    runs: Annotated[int, Field(ge=1)]
    points: Annotated[int, Field(ge=1, le=MOST_POINTS)]
    design: Literal["factorial", "points", "latin_hypercube", "sobol_sequence", "sobol", "morris"]
    sample: dict[str, bool | int | Number | str | tuple[str, ...] | None]
    varies: tuple[str, ...]
    seeds: Annotated[int, Field(ge=1, le=MOST_SEEDS)] | Annotated[tuple[Seed, ...], Field(min_length=1)]
    random_numbers: Annotated[
        RandomNumbers, Field(validation_alias=AliasChoices(KEY, OLD_KEY)), BeforeValidator(current_value)
    ]
    half_terms: Annotated[int, Field(ge=1, le=MOST_HALF_TERMS)]
    keep: Annotated[tuple[Name, ...], Field(min_length=1)]
    at: At
    schools: str | None
    variants: Annotated[tuple[VariantManifest, ...], Field(min_length=1)]
    format: Literal["0.2"] | None = None
    seeding: Seeding = "blocks"
    matters: dict[str, Annotated[float, Field(gt=0, allow_inf_nan=False)]] = {}
    earlier: tuple[EarlierSeeds, ...] = ()
    until: str = ""
    provenance: Provenance | None = None
    files: dict[str, FileChecksum] = {}
    sha256: Digest | None = None

    @model_validator(mode="after")
    def _is_consistent(self) -> Self:
        for names in (self.varies, self.keep, [one.name for one in self.variants]):
            no_twins(list(names))
        if not isinstance(self.seeds, int):
            no_twins(list(self.seeds))
        if self.runs != self.points * self.seeds_a_point or self.points % len(self.variants):
            raise ValueError("runs, points, seeds and variants do not fit together")
        if self.format and (self.sha256 is None or self.provenance is None or set(self.files) != {POINTS}):
            raise ValueError("its checksums are missing")
        if any(set(self.varies) - one.values.keys() for one in self.variants):
            raise ValueError("it varies parameters that its variants do not have")
        return self

    @property
    def seeds_a_point(self) -> int:
        """The number of runs at each point."""
        return self.seeds if isinstance(self.seeds, int) else len(self.seeds)

    @property
    def rows_a_run(self) -> int:
        """The number of recorded half-terms of each run."""
        return 1 if self.at == "end" else self.half_terms + 1

    def seed_places(self, points: NDArray[np.int64], seeds: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the position of each seed among those of its point; -1 if the point does not have it."""
        if isinstance(self.seeds, int):
            if self.random_numbers != "common" and self.seeding == "rounds":
                slots = self.points // (len(self.variants) if self.variants_share else 1)
                places, wrong = np.divmod(seeds - 1 - points % slots, slots)
                places = np.where(wrong == 0, places, -1)
            else:
                places = seeds - 1 - (points * self.seeds if self.random_numbers == "independent" else 0)
            return np.where((places >= 0) & (places < self.seeds), places, -1)
        listed = np.array(self.seeds)
        order = np.argsort(listed)
        places = order[np.minimum(np.searchsorted(listed, seeds, sorter=order), len(listed) - 1)]
        return np.where(listed[places] == seeds, places, -1)

    @property
    def variants_share(self) -> bool:
        """Whether the variants at a point share seeds that no other point has."""
        sampled = self.design in SAMPLED and self.random_numbers == "independent"
        return self.seeding == "rounds" and (sampled or self.random_numbers == "by_point")

    def about(self) -> dict[str, Any]:
        """Return the study as plain data, without checksums, provenance and earlier seeds."""
        return self.model_dump(mode="json", exclude={"format", "provenance", "files", "sha256", "earlier"})

    def checksum_of(self, name: str) -> Checksum | None:
        """Return the checksum of a file beside the manifest; None if none was recorded."""
        return self.files[name].checksum if name in self.files else None


class DamagedManifestError(StudyError):
    """A manifest that is damaged."""


def sealed(document: dict[str, Any]) -> bytes:
    """Return the bytes of a manifest with the SHA-256 of its content."""
    text = json.dumps(document | {"sha256": ""}, indent=2, ensure_ascii=False) + "\n"
    head, _, tail = text.rpartition(UNSEALED)
    digest = hashlib.sha256(text.encode()).hexdigest()
    return f'{head}"sha256": "{digest}"{tail}'.encode()


def _seal_holds(content: bytes, digest: str) -> bool:
    head, found, tail = content.rpartition(f'"sha256": "{digest}"'.encode())
    return bool(found) and hashlib.sha256(head + UNSEALED.encode() + tail).hexdigest() == digest


def read_manifest(folder: Path) -> Manifest:
    """Read the manifest of the results in a folder.

    Raises:
        DamagedManifestError: if it was changed, or is not a manifest.
        StudyError: if the folder has none.
    """
    path = folder / STUDY
    try:
        content = path.read_bytes() if path.stat().st_size <= LARGEST_MANIFEST else b""
    except (FileNotFoundError, NotADirectoryError):
        raise StudyError(f"{folder}: no results of a study lie here; give the folder that sweep wrote into") from None
    except IsADirectoryError:
        content = b""
    try:
        manifest = Manifest.model_validate_json(content)
    except ValidationError as invalid:
        raise DamagedManifestError(_refusal(folder, _first_of(invalid))) from None
    if manifest.format and not _seal_holds(content, manifest.sha256 or ""):
        raise DamagedManifestError(_refusal(folder, "its bytes are not those that were written"))
    try:
        for variant in manifest.variants:
            register_outcomes(variant.mechanisms)
            for event in variant.events:
                Event.from_dict(event)
    except (KeyError, TypeError, AttributeError, ValueError):
        why = "its events or mechanisms are not as sweep writes them"
        raise DamagedManifestError(_refusal(folder, why)) from None
    unknown = [name for name in manifest.varies if name not in PARAMETERS]
    if unknown and manifest.model == model_version():
        raise DamagedManifestError(_refusal(folder, f"this model has no parameter {unknown[0]!r:.100}"))
    return manifest


def manifest_content(folder: Path, manifest: Manifest) -> bytes:
    """Return the bytes of a manifest that was read before.

    Raises:
        DamagedManifestError: if they have changed since.
    """
    content = (folder / STUDY).read_bytes()
    if manifest.sha256 and not _seal_holds(content, manifest.sha256):
        raise DamagedManifestError(_refusal(folder, "its bytes are not those that were written"))
    return content


def _refusal(folder: Path, why: str) -> str:
    return (
        f"{folder / STUDY}: no results of a study lie here that can be read, because this file is not as it was written"
        f" ({why}); sweep the same study into this folder again, which writes the file again, or give another folder"
    )


def _first_of(invalid: ValidationError) -> str:
    first = invalid.errors(include_url=False, include_input=False)[0]
    place = ".".join(str(part)[:60] for part in first["loc"][:4])
    message = " ".join(first["msg"].split())[:150]
    return f"{place}: {message}" if place else message

"""The manifest of a folder of results: ``study.json``, typed, sealed by its own digest, and read in this one place."""

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
from alliance_sim.study.spec.random_numbers import HASHED_AS, KEY, OLD_KEY, current_value
from alliance_sim.study.spec.schema import (  # fmt: skip
    MOST_HALF_TERMS,
    MOST_POINTS,
    MOST_SEEDS,
    At,
    RandomNumbers,
    Seed,
    no_twins,
)
from alliance_sim.study.storage.checksums import Checksum

STUDY, POINTS, PROVENANCE = "study.json", "points.parquet", "provenance.json"
FORMAT = "0.2"
"""Since this format every file of results has a checksum, the manifest included."""
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
    """A part of a manifest: unknown keys and values of another type are refused, and nothing is changed later."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class VariantManifest(Section):
    """One of the variants that are compared at every point.

    Attributes:
        name, question: those of its configuration.
        values: every parameter, by dotted name.
        events: dated changes of policy.
        mechanisms: what mechanisms in a user's own files declare.
    """

    name: Name
    question: str
    values: dict[str, StoredValue]
    events: tuple[dict[str, Any], ...]
    mechanisms: tuple[dict[str, Any], ...] = ()


class FileChecksum(Section):
    """The checksum of a file beside the manifest."""

    bytes: Annotated[int, Field(ge=0)]
    sha256: Digest

    @property
    def checksum(self) -> Checksum:
        """The same, to compare files with."""
        return Checksum(self.bytes, self.sha256)


class Provenance(Section):
    """The software and the system with which a sweep was started."""

    versions: dict[str, str]
    platform: dict[str, str]


class Manifest(Section):
    """All that a study asks, and the checksums of the files beside its manifest.

    Attributes:
        question, name, hash, model: of the study; ``model`` is the version that simulates it.
        runs, points, half_terms: how many there are.
        design, sample, varies: how points were chosen, and what varies between them.
        seeds: how many each point has, or which.
        random_numbers: whether all points share their seeds; ``luck`` in manifests before version 0.2.
        keep, at: the outcomes that are kept, and when.
        schools: the name of the list of schools; None where schools are generated.
        variants: what is compared at every point.
        format: of the folder; None before checksums were kept.
        provenance: what ``provenance.json`` holds.
        files: checksums, by file name.
        sha256: of this manifest, with this field left empty.
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
    def luck(self) -> str:
        """The name of ``random_numbers`` before version 0.2: ``paired`` or ``independent``."""
        return HASHED_AS[self.random_numbers]

    @property
    def seeds_a_point(self) -> int:
        """How many runs each point has."""
        return self.seeds if isinstance(self.seeds, int) else len(self.seeds)

    @property
    def rows_a_run(self) -> int:
        """How many half-terms are kept of each run."""
        return 1 if self.at == "end" else self.half_terms + 1

    def seed_places(self, points: NDArray[np.int64], seeds: NDArray[np.int64]) -> NDArray[np.int64]:
        """The place of each seed among those of its point; -1 where the point does not have it."""
        if isinstance(self.seeds, int):
            places = seeds - 1 - (points * self.seeds if self.random_numbers == "independent" else 0)
            return np.where((places >= 0) & (places < self.seeds), places, -1)
        listed = np.array(self.seeds)
        order = np.argsort(listed)
        places = order[np.minimum(np.searchsorted(listed, seeds, sorter=order), len(listed) - 1)]
        return np.where(listed[places] == seeds, places, -1)

    def about(self) -> dict[str, Any]:
        """The study as plain data, without what is recorded about files."""
        return self.model_dump(mode="json", exclude={"format", "provenance", "files", "sha256"})

    def checksum_of(self, name: str) -> Checksum | None:
        """The checksum of a file beside the manifest; None where none was recorded."""
        return self.files[name].checksum if name in self.files else None


class DamagedManifestError(StudyError):
    """A manifest that is there but cannot be trusted."""


def sealed(document: dict[str, Any]) -> bytes:
    """The bytes of a manifest, which carry the SHA-256 of all the others."""
    text = json.dumps(document | {"sha256": ""}, indent=2, ensure_ascii=False) + "\n"
    head, _, tail = text.rpartition(UNSEALED)
    digest = hashlib.sha256(text.encode()).hexdigest()
    return f'{head}"sha256": "{digest}"{tail}'.encode()


def _seal_holds(content: bytes, digest: str) -> bool:
    head, found, tail = content.rpartition(f'"sha256": "{digest}"'.encode())
    return bool(found) and hashlib.sha256(head + UNSEALED.encode() + tail).hexdigest() == digest


def read_manifest(folder: Path) -> Manifest:
    """The manifest of the results in a folder.

    Raises:
        DamagedManifestError: if it was changed, or is that of something else.
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
                Event.of(event)
    except (KeyError, TypeError, AttributeError, ValueError):
        why = "its events or mechanisms are not as sweep writes them"
        raise DamagedManifestError(_refusal(folder, why)) from None
    unknown = [name for name in manifest.varies if name not in PARAMETERS]
    if unknown and manifest.model == model_version():
        raise DamagedManifestError(_refusal(folder, f"this model has no parameter {unknown[0]!r:.100}"))
    return manifest


def manifest_content(folder: Path, manifest: Manifest) -> bytes:
    """The bytes of a manifest that was read before.

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
        f" ({why}); sweep the same study into this folder again, which writes the file anew, or give another folder"
    )


def _first_of(invalid: ValidationError) -> str:
    first = invalid.errors(include_url=False, include_input=False)[0]
    place = ".".join(str(part)[:60] for part in first["loc"][:4])
    message = " ".join(first["msg"].split())[:150]
    return f"{place}: {message}" if place else message

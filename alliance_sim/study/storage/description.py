"""The content of the files beside the parts: the manifest, the table of points, and the provenance."""

from __future__ import annotations

import platform
from collections.abc import Sequence
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import numpy as np

from alliance_sim.config.extensions import declared_by
from alliance_sim.declarations.labels import ANONYMOUS_SOURCE
from alliance_sim.declarations.list_choices import without_folders
from alliance_sim.study.spec.model_version import model_version
from alliance_sim.study.storage.arrow import Table, numbers, pa, texts
from alliance_sim.study.storage.checksums import Checksum
from alliance_sim.study.storage.manifest import FORMAT, POINTS, EarlierSeeds
from alliance_sim.version import __version__

if TYPE_CHECKING:
    from alliance_sim.study.spec.study_spec import StudySpec

PACKAGES = ("numba", "numpy", "pyarrow", "scipy", "SALib")


def described(
    study: StudySpec,
    points: Checksum,
    started_with: dict[str, Any],
    earlier: Sequence[EarlierSeeds] = (),
    until: str = "",
) -> dict[str, Any]:
    """Return the manifest of a study as plain data without its seal.

    Args:
        study: the study.
        points: the checksum of the table of its points.
        started_with: the result of ``provenance`` when the sweep was started.
        earlier: the study before its seeds were raised.
        until: the goal of sequential runs, if there is one.
    """
    return {
        "format": FORMAT,
        "question": study.question,
        "name": study.name,
        "hash": study.hash,
        "model": model_version(),
        "runs": study.runs,
        "points": len(study.points),
        "design": study.points.design.kind,
        "sample": dict(study.points.design.sample),
        "varies": list(study.points.design.names),
        "seeds": study.seeds if isinstance(study.seeds, int) else list(study.seeds),
        "random_numbers": study.random_numbers,
        "half_terms": study.half_terms,
        "keep": list(study.keep),
        "at": study.at,
        "schools": None if study.schools is None else _name_of_list(study, study.schools.name),
        "variants": [
            {
                "name": variant.name,
                "question": variant.question,
                "values": dict(variant.values),
                "events": [event.to_dict() for event in variant.events],
                "mechanisms": [declared_by(one) for one in variant.mechanisms],
                **({"columns": dict(variant.columns)} if variant.columns else {}),
                **({"schools": without_folders(variant.schools)} if variant.schools else {}),
            }
            for variant in study.points.variants
        ],
        "seeding": study.seeding,
        "matters": dict(study.matters),
        "earlier": [one.model_dump(mode="json") for one in earlier],
        "until": until,
        "provenance": started_with,
        "files": {POINTS: {"bytes": points.size, "sha256": points.sha256}},
    }


def _name_of_list(study: StudySpec, name: str) -> str:
    """Return the name of the list, or its replacement where every variant has replaced the names of schools."""
    hidden = all(variant.schools.get("anonymise") for variant in study.points.variants)
    return ANONYMOUS_SOURCE if hidden else name


def points_table(study: StudySpec) -> Table:
    """Return a table with one row per point: its number, its variant if there are several, and the design's values."""
    frame = study.points.frame()
    return pa.Table.from_arrays([_column(values) for values in frame.values()], names=list(frame))


def _column(values: Any) -> Any:
    if getattr(values, "dtype", np.dtype(np.bool_)) != np.bool_:
        return numbers(values)
    if isinstance(values[0], str):
        return texts(values)
    return pa.array(values)


def provenance() -> dict[str, Any]:
    """Return the versions of the software and the platform, for readers who repeat the study."""
    return {
        "versions": {"alliance_sim": __version__, "python": platform.python_version()}
        | {package: version(package) for package in PACKAGES},
        "platform": {
            "system": platform.system(),
            "machine": platform.machine(),
            "python_implementation": platform.python_implementation(),
        },
    }

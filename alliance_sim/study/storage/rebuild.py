"""Rebuild the study of a results folder from its manifest and table of points."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from alliance_sim.config import Configuration, Event
from alliance_sim.config.list_choices import placed_choices
from alliance_sim.declarations.parameters import PARAMETERS, Value
from alliance_sim.study.errors import StudyError
from alliance_sim.study.spec.designs import Design
from alliance_sim.study.spec.factors import Column
from alliance_sim.study.spec.model_version import model_version
from alliance_sim.study.spec.points import Points, roster_digest
from alliance_sim.study.storage.manifest import POINTS, STUDY, Manifest, VariantManifest
from alliance_sim.study.storage.points_table import read_points

if TYPE_CHECKING:
    from alliance_sim.study.spec.study_spec import StudySpec


def rebuild_study(folder: Path, manifest: Manifest, schools: Path | None = None) -> StudySpec:
    """Return the study with every point as it was swept.

    Args:
        folder: the folder of the results.
        manifest: their manifest.
        schools: the list of schools, if the study has one; results record only its name, and the names of further
            files, which are read beside it.

    Raises:
        StudyError: if the list is missing, the model is another one, or the manifest or the points were changed.
    """
    from alliance_sim.schools import SchoolListError
    from alliance_sim.study.spec.study_spec import Limits, StudySpec

    if manifest.schools is not None and schools is None:
        name = manifest.schools
        raise StudyError(f"the schools of these runs came from the list {name}; give its path (--schools FILE)")
    if manifest.schools is None and schools is not None:
        raise StudyError("the schools of these runs were generated, and came from no list")
    if manifest.model != model_version():
        raise StudyError(
            f"these runs were simulated by the model {manifest.model}, but this is {model_version()}; "
            "install that version"
        )
    if own := {one["name"] for variant in manifest.variants for one in variant.mechanisms}:
        raise StudyError(
            f"these runs used mechanisms of a user's own ({', '.join(sorted(own))}), whose files results do not hold; "
            "sweep the study again to repeat them"
        )
    try:
        study = StudySpec(
            manifest.question, manifest.name, _points(folder, manifest, schools), manifest.seeds, manifest.half_terms,
            manifest.keep, manifest.at, manifest.random_numbers, schools, Limits(), (), manifest.matters,
            manifest.seeding,
        )  # fmt: skip
        earlier = [study.with_seeds(one.seeds) for one in manifest.earlier]
        hashes = [one.hash for one in manifest.earlier]
        same = study.hash == manifest.hash and [one.hash for one in earlier] == hashes
        same = same and all(study.continues(one.seeds) for one in manifest.earlier)
    except SchoolListError as trouble:
        further = "" if trouble.path == str(schools) else "; put the files that the study names beside its list"
        raise StudyError(f"{trouble}{further}") from None
    except (KeyError, TypeError, ValueError, IndexError, AttributeError) as trouble:
        raise StudyError(
            f"{folder / STUDY}: it is not as it was written, so no run can be repeated from it"
        ) from trouble
    if not same:
        if schools is not None:
            raise StudyError(f"{schools}: it is not the list of schools as it was, or {STUDY} or {POINTS} was changed")
        raise StudyError(f"{folder}: {STUDY} or {POINTS} is not as it was written")
    return study


def manifest_problem(folder: Path, manifest: Manifest) -> str:
    """Return why a manifest cannot be that of its results; empty if it can, or if this cannot be checked.

    It cannot be checked if the study has a list of schools, or the model is another one.
    """
    if manifest.schools is not None or manifest.model != model_version():
        return ""
    try:
        rebuild_study(folder, manifest)
    except StudyError as trouble:
        return str(trouble)
    return ""


def _points(folder: Path, manifest: Manifest, schools: Path | None) -> Points:
    table = read_points(folder, manifest)
    variants = tuple(_variant(one, schools) for one in manifest.variants)
    size = table.num_rows // len(variants)
    columns = tuple(_column(name, table[name][:size]) for name in manifest.varies)
    return Points(variants, Design(manifest.design, (), columns, size), roster_digest(schools))


def _variant(one: VariantManifest, schools: Path | None) -> Configuration:
    events = tuple(Event.from_dict(event) for event in one.events)
    choices = {} if schools is None else placed_choices(one.schools, schools.parent, beside=True)
    return Configuration(
        one.question, dict(one.values), events, one.name, columns=dict(one.columns), schools=choices
    )  # fmt: skip


def _column(name: str, stored: Any) -> Column:
    if PARAMETERS[name].kind in {"share", "number", "count"}:
        return Column(name, stored.to_numpy())
    places: dict[Value, int] = {}
    codes = [places.setdefault(_value(value), len(places)) for value in stored.to_pylist()]
    return Column(name, np.array(codes, np.int64), tuple(places))


def _value(value: Any) -> Value:
    return tuple(cast("list[float]", value)) if isinstance(value, list) else value

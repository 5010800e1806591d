"""``ro-crate-metadata.json``: description, provenance and licence of exported files (RO-Crate 1.1)."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from alliance_sim.declarations.parameters import PARAMETERS
from alliance_sim.engine.modules.registry import outcome_declared
from alliance_sim.study.storage.manifest import Manifest

METADATA = "ro-crate-metadata.json"
CONTEXT: list[Any] = ["https://w3id.org/ro/crate/1.1/context", {"sha256": "https://schema.org/sha256"}]
KINDS = {
    ".csv": "text/csv",
    ".parquet": "application/vnd.apache.parquet",
    ".json": "application/json",
    ".toml": "application/toml",
    ".html": "text/html",
    ".md": "text/markdown",
}
SOFTWARE, SWEEP = "#alliance_sim", "#sweep"


@dataclass(frozen=True)
class Published:
    """Details that the publisher of an export provides.

    Attributes:
        licence: URL of the licence.
        author: name of the author; empty for none.
        day: date of publication.
    """

    licence: str
    author: str
    day: date


def metadata(folder: Path, manifest: Manifest, started: dict[str, Any], files: dict[str, str], made: Published) -> str:
    """Return the text of ``ro-crate-metadata.json``.

    Args:
        folder: the folder of the files.
        manifest: the study.
        started: the content of ``provenance.json``.
        files: the description of each file, by name.
        made: licence, author and date.
    """
    variables = _variables(manifest)
    root: dict[str, Any] = {
        "@id": "./",
        "@type": "Dataset",
        "name": manifest.name.replace("_", " "),
        "description": f"{manifest.question} Results of {manifest.runs:,} simulated school systems (alliance_sim).",
        "datePublished": made.day.isoformat(),
        "license": {"@id": made.licence},
        "identifier": manifest.hash,
        "keywords": ["agent-based model", "schools", "trust", "collaboration", "competition"],
        "hasPart": [{"@id": name} for name in files],
        "mentions": {"@id": SWEEP},
        "variableMeasured": [{"@id": one["@id"]} for one in variables],
    }
    graph: list[dict[str, Any]] = [
        {
            "@id": METADATA,
            "@type": "CreativeWork",
            "conformsTo": {"@id": "https://w3id.org/ro/crate/1.1"},
            "about": {"@id": "./"},
        },
        root,
        {"@id": made.licence, "@type": "CreativeWork", "name": made.licence},
        *(_file(folder, name, description) for name, description in files.items()),
        *variables,
        _software(manifest, started),
        _sweep(manifest, started, files),
    ]
    if made.author:
        root["author"] = {"@id": "#author"}
        graph.append({"@id": "#author", "@type": "Person", "name": made.author})
    return json.dumps({"@context": CONTEXT, "@graph": graph}, indent=2, ensure_ascii=False) + "\n"


def _file(folder: Path, name: str, description: str) -> dict[str, Any]:
    path = folder / name
    with path.open("rb") as content:
        digest = hashlib.file_digest(content, "sha256").hexdigest()
    return {
        "@id": name,
        "@type": "File",
        "name": name,
        "description": description,
        "encodingFormat": KINDS[path.suffix],
        "contentSize": str(path.stat().st_size),
        "sha256": digest,
    }


def _variables(manifest: Manifest) -> list[dict[str, Any]]:
    """Return each recorded outcome and each varied parameter, with its unit."""
    recorded = [
        {"@id": f"#outcome-{one.name}", "@type": "PropertyValue", "name": one.name, "description": one.meaning}
        | {"unitText": one.unit}
        for one in map(outcome_declared, manifest.keep)
    ]
    varied = [PARAMETERS[name] for name in manifest.varies]
    return recorded + [
        {"@id": f"#parameter-{one.name}", "@type": "PropertyValue", "name": one.name, "description": one.meaning}
        | {"unitText": one.unit, "alternateName": one.symbol}
        for one in varied
    ]


def _software(manifest: Manifest, started: dict[str, Any]) -> dict[str, Any]:
    versions = dict(started.get("versions", {}))
    return {
        "@id": SOFTWARE,
        "@type": "SoftwareApplication",
        "name": "alliance_sim",
        "version": manifest.model,
        "softwareVersion": manifest.model,
        "softwareRequirements": [f"{name} {number}" for name, number in versions.items() if name != "alliance_sim"],
        "description": "An agent-based simulation of school alliances: trust, reciprocity and the sharing of practice.",
        "license": {"@id": "https://spdx.org/licenses/MIT"},
    }


def _sweep(manifest: Manifest, started: dict[str, Any], files: dict[str, str]) -> dict[str, Any]:
    system = " ".join(str(part) for part in dict(started.get("platform", {})).values())
    inputs = [name for name in files if name.startswith("study")]
    return {
        "@id": SWEEP,
        "@type": "CreateAction",
        "name": f"Sweep of the study {manifest.name}",
        "description": "alliance-sim sweep study.toml --out results" + (f" ({system})" if system else ""),
        "instrument": {"@id": SOFTWARE},
        "object": [{"@id": name} for name in inputs],
        "result": [{"@id": name} for name in files if name not in inputs],
    }

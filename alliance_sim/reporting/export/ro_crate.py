"""``ro-crate-metadata.json``: what the files are, what made them from what, and who may use them (RO-Crate 1.1)."""

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
    """What only who publishes it can say.

    Attributes:
        licence: the address of a licence.
        author: a name; empty where nobody is named.
        day: when.
    """

    licence: str
    author: str
    day: date


def metadata(folder: Path, manifest: Manifest, begun: dict[str, Any], files: dict[str, str], made: Published) -> str:
    """The text of ``ro-crate-metadata.json``.

    Args:
        folder: where the files lie.
        manifest: the study.
        begun: with what it was begun: ``provenance.json``.
        files: each file's name, and what it is.
        made: licence, author and day.
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
        *(_file(folder, name, said) for name, said in files.items()),
        *variables,
        _software(manifest, begun),
        _sweep(manifest, begun, files),
    ]
    if made.author:
        root["author"] = {"@id": "#author"}
        graph.append({"@id": "#author", "@type": "Person", "name": made.author})
    return json.dumps({"@context": CONTEXT, "@graph": graph}, indent=2, ensure_ascii=False) + "\n"


def _file(folder: Path, name: str, said: str) -> dict[str, Any]:
    path = folder / name
    with path.open("rb") as content:
        digest = hashlib.file_digest(content, "sha256").hexdigest()
    return {
        "@id": name,
        "@type": "File",
        "name": name,
        "description": said,
        "encodingFormat": KINDS[path.suffix],
        "contentSize": str(path.stat().st_size),
        "sha256": digest,
    }


def _variables(manifest: Manifest) -> list[dict[str, Any]]:
    """Each outcome, and each parameter that is varied, with its unit."""
    kept = [
        {"@id": f"#outcome-{one.name}", "@type": "PropertyValue", "name": one.name, "description": one.meaning}
        | {"unitText": one.unit}
        for one in map(outcome_declared, manifest.keep)
    ]
    varied = [PARAMETERS[name] for name in manifest.varies]
    return kept + [
        {"@id": f"#parameter-{one.name}", "@type": "PropertyValue", "name": one.name, "description": one.meaning}
        | {"unitText": one.unit, "alternateName": one.symbol}
        for one in varied
    ]


def _software(manifest: Manifest, begun: dict[str, Any]) -> dict[str, Any]:
    versions = dict(begun.get("versions", {}))
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


def _sweep(manifest: Manifest, begun: dict[str, Any], files: dict[str, str]) -> dict[str, Any]:
    system = " ".join(str(part) for part in dict(begun.get("platform", {})).values())
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

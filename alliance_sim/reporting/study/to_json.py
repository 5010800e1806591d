"""The findings of a study as a JSON document."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from alliance_sim.reporting.study.findings import Findings
from alliance_sim.reporting.study.summary import answer


def document(findings: Findings) -> dict[str, Any]:
    """Return the findings with every contrast of every factor; undefined values are NaN."""
    status, manifest = findings.status, findings.manifest
    return {
        "name": manifest.name,
        "question": manifest.question,
        "hash": manifest.hash,
        "model": manifest.model,
        "answer": answer(findings),
        "runs": status.runs,
        "done": status.done,
        "failed": status.failed,
        "left": status.left,
        "judged_over_half_terms": findings.ends.judged,
        "effects": _rows(findings.effects.values()),
        "interactions": _rows(one for found in findings.interactions.values() for one in found.values()),
        "indices": _rows(findings.indices.values(), "rows"),
        "depends_most_on": {name: list(one.leading.names) for name, one in findings.indices.items() if one.leading},
        "matters": dict(manifest.matters),
        "until": manifest.until or None,
        "held_at_once": findings.family,
        "no_indices": findings.index_trouble or None,
        "seeds": [asdict(one) for found in findings.sample_sizes.values() for one in found],
        "random_numbers": [asdict(one) for one in findings.seed_shares.values()] if findings.sampled else [],
        "failures": findings.failures,
    }


ARRAYS = ("intervals", "pilot", "leading")
"""Attributes that the rows do not repeat."""


def _rows(found: Iterable[Any], inside: str = "contrasts") -> list[dict[str, Any]]:
    """Return one flat row per contrast, with the factor and outcome it belongs to."""
    rows: list[dict[str, Any]] = []
    for whole in found:
        about = {name: value for name, value in vars(whole).items() if name not in (inside, *ARRAYS)}
        rows += [about | asdict(one) for one in getattr(whole, inside)]
    return rows

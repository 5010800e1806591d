"""The citation files agree with the package."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

import alliance_sim

ROOT = Path(__file__).parents[2]


def test_citation_and_codemeta_have_the_version_and_licence():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    citation = (ROOT / "CITATION.cff").read_text("utf-8")
    codemeta = json.loads((ROOT / "codemeta.json").read_text("utf-8"))
    version = project.get("version", alliance_sim.__version__)
    assert re.search(r"^version: (.*)$", citation, re.MULTILINE)[1] == version == codemeta["version"]
    assert re.search(r"^license: (.*)$", citation, re.MULTILINE)[1] == "MIT"
    assert codemeta["license"].endswith("/MIT")
    assert "MIT License" in (ROOT / "LICENSE").read_text("utf-8")

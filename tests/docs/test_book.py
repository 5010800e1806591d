"""The book can be built and agrees with the code, and its commands work."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from alliance_sim.declarations.outcomes import NAMES
from alliance_sim.declarations.parameters import PARAMETERS

REPOSITORY = Path(__file__).resolve().parents[2]
DOCS = REPOSITORY / "docs"


def blocks(page: str, language: str) -> list[str]:
    """Return the fenced blocks of a page in a language."""
    text = (DOCS / page).read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    pytest.importorskip("sphinx", reason="Sphinx is not installed (extra docs)")
    out = tmp_path_factory.mktemp("book")
    command = [sys.executable, "-m", "sphinx", "-W", "--keep-going", "-q", "-b", "html", str(DOCS), str(out)]
    made = subprocess.run(command, capture_output=True, text=True, check=False)
    assert made.returncode == 0, made.stderr
    return out


def test_the_description_has_every_parameter_and_outcome(book):
    text = (book / "odd.html").read_text(encoding="utf-8")
    assert [name for name in PARAMETERS if name not in text] == []
    assert [name for name in NAMES if name not in text] == []


def test_the_schedule_is_in_the_order_of_simulation(book):
    text = (book / "odd.html").read_text(encoding="utf-8")
    steps = ["year end", "decision phase", "exchange phase", "answer external requests", "decay phase"]
    assert sorted(steps, key=lambda step: text.index(f"<strong>{step}</strong>")) == steps


def test_no_page_loads_anything_from_another_host(book):
    for page in book.rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        loaded = re.findall(r'<(?:script|img|link)[^>]*?(?:src|href)="(https?:[^"]*)"', text)
        assert loaded == [], page.name


def test_the_researchers_tutorial_runs(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    code = "\n".join(blocks("tutorials/researcher.md", "python"))
    exec(compile(code, "researcher.md", "exec"), {"__name__": "researcher"})
    assert "sharing" in capsys.readouterr().out


def test_the_analysts_tutorial_runs(tmp_path):
    (tmp_path / "configs").symlink_to(REPOSITORY / "configs")
    (study,) = blocks("tutorials/analyst.md", "toml")
    (tmp_path / "study.toml").write_text(study, encoding="utf-8")
    commands = "".join(blocks("tutorials/analyst.md", "sh")).splitlines()
    assert len(commands) > 6
    for command in commands:
        program, *arguments = command.split()
        assert program == "alliance-sim"
        ran = subprocess.run(
            [sys.executable, "-m", "alliance_sim", *arguments],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
        assert ran.returncode == 0, f"{command}\n{ran.stderr}"
    assert (tmp_path / "comparison" / "comparison.html").is_file()
    assert list((tmp_path / "archive").iterdir())


def test_the_notebook_runs(tmp_path):
    nbclient = pytest.importorskip("nbclient", reason="the notebook's runner is not installed (extra docs)")
    import nbformat

    notebook = nbformat.read(DOCS / "notebooks" / "two_systems.ipynb", as_version=4)
    for cell in notebook.cells:  # small sizes are enough to see that it runs
        cell.source = cell.source.replace("SEEDS, HALF_TERMS = 5, 60", "SEEDS, HALF_TERMS = 2, 12")
    nbclient.NotebookClient(notebook, timeout=300, resources={"metadata": {"path": str(tmp_path)}}).execute()
    assert any("image/png" in output.get("data", {}) for cell in notebook.cells for output in cell.get("outputs", []))

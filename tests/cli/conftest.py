"""Options for small runs, and fixtures that run commands and capture their output."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from alliance_sim.cli import main

SMALL = (
    "--set", "population.schools=6", "--set", "population.alliance_size=3", "--set", "population.teachers_median=6",
)  # fmt: skip
"""Options that make a run small enough for a quick test."""


class Heard(NamedTuple):
    code: int
    out: str
    err: str


Say = Callable[..., Heard]


@pytest.fixture
def say(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Say:
    """Return a function that runs a command in this process."""
    monkeypatch.setenv("COLUMNS", "80")

    def run_command(*words: object) -> Heard:
        code = main([str(word) for word in words])
        return Heard(code, *capsys.readouterr())

    return run_command


@pytest.fixture(scope="session")
def small() -> tuple[str, ...]:
    return SMALL


@pytest.fixture
def shell() -> Callable[..., subprocess.CompletedProcess[bytes]]:
    """Return a function that runs a command in a new process."""

    def run_command(*words: object, **options: object) -> subprocess.CompletedProcess[bytes]:
        command = [sys.executable, "-m", "alliance_sim", *map(str, words)]
        return subprocess.run(command, capture_output=True, check=False, timeout=120, **options)  # type: ignore[call-overload]

    return run_command


@pytest.fixture
def school_list(tmp_path: Path) -> Path:
    """Return a list of five schools; one is closed and one has a name that looks like markup."""
    rows = (
        "URN,EstablishmentName,EstablishmentStatus (name),NumberOfPupils,Trusts (name),Easting,Northing",
        "100001,Ash Grange [bold]School[/bold],Open,210,,500000,150000",
        "100002,Birch Lane,Open,180,,500100,150000",
        "100003,Cedar Hill,Open,400,OAK TRUST,501000,151000",
        "100004,Dove House,Open,90,OAK TRUST,501100,151000",
        "100005,Elm Court,Closed,300,,502000,151000",
    )
    path = tmp_path / "schools.csv"
    path.write_text("\n".join(rows) + "\n", "utf-8")
    return path


@pytest.fixture(scope="session")
def fading(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a user's config whose question looks like markup to a page or a terminal."""
    path = tmp_path_factory.mktemp("own") / "fading_money.toml"
    path.write_text(
        'question = "What if <b>money</b> & [time] fade?"\nextends = "collaborative"\n'
        '[[events]]\nyear = 0.5\nset = { "policy.funding" = 0.0 }\n'
    )
    return path

"""Standard output that is closed, full, or no longer read: one sentence, a documented exit code, no traceback."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
import typer.main

from alliance_sim.cli import console, main
from alliance_sim.cli.app import app

COMMANDS = sorted(typer.main.get_group(app).commands)
RUN = "run baseline --half-terms 1"
SHOWN = ["configs", "configs --json", "parameters", "check baseline", "schools {schools}", "--version", RUN]
SCHOOLS = Path(__file__).resolve().parents[2] / "configs" / "example_schools.csv"


def ran(words: str, redirection: str) -> tuple[int, str]:
    """The exit code of the command itself, and what is on standard error."""
    here = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    line = f"{sys.executable} -m alliance_sim {words.format(schools=SCHOOLS)} {redirection}; exit ${{PIPESTATUS[0]}}"
    found = subprocess.run(
        ["bash", "-c", line], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, env=here, check=False
    )
    return found.returncode, "".join(row for row in found.stderr.splitlines(True) if "Compiling" not in row)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_refuses_a_closed_standard_output_before_any_work(command):
    assert ran(command, ">&-") == (2, "alliance-sim: standard output is closed; send it to a file or to /dev/null\n")


@pytest.mark.parametrize("words", [f"{command} --help" for command in COMMANDS] + SHOWN)
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_what_cannot_be_written_is_one_sentence_and_code_1(words):
    code, err = ran(words, "> /dev/full")
    assert code == 1
    assert err.count("\n") == 1
    assert err.startswith("the result cannot be shown, since standard output cannot be written: No space left")


@pytest.mark.parametrize("words", ["--help", *SHOWN])
def test_a_reader_that_leaves_early_is_no_error(words):
    assert ran(words, "| true") == (0, "")


@pytest.mark.parametrize("redirection", ["2>&-", "2> /dev/full"])
def test_without_standard_error_the_exit_code_is_the_same(redirection):
    assert ran("configs", redirection)[0] == 0
    assert ran("run no_such_config", redirection)[0] == 2


def test_a_refusal_that_cannot_be_written_as_json_is_written_as_a_sentence():
    code, err = ran("run no_such_config --json", "> /dev/full")
    assert code == 2
    assert err.startswith("no_such_config: there is no config or file")


def test_closed_streams_leave_their_numbers_to_no_other_file():
    program = (
        "import os, sys; from alliance_sim.cli import main; assert main(['configs']) == 2; "
        "assert {os.stat(n).st_rdev for n in (0, 1, 2)} == {os.stat(os.devnull).st_rdev}"
    )
    here = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    line = f'{sys.executable} -c "{program}" <&- >&- 2>&-'
    assert subprocess.run(["bash", "-c", line], env=here, check=False).returncode == 0


def test_the_guard_is_taken_away_again(capsys):
    before = sys.stdout
    assert main(["--version"]) == 0
    assert sys.stdout is before
    with console.guarded_output():
        assert sys.stdout.isatty() is False

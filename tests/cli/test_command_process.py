"""The command as a process: fast help, clean interrupts, closed output, any terminal."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time

import pytest

from alliance_sim import __version__

COMMANDS = ("run", "compare", "parameters", "configs", "check", "schools")


@pytest.mark.parametrize("command", [(), *((command,) for command in COMMANDS)])
def test_help_reads_like_a_manual_page(say, command):
    heard = say(*command, "--help")
    assert heard.code == 0
    assert heard.out.startswith(" ".join(("Usage: alliance-sim", *command)))
    assert max(map(len, heard.out.splitlines())) <= 88
    assert "Exit codes:" in heard.out
    assert "130" in heard.out
    assert "<str>" not in heard.out
    assert "{" not in heard.out


def test_without_arguments_the_help_is_shown(say):
    heard = say()
    assert heard.code == 0
    assert [command for command in COMMANDS if f"\n  {command}" not in heard.out] == []


def test_version(say):
    assert say("--version").out == f"alliance-sim {__version__}\n"


def test_help_is_fast(shell):
    heavy = ("mesa", "numba", "pandas", "matplotlib", "scipy", "numpy", "alliance_sim.mesa_model.model")
    # Typer itself needs pydantic to read the options of a command.
    for words, unused in (
        (["run", "--help"], heavy),
        (["--help"], (*heavy, "pydantic")),
    ):
        look = (
            f"import sys; from alliance_sim.cli import main; main({words}); "
            f"assert not set({unused!r}) & set(sys.modules), set({unused!r}) & set(sys.modules)"
        )
        subprocess.run([sys.executable, "-W", "error", "-c", look], check=True, capture_output=True)
    times = []
    for _ in range(3):
        before = os.times()
        assert shell("--help").returncode == 0
        after = os.times()
        # Processor time, so that a busy machine causes no failure.
        spent = after.children_user + after.children_system - before.children_user - before.children_system
        times.append(spent)
    assert min(times) < 0.7


@pytest.mark.parametrize("sent", ["SIGINT", "SIGTERM"])
@pytest.mark.skipif(shutil.which("ps") is None, reason="ps is not available")
def test_an_interrupt_leaves_no_files(tmp_path, sent):
    command = [sys.executable, "-m", "alliance_sim", "compare", "route128", "baseline", "--seeds", "9000"]
    command += ["--workers", "2", "--out", str(tmp_path / "deep" / "result")]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True)
    deadline = time.monotonic() + 120
    while len(children_of(process.pid)) < 2 and time.monotonic() < deadline:
        time.sleep(0.1)
    time.sleep(1.0)
    children = children_of(process.pid)
    os.killpg(process.pid, getattr(signal, sent)) if sent == "SIGINT" else process.terminate()
    out, err = process.communicate(timeout=30)
    assert process.returncode == 130
    assert out == b""
    assert err.strip() == b"Interrupted; no incomplete files are left."
    assert list(tmp_path.iterdir()) == []
    assert children
    deadline = time.monotonic() + 5  # Python's resource tracker ends a moment after the command
    while (left := [child for child in children if alive(child)]) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert left == []


def children_of(process: int) -> list[int]:
    found = subprocess.run(["ps", "-o", "pid=", "--ppid", str(process)], capture_output=True, text=True, check=False)
    return [int(word) for word in found.stdout.split()]


def alive(process: int) -> bool:
    found = subprocess.run(["ps", "-o", "stat=", "-p", str(process)], capture_output=True, text=True, check=False)
    return bool(found.stdout.strip()) and not found.stdout.startswith("Z")


def test_a_closed_pipe_is_no_failure():
    for words in ("parameters", "check --schema", "configs --json"):
        command = f"set -o pipefail; {sys.executable} -m alliance_sim {words} | head -n 1"
        heard = subprocess.run(["bash", "-c", command], capture_output=True, check=False)
        assert (heard.returncode, heard.stderr) == (0, b"")


def test_a_terminal_without_greek_letters(shell):
    plain = os.environ | {
        "LC_ALL": "C",
        "PYTHONUTF8": "0",
        "PYTHONCOERCECLOCALE": "0",
        "NO_COLOR": "1",
        "COLUMNS": "80",
    }
    heard = shell("parameters", "rivalry", env=plain)
    assert heard.returncode == 0
    assert heard.stdout.isascii()
    assert b"trust.rivalry_weight" in heard.stdout


def test_standard_output_holds_only_json(shell, small, tmp_path):
    heard = shell(
        "compare", "route128", "baseline", "--seeds", "2", "--half-terms", "2", "--json", *small, cwd=tmp_path
    )
    assert heard.returncode == 0
    assert heard.stdout.isascii()
    assert json.loads(heard.stdout)["half_terms"] == 2
    heard = shell("run", "nosuch", "--json", cwd=tmp_path)
    assert (heard.returncode, heard.stderr) == (2, b"")
    assert "nosuch" in json.loads(heard.stdout)["error"]

"""A command that was killed leaves nothing for good, and names that are taken by folders are refused by a sentence."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from alliance_sim import files
from alliance_sim.cli import main
from alliance_sim.cli.output import write_all_or_none
from alliance_sim.files import PARTIAL, UNFINISHED, clear_leftovers, temporary_name, write_atomically
from alliance_sim.study.execution import sweep
from alliance_sim.study.storage.lock import only_writer, writer_of

HERE = Path(__file__).parent
KILLED = """
import os, signal, sys, time
from pathlib import Path
from alliance_sim.cli.output import write_all_or_none

moment = sys.argv[1]
replace = Path.replace

def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)

def moved_once(path, target):
    replace(path, target)
    if path.suffix == ".txt":
        die()

if moment == "while moving":
    Path.replace = moved_once
with write_all_or_none(Path("out")) as folder:
    (folder / "a.txt").write_text("a")
    (folder / "b.txt").write_text("b")
    if moment == "alive":
        print("written", flush=True)
        time.sleep(600)
    if moment == "while writing":
        die()
"""


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(filter(None, [str(HERE), *sys.path])))


def leftovers() -> list[Path]:
    return [path for path in Path().rglob("*") if path.name.endswith((PARTIAL, UNFINISHED))]


@pytest.mark.parametrize(("moment", "exists"), [("while writing", 0), ("while writing", 1), ("while moving", 1)])
def test_the_next_run_clears_what_a_killed_one_left(moment, exists):
    if exists:
        Path("out").mkdir()
    killed = subprocess.run([sys.executable, "-c", KILLED, moment], check=False)
    assert killed.returncode == -signal.SIGKILL
    assert leftovers()
    with write_all_or_none(Path("out")) as folder:
        (folder / "c.txt").write_text("c")
    assert not leftovers()
    assert [path.name for path in Path("out").iterdir()] == ["c.txt"]


def test_what_a_living_process_writes_is_left_alone():
    living = subprocess.Popen([sys.executable, "-c", KILLED, "alive"], stdout=subprocess.PIPE, text=True)
    assert living.stdout.readline() == "written\n"
    with write_all_or_none(Path("other")) as folder:
        (folder / "c.txt").write_text("c")
    assert len(leftovers()) == 1
    living.kill()
    living.communicate()
    clear_leftovers(Path())
    assert not leftovers()


def test_only_names_of_ours_from_this_machine_and_dead_processes_are_removed(monkeypatch):
    dead = subprocess.Popen([sys.executable, "-c", "pass"])
    dead.wait()
    own = temporary_name("x", PARTIAL)
    of_a_dead_process = own.replace(f"-{os.getpid()}-", f"-{dead.pid}-")
    elsewhere = of_a_dead_process.replace(files._machine(), "0" * 8)
    reused = own.replace(f"-{files._start_of(os.getpid())}-", "-1-")
    for name in (own, of_a_dead_process, elsewhere, reused, ".out.partial-0a1b2c3d", "x.partial"):
        (Path(name) / "within").mkdir(parents=True)
    clear_leftovers(Path())
    assert {path.name for path in Path().iterdir()} == {own, elsewhere, ".out.partial-0a1b2c3d", "x.partial"}


@pytest.mark.parametrize("name", ["é" * 120, "学校" * 40, "a" * 250])
def test_long_names_in_any_script_can_be_written(name):
    write_atomically(Path(name), "text")
    assert Path(name).read_text() == "text"
    assert [path.name for path in Path().iterdir()] == [name]


def test_a_write_that_fails_keeps_what_was_there(monkeypatch):
    write_atomically(Path("a"), "before")

    def fail(stage):
        if stage == "before the rename":
            raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space") as raised:
        write_atomically(Path("a"), "after", at_stage=fail)
    assert raised.value.filename == "a"
    assert Path("a").read_text() == "before"
    assert not leftovers()


STUDY = 'question = "?"\nseeds = 4\nhalf_terms = 4\nkeep = ["practice"]\n[design]\n"trust.initial" = [0.3, 0.4]\n'
FOLDERS = ["study.json", "points.parquet", "provenance.json", "writer.lock", "parts/0000001-0.runs.parquet"]


@pytest.mark.parametrize("taken", FOLDERS)
def test_a_folder_with_the_name_of_a_file_is_refused_by_a_sentence(taken, monkeypatch, capsys):
    Path("study.toml").write_text(STUDY)
    (Path("out") / taken / "mine").mkdir(parents=True)
    monkeypatch.syspath_prepend(HERE)
    monkeypatch.setitem(sweep.sweep.__kwdefaults__, "run", "sweep_until_killed:simulate")
    code = main(["sweep", "study.toml", "--out", "out"])
    said = capsys.readouterr().err
    assert "Traceback" not in said
    if taken.startswith("parts"):
        assert code == 0, "it is set aside like any damaged part"
    elif taken == "points.parquet":
        assert code == 0, "it is set aside, and the points follow from the study"
        assert Path("out/parts/damaged/points.parquet/mine").is_dir()
    else:
        assert code == 2
        assert len(said.splitlines()) == 1
        assert "out" in said
        assert (Path("out") / taken / "mine").is_dir()


def test_a_folder_with_the_name_of_a_leftover_stays(monkeypatch):
    Path("study.toml").write_text(STUDY)
    folder = Path("out/parts/x.unfinished/mine")
    monkeypatch.syspath_prepend(HERE)
    monkeypatch.setitem(sweep.sweep.__kwdefaults__, "run", "sweep_until_killed:simulate")
    assert main(["sweep", "study.toml", "--out", "out"]) == 0
    folder.mkdir(parents=True)
    assert main(["sweep", "study.toml", "--out", "out"]) == 0
    assert folder.is_dir()


FORKS = """
import os, time
from pathlib import Path
from alliance_sim.study.storage.lock import only_writer
with only_writer(Path()):
    if os.fork() == 0:
        time.sleep(600)
    print("locked", flush=True)
    time.sleep(600)
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_forked_process_does_not_keep_the_lock_of_a_killed_one():
    import psutil

    holder = subprocess.Popen([sys.executable, "-W", "ignore", "-c", FORKS], stdout=subprocess.PIPE, text=True)
    assert holder.stdout.readline() == "locked\n"
    [child] = psutil.Process(holder.pid).children()
    assert writer_of(Path()) == holder.pid
    time.sleep(0.2)
    holder.kill()
    holder.wait()
    try:
        assert child.is_running()
        assert writer_of(Path()) is None
        with only_writer(Path()):
            assert writer_of(Path()) == os.getpid()
    finally:
        child.kill()
        holder.stdout.close()


def test_where_the_system_has_no_fcntl_the_command_line_still_loads():
    program = (
        "import sys; sys.modules['fcntl'] = None; "
        "import alliance_sim.study.execution.sweep, alliance_sim.cli.commands.sweep; "
        "from alliance_sim.cli import main; sys.exit(main(['status', 'nothing']))"
    )
    found = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert found.returncode == 2
    assert "Traceback" not in found.stderr
    assert found.stderr.endswith("nothing: no results of a study lie here; give the folder that sweep wrote into\n")

"""Random damage to every file of a study: a command either gives what it gave before, or names the damage."""

from __future__ import annotations

import json
import os
import random
import shutil
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from alliance_sim.cli import main
from alliance_sim.study import Results, Study
from alliance_sim.study.errors import StudyError
from alliance_sim.study.execution import sweep as sweeping
from alliance_sim.study.execution.sweep import sweep
from alliance_sim.study.storage.lock import NAME as LOCK  # it holds the number of a process and nothing of the results
from alliance_sim.study.storage.manifest import sealed
from alliance_sim.study.storage.parts import parts_in
from alliance_sim.study.storage.status import status, verified

FLIPS = int(os.environ.get("FLIPS", "100"))
STUDY = (
    'question = "What if?"\nseeds = 5\nhalf_terms = 6\nkeep = ["practice"]\n[design]\n"trust.initial" = [0.3, 0.5]\n'
    '"policy.competition" = [0.0, 1.0]\n'
)
RUNS = """
import numpy as np
import pyarrow as pa

def simulate(task):
    rows = task.scenario["half_terms"] + 1
    numbers = np.random.default_rng([task.point, *task.seeds]).random(rows * len(task.seeds))
    half_terms = np.tile(np.arange(rows, dtype=np.int32), len(task.seeds))
    return pa.table({"seed": np.repeat(np.array(task.seeds), rows), "half_term": half_terms, "practice": numbers})
"""
SQL = "select point, seed, half_term, practice from results order by all"


def _sweep(out: Path = Path("out")) -> sweeping.Sweep:
    return sweep(Study.load("study.toml"), out, run="invented_runs:simulate", workers=1)


@pytest.fixture
def intact(tmp_path, monkeypatch):
    """The content of every file of a finished study of several parts, by path."""
    (tmp_path / "study.toml").write_text(STUDY)
    (tmp_path / "invented_runs.py").write_text(RUNS)
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(sweeping, "RUNS_A_PART", 8)
    _sweep()
    assert len(parts_in(Path("out"))) >= 2
    return {path: path.read_bytes() for path in sorted(Path("out").rglob("*")) if path.is_file()}


def _restore(intact: dict[Path, bytes]) -> None:
    shutil.rmtree("out")
    for path, content in intact.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def _answers(capsys) -> dict[str, tuple[int, str]]:
    """Exit code and output of every reading command, and what the library returns."""
    shutil.rmtree("tables", ignore_errors=True)
    found: dict[str, tuple[int, str]] = {}
    for words in (["status", "out"], ["verify", "out"], ["report", "out", "--json"],
                  ["export", "out", "--out", "tables", "--format", "csv"]):  # fmt: skip
        code = main(words)
        said = capsys.readouterr()
        assert "Traceback" not in said.err
        found[words[0]] = code, said.err if code == 2 else said.out  # a slow machine reports progress, too
        if words[0] == "export" and not code:
            found["tables"] = 0, "".join(path.read_text("utf-8") for path in sorted(Path("tables").iterdir()))
    for name, ask in {
        "frame": lambda results: results.frame().to_csv(),
        "runs": lambda results: results.runs().to_csv(),
        "query": lambda results: results.query(SQL).to_csv(),
        "effect": lambda results: results.effect("trust.initial", on="practice").frame().to_csv(),
    }.items():
        try:
            found[name] = 0, ask(Results.open("out"))
        except StudyError as refused:
            found[name] = 2, str(refused)
    return found


def _differences(before: dict[str, tuple[int, str]], after: dict[str, tuple[int, str]]) -> list[str]:
    """What changed although its exit code says that all is well."""
    return [name for name, (code, said) in after.items() if code == 0 and (code, said) != before[name]]


def _flip(content: bytes, chance: random.Random) -> bytes:
    flipped = bytearray(content)
    flipped[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
    return bytes(flipped)


def test_no_flipped_bit_changes_a_figure_in_silence(intact, capsys):
    before = _answers(capsys)
    assert {code for code, _ in before.values()} == {0}
    files = [path for path, content in intact.items() if content]
    chance = random.Random(11)
    for number in range(FLIPS):
        path = files[number % len(files)]
        path.write_bytes(_flip(intact[path], chance))
        after = _answers(capsys)
        assert not _differences(before, after), (path, number)
        if path.name != LOCK:
            assert after["verify"][0] != 0, f"{path}: flip {number} is not named by verify"
        if path.name not in (LOCK, "provenance.json"):
            assert {code for name, (code, _) in after.items() if name not in ("status", "verify")} == {2}, path
            assert after["status"][0] != 0, path
        path.write_bytes(intact[path])
    assert _answers(capsys) == before


def _damages(intact: dict[Path, bytes]):
    """Each file cut short, filled with zeros and deleted; two parts swapped; folders emptied and deleted."""
    for path, content in intact.items():
        if content:
            yield f"{path} truncated", lambda path=path, content=content: path.write_bytes(content[: len(content) // 2])
            yield f"{path} zeroed", lambda path=path, content=content: path.write_bytes(bytes(len(content)))
            yield f"{path} emptied", lambda path=path: path.write_bytes(b"")
            yield f"{path} deleted", path.unlink
    for kind in ("runs", "series"):
        first, second = (getattr(part, kind) for part in parts_in(Path("out"))[:2])

        def swap(first=first, second=second) -> None:
            first.write_bytes(intact[second])
            second.write_bytes(intact[first])

        yield f"{kind} swapped", swap
    yield "parts deleted", lambda: shutil.rmtree("out/parts")


def test_no_other_damage_changes_a_figure_in_silence_and_a_sweep_repairs_it(intact, capsys):
    before = _answers(capsys)
    for name, damage in list(_damages(intact)):
        damage()
        after = _answers(capsys)
        assert not _differences(before, after), name
        if LOCK not in name:
            assert after["verify"][0] != 0, name
        ended = _sweep()
        assert ended.before + ended.done == 20, name
        assert not status(Path("out")).damaged, name
        assert verified(Path("out")) == [], name
        assert _answers(capsys)["frame"] == before["frame"], name
        _restore(intact)


def test_a_folder_whose_parts_are_gone_is_not_called_compared(intact, capsys):
    for path in Path("out/parts").iterdir():
        path.unlink()
    assert main(["verify", "out"]) == 0
    said = capsys.readouterr().out
    assert "every byte compared" not in said
    assert "0 of 20" in said
    assert (status(Path("out")).done, status(Path("out")).left) == (0, 20)


def test_a_lost_manifest_does_not_let_another_study_in(intact, capsys):
    Path("out/study.json").unlink()
    Path("study.toml").write_text(STUDY.replace("0.5", "0.6"))
    with pytest.raises(StudyError, match=r"another study.*without its study\.json; give another folder"):
        _sweep()
    assert all(path.read_bytes() == content for path, content in intact.items() if path.name != "study.json")


VALUES = [None, -1, 0, 10**30, 1.5, "", "none", True, [], {}, [[[]]], [None], {"a": None}, "\x00", float("nan")]


@pytest.mark.parametrize("seal", [True, False])
def test_a_manifest_with_strange_values_is_refused_in_a_sentence(intact, capsys, seal):
    document = json.loads(intact[Path("out/study.json")])
    chance = random.Random(5)
    for name in document:
        for value in chance.sample(VALUES, max(2, FLIPS // 200)):
            changed = document | {name: value}
            Path("out/study.json").write_bytes(sealed(changed) if seal else json.dumps(changed).encode())
            _refused_or_sound(capsys, name, value)


def _refused_or_sound(capsys, *what) -> None:
    for words in (["status", "out"], ["verify", "out"], ["report", "out", "--json"],
                  ["export", "out", "--out", "tables", "--format", "csv"]):  # fmt: skip
        shutil.rmtree("tables", ignore_errors=True)
        code = main(words)  # a traceback would end the test
        said = capsys.readouterr()
        assert code in {0, 1, 2}, what
        if code == 2 and "--json" not in words:
            assert said.err.count("\n") == 1, what


@pytest.mark.parametrize(
    "content", ["[" * 100_000, '{"a":' * 100_000, "null", "1e999", "\x00", '"text"', "{}", "\ud800"]
)
def test_a_manifest_that_is_none_is_refused_in_a_sentence(intact, capsys, content):
    Path("out/study.json").write_bytes(content.encode("utf-8", "surrogatepass"))
    for words in (["status", "out"], ["verify", "out"], ["report", "out"], ["export", "out", "--out", "tables"]):
        assert main(words) == 2
        said = capsys.readouterr().err
        assert said.count("\n") == 1
        assert "study.json" in said
        assert "sweep the same study" in said


@pytest.mark.parametrize(
    ("column", "value", "why"),
    [
        ("status", None, "rows without a key, point, seed or status"),
        ("status", "half-done", "a run that is 'half-done'"),
        ("point", -1, "points that the study does not have"),
        ("point", 2**62, "points that the study does not have"),
        ("seed", None, "rows without"),
        ("seed", 99, "seeds that the study does not have"),
        ("series_bytes", -5, "several files of series"),
        ("series", None, "without series"),
        ("series_sha256", "x", "several files of series"),
    ],
)
def test_a_row_of_runs_that_cannot_be_is_damage(intact, capsys, column, value, why):
    part = parts_in(Path("out"))[0]
    table = pq.read_table(part.runs)
    values = table[column].to_pylist()
    values[0] = value
    place = table.column_names.index(column)
    table = table.set_column(place, table.schema.field(column), pa.array(values, table.schema.field(column).type))
    _replace_runs(part, table)
    assert main(["status", "out"]) == 1
    assert main(["verify", "out"]) == 1
    assert why in " ".join(capsys.readouterr().out.split())
    with pytest.raises(StudyError, match="sweep again"):
        Results.open("out").frame()
    assert len(_sweep().quarantine) == 1
    assert verified(Path("out")) == []


def _replace_runs(part, table) -> None:
    from alliance_sim.study.storage.checksums import name_with_digest
    from alliance_sim.study.storage.parts import RUNS as ENDING

    sink = pa.BufferOutputStream()
    pq.write_table(table, sink)
    content = sink.getvalue().to_pybytes()
    part.runs.unlink()
    part.runs.with_name(name_with_digest(part.name, content, ENDING)).write_bytes(content)


def test_a_folder_from_before_checksums_is_still_read(intact):
    document = json.loads(intact[Path("out/study.json")])
    before = Results.open("out").frame()
    for name in ("format", "provenance", "files", "sha256"):
        del document[name]
    Path("out/study.json").write_text(json.dumps(document))
    for part in parts_in(Path("out")):
        part.runs.rename(part.runs.with_name(part.name + ".runs.parquet"))
    assert Results.open("out").frame().equals(before)
    assert verified(Path("out")) == []
    Path("out/points.parquet").unlink()
    assert _sweep().restored == ["points.parquet"]
    assert Results.open("out").frame().equals(before)

"""Figures of runs are stored by seed: a repeated command simulates only what is missing."""

from __future__ import annotations

import pytest
import typer

from analysis import stored_runs, terminal
from analysis.paired_runs import PairedRuns, RunError
from analysis.stored_runs import StoredRuns

FAIL_AT = 4


def square(seed, factor):
    return factor * seed**2, seed


def fails_at_four(seed):
    if seed == FAIL_AT:
        raise ValueError("no such seed")
    return float(seed)


def test_runs_are_reused_and_more_seeds_simulate_only_the_new_ones(tmp_path):
    with PairedRuns(3, 1, folder=tmp_path) as runs:
        few = runs.of(square, 2.0)
        assert runs.simulated == 3
    with PairedRuns(5, 1, folder=tmp_path) as runs:
        many = runs.of(square, 2.0)
        assert runs.simulated == 2
        runs.of(square, 3.0)
        assert runs.simulated == 7
    assert few.tolist() == many[:3].tolist() == [[2.0, 1], [8.0, 2], [18.0, 3]]


def test_fresh_seeds_start_where_they_are_asked_to(tmp_path):
    with PairedRuns(2, 1, first_seed=1001, folder=tmp_path) as runs:
        assert runs.of(square, 1.0)[:, 1].tolist() == [1001, 1002]


def test_a_failed_run_is_named_and_the_others_are_kept(tmp_path):
    with PairedRuns(3, 1, folder=tmp_path, first_seed=2) as runs, pytest.raises(RunError, match="the run of seed 4 of"):
        runs.of(fails_at_four)
    assert set(StoredRuns(tmp_path).read(fails_at_four, ())) == {2, 3}


def test_figures_of_another_version_are_not_read(tmp_path, monkeypatch):
    with PairedRuns(3, 1, folder=tmp_path) as runs:
        runs.of(square, 2.0)
    assert StoredRuns(tmp_path).read(square, (2.0,))
    monkeypatch.setattr(stored_runs, "model_version", lambda: "another")
    stored_runs.versions.cache_clear()
    try:
        assert StoredRuns(tmp_path).read(square, (2.0,)) == {}
    finally:
        monkeypatch.undo()
        stored_runs.versions.cache_clear()


@pytest.mark.parametrize("damage", [b"", b"PK\x03\x04 but no archive", None])
def test_a_damaged_file_is_reported_and_its_runs_are_repeated(tmp_path, capsys, damage):
    with PairedRuns(3, 1, folder=tmp_path) as runs:
        runs.of(square, 2.0)
    file = next(tmp_path.glob("*.npz"))
    content = file.read_bytes()
    file.write_bytes(content[: len(content) // 2] if damage is None else damage)
    with PairedRuns(3, 1, folder=tmp_path) as runs:
        assert runs.of(square, 2.0)[:, 1].tolist() == [1, 2, 3]
        assert runs.simulated == 3
    assert "is damaged" in capsys.readouterr().err
    assert set(StoredRuns(tmp_path).read(square, (2.0,))) == {1, 2, 3}


@pytest.mark.parametrize(
    ("error", "code", "message"),
    [(KeyboardInterrupt(), 130, "interrupted; the same command resumes it"), (RunError("seed 3"), 1, "seed 3; the")],
)
def test_an_interrupt_and_a_failed_run_end_in_one_sentence(tmp_path, capsys, error, code, message):
    with pytest.raises(typer.Exit) as stopped, terminal.paired_runs(3, 1, tmp_path):
        raise error
    assert stopped.value.exit_code == code
    assert capsys.readouterr().err.startswith(message)

"""Old keys are still accepted, with one line on standard error that names file and line."""

from pathlib import Path

from alliance_sim.cli import main


def test_an_old_key_of_a_config_is_a_note(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    Path("old.toml").write_text('question = "?"\n[[events]]\nyear = 1\nhappens = "betrayal"\n')
    assert main(["check", "old.toml"]) == 0
    printed = capsys.readouterr()
    assert "note: old.toml, line 4: happens in [[events]] is now called event" in " ".join(printed.err.split())
    assert "note" not in printed.out


def test_an_old_key_of_a_study_is_a_note(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    Path("old.toml").write_text('question = "?"\nluck = "paired"\n[design]\n"trust.initial" = [0.3, 0.4]\n')
    assert main(["check", "old.toml", "--json"]) == 0
    printed = capsys.readouterr()
    assert "note: old.toml, line 2" in " ".join(printed.err.split())
    assert "random_numbers" in printed.err

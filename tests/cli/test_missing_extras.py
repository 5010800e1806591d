"""A command that needs a package of an extra says which extra brings it."""

import subprocess
import sys

import pytest

from alliance_sim.cli import main


@pytest.mark.parametrize(
    ("package", "words", "extra"),
    [
        ("duckdb", ["status", "nothing"], None),
        (
            "matplotlib",
            ["compare", "baseline", "isolated", "--seeds", "2", "--half-terms", "1", "--out", "out"],
            "report",
        ),
    ],
)
def test_a_missing_package_is_one_sentence(package, words, extra, monkeypatch, tmp_path, capsys):
    monkeypatch.chdir(tmp_path)
    for name in [name for name in sys.modules if name.partition(".")[0] == package or "reporting" in name]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, package, None)
    assert main(words) == 2
    shown = capsys.readouterr().err
    if extra:
        assert f"needs the package {package}; install it with pip install 'alliance-sim[{extra}]'" in " ".join(
            shown.split()
        )
        assert not (tmp_path / "out").exists()
    assert "Traceback" not in shown


def test_the_core_and_a_run_do_without_the_extras(tmp_path):
    program = """
import sys
for name in ("SALib", "duckdb", "filelock", "psutil", "matplotlib", "jinja2", "solara", "distributed"):
    sys.modules[name] = None
from alliance_sim.cli import main
sys.exit(main(["run", "baseline", "--half-terms", "1", "--set", "population.schools=6", "--out", "out"]))
"""
    found = subprocess.run([sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stderr
    assert (tmp_path / "out" / "config.toml").exists()

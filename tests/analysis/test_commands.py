"""The commands refuse bad input with one sentence."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner

from analysis.__main__ import app


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["sensitivity", "{file}"], "is a file; name a folder"),
        (["regimes", "{site}"], "holds other files (index.html)"),
        (["discovery", "{foreign}"], "holds other files (letter.txt)"),
        (["discovery", "{new}", "--below", "1"], "give --sweep DIR"),
        (["discovery", "{new}", "--sweep", "{foreign}"], "give either --below or --above"),
        (["discovery", "{new}", "--sweep", "{foreign}", "--below", "1"], "no results of a study lie here"),
        (["calibration", "{new}", "--data", "{foreign}"], "does not exist; give --data, the folder with"),
        (["patterns", "99"], "there is no pattern 99"),
        (["claims", "B99"], "there is no claim B99"),
        (["patterns", "{new}", "{foreign}"], "is the folder already"),
    ],
)
def test_bad_input_is_refused_with_one_sentence(tmp_path, arguments, message):
    foreign = tmp_path / "foreign"
    foreign.mkdir()
    (foreign / "letter.txt").write_text("dear all")
    site = tmp_path / "site"
    site.mkdir()
    (site / "index.html").write_text("<h1>My own page</h1>")
    places = {"site": site, "file": foreign / "letter.txt", "foreign": foreign, "new": tmp_path / "new"}
    result = CliRunner().invoke(app, [one.format(**places) for one in arguments])
    assert result.exit_code == 2
    assert message in result.stderr
    assert not (tmp_path / "new").exists()
    assert (site / "index.html").read_text() == "<h1>My own page</h1>"

"""Names and numbers are replaced in every part of a roster and of its report."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from scipy.spatial.distance import pdist

from alliance_sim.schools import read_schools

EXAMPLE = Path(__file__).parents[2] / "configs" / "example_schools.csv"


def strings(known: object):
    if isinstance(known, dict):
        for value in known.values():
            yield from strings(value)
    elif isinstance(known, list | tuple):
        for value in known:
            yield from strings(value)
    elif isinstance(known, str):
        yield known


def test_no_name_number_or_place_is_left():
    plain, hidden = read_schools(EXAMPLE), read_schools(EXAMPLE, anonymise=True)
    text = json.dumps(hidden.report.to_dict(), ensure_ascii=False) + " ".join(hidden.report.sentences())
    text += " ".join((*hidden.roster.name, *hidden.roster.alliance_name, hidden.roster.source))
    secret = {*plain.roster.name, *plain.roster.alliance_name, EXAMPLE.name, *map(str, plain.roster.urn.tolist())}
    secret |= {note.name for note in plain.report.left_out if note.name}
    secret |= {each.alone_in for each in plain.report.joined} - {"no other school is left"}
    assert not [each for each in secret if each in text]
    assert set(hidden.roster.urn.tolist()) == set(range(1, 54))


def test_the_simulation_stays_the_same():
    plain, hidden = read_schools(EXAMPLE).roster, read_schools(EXAMPLE, anonymise=True).roster
    for column in ("id", "alliance", "teachers", "pupils"):
        assert getattr(plain, column).tolist() == getattr(hidden, column).tolist()
    known = np.isfinite(plain.east)
    before, after = (np.column_stack([each.east[known], each.north[known]]) for each in (plain, hidden))
    assert np.allclose(pdist(before), pdist(after), atol=1e-2)
    assert np.abs(after.mean(axis=0)).max() < 1e-2


def test_replacements_repeat_and_a_phrase_changes_them():
    first, second = (read_schools(EXAMPLE, anonymise=True).roster for _ in range(2))
    assert first.name == second.name
    assert read_schools(EXAMPLE, anonymise="our own phrase").roster.name != first.name


def test_groups_of_a_file_and_unmatched_rows_are_hidden_too(tmp_path):
    plain = read_schools(EXAMPLE)
    rows = "".join(f"{urn},Secret Hub\n" for urn in plain.roster.urn[:4].tolist()) + "424242,Secret Hub\n"
    groups = tmp_path / "groups.csv"
    groups.write_text("urn,alliance\n" + rows, "utf-8")
    hidden = read_schools(EXAMPLE, groups=groups, anonymise=True)
    text = json.dumps(hidden.report.to_dict())
    assert "Secret" not in text
    assert "424242" not in text

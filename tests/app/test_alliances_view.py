"""Many schools: alliances are drawn first, with room for their labels, and the data stay small."""

import json

import numpy as np
import pytest

from alliance_sim.app.session.session import Session
from alliance_sim.app.session.session_config import Schools, of_configs
from alliance_sim.app.views import alliances
from alliance_sim.app.views.layout import HEIGHT, WIDTH
from alliance_sim.app.views.maturity_bars import MOST_BARS

TOWNS = ("Aldbury", "Barford", "Colney", "Dunmere")
MANY = 120


@pytest.fixture(scope="module")
def session(tmp_path_factory):
    path = tmp_path_factory.mktemp("list") / "schools.csv"
    rows = ["name,pupils,teachers,town,easting,northing"]
    for school in range(MANY):
        east, north = divmod(school * 37 % 1024, 32)
        town = TOWNS[school % 4]
        rows.append(f"School of {town} {school},{120 + school},4,{town},{500000 + 1500 * east},{150000 + 1500 * north}")
    path.write_text("\n".join(rows))
    session = Session(of_configs("silicon_valley", "route128", schools=Schools(path.name, path)))
    session.step()
    return session


def test_discs_stay_in_the_picture_and_apart(session):
    run = session.runs[0]
    shown = [one for one in alliances.still(run, run.frames[1])["alliances"] if one["schools"]]
    assert len(shown) > MOST_BARS
    for one in shown:
        assert one["r"] <= one["x"] <= WIDTH - one["r"]
        assert one["r"] <= one["y"] <= HEIGHT - one["r"]
    for place, one in enumerate(shown):
        for other in shown[:place]:
            assert np.hypot(one["x"] - other["x"], one["y"] - other["y"]) > 0.8 * (one["r"] + other["r"])


def test_every_school_and_every_link_belongs_to_one_alliance(session):
    run = session.runs[0]
    still = alliances.still(run, run.frames[1])
    schools = [row for one in still["alliances"] for row in one["schools"]]
    assert sorted(schools) == list(range(MANY))
    links = [link for one in still["alliances"] for link in one["links"]]
    assert sorted(links) == list(range(len(still["links"])))
    for one in still["alliances"]:
        assert {school for link in one["links"] for school in still["links"][link]} <= set(one["schools"])


def test_a_place_is_named_once_and_labels_do_not_overlap(session):
    run = session.runs[0]
    labelled = [one for one in alliances.still(run, run.frames[1])["alliances"] if one["label"]]
    assert labelled
    names = [one["label"] for one in labelled]
    assert len(names) == len(set(names))
    assert all(len(name) <= alliances.LONGEST_LABEL for name in names)
    boxes = []
    for one in labelled:
        half = alliances.LETTER * len(one["label"]) / 2
        left = min(max(one["x"], half), WIDTH - half) - half
        boxes.append((left, one["y"] - one["r"], left + 2 * half))
    for place, (left, bottom, right) in enumerate(boxes):
        for other in boxes[:place]:
            assert right < other[0] or left > other[2] or abs(bottom - other[1]) >= alliances.LINE - 0.2


def test_trust_of_an_alliance_is_the_mean_of_its_schools(session):
    run = session.runs[0]
    frame = run.frames[1]
    shown = alliances.moving(frame)
    for alliance, mean in enumerate(shown["means"]):
        trust = frame.trust[(frame.alliance == alliance) & (frame.trust != 255)]
        if len(trust):
            assert mean == pytest.approx(100 * trust.mean() / 250, abs=0.6)
    assert len(json.dumps(shown)) < 20_000


def test_small_systems_are_drawn_school_by_school():
    assert not alliances.is_large(48)
    assert alliances.is_large(276)

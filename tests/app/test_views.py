"""Data for the pictures: positions, links, curves, cards and the story."""

import math

import numpy as np
import pytest

from alliance_sim.app.session.interventions import INTERVENTION_KINDS
from alliance_sim.app.session.session import Session
from alliance_sim.app.session.session_config import Schools
from alliance_sim.app.views import cards, curves, network
from alliance_sim.app.views.claims import claim, claims
from alliance_sim.app.views.differences import differences
from alliance_sim.app.views.layout import HEIGHT, WIDTH, layout
from alliance_sim.app.views.maturity_bars import maturity_bars
from alliance_sim.app.views.narrative import story
from alliance_sim.reporting.palette import TRUST, shade


def test_schools_without_coordinates_are_placed_in_rings_without_overlap(played):
    where = layout(played.runs[0].model.roster)
    assert not where.on_map
    apart = np.hypot(where.x[:, None] - where.x, where.y[:, None] - where.y) + 1e9 * np.eye(len(where.x))
    assert (apart > where.radius[:, None] + where.radius).all()
    assert ((where.x > 0) & (where.x < WIDTH) & (where.y > 0) & (where.y < HEIGHT)).all()


LIST = "name,pupils,alliance,east_km,north_km\n" + "".join(
    f"School {place},{100 + 50 * place},Club {place % 2},{place * 3},{10 - place}\n" for place in range(8)
)


def test_schools_with_coordinates_are_placed_on_a_map(small_session):
    session = small_session(schools=Schools("mine.csv", content=LIST.encode()))
    roster = session.runs[0].model.roster
    where = layout(roster)
    assert where.on_map
    assert np.corrcoef(where.x, roster.east)[0, 1] > 0.99
    assert np.corrcoef(where.y, roster.north)[0, 1] < -0.99  # north is up
    assert layout(session.runs[1].model.roster) is where


def test_links_carry_the_trust_and_level_of_their_ties(played):
    run = played.runs[0]
    model, frame = run.model, run.frames[-1]
    first, second = frame.links[0].tolist()
    ties = [tie for one in model.schools[first].teachers for tie in one.ties if tie.partner.school.row == second]
    mutual = np.mean([min(tie.trust, tie.back.trust) for tie in ties])
    assert frame.link_trust[0] / 250 == pytest.approx(mutual, abs=0.003)
    assert 1 + 3 * int(frame.link_level[0]) / 250 == pytest.approx(np.mean([tie.level for tie in ties]), abs=0.01)


def test_bridges_are_links_across_boundaries_that_carry_help(played):
    model = played.runs[0].model
    for one, other, hundredths in played.runs[0].frames[-1].bridges.tolist():
        assert model.schools[one].alliance != model.schools[other].alliance
        ties = [tie for each in model.schools[one].teachers for tie in each.ties if tie.partner.school.row == other]
        assert hundredths / 100 == pytest.approx(sum(tie.given + tie.back.given for tie in ties), abs=0.01)


def test_the_changing_part_of_a_network_matches_its_fixed_part(played):
    frame = played.runs[0].frames[-1]
    still, moving = network.still(played.runs[0], frame), network.moving(frame)
    assert len(moving["trust"]) == len(still["schools"]) == 6
    assert len(moving["linkTrust"]) == len(moving["linkLevel"]) == len(still["links"])
    assert len(moving["coordinators"]) == len(still["alliances"]) == 2
    assert max(moving["trust"]) < len(still["palette"])


def test_the_strip_shows_the_stages_of_each_alliances_strands(played):
    run = played.runs[0]
    bars = maturity_bars(run, run.frames[12])
    staged = run.model.maturity.query("half_term == 12 and stage != ''")
    for bar, (_, rows) in zip(bars, staged.groupby("alliance"), strict=True):
        count_noun = rows["stage"].value_counts()
        stages = ("Beginning", "Developing", "Embedding", "Leading")
        assert bar["shares"] == [100 * count_noun.get(stage, 0) / 8 for stage in stages]
        assert f"{count_noun.max()} {count_noun.idxmax()}" in bar["text"]


def test_before_anything_happened_no_alliance_is_judged(played):
    for bar in maturity_bars(played.runs[0], played.runs[0].frames[0]):
        assert bar["shares"] == [0, 0, 0, 0]
        assert "nothing has happened yet" in bar["text"]


def test_shades_darken_with_trust():
    def light(tone):
        return sum(int(tone[at : at + 2], 16) * part for at, part in ((1, 0.3), (3, 0.59), (5, 0.11)))

    tones = [light(shade(trust)) for trust in np.linspace(0, 1, 40)]
    assert tones == sorted(tones, reverse=True)
    assert (shade(0), shade(1), shade(2)) == (TRUST[0], TRUST[-1], TRUST[-1])
    assert shade(math.nan) == "#BDBDBD"


def test_the_curves_contain_both_runs(played):
    panels = {panel["name"]: panel for panel in curves.panels(played)}
    assert set(panels) == {"trust", "sharing", "practice", "attainment"}
    assert panels["sharing"]["lines"][0][0] is None  # sharing is undefined in the initial state
    assert panels["trust"]["lines"][1][12] == pytest.approx(played.runs[1].curve("trust")[12], abs=1e-4)
    for panel in panels.values():
        known = [one for line in panel["lines"] for one in line if one is not None]
        assert panel["low"] <= min(known)
        assert max(known) <= panel["high"]


@pytest.mark.parametrize(
    ("values", "ticks"),
    [([0.0, 1.0], [0, 0.5, 1.0]), ([-0.1, 0.06], [-0.1, 0, 0.1]), ([5.0], None), ([], None),
     ([math.nan, 3.0], None)],
)  # fmt: skip
def test_axes_are_round(values, ticks):
    low, high, found = curves.axis(values)
    assert low < high
    assert 3 <= len(found) <= 7
    if ticks is not None:
        assert found == pytest.approx(ticks)


def test_an_axis_includes_the_values_of_a_bet(played):
    before = {panel["name"]: panel for panel in curves.panels(played)}
    after = {panel["name"]: panel for panel in curves.panels(played, {"sharing": (1.4, 0.1)})}
    assert before["sharing"]["high"] < 1.4 <= after["sharing"]["high"]
    assert after["trust"] == before["trust"]


def test_an_intervention_in_both_runs_is_marked_once(played):
    played.intervene("funding_ends")
    played.intervene("competition_rises", "b")
    assert curves.marks(played) == [
        {"at": 12, "label": "Funding ends", "sides": [0, 1]},
        {"at": 12, "label": "Competition rises", "sides": [1]},
    ]


def test_a_schools_card_agrees_with_the_agents(played):
    card = cards.school_card(played, 0, 1)
    school = played.runs[0].model.schools[1]
    facts = dict(card["facts"])
    assert (card["name"], facts["Teachers"]) == (school.name, str(len(school.teachers)))
    assert [one["trust"] for one in card["trusted"]] == sorted(
        (round(school.trust_in(other), 2) for other in school.partners), reverse=True
    )
    assert len(card["trust"]) == 13
    assert card["happened"]


def test_a_card_shows_the_half_term_shown(played):
    now = cards.school_card(played, 0, 1)
    played.look_at(3)
    then = cards.school_card(played, 0, 1)
    assert then["facts"] != now["facts"]
    assert len(then["trust"]) == 4


def test_a_teachers_card_lists_trust_in_contacts(played):
    teacher = played.runs[0].model.schools[1].teachers[0]
    card = cards.teacher_card(played, 0, teacher.row)
    assert card["trusted"][0]["trust"] == pytest.approx(max(tie.trust for tie in teacher.ties), abs=0.005)
    assert card["name"] == "Teacher 1, School 2"


def test_the_story_of_the_initial_state_lists_the_differences(session):
    text = " ".join(one["text"] for one in story(session))
    assert "the same trust" in text
    assert "much secrecy (0.8)" in text
    assert "no coordinator" in text


def test_the_story_is_made_from_the_run(played):
    sharing = [np.mean(run.curve("sharing")[7:13]) for run in played.runs]
    text = [str(one["text"]) for one in story(played)]
    assert 2 <= len(text) <= 3
    assert f"{sharing[0] / sharing[1]:.1f} times" in text[0]
    refused = [np.nanmean(run.curve("refusals")[7:13]) for run in played.runs]
    requests = [given / (1.0 - share) for given, share in zip(sharing, refused, strict=True)]
    assert requests[0] > 10 * requests[1]  # who expects a refusal seldom asks
    assert text[1].startswith("Teachers in Silicon Valley ask for help and are offered help more often")
    assert f"{requests[0]:.2f}"[:3] in text[1]


def test_the_story_of_equal_systems_reports_no_difference(small_session):
    from dataclasses import replace

    setup = small_session().setup
    twins = Session(replace(setup, second=replace(setup.first, title="Its twin")))
    assert "stay equal" in str(story(twins)[1]["text"])
    for _ in range(8):
        twins.step()
    text = " ".join(str(one["text"]) for one in story(twins))
    assert "exactly as much" in text
    assert "refused" not in text


def test_the_story_reports_an_intervention(played):
    before = played.runs[1].curve("trust")[12]
    played.intervene("betrayal", "b", 0)
    for _ in range(2):
        played.step()
    text = story(played)[1]
    assert str(text["text"]).startswith("A betrayal in Route 128, two half-terms ago")
    assert f"{before:.3f}"[:4] in str(text["text"])
    assert text["claim"]["row"] == "A5"


def test_every_sentence_and_event_has_a_claim_with_its_source(played):
    for one in story(played):
        assert one["claim"]["claim"]
        assert one["claim"]["source"]
    for event in INTERVENTION_KINDS.values():
        assert claim(event.row)["source"]
        assert claim(event.row)["claim"], event.key


def test_the_claims_are_those_of_theory_md():
    assert len(claims()) > 40
    assert claims()["A5"].claim.startswith("Slow to build")
    assert "Hargreaves" in claims()["C27"].source
    assert claim("Z9")["claim"] == ""


def test_differences_follow_the_present_policy(played):
    assert "much secrecy (0.8)" in differences(played, 1)
    played.set_policy({"policy.secrecy": 0.0})
    assert not any("secrecy" in one for one in differences(played, 1))


def test_after_a_merger_a_ring_has_the_name_of_the_merged_alliance(played):
    played.intervene("merger", "a", 0)
    for side, labels in ((0, ["Alliance 2", "Alliance 2"]), (1, ["Alliance 1", "Alliance 2"])):
        run = played.runs[side]
        drawn = network.still(run, run.frames[-1])["alliances"]
        assert [ring["label"] for ring in drawn] == labels
        assert [ring["name"] for ring in drawn] == ["Alliance 1", "Alliance 2"]

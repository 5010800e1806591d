"""The configs that come with the library."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from alliance_sim.config import files, json_schema, load_configuration, schema_text, shipped_configs
from alliance_sim.config.resources import expected_teachers
from alliance_sim.declarations.parameters import CHANGED_BY_EVENTS, DEFAULTS, GROUPS, PARAMETERS
from alliance_sim.engine.modules.registry import MODULES, modules_of

REGIMES = ("baseline", "competitive", "collaborative", "route128", "silicon_valley", "cosy_club", "isolated")
CONFIGS = Path(__file__).resolve().parents[2] / "configs"


def differences(name):
    values = load_configuration(name).values
    return {key: value for key, value in values.items() if value != DEFAULTS[key]}


@pytest.mark.parametrize("name", REGIMES)
def test_each_has_a_question_and_names_its_claims(name):
    text = shipped_configs()[name].read_text(encoding="utf-8")
    assert load_configuration(name).question.endswith("?")
    assert text.startswith("#:schema schema.json\n# ")
    assert "Theory: " in text
    assert set(tomllib.loads(text)) <= {"question", "extends", "policy", "coordinator"}


SIZES = ("england", "the_world")
"""Configs of very large systems."""
SHOWS = {
    "betrayal_shock": (),
    "boundary_push": ("boundary_push",),
    "captured_coordinator": ("predicament",),
    "challenging_peers": ("challenge",),
    "content_schools": ("complacency",),
    "cosy_and_challenging": ("challenge",),
    "dominance": ("hub_push",),
    "elements_of_trust": ("trust_elements",),
    "expertise_map": ("expertise",),
    "federations": ("governance",),
    "funding_ends": ("embedding",),
    "internal_trust": ("internal_trust",),
    "open_but_secretive": (),
    "policy_churn": ("churn",),
    "purse_strings": ("power",),
    "reputation": ("reputation",),
    "short_horizon": ("time_horizon",),
    "spawning": ("spawning",),
    "staff_mobility": ("mobility",),
    "staff_turnover": ("turnover",),
    "strategic_or_grassroots": ("topics",),
    "succession": ("succession", "turnover"),
    "system_leaders": ("system_leadership",),
}
"""Configs that show optional modules, with these; one that shows events, and one with other institutions."""


@pytest.mark.parametrize("name", SHOWS)
def test_a_config_shows_its_module(name):
    text = shipped_configs()[name].read_text(encoding="utf-8")
    assert text.startswith("#:schema schema.json\n# ")
    assert "Theory: " in text
    assert tuple(module.name for module in modules_of(load_configuration(name))) == SHOWS[name]


def test_every_module_is_shown():
    assert {module for modules in SHOWS.values() for module in modules} == {module.name for module in MODULES}


def test_every_shipped_config_is_listed_here():
    assert set(shipped_configs()) == {*REGIMES, *SHOWS, *SIZES}


def test_england_has_as_many_teachers_as_were_counted():
    schools, secondary = 24_072, 3_452  # DfE, Schools, pupils and their characteristics, 2023/24
    in_secondaries, in_all = 216_000, 216_000 + 221_300 + 27_100  # DfE, School workforce in England, November 2022
    values = load_configuration("england").values
    primaries = dict(values) | {"population.secondary_share": 0.0}
    secondaries = dict(values) | {"population.secondary_share": 1.0}
    assert values["population.schools"] == pytest.approx(schools, rel=0.01)
    assert values["population.secondary_share"] == pytest.approx(secondary / schools, rel=0.001)
    assert expected_teachers(secondaries) / schools == pytest.approx(in_secondaries / secondary, rel=0.01)
    assert expected_teachers(primaries) / schools == pytest.approx(
        (in_all - in_secondaries) / (schools - secondary), rel=0.01
    )
    assert 450_000 < expected_teachers(values) < 480_000


def test_the_baseline_is_the_declared_defaults():
    assert differences("baseline") == {}


def test_regimes_differ_in_competition_and_funding_only():
    assert differences("competitive") == {"policy.competition": 0.8, "policy.funding": 0.2}
    assert differences("collaborative") == {"policy.competition": 0.2, "policy.funding": 0.7}


def test_institutions_differ_in_secrecy_porosity_and_coordinator_from_an_equal_start():
    route128 = {"policy.secrecy": 0.8, "policy.porosity": 0.03, "coordinator.present": False}
    silicon_valley = {"policy.porosity": 0.25}
    assert differences("route128") == {"policy.competition": 0.8, **route128}
    assert differences("isolated") == {"policy.competition": 0.1, **route128}
    assert differences("silicon_valley") == {"policy.competition": 0.8, **silicon_valley}
    assert differences("cosy_club") == {"policy.competition": 0.1, **silicon_valley}


def test_all_shipped_configs_differ():
    assert len({load_configuration(name).hash for name in REGIMES}) == len(REGIMES)


def test_they_are_found_inside_an_installed_library_first(tmp_path, monkeypatch):
    package = tmp_path / "site-packages" / "alliance_sim"
    (package / "configs").mkdir(parents=True)
    (package / "configs" / "baseline.toml").write_text('question = "Q?"\n')
    monkeypatch.setattr(files, "_PACKAGE", package)
    assert list(shipped_configs()) == ["baseline"]


def test_without_any_the_list_is_empty(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "_PACKAGE", tmp_path / "nowhere" / "alliance_sim")
    assert shipped_configs() == {}


def test_the_schema_for_editors_is_up_to_date():
    assert (CONFIGS / "schema.json").read_text(encoding="utf-8") == schema_text(), (
        "regenerate it: python -c \"from alliance_sim.config import schema_text; print(schema_text(), end='')\" "
        "> configs/schema.json"
    )


def test_the_schema_contains_all_that_is_declared():
    schema = json_schema()
    for parameter in PARAMETERS.values():
        shown = schema["$defs"][parameter.group]["properties"][parameter.key]
        assert parameter.meaning in shown["description"]
        assert parameter.unit in shown["description"]
        assert parameter.source in shown["description"]
        default = list(parameter.default) if isinstance(parameter.default, tuple) else parameter.default
        assert shown["default"] == default
        if parameter.kind in {"share", "number", "count"}:
            assert (shown["minimum"], shown["maximum"]) == parameter.bounds
    assert schema["required"] == ["question"]
    assert set(schema["properties"]) == {"question", "extends", "mechanisms", "events", "columns", "schools", *GROUPS}
    assert set(CHANGED_BY_EVENTS) < set(schema["$defs"]["set"]["properties"])

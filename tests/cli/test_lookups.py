"""``parameters``, ``configs``, ``check`` and ``schools``."""

from __future__ import annotations

import json

from alliance_sim.config import json_schema, shipped_configs
from alliance_sim.declarations.parameters import PARAMETERS


def test_all_parameters_are_listed(say):
    heard = say("parameters")
    assert heard.code == 0
    assert [name for name in PARAMETERS if name not in heard.out] == []
    assert max(map(len, heard.out.splitlines())) <= 80


def test_a_word_finds_name_meaning_symbol_or_source(say):
    assert "trust.rivalry_weight" in say("parameters", "RIVALRY").out
    assert "trust.gain" in say("parameters", "λ").out
    assert "coordinator.capacity" in say("parameters", "B16").out
    assert "trust.gain" not in say("parameters", "attainment").out


def test_parameters_are_printed_as_json(say):
    (document,) = json.loads(say("parameters", "porosity", "--json").out)["parameters"]
    assert (document["name"], document["bounds"], document["symbol"]) == ("policy.porosity", [0.0, 1.0], "ω")


def test_shipped_configs_are_listed(say):
    heard = say("configs")
    assert [name for name in shipped_configs() if name not in heard.out] == []
    listed = json.loads(say("configs", "--json").out)["configs"]
    assert [config["name"] for config in listed] == list(shipped_configs())
    assert all(config["question"].endswith("?") for config in listed)


def test_a_valid_config_is_summarised(say, fading):
    heard = say("check", "silicon_valley", fading)
    assert heard.code == 0
    assert "silicon_valley: valid" in heard.out
    assert "policy.porosity" in heard.out
    assert "After year 0.5: policy.funding becomes 0." in heard.out
    assert "[time]" in heard.out


def test_all_errors_of_a_config_are_listed(say, tmp_path):
    bad = tmp_path / "bad.toml"
    bad.write_text('question = "Why?"\n[trust]\ninitial = 45\ngian = 0.1\n')
    heard = say("check", "baseline", bad)
    assert heard.code == 2
    assert "baseline: valid" in heard.out
    first, second = heard.err.splitlines()
    assert first.startswith(f"{bad}, line 3: trust.initial is 45")
    assert second.startswith(f"{bad}, line 4:")
    assert "did you mean" in second

    heard = say("check", "baseline", bad, "--json")
    document = json.loads(heard.out)
    assert (heard.code, heard.err) == (2, "")
    assert [problem["line"] for problem in document["problems"]] == [3, 4]
    assert [config["fine"] for config in document["configs"]] == [True, False]


def test_the_schema_is_printed(say):
    assert json.loads(say("check", "--schema").out) == json_schema()


def test_a_school_list_is_summarised(say, school_list):
    heard = say("schools", school_list)
    assert heard.code == 0
    assert "Left out: 1 row (closed: 1)." in heard.out
    assert "OAK TRUST" in heard.out
    document = json.loads(say("schools", school_list, "--json").out)
    assert document["rows"] == document["taken"] + len(document["left_out"]) == 5


def test_a_school_list_can_be_grouped_by_another_size(say, tmp_path):
    rows = [f"School {number},100,{number},0" for number in range(12)]
    path = tmp_path / "plain.csv"
    path.write_text("name,pupils,east_km,north_km\n" + "\n".join(rows) + "\n")
    assert group_sizes(say, path, 3) == [3, 3, 3, 3]
    assert group_sizes(say, path, 6) == [6, 6]


def group_sizes(say, path, alliance_size):
    heard = say("schools", path, "--json", "--set", f"population.alliance_size={alliance_size}")
    return [group["schools"] for group in json.loads(heard.out)["groups"]]

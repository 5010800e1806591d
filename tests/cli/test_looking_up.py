"""``parameters``, ``configs``, ``check`` and ``schools``."""

from __future__ import annotations

import json

from alliance_sim.config import json_schema, shipped_configs
from alliance_sim.declarations.parameters import PARAMETERS


def test_all_parameters(say):
    heard = say("parameters")
    assert heard.code == 0
    assert [name for name in PARAMETERS if name not in heard.out] == []
    assert max(map(len, heard.out.splitlines())) <= 80


def test_a_word_finds_name_meaning_symbol_or_source(say):
    assert "trust.rivalry_weight" in say("parameters", "RIVALRY").out
    assert "trust.gain" in say("parameters", "λ").out
    assert "coordinator.capacity" in say("parameters", "B16").out
    assert "trust.gain" not in say("parameters", "attainment").out


def test_parameters_for_programs(say):
    (told,) = json.loads(say("parameters", "porosity", "--json").out)["parameters"]
    assert (told["name"], told["bounds"], told["symbol"]) == ("policy.porosity", [0.0, 1.0], "ω")


def test_what_is_shipped(say):
    heard = say("configs")
    assert [name for name in shipped_configs() if name not in heard.out] == []
    listed = json.loads(say("configs", "--json").out)["configs"]
    assert [config["name"] for config in listed] == list(shipped_configs())
    assert all(config["question"].endswith("?") for config in listed)


def test_a_good_config(say, fading):
    heard = say("check", "silicon_valley", fading)
    assert heard.code == 0
    assert "silicon_valley: fine" in heard.out
    assert "policy.porosity" in heard.out
    assert "After year 0.5: policy.funding becomes 0." in heard.out
    assert "[time]" in heard.out


def test_a_bad_config_is_told_whole(say, tmp_path):
    bad = tmp_path / "bad.toml"
    bad.write_text('question = "Why?"\n[trust]\ninitial = 45\ngian = 0.1\n')
    heard = say("check", "baseline", bad)
    assert heard.code == 2
    assert "baseline: fine" in heard.out
    first, second = heard.err.splitlines()
    assert first.startswith(f"{bad}, line 3: trust.initial is 45")
    assert second.startswith(f"{bad}, line 4:")
    assert "did you mean" in second

    heard = say("check", "baseline", bad, "--json")
    told = json.loads(heard.out)
    assert (heard.code, heard.err) == (2, "")
    assert [problem["line"] for problem in told["problems"]] == [3, 4]
    assert [config["fine"] for config in told["configs"]] == [True, False]


def test_the_schema(say):
    assert json.loads(say("check", "--schema").out) == json_schema()


def test_a_school_list(say, school_list):
    heard = say("schools", school_list)
    assert heard.code == 0
    assert "Left out: 1 row (closed: 1)." in heard.out
    assert "OAK TRUST" in heard.out
    told = json.loads(say("schools", school_list, "--json").out)
    assert told["rows"] == told["taken"] + len(told["left_out"]) == 5


def test_a_school_list_grouped_otherwise(say, tmp_path):
    rows = [f"School {number},100,{number},0" for number in range(12)]
    path = tmp_path / "plain.csv"
    path.write_text("name,pupils,east_km,north_km\n" + "\n".join(rows) + "\n")
    assert sizes_with(say, path, 3) == [3, 3, 3, 3]
    assert sizes_with(say, path, 6) == [6, 6]


def sizes_with(say, path, alliance_size):
    heard = say("schools", path, "--json", "--set", f"population.alliance_size={alliance_size}")
    return [group["schools"] for group in json.loads(heard.out)["groups"]]

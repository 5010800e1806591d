"""Configs that come from strangers read no other file, and none of any size occupies a session."""

import time
from pathlib import Path

import pytest

from alliance_sim.config import ConfigError, json_schema, load_configuration, load_untrusted, shipped_configs
from alliance_sim.config.outline import outline, statements
from alliance_sim.declarations.list_choices import NAMING_FILES
from alliance_sim.declarations.list_columns import LIST_COLUMNS
from alliance_sim.declarations.parameters import PARAMETERS
from alliance_sim.limits import MOST_KEYS, MOST_TABLES

QUESTION = 'question = "What is read?"\n'
SECRET = 'question = "secret"\n[trust]\ninitial = 0.123\n'
SPELLINGS = [
    'extends = "{}"',
    "extends = '{}'",
    '"extends" = "{}"',
    '"extend\\u0073" = "{}"',
    "'extends' = '''{}'''",
    'extends = """\\\n  {}"""',
    'extends="{}" # = "baseline"',
    '  "\\u0065xtends"   =   """{}"""',
]


def refusal_of(text: str) -> ConfigError:
    with pytest.raises(ConfigError) as refused:
        load_untrusted(text.encode(), "mine.toml")
    return refused.value


@pytest.fixture
def touched(monkeypatch, tmp_path):
    """The files of the test's folder that are looked at."""
    seen: list[str] = []

    def watched(what):
        original = getattr(Path, what)

        def call(self, *args, **kwargs):
            if str(self).startswith(str(tmp_path)):
                seen.append(str(self))
            return original(self, *args, **kwargs)

        return call

    for what in ("stat", "open", "read_bytes", "read_text", "exists", "is_file"):
        monkeypatch.setattr(Path, what, watched(what))
    return seen


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_no_spelling_of_extends_reads_another_file(tmp_path, touched, spelling):
    secret = tmp_path / "secret.toml"
    secret.write_text(SECRET)
    touched.clear()
    existing = str(refusal_of(QUESTION + spelling.format(secret)))
    missing = str(refusal_of(QUESTION + spelling.format(tmp_path / "absent.toml")))
    assert touched == []
    assert existing.replace("secret.toml", "absent.toml") == missing
    assert "can extend only what is shipped" in existing
    assert "mine.toml, line" in existing


@pytest.mark.parametrize("path", ["../baseline", "./baseline", "baseline.toml", "studies/real_schools", "/dev/zero"])
def test_a_shipped_name_is_not_joined_with_anything(path):
    assert "can extend only what is shipped" in str(refusal_of(QUESTION + f'extends = "{path}"'))


@pytest.mark.parametrize("name", shipped_configs())
def test_what_is_shipped_may_be_extended_by_its_name(name):
    assert load_untrusted((QUESTION + f'extends = "{name}"').encode(), "mine.toml").chain[-1].is_file()


@pytest.mark.parametrize("key", ["mechanisms", '"mechanism\\u0073"'])
def test_no_mechanism_is_read_or_run(tmp_path, touched, key):
    program = tmp_path / "harmful.py"
    program.write_text(f"open({str(tmp_path / 'ran')!r}, 'w')")
    touched.clear()
    existing = str(refusal_of(QUESTION + f'{key} = ["{program}"]'))
    assert touched == []
    assert not (tmp_path / "ran").exists()
    assert existing == str(refusal_of(QUESTION + f'{key} = ["{tmp_path / "absent.py"}"]'))


@pytest.mark.parametrize("key", NAMING_FILES)
@pytest.mark.parametrize("spelling", ['[schools]\n{} = "{}"', 'schools = {{ {} = "{}" }}', '"school\\u0073".{} = "{}"'])
def test_no_file_that_choices_about_a_list_name_is_looked_at(tmp_path, touched, key, spelling):
    (tmp_path / "secret.csv").write_text("name,alliance\nAsh,A\n")
    touched.clear()
    existing = str(refusal_of(QUESTION + spelling.format(key, tmp_path / "secret.csv")))
    missing = str(refusal_of(QUESTION + spelling.format(key, tmp_path / "absent.csv")))
    assert touched == []
    assert existing == missing
    assert f"schools.{key} may name a file" in existing


def test_the_same_holds_for_files_that_are_loaded_as_untrusted(tmp_path):
    (tmp_path / "secret.toml").write_text(SECRET)
    path = tmp_path / "mine.toml"
    path.write_text(QUESTION + '"extend\\u0073" = "secret.toml"')
    assert load_configuration(path).values["trust.initial"] == 0.123
    with pytest.raises(ConfigError, match="can extend only what is shipped"):
        load_configuration(path, untrusted=True)


def test_no_other_key_of_a_config_takes_a_text():
    """A new key that names a file must be refused in untrusted configs before it is listed here."""
    texts: set[str] = set()

    def look(schema, name):
        if schema.get("type") == "string" and "enum" not in schema and "const" not in schema:
            texts.add(name)
        for inside in ("items", *("$defs",)):
            held = schema.get(inside)
            for key, one in (held.items() if inside == "$defs" else [(name, held)]) if held else ():
                look(one, key)
        for key, one in schema.get("properties", {}).items():
            look(one, key)
        for one in (*schema.get("anyOf", ()), *schema.get("allOf", ())):
            look(one, name)

    look(json_schema(), "")
    compared = {*LIST_COLUMNS, "where", "phase", "on"}  # with a header and its rows
    assert texts == {"question", "extends", "mechanisms", "school", *NAMING_FILES, *compared}
    assert {parameter.kind for parameter in PARAMETERS.values()} <= {
        "share", "number", "count", "switch", "choice", "levels",
    }  # fmt: skip


HOSTILE = {
    "too many bytes": "k = 1\n" * 200_000,
    "too many values": "".join(f"k{i} = 1\n" for i in range(MOST_KEYS + 1)),
    "many unknown values": "".join(f"k{i} = 1\n" for i in range(MOST_KEYS - 1)),
    "a million events": "[[events]]\nyear = 1\n" * 1_000_000,
    "too many events": "[[events]]\nyear = 1\n" * (MOST_TABLES + 1),
    "many bad events": '[[events]]\nyear = 1\nset = {"policy.fundin" = 1}\n' * (MOST_TABLES - 1),
    "deep brackets": "x = " + "[" * 90_000,
    "deep names": '"#"' + ".a" * 90_000 + " = 1",
    "deep names with signs in quotes": "\n".join('","'.join(".a" * 40 for _ in range(10)) + " = 1" for _ in range(200)),
    "a long line": "x = '" + "a" * 900_000 + "'",
    "an unclosed string of many lines": 'x = """\n' + "]\n" * 90_000,
    "unclosed quotes": '"' * 90_001,
    "a long list of short lines": "x = [\n" + '"a",\n' * 30_000 + "]",
    "long numbers": "y = " + "1" * 5_000 + "\n" + "".join(f"x{i} = {'1' * 4_299}\n" for i in range(40)),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_hostile_configs_are_refused_quickly(what):
    load_untrusted(QUESTION.encode(), "warm.toml")
    began = time.process_time()
    assert "mine.toml" in str(refusal_of(QUESTION + HOSTILE[what])).splitlines()[0]
    assert time.process_time() - began < 1.5


def test_the_outline_keeps_signs_and_lines_and_leaves_out_texts():
    text = 'a = "x=[#" # [=\nb = """\n= \\""" [\n""" \n\'k=\' = \'\'\'\n[\'\'\'\'\nd = [\n 1,\n]'
    assert outline(text).replace("\v", "|").split("\n") == ["a = s ", "b = s|| ", "s = s|", "d = [", " 1,", "]"]
    assert [line for line, _ in statements(text)] == [1, 2, 5, 7]


def test_lines_of_problems_are_found_after_texts_of_many_lines():
    text = (
        QUESTION.replace('"What is read?"', '"""\nWhat\n[trust]\nis "read"?"""')
        + "[trust]\ninitial = [\n1,\n]\ngain = 7\n"
    )
    assert [problem.line for problem in refusal_of(text).problems] == [6, 9]


def test_a_long_list_of_decimals_on_one_line_is_no_deep_name():
    numbers = ", ".join(["0.5"] * 300)
    assert "nest too deep" not in str(refusal_of(QUESTION + f"x = [{numbers}]"))

"""Every refusal is one sentence with place and remedy."""

from __future__ import annotations

import os
import pickle
import time

import pytest

from alliance_sim.config import ConfigError, load_configuration, machine_memory, resources

Q = 'question = "What if?"\n'
EVENT = Q + "[[events]]\n"
CHANGEABLE = (
    "policy.competition, policy.funding, policy.secrecy, policy.porosity, policy.hub_push, policy.boundary_push, "
    "coordinator.present"
)

# The case, the text, the line, the dotted name, and the key part of the sentence.
BAD = [
    # Values
    ("a percentage for a share", Q + "[trust]\ninitial = 45\n", 3, "trust.initial",
     "trust.initial is 45, but must be 0 to 1; did you mean 0.45 (a share, not a percentage)?"),
    ("a quoted percentage", Q + '[trust]\ninitial = "45%"\n', 3, "trust.initial",
     'is "45%", but must be a number, 0 to 1; did you mean 0.45 (a share, not a percentage)?'),
    ("a percentage for a small chance", Q + "[outcome]\nbetrayal = 4\n", 3, "outcome.betrayal",
     "must be 0 to 0.2; did you mean 0.04"),
    ("below the bounds", Q + "[policy]\n\nfunding = -0.1\n", 4, "policy.funding", "is -0.1, but must be 0 to 1"),
    ("above the bounds", Q + "[trust]\ngain = 0.3\n", 3, "trust.gain", "is 0.3, but must be 0.03 to 0.2"),
    ("not a number", Q + "[trust]\ninitial = nan\n", 3, "trust.initial", "is nan, but must be 0 to 1"),
    ("infinite", Q + "[trust]\nhelp_value = inf\n", 3, "trust.help_value", "is inf, but must be 0 to 3"),
    ("infinite by overflow", Q + "[trust]\nhelp_value = -1e999\n", 3, "trust.help_value", "is -inf, but must be"),
    ("a word for a number", Q + '[trust]\ninitial = "high"\n', 3, "trust.initial", 'is "high", but must be a number'),
    ("a quoted number", Q + '[trust]\ninitial = "0.4"\n', 3, "trust.initial", "did you mean 0.4 (without quotes)?"),
    ("a quoted decimal comma", Q + '[trust]\ninitial = "0,4"\n', 3, "trust.initial", "(a point, not a comma)?"),
    ("a switch for a number", Q + "[trust]\ninitial = true\n", 3, "trust.initial", "is true, but must be a number"),
    ("a number for a switch", Q + "[practice]\njpd = 0\n", 3, "practice.jpd",
     "is 0, but must be true or false; did you mean false?"),
    ("a word for a switch", Q + '[coordinator]\npresent = "yes"\n', 3, "coordinator.present", "did you mean true?"),
    ("a point in a count", Q + "[population]\nschools = 24.0\n", 3, "population.schools",
     "must be a whole number, 2 to 10,000,000; did you mean 24 (a whole number has no point)?"),
    ("half a school", Q + "[population]\nschools = 24.5\n", 3, "population.schools", "must be a whole number"),
    ("a switch for a count", Q + "[help]\ncontacts = true\n", 3, "help.contacts", "is true, but must be a whole"),
    ("one school", Q + "[population]\nschools = 1\n", 3, "population.schools", "is 1, but must be"),
    ("an unknown choice", Q + '[trust]\ncompetition_enters = "aditive"\n', 3, "trust.competition_enters",
     'is "aditive", but must be "loss" or "additive"; did you mean "additive"?'),
    ("a date", Q + "[trust]\ninitial = 2024-05-01\n", 3, "trust.initial", "is 2024-05-01 (a date or time), but must"),
    ("a time", Q + "[trust]\ninitial = 07:32:00\n", 3, "trust.initial", "is 07:32:00 (a date or time), but must be"),
    ("a list for a number", Q + "[trust]\ninitial = [0.4]\n", 3, "trust.initial", "is [0.4], but must be a number"),
    ("a table for a number", Q + "[trust.initial]\nmean = 0.4\n", 2, "trust.initial", "is a table, but must be"),
    ("a huge number", Q + f"[trust]\ninitial = 1{'0' * 400}\n", 3, "trust.initial", "number of about 401 digits"),
    ("a number of thousands of hex digits", Q + f"[help]\ncontacts = 0x{'f' * 9000}\n", 3, "help.contacts", "digits"),
    ("three levels", Q + "[level]\ngate = [0.1, 0.2, 0.3]\n", 3, "level.gate",
     "is [0.1, 0.2, 0.3], but must be 4 increasing numbers, each 0 to 1"),
    ("levels out of order", Q + "[level]\ngate = [0.1, 0.5, 0.4, 0.7]\n", 3, "level.gate",
     "did you mean [0.1, 0.4, 0.5, 0.7] (in increasing order)?"),
    ("equal levels", Q + "[level]\ngate = [0.1, 0.4, 0.4, 0.7]\n", 3, "level.gate", "4 increasing numbers"),
    ("levels in percent", Q + "[level]\nstake = [20, 40, 70, 100]\n", 3, "level.stake",
     "did you mean [0.2, 0.4, 0.7, 1] (shares, not percentages)?"),
    ("levels over many lines", Q + "[level]\nstake = [0.1, 0.2, 0.3, 0.4]\ngate = [\n  0.1,\n  2,\n  3,\n  4,\n]\n", 4,
     "level.gate", "is [0.1, 2, 3, 4], but must be"),
    ("a word among levels", Q + '[level]\ncost = [0.5, 1, "much", 2]\n', 3, "level.cost", 'is [0.5, 1, "much", 2]'),
    ("trust would turn", Q + "[trust]\ngain = 0.2\nloss_ratio = 6\n", 4, "trust.loss_ratio",
     "trust.gain × trust.loss_ratio is 0.2 × 6 = 1.2, but must be under 1; lower trust.loss_ratio under 5"),
    # Names
    ("a slip in a name", Q + "[trust]\ninital = 0.4\n", 3, "trust.inital",
     "there is no parameter 'trust.inital'; did you mean 'trust.initial'?"),
    ("a right key in a wrong table", Q + "[trust]\ncompetition = 0.4\n", 3, "trust.competition",
     "did you mean 'policy.competition'?"),
    ("a key without its table", Q + "initial = 0.4\n", 2, "initial", "did you mean 'trust.initial'?"),
    ("capital letters", Q + "[policy]\nSecrecy = 0.4\n", 3, "policy.Secrecy", "did you mean 'policy.secrecy'?"),
    ("a dash for an underscore", Q + "[help]\nbase-need = 0.4\n", 3, "help.base-need", "mean 'help.base_need'?"),
    ("a name like no other", Q + "[trust]\nxyzzy = 1\n", 3, "trust.xyzzy", "`alliance-sim parameters` lists them all"),
    ("a slip in a table", Q + "[trsut]\ninitial = 0.4\n", 2, "trsut", "no table 'trsut'; did you mean 'trust'?"),
    ("a table like no other", Q + "[xyzzy]\ninitial = 0.4\n", 2, "xyzzy", "the tables are population, policy, trust"),
    ("a quoted dotted name", Q + '"trust.initial" = 0.4\n', 2, "trust.initial", "stands in quotes; write"),
    ("a value for a table", Q + "trust = 0.4\n", 2, "trust", "is 0.4, but must be a table; write trust.initial = …"),
    ("double brackets for a table", Q + "[[trust]]\ninitial = 0.4\n", 2, "trust", "write [trust] with single brackets"),
    ("the question in a table", Q + '[trust]\nquestion = "What?"\n', 3, "trust.question", "write question at the top"),
    ("an empty name", Q + '"" = 1\n', 2, "", "there is no parameter ''"),
    # Question and extends
    ("no question", "[trust]\ninitial = 0.4\n", 1, "question", "the question is missing; say at the top"),
    ("a blank question", '\nquestion = "  "\n', 2, "question", "the question is blank; say what you want to know"),
    ("a number for a question", "question = 42\n", 1, "question", "question is 42, but must be a text in quotes"),
    ("extends a number", Q + "extends = 3\n", 2, "extends", "extends is 3, but must be the name of a shipped config"),
    ("extends nothing", Q + 'extends = ""\n', 2, "extends", 'extends is "", but must be the name'),
    # Events
    ("an event inside a half-term", EVENT + "year = 2.1\nset = { policy.funding = 0 }\n", 3, "events[1].year",
     "events[1].year is 2.1, which falls inside a half-term; a year has six: try 2.1666666667"),
    ("an event before the initial state", EVENT + "year = -1\nset = { policy.funding = 0 }\n", 3, "events[1].year",
     "is -1, but must be a number of years, 0 to 1,000"),
    ("an event after all", EVENT + "year = 1001\nset = { policy.funding = 0 }\n", 3, "events[1].year", "0 to 1,000"),
    ("an event on a date", EVENT + "year = 2024-01-01\nset = { policy.funding = 0 }\n", 3, "events[1].year", "a date"),
    ("an event without a year", EVENT + "set = { policy.funding = 0 }\n", 2, "events[1].year", "year is missing; give"),
    ("an event without a change", EVENT + "year = 3\n", 2, "events[1].set", "events[1].set is missing; say what"),
    ("an event with an empty change", EVENT + "year = 3\nset = {}\n", 4, "events[1].set", "set is empty; say what"),
    ("an event with an empty table", EVENT + "year = 3\nset = { policy = {} }\n", 4, "events[1].set", "set is empty"),
    ("an event with a number to set", EVENT + "year = 3\nset = 0.5\n", 4, "events[1].set", "is 0.5, but must be"),
    ("the second event out of bounds",
     EVENT + 'year = 3\nset = { policy.funding = 0 }\n\n[[events]]\nyear = 4\nset = { "policy.funding" = 20 }\n', 8,
     "events[2].set.policy.funding", "events[2].set.policy.funding is 20, but must be 0 to 1; did you mean 0.2"),
    ("an event's table out of bounds", EVENT + "year = 3\n[events.set.policy]\nsecrecy = 0.1\nfunding = 2\n", 6,
     "events[1].set.policy.funding", "is 2, but must be 0 to 1"),
    ("a switch set to a number", EVENT + 'year = 3\nset = { "coordinator.present" = 0 }\n', 4,
     "events[1].set.coordinator.present", "must be true or false; did you mean false?"),
    ("what no event can set", EVENT + 'year = 3\nset = { "trust.initial" = 0.3 }\n', 4, "events[1].set.trust.initial",
     f"trust.initial cannot change during a run; events may set {CHANGEABLE}"),
    ("a table that no event can set", EVENT + "year = 3\nset = { trust = { initial = 0.3 } }\n", 4,
     "events[1].set.trust", f"the parameters of trust cannot change during a run; events may set {CHANGEABLE}"),
    ("a known key that no event can set", EVENT + "year = 3\nset = { coordinator.capacity = 3 }\n", 4,
     "events[1].set.coordinator.capacity", "coordinator.capacity cannot change during a run"),
    ("a slip in what to set", EVENT + 'year = 3\nset = { "policy.fundng" = 0.3 }\n', 4, "events[1].set.policy.fundng",
     "did you mean 'policy.funding'?"),
    ("a policy that is a number", EVENT + "year = 3\nset = { policy = 0.3 }\n", 4, "events[1].set.policy", "a table"),
    ("one thing set twice", EVENT + 'year = 3\nset = { "policy.funding" = 0, policy = { funding = 1 } }\n', 4,
     "events[1].set", "gives a parameter twice, in quotes and in a table; keep one of them"),
    ("an unknown key in an event", EVENT + "yaer = 3\nyear = 3\nset = { policy.funding = 0 }\n", 3, "events[1].yaer",
     "no 'yaer' (events[1].yaer); did you mean 'year'?"),
    ("single brackets for events", Q + "[events]\nyear = 3\n", 2, "events", "write [[events]] with double brackets"),
    ("an event that is a number", Q + "events = [3]\n", 2, "events[1]", "is 3, but each event must be a table"),
    ("event for events", Q + "[[event]]\nyear = 3\n", 2, "event", "did you mean 'events'?"),
    # TOML itself
    ("an empty file", "", 1, None, "the file is empty; a config needs at least a question"),
    ("comments only", "# to do\n\n", 1, None, "the file is empty"),
    ("a bare percentage", Q + "[trust]\ninitial = 45%\n", 3, None, "write a share such as 0.45, not a percentage"),
    ("a decimal comma", Q + "[trust]\ninitial = 0,45\n", 3, None, "write decimals with a point, not a comma"),
    ("a bare word", Q + "[trust]\ncompetition_enters = additive\n", 3, None, "words stand in quotes"),
    ("True", Q + "[practice]\njpd = True\n", 3, None, "write true and false in lower case"),
    ("a naked point", Q + "[trust]\ninitial = .5\n", 3, None, "write a zero before the point"),
    ("YAML", "question: What if?\n", 1, None, "write name = value, not name: value"),
    ("a name alone", Q + "[trust]\ninitial\n", 3, None, "write name = value"),
    ("a missing value", Q + "[trust]\ninitial =\ngain = 0.1\n", 3, None, "a value is missing after the ="),
    ("curly quotes", "question = “What if?”\n", 1, None, "use straight quotes"),
    ("an open bracket", Q + "[level]\ngate = [0.1, 0.2\n", 3, None, "not valid TOML"),
    ("an open quote", 'question = "What if?\n', 1, None, "check brackets, quotes and commas there"),
    ("a key given twice", Q + "[trust]\ninitial = 0.4\ninitial = 0.5\ngain = 0.1\n", 4, None, "given twice; keep one"),
    ("a table given twice", Q + "[trust]\ninitial = 0.4\n[policy]\n[trust]\n", 5, None, "there twice; join the two"),
    ("endless brackets", Q + f"x = {'[' * 8000}\n", 2, None, "brackets nest too deep"),
    ("endless inline tables", Q + f"x = {'{a=' * 8000}\n", 2, None, "nest too deep"),
    ("endless dotted names", Q + f"{'a.' * 400_000}a = 1\n", 2, None, "names nest too deep"),
    ("endless digits", Q + f"[help]\ncontacts = {'1' * 5000}\n", 3, None, "thousands of digits"),
    ("a Latin-1 letter", Q.encode() + "# café\n".encode("latin-1"), 2, None,
     "not UTF-8 (byte 0xE9, perhaps a Latin-1 “é”); save it as UTF-8"),
    ("UTF-16", Q.encode("utf-16"), 1, None, "the file is UTF-16; save it as UTF-8"),
    ("binary data", Q.encode() + b"\0\1\2", 2, None, "binary data (a NUL byte); a config is a plain UTF-8 text file"),
    ("over a megabyte", Q + "#" * 1_000_000, None, None, "but a config at most 1,000,000; is it the right file?"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "line", "name", "fragment"), [row[1:] for row in BAD], ids=[row[0] for row in BAD])
def test_each_problem_is_reported_with_its_place(write, refused, text, line, name, fragment):
    (problem,) = refused(write(text))
    assert problem.file == "myworld.toml"
    assert problem.line == line
    assert problem.name == name
    assert fragment in problem.sentence
    place = "myworld.toml" if line is None else f"myworld.toml, line {line}"
    assert str(problem) == f"{place}: {problem.sentence}"
    assert len(str(problem)) < 500


def test_there_are_at_least_forty():
    assert len(BAD) >= 40


def test_all_problems_are_reported_together_in_the_order_of_the_lines(write, refused):
    problems = refused(
        write(
            Q + "[policy]\nsecrecy = 2\n[trust]\ngain = 0.2\nloss_ratio = 8\ninital = 0.4\n"
            "[[events]]\nyear = 1.1\nset = { trust.initial = 1 }\n[population]\nschools = 3.0\n"
        )
    )
    assert [(problem.line, problem.name) for problem in problems] == [
        (3, "policy.secrecy"),
        (7, "trust.inital"),
        (9, "events[1].year"),
        (10, "events[1].set.trust"),
        (12, "population.schools"),
        (6, "trust.loss_ratio"),
    ]


def test_a_problem_holds_its_parts(write, refused):
    (problem,) = refused(write(Q + "[trust]\ninitial = 45\n"))
    assert (problem.given, problem.allowed) == ("45", "0 to 1")
    assert problem.suggestion == "0.45 (a share, not a percentage)"


def test_the_error_survives_the_way_back_from_a_worker(write):
    with pytest.raises(ConfigError) as caught:
        load_configuration(write(Q + "[trust]\ninitial = 45\ngain = 3\n"))
    again = pickle.loads(pickle.dumps(caught.value))
    assert again.problems == caught.value.problems
    assert str(again) == "\n".join(str(problem) for problem in again.problems)
    assert isinstance(again, ValueError)


def test_a_flood_of_mistakes_is_reported_quickly_and_in_part(write, refused):
    path = write(Q + "".join(f"key{number} = 1\n" for number in range(4_999)))
    started = time.perf_counter()
    problems = refused(path)
    assert time.perf_counter() - started < 10
    assert len(problems) == 101
    assert problems[-1].sentence.startswith("4,899 more problems")


def test_a_flood_of_values_is_refused_in_one_sentence(write, refused):
    path = write(Q + "".join(f"key{number} = 1\n" for number in range(50_000)))
    started = time.perf_counter()
    (problem,) = refused(path)
    assert time.perf_counter() - started < 5
    assert "the file has 50,001 values, but may have 5,000" in problem.sentence


@pytest.mark.parametrize(("given", "meant"), [(2, ""), (4.9, ""), (5, "0.05"), (45, "0.45"), (100, "1"), (101, "")])
def test_only_what_is_far_beyond_a_share_looks_like_a_percentage(write, refused, given, meant):
    (problem,) = refused(write(Q + f"[trust]\ninitial = {given}\n"))
    assert problem.suggestion.partition(" ")[0] == meant


def test_a_huge_value_over_many_lines_is_reported_quickly(write, refused):
    path = write(Q + "xyzzy = [\n" + '  "a",\n' * 120_000 + "]\nzzyxy = 1\n")
    started = time.perf_counter()
    assert len(refused(path)) == 2
    assert time.perf_counter() - started < 10


def test_a_population_that_does_not_fit_is_refused_with_a_way_out(write, refused, monkeypatch):
    monkeypatch.setattr(resources, "machine_memory", lambda: 8e9)
    path = write(Q + "[population]\nschools = 4_000_000\n")
    (problem,) = refused(path)
    assert (problem.line, problem.name) == (3, "population.schools")
    # 4 million schools of 20·exp(.125) = 22.66 teachers of 60 + 4·5 + 25·(5·1.2763 + 2) + 4·(2 + 5) = 317.5 bytes, and
    # 36 a school; buffers for one alliance in each thread are negligible
    assert "about 90,651,876 teachers need about 29.0 GB of memory, and this machine has 8.0 GB" in problem.sentence
    assert "lower population.schools" in problem.sentence
    monkeypatch.setattr(resources, "machine_memory", lambda: 64e9)
    assert load_configuration(path).values["population.schools"] == 4_000_000


def test_where_the_system_does_not_say_how_much_memory_there_is_eight_gigabytes_are_assumed(monkeypatch):
    assert machine_memory() > 1e8
    monkeypatch.delattr(os, "sysconf")
    assert machine_memory() == 8e9


def test_what_is_wrong_further_up_the_chain_is_reported_with_it(write, refused):
    write(Q + "[trust]\ngain = 4\n[policy]\nfunding = 0.1\n", "mother.toml")
    problems = refused(write('extends = "mother.toml"\n[trust]\ninitial = 7\n'))
    assert [(problem.file, problem.line, problem.name) for problem in problems] == [
        ("myworld.toml", 1, "question"),
        ("myworld.toml", 3, "trust.initial"),
        ("mother.toml", 3, "trust.gain"),
    ]


def test_what_two_files_say_together_is_blamed_on_the_one_that_set_it(write, refused):
    write(Q + "[trust]\nloss_ratio = 6\n", "mother.toml")
    (problem,) = refused(write(Q + 'extends = "mother.toml"\n[trust]\ngain = 0.2\n'))
    assert (problem.file, problem.line, problem.name) == ("mother.toml", 3, "trust.loss_ratio")


@pytest.mark.parametrize(
    ("extends", "fragment"),
    [
        ("silicon_valey", 'there is no config or file called "silicon_valey"; did you mean "silicon_valley"?'),
        ("nowhere.toml", 'there is no file "nowhere.toml"; shipped configs: baseline, collaborative'),
        (".", '"." is a directory; give the path of a .toml file'),
        ("myworld.toml", "leads back to a file of its own chain (myworld.toml → myworld.toml); remove one"),
        ("other.toml", "leads back to a file of its own chain (myworld.toml → other.toml → myworld.toml)"),
    ],
)
def test_a_chain_must_lead_somewhere(write, refused, extends, fragment):
    write(Q + '\nextends = "myworld.toml"\n', "other.toml")
    (problem,) = refused(write(f'{Q}extends = "{extends}"\n'))
    assert fragment in problem.sentence
    assert (problem.file, problem.line) == (("other.toml", 3) if extends == "other.toml" else ("myworld.toml", 2))


def test_a_chain_must_end(write, refused):
    for number in range(20):
        write(f'{Q}extends = "world{number + 1}.toml"\n', f"world{number}.toml")
    (problem,) = refused("world0.toml")
    assert (problem.file, problem.line) == ("world11.toml", 2)
    assert "more than 12 files" in problem.sentence


@pytest.mark.parametrize(
    ("name", "fragment"),
    [
        ("silicon-valley", 'did you mean "silicon_valley"? shipped configs: baseline, collaborative, competitive'),
        ("baseline.toml", 'there is no file "baseline.toml"; did you mean "baseline"?'),
        ("here", 'did you mean "here.toml"?'),
        ("folder", '"folder" is a directory'),
        ("here.toml/deeper.toml", 'there is no file "here.toml/deeper.toml"'),
        ("a\0b", "cannot be opened"),
        ("x" * 5000, "cannot be opened (File name too long)"),
        ("", "its name is empty; shipped configs"),
        ("/dev/null", "is no regular file"),
    ],
)
def test_a_config_must_be_there(write, refused, name, fragment):
    write(Q, "here.toml")
    write(Q, "folder/in.toml")
    (problem,) = refused(name)
    assert fragment in problem.sentence
    assert len(str(problem)) < 500

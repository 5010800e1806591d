"""Each problem of a study is one sentence with a place and a remedy, and all problems are reported at once."""

from __future__ import annotations

import pytest

from alliance_sim.config.files import list_names, shipped_configs

Q = 'question = "What if?"\n'
D = Q + "[design]\n"

# The name of the case, the text, and the exact sentence with its place.
BAD = [
    ("no question", "seeds = 3\n",
     'mystudy.toml, line 1: the question is missing; say at the top what you want to know: question = "When does '
     'competition drive collaboration out?"'),
    ("a slip in a key", Q + "sedes = 3\n",
     "mystudy.toml, line 2: there is no key 'sedes'; did you mean 'seeds'?"),
    ("a table of a config", Q + "[trust]\ninitial = 0.3\n",
     "mystudy.toml, line 2: 'trust' does not stand at the top of a study; set parameters under [set], as in "
     '"trust.initial" = …, and vary them under [design]'),
    ("no seeds", Q + "seeds = 0\n",
     "mystudy.toml, line 2: seeds is 0, but must be a whole number, 1 to 1,000,000, or a list of different seeds"),
    ("a seed twice", Q + "seeds = [1, 2, 1]\n",
     "mystudy.toml, line 2: seeds is [1, 2, 1], but must be a whole number, 1 to 1,000,000, or a list of different "
     "seeds"),
    ("half a half-term", Q + "half_terms = 60.0\n",
     "mystudy.toml, line 2: half_terms is 60.0, but must be a whole number, 1 to 6,000; did you mean 60 (a whole "
     "number has no point)?"),
    ("an unknown outcome", Q + 'keep = ["sharing", "trsut"]\n',
     "mystudy.toml, line 2: there is no outcome \"trsut\"; did you mean 'trust'?"),
    ("another moment", Q + 'at = "ends"\n',
     'mystudy.toml, line 2: at is "ends", but must be "every half-term" or "end"; did you mean "end"?'),
    ("an unknown base", Q + 'base = "silicn_valley"\n',
     'mystudy.toml, line 2: base "silicn_valley", but there is no config or file called "silicn_valley"; did you mean '
     f'"silicon_valley"? shipped configs: {list_names(shipped_configs())}'),
    ("base and variants", Q + 'base = "route128"\nvariants = ["isolated"]\n',
     "mystudy.toml, line 2: base and variants are both given; put base into each variant, as in [variants.open] "
     "base = …"),
    ("a slip in a variant", Q + '[variants.open]\nbsae = "route128"\n',
     "mystudy.toml, line 3: there is no 'bsae' in variants.open; did you mean 'base'?"),
    ("an unknown parameter", Q + '[set]\n"trust.inital" = 0.3\n',
     "mystudy.toml, line 3: there is no parameter 'trust.inital'; did you mean 'trust.initial'?"),
    ("a value out of bounds", Q + '[set]\n"trust.initial" = 45\n',
     "mystudy.toml, line 3: trust.initial is 45, but must be 0 to 1; did you mean 0.45 (a share, not a percentage)?"),
    ("a bad event", Q + '[[events]]\nyear = 3\nset = { "trust.initial" = 0.2 }\n',
     "mystudy.toml, line 4: events[1].set.trust.initial: trust.initial cannot change during a run; events may "
     "set policy.competition, policy.funding, policy.secrecy, policy.porosity, "
     "policy.hub_push, policy.boundary_push, coordinator.present"),
    ("set and varied", Q + '[set]\n"trust.initial" = 0.3\n[design]\n"trust.initial" = [0.1, 0.2]\n',
     "mystudy.toml, line 3: trust.initial is set here and varied under [design] on line 5; keep one of the two"),
    ("a value out of bounds among many", D + '"trust.initial" = [0.1, -0.2]\n',
     "mystudy.toml, line 3: trust.initial is -0.2, but must be 0 to 1"),
    ("a value twice", D + '"trust.initial" = [0.1, 0.1]\n',
     "mystudy.toml, line 3: trust.initial has the same value twice in [0.1, 0.1]; give each once"),
    ("a single value", D + '"trust.initial" = 0.1\n',
     "mystudy.toml, line 3: trust.initial is 0.1, but must be a list of values, or { from = …, to = …, steps = … }; a "
     "single value belongs under [set]"),
    ("one vector for several", D + '"level.gate" = [0.1, 0.2, 0.3, 0.4]\n',
     "mystudy.toml, line 3: level.gate is [0.1, 0.2, 0.3, 0.4], but each of its values is itself a list: "
     "[[0.1, 0.2, 0.3, 0.4]]"),
    ("a range without steps", D + '"trust.initial" = { from = 0.1, to = 0.4 }\n',
     "mystudy.toml, line 3: trust.initial has a range without steps; say how many values there are, as in steps = 11"),
    ("a range downwards", D + '"trust.initial" = { from = 0.4, to = 0.1, steps = 3 }\n',
     "mystudy.toml, line 3: trust.initial goes from 0.4 to 0.1; the range must go upwards"),
    ("a slip in a range", D + '"trust.initial" = { from = 0.1, too = 0.4, steps = 3 }\n',
     "mystudy.toml, line 3: there is no 'too' in design.trust.initial; did you mean 'to'?"),
    ("half a pair", D + '"coordinator.capacity" = { from = 1, to = 4, steps = 3 }\n',
     "mystudy.toml, line 3: coordinator.capacity goes from 1 to 4 in 3 steps, which are no whole numbers; give a list "
     "of values"),
    ("a range of words", D + '"trust.competition_enters" = { steps = 2 }\n',
     'mystudy.toml, line 3: trust.competition_enters has no range, since it is "loss" or "additive"; give a list of '
     "values"),
    ("an unknown kind", D + 'kind = "moris"\n',
     'mystudy.toml, line 3: design.kind is "moris", but must be one of "factorial", "points", "latin_hypercube", '
     '"sobol_sequence", "sobol", "morris"; did you mean "morris"?'),
    ("a sample without a size", D + 'kind = "morris"\nexplore = ["policy"]\n',
     "mystudy.toml, line 2: design.n is missing; give a whole number, 1 to 10,000,000"),
    ("no power of two", D + 'kind = "sobol"\nn = 1000\nexplore = ["policy"]\n',
     "mystudy.toml, line 4: design.n is 1,000, but a sobol design needs a power of two; did you mean 1,024?"),
    ("a sample of nothing", D + 'kind = "latin_hypercube"\nn = 10\n',
     "mystudy.toml, line 2: the latin_hypercube design varies nothing; name parameters, as in "
     'explore = ["policy", "trust.gain"]'),
    ("an unknown table to explore", D + 'kind = "morris"\nn = 10\nexplore = ["polcy"]\n',
     "mystudy.toml, line 5: there is no parameter 'polcy'; did you mean 'policy'?"),
    ("steps in a sample", D + 'kind = "morris"\nn = 10\n"trust.initial" = { steps = 3 }\n',
     "mystudy.toml, line 5: trust.initial has steps, but a sampled design has none; leave them out"),
    ("no list of schools", Q + 'schools = "mine.csv"\n',
     "mine.csv: there is no such file; check the path to the list of schools"),
    ("no file of points", D + 'file = "points.csv"\n',
     "points.csv: the points cannot be read (No such file or directory); give the path of a CSV relative to the study"),
    ("a study that extends a config", Q + 'extends = "route128"\nseeds = 3\n',
     'mystudy.toml, line 2: extends "route128", but there is no study or file called "route128"; shipped studies: '
     "competition_and_trust, real_schools, what_matters"),
    ("a size without its unit", Q + '[limits]\nmemory_a_run = "500"\n',
     'mystudy.toml, line 3: limits.memory_a_run is "500", but must be a size in quotes, such as "500 MB" or "2 GB"'),
    ("seeds of one's own and a list", Q + 'random_numbers = "independent"\nseeds = [3, 4]\n',
     'mystudy.toml, line 3: random_numbers = "independent" gives each point seeds of its own; give seeds as a number, '
     "not as a list"),
    ("too many points", D + "".join(
        f'"policy.{name}" = {{ steps = 1000 }}\n' for name in ("competition", "funding", "secrecy", "porosity")
     ), "mystudy.toml, line 2: the design has 1,000,000,000,000 points, but may have at most 10,000,000; take fewer "
     "values or a sample"),
    ("two variants of one name", Q + 'variants = ["route128", "mine/route128.toml"]\n',
     "mystudy.toml, line 2: two variants are called 'route128'; name them yourself, as in [variants.open] base = …"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "sentence"), [row[1:] for row in BAD], ids=[row[0] for row in BAD])
def test_one_thing_is_wrong(refused, write, text, sentence):
    write('question = "Mine?"\nextends = "route128"\n', "mine/route128.toml")
    assert [str(problem) for problem in refused(text)] == [sentence]


def test_all_problems_are_reported_at_once(refused, write):
    write("trust.initial\n45\n", "points.csv")
    problems = refused(
        'question = "What if?"\nseeds = 0\nkeep = ["sharng"]\nbase = "bassline"\nschools = "mine.csv"\n'
        '[set]\n"trust.gain" = 2\n[design]\nfile = "points.csv"\n'
    )
    assert [problem.name for problem in problems] == ["seeds", "keep[1]", "trust.gain", None, "trust.initial", None]
    assert problems[3].sentence.startswith('base "bassline", but there is no config or file called "bassline"')
    assert problems[5].file == "mine.csv"


def test_bad_points_are_reported_with_number_line_name_value_and_bounds(refused, write):
    rows = "".join(f"0.5,{2 if row % 2 else 1}\n" for row in range(30))
    write("trust.initial,help.loyalty\n" + rows.replace("0.5,2", "-1,2", 1).replace("0.5,2", "0.5,99"), "points.csv")
    problems = refused('question = "What if?"\n[design]\nfile = "points.csv"\n')
    assert str(problems[0]) == "points.csv, line 3: point 1: trust.initial is -1, but must be 0 to 1"
    assert str(problems[1]) == "points.csv, line 5: point 3: help.loyalty is 99, but must be 0 to 10"
    assert len(problems) == 11
    assert str(problems[10]) == "points.csv: and 5 more points like these; fix the first ones and check again"


def test_points_with_conflicting_values_are_reported(refused):
    problems = refused('question = "What if?"\n[design]\n"trust.gain" = [0.1, 0.2]\n"trust.loss_ratio" = [4, 6]\n')
    assert [str(problem) for problem in problems] == [
        "mystudy.toml, line 2: point 3: trust.gain × trust.loss_ratio is 0.2 × 6 = 1.2, but must be under 1; lower "
        "trust.loss_ratio under 5 or trust.gain under 0.1667"
    ]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("trust.initial,trust.initial\n0.1,0.2\n",
         "points.csv, line 1: the column trust.initial is there twice; keep one of them"),
        ("trust.inital\n0.1\n",
         "points.csv, line 1: there is no parameter 'trust.inital'; did you mean 'trust.initial'?"),
        ("trust.initial,trust.gain\n0.1\n",
         "points.csv, line 2: the row has 1 fields, but the header names 2 parameters"),
        ("trust.initial\n",
         "points.csv, line 1: there are no points; give a header of dotted names, and a row for each point"),
        ("trust.initial\n0.1\nnan\n", "points.csv, line 3: point 1: trust.initial is nan, but must be 0 to 1"),
        ("trust.initial\nhigh\n",
         'points.csv, line 2: point 0: trust.initial is "high", but must be a number, 0 to 1'),
        ("help.contacts\n2.5\n",
         "points.csv, line 2: point 0: help.contacts is 2.5, but must be a whole number, 0 to 10"),
    ],
)  # fmt: skip
def test_files_of_points_are_refused_whole(refused, write, text, sentence):
    write(text, "points.csv")
    assert [str(problem) for problem in refused('question = "What if?"\n[design]\nfile = "points.csv"\n')] == [sentence]

"""The commands and their options, as ``--help`` shows them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from alliance_sim.cli import console, loading
from alliance_sim.cli.errors import Refusal
from alliance_sim.cli.list_options import with_list_options
from alliance_sim.cli.options import (
    EXIT_CODES,
    Careful,
    Config,
    Configs,
    Decompose,
    HalfTerms,
    Json,
    ManualPage,
    Matters,
    Out,
    Schools,
    Set,
)
from alliance_sim.version import __version__

if TYPE_CHECKING:
    from alliance_sim.schools.choices import Choices

EXAMPLES = f"""\b
Examples:
  alliance-sim compare route128 silicon_valley --decompose --out result
  alliance-sim run baseline --set trust.initial=0.3 --seed 7
  alliance-sim schools my_schools.csv
  alliance-sim compare competitive collaborative --schools my_schools.csv
  alliance-sim parameters trust
  alliance-sim serve

{EXIT_CODES}"""


app = typer.Typer(
    name="alliance-sim",
    rich_markup_mode=None,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog=EXAMPLES,
)


def _version_and_exit(wanted: bool) -> None:
    if wanted:
        console.write(f"alliance-sim {__version__}\n")
        raise typer.Exit


@app.callback(invoke_without_command=True)
def describe_program(
    context: typer.Context,
    version: Annotated[
        bool, typer.Option("--version", callback=_version_and_exit, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    """Simulate school systems in which teachers share what they know, or keep it to themselves.

    Schools belong to alliances; teachers seek help, grant or refuse it, and trust grows or breaks. The main command is
    `compare`: it simulates the same schools with the same random numbers under two or more configs, and shows how the
    outcomes differ.

    A config is a question and its differences from the baseline. Several are shipped (see `configs`); your own configs
    are TOML files, given by path. The model explains; it does not forecast.
    """
    if context.invoked_subcommand is None:
        console.write(f"{context.get_help()}\n")


RUN = f"""\b
Examples:
  alliance-sim run silicon_valley
  alliance-sim run baseline --set policy.competition=0.8 --seed 7
  alliance-sim run my_config.toml --schools my_schools.csv --out result

{EXIT_CODES}"""


@app.command(cls=ManualPage, epilog=RUN)
@with_list_options(after="schools")
def run(
    config: Config,
    overrides: Set = None,
    seed: Annotated[
        int,
        typer.Option(metavar="N", parser=loading.whole(0, loading.LARGEST_SEED), help="Seed of the random numbers."),
    ] = 1,
    half_terms: HalfTerms = 60,
    schools: Schools = None,
    out: Out = None,
    csv: Annotated[bool, typer.Option("--csv", help="With --out: write the tables as CSV as well.")] = False,
    story: Annotated[bool, typer.Option("--story", help="Print what happened to whom, year by year.")] = False,
    careful: Careful = False,
    as_json: Json = False,
    *,
    choices: Choices,
) -> None:
    """Simulate one school system and show its outcomes.

    The same config, seed and schools give the same results, to the byte.

    With --out, the folder holds outcomes.parquet (one row per half-term, row 0 the initial state),
    outcomes_by_alliance.parquet, outcomes_by_school.parquet and maturity.parquet, config.toml with the value of every
    parameter, and provenance.json with all that is needed to repeat the run; with --story also incidents.parquet, which
    names what happened to whom; with a list that has phases, Ofsted's judgements or free school meals also
    outcomes_by_group.parquet.
    """
    from alliance_sim.cli.commands import run as command

    loading.set_careful(careful)
    if csv and out is None:
        raise Refusal("--csv needs --out; give the folder for the tables")
    shown = command.Shown(out, csv, story, as_json)
    command.run(config, overrides or [], seed, half_terms, schools, choices, shown)


COMPARE = f"""\b
Examples:
  alliance-sim compare route128 silicon_valley --out result
  alliance-sim compare competitive collaborative --schools my_schools.csv
  alliance-sim compare baseline my_config.toml --seeds 100 --matters sharing=0.02

{EXIT_CODES}"""


@app.command(cls=ManualPage, epilog=COMPARE)
@with_list_options(after="schools")
def compare(
    configs: Configs,
    overrides: Set = None,
    seeds: Annotated[
        int,
        typer.Option(metavar="N", parser=loading.whole(2, loading.MOST_SEEDS), help="Number of runs of each config."),
    ] = 30,
    seed: Annotated[
        int,
        typer.Option(metavar="FIRST", parser=loading.whole(0, loading.LARGEST_SEED), help="The first seed."),
    ] = 1,
    half_terms: HalfTerms = 60,
    schools: Schools = None,
    out: Out = None,
    workers: Annotated[
        int | None,
        typer.Option(
            metavar="N",
            show_default=False,
            parser=loading.whole(1, loading.MOST_WORKERS),
            help="Number of worker processes, chosen by default; it does not change the results.",
        ),
    ] = None,
    matters: Matters = None,
    decompose: Decompose = False,
    careful: Careful = False,
    as_json: Json = False,
    *,
    choices: Choices,
) -> None:
    """Compare configs on the same schools with the same random numbers.

    Each config runs once per seed. Runs of one seed start from the same schools, so that differences between them are
    due to the configs. Differences over the last two years are shown with 95 % intervals (Student's t over seeds), each
    config against the first. A difference is clear if its simultaneous interval over all outcomes excludes zero.

    With --out, the folder holds comparison.html, a page that can be opened, mailed and printed; the chart of trust,
    sharing, practice and attainment (comparison.svg and .png); all trajectories (comparison.parquet); all differences
    (differences.csv); each config with the value of every parameter; and provenance.json.
    """
    from alliance_sim.cli.commands import compare as command

    loading.set_careful(careful)
    size = command.Size(seeds, seed, half_terms, tuple(matters or ()), decompose)
    command.compare(configs, overrides or [], size, schools, out, workers, as_json, choices)


@app.command(cls=ManualPage, epilog=EXIT_CODES, short_help="List the parameters and their meanings.")
def parameters(
    word: Annotated[
        str,
        typer.Argument(
            metavar="[WORD]",
            show_default=False,
            help="List only parameters that mention it, such as trust, rivalry or A5.",
        ),
    ] = "",
    as_json: Json = False,
) -> None:
    """List the parameters with default, allowed values, meaning, unit and source.

    Each can be set in a config, or with --set NAME=VALUE. WORD is searched for in name, symbol, meaning and source.
    """
    from alliance_sim.cli.commands import inspect

    inspect.parameters(word, as_json)


@app.command(cls=ManualPage, epilog=EXIT_CODES, short_help="List the shipped configs and studies.")
def configs(as_json: Json = False) -> None:
    """List the shipped configs and studies, each with its question."""
    from alliance_sim.cli.commands import inspect

    inspect.configs(as_json)


CHECK = f"""\b
Examples:
  alliance-sim check my_config.toml
  alliance-sim check my_study.toml
  alliance-sim check my_lesson.toml
  alliance-sim check --schema > schema.json

{EXIT_CODES}"""


@app.command(cls=ManualPage, epilog=CHECK, short_help="Check configs, studies and lessons for errors.")
def check(
    config: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="CONFIG",
            show_default=False,
            help="Names of shipped configs, studies or lessons, or paths of files.",
        ),
    ] = None,
    schema: Annotated[bool, typer.Option("--schema", help="Print the JSON schema of configs, for editors.")] = False,
    as_json: Json = False,
) -> None:
    """Check configs, studies and lessons for errors.

    All errors are listed at once, each with file, line, name, the value given and the values allowed. For a valid
    config, the differences from the baseline are shown; for a valid study, its design and its number of runs; for a
    valid lesson, its screens.
    """
    from alliance_sim.cli.commands import inspect

    if schema:
        inspect.schema()
    else:
        inspect.check(config or [], as_json)


SCHOOLS = f"""\b
Examples:
  alliance-sim schools my_schools.csv
  alliance-sim schools my_schools.csv --set population.alliance_size=8
  alliance-sim schools my_schools.csv --farthest 10 --out groups
  alliance-sim schools my_schools.csv --groups groups/alliances.csv
  alliance-sim schools england.csv --where 'LA (name) = Hampshire' --phase primary
  alliance-sim schools roll.xlsx --columns name="School Name",pupils=Roll

{EXIT_CODES}"""


@app.command(cls=ManualPage, epilog=SCHOOLS, short_help="Show how a list of real schools is read.")
@with_list_options(after="overrides")
def schools(
    file: Annotated[
        str, typer.Argument(metavar="FILE", show_default=False, help="A list of schools (CSV or workbook).")
    ],
    overrides: Set = None,
    out: Out = None,
    as_json: Json = False,
    *,
    choices: Choices,
) -> None:
    """Show which schools of a list are used, how they are grouped, and why others are left out.

    Layouts that are read: the register of England's schools, "Get information about schools" (URN, EstablishmentName,
    NumberOfPupils, Trusts (name), Easting, Northing and others), the Common Core of Data (NCES), the directory of New
    Zealand, the lists of Scotland and Northern Ireland, and a plain list with the columns name, pupils (or teachers)
    and, optionally, id, alliance, east_km, north_km, status, phase, town, postcode. Workbooks (xlsx, xls, ods) need
    the extra "tables".

    Groups that the list gives come first. The other schools are grouped by distance; these groups are invented, and the
    report says so. With --out, the folder holds alliances.csv, one row a school, to correct and give back with
    --groups; map.svg and map.png; schools.html, the report as a page; and schools.json.
    """
    from alliance_sim.cli.commands import schools as command

    command.schools(file, overrides or [], out, choices, as_json)

"""The commands and their options, as ``--help`` shows them."""

from __future__ import annotations

from typing import Annotated

import typer

import alliance_sim
from alliance_sim.cli import console, loading
from alliance_sim.cli.errors import Refusal
from alliance_sim.cli.options import (
    EXIT_CODES,
    Careful,
    Config,
    Configs,
    HalfTerms,
    Json,
    ManualPage,
    Out,
    Schools,
    Set,
)

EXAMPLES = f"""\b
Examples:
  alliance-sim compare route128 silicon_valley --out result
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
        console.write(f"alliance-sim {alliance_sim.__version__}\n")
        raise typer.Exit


@app.callback(invoke_without_command=True)
def alliance_sim_itself(
    context: typer.Context,
    version: Annotated[
        bool, typer.Option("--version", callback=_version_and_exit, is_eager=True, help="Print the version and leave.")
    ] = False,
) -> None:
    """Watch school systems share what they know, or keep it to themselves.

    A simulation of schools in alliances: teachers seek help, grant or refuse it, and trust grows or breaks. The main
    job is `compare`: the same schools with the same luck under two configs, and how far they grow apart.

    A config is a question and its differences from the baseline. Several are shipped (see `configs`); your own are
    TOML files given by path. The model explains; it does not forecast.
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
def run(
    config: Config,
    overrides: Set = None,
    seed: Annotated[
        int, typer.Option(metavar="N", parser=loading.whole(0, loading.LARGEST_SEED), help="The world's luck.")
    ] = 1,
    half_terms: HalfTerms = 60,
    schools: Schools = None,
    out: Out = None,
    csv: Annotated[bool, typer.Option("--csv", help="With --out: write the tables as CSV, too.")] = False,
    story: Annotated[bool, typer.Option("--story", help="Tell what happened to whom, year by year.")] = False,
    careful: Careful = False,
    as_json: Json = False,
) -> None:
    """Live one world and show what became of it.

    The same config, seed and schools give the same world, down to the byte.

    With --out, the folder holds outcomes.parquet (one row a half-term, row 0 the opening),
    outcomes_by_alliance.parquet, outcomes_by_school.parquet and maturity.parquet, config.toml with every parameter
    written out, and provenance.json with all that is needed to repeat the run; with --story also incidents.parquet,
    what happened to whom, which is told by name.
    """
    from alliance_sim.cli.commands import run as one_world

    loading.set_careful(careful)
    if csv and out is None:
        raise Refusal("--csv needs --out; say in which folder the tables should lie")
    one_world.run(config, overrides or [], seed, half_terms, schools, out, csv=csv, story=story, as_json=as_json)


COMPARE = f"""\b
Examples:
  alliance-sim compare route128 silicon_valley --out result
  alliance-sim compare competitive collaborative --schools my_schools.csv
  alliance-sim compare baseline my_config.toml --seeds 100 --set trust.initial=0.3

{EXIT_CODES}"""


@app.command(cls=ManualPage, epilog=COMPARE)
def compare(
    configs: Configs,
    overrides: Set = None,
    seeds: Annotated[
        int, typer.Option(metavar="N", parser=loading.whole(2, loading.MOST_SEEDS), help="Worlds of each config.")
    ] = 30,
    seed: Annotated[
        int,
        typer.Option(metavar="FIRST", parser=loading.whole(0, loading.LARGEST_SEED), help="The first of the seeds."),
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
            help="Processes that share the work; as many as pay if not said. Results do not depend on it.",
        ),
    ] = None,
    careful: Careful = False,
    as_json: Json = False,
) -> None:
    """Compare configs on the same schools with the same luck.

    Each seed gives every config one world; worlds of a seed open alike, so that what differs in the end is the config's
    doing. Differences of the last two years are shown with bootstrap 95 % intervals, each config against the first.

    With --out, the folder holds comparison.html, a page that can be opened, mailed and printed; the picture of trust,
    sharing, practice and attainment (comparison.svg and .png); all trajectories (comparison.parquet), all differences
    (differences.csv), each config with every parameter written out, and provenance.json.
    """
    from alliance_sim.cli.commands import compare as comparing

    loading.set_careful(careful)
    comparing.compare(configs, overrides or [], seeds, seed, half_terms, schools, out, workers, as_json)


@app.command(cls=ManualPage, epilog=EXIT_CODES, short_help="List the parameters and what they mean.")
def parameters(
    word: Annotated[
        str,
        typer.Argument(metavar="[WORD]", show_default=False, help="Only those that mention it: trust, rivalry, A5."),
    ] = "",
    as_json: Json = False,
) -> None:
    """List the parameters: default, what is allowed, meaning, unit and source.

    Any of them can be set in a config, or with --set NAME=VALUE. WORD is looked for in name, symbol,
    meaning and source.
    """
    from alliance_sim.cli.commands import inspect

    inspect.parameters(word, as_json)


@app.command(cls=ManualPage, epilog=EXIT_CODES, short_help="List the configs and studies that are shipped.")
def configs(as_json: Json = False) -> None:
    """List the configs and the studies that are shipped, each with its question."""
    from alliance_sim.cli.commands import inspect

    inspect.configs(as_json)


CHECK = f"""\b
Examples:
  alliance-sim check my_config.toml
  alliance-sim check my_study.toml
  alliance-sim check --schema > schema.json

{EXIT_CODES}"""


@app.command(cls=ManualPage, epilog=CHECK, short_help="Say what is wrong with a config or study, and where.")
def check(
    config: Annotated[
        list[str] | None, typer.Argument(metavar="CONFIG", show_default=False, help="Shipped names, or paths of files.")
    ] = None,
    schema: Annotated[bool, typer.Option("--schema", help="Print the JSON schema of configs, for editors.")] = False,
    as_json: Json = False,
) -> None:
    """Say what is wrong with a config, and where; or how it differs from the baseline. Of a study, which worlds it has.

    All that is wrong is told at once, with file, line, name, what was given and what is allowed.
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

{EXIT_CODES}"""


@app.command(cls=ManualPage, epilog=SCHOOLS, short_help="Say what a list of real schools holds.")
def schools(
    file: Annotated[str, typer.Argument(metavar="FILE", show_default=False, help="A list of schools (CSV).")],
    overrides: Set = None,
    as_json: Json = False,
) -> None:
    """Say what a list of schools holds: what was read, grouped how, and left out why.

    Two kinds are read: the columns of the register of England's schools, "Get information about schools" (URN,
    EstablishmentName, NumberOfPupils, Trusts (name), Easting, Northing and others), and a plain list with the columns
    name, pupils (or teachers) and, if you like, id, alliance, east_km, north_km, status, phase, town, postcode.
    """
    from alliance_sim.cli.commands import inspect

    inspect.schools(file, overrides or [], as_json)


SERVE = f"""\b
Examples:
  alliance-sim serve
  alliance-sim serve route128 silicon_valley
  alliance-sim serve competitive collaborative --schools my_schools.csv
  alliance-sim serve --host 0.0.0.0
  alliance-sim serve --allow-origin https://lecture.example --root-path /schools --behind-proxy

{EXIT_CODES}"""


@app.command(cls=ManualPage, epilog=SERVE, short_help="Watch two worlds side by side in the browser.")
def serve(
    config: Annotated[
        list[str] | None,
        typer.Argument(metavar="CONFIG", show_default=False, help="Two shipped names, or paths of files; or none."),
    ] = None,
    schools: Schools = None,
    port: Annotated[
        int | None,
        typer.Option(
            metavar="N",
            show_default=False,
            parser=loading.whole(0, 65_535),
            help="The port; a free one if 0 or not said.",
        ),
    ] = None,
    host: Annotated[
        str,
        typer.Option(metavar="HOST", help="Where to listen; 0.0.0.0 admits other machines with the printed token."),
    ] = "127.0.0.1",
    allow_origin: Annotated[
        list[str] | None,
        typer.Option(
            metavar="ORIGIN",
            show_default=False,
            help="A further address of the page, such as https://lecture.example; repeatable.",
        ),
    ] = None,
    root_path: Annotated[
        str,
        typer.Option(metavar="PATH", show_default=False, help="The path under which a proxy serves the page."),
    ] = "",
    behind_proxy: Annotated[
        bool, typer.Option("--behind-proxy", help="Believe a proxy's X-Forwarded-Host and X-Forwarded-Proto.")
    ] = False,
    sessions: Annotated[
        int | None,
        typer.Option(
            metavar="N", show_default=False, parser=loading.whole(1, 10_000), help="Sessions at once; 60 if not given."
        ),
    ] = None,
    memory: Annotated[
        int | None,
        typer.Option(
            metavar="MB",
            show_default=False,
            parser=loading.whole(1, 10_000_000),
            help="Memory above which no new session begins; 2,000 MB if not given.",
        ),
    ] = None,
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Do not open the browser.")] = False,
) -> None:
    """Watch two worlds side by side in the browser: play, look back, make things happen.

    Everything runs on this machine and nothing is asked of any other, so no internet is needed. It needs the extra
    `app`: pip install 'alliance-sim[app]'. Ctrl-C ends it.
    """
    from alliance_sim.cli.commands import serve as serving

    network = serving.Network(host, port, allow_origin or (), root_path, behind_proxy, sessions, memory)
    serving.serve(config or [], schools, network, not no_browser)

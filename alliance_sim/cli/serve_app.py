"""The commands for the page in the browser and its lessons; the others are in ``app.py`` and ``study_app.py``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from alliance_sim.cli import loading
from alliance_sim.cli.app import app
from alliance_sim.cli.errors import Refusal
from alliance_sim.cli.list_options import with_list_options
from alliance_sim.cli.options import EXIT_CODES, Folder, ManualPage, Schools

if TYPE_CHECKING:
    from alliance_sim.schools.choices import Choices

KEEP = f"""\b
Examples:
  alliance-sim keep --out handout
  alliance-sim keep my_lesson.toml --out handout --language de

{EXIT_CODES}"""
SERVE = f"""\b
Examples:
  alliance-sim serve
  alliance-sim serve --lesson my_lesson.toml
  alliance-sim serve route128 silicon_valley
  alliance-sim serve competitive collaborative --schools my_schools.csv --phase primary
  alliance-sim serve --class
  alliance-sim serve --language de
  alliance-sim serve --host 0.0.0.0
  alliance-sim serve --allow-origin https://lecture.example --root-path /schools --behind-proxy

{EXIT_CODES}"""

Language = Annotated[
    str | None,
    typer.Option(
        metavar="CODE",
        show_default=False,
        help="Language of the lesson and of phones: en or de; that of the lesson's file if not given.",
    ),
]


@app.command(cls=ManualPage, epilog=KEEP, short_help="Write a lesson as files that need no server.")
def keep(
    lesson: Annotated[
        str | None,
        typer.Argument(metavar="LESSON", show_default=False, help="Name of a shipped lesson, or path of a file."),
    ] = None,
    out: Folder = None,
    language: Language = None,
) -> None:
    """Write a lesson as files that need no server: one HTML file, slides and an animation.

    lesson.html has both systems with every event that the lesson offers; slides.pdf has the question, its outcome and a
    slide for each event; animation.gif shows the years of both systems. The files have the outcome of the bet.
    """
    from alliance_sim.cli.commands import keep as command

    if out is None:
        raise Refusal("keep needs --out DIR: a new or an empty folder")
    command.keep(lesson, out, language)


@app.command(cls=ManualPage, epilog=SERVE, short_help="Show a lesson and two school systems in the browser.")
@with_list_options(after="schools")
def serve(
    config: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="CONFIG", show_default=False, help="Two names of shipped configs, or paths of files; or none."
        ),
    ] = None,
    schools: Schools = None,
    port: Annotated[
        int | None,
        typer.Option(
            metavar="N",
            show_default=False,
            parser=loading.whole(0, 65_535),
            help="Port to listen on; a free one if 0 or not given.",
        ),
    ] = None,
    host: Annotated[
        str | None,
        typer.Option(
            metavar="HOST",
            show_default=False,
            help="Address to listen on; 0.0.0.0 admits other machines with the printed token. 127.0.0.1 if not given, "
            "or 0.0.0.0 with --class.",
        ),
    ] = None,
    allow_origin: Annotated[
        list[str] | None,
        typer.Option(
            metavar="ORIGIN",
            show_default=False,
            help="Another address of the page, such as https://lecture.example; may be repeated.",
        ),
    ] = None,
    root_path: Annotated[
        str,
        typer.Option(metavar="PATH", show_default=False, help="Path under which a proxy serves the page."),
    ] = "",
    behind_proxy: Annotated[
        bool, typer.Option("--behind-proxy", help="Trust a proxy's X-Forwarded-Host and X-Forwarded-Proto.")
    ] = False,
    sessions: Annotated[
        int | None,
        typer.Option(
            metavar="N",
            show_default=False,
            parser=loading.whole(1, 10_000),
            help="Most sessions at one time; 60 if not given.",
        ),
    ] = None,
    memory: Annotated[
        int | None,
        typer.Option(
            metavar="MB",
            show_default=False,
            parser=loading.whole(1, 10_000_000),
            help="Memory above which no new session starts; 2,000 MB if not given.",
        ),
    ] = None,
    has_class: Annotated[
        bool,
        typer.Option(
            "--class", help="Let a class take part by phone: the page shows a QR code, and needs its printed token."
        ),
    ] = False,
    lesson: Annotated[
        str | None,
        typer.Option(
            metavar="LESSON", show_default=False, help="Name of a shipped lesson, or the path of your own (TOML)."
        ),
    ] = None,
    language: Language = None,
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Do not open the browser.")] = False,
    *,
    choices: Choices,
) -> None:
    """Show a lesson about two school systems in the browser, and a sandbox: play, look back, trigger events.

    Without CONFIG the lesson opens; the sandbox is a click away. With CONFIG or --schools the sandbox opens.

    Everything runs on this machine; no internet is needed. The command needs the extra `app`:
    pip install 'alliance-sim[app]'. Ctrl-C stops the server.
    """
    from alliance_sim.cli.commands import serve as command

    network = command.Network(
        host or (command.EVERYWHERE if has_class else command.HERE), port, allow_origin or (), root_path, behind_proxy,
        sessions, memory, has_class,
    )  # fmt: skip
    command.serve(config or [], schools, choices, network, not no_browser, lesson, language)

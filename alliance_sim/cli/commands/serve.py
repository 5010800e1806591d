"""``alliance-sim serve``: the browser view."""

from __future__ import annotations

import os
import re
import socket
import sys
import threading
import webbrowser
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from alliance_sim.cli import console
from alliance_sim.cli.errors import Refusal
from alliance_sim.config import changed, default_configuration
from alliance_sim.mesa_model.scenario import Scenario

if TYPE_CHECKING:
    from alliance_sim.schools.choices import Choices

DEFAULT_PORT = 8765
HERE = "127.0.0.1"
EVERYWHERE = "0.0.0.0"  # noqa: S104 - only where asked for, and then with a token
ROOT_PATH = re.compile(r"(/[\w.~-]+)+/?", re.ASCII)


@dataclass(frozen=True)
class Network:
    """Where the page is served, and to how many sessions.

    Attributes:
        host: address on which the server listens.
        port: its port; None for the default port, or a free one if that is taken.
        allow_origin: other addresses of the page.
        root_path: path under which a proxy serves the page.
        behind_proxy: whether to trust a proxy's headers.
        sessions: most sessions at one time; None for the default.
        memory_mb: memory, in MB, above which no new session starts; None for the default.
        has_class: whether a class takes part by phone.
    """

    host: str = HERE
    port: int | None = None
    allow_origin: Sequence[str] = ()
    root_path: str = ""
    behind_proxy: bool = False
    sessions: int | None = None
    memory_mb: int | None = None
    has_class: bool = False


def serve(
    configs: Sequence[str], schools: str | None, choices: Choices, network: Network, browser: bool,
    lesson: str | None = None, language: str | None = None,
) -> None:  # fmt: skip
    """Serve the page until interrupted."""
    refuse_without_extra()
    if len(configs) not in (0, 2):
        raise Refusal("serve takes two configs or none; give two, such as: alliance-sim serve route128 silicon_valley")
    _refuse_addresses(network)
    # Files are checked before a port is opened.
    from alliance_sim.app import startup
    from alliance_sim.app.lesson import served
    from alliance_sim.app.session.session_config import RefusedError, Schools

    if configs:
        startup.SERVED.configs = configs[0], configs[1]
    if schools is not None:
        startup.SERVED.schools = Schools(Path(schools).name, Path(schools), choices=choices)
    try:
        scenarios = startup.served_setup().scenarios()
    except RefusedError as error:
        raise Refusal(str(error)) from None
    if language is not None:
        served.SERVED.language = checked_language(language)
    if lesson is not None:
        served.SERVED.use(lesson)
    listening = _open_socket(network.host, network.port)
    # Compile before the page is shown, so that it responds at once.
    console.compile_rules(scenario.configuration for scenario in scenarios)
    _compile_in_background(scenarios)
    _serve_until_interrupted(listening, network, browser)


def _compile_in_background(scenarios: Sequence[Scenario]) -> None:
    """Compile the other rules that the page may need in a process of low priority."""
    from alliance_sim.app.lesson.served import SERVED
    from alliance_sim.app.precompile import PREPARATION
    from alliance_sim.app.session.interventions import INTERVENTION_KINDS
    from alliance_sim.app.session.presets import PRESETS
    from alliance_sim.app.session.session_config import of_side

    shown = [of_side(side).configuration for preset in PRESETS.values() for side in (preset.first, preset.second)]
    lesson = [system.configuration for screen in SERVED.lesson.screens for system in screen.systems]
    pressed = [event.sets for event in INTERVENTION_KINDS.values() if event.sets]
    PREPARATION.begin(
        ready=[default_configuration(), *(scenario.configuration for scenario in scenarios)],
        wanted=[
            *lesson,
            *(default_configuration(sets) for sets in pressed),
            *shown,
            *(changed(one, sets) for one in shown for sets in pressed),
        ],
        then=lambda: console.write("All presets are compiled.\n"),
    )


def refuse_without_extra() -> None:
    """Refuse to go on if the extra ``app`` is not installed."""
    assets = Path(sys.prefix) / "share" / "solara" / "cdn"  # installed by solara-assets, which has no module
    if find_spec("solara") is None or not assets.is_dir():
        raise Refusal("the browser view needs the extra app; install it with: pip install 'alliance-sim[app]'")


def checked_language(given: str) -> str:
    """Return the code of a language that the page knows.

    Raises:
        Refusal: if it does not know the language.
    """
    from alliance_sim.app.language import known_language, languages

    code = known_language(given)
    if code is None:
        raise Refusal(f"--language: there is no {given[:20]!r}; give one of {', '.join(languages())}")
    return code


def _open_socket(host: str, port: int | None) -> socket.socket:
    """Listen at this port; for None at the default port, or a free one if that is taken.

    Bound sockets that do not listen yet can share a port, so two servers that start together would both take it.
    """
    for tried in (DEFAULT_PORT, 0) if port is None else (port,):
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        listening = socket.socket(family, socket.SOCK_STREAM)
        try:
            if os.name != "nt":
                listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listening.bind((host, tried))
            listening.listen()
        except (OSError, OverflowError) as trouble:
            listening.close()
            if tried == DEFAULT_PORT and port is None:
                continue
            reason = getattr(trouble, "strerror", None) or str(trouble)
            raise Refusal(
                f"the page cannot be served at {host}, port {tried} ({reason}); give another --port, or leave it out"
            ) from None
        return listening
    raise AssertionError("port 0 is always tried last")


def _refuse_addresses(network: Network) -> None:
    from alliance_sim.app.server.access import normal_origin

    for origin in network.allow_origin:
        try:
            normal_origin(origin)
        except ValueError as error:
            raise Refusal(f"--allow-origin: {error}") from None
    if network.root_path and not ROOT_PATH.fullmatch(network.root_path):
        raise Refusal(f"--root-path: {network.root_path[:80]!r} is not a path; give one such as /lecture")


def _serve_until_interrupted(listening: socket.socket, network: Network, browser: bool) -> None:
    os.environ["SOLARA_APP"] = "alliance_sim.app.page"
    os.environ["SOLARA_TELEMETRY_MIXPANEL_ENABLE"] = "False"
    import uvicorn

    from alliance_sim.app import startup as startup_of_page
    from alliance_sim.app.server import server as page_server

    port = listening.getsockname()[1]
    limits = {"sessions": network.sessions, "memory_mb": network.memory_mb}
    options = page_server.Options(
        network.host, port, network.allow_origin, network.root_path, network.behind_proxy, has_class=network.has_class,
        **{name: value for name, value in limits.items() if value is not None},
    )  # fmt: skip
    policy = page_server.access_policy(options)
    app = page_server.application(options, policy, _further_routes(options, policy, network.has_class))
    _load_first_page()
    page_server.quiet_terminal()
    server: Any = uvicorn.Server(page_server.uvicorn_config(app, options))
    original_startup = server.startup

    async def startup(sockets: Any = None) -> None:
        await original_startup(sockets=sockets)
        if server.started:
            _show_address(page_server.shown_address(options, policy), browser)
            if startup_of_page.SERVED.classroom is not None:
                join = startup_of_page.SERVED.join_address(startup_of_page.SERVED.classroom.code)
                console.write(f"Phones of the class join at {join}\n")

    original_shutdown = server.shutdown

    async def shutdown(sockets: Any = None) -> None:
        if startup_of_page.SERVED.classroom is not None:
            startup_of_page.SERVED.classroom.is_ending = True  # phones that wait for news are answered
        await original_shutdown(sockets=sockets)

    server.shutdown = shutdown
    server.startup = startup  # the address is shown only once the server accepts connections
    server.run(sockets=[listening])  # at Ctrl-C uvicorn shuts down and then raises the interrupt again


def _further_routes(options: Any, policy: Any, has_class: bool) -> Any:
    """Return what is offered beside the page: the files of the lesson, and the routes of a class."""
    from alliance_sim.app import startup
    from alliance_sim.app.classroom.classroom import Classroom
    from alliance_sim.app.classroom.routes import BETS, BetsForLecturer, PhoneRoutes
    from alliance_sim.app.lesson.served import SERVED as LESSON
    from alliance_sim.app.lesson_export.routes import PATHS, KeptFiles
    from alliance_sim.app.server.server import FurtherRoutes, join_address

    def with_files(page: Any) -> Any:
        return KeptFiles(page, LESSON.lesson_for)

    if not has_class:
        return FurtherRoutes(with_files, PATHS)
    classroom = Classroom()
    classroom.language = LESSON.lesson_for("").language
    startup.SERVED.classroom = classroom
    startup.SERVED.bets_address = f"{policy.root_path}{BETS}"
    startup.SERVED.join_address = lambda code: join_address(options, policy, code)
    phones = PhoneRoutes(classroom, options.port, policy.root_path)
    return FurtherRoutes(lambda page: BetsForLecturer(with_files(page), classroom), (*PATHS, BETS), phones)


def _load_first_page() -> None:
    """Load what the first page needs before its address is shown, and simulate the lesson's runs meanwhile."""
    from alliance_sim.app.lesson.scenes import scene
    from alliance_sim.app.lesson.served import SERVED
    from alliance_sim.app.lesson.state import LessonState
    from alliance_sim.app.startup import start_session
    from alliance_sim.app.views.narrative import story

    import_module("alliance_sim.app.page")
    session, _ = start_session("")
    session.step()
    story(session)
    scene(LessonState(SERVED.lesson))
    SERVED.warm()


def _show_address(url: str, browser: bool) -> None:
    console.write(f"The page is at {url}   (Ctrl-C stops the server)\n")
    if browser:
        threading.Thread(target=webbrowser.open, args=(url,), daemon=True).start()

"""The page's server: Solara's application behind the middleware, and uvicorn with its limits."""

from __future__ import annotations

import logging
import secrets
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import psutil
import solara.server.settings as solara_settings
import uvicorn
from starlette.types import ASGIApp

from alliance_sim.app import offline
from alliance_sim.app.server.access import Access, Policy, PublicRoutes, is_loopback, is_wildcard, served_origins
from alliance_sim.app.server.connections import protocols
from alliance_sim.app.server.response_headers import ResponseHeaders
from alliance_sim.app.server.session_limit import MEMORY_MB, SESSIONS, Places, SessionLimit

LARGEST_MESSAGE = 20_000_000
"""Bytes of a WebSocket message: more than the largest file that the page opens, as it is sent (base64)."""
PING_INTERVAL, PING_TIMEOUT = 10.0, 20.0
"""Seconds between two checks whether a tab is connected, and seconds within which it must answer."""
CONNECTIONS_PER_SESSION = 8
SPARE_CONNECTIONS = 64
LOGGERS = ("uvicorn", "uvicorn.error", "solara", "Solara", "asyncio", "websockets", "reacton", "alliance_sim.app")


@dataclass(frozen=True)
class Options:
    """The options of ``alliance-sim serve``.

    Attributes:
        host: the address that the server listens at.
        port: its port.
        allow_origin: further addresses of the page.
        root_path: the path under which a proxy serves it.
        behind_proxy: whether a proxy's headers are trusted.
        sessions: the largest number of sessions.
        memory_mb: the memory in MB above which no new session starts.
        has_class: whether a class takes part, so that the page needs a token wherever it is served.
    """

    host: str
    port: int
    allow_origin: Sequence[str] = ()
    root_path: str = ""
    behind_proxy: bool = False
    sessions: int = SESSIONS
    memory_mb: int = MEMORY_MB
    has_class: bool = False


def access_policy(options: Options) -> Policy:
    """Return the access policy of a server.

    Args:
        options: its options.

    Raises:
        ValueError: if one of the further addresses is not one.
    """
    return Policy(
        origins=served_origins(options.host, options.port, options.allow_origin),
        wildcard=is_wildcard(options.host),
        token="" if is_loopback(options.host) and not options.has_class else secrets.token_urlsafe(16),
        cookie=f"alliance-sim-pass-{options.port}",
        root_path=options.root_path.rstrip("/"),
        behind_proxy=options.behind_proxy,
    )


@dataclass(frozen=True)
class FurtherRoutes:
    """What the server offers beside the page.

    Attributes:
        wrap: wraps the page with routes that need its token, too.
        paths: the paths of these.
        phones: the routes of phones, which need no token; ``None`` if no class takes part.
    """

    wrap: Callable[[ASGIApp], ASGIApp]
    paths: Sequence[str]
    phones: PublicRoutes | None = None


def protected(app: ASGIApp, policy: Policy, places: Places, routes: FurtherRoutes | None = None) -> ASGIApp:
    """Return an application behind the middleware.

    Args:
        app: the application.
        policy: who may use it.
        places: how many may use it.
        routes: what is offered beside the page.
    """
    limited: ASGIApp = SessionLimit(app, places)
    if routes is None:
        return ResponseHeaders(Access(limited, policy))
    return ResponseHeaders(Access(routes.wrap(limited), policy, routes.phones, routes.paths))


def application(options: Options, policy: Policy, routes: FurtherRoutes | None = None) -> ASGIApp:
    """Return the page as an ASGI application.

    Args:
        options: of the server.
        policy: who may use it.
        routes: what is offered beside the page.
    """
    offline.stay_offline()
    # Unless both are set, Solara 1.64.1 takes them from the headers of the first request and keeps them for all others.
    solara_settings.main.root_path = policy.root_path
    solara_settings.main.base_url = f"http://{shown_host(options.host)}:{options.port}{policy.root_path}/"
    from solara.server import kernel_context
    from solara.server.starlette import app

    places = Places(lambda: list(kernel_context.contexts), options.sessions, options.memory_mb)
    return protected(app, policy, places, routes)


def uvicorn_config(app: ASGIApp, options: Options) -> uvicorn.Config:
    """Return uvicorn's configuration.

    Args:
        app: what is served.
        options: of the server.
    """
    return uvicorn.Config(
        app, log_config=None, access_log=False, loop="asyncio", timeout_graceful_shutdown=2, lifespan="on",
        proxy_headers=False, server_header=False, ws_max_size=LARGEST_MESSAGE,
        ws_ping_interval=PING_INTERVAL, ws_ping_timeout=PING_TIMEOUT,
        limit_concurrency=options.sessions * CONNECTIONS_PER_SESSION + SPARE_CONNECTIONS,
        ws_per_message_deflate=not is_loopback(options.host),  # compression costs more than it saves on one machine
        **protocols(options.has_class and not options.behind_proxy),
    )  # fmt: skip


def shown_host(host: str) -> str:
    """Return the host of the address that is printed; for a wildcard, the machine's address in its network."""
    if is_wildcard(host) and (routed := routed_address()):
        host = routed
    if is_wildcard(host):
        addresses = (one.address for many in psutil.net_if_addrs().values() for one in many)
        host = next((one for one in addresses if "." in one and not is_loopback(one) and ":" not in one), "127.0.0.1")
    return f"[{host.strip('[]')}]" if ":" in host else host


def routed_address() -> str:
    """Return the address of this machine from which it reaches its network; empty if there is no network.

    A machine may have others, of containers or virtual machines, which no phone can reach. No packet is sent.
    """
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # an address for documentation
        except OSError:
            return ""
        found = str(probe.getsockname()[0])
    return "" if is_loopback(found) or is_wildcard(found) else found


def join_address(options: Options, policy: Policy, code: str) -> str:
    """Return the address at which phones join a class.

    Args:
        options: of the server.
        policy: who may use it.
        code: the code of the class.
    """
    here = (
        options.allow_origin[0].rstrip("/")
        if options.allow_origin
        else f"http://{shown_host(options.host)}:{options.port}"
    )
    return f"{here}{policy.root_path}/{code}"


def shown_address(options: Options, policy: Policy) -> str:
    """Return the address to open, with its token if one is needed."""
    token = f"/?token={policy.token}" if policy.token else ""
    return f"http://{shown_host(options.host)}:{options.port}{policy.root_path}{token}"


class OneLine(logging.Formatter):
    """Errors as one line, without a traceback."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        cause = record.exc_info[1] if record.exc_info else None
        detail = f": {type(cause).__name__}: {cause}" if cause else ""
        return " ".join(f"alliance-sim serve: {record.getMessage()}{detail}".split())[:400]


class OnlyNew(logging.Filter):
    """Drop lines that were shown before, so that a client cannot fill the terminal."""

    def __init__(self, most: int = 50) -> None:
        super().__init__()
        self._shown: set[tuple[Any, ...]] = set()
        self._most = most

    def filter(self, record: logging.LogRecord) -> bool:
        """Return whether the line is new."""
        key = (record.name, record.msg, type(record.exc_info[1]).__name__ if record.exc_info else "")
        if key in self._shown or len(self._shown) >= self._most:
            return False
        self._shown.add(key)
        return True


def quiet_terminal() -> None:
    """Show errors of the server's libraries as single lines, each once, and nothing else of theirs."""
    handler = logging.StreamHandler()
    handler.setLevel(logging.ERROR)
    handler.setFormatter(OneLine())
    handler.addFilter(OnlyNew())
    for name in LOGGERS:
        logger = logging.getLogger(name)
        logger.handlers[:] = [handler]
        logger.propagate = False

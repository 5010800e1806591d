"""Who may use the page: an ASGI middleware that checks address, origin, token and path before Solara sees a request."""

from __future__ import annotations

import ipaddress
import secrets
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol
from urllib.parse import SplitResult, parse_qsl, urlencode, urlsplit

from starlette.datastructures import MutableHeaders
from starlette.requests import cookie_parser
from starlette.types import ASGIApp, Receive, Scope, Send

from alliance_sim.app.server.responses import answer

LOOPBACK_NAMES = ("127.0.0.1", "localhost", "[::1]")
DEFAULT_PORTS = {"http": 80, "https": 443}
FORWARDED = ("forwarded", "script-name", "x-script-name", "x-real-ip", "x-rewrite-url")
FORWARDED_PREFIXES = ("x-forwarded-", "x-original-")
READ_ONLY = ("/_solara/cdn/", "/static/", "/jupyter/nbextensions/")
CLOSE = "/_solara/api/close/"
KERNELS = "/jupyter/api/kernels/"

NOT_THIS_ADDRESS = (
    "This server answers only at the address that it printed when it started; "
    "start it with --allow-origin to name a further one."
)
NO_TOKEN = "This page needs the full address that the server printed when it started, with its token."  # noqa: S105
ENTERED = "The page is loading."
NOT_FOUND = "There is nothing at this address."


def normal_origin(text: str) -> str:
    """Return an origin in the form in which origins are compared.

    Args:
        text: such as ``https://lecture.example`` or ``http://127.0.0.1:8765``.

    Raises:
        ValueError: if it is not ``http://`` or ``https://``, a host and perhaps a port, and nothing else.
    """
    try:
        parts = urlsplit(text.strip())
        port = parts.port
    except ValueError:
        parts, port = SplitResult("", "", "", "", ""), None
    plain = parts.path in ("", "/") and not parts.query and not parts.fragment and "@" not in parts.netloc
    if parts.scheme not in DEFAULT_PORTS or not parts.hostname or not plain or set(parts.hostname) & set("*\\, %"):
        raise ValueError(
            f"{text[:80]!r} is not the address of a server; give scheme and host, such as https://lecture.example"
        )
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    shown = "" if port in (None, DEFAULT_PORTS[parts.scheme]) else f":{port}"
    return f"{parts.scheme}://{host}{shown}"


def is_loopback(host: str) -> bool:
    """Return whether only this machine can reach a server at this host."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def is_wildcard(host: str) -> bool:
    """Return whether a server at this host answers at every address of the machine."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_unspecified
    except ValueError:
        return False


def served_origins(host: str, port: int, allowed: Iterable[str] = ()) -> frozenset[str]:
    """Return the origins of the page.

    Args:
        host: where the server listens; for a wildcard the middleware adds the address a connection came in at.
        port: its port.
        allowed: further origins.

    Raises:
        ValueError: if one of ``allowed`` is not an origin.
    """
    names: list[str] = []
    if is_loopback(host) or is_wildcard(host):
        names += LOOPBACK_NAMES
    if not is_wildcard(host):
        names.append(f"[{host.strip('[]')}]" if ":" in host else host)
    return frozenset(normal_origin(origin) for origin in (*(f"http://{name}:{port}" for name in names), *allowed))


@dataclass(frozen=True)
class Policy:
    """The access rules of a server.

    Attributes:
        origins: see ``served_origins``.
        wildcard: whether the address that a connection arrived at is served, too.
        token: the token that a browser must show once; empty if none is needed.
        pass_value: the value of the cookie that a browser gets for the token.
        cookie: the cookie's name; with the port, because cookies ignore ports.
        root_path: the path under which a proxy serves the page, such as ``/lecture``.
        behind_proxy: whether ``X-Forwarded-Host`` and ``X-Forwarded-Proto`` are trusted.
    """

    origins: frozenset[str]
    wildcard: bool = False
    token: str = ""
    pass_value: str = field(default_factory=lambda: secrets.token_urlsafe(32), repr=False)
    cookie: str = "alliance-sim-pass"
    root_path: str = ""
    behind_proxy: bool = False

    def at(self, scope: Scope) -> Policy:
        """Return the policy with the address that this connection arrived at, if it is served."""
        server: Sequence[object] | None = scope.get("server")
        if not self.wildcard or not server:
            return self
        host, port = str(server[0]), server[1]
        try:
            address = ipaddress.ip_address(host)
        except ValueError:
            return self
        mapped = getattr(address, "ipv4_mapped", None) or address
        name = f"[{mapped}]" if mapped.version == 6 else str(mapped)
        return replace(self, origins=self.origins | {normal_origin(f"http://{name}:{port}")})

    def knows_host(self, host: str) -> bool:
        """Return whether a ``Host`` is one of the page's."""
        for origin in self.origins:
            scheme, name = origin.split("://")
            try:
                if host and normal_origin(f"{scheme}://{host}") == origin:
                    return True
            except ValueError:
                return False
            if host == name:
                return True
        return False

    def knows_origin(self, origin: str) -> bool:
        """Return whether an ``Origin`` is one of the page's."""
        try:
            return normal_origin(origin) in self.origins and not origin.endswith("/")
        except ValueError:  # "null" among them
            return False


class PublicRoutes(Protocol):
    """Routes that need no token, such as those of a class."""

    def serves(self, scope: Scope) -> bool:
        """Return whether a request is for these routes."""
        ...

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        ...


class Access:
    """Middleware that refuses requests from other addresses, and requests without the token if one is needed."""

    def __init__(
        self, app: ASGIApp, policy: Policy, public: PublicRoutes | None = None, further: Collection[str] = ()
    ) -> None:
        """Put an application behind the rules.

        Args:
            app: the application.
            policy: the rules.
            public: routes that need no token; addresses and origins are checked for them, too.
            further: paths that the application serves beside those of the page.
        """
        self._app, self._policy, self._public, self._further = app, policy, public, frozenset(further)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one connection."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        scope = dict(scope)
        headers = MutableHeaders(raw=list(scope["headers"]))
        policy = self._policy.at(scope)
        hosts = headers.getlist("host")
        if policy.behind_proxy:
            forwarded = _last(headers.getlist("x-forwarded-host"))
            hosts = [*hosts, forwarded] if forwarded else hosts
            if _last(headers.getlist("x-forwarded-proto")) == "https":
                scope["scheme"] = "https" if scope["type"] == "http" else "wss"
        _drop_forwarded(headers)
        scope["headers"] = headers.raw
        _strip_root(scope, policy.root_path)
        if not hosts or not all(policy.knows_host(host) for host in hosts) or not _same_site(scope, headers, policy):
            await answer(scope, receive, send, 403, NOT_THIS_ADDRESS)
        elif self._public is not None and self._public.serves(scope):
            await self._public(scope, receive, send)
        elif not _is_served(scope) and not self._is_further(scope):
            await answer(scope, receive, send, 404, NOT_FOUND)
        elif policy.token and not self._has_pass(headers):
            await self._enter(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    def _is_further(self, scope: Scope) -> bool:
        return scope["type"] == "http" and scope["method"] == "GET" and scope["path"] in self._further

    def _has_pass(self, headers: MutableHeaders) -> bool:
        cookies = (cookie_parser(header) for header in headers.getlist("cookie"))
        shown = next((one[self._policy.cookie] for one in cookies if self._policy.cookie in one), "")
        return _equal(shown, self._policy.pass_value)

    async def _enter(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Exchange the token for a cookie; the page that follows has no token in its address.

        A redirect does not work: after a link from another site, browsers withhold strict cookies on redirects.
        """
        policy = self._policy
        query = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
        shown = next((value for name, value in query if name == "token"), "")
        if scope["type"] != "http" or scope["path"] != "/" or not _equal(shown, policy.token):
            await answer(scope, receive, send, 403, NO_TOKEN)
            return
        rest = urlencode([(name, value) for name, value in query if name != "token"])
        place = f"{policy.root_path}/" + (f"?{rest}" if rest else "")
        secure = "; Secure" if scope["scheme"] == "https" else ""
        cookie = f"{policy.cookie}={policy.pass_value}; Path={policy.root_path or '/'}; HttpOnly; SameSite=Strict"
        await answer(
            scope, receive, send, 200, ENTERED, refresh=f"0; url={place}", headers={"Set-Cookie": cookie + secure}
        )  # fmt: skip


def _equal(shown: str, expected: str) -> bool:
    return secrets.compare_digest(shown.encode("utf-8", "replace"), expected.encode())


def _last(values: Sequence[str]) -> str:
    return values[-1].rpartition(",")[2].strip() if values else ""


def _drop_forwarded(headers: MutableHeaders) -> None:
    for name in {name.lower() for name in headers}:
        # A WSGI-style server behind this one could read underscores as hyphens.
        plain = name.replace("_", "-")
        if plain in FORWARDED or plain.startswith(FORWARDED_PREFIXES):
            del headers[name]


def _strip_root(scope: Scope, root_path: str) -> None:
    """Let the application see the same path whether a proxy strips the root path or passes it on."""
    path = scope["path"]
    if root_path and (path == root_path or path.startswith(root_path + "/")):
        scope["path"] = path[len(root_path) :] or "/"
        scope["raw_path"] = scope["path"].encode()


def _same_site(scope: Scope, headers: MutableHeaders, policy: Policy) -> bool:
    """Return whether a request comes from the page itself, or opens it."""
    origins = headers.getlist("origin")
    if scope["type"] == "websocket":  # browsers always send one with a WebSocket
        return len(origins) == 1 and policy.knows_origin(origins[0])
    if any(not policy.knows_origin(origin) for origin in origins):
        return False
    navigates = headers.get("sec-fetch-mode") == "navigate" and headers.get("sec-fetch-dest") == "document"
    return headers.get("sec-fetch-site") not in ("cross-site", "same-site") or navigates


def _is_served(scope: Scope) -> bool:
    """Return whether the page needs this path; Solara's other paths, diagnostics among them, are not served."""
    path = scope["path"]
    if scope["type"] == "websocket":
        kernel, _, channels = path.removeprefix(KERNELS).partition("/")
        return path.startswith(KERNELS) and bool(kernel) and channels == "channels"
    if scope["method"] == "POST":
        return path.startswith(CLOSE)
    if scope["method"] not in ("GET", "HEAD"):
        return False
    return path == "/" or (path.startswith(READ_ONLY) and ".." not in path.split("/") and "\\" not in path)

"""Limits of one server: sessions, memory, and the size of request bodies."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass, field

import psutil
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from alliance_sim.app.server.access import KERNELS
from alliance_sim.app.server.responses import answer

SESSIONS = 60
MEMORY_MB = 2_000
RESERVATION = 10.0
"""Seconds that a place is reserved for a page that has been sent but has not connected yet."""
RETRY = 3
"""Seconds after which a waiting page is loaded again."""
CONNECTIONS = 4
"""WebSockets that one session may hold; a tab that reconnects has two for a moment."""
LARGEST_BODY = 1_000_000
"""Bytes of an HTTP request. Files arrive by WebSocket, so bodies are empty in practice."""
BODY_TIMEOUT = 20.0
"""Seconds within which a request body must have arrived."""


def used_megabytes() -> float:
    """Return the memory of this process in MB."""
    return psutil.Process().memory_info().rss / 1e6


@dataclass
class Places:
    """The places of a server's sessions.

    Attributes:
        active: returns the ids of the sessions that exist.
        most: the largest number of sessions.
        memory_mb: the memory in MB above which no new session starts.
        used: returns the use of memory in MB.
        clock: returns seconds.
    """

    active: Callable[[], Collection[str]]
    most: int = SESSIONS
    memory_mb: float = MEMORY_MB
    used: Callable[[], float] = used_megabytes
    clock: Callable[[], float] = time.monotonic
    _reserved: list[float] = field(default_factory=list)
    _admitted: dict[str, float] = field(default_factory=dict)
    _connected: Counter[str] = field(default_factory=Counter)

    def refusal(self) -> str:
        """Return why no further session can start, as a sentence for the user; empty if one can."""
        if self._taken() >= self.most:
            return (
                f"All {self.most:,} places on this server are taken. "
                "Please leave this page open: it continues as soon as another user leaves."
            )
        if self.used() >= self.memory_mb:
            return (
                "This server has no memory left for a further session. "
                "Please leave this page open: it continues as soon as there is enough memory."
            )
        return ""

    def reserve(self) -> None:
        """Reserve a place for a page that is being sent."""
        self._reserved.append(self.clock() + RESERVATION)

    def connect(self, session: str) -> bool:
        """Admit a connection of a session if there is a place.

        Args:
            session: the session's id, which the browser chooses.

        Returns:
            Whether it was admitted.
        """
        self._expire()
        if session not in self._admitted and session not in self.active():
            if self._reserved:
                self._reserved.pop(0)
            elif self.refusal():
                return False
            self._admitted[session] = self.clock() + RESERVATION
        if self._connected[session] >= CONNECTIONS:
            return False
        self._connected[session] += 1
        return True

    def disconnect(self, session: str) -> None:
        """Record that a connection has ended."""
        self._connected[session] -= 1
        if self._connected[session] <= 0:
            del self._connected[session]
            self._admitted.pop(session, None)

    def _taken(self) -> int:
        self._expire()
        return len({*self.active(), *self._admitted}) + len(self._reserved)

    def _expire(self) -> None:
        now = self.clock()
        self._reserved = [until for until in self._reserved if until > now]
        self._admitted = {session: until for session, until in self._admitted.items() if until > now}


class BodyTooLargeError(Exception):
    """A request body is larger than the limit."""


class SessionLimit:
    """Middleware that limits the number of sessions and the size of request bodies."""

    def __init__(
        self, app: ASGIApp, places: Places, largest_body: int = LARGEST_BODY, body_timeout: float = BODY_TIMEOUT
    ) -> None:
        self._app, self._places = app, places
        self._largest_body, self._body_timeout = largest_body, body_timeout

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one connection."""
        if scope["type"] == "websocket":
            await self._session(scope, receive, send)
        elif scope["type"] == "http":
            await self._request(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _session(self, scope: Scope, receive: Receive, send: Send) -> None:
        session = scope["path"].removeprefix(KERNELS).partition("/")[0]
        if not self._places.connect(session):
            await answer(scope, receive, send, 503, "")
            return
        try:
            await self._app(scope, receive, send)
        finally:
            self._places.disconnect(session)

    async def _request(self, scope: Scope, receive: Receive, send: Send) -> None:
        close = {"Connection": "close"}
        try:
            body = await asyncio.wait_for(self._read(scope, receive), self._body_timeout)
        except BodyTooLargeError:
            sentence = f"A request may have at most {self._largest_body:,} bytes."
            await answer(scope, receive, send, 413, sentence, headers=close)
            return
        except TimeoutError:
            await answer(scope, receive, send, 408, "The request took too long to arrive.", headers=close)
            return
        if body is None:
            return
        if scope["path"] == "/" and scope["method"] == "GET":
            if sentence := self._places.refusal():
                again = {"Retry-After": str(RETRY)}
                await answer(scope, receive, send, 503, sentence, refresh=str(RETRY), headers=again)
                return
            self._places.reserve()
        messages: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

        async def receive_read() -> Message:
            return messages.pop() if messages else await receive()

        await self._app(scope, receive_read, send)

    async def _read(self, scope: Scope, receive: Receive) -> bytes | None:
        """Return the body, or ``None`` if the client has disconnected."""
        stated = dict(scope["headers"]).get(b"content-length", b"0")
        if not stated.isdigit() or int(stated) > self._largest_body:
            raise BodyTooLargeError
        body = bytearray()
        while True:
            message = await receive()
            if message["type"] != "http.request":
                return None
            body.extend(message.get("body", b""))
            if len(body) > self._largest_body:
                raise BodyTooLargeError
            if not message.get("more_body", False):
                return bytes(body)

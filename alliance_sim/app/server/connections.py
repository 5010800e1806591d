"""uvicorn's connections with time limits: clients that send slowly, or nothing, are disconnected."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import Any, ClassVar

from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

FIRST_REQUEST = 20.0
"""Seconds within which a new connection must have sent the head of a request."""
WHOLE_MESSAGE = 120.0
"""Seconds within which a WebSocket message must be complete; the largest file takes 90 s at 1 Mbit/s."""


class TimedHTTP(H11Protocol):
    """HTTP connections that end if no request arrives."""

    most_at_an_address: int | None = None
    """Connections that one address may hold; ``None`` for any number."""
    _held: ClassVar[Counter[str]] = Counter()
    _address = ""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Start the time limit; end the connection if its address holds too many."""
        super().connection_made(transport)
        address = str((transport.get_extra_info("peername") or ("",))[0])
        if self.most_at_an_address is not None and self._held[address] >= self.most_at_an_address:
            transport.abort()
            return
        self._address = address
        self._held[address] += 1
        self.loop.call_later(FIRST_REQUEST, self._end_if_silent)

    def connection_lost(self, exc: Exception | None) -> None:
        """Count the connection no longer."""
        self._release()
        super().connection_lost(exc)

    def handle_websocket_upgrade(self, event: Any) -> None:
        """Hand the connection over to the protocol of WebSockets, which has limits of its own."""
        self._release()
        super().handle_websocket_upgrade(event)

    def _release(self) -> None:
        address, self._address = self._address, ""
        if address:
            self._held[address] -= 1
            if self._held[address] <= 0:
                del self._held[address]

    def _end_if_silent(self) -> None:
        upgraded = self.transport.get_protocol() is not self
        received = getattr(self, "cycle", None) is not None
        if not received and not upgraded and not self.transport.is_closing():
            self.transport.abort()


class TimedWebSocket(WebSocketsSansIOProtocol):
    """WebSockets that end if a message stays incomplete."""

    _limit: asyncio.TimerHandle | None = None

    def data_received(self, data: bytes) -> None:
        """Receive data; the time limit runs while a message is incomplete."""
        super().data_received(data)
        incomplete = bool(self.frames) or bool(self.conn.reader.buffer)
        if incomplete and self._limit is None:
            self._limit = self.loop.call_later(WHOLE_MESSAGE, self.transport.abort)
        elif not incomplete:
            self._stop_limit()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop the time limit."""
        self._stop_limit()
        super().connection_lost(exc)

    def _stop_limit(self) -> None:
        if self._limit is not None:
            self._limit.cancel()
            self._limit = None


class TimedHTTPForClass(TimedHTTP):
    """The same while phones of a class are admitted: one of them cannot hold all connections of the server."""

    most_at_an_address = 200


def protocols(has_class: bool) -> dict[str, Any]:
    """Return arguments of ``uvicorn.Config``.

    Args:
        has_class: whether phones reach the server itself. Behind a proxy, all connections are those of the proxy.
    """
    return {"http": TimedHTTPForClass if has_class else TimedHTTP, "ws": TimedWebSocket}

"""uvicorn's connections with time limits: clients that send slowly, or nothing, are disconnected."""

from __future__ import annotations

import asyncio
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

FIRST_REQUEST = 20.0
"""Seconds within which a new connection must have sent the head of a request."""
WHOLE_MESSAGE = 120.0
"""Seconds within which a WebSocket message must be complete; the largest file takes 90 s at 1 Mbit/s."""


class TimedHTTP(H11Protocol):
    """HTTP connections that end if no request arrives."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Start the time limit."""
        super().connection_made(transport)
        self.loop.call_later(FIRST_REQUEST, self._end_if_silent)

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


PROTOCOLS: dict[str, Any] = {"http": TimedHTTP, "ws": TimedWebSocket}
"""Arguments of ``uvicorn.Config``."""

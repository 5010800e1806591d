"""Short answers that the page's middleware gives in place of Solara: one sentence, for HTTP and for WebSockets."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

from starlette.responses import HTMLResponse
from starlette.types import Receive, Scope, Send

STYLE = "body{font:1.3rem/1.5 system-ui,sans-serif;max-width:36rem;margin:20vh auto;padding:0 1rem}"


def sentence_page(sentence: str, refresh: str = "", language: str = "en") -> str:
    """Return a page that shows one sentence.

    Args:
        sentence: plain text; it is escaped.
        refresh: the content of the page's ``refresh``: seconds, and an address if another is to be loaded.
        language: the code of the language of the sentence.
    """
    again = f'<meta http-equiv="refresh" content="{escape(refresh)}">' if refresh else ""
    return (
        f'<!doctype html><html lang="{escape(language)}"><head><meta charset="utf-8"><title>alliance-sim</title>'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<link rel="icon" href="data:,">{again}<style>{STYLE}</style></head>'
        f'<body><main><p role="status">{escape(sentence)}</p></main></body></html>\n'
    )


async def answer(
    scope: Scope,
    receive: Receive,
    send: Send,
    status: int,
    sentence: str,
    *,
    refresh: str = "",
    headers: Mapping[str, str] | None = None,
) -> None:
    """Answer with one sentence; a WebSocket is refused before it opens (uvicorn answers it with 403).

    Args:
        scope: the request, as ASGI describes it.
        receive: ASGI's source of messages.
        send: ASGI's sink of messages.
        status: the HTTP status.
        sentence: what the reader sees.
        refresh: see ``sentence_page``.
        headers: further response headers.
    """
    if scope["type"] == "websocket":
        refused: dict[str, Any] = {"type": "websocket.close", "code": 1008, "reason": ""}
        await send(refused)
        return
    more = {"Cache-Control": "no-store", **(headers or {})}
    await HTMLResponse(sentence_page(sentence, refresh), status, more)(scope, receive, send)

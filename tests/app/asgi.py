"""Calls an ASGI application as uvicorn would, without a network."""

import asyncio
from dataclasses import dataclass, field
from urllib.parse import quote

PORT = 8765
HERE = f"http://127.0.0.1:{PORT}"


@dataclass
class Answer:
    status: int = 0
    headers: list = field(default_factory=list)
    text: str = ""

    def header(self, name):
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)


def _scope(kind, path, headers, server, method="GET", client="127.0.0.1"):
    path, _, query = path.partition("?")
    given = {"host": f"127.0.0.1:{PORT}", **headers}
    return {
        "type": kind, "method": method, "path": path, "raw_path": quote(path).encode(), "root_path": "",
        "query_string": query.encode(), "scheme": "http" if kind == "http" else "ws", "server": server,
        "client": (client, 50_000), "http_version": "1.1", "subprotocols": [], "asgi": {"version": "3.0"},
        "headers": [(key.lower().encode(), value.encode()) for key, value in given.items() if value is not None],
    }  # fmt: skip


def request(
    app, path="/", headers=None, method="GET", body=(b"",), server=("127.0.0.1", PORT), pause=0.0, client="127.0.0.1"
):
    """The answer to one HTTP request; ``body`` in the pieces in which it arrives, ``pause`` seconds apart."""
    answer = Answer()
    pieces = list(body)

    async def receive():
        await asyncio.sleep(pause)
        piece = pieces.pop(0) if pieces else b""
        return {"type": "http.request", "body": piece, "more_body": bool(pieces)}

    async def send(message):
        if message["type"] == "http.response.start":
            answer.status = message["status"]
            answer.headers = [(key.decode(), value.decode("latin-1")) for key, value in message["headers"]]
        else:
            answer.text += message.get("body", b"").decode()

    asyncio.run(app(_scope("http", path, headers or {}, server, method, client), receive, send))
    return answer


def connects(app, path="/jupyter/api/kernels/k1/channels?session_id=p", headers=None, server=("127.0.0.1", PORT)):
    """Whether a WebSocket is accepted; it is closed at once."""
    sent = []

    async def receive():
        return {"type": "websocket.connect"}

    async def send(message):
        sent.append(message["type"])

    asyncio.run(app(_scope("websocket", path, {"origin": HERE, **(headers or {})}, server), receive, send))
    assert len(sent) == 1
    return sent == ["websocket.accept"]


class Inner:
    """An application that records its requests."""

    def __init__(self, headers=(), text="the page", kind="text/html; charset=utf-8"):
        self.asked = []
        self._headers = [(b"content-type", kind.encode()), *headers]
        self._text = text.encode()

    async def __call__(self, scope, receive, send):
        self.asked.append(scope)
        if scope["type"] == "websocket":
            await send({"type": "websocket.accept"})
            return
        await send({"type": "http.response.start", "status": 200, "headers": self._headers})
        await send({"type": "http.response.body", "body": self._text})

    def header(self, name):
        """A header of the last request, as the application saw it."""
        return dict(self.asked[-1]["headers"]).get(name.encode())

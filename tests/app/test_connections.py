"""Connections that send slowly, or nothing, are closed; tested with a real server and short limits."""

import contextlib
import os
import socket
import threading
import time

import pytest
import uvicorn
from websockets.sync.client import connect

from alliance_sim.app.server import connections
from alliance_sim.app.server.server import Options, uvicorn_config

LIMIT = 0.6


async def echo(scope, receive, send):
    """Answers requests, and sends back what a WebSocket sends."""
    if scope["type"] == "lifespan":
        for kind in ("startup", "shutdown"):
            await receive()
            await send({"type": f"lifespan.{kind}.complete"})
    elif scope["type"] == "http":
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
        await send({"type": "http.response.body", "body": b"ok"})
    else:
        await receive()
        await send({"type": "websocket.accept"})
        while (message := await receive())["type"] == "websocket.receive":
            await send({"type": "websocket.send", "text": message["text"]})


@pytest.fixture
def port(monkeypatch):
    monkeypatch.setattr(connections, "FIRST_REQUEST", LIMIT)
    monkeypatch.setattr(connections, "WHOLE_MESSAGE", LIMIT)
    listening = socket.create_server(("127.0.0.1", 0))
    port = listening.getsockname()[1]
    server = uvicorn.Server(uvicorn_config(echo, Options("127.0.0.1", port)))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield port
    server.should_exit = True
    thread.join(10)
    listening.close()


def ended(raw):
    """Whether the server ends a connection within a few seconds."""
    raw.settimeout(5)
    try:
        return raw.recv(1) == b""
    except ConnectionError:
        return True
    except TimeoutError:
        return False


@pytest.mark.parametrize("head", [b"", b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow: "])
def test_a_connection_without_a_whole_request_is_ended(port, head):
    with socket.create_connection(("127.0.0.1", port)) as raw:
        raw.sendall(head)
        assert ended(raw)


def test_a_websocket_that_sends_half_a_message_is_ended_and_one_that_waits_is_not(port):
    with connect(f"ws://127.0.0.1:{port}/", compression=None, ping_interval=None) as quiet:
        with connect(f"ws://127.0.0.1:{port}/", compression=None, ping_interval=None) as slow:
            # A text frame of 100 masked bytes, of which 10 are sent.
            slow.socket.sendall(bytes([0x81, 0x80 | 100]) + os.urandom(4) + b"x" * 10)
            began = time.monotonic()
            with contextlib.suppress(Exception):
                slow.recv(timeout=5)
            assert time.monotonic() - began < 4
        time.sleep(2 * LIMIT)
        quiet.send("still here")
        assert quiet.recv(timeout=5) == "still here"


def test_one_address_cannot_hold_all_connections_while_a_class_takes_part(port, monkeypatch):
    monkeypatch.setattr(connections, "FIRST_REQUEST", 30.0)
    monkeypatch.setattr(connections.TimedHTTP, "most_at_an_address", 5)
    with contextlib.ExitStack() as held:
        first = [held.enter_context(socket.create_connection(("127.0.0.1", port))) for _ in range(5)]
        time.sleep(0.3)
        assert ended(held.enter_context(socket.create_connection(("127.0.0.1", port))))
        other = held.enter_context(socket.create_connection(("127.0.0.1", port), source_address=("127.0.0.2", 0)))
        other.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        assert other.recv(100).startswith(b"HTTP/1.1 200")
        first[0].close()
        time.sleep(0.3)
        again = held.enter_context(socket.create_connection(("127.0.0.1", port)))
        again.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        assert again.recv(100).startswith(b"HTTP/1.1 200")


def test_only_a_server_that_phones_reach_limits_the_connections_of_an_address():
    def limit(options):
        return uvicorn_config(echo, options).http.most_at_an_address

    assert limit(Options("127.0.0.1", 1, has_class=True)) == 200
    assert limit(Options("127.0.0.1", 1)) is None
    assert limit(Options("127.0.0.1", 1, has_class=True, behind_proxy=True)) is None

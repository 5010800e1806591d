"""Access: the page answers only its own address, limits its load, and works behind a proxy."""

import contextlib
import http.client
import socket
import threading
import time
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import expect
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from tests.e2e.classroom import LOCAL, Cable, half_term, play_to, press, wait_for_half_term

HOSTILE = {
    "X-Script-Name": "/evil", "Script-Name": "/evil", "X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https",
    "X-Forwarded-Prefix": "/evil", "Forwarded": "host=evil.example;proto=https",
}  # fmt: skip
SESSIONS = 60


def ask(server, path="/", method="GET", **headers):
    """Return status, headers and text of a response."""
    asked = http.client.HTTPConnection(LOCAL, server.port, timeout=20)
    asked.request(method, path, headers={name.replace("_", "-"): value for name, value in headers.items()})
    answer = asked.getresponse()
    text = answer.read().decode()
    asked.close()
    return answer.status, dict(answer.getheaders()), text


def channel(server, session=None, origin=None, **more):
    """Open the WebSocket of a session without a page."""
    url = f"ws://{LOCAL}:{server.port}/jupyter/api/kernels/{session or uuid.uuid4()}/channels?session_id={uuid.uuid4()}"
    return connect(url, origin=origin or f"http://{LOCAL}:{server.port}", compression=None, **more)


def test_a_page_of_another_site_gets_no_session(classroom, server):
    class Other(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(b"<html><body>another site</body></html>")

        def log_message(self, *_):
            pass

    classroom.expected = ["WebSocket", "Failed to load resource", "Refused to display", "blocked", "X-Frame-Options"]
    with ThreadingHTTPServer((LOCAL, 0), Other) as other:
        threading.Thread(target=other.serve_forever, daemon=True).start()
        page = classroom.context().new_page()
        page.goto(f"http://{LOCAL}:{other.server_port}/")
        opened = """port => new Promise(done => {
            const socket = new WebSocket(`ws://127.0.0.1:${port}/jupyter/api/kernels/k/channels?session_id=p`);
            socket.onopen = () => done(true); socket.onerror = () => done(false);
        })"""
        assert page.evaluate(opened, server.port) is False
        assert (
            page.evaluate("port => fetch(`http://127.0.0.1:${port}/`).then(() => true, () => false)", server.port)
            is False
        )
        page.evaluate(
            """port => { const frame = document.createElement('iframe');
            frame.src = `http://127.0.0.1:${port}/`; document.body.append(frame); }""",
            server.port,
        )
        page.wait_for_timeout(1_500)
        assert all(frame.get_by_role("button", name="Play").count() == 0 for frame in page.frames)
        other.shutdown()
    own = classroom.open(server)
    assert own.evaluate(opened, server.port) is True


def test_other_hosts_and_origins_are_refused_and_the_terminal_stays_quiet(server):
    before = server.log()
    status, _, text = ask(server, Host="evil.example")
    assert status == 403
    assert "--allow-origin" in text
    for origin in ("http://evil.example", "null", f"https://{LOCAL}:{server.port}"):
        with pytest.raises(InvalidStatus) as refused:
            channel(server, origin=origin)
        assert refused.value.response.status_code == 403
    with socket.create_connection((LOCAL, server.port)) as raw:
        raw.sendall(b"\x16\x03\x01 nonsense\r\n\r\n")
        raw.settimeout(5)
        assert b"400" in raw.recv(100)
    with channel(server, f"localhost-{uuid.uuid4()}", origin=f"http://localhost:{server.port}"):
        assert server.log() == before


def test_answers_carry_no_versions_and_no_diagnostics(server):
    for path in ("/resourcez?verbose", "/readyz", "/_solara/api/evict/k", "/static/../page.py", "/_solara/cdn/../x"):
        status, headers, _ = ask(server, path)
        assert status == 404, path
        assert not {"server", "x-powered-by"} & {name.lower() for name in headers}, path
        assert headers["x-frame-options"] == "DENY"
    _, headers, _ = ask(server)
    assert "HttpOnly" in headers["set-cookie"]
    assert "SameSite=" in headers["set-cookie"]
    assert "http:" not in headers["content-security-policy"]


def test_a_request_for_a_folder_deletes_no_assets(server):
    assert ask(server, "/_solara/cdn/@widgetti/solara-vuetify-app@10.1.1")[0] == 404
    assert ask(server, "/_solara/cdn/@widgetti/solara-vuetify-app@10.1.1/dist/main7.css")[0] == 200


def test_scripts_that_are_not_the_pages_do_not_run(classroom, server):
    classroom.expected = ["Content Security Policy"]
    page = classroom.open(server)
    page.evaluate("""() => { const p = document.createElement('div');
        p.innerHTML = "<img src='data:,' onerror='window.broken = 1'>"; document.body.append(p);
        const script = document.createElement('script'); script.textContent = 'window.broken = 2';
        document.body.append(script); }""")
    page.wait_for_timeout(300)
    assert page.evaluate("window.broken") is None
    assert page.evaluate("document.cookie") == ""


def test_a_hostile_first_request_changes_nothing_for_others(classroom, serve):
    server = serve()
    status, _, text = ask(server, **HOSTILE)
    assert status == 200
    assert "evil" not in text
    page = classroom.open(server)
    play_to(page, 2)
    assert server.log() == ""


class Proxy(Cable):
    """A reverse proxy that serves the page under a path and strips it."""

    def changed(self, data):
        for method in (b"GET", b"POST"):
            data = data.replace(method + b" /lecture/", method + b" /")
        return data


@pytest.mark.parametrize("proxy", [Cable, Proxy])
def test_the_page_works_behind_a_proxy_whatever_comes_first(classroom, serve, proxy):
    cable = proxy()
    server = serve("--root-path", "/lecture", "--behind-proxy", "--allow-origin", cable.url)
    cable.leads_to(server.port)
    assert ask(server, **{**HOSTILE, "X-Forwarded-Host": f"{LOCAL}:{server.port}"})[0] == 200
    assert ask(server, **HOSTILE)[0] == 403
    page = classroom.open(server, url=f"{cable.url}/lecture")
    play_to(page, 2)
    assert half_term(page) >= 2
    assert server.log() == ""
    cable.close()


def test_the_sixty_first_tab_waits_and_enters_when_one_leaves(classroom, serve):
    classroom.expected = ["503"]
    server = serve()
    with contextlib.ExitStack() as opened:
        sessions = [str(uuid.uuid4()) for _ in range(SESSIONS)]
        sockets = [opened.enter_context(channel(server, session)) for session in sessions]
        with pytest.raises(InvalidStatus):
            channel(server)
        page = classroom.context().new_page()
        page.on("websocket", lambda socket: None)
        page.goto(f"{server.url}/?mode=sandbox")
        expect(page.get_by_role("status")).to_contain_text(f"All {SESSIONS} places on this server are taken")
        print(f"\n  the server takes {server.megabytes():.0f} MB with {SESSIONS} sessions that have not drawn a page")
        sent = sockets[0].request.path.partition("session_id=")[2]
        status, _, _ = ask(server, f"/_solara/api/close/{sessions[0]}?session_id={sent}", "POST", Origin=server.url)
        assert status == 200
        page.get_by_role("button", name="Play").wait_for()
        press(page, "Step")
        wait_for_half_term(page, 1)
        assert "mode=sandbox" in page.url or "?" in page.url
    assert server.log() == ""


def test_a_browser_needs_the_token_once(classroom, serve):
    classroom.expected = ["403"]
    server = serve("--host", "0.0.0.0")
    url = f"http://{LOCAL}:{server.port}"
    assert len(server.token) > 20
    stranger = classroom.context().new_page()
    stranger.goto(url)
    expect(stranger.get_by_role("status")).to_contain_text("needs the full address")
    with pytest.raises(InvalidStatus):
        channel(server)
    context = classroom.context()
    page = classroom.open(server, f"?preset=coordinator&token={server.token}", context=context, url=url)
    assert server.token not in page.url
    assert "preset=coordinator" in page.url
    play_to(page, 2)
    again = classroom.open(server, context=context, url=url)  # the same browser, without the token
    cookies = {one["name"]: one for one in context.cookies()}
    own = cookies[f"alliance-sim-pass-{server.port}"]
    assert own["httpOnly"]
    assert own["sameSite"] == "Strict"
    assert server.token not in own["value"]
    assert all(one["httpOnly"] and one["sameSite"] in ("Strict", "Lax") for one in cookies.values())
    press(again, "Step")
    wait_for_half_term(again, 1)
    assert server.log() == ""


def test_a_message_above_the_limit_ends_its_connection_only(classroom, server):
    before = server.log()
    with channel(server) as socket_:
        # Only the head of the message is sent: a close frame is lost if the server closes while data still arrive.
        socket_.socket.sendall(b"\x81\xff" + (21_000_000).to_bytes(8, "big") + bytes(4))
        with pytest.raises(ConnectionClosed) as closed:
            socket_.recv(timeout=20)
        assert closed.value.rcvd.code == 1009
    play_to(classroom.open(server), 1)
    assert server.log() == before


@pytest.mark.slow
def test_a_tab_that_falls_silent_is_freed_within_a_minute(serve):
    server = serve("--sessions", "1")
    with socket.create_connection((LOCAL, server.port)) as raw:
        raw.sendall(
            f"GET /jupyter/api/kernels/{uuid.uuid4()}/channels?session_id=p HTTP/1.1\r\nHost: {LOCAL}:{server.port}\r\n"
            f"Origin: {server.url}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            "Sec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\r\n\r\n".encode()
        )
        assert b"101" in raw.recv(100)
        time.sleep(1.0)
        began = time.monotonic()
        assert ask(server)[0] == 503
        while ask(server)[0] == 503:
            assert time.monotonic() - began < 65
            time.sleep(1.0)
    print(f"\n  freed after {time.monotonic() - began:.0f} s")

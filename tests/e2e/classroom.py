"""Helpers for tests in a browser: a server, a connection that can be cut, and monitored pages."""

import contextlib
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from urllib.parse import urlsplit

import psutil
import pytest

LOCAL = "127.0.0.1"
READY_WITHIN = 180.0
"""Seconds: on a new machine the model's rules are compiled first."""
ALL_READY = re.compile(r"All presets are compiled")
USUAL_WIDTH, USUAL_HEIGHT = 1280, 800


def free_port():
    """Return a port that is not in use."""
    with socket.create_server(("127.0.0.1", 0)) as found:
        return found.getsockname()[1]


class Server:
    """A running ``alliance-sim serve``; ``url`` is the address of its page."""

    def __init__(self, folder, *arguments, command=None, port=None, steered=False):
        self._all_ready = False
        self._stdin = subprocess.PIPE if steered else None
        self._log = (folder / f"server-{time.monotonic_ns()}.log").open("w+")
        self._command = command or [
            sys.executable, "-W", "error::UserWarning:alliance_sim", "-m", "alliance_sim", "serve", "--no-browser",
            *([] if port is None else ["--port", str(port)]), *map(str, arguments),
        ]  # fmt: skip

    def __enter__(self):
        self._process = subprocess.Popen(
            self._command, stdin=self._stdin, stdout=subprocess.PIPE, stderr=self._log, text=True
        )
        self.process = psutil.Process(self._process.pid)
        until = time.monotonic() + READY_WITHIN
        for line in self._process.stdout:
            self._all_ready |= bool(ALL_READY.search(line))
            found = re.search(r"http://[\w.:\[\]]+", line)
            if found:
                self.url = found.group().replace("localhost", "127.0.0.1")
                self.port = urlsplit(self.url).port
                self.token = next(iter(re.findall(r"[?]token=([\w-]+)", line)), "")
                return self
            assert time.monotonic() < until, "the server did not say where it is"
        raise AssertionError(f"the server ended at once: {self._text()}")

    def __exit__(self, *_):
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGINT)
            try:
                self._process.wait(15)
            except subprocess.TimeoutExpired:
                self._process.kill()
        self._process.stdout.close()
        if self._process.stdin:
            self._process.stdin.close()
        self._log.close()

    def wait_until_all_is_ready(self):
        """Wait until the modules of all presets are compiled."""
        while not self._all_ready:
            line = self._process.stdout.readline()
            assert line, "the server ended before all was ready"
            self._all_ready = bool(ALL_READY.search(line))
        return self

    def wait_until_it_answers(self):
        """Wait until the port is open: ``solara run`` prints the address before it listens."""
        until = time.monotonic() + 60
        while time.monotonic() < until:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=1):
                return
            time.sleep(0.3)

    def end(self):
        """Interrupt the server, and return its exit code."""
        self._process.send_signal(signal.SIGINT)
        return self._process.wait(15)

    def _text(self):
        self._log.flush()
        self._log.seek(0)
        return self._log.read()

    def log(self):
        """Return what the server wrote to standard error, without progress of compilation."""
        lines = [one for one in self._text().splitlines() if "Compiling the model" not in one]
        return "\n".join(lines)

    def seconds(self):
        """Return the CPU time of the server in seconds."""
        used = self.process.cpu_times()
        return used.user + used.system

    def megabytes(self):
        """Return the private memory of the server in MB."""
        return self.process.memory_full_info().uss / 1e6

    def elsewhere(self):
        """Return the addresses outside this machine that the server is connected to."""
        far = (one.raddr.ip for one in self.process.net_connections("inet") if one.raddr)
        return [ip for ip in far if not ip.startswith("127.") and ip != "::1"]


class Cable:
    """Forwards data between a browser and a server until it is cut."""

    def __init__(self, port=0):
        self.leads_to(port)
        self._ends = []
        self._whole = True
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def leads_to(self, port):
        """Set the port of the server, which starts after this object."""
        self._to = port

    def _accept(self):
        while True:
            try:
                near, _ = self._listening.accept()
            except OSError:
                return
            if not self._whole:
                near.close()
                continue
            try:
                far = socket.create_connection(("127.0.0.1", self._to))
            except OSError:  # the server has ended
                near.close()
                continue
            self._ends += [near, far]
            for one, other in ((near, far), (far, near)):
                threading.Thread(target=self._carry, args=(one, other), daemon=True).start()

    def _carry(self, one, other):
        try:
            while data := one.recv(65536):
                other.sendall(self.changed(data))
        except OSError:
            pass
        finally:
            for end in (one, other):
                end.close()

    def changed(self, data):
        """Return the data to forward."""
        return data

    def cut(self):
        """Cut all connections, and accept no new ones."""
        self._whole = False
        for end in self._ends:
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue
        self._ends.clear()

    def join(self):
        """Accept connections again."""
        self._whole = True

    def close(self):
        """Cut all connections, and stop listening."""
        self.cut()
        self._listening.close()


class Classroom:
    """Opens pages, and records their requests and console messages."""

    def __init__(self, browser, opened, folder):
        self._browser, self._opened, self._folder = browser, opened, folder
        self._requests, self._messages, self._servers = [], [], []
        self._watching = False
        self.expected = []
        """Patterns of console messages that this test expects."""

    def context(self, width=USUAL_WIDTH, height=USUAL_HEIGHT, **more):
        """Start a browser session with its own cookies and storage."""
        context = self._browser.new_context(viewport={"width": width, "height": height}, **more)
        self._opened.callback(context.close)
        context.set_default_timeout(20_000)
        self._watching = True
        context.on("request", lambda request: self._requests.append(request.url))
        context.on("console", lambda message: self._messages.append(f"{message.type}: {message.text}"))
        context.on("weberror", lambda error: self._messages.append(f"error: {error.error}"))
        return context

    def open(self, server, search="?mode=sandbox", context=None, url=None, wait_for="Play", **more):
        """Open a page, the sandbox if no other is named, and wait until it is usable."""
        if server not in self._servers:
            self._servers.append(server)
        context = context or self.context(**more)
        page = context.new_page()
        page.on("websocket", lambda socket: self._requests.append(socket.url))
        page.goto((url or server.url) + "/" + search)
        page.get_by_role("button", name=wait_for).wait_for()
        return page

    def nothing_left_the_machine(self):
        """Check that pages and servers did not contact another machine."""
        assert bool(self._requests) == self._watching  # a skipped test opens no page
        for url in self._requests:
            parts = urlsplit(url)
            assert parts.scheme in ("data", "blob") or parts.hostname == "127.0.0.1", f"asked outside: {url[:200]}"
        for server in self._servers:
            if server.process.is_running():
                assert server.elsewhere() == []

    def consoles_are_empty(self):
        """Check that consoles are empty, except for expected messages."""
        unexpected = [one for one in self._messages if not any(re.search(known, one) for known in self.expected)]
        assert unexpected == []


class Others:
    """Measures how many cores other processes use, because a busy machine invalidates measured rates."""

    def __init__(self):
        self._began, self._all, self._ours = time.monotonic(), self._busy(), self._family()

    @staticmethod
    def _busy():
        times = psutil.cpu_times()
        return sum(times) - times.idle - times.iowait - times.guest - times.guest_nice

    @staticmethod
    def _family():
        family = [psutil.Process(), *psutil.Process().children(recursive=True)]
        spent = 0.0
        for one in family:
            with contextlib.suppress(psutil.NoSuchProcess):  # the process may end meanwhile
                spent += sum(one.cpu_times()[:2])
        return spent

    def cores(self):
        """Return the number of cores used by other processes."""
        return (self._busy() - self._all - self._family() + self._ours) / (time.monotonic() - self._began)

    def skip_if_busy(self, least):
        """Skip the test if fewer than ``least`` cores were left for browser and server."""
        left = psutil.cpu_count() - self.cores()
        if left < least:
            pytest.skip(f"the machine's other work left {left:.1f} cores, too few to measure how fast pages are")


def half_term(page, what="world-a"):
    """Return the half-term shown."""
    return int(page.get_by_test_id(what).get_attribute("data-half-term"))


def wait_for_half_term(page, least, timeout=60_000):
    """Wait until both systems and the story show this half-term or a later one."""
    page.wait_for_function(
        """least => ["world-a", "world-b", "story"].every(
            name => Number(document.querySelector(`[data-testid=${name}]`)?.dataset.halfTerm) >= least)""",
        arg=least,
        timeout=timeout,
        polling=50,
    )


def press(page, name):
    """Press the button with this name."""
    page.get_by_role("button", name=name, exact=True).click()


def pause(page):
    """Press Pause, and wait until no further half-term arrives."""
    press(page, "Pause")
    page.wait_for_function("!document.querySelector('.act.main').classList.contains('on')")
    before = -1
    while before != half_term(page):
        before = half_term(page)
        page.wait_for_timeout(400)


def play_to(page, least, speed=None):
    """Play until this half-term, then stop."""
    if speed:
        page.get_by_role("combobox", name="Speed").select_option(str(speed))
    press(page, "Play")
    wait_for_half_term(page, least)
    if least < 60:
        pause(page)


def notice(page):
    """Return the message on the page."""
    return page.get_by_test_id("notice").inner_text()


def vue(page, of, call):
    """Call a method of a Vue component, to send messages that no button sends."""
    page.evaluate(f"document.querySelector({of!r}).__vue__.{call}")

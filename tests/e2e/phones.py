"""A served class that a test steers, and phones without a browser."""

import http.client
import json
import re
import sys
import time

from tests.e2e.classroom import Server

STEERED = """
import sys, threading, time
from alliance_sim.app import startup
from alliance_sim.cli import main

def steer():
    while startup.SERVED.classroom is None:
        time.sleep(0.05)
    from alliance_sim.app.classroom.own_systems import OwnSystems
    from alliance_sim.app.lesson.class_questions import pair_of_lesson, question_about, reveal_of
    from alliance_sim.app.lesson.lesson import LessonSystem
    from alliance_sim.app.lesson.recording import record
    from alliance_sim.config import load_configuration
    small = {"population.schools": 12}
    names = "Open schools", "Closed schools"
    systems = [LessonSystem(name, load_configuration(config, small))
               for name, config in zip(names, ("silicon_valley", "route128"))]
    pair = pair_of_lesson(systems, "sharing", 1, 60)
    raw = []
    for line in sys.stdin:
        classroom, act = startup.SERVED.classroom, line.strip()
        raw = raw or [record(one.configuration, 1, 60).curve("sharing") for one in systems]
        if act == "ask":
            classroom.ask(question_about("sharing", "How much will each system share at the end?", names, raw, 12))
        elif act == "reveal":
            classroom.reveal(reveal_of("sharing", names, raw), OwnSystems(pair))
        else:
            getattr(classroom, act)()
        bets = classroom.bets()
        print("steered", act, classroom.code, bets.phase, bets.many, bets.phones, flush=True)

threading.Thread(target=steer, daemon=True).start()
sys.exit(main(sys.argv[1:]))
"""
"""The real command, with a thread that does what a lecturer presses."""


OPEN: list[http.client.HTTPConnection] = []
"""Connections of the present test, which closes them."""


def connect(server):
    """Return a connection that the test closes."""
    OPEN.append(http.client.HTTPConnection("127.0.0.1", server.port, timeout=20))
    return OPEN[-1]


class ClassServer(Server):
    """``alliance-sim serve --class``, steered by the test; ``code`` is the code of the class."""

    def __init__(self, folder, *arguments):
        super().__init__(folder, command=[
            sys.executable, "-c", STEERED, "serve", "--class", "--host", "127.0.0.1", "--port", "0", "--no-browser",
            *arguments,
        ], steered=True)  # fmt: skip

    def __enter__(self):
        super().__enter__()
        line = self._process.stdout.readline()
        self.code = re.search(r"join at http://127\.0\.0\.1:\d+/(\w{4})$", line.strip())[1]
        return self

    def steer(self, act):
        """Do what a lecturer's press does; return phase, bets and phones after it."""
        self._process.stdin.write(act + "\n")
        self._process.stdin.flush()
        while not (line := self._process.stdout.readline()).startswith("steered"):
            assert line, "the server ended"
        _, _, self.code, phase, bets, phones = line.split()
        return phase, int(bets), int(phones)


class Phone:
    """A phone as the server sees it: one connection and one cookie."""

    def __init__(self, server, join=True):
        self._server = server
        self._connection = connect(server)
        self.cookie = ""
        self.material = 0
        self.seen = {}
        self.times, self.bet_times = [], []
        self._used = 0.0
        if join:
            status, headers, _ = self.ask("GET", "")
            assert status == 200
            self.cookie = headers["set-cookie"].split(";")[0]

    def ask(self, method, what, body=None, headers=None):
        """Return status, headers and text of an answer, and note how long it took."""
        sent = {"Cookie": self.cookie} if self.cookie else {}
        if body is not None:
            sent["Content-Type"] = "application/json"
        began = time.monotonic()
        if began - self._used > 3.0:
            self._connection.close()  # the server closes connections that are idle for five seconds
        self._used = began
        try:
            self._connection.request(method, f"/{self._server.code}{what}", body, {**sent, **(headers or {})})
            answer = self._connection.getresponse()
            text = answer.read().decode()
        except (http.client.HTTPException, OSError):
            self._connection.close()
            raise
        self.times.append(time.monotonic() - began)
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, text

    def poll(self, wait=0):
        """Ask for the state; the page of phones waits for news."""
        status, _, text = self.ask("GET", f"/state?material={self.material}&wait={wait}")
        if status == 200:
            found = json.loads(text)
            self.material = found["material"]
            self.seen.update(found)
        return status

    def bet(self, first, second):
        """Place a bet."""
        status = self.ask("POST", "/bet", json.dumps([first, second]))[0]
        self.bet_times.append(self.times[-1])
        return status

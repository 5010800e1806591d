"""What phones can ask, and what they cannot: pages of the lecturer, large or frequent requests, other codes."""

import json
import re
import threading
import time

import numpy as np
import pytest

from alliance_sim.app.classroom import routes
from alliance_sim.app.classroom.addresses import qr_path
from alliance_sim.app.classroom.classroom import Classroom
from alliance_sim.app.classroom.phone_page import phone_page
from alliance_sim.app.classroom.routes import BETS, BetsForLecturer, PhoneRoutes
from alliance_sim.app.lesson.class_questions import question_about, reveal_of
from alliance_sim.app.server.access import Policy, served_origins
from alliance_sim.app.server.server import FurtherRoutes, Options, access_policy, join_address, protected
from alliance_sim.app.server.session_limit import Places
from tests.app.asgi import HERE, PORT, Inner, connects, request

CURVES = (np.linspace(0.5, 0.7, 61), np.linspace(0.2, 0.1, 61))
NAMES = ("Open", "Closed")


class Class:
    """A class behind the middleware of the server, with one phone that has joined."""

    def __init__(self, **policy):
        self.classroom = Classroom()
        self.inner = Inner()
        self.policy = Policy(served_origins("127.0.0.1", PORT), token="secret", **policy)
        wrapped = FurtherRoutes(
            lambda page: BetsForLecturer(page, self.classroom),
            (BETS,),
            PhoneRoutes(self.classroom, PORT, self.policy.root_path),
        )
        self.app = protected(self.inner, self.policy, Places(list), wrapped)
        self.cookie = self.join()

    def join(self, client="127.0.0.1"):
        answer = request(self.app, f"/{self.classroom.code}", client=client)
        assert answer.status == 200, answer.text
        return answer.header("set-cookie").split(";")[0]

    def ask(self):
        self.classroom.ask(question_about("sharing", "How much?", NAMES, CURVES, 12))

    def get(self, what, cookie=None, **more):
        return request(self.app, f"/{self.classroom.code}{what}", {"cookie": cookie or self.cookie}, **more)

    def bet(self, body, **headers):
        sent = {"cookie": self.cookie, "content-type": "application/json", "origin": HERE, **headers}
        body = body if isinstance(body, bytes) else json.dumps(body).encode()
        return request(self.app, f"/{self.classroom.code}/bet", sent, "POST", [body])


@pytest.fixture
def school_class(monkeypatch):
    monkeypatch.setattr(routes, "PENALTY", 0.0)
    return Class()


def test_a_phone_joins_without_a_token_bets_and_sees_the_outcome(school_class):
    assert json.loads(school_class.get("/state").text)["phase"] == "wait"
    school_class.ask()
    state = json.loads(school_class.get("/state").text)
    assert state["question"]["text"] == "How much?"
    assert school_class.bet([40, 20]).status == 200
    school_class.classroom.reveal(reveal_of("sharing", NAMES, CURVES))
    known = json.loads(school_class.get(f"/state?material={state['material']}").text)
    assert known["mine"] == [40, 20]
    assert len(known["reveal"]["curves"][0]) == 61
    again = json.loads(school_class.get(f"/state?material={known['material']}").text)
    assert "question" not in again, "what the phone has is not sent again"
    assert school_class.inner.asked == [], "Solara sees no request of a phone"


def test_a_phone_that_waits_gets_news_at_once_and_an_answer_without_news_later(school_class, monkeypatch):
    monkeypatch.setattr(routes, "HOLD", 0.6)
    monkeypatch.setattr(routes, "LOOK", 0.05)
    material = json.loads(school_class.get("/state").text)["material"]
    began = time.monotonic()
    assert json.loads(school_class.get(f"/state?material={material}&wait=1").text)["phase"] == "wait"
    assert time.monotonic() - began >= 0.5
    monkeypatch.setattr(routes, "HOLD", 60.0)
    for act, status in ((school_class.ask, 200), (school_class.classroom.renew_code, 404)):
        timer = threading.Timer(0.2, act)
        timer.start()
        waited = school_class.get(f"/state?material={material}&wait=1")
        timer.join()
        assert waited.status == status
        if status == 200:
            material = json.loads(waited.text)["material"]
            assert json.loads(waited.text)["phase"] == "bet"


def test_no_phone_is_kept_waiting_when_the_server_ends(school_class, monkeypatch):
    monkeypatch.setattr(routes, "HOLD", 60.0)
    school_class.classroom.is_ending = True
    material = school_class.classroom.material
    assert school_class.get(f"/state?material={material}&wait=1").status == 200


def test_the_page_of_phones_runs_its_own_script_alone_and_cannot_be_framed(school_class):
    answer = request(school_class.app, f"/{school_class.classroom.code.lower()}")
    policy = answer.header("content-security-policy")
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert answer.header("x-frame-options") == "DENY"
    assert answer.header("cache-control") == "no-store"
    cookie = answer.header("set-cookie")
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    page, _ = phone_page()
    assert not re.search(r"\b(?:src|href)\s*=\s*[\"'](?!data:)|url\(|@import", page.replace("url(#", "")), (
        "it loads nothing"
    )
    assert "innerHTML" not in page


def test_the_code_and_the_phones_cookie_open_nothing_of_the_lecturers(school_class):
    code = school_class.classroom.code
    for path in ("/", f"/?token={code}", BETS, f"{BETS}?token={code}", "/static/main.js", f"/{code}/../"):
        answer = request(school_class.app, path, {"cookie": school_class.cookie})
        assert answer.status in (403, 404), path
    passed = f"{school_class.policy.cookie}={school_class.cookie.partition('=')[2]}"
    assert request(school_class.app, "/", {"cookie": passed}).status == 403
    assert not connects(school_class.app, headers={"cookie": school_class.cookie})
    assert not connects(school_class.app, f"/{code}", headers={"cookie": school_class.cookie})
    assert school_class.inner.asked == []


def test_the_lecturer_reads_bets_with_the_pass(school_class):
    school_class.ask()
    school_class.bet([41, 22])
    lecturer = {"cookie": f"{school_class.policy.cookie}={school_class.policy.pass_value}"}
    bets = json.loads(request(school_class.app, BETS, lecturer).text)
    assert bets["values"] == [[41], [22]]
    known = f"{BETS}?version={bets['version']}&phones={bets['phones']}"
    assert request(school_class.app, known, lecturer).status == 204
    assert request(school_class.app, BETS, lecturer, method="POST").status == 404
    assert request(school_class.app, "/", lecturer).status == 200, "the page itself is served as before"


@pytest.mark.parametrize("what", ["", "/state", "/bet", "/own"])
def test_a_wrong_code_leads_nowhere_and_cannot_be_guessed_quickly(school_class, what):
    right = school_class.classroom.code
    wrong = "2222" if right != "2222" else "3333"
    method = "POST" if what == "/bet" else "GET"
    statuses = [
        request(school_class.app, f"/{wrong}{what}", {"cookie": school_class.cookie}, method).status for _ in range(15)
    ]
    assert statuses == [404] * 10 + [429] * 5
    assert school_class.get("/state").status == 200, "the right code works at the same address"
    assert request(school_class.app, f"/{wrong}", client="192.0.2.9").status == 404


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ([-1, 5], 400), ([1e308, 5], 400), (b"[1e999, 1]", 400), (b"[NaN, 1]", 400), (b"[Infinity, 1]", 400),
        ([True, 1], 400), (["<b>", "x"], 400), ({"bet": [1, 2]}, 400), ([1], 400), (b"", 400), (b"not json", 400),
        (b"[" * 250, 400), (b"1" * 250, 400), (b"\xff\xfe", 400), (b"[1, 2" + b" " * 300 + b"]", 413),
        (b"x" * 10**6, 413),
    ],
)  # fmt: skip
def test_what_is_not_a_bet_is_refused_and_nothing_of_it_comes_back(school_class, body, status):
    school_class.ask()
    answer = school_class.bet(body)
    assert answer.status == status
    assert "<b>" not in answer.text
    assert school_class.classroom.bets().many == 0


def test_a_bet_has_to_come_from_the_page_itself(school_class):
    school_class.ask()
    assert school_class.bet([1, 1], origin="http://evil.example").status == 403
    assert school_class.bet([1, 1], host="evil.example").status == 403
    assert school_class.bet([1, 1], **{"content-type": "text/plain"}).status == 415
    assert school_class.bet([1, 1], **{"sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors"}).status == 403
    assert school_class.bet([1, 1], cookie="alliance-sim-phone-8765=made-up").status == 403
    assert school_class.bet([1, 1], cookie=None).status == 403
    assert school_class.classroom.bets().many == 0


def test_bets_before_and_after_betting_are_refused(school_class):
    assert school_class.bet([1, 1]).status == 409
    school_class.ask()
    school_class.classroom.lock()
    assert school_class.bet([1, 1]).status == 409
    school_class.classroom.reveal(reveal_of("sharing", NAMES, CURVES))
    assert school_class.bet([1, 1]).status == 409
    assert school_class.classroom.bets().many == 0


def test_a_flood_from_one_phone_is_slowed_and_others_are_not(school_class):
    other = school_class.join(client="192.0.2.5")
    statuses = [school_class.get("/state").status for _ in range(60)]
    assert statuses[:20] == [200] * 20
    assert 429 in statuses
    assert school_class.get("/state", cookie=other, client="192.0.2.5").status == 200


def test_a_flood_of_joins_from_one_address_ends(school_class):
    statuses = [request(school_class.app, f"/{school_class.classroom.code}").status for _ in range(200)]
    assert set(statuses) <= {200, 429, 503}
    assert statuses.count(200) < 81
    assert school_class.join(client="192.0.2.5")


def test_a_body_that_arrives_too_slowly_is_refused(school_class, monkeypatch):
    monkeypatch.setattr(routes, "BODY_TIMEOUT", 0.05)
    school_class.ask()
    sent = {"cookie": school_class.cookie, "content-type": "application/json", "origin": HERE}
    path = f"/{school_class.classroom.code}/bet"
    assert request(school_class.app, path, sent, "POST", [b"[1,", b"2]"], pause=0.2).status == 408


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "POST"])
def test_other_methods_and_words_are_not_served(school_class, method):
    for what in ("", "/state", "/own", "/admin", "/reveal"):
        assert school_class.get(what, method=method).status == 404
    assert school_class.get("/reveal").status == 404
    assert school_class.get("/own").status == 409, "levers open with the reveal"


def test_under_a_root_path_phones_find_their_page_and_their_cookie():
    under = Class(root_path="/schools")
    answer = request(under.app, f"/schools/{under.classroom.code}")
    assert answer.status == 200
    assert "Path=/schools;" in answer.header("set-cookie")
    assert request(under.app, f"/schools/{under.classroom.code}/state", {"cookie": under.cookie}).status == 200


def test_with_a_class_the_page_needs_its_token_even_on_loopback():
    assert access_policy(Options("127.0.0.1", PORT, has_class=True)).token
    assert not access_policy(Options("127.0.0.1", PORT)).token


def test_the_address_of_a_class_is_short_and_its_qr_code_can_be_drawn():
    options = Options("192.0.2.4", PORT, has_class=True)
    address = join_address(options, access_policy(options), "7K4Q")
    assert address == f"http://192.0.2.4:{PORT}/7K4Q"
    proxied = Options("127.0.0.1", PORT, ("https://lecture.example",), "/schools", True, has_class=True)
    assert join_address(proxied, access_policy(proxied), "7K4Q") == "https://lecture.example/schools/7K4Q"
    path, size = qr_path(address)
    assert 21 <= size <= 33
    assert re.fullmatch(r"(?:M\d+ \d+h\d+v1h-\d+z)+", path)


def test_the_qr_code_has_the_finder_patterns_of_its_standard():
    path, size = qr_path("http://192.0.2.4:8765/7K4Q")
    dark = {(int(x) + i, int(y)) for x, y, n in re.findall(r"M(\d+) (\d+)h(\d+)v", path) for i in range(int(n))}
    for left, top in ((0, 0), (size - 7, 0), (0, size - 7)):
        square = [[(left + x, top + y) in dark for x in range(7)] for y in range(7)]
        assert square[0] == square[6] == [True] * 7
        assert square[1] == [True, *[False] * 5, True]
        assert square[3] == [True, False, True, True, True, False, True]

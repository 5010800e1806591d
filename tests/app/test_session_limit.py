"""Limits of sessions, memory and requests."""

import json

import pytest

from alliance_sim.app.server.session_limit import CONNECTIONS, RESERVATION, Places, SessionLimit
from alliance_sim.limits import LARGEST_LIST_IN_PAGE
from tests.app.asgi import Inner, connects, request


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def limited():
    active, clock = set(), Clock()
    places = Places(lambda: active, 2, used=lambda: 100.0, clock=clock)
    return SessionLimit(Inner(), places), active, clock, places


def channel(session):
    return f"/jupyter/api/kernels/{session}/channels?session_id=p"


def test_one_session_too_many_waits_and_is_admitted_when_one_leaves(limited):
    app, active, _, _ = limited
    for session in "ab":
        assert request(app).status == 200
        assert connects(app, channel(session))
        active.add(session)
    waiting = request(app)
    assert waiting.status == 503
    assert "All 2 places on this server are taken" in waiting.text
    assert 'http-equiv="refresh"' in waiting.text
    assert waiting.header("retry-after") == "3"
    assert not connects(app, channel("c"))
    assert connects(app, channel("a"))  # a tab of an existing session reconnects
    active.remove("b")
    assert request(app).status == 200
    assert connects(app, channel("c"))


def test_pages_that_are_on_their_way_keep_their_place_for_a_moment_only(limited):
    app, _, clock, _ = limited
    assert [request(app).status for _ in range(3)] == [200, 200, 503]
    assert request(app, "/static/x.js").status == 200
    assert connects(app, channel("a"))  # the place of the first page
    clock.now += RESERVATION + 1
    assert request(app).status == 200


def test_no_session_begins_while_memory_is_short(limited):
    app, active, _, places = limited
    active.add("a")
    places.memory_mb = 99.0
    assert "no memory left" in request(app).text
    assert not connects(app, channel("b"))
    assert connects(app, channel("a"))


def test_a_session_holds_few_connections_at_once(limited):
    _, active, _, places = limited
    active.add("a")
    assert [places.connect("a") for _ in range(CONNECTIONS + 1)] == [True] * CONNECTIONS + [False]
    places.disconnect("a")
    assert places.connect("a")


def test_a_large_or_slow_body_is_refused():
    app = SessionLimit(Inner(), Places(set), largest_body=1_000, body_timeout=0.2)
    close = "/_solara/api/close/k?session_id=p"
    assert request(app, close, method="POST", body=[b"x" * 1_000]).status == 200
    assert request(app, close, method="POST", body=[b"x" * 600, b"x" * 600]).status == 413
    assert request(app, close, {"content-length": "1001"}, "POST").status == 413
    assert request(app, close, {"content-length": "-1"}, "POST").status == 413
    assert request(app, close, method="POST", body=[b"x"] * 50, pause=0.05).status == 408


def test_the_largest_file_fits_into_a_message():
    from alliance_sim.app.server.server import LARGEST_MESSAGE

    sent = json.dumps({"content": "A" * (LARGEST_LIST_IN_PAGE * 4 // 3 + 8)})
    assert len(sent) + 1_000_000 < LARGEST_MESSAGE


def test_a_lost_tab_is_freed_within_a_minute():
    import solara.server.settings
    import solara.util

    from alliance_sim.app.server.server import PING_INTERVAL, PING_TIMEOUT

    cull = solara.util.parse_timedelta(solara.server.settings.kernel.cull_timeout)
    assert PING_INTERVAL + PING_TIMEOUT + cull <= 60

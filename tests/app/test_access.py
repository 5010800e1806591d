"""Only the page's own address is answered, and if a token is needed, only with the token."""

import pytest

from alliance_sim.app.server.access import Access, Policy, is_loopback, normal_origin, served_origins
from tests.app.asgi import HERE, PORT, Inner, connects, request

EVIL = "http://evil.example"


def guarded(**more):
    inner = Inner()
    allowed = more.pop("allowed", ())
    host = more.pop("host", "127.0.0.1")
    return Access(inner, Policy(served_origins(host, PORT, allowed), **more)), inner


@pytest.mark.parametrize("host", [f"127.0.0.1:{PORT}", f"localhost:{PORT}", f"[::1]:{PORT}", f"LOCALHOST:{PORT}"])
def test_the_names_of_a_loopback_server_are_one_address(host):
    app, _ = guarded()
    assert request(app, headers={"host": host}).status == 200
    assert connects(app, headers={"host": host, "origin": f"http://{host}"})


@pytest.mark.parametrize(
    "host",
    [
        "evil.example", f"evil.example:{PORT}", "127.0.0.1", "127.0.0.1:1", f"127.0.0.1.evil.example:{PORT}", "", None,
        f"127.0.0.1:{PORT}@evil.example", f"evil.example#127.0.0.1:{PORT}", f"127.0.0.1:{PORT}/x", "[", "a:b:c", "*",
    ],
)  # fmt: skip
def test_another_host_is_refused(host):
    app, inner = guarded()
    answer = request(app, headers={"host": host})
    assert answer.status == 403
    assert "--allow-origin" in answer.text
    assert not connects(app, headers={"host": host})
    assert inner.asked == []


@pytest.mark.parametrize(
    "origin",
    [EVIL, "null", "", None, "http://127.0.0.1", f"https://127.0.0.1:{PORT}", f"{HERE}.evil.example", f"{HERE}/", "x"],
)
def test_a_websocket_from_another_origin_or_from_none_is_refused(origin):
    app, inner = guarded()
    assert not connects(app, headers={"origin": origin})
    assert inner.asked == []


def test_a_request_that_another_site_makes_is_refused_but_its_links_can_be_followed():
    app, _ = guarded()
    path = "/_solara/api/close/k1?session_id=p"
    assert request(app, path, {"origin": EVIL}, "POST").status == 403
    assert request(app, path, {"origin": HERE}, "POST").status == 200
    picture = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors", "sec-fetch-dest": "image"}
    assert request(app, headers=picture).status == 403
    frame = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "iframe"}
    assert request(app, headers=frame).status == 403
    link = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document"}
    assert request(app, headers=link).status == 200


def test_a_further_address_is_answered_once_it_is_named():
    app, _ = guarded(allowed=["https://lecture.example"])
    assert request(app, headers={"host": "lecture.example"}).status == 200
    assert request(app, headers={"host": "lecture.example:443"}).status == 200
    assert request(app, headers={"host": "lecture.example:80"}).status == 403
    assert connects(app, headers={"host": "lecture.example", "origin": "https://lecture.example"})
    assert not connects(app, headers={"host": "lecture.example", "origin": "http://lecture.example"})


def test_a_server_at_all_addresses_answers_at_the_one_a_connection_came_in_at():
    app, _ = guarded(host="0.0.0.0", wildcard=True)
    at = ("192.0.2.4", PORT)
    assert request(app, headers={"host": f"192.0.2.4:{PORT}"}, server=at).status == 200
    assert request(app, headers={"host": f"192.0.2.5:{PORT}"}, server=at).status == 403
    assert request(app, headers={"host": f"evil.example:{PORT}"}, server=at).status == 403
    assert request(app, headers={"host": f"192.0.2.4:{PORT}"}, server=("::ffff:192.0.2.4", PORT)).status == 200
    loopback_only, _ = guarded()
    assert request(loopback_only, headers={"host": f"192.0.2.4:{PORT}"}, server=at).status == 403


@pytest.mark.parametrize(
    "text", ["lecture.example", "*", "http://*", "ftp://a", "http://a/path", "http://a:x", "http://"]
)
def test_an_invalid_origin_is_refused_in_a_sentence(text):
    with pytest.raises(ValueError, match="is not the address of a server"):
        normal_origin(text)


FORWARDED = {
    "x-script-name": "/evil", "script-name": "/evil", "x-forwarded-host": "evil.example",
    "x-forwarded-proto": "https", "x-forwarded-prefix": "/evil", "forwarded": "host=evil.example",
    "x_forwarded_host": "evil.example", "x-original-url": "/resourcez",
}  # fmt: skip


def test_forwarded_headers_do_not_reach_the_application():
    for more in ({}, {"root_path": "/lecture"}):
        app, inner = guarded(**more)
        assert request(app, headers=FORWARDED).status == 200
        assert not any(inner.header(name) for name in FORWARDED)
        assert inner.asked[0]["scheme"] == "http"


def test_behind_a_proxy_its_host_and_scheme_are_believed_and_checked():
    app, inner = guarded(allowed=["https://lecture.example"], behind_proxy=True)
    proxied = {"x-forwarded-host": "lecture.example", "x-forwarded-proto": "https"}
    assert request(app, headers=proxied).status == 200
    assert inner.asked[0]["scheme"] == "https"
    assert inner.header("x-forwarded-host") is None
    assert request(app, headers={"x-forwarded-host": "evil.example"}).status == 403
    assert request(app, headers={**proxied, "x-script-name": "/evil"}).status == 200
    assert inner.header("x-script-name") is None


@pytest.mark.parametrize("path", ["/", "/lecture", "/lecture/"])
def test_a_root_path_may_be_stripped_by_the_proxy_or_not(path):
    app, inner = guarded(root_path="/lecture")
    assert request(app, path).status == 200
    assert inner.asked[0]["path"] == "/"
    assert request(app, "/lecturex").status == 404


@pytest.mark.parametrize(
    "path",
    [
        "/resourcez", "/resourcez?verbose", "/readyz", "/_solara/api/evict/k1", "/jupyter/api/kernels/k1", "/page",
        "/_solara/auth/login", "/static/../page.py", "/_solara/cdn/../../x", "/static/..\\x", "/docs", "//",
    ],
)  # fmt: skip
def test_diagnostics_and_paths_that_the_page_does_not_need_are_off(path):
    app, inner = guarded()
    for method in ("GET", "POST", "PUT", "DELETE", "TRACE"):
        assert request(app, path, method=method).status == 404
    assert not connects(app, path)
    assert inner.asked == []


def test_a_token_is_exchanged_for_a_cookie_and_leaves_the_address():
    app, inner = guarded(token="secret", cookie="pass")
    refused = request(app)
    assert refused.status == 403
    assert "token" in refused.text
    for wrong in ("/?token=", "/?token=Secret", "/?token=secre", "/?token=%C3%A9", "/static/x.js?token=secret"):
        assert request(app, wrong).status == 403, wrong
    assert not connects(app)
    assert inner.asked == []
    entered = request(app, "/?preset=coordinator&token=secret&seed=5")
    assert entered.status == 200
    assert "0; url=/?preset=coordinator&amp;seed=5" in entered.text
    assert "secret" not in entered.text
    cookie = entered.header("set-cookie")
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    assert "secret" not in cookie
    shown = {"cookie": cookie.split(";")[0]}
    assert request(app, headers=shown).status == 200
    assert connects(app, headers=shown)
    assert request(app, headers={"cookie": "pass=secret"}).status == 403
    assert not connects(app, headers={**shown, "origin": EVIL})


def test_every_browser_of_a_class_can_use_the_same_token():
    app, _ = guarded(token="secret")
    assert [request(app, "/?token=secret").status for _ in range(30)] == [200] * 30


def test_a_query_cannot_break_out_of_the_page_that_follows_the_token():
    app, _ = guarded(token="secret")
    text = request(app, '/?token=secret&a="><script>alert(1)</script>').text
    assert "<script" not in text


@pytest.mark.parametrize(
    ("host", "loopback"),
    [("127.0.0.1", True), ("127.9.9.9", True), ("::1", True), ("localhost", True), ("0.0.0.0", False), ("::", False),
     ("192.0.2.4", False), ("localhost.evil.example", False)],
)  # fmt: skip
def test_only_loopback_addresses_need_no_token(host, loopback):
    from alliance_sim.app.server.server import Options, access_policy

    assert is_loopback(host) == loopback
    policy = access_policy(Options(host, PORT))
    assert (policy.token == "") == loopback
    assert policy.token != access_policy(Options(host, PORT)).token or loopback

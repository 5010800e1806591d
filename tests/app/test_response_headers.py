"""Headers of responses."""

import base64
import hashlib

import pytest

from alliance_sim.app.server.response_headers import ResponseHeaders, content_security_policy, strict_cookie
from tests.app.asgi import PORT, Inner, request


def test_every_answer_is_hardened():
    text = [
        (b"server", b"uvicorn"),
        (b"x-powered-by", b"Solara"),
        (b"set-cookie", b"a=1; Path=/; SameSite=none; Secure"),
    ]
    answer = request(ResponseHeaders(Inner(text)))
    assert answer.header("x-frame-options") == "DENY"
    assert answer.header("x-content-type-options") == "nosniff"
    assert answer.header("referrer-policy") == "no-referrer"
    assert answer.header("server") is None
    assert answer.header("x-powered-by") is None
    assert answer.header("set-cookie") == "a=1; Path=/; HttpOnly; SameSite=Lax"
    assert answer.text == "the page"


def test_only_scripts_of_the_page_itself_run():
    page = "<script>one()</script><script src='/x.js'></script><p onclick='no()'>"
    policy = request(ResponseHeaders(Inner(text=page))).header("content-security-policy")
    digest = base64.b64encode(hashlib.sha256(b"one()").digest()).decode()
    scripts = next(part for part in policy.split("; ") if part.startswith("script-src"))
    assert scripts == f"script-src 'self' 'unsafe-eval' 'sha256-{digest}'"
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert f"connect-src 'self' ws://127.0.0.1:{PORT} wss://127.0.0.1:{PORT}" in policy
    assert "http" not in policy


def test_a_host_cannot_write_into_the_policy():
    assert "evil" not in content_security_policy(b"", "a; script-src evil.example")


def test_pages_are_not_compressed_but_files_are():
    inner = Inner()
    request(ResponseHeaders(inner), headers={"accept-encoding": "gzip"})
    assert inner.header("accept-encoding") is None
    request(ResponseHeaders(inner), "/static/x.js", headers={"accept-encoding": "gzip"})
    assert inner.header("accept-encoding") == b"gzip"


@pytest.mark.parametrize(
    ("cookie", "secure", "strict"),
    [
        ("a=1", False, "a=1; HttpOnly; SameSite=Lax"),
        ("a=1; httponly; samesite=lax", False, "a=1; HttpOnly; SameSite=Lax"),
        ("a=1; SameSite=Strict; Path=/x", True, "a=1; Path=/x; HttpOnly; SameSite=Strict; Secure"),
    ],
)
def test_no_cookie_can_be_read_by_scripts_or_sent_from_other_sites(cookie, secure, strict):
    assert strict_cookie(cookie, secure) == strict

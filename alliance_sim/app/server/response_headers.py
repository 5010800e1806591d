"""Headers of every response: a content security policy, no framing, no versions, cookies that scripts cannot read."""

from __future__ import annotations

import base64
import hashlib
import re

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

FIXED = {
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
DROPPED = ("server", "x-powered-by", "via", "access-control-allow-origin")
INLINE_SCRIPT = re.compile(rb"<script(?![^>]*\ssrc\s*=)[^>]*>(.*?)</script>", re.DOTALL | re.IGNORECASE)


def script_hashes(page: bytes) -> list[str]:
    """Return the sources by which a content security policy admits the inline scripts of a page."""
    found = (match.group(1).replace(b"\r\n", b"\n") for match in INLINE_SCRIPT.finditer(page))
    return [f"'sha256-{base64.b64encode(hashlib.sha256(script).digest()).decode()}'" for script in found]


def content_security_policy(page: bytes, host: str) -> str:
    """Return the policy of a page: nothing from other hosts, no inline script but those it was served with.

    Args:
        page: the page's text.
        host: the page's host, because older browsers do not count WebSockets as ``'self'``.
    """
    sockets = f" ws://{host} wss://{host}" if re.fullmatch(r"[\w.:\[\]-]+", host) else ""
    # Vue compiles its templates in the browser, which needs 'unsafe-eval'; Vuetify adds style elements.
    scripts = " ".join(["'self'", "'unsafe-eval'", *script_hashes(page)])
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src {scripts}",
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            f"connect-src 'self'{sockets}",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
        )
    )


def strict_cookie(cookie: str, secure: bool) -> str:
    """Return a ``Set-Cookie`` with ``HttpOnly`` and a ``SameSite`` that keeps it off other sites' requests."""
    value, *attributes = (part.strip() for part in cookie.split(";"))
    names = [one.lower().replace(" ", "") for one in attributes]
    same_site = "Strict" if "samesite=strict" in names else "Lax"
    others = [
        one
        for one, name in zip(attributes, names, strict=True)
        if name not in ("httponly", "secure") and not name.startswith("samesite=")
    ]
    return "; ".join([value, *others, "HttpOnly", f"SameSite={same_site}", *(["Secure"] if secure else [])])


class ResponseHeaders:
    """Middleware that adds the headers to every response."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one connection."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        requested = MutableHeaders(raw=list(scope["headers"]))
        if "." not in scope["path"].rpartition("/")[2]:
            del requested["accept-encoding"]  # a page must arrive uncompressed, because its scripts are hashed here
        host = requested.get("host", "")
        start: Message = {}
        page = bytearray()

        async def add_headers(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start":
                headers = MutableHeaders(raw=list(message["headers"]))
                _harden(headers, scope)
                start = {**message, "headers": headers.raw}
                if not headers.get("content-type", "").startswith("text/html"):
                    headers["Content-Security-Policy"] = content_security_policy(b"", host)
                    await send({**message, "headers": headers.raw})
                    start = {}
            elif start and message["type"] == "http.response.body":
                page.extend(message.get("body", b""))
                if not message.get("more_body", False):
                    headers = MutableHeaders(raw=start["headers"])
                    if "content-security-policy" not in headers:  # the page of phones has a stricter one
                        headers["Content-Security-Policy"] = content_security_policy(bytes(page), host)
                    await send({**start, "headers": headers.raw})
                    await send({"type": "http.response.body", "body": bytes(page)})
            else:
                await send(message)

        await self._app({**scope, "headers": requested.raw}, receive, add_headers)


def _harden(headers: MutableHeaders, scope: Scope) -> None:
    for name in DROPPED:
        del headers[name]
    cookies = headers.getlist("set-cookie")
    del headers["set-cookie"]
    for cookie in cookies:
        headers.append("Set-Cookie", strict_cookie(cookie, secure=scope["scheme"] == "https"))
    for name, value in FIXED.items():
        headers[name] = value

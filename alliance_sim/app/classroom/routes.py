"""What phones can ask the server: one page, the state, a bet, and the runs with one lever changed.

The routes stand before the token of the lecturer's page and lead nowhere else. Addresses and origins were checked
before (``server/access.py``). Nothing that a phone sends is stored as text or rendered.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable
from functools import partial
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qs

from starlette.requests import cookie_parser
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from alliance_sim.app.classroom.classroom import Classroom, RefusedBetError
from alliance_sim.app.classroom.join_codes import read_path
from alliance_sim.app.classroom.phone_page import phone_page
from alliance_sim.app.classroom.request_limits import Buckets
from alliance_sim.app.language import _, mark, speaking
from alliance_sim.app.server.responses import sentence_page
from alliance_sim.app.session.session_config import RefusedError

COOKIE = "alliance-sim-phone"
BETS = "/class/bets"
"""The bets, for the lecturer's page; like the page, behind the token."""
LARGEST_BODY = 256
BODY_TIMEOUT = 5.0
HOLD, LOOK = 4.0, 0.2
"""Seconds that a phone that asks to wait for news is kept waiting at most, and between two looks for news."""
PENALTY = 1.0
"""Seconds after which a request beyond a limit is answered, so that a flood slows itself down."""

ASKED = (("GET", ""), ("HEAD", ""), ("GET", "state"), ("POST", "bet"), ("GET", "own"))
"""What phones can ask for."""

ENDED = mark("This code is not valid (any more). Scan the code on the screen, or type the address that it shows.")
TOO_OFTEN = mark("Too many requests; try again in a moment.")
NO_PHONE = mark("This phone has not joined. Open the address of the class again, with cookies allowed.")
NOT_A_BET = mark("This is not a bet.")


class Refused(Exception):  # noqa: N818 - not an error of the program
    """A request is refused with a status and a sentence."""

    def __init__(self, status: HTTPStatus, sentence: str, slowly: bool = False) -> None:
        super().__init__(sentence)
        self.status, self.sentence, self.slowly = status, _(sentence), slowly


class PhoneRoutes:
    """The ASGI application for phones."""

    def __init__(
        self, classroom: Classroom, port: int, root_path: str = "", clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Prepare the routes.

        Args:
            classroom: the class.
            port: the port of the server; cookies ignore ports, so it is part of the cookie's name.
            root_path: the path under which a proxy serves the page.
            clock: returns seconds.
        """
        self._class, self._root = classroom, root_path
        self._cookie = f"{COOKIE}-{port}"
        buckets = partial(Buckets, clock=clock)
        self._all = buckets(rate=200.0, burst=400.0)  # by address; a class may share one
        self._wrong_codes = buckets(rate=10 / 60, burst=10.0)
        self._each = buckets(rate=6.0, burst=30.0)  # by phone
        self._joins = buckets(rate=5.0, burst=100.0)

    def serves(self, scope: Scope) -> bool:
        """Return whether a request is one of a phone."""
        return scope["type"] == "http" and read_path(scope["path"]) is not None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request of a phone."""
        with speaking(self._class.language):
            await self._respond(scope, receive, send)

    async def _respond(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            response = await self._answer(scope, receive)
        except Refused as refused:
            if refused.slowly:
                await asyncio.sleep(PENALTY)
            response = self._refusal(scope, refused)
        response.headers["Cache-Control"] = "no-store"
        await response(scope, receive, send)

    def _refusal(self, scope: Scope, refused: Refused) -> Response:
        _code, what = read_path(scope["path"]) or ("", "")
        headers = {"Connection": "close"} if refused.slowly else {}
        if what:
            return JSONResponse({"error": refused.sentence}, refused.status, headers)
        page = sentence_page(refused.sentence, language=self._class.language)
        return Response(page, refused.status, headers, "text/html; charset=utf-8")

    async def _answer(self, scope: Scope, receive: Receive) -> Response:
        code, what = read_path(scope["path"]) or ("", "")
        address = str((scope.get("client") or ("",))[0])
        if not self._all.take(address):
            raise Refused(HTTPStatus.TOO_MANY_REQUESTS, TOO_OFTEN, slowly=True)
        if code != self._class.code:
            if not self._wrong_codes.take(address):
                raise Refused(HTTPStatus.TOO_MANY_REQUESTS, TOO_OFTEN, slowly=True)
            raise Refused(HTTPStatus.NOT_FOUND, ENDED)
        if (scope["method"], what) not in ASKED:
            raise Refused(HTTPStatus.NOT_FOUND, ENDED)
        cookies = dict(scope["headers"]).get(b"cookie", b"").decode("latin-1")
        phone = self._class.phones.find(cookie_parser(cookies).get(self._cookie, ""))
        if not what:
            return self._page(address, phone, scope)
        if not phone:
            raise Refused(HTTPStatus.FORBIDDEN, NO_PHONE)
        if not self._each.take(phone):
            raise Refused(HTTPStatus.TOO_MANY_REQUESTS, TOO_OFTEN, slowly=True)
        query = parse_qs(scope["query_string"].decode("latin-1")[:200])
        if what == "bet":
            return await self._bet(phone, scope, receive)
        return self._own(query) if what == "own" else await self._state(phone, code, query)

    def _page(self, address: str, phone: str, scope: Scope) -> Response:
        headers: dict[str, str] = {}
        if not phone:
            if not self._joins.take(address):
                raise Refused(HTTPStatus.TOO_MANY_REQUESTS, TOO_OFTEN, slowly=True)
            if sentence := self._class.phones.refusal(address):
                raise Refused(HTTPStatus.SERVICE_UNAVAILABLE, sentence)
            secure = "; Secure" if scope["scheme"] == "https" else ""
            cookie = f"{self._cookie}={self._class.phones.join(address)}; Path={self._root or '/'}"
            headers["Set-Cookie"] = f"{cookie}; HttpOnly; SameSite=Strict{secure}"
        page, policy = phone_page(self._class.language)
        return Response(page, 200, {**headers, "Content-Security-Policy": policy}, "text/html; charset=utf-8")

    async def _state(self, phone: str, code: str, query: dict[str, list[str]]) -> Response:
        material = _whole(query, "material", 0)
        if _whole(query, "wait", 0):
            looks = round(HOLD / LOOK)
            while looks and material == self._class.material and not self._class.is_ending:
                looks -= 1
                await asyncio.sleep(LOOK)
            if code != self._class.code:
                raise Refused(HTTPStatus.NOT_FOUND, ENDED)
            self._class.phones.touch(phone)
        return JSONResponse(self._class.state(phone, material))

    def _own(self, query: dict[str, list[str]]) -> Response:
        own = self._class.own
        if own is None:
            raise Refused(HTTPStatus.CONFLICT, mark("The levers are closed."))
        try:
            return JSONResponse(own.ask_for((query.get("lever") or [""])[0], _whole(query, "choice", -1)))
        except RefusedError as refusal:
            raise Refused(HTTPStatus.BAD_REQUEST, str(refusal)) from None

    async def _bet(self, phone: str, scope: Scope, receive: Receive) -> Response:
        kind = dict(scope["headers"]).get(b"content-type", b"").partition(b";")[0].strip().lower()
        if kind != b"application/json":
            raise Refused(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, NOT_A_BET)
        try:
            body = await asyncio.wait_for(_read(receive), BODY_TIMEOUT)
        except TimeoutError:
            raise Refused(HTTPStatus.REQUEST_TIMEOUT, NOT_A_BET, slowly=True) from None
        if body is None:
            raise Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, NOT_A_BET, slowly=True)
        try:
            values = json.loads(body, parse_constant=_refuse_constant)
        except (ValueError, RecursionError):
            raise Refused(HTTPStatus.BAD_REQUEST, NOT_A_BET) from None
        try:
            self._class.place(phone, values)
        except RefusedBetError as refusal:
            closed = self._class.phase != "bet"
            raise Refused(HTTPStatus.CONFLICT if closed else HTTPStatus.BAD_REQUEST, str(refusal)) from None
        return JSONResponse(self._class.state(phone, 0))


class BetsForLecturer:
    """Middleware inside the access rules: the bets of the class, for the lecturer's page to draw."""

    def __init__(self, app: ASGIApp, classroom: Classroom) -> None:
        self._app, self._class = app, classroom

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one connection."""
        if scope["type"] != "http" or scope["path"] != BETS:
            await self._app(scope, receive, send)
            return
        query = parse_qs(scope["query_string"].decode("latin-1")[:200])
        bets = self._class.bets()
        is_new = (bets.version, bets.phones) != (_whole(query, "version", 0), _whole(query, "phones", -1))
        response = JSONResponse(bets.to_json()) if is_new else Response(status_code=HTTPStatus.NO_CONTENT)
        response.headers["Cache-Control"] = "no-store"
        await response(scope, receive, send)


def _whole(query: dict[str, list[str]], name: str, otherwise: int) -> int:
    text = (query.get(name) or [""])[0]
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else otherwise


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is not a number")


async def _read(receive: Receive) -> bytes | None:
    """Return the body of a request; ``None`` if it is too large or the phone has disconnected."""
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return None
        body.extend(message.get("body", b""))
        if len(body) > LARGEST_BODY:
            return None
        if not message.get("more_body", False):
            return bytes(body)

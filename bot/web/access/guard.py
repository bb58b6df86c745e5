"""The guard at the door: every request passes it, before any page is asked."""

from __future__ import annotations

from collections.abc import Collection
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.web.access.session import Sessions

COOKIE = "qunzhu_session"
TOKEN_HEADER = "x-qunzhu-token"  # noqa: S105 - a name, not a secret
SAFE = frozenset({"GET", "HEAD"})
LARGEST_BODY = 8_000_000
"""Bytes; a picture for a sandbox room is the largest thing that anybody sends."""

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    # `no-referrer` would make browsers hide the origin of forms, by which forgeries are told.
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}


class Guard:
    """Lets a request in if it is meant for this house, comes from one of its own pages, and from somebody who may.

    `origins` are the addresses the page is served under; `open_to_all` the paths that need no session. What changes
    something must come from one of these origins and carry the session's token.
    """

    def __init__(
        self, app: ASGIApp, sessions: Sessions, origins: Collection[str], open_to_all: Collection[str]
    ) -> None:
        self._app, self._sessions = app, sessions
        self._origins, self._open = frozenset(origins), tuple(open_to_all)
        self._hosts = frozenset(urlsplit(origin).netloc for origin in origins)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = Request(scope, receive)
        scope["state"]["session"] = session = self._sessions.find(request.cookies.get(COOKIE, ""))
        refusal = self._refusal(request)
        if refusal is None and session is None and not self._is_open(request.url.path):
            scope["path"], scope["raw_path"], scope["method"] = "/closed", b"/closed", "GET"
        await (refusal or self._app)(scope, receive, _with_headers(send, request.url.path))

    def _refusal(self, request: Request) -> Response | None:
        """What is not even shown the way in: said in plain text, since no page of ours can have sent it."""
        headers = request.headers
        if headers.get("host", "") not in self._hosts:
            return PlainTextResponse("This address is not served here.", 421)
        if request.method in SAFE:
            return None
        if request.method != "POST":
            return PlainTextResponse("Only GET and POST are understood.", 405)
        if not _of_bearable_size(headers):
            return PlainTextResponse("This is too large, or does not say how large it is.", 413)
        if headers.get("origin", "") not in self._origins:
            return PlainTextResponse("This form does not come from a page of this house.", 403)
        session = request.scope["state"]["session"]
        if session is None or self._is_open(request.url.path):
            return None
        if not session.owns(headers.get(TOKEN_HEADER, "")):
            return PlainTextResponse("This page is out of date: load it again.", 403)
        return None

    def _is_open(self, path: str) -> bool:
        return any(path == known or (known.endswith("/") and path.startswith(known)) for known in self._open)


def _of_bearable_size(headers: Headers) -> bool:
    length = headers.get("content-length", "")
    return length.isdecimal() and int(length) <= LARGEST_BODY


def _with_headers(send: Send, path: str) -> Send:
    """Every answer tells the browser what it may do with it."""

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers.setdefault(name, value)
            headers.setdefault("cache-control", "no-cache" if path.startswith("/static/") else "no-store")
        await send(message)

    return sending

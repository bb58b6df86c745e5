"""The guard at the door: every request passes it, before any page is asked."""

from __future__ import annotations

import re
from collections.abc import Collection
from urllib.parse import urlsplit

from loguru import logger
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.log import raised_at
from bot.web.said import aloud
from bot.web.site import Site

TOKEN_HEADER = "x-qunzhu-token"  # noqa: S105 - a name, not a secret
OPEN = frozenset({"/closed", "/enter", "/login", "/language"})
STATIC = "/static/"
"""What needs no session: the way in, and the files that every page is made with."""

SAFE = frozenset({"GET", "HEAD"})
LARGEST_BODY = 8_000_000
"""Bytes; a picture for a sandbox room is the largest thing that anybody sends."""

LARGEST_FROM_STRANGERS = 10_000
"""Bytes; an id and a password are the largest things that are sent without a session."""

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
_UTF8 = re.compile(r'charset="?utf-8"?(?=\s*(?:;|$))')
ALWAYS_TLS = {"strict-transport-security": "max-age=31536000"}
"""For a page that is reached by TLS: a browser that knows it never asks without, whatever a link says."""


class Guard:
    """Lets a request in if it is meant for this house, comes from one of its own pages, and from somebody who may.

    `origins` are the addresses the page is served under. What changes something must come from one of these and carry
    the session's token. It stands outside of everything, so that also an answer about an error passes it on its way.
    """

    def __init__(self, app: ASGIApp, site: Site, origins: Collection[str]) -> None:
        self._app, self._site = app, site
        self._origins = tuple(origins)
        self._hosts = frozenset(urlsplit(origin).netloc for origin in origins)
        self._headers = HEADERS | (ALWAYS_TLS if site.secure else {})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        request = Request(scope, receive)
        session = self._site.sessions.find(request.cookies.get(self._site.cookie, ""))
        scope.setdefault("state", {})["session"] = session
        refusal = self._refusal(request)
        if refusal is None and session is None and not _is_open(scope["path"]):
            scope = {**scope, "path": "/closed", "raw_path": b"/closed", "method": _as_read(request.method)}
        try:
            await (refusal or self._app)(scope, receive, self._with_headers(send, request.scope["path"]))
        except ClientDisconnect:
            logger.bind(action="web.gone").debug("a browser left before it had said everything")
        except Exception as error:  # noqa: BLE001 - the outermost loop of a page: the bot goes on, whatever broke
            logger.bind(action="web.broken").error("a page could not be shown: {}", raised_at(error))

    def _refusal(self, request: Request) -> Response | None:
        """What is not even shown the way in: no page of ours that is up to date can have sent it."""
        headers = request.headers
        if headers.get("host", "").lower() not in self._hosts:
            return self._refuse(request, 421, "elsewhere", origin=self._origins[0])
        if request.method in SAFE:
            return None
        if request.method != "POST":
            return self._refuse(request, 405, "method", headers={"allow": "GET, HEAD, POST"})
        if not _in_utf8(headers):
            return self._refuse(request, 415, "encoding")
        session = request.scope["state"]["session"]
        if not _of_bearable_size(headers, LARGEST_FROM_STRANGERS if session is None else LARGEST_BODY):
            return self._refuse(request, 413, "too_large", headers={"connection": "close"})
        if headers.getlist("origin") not in [[origin] for origin in self._origins]:
            return self._refuse(request, 403, "foreign", origin=self._origins[0])
        if session is None or _is_open(request.scope["path"]):
            return None
        if not session.owns(headers.get(TOKEN_HEADER, "")):
            return self._refuse(request, 403, "stale")
        return None

    def _refuse(
        self, request: Request, status: int, word: str, headers: dict[str, str] | None = None, **gaps: str
    ) -> Response:
        """In plain text: whoever asks from elsewhere is shown nothing of the house."""
        said = self._site.pages.word(request, "access", word).format_map(gaps)
        return PlainTextResponse(said, status, {**aloud(said), **(headers or {})})

    def _with_headers(self, send: Send, path: str) -> Send:
        """Every answer tells the browser what it may do with it."""

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
                headers.setdefault("cache-control", "no-cache" if path.startswith(STATIC) else "no-store")
            await send(message)

        return sending


def _is_open(path: str) -> bool:
    return path in OPEN or path.startswith(STATIC)


def _as_read(method: str) -> str:
    """The closed door is looked at, whatever was to be done behind it."""
    return method if method in SAFE else "GET"


def _in_utf8(headers: Headers) -> bool:
    """Browsers send every form so. Elsewhere half a character can be written, which no page could show again."""
    return "charset" not in _UTF8.sub("", headers.get("content-type", "").lower())


def _of_bearable_size(headers: Headers, most: int) -> bool:
    """A body that comes in pieces does not say how long it will become."""
    length = headers.get("content-length", "")
    return "transfer-encoding" not in headers and length.isdecimal() and int(length) <= most

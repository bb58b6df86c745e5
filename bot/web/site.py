"""What the pages are built from, and the routes that lead to them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sse_starlette.sse import EventSourceResponse
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from bot.app import App
from bot.core.operator import Role
from bot.demo import Demo
from bot.web.access.attempts import Attempts
from bot.web.access.key import Keys
from bot.web.access.password import Passwords
from bot.web.access.session import Session, Sessions
from bot.web.kept import Kept
from bot.web.pages import Pages
from bot.web.parcels import Parcels
from bot.web.pulse import Pulse
from bot.web.stream import Stream


@dataclass(frozen=True, slots=True)
class Site:
    """The house behind the page. `demo` is there with the embedded gateway only, `passwords` may be nobody's.

    `cookie` is the name under which a browser keeps its session, `secure` whether it does so for TLS only, and
    `proxied` whether a proxy says who calls.
    """

    app: App
    demo: Demo | None
    pages: Pages
    stream: Stream
    kept: Kept
    pulse: Pulse
    sessions: Sessions
    keys: Keys
    passwords: Passwords
    attempts: Attempts
    parcels: Parcels
    cookie: str
    secure: bool
    proxied: bool
    closing: list[Callable[[], Awaitable[None]]] = field(default_factory=list)
    """What has to come to its end before the bot does."""

    def actor(self, session: Session) -> str:
        """Who commands: the session's operator; from the bot's own machine the owner, "" while there is none."""
        if session.contact_id:
            return session.contact_id
        owners = (contact for contact, role in self.app.directory.roles.items() if role is Role.OWNER)
        return next(owners, "")

    def now(self) -> datetime:
        """The bot's time, aware UTC."""
        return self.app.clock()


def site_of(request: Request) -> Site:
    """The house that a request is for."""
    site: Site = request.app.state.site
    return site


def session_of(request: Request) -> Session:
    """The session that the guard has found; only for paths that need one."""
    session: Session = request.scope["state"]["session"]
    return session


def actor_of(request: Request) -> str:
    """Whose commands these are; "" while the bot has no owner."""
    return site_of(request).actor(session_of(request))


def build(site: Site, views: Sequence[Route], static: str) -> Starlette:
    """The page as an ASGI application; nobody may come to it but past the guard."""
    routes = [Route("/", _home), Route("/stream", _stream), *views, Mount("/static", StaticFiles(directory=static))]
    application = Starlette(routes=routes, exception_handlers={404: _nothing, 500: _broken, HTTPException: _refused})
    # Behind a proxy it would lead from https:// to http://, for it names the whole address.
    application.router.redirect_slashes = False
    application.state.site = site
    return application


async def _home(request: Request) -> Response:
    return RedirectResponse("/sandbox" if site_of(request).demo is not None else "/console", 303)


async def _stream(request: Request) -> Response:
    """What is new, for as long as a page is open and its session lasts; `room` is the conversation that it shows."""
    site, session = site_of(request), session_of(request)
    if site.stream.full:
        return PlainTextResponse(site.pages.word(request, "access", "crowded"), 503, {"retry-after": "60"})
    room_id = request.query_params.get("room", "")
    news = site.stream.listen(room_id, lambda: site.sessions.lasts(session))
    return EventSourceResponse(news, ping=20, send_timeout=20)


async def _nothing(request: Request, _error: Exception) -> Response:
    return site_of(request).pages.page(request, "nothing.html", 404)


async def _refused(request: Request, error: Exception) -> Response:
    """A form that cannot be read, a page asked for in a way it does not understand."""
    status, headers = (error.status_code, error.headers) if isinstance(error, HTTPException) else (400, None)
    answer = site_of(request).pages.page(request, "refused.html", status)
    answer.headers.update(headers or {})
    return answer


async def _broken(request: Request, _error: Exception) -> Response:
    return site_of(request).pages.page(request, "broken.html", 500)

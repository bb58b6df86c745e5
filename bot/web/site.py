"""What the pages are built from, and the routes that lead to them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sse_starlette.sse import EventSourceResponse
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from bot.app import App
from bot.core.operator import Role
from bot.demo import Demo
from bot.web.access.attempts import Attempts
from bot.web.access.guard import Guard
from bot.web.access.key import Keys
from bot.web.access.password import Passwords
from bot.web.access.session import Session, Sessions
from bot.web.pages import Pages
from bot.web.stream import Stream

OPEN = ("/closed", "/enter", "/login", "/language", "/static/")
"""What needs no session."""


@dataclass(frozen=True, slots=True)
class Site:
    """The house behind the page. `demo` is there with the embedded gateway only, `passwords` may be nobody's."""

    app: App
    demo: Demo | None
    pages: Pages
    stream: Stream
    sessions: Sessions
    keys: Keys
    passwords: Passwords
    attempts: Attempts
    secure: bool
    proxied: bool

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


def build(site: Site, views: Sequence[Route], origins: Sequence[str], static: str) -> Starlette:
    """The page as an ASGI application, behind its guard."""
    routes = [Route("/", _home), Route("/stream", _stream), *views, Mount("/static", StaticFiles(directory=static))]
    guard = Middleware(Guard, sessions=site.sessions, origins=tuple(origins), open_to_all=OPEN)
    application = Starlette(routes=routes, middleware=[guard], exception_handlers={404: _nothing, 500: _broken})
    application.state.site = site
    return application


async def _home(request: Request) -> Response:
    return RedirectResponse("/sandbox" if site_of(request).demo is not None else "/console", 303)


async def _stream(request: Request) -> Response:
    """What is new, for as long as a page is open; `room` is the conversation that it shows."""
    return EventSourceResponse(site_of(request).stream.listen(request.query_params.get("room", "")), ping=20)


async def _nothing(request: Request, _error: Exception) -> Response:
    return site_of(request).pages.page(request, "nothing.html", 404)


async def _broken(request: Request, _error: Exception) -> Response:
    return site_of(request).pages.page(request, "broken.html", 500)

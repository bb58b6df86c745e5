"""Opens the page beside a running bot, and closes it again."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from importlib.metadata import version

from bot.app import App
from bot.config import Config
from bot.core.errors import SetupError
from bot.demo import Demo
from bot.web import console, sandbox
from bot.web.access import views as access
from bot.web.access.attempts import Attempts
from bot.web.access.key import Keys
from bot.web.access.password import Passwords, readable
from bot.web.access.session import Sessions
from bot.web.pages import Pages
from bot.web.pulse import Pulse
from bot.web.server import bind, serving
from bot.web.site import Site, build
from bot.web.stream import Stream


@asynccontextmanager
async def opened(config: Config, app: App, demo: Demo | None, announce: Callable[[str], None]) -> AsyncIterator[None]:
    """The page, for the length of the block. `announce` is told every link that lets somebody in."""
    web = config.web
    door = bind(web.host, web.port)
    own = _address(web.host, door)
    stream = Stream()
    keys = Keys(lambda key: announce(f"{own}/enter?key={key}"))
    site = Site(
        app=app,
        demo=demo,
        pages=_pages(config, demo),
        stream=stream,
        sessions=Sessions(app.clock.real, timedelta(hours=web.session_hours)),
        keys=keys,
        passwords=Passwords(_stored(config)),
        attempts=Attempts(app.clock.real),
        secure=not web.local,
        proxied=web.proxy,
    )
    routes = (*access.ROUTES, *(sandbox.routes(site, demo) if demo else ()), *console.ROUTES)
    origins = _origins(config, door)
    application = build(site, routes, origins, str(config.path(config.content.templates) / "web" / "static"))
    certificate = (config.path(web.tls_cert), config.path(web.tls_key)) if web.tls_cert and web.tls_key else None
    async with serving(application, door, stream, certificate):
        pulse = asyncio.create_task(Pulse(site).beat())
        try:
            if web.local:
                keys.mint()
            yield
        finally:
            pulse.cancel()
            await asyncio.gather(pulse, return_exceptions=True)


def _pages(config: Config, demo: Demo | None) -> Pages:
    common = {"brand": config.brand.name, "sandboxed": demo is not None, "version": version("qunzhu")}
    return Pages(config.path(config.content.templates), config.plan.zone, config.brand.locale, common)


def _stored(config: Config) -> dict[str, str]:
    """The operators' hashes; a password put there in the clear is refused."""
    stored = {contact: secret.get_secret_value() for contact, secret in config.web.passwords.items()}
    for contact, hashed in stored.items():
        if not readable(hashed):
            hint = "qunzhu password makes one"
            raise SetupError("is not the hash of a password", where=f"web.passwords.{contact}", hint=hint)
    return stored


def _address(host: str, door: socket.socket) -> str:
    return f"http://{f'[{host}]' if ':' in host else host}:{door.getsockname()[1]}"


def _origins(config: Config, door: socket.socket) -> tuple[str, ...]:
    """The addresses under which the page may be opened."""
    if not config.web.local:
        return (config.web.origin,)
    return tuple(_address(host, door) for host in ("127.0.0.1", "localhost", "::1"))

"""Opens the page beside a running bot, and closes it again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from importlib.metadata import version

from starlette.applications import Starlette

from bot.app import App
from bot.config import Config
from bot.demo import Demo
from bot.web import console, sandbox
from bot.web.access import views as access
from bot.web.access.attempts import Attempts
from bot.web.access.guard import Guard
from bot.web.access.key import Keys
from bot.web.access.password import Passwords
from bot.web.access.session import Sessions
from bot.web.kept import Kept
from bot.web.pages import Pages
from bot.web.parcels import Parcels
from bot.web.premises import Premises
from bot.web.pulse import Pulse
from bot.web.server import serving
from bot.web.site import Site, build
from bot.web.stream import Stream


@asynccontextmanager
async def opened(
    config: Config, app: App, demo: Demo | None, premises: Premises, announce: Callable[[str], None]
) -> AsyncIterator[Starlette]:
    """The page, for the length of the block. `announce` is told each link that lets somebody in, or where to log in."""
    web = config.web
    origins = _origins(config, premises.port)
    stream = Stream()
    keys = Keys(lambda key: announce(f"{origins[0]}/enter?key={key}"))
    site = Site(
        app=app,
        demo=demo,
        pages=_pages(config, demo),
        stream=stream,
        kept=Kept(app.clock),
        pulse=Pulse(app, stream),
        sessions=Sessions(app.clock.real, timedelta(hours=web.session_hours)),
        keys=keys,
        passwords=Passwords({contact: stored.get_secret_value() for contact, stored in web.passwords.items()}),
        attempts=Attempts(app.clock.real),
        parcels=Parcels(app.clock.real),
        # Two bots on one machine are one site to a browser; with TLS, only this very host can set the cookie.
        cookie=f"qunzhu_{premises.port}" if web.local else "__Host-qunzhu",
        secure=not web.local,
        proxied=web.proxy,
    )
    app.forgetting.struck = site.parcels.clear
    routes = (*access.ROUTES, *(sandbox.routes(site, demo) if demo else ()), *console.ROUTES)
    application = build(site, routes, str(config.path(config.content.templates) / "web" / "static"))
    async with serving(Guard(application, site, origins), premises, stream):
        pulse = asyncio.create_task(site.pulse.beat())
        try:
            if web.local:
                keys.mint()
            else:
                announce(f"{origins[0]}/login")
            yield application
        finally:
            await asyncio.gather(*(end() for end in site.closing))
            pulse.cancel()
            await asyncio.gather(pulse, return_exceptions=True)


def _pages(config: Config, demo: Demo | None) -> Pages:
    common = {"brand": config.brand.name, "sandboxed": demo is not None, "version": version("qunzhu")}
    return Pages(config.path(config.content.templates), config.plan.zone, config.brand.locale, common)


def _origins(config: Config, port: int) -> tuple[str, ...]:
    """The addresses under which the page may be opened, as browsers write them; the first is the one to be told."""
    web = config.web
    if not web.local:
        return (web.origin.lower().removesuffix(":443"),)
    hosts = dict.fromkeys((web.host, "127.0.0.1", "localhost", "::1"))
    behind = "" if port == 80 else f":{port}"
    return tuple(f"http://{f'[{host}]' if ':' in host else host}{behind}" for host in hosts)

"""The strip above every view of the console: the bot's time, its gateway, who commands; and the counts in the nav."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.web.site import site_of


async def show_edge(request: Request) -> Response:
    """The strip anew, with the counts beside the nav's places."""
    return site_of(request).pages.page(request, "console/_edge.html", fresh=True)


ROUTES = (Route("/console/edge", show_edge),)

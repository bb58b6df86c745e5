"""The sandbox's page as a whole, and the conversation in its middle."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.demo import Demo
from bot.web.site import Site, site_of


def routes(_site: Site, _demo: Demo) -> Sequence[Route]:
    """The page, and what is new in it."""
    return (Route("/sandbox", show_page),)


async def show_page(request: Request) -> Response:
    """Rooms, conversation, time and plan."""
    return site_of(request).pages.page(request, "sandbox/page.html", room=request.query_params.get("room", ""))

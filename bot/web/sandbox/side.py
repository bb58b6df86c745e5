"""Beside the conversation: time, the chosen room's plan, and what can go wrong."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.demo import Demo
from bot.web.site import Site, site_of


def routes(_site: Site, _demo: Demo) -> Sequence[Route]:
    """The panel for a room."""
    return (Route("/sandbox/side", show_side),)


async def show_side(request: Request) -> Response:
    """The panel, for the room that is looked at."""
    return site_of(request).pages.page(request, "sandbox/side.html", room=request.query_params.get("room", ""))

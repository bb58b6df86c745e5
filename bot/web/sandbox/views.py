"""The sandbox's page as a whole."""

from __future__ import annotations

from sse_starlette.sse import EventSourceResponse
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.web.site import site_of


async def show_page(request: Request) -> Response:
    """Rooms, conversation, time and plan."""
    return site_of(request).pages.page(request, "sandbox/page.html")


async def stream(request: Request) -> Response:
    """What is new, for as long as the page is open."""
    return EventSourceResponse(site_of(request).stream.listen(request.query_params.get("room", "")), ping=20)


ROUTES = (Route("/sandbox", show_page), Route("/stream", stream))

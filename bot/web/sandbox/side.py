"""Beside the conversation: time, the chosen room's plan, and what can go wrong."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.demo import Demo
from bot.web.sandbox import room_plan
from bot.web.sandbox.clockface import Clockface
from bot.web.sandbox.faults import FaultBoard
from bot.web.site import Site, site_of


class Side:
    """The panel as a whole; afterwards each of its parts is fetched by itself."""

    def __init__(self, site: Site, demo: Demo) -> None:
        self._clockface, self._faults = Clockface(site, demo), FaultBoard(site, demo)

    def routes(self) -> Sequence[Route]:
        own = Route("/sandbox/side", self.show)
        return (own, *self._clockface.routes(), *room_plan.ROUTES, *self._faults.routes())

    async def show(self, request: Request) -> Response:
        """The panel, for the room that is looked at."""
        room_id = request.query_params.get("room", "")
        data = {
            **await self._clockface.data(request, room_id),
            **await room_plan.data(request, room_id),
            **await self._faults.data(request),
        }
        return site_of(request).pages.page(request, "sandbox/side.html", 200, **data)


def routes(site: Site, demo: Demo) -> Sequence[Route]:
    """The panel for a room, and its parts."""
    return Side(site, demo).routes()

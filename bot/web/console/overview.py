"""The first page of the console: every room at a glance."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.policy.command import Call
from bot.web.site import actor_of, site_of
from storage import rooms
from storage.store import Db


async def show_overview(request: Request) -> Response:
    """Every managed room."""
    site = site_of(request)
    found = await site.app.desk.ask(actor_of(request), _gather)
    return site.pages.page(request, "console/overview.html", rooms=found)


def _gather(db: Db, call: Call) -> list[dict[str, object]]:
    return [{"id": room.room_id, "name": room.name} for room in rooms.managed(db, call.account_id)]


ROUTES = (Route("/console", show_overview),)

"""Everybody the house knows: searched by name, id or number, narrowed to a room or a segment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.core.operator import Role
from bot.core.room import Room
from bot.policy.command import Call
from bot.policy.text import visible
from bot.web.console.meant import Meant, people_meant
from bot.web.site import actor_of, site_of
from handlers.customer_room import customer_rooms
from handlers.local_day import local_day
from storage import operators, people, picked, rooms, saved_segments
from storage.people import Listed, Place, Sought
from storage.store import Db

PAGE = 50
MONTH = timedelta(days=29)
"""Back to the first of thirty days, today among them."""
LONGEST = 64


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for; `among` is an expression of the segment language, "" for everybody."""

    text: str
    room_id: str
    among: str
    after: Place | None

    @classmethod
    def of(cls, query: QueryParams) -> Asked:
        text = visible(query.get("q", "")).strip().removeprefix("@").strip()[:LONGEST]
        return cls(text, query.get("room", ""), query.get("among", "").strip(), people.marked(query.get("page", "")))


@dataclass(frozen=True, slots=True)
class Found:
    """A page of people. `next` leads on, "" at the end; `count` is how many a segment means, None without one."""

    lines: Sequence[Listed]
    rooms: Sequence[Room]
    saved: Mapping[str, str]
    staff: frozenset[str]
    next: str = ""
    count: int | None = None


async def show_members(request: Request) -> Response:
    """A page of people, the ones who spoke last first."""
    site, asked = site_of(request), Asked.of(request.query_params)
    meant = await people_meant(request, asked.among, asked.text, asked.room_id) if asked.among else None
    found = await site.app.desk.ask(actor_of(request), _gather, asked, meant)
    slip = site.pages.told(request, meant.slip) if meant and meant.slip else ""
    return site.pages.page(request, "console/members.html", asked=asked, found=found, meant=meant, slip=slip)


def _gather(db: Db, call: Call, asked: Asked, meant: Meant | None) -> Found:
    managed, saved = rooms.managed(db, call.account_id), saved_segments.every(db, call.account_id)
    every = operators.every(db, call.account_id)
    staff = frozenset(operator.contact_id for operator in every if operator.role >= Role.OPERATOR)
    if meant is None:
        sought = Sought(asked.text, asked.room_id)
        places: Sequence[Place] = people.page(db, call.account_id, sought, asked.after, PAGE + 1)
        count = None
    else:
        within = [room.room_id for room in customer_rooms(db, call) if asked.room_id in {"", room.room_id}]
        places = picked.page(db, call.account_id, meant.people, within, asked.after, PAGE + 1)
        count = len(meant.people)
    shown = places[:PAGE]
    lines = people.lines(db, call.account_id, shown, local_day(call) - MONTH, call.now)
    return Found(lines, managed, saved, staff, shown[-1].mark if len(places) > PAGE else "", count)


ROUTES = (Route("/console/members", show_members),)

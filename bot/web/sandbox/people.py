"""The people of the sandbox: whom to speak as, and how they come into a room, leave it and rename it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.core.operator import Role
from bot.policy.text import visible
from bot.web.sandbox.hall import Hall, SlipError, address, moved
from bot.web.sandbox.seat import Seat, called, members

LONGEST_TOPIC = 60


@dataclass(frozen=True, slots=True)
class Someone:
    """A person as the page lists them; `mark` is "owner", "operator", "bot" or "". Nothing in `name` is invisible."""

    id: str
    name: str
    mark: str
    link: str


@dataclass(frozen=True, slots=True)
class Leader:
    """Who should own the bot, and the page as they see it; `here` while one speaks as them."""

    name: str
    link: str
    here: bool


def seated(hall: Hall, seat: Seat) -> tuple[Someone, ...]:
    """Whom one may speak as where one sits, the owner first."""
    return tuple(_someone(hall, seat, who) for who in members(hall.world, seat.place))


def outside(hall: Hall, seat: Seat) -> tuple[Someone, ...]:
    """Who is not in the room and could come in."""
    inside = {*members(hall.world, seat.place), hall.world.self_id}
    return tuple(_someone(hall, seat, who) for who in hall.world.people if who not in inside)


class People:
    """The list of people, and what they do to a room."""

    def __init__(self, hall: Hall) -> None:
        self._hall = hall
        self.routes = (
            Route("/sandbox/people", self.show),
            Route("/sandbox/menu", self.show_menu),
            Route("/sandbox/lead", self.show_lead),
            Route("/sandbox/join", self.join, methods=["POST"]),
            Route("/sandbox/leave", self.leave, methods=["POST"]),
            Route("/sandbox/rename", self.rename, methods=["POST"]),
        )

    async def show(self, request: Request) -> Response:
        """Who is there, and above the conversation how many."""
        return self._page(request, "sandbox/_people_anew.html")

    async def show_menu(self, request: Request) -> Response:
        """What the chosen person may do to the room."""
        return self._page(request, "sandbox/_menu.html")

    async def show_lead(self, request: Request) -> Response:
        """What the chosen person might say next."""
        return self._page(request, "sandbox/_lead.html")

    async def join(self, request: Request) -> Response:
        """Somebody comes in, alone or brought by a member."""
        return await self._hall.do(request, _join)

    async def leave(self, request: Request) -> Response:
        """The chosen person goes."""
        return await self._hall.do(request, _leave)

    async def rename(self, request: Request) -> Response:
        """The chosen person gives the room another name."""
        return await self._hall.do(request, _rename)

    def _page(self, request: Request, template: str) -> Response:
        seat = self._hall.seat(request.query_params)
        return self._hall.site.pages.page(request, template, **scene(self._hall, seat))


def scene(hall: Hall, seat: Seat) -> dict[str, Any]:
    """What the page knows about a place and its people."""
    world, directory = hall.world, hall.site.app.directory
    room = world.rooms.get(seat.place)
    known = directory.rooms.get(seat.room_id)
    return {
        "seat": seat,
        "me": _someone(hall, seat, seat.who),
        "bot": _someone(hall, seat, world.self_id),
        "bot_inside": room is None or world.self_id in room.seats,
        "people": seated(hall, seat),
        "others": outside(hall, seat),
        "topic": visible(room.topic) if room is not None else "",
        "count": len(room.seats) if room is not None else 2,
        "state": str(known.role) if known is not None and known.active else "unmanaged",
        "operator": directory.role_of(seat.who) >= Role.OPERATOR,
        "adopts": _adopts(hall, seat),
        "claim": hall.site.app.claim_code if Role.OWNER not in directory.roles.values() else "",
        "leader": _leader(hall, seat),
    }


def _adopts(hall: Hall, seat: Seat) -> str:
    """The order that gives the bot this room; "" where it has it, and in a private chat."""
    known = hall.site.app.directory.rooms.get(seat.room_id)
    if not seat.room_id or (known is not None and known.active):
        return ""
    return "/control" if seat.room_id == hall.demo.script.control.id else "/adopt"


def _leader(hall: Hall, seat: Seat) -> Leader:
    """Whoever is the shop's owner in the script, in the room of those who run it."""
    place, who = hall.demo.script.control.id, hall.demo.script.owner_id
    return Leader(hall.world.person(who).name, address(place, who), here=seat.who == who)


def _someone(hall: Hall, seat: Seat, who: str) -> Someone:
    role = hall.site.app.directory.role_of(who)
    mark = "operator" if role >= Role.OPERATOR else ""
    if role is Role.OWNER or who == hall.demo.script.owner_id:
        mark = "owner"
    elif who == hall.world.self_id:
        mark = "bot"
    return Someone(who, visible(called(hall.world, seat.room_id, who)), mark, address(seat.place, who))


def _join(hall: Hall, seat: Seat, form: FormData) -> Response:
    who, inviter = str(form.get("who", "")), str(form.get("inviter", ""))
    room = hall.world.room(seat.place)
    if hall.world.person(who).id in room.seats:
        raise SlipError("already_in")
    if inviter and inviter not in room.seats:
        raise SlipError("inviter_not_in")
    hall.world.join(seat.place, (who,), inviter)
    return moved(seat.place, seat.who)


def _leave(hall: Hall, seat: Seat, _form: FormData) -> Response:
    room = hall.world.room(seat.place)
    if seat.who not in room.seats:
        raise SlipError("not_member")
    hall.world.leave(seat.place, (seat.who,))
    return moved(seat.place, seat.who)


def _rename(hall: Hall, seat: Seat, form: FormData) -> Response:
    topic = " ".join(str(form.get("topic", "")).split())
    if seat.who not in hall.world.room(seat.place).seats:
        raise SlipError("not_member")
    if not topic:
        raise SlipError("no_topic")
    if len(topic) > LONGEST_TOPIC:
        raise SlipError("topic_too_long", most=LONGEST_TOPIC)
    hall.world.rename(seat.place, topic, seat.who)
    return moved(seat.place, seat.who)

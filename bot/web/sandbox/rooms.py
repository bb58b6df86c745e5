"""The list of conversations at the left of the sandbox's page."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.web.sandbox.hall import Hall, address
from bot.web.sandbox.line import Line
from bot.web.sandbox.seat import Seat, called, someone
from bot.web.sandbox.telling import Telling
from storage import history
from storage.store import Db

FACES = 9


@dataclass(frozen=True, slots=True)
class Place:
    """A conversation in the list; `state` is what the bot does there: customer, control, unmanaged or private."""

    id: str
    topic: str
    state: str
    link: str
    here: bool
    last: Line | None
    newest: int = 0
    """The chronicle's number of it: grows when there is something new."""

    faces: tuple[tuple[str, str], ...] = ()
    """The first members by id and name: what a room looks like from afar."""


class Rooms:
    """Every room of the world, and the chosen person's private chat with the bot."""

    def __init__(self, hall: Hall) -> None:
        self._hall = hall
        self.routes = (Route("/sandbox/rooms", self.show),)

    async def show(self, request: Request) -> Response:
        """The list."""
        seat = self._hall.seat(request.query_params)
        return self._hall.site.pages.page(
            request,
            "sandbox/_rooms.html",
            seat=seat,
            bot_id=self._hall.world.self_id,
            places=await places(self._hall, seat),
        )


async def places(hall: Hall, seat: Seat) -> tuple[Place, ...]:
    """The list as somebody sees it who sits here."""
    app, world = hall.site.app, hall.world
    silent = [room_id for room_id in app.directory.rooms if hall.chronicle.last_words(room_id) is None]
    past = await app.store.read(_last_told, app.account, silent) if silent else {}
    found = []
    for room in world.rooms.values():
        who = seat.who if seat.who in room.seats else someone(hall.demo, app.directory.roles, room.id)
        known, entry = app.directory.rooms.get(room.id), hall.chronicle.last_words(room.id)
        telling, told = Telling(world, room.id), past.get(room.id)
        last = telling.line(entry) if entry is not None else telling.told(told) if told is not None else None
        place = Place(
            id=room.id,
            topic=room.topic,
            state=str(known.role) if known is not None and known.active else "unmanaged",
            link=address(room.id, who),
            here=room.id == seat.place,
            last=last,
            newest=entry.number if entry is not None else 0,
            faces=tuple((who, called(world, room.id, who)) for who in room.member_ids[:FACES]),
        )
        found.append(place)
    return (*found, _private(hall, seat))


def _private(hall: Hall, seat: Seat) -> Place:
    """The chosen person's chat with the bot."""
    bot, entry = hall.world.self_id, hall.chronicle.last_words(seat.who)
    return Place(
        id=bot,
        topic=hall.world.person(bot).name,
        state="private",
        link=address(bot, seat.who),
        here=seat.private,
        last=Telling(hall.world, "").line(entry) if entry is not None else None,
        newest=entry.number if entry is not None else 0,
    )


def _last_told(db: Db, account_id: str, room_ids: list[str]) -> dict[str, history.Told]:
    """What was said last in rooms in which nothing was said since the page was opened."""
    newest = {room_id: history.before(db, account_id, room_id, None, 1) for room_id in room_ids}
    return {room_id: page[0] for room_id, page in newest.items() if page}

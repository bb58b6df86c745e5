"""积分排行: who got the most points in a room this month."""

from __future__ import annotations

from bot.core.operator import Role
from bot.core.points import Place
from bot.core.reply import Reply
from bot.core.room import Room, RoomRole
from bot.policy.command import Call, command
from handlers.customer_room import find_customer_room
from handlers.local_day import local_day
from storage import points
from storage.store import Db

SHOWN = 10
EVERYBODY = 2000
"""More than any room holds."""


@command("top", aliases=("积分排行", "积分榜"), role=Role.MEMBER, words=("积分排行", "积分榜", "积分排名"))
def show_points_board(db: Db, call: Call, *said: str) -> Reply:
    """The month's first ten, and where the asker stands; names of a room are shown in this room only."""
    if call.role >= Role.OPERATOR:
        return _board(db, call, find_customer_room(db, call, " ".join(said)))
    if call.room is None or call.room.role is not RoomRole.CUSTOMER:
        return Reply("points_board_where")
    return _board(db, call, call.room)


def _board(db: Db, call: Call, room: Room) -> Reply:
    first = local_day(call).replace(day=1)
    places = points.board(db, call.account_id, room.room_id, first, EVERYBODY, call.talker_id)
    own = next((place for place in places[SHOWN:] if place.contact_id == call.talker_id), None)
    data = {"room": room.name, "month": first.month, "places": [_line(place) for place in places[:SHOWN]]}
    return Reply("points_board", {**data, "own": _line(own) if own else None}, mention=call.role < Role.OPERATOR)


def _line(place: Place) -> dict[str, int | str]:
    return {"rank": place.rank, "name": place.name, "points": place.points}

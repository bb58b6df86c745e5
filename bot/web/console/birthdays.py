"""The birthdays to come, day by day: whose, in which room, and whether they are congratulated in private."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.core.delivery import DeliveryState
from bot.core.room import Room
from bot.policy.command import Call
from bot.web.site import actor_of, site_of
from handlers.birthday_greeting import OCCASION
from handlers.birthdays import DAYS, MOST_DAYS, Coming, coming_birthdays
from handlers.customer_room import customer_rooms
from storage import care
from storage.store import Db

PAGE = 50
FIRST_SPAN = 3
SPANS = (7, 30, 90, 366)
_SAID = {DeliveryState.ACCEPTED, DeliveryState.CONFIRMED, DeliveryState.SENT}


@dataclass(frozen=True, slots=True)
class Item:
    """A birthday to come. `shown` is what /birthdays tells of it; `state` says how far the greeting has come.

    It is coming, waiting (in the outbox), greeted, unsure (whether it went out), missed, or left (alone, as the
    member wishes).
    """

    shown: Mapping[str, object]
    private: bool
    state: str


@dataclass(frozen=True, slots=True)
class Found:
    """The birthdays by day with the days that are left; `more` of them may come later than the page reaches.

    `count` is how many there are in all, None where that was not counted: nobody counts what nobody looks at.
    """

    days: Sequence[tuple[date, int, Sequence[Item]]]
    rooms: Sequence[Room]
    count: int | None
    more: bool


async def show_birthdays(request: Request) -> Response:
    """Within `days` days, in one room or in all; the page holds the first fifty behind `from`."""
    site, query = site_of(request), request.query_params
    days, start = _number(query.get("days", ""), DAYS, MOST_DAYS), _number(query.get("from", ""), 0, 100_000)
    room_id = query.get("room", "")
    found = await site.app.desk.ask(actor_of(request), _gather, days, room_id, start)
    return site.pages.page(
        request,
        "console/birthdays.html",
        found=found,
        days=days,
        room_id=room_id,
        start=start,
        spans=sorted({*SPANS, days}),
        page_size=PAGE,
    )


def _number(said: str, default: int, most: int) -> int:
    """A number of the address; what is none means the default."""
    return min(int(said), most) if said.isascii() and said.isdecimal() and len(said) < 9 else default


def _gather(db: Db, call: Call, days: int, room_id: str, start: int) -> Found:
    charter, managed = call.house.charter, customer_rooms(db, call)
    wanted = [room for room in managed if room_id in {"", room.room_id}]
    today = call.now.astimezone(charter.rules.care_hours.zone).date()
    # A house of twenty thousand has fifty within a day or two: the span grows only until the page is full.
    span = min(FIRST_SPAN, days)
    found = coming_birthdays(db, call.account_id, wanted, today, span, charter.customs.feb_29)
    while span < days and len(found) <= start + PAGE:
        span = min(3 * span, days)
        found = coming_birthdays(db, call.account_id, wanted, today, span, charter.customs.feb_29)
    shown = found[start : start + PAGE]
    turns = [(str(item.birthday.id), str(item.celebration.turn)) for item in shown]
    states = care.states(db, call.account_id, OCCASION, turns)
    by_day = [
        (day, (day - today).days, [_item(item, states) for item in items])
        for day, items in groupby(shown, key=lambda item: item.celebration.day)
    ]
    return Found(by_day, managed, len(found) if span == days else None, len(found) > start + PAGE)


def _item(item: Coming, states: Mapping[tuple[str, str], DeliveryState | None]) -> Item:
    key = (str(item.birthday.id), str(item.celebration.turn))
    if key in states:
        return Item(item.shown(), item.birthday.private, _state(states[key]))
    return Item(item.shown(), item.birthday.private, "left" if item.where.unsubscribed else "coming")


def _state(delivery: DeliveryState | None) -> str:
    """How far the greeting has come; None is one that was said in an answer."""
    if delivery is None or delivery in _SAID:
        return "greeted"
    if delivery.waiting:
        return "waiting"
    return "missed" if delivery.given_up or delivery is DeliveryState.UNSENT else "unsure"


ROUTES = (Route("/console/birthdays", show_birthdays),)

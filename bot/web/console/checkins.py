"""The boards of the check-ins: who keeps it up in which room, day by day; to start one, and to end it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.core.checkin import Campaign, How, Tally
from bot.core.room import Room
from bot.policy import streaks
from bot.policy.command import Call
from bot.policy.customs import Declared
from bot.policy.room_settings import zone_of
from bot.web.site import actor_of, site_of
from handlers.checkin_room import view
from handlers.customer_room import customer_rooms
from storage import birthdays, checkins, people, punch_records, rooms
from storage.store import Db

BOARDS = 4
"""So many boards are on a page."""

SHOWN = 20
DAYS = 14
ENDED = 20


@dataclass(frozen=True, slots=True)
class Line:
    """One place on a board. `marks` are the days shown, oldest first; None is a day without a check-in."""

    place: int
    contact_id: str
    name: str
    unsubscribed: bool
    streak: int
    longest: int
    total: int
    today: How | None
    marks: Sequence[How | None]


@dataclass(frozen=True, slots=True)
class Board:
    """One campaign in its room. `done` have checked in today, `excused` are on leave, `taking` ever took part."""

    id: int
    room: str
    room_id: str
    ended: bool
    about: Mapping[str, object]
    due: bool
    done: int
    excused: int
    taking: int
    days: Sequence[date]
    counts: Sequence[bool]
    lines: Sequence[Line]


@dataclass(frozen=True, slots=True)
class Past:
    """A campaign that has ended."""

    id: int
    title: str
    room: str
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Found:
    """A page of boards; `pages` is how many there are, from 1."""

    boards: Sequence[Board]
    pages: int
    past: Sequence[Past]
    rooms: Sequence[Room]
    declared: Sequence[Declared]


async def show_checkins(request: Request) -> Response:
    """What runs, in one room or in all, and below it what has ended."""
    site, query = site_of(request), request.query_params
    said = query.get("page", "1")
    page = int(said) if said.isdecimal() and said.isascii() and len(said) < 6 else 1
    found = await site.app.desk.ask(actor_of(request), _gather, query.get("room", ""), max(1, page))
    return site.pages.page(
        request, "console/checkins.html", found=found, room_id=query.get("room", ""), page=max(1, page)
    )


async def show_board(request: Request) -> Response:
    """One campaign, running or ended."""
    site = site_of(request)
    said = request.path_params["campaign_id"]
    known = said.isascii() and said.isdecimal() and len(said) < 10
    board = await site.app.desk.ask(actor_of(request), _one, int(said)) if known else None
    if board is None:
        raise HTTPException(404)
    return site.pages.page(request, "console/checkin.html", board=board)


def _gather(db: Db, call: Call, room_id: str, page: int) -> Found:
    managed = customer_rooms(db, call)
    running = checkins.running(db, call.account_id)
    every = [
        (room, campaign)
        for room in managed
        if room_id in {"", room.room_id}
        for campaign in running.get(room.room_id, ())
    ]
    shown = every[(page - 1) * BOARDS : page * BOARDS]
    names = {room.room_id: room.name for room in rooms.managed(db, call.account_id)}
    past = [
        Past(item.id, item.title, names.get(item.room_id, item.room_id), item.starts_on, _last_day(call, item))
        for item in checkins.ended(db, call.account_id, room_id, ENDED)
    ]
    boards = [_board(db, call, room, campaign) for room, campaign in shown]
    declared = list(call.house.charter.customs.declared.values())
    return Found(boards, -(-len(every) // BOARDS), past, managed, declared)


def _one(db: Db, call: Call, campaign_id: int) -> Board | None:
    campaign = checkins.by_id(db, call.account_id, [campaign_id]).get(campaign_id)
    room = rooms.find(db, call.account_id, campaign.room_id) if campaign else None
    return _board(db, call, room, campaign) if campaign and room else None


def _board(db: Db, call: Call, room: Room, campaign: Campaign) -> Board:
    """The operators' own view: who has unsubscribed is marked, not left out. An ended one stands as on its last day."""
    today = call.now.astimezone(zone_of(room.settings, call.house.zone)).date()
    if campaign.ended_at is not None:
        today = _last_day(call, campaign)
    taking = punch_records.totals(db, call.account_id, campaign, today)
    standing = punch_records.on_day(db, call.account_id, campaign, today)
    # Who has most days leads: beyond those who have as many as the last that is shown nobody can be on the board.
    least = min(sorted(taking.values(), reverse=True)[:SHOWN], default=0)
    leaders = [contact_id for contact_id, total in taking.items() if total >= least]
    records = punch_records.records(db, call.account_id, [campaign.id], leaders)
    held = {record.contact_id: record for record in records.values()}
    ranked = streaks.ranked(campaign, held.values(), today)
    first = max(campaign.starts_on, today - timedelta(days=DAYS - 1))
    days = [first + timedelta(days=number) for number in range((today - first).days + 1)]
    named = _named(db, call, campaign.room_id, [item.contact_id for item in ranked[:SHOWN]])

    def line(place: int, item: Tally) -> Line:
        marks = held[item.contact_id].marks
        name, unsubscribed = named.get(item.contact_id, ("", False))
        longest = streaks.longest(campaign, marks, today)
        shown = [marks.get(day) for day in days]
        return Line(
            place, item.contact_id, name, unsubscribed, item.streak, longest, item.total, marks.get(today), shown
        )

    return Board(
        id=campaign.id,
        room=room.name,
        room_id=room.room_id,
        ended=campaign.ended_at is not None,
        about=view(campaign, today),
        due=campaign.counts_on(today),
        done=standing.total() - standing[How.LEAVE],
        excused=standing[How.LEAVE],
        taking=len(taking),
        days=days,
        counts=[campaign.counts_on(day) for day in days],
        lines=[line(place, item) for place, item in enumerate(ranked[:SHOWN], 1)],
    )


def _named(db: Db, call: Call, room_id: str, contact_ids: Sequence[str]) -> Mapping[str, tuple[str, bool]]:
    """What these people are called in the room, and whether they have unsubscribed."""
    there = birthdays.presences(db, call.account_id, contact_ids)
    called = people.names(db, call.account_id, contact_ids)
    found = {}
    for contact_id, presences in there.items():
        here = next((item for item in presences if item.room_id == room_id), None)
        found[contact_id] = (here.name if here else called.get(contact_id, ""), bool(here and here.unsubscribed))
    return found


def _last_day(call: Call, campaign: Campaign) -> date:
    """The last day that an ended campaign could count."""
    ended = (campaign.ended_at or call.now).astimezone(zone_of({}, call.house.zone)).date()
    return max(campaign.starts_on, min(ended, campaign.ends_on or ended))


ROUTES = (
    Route("/console/checkins", show_checkins),
    Route("/console/checkins/{campaign_id}", show_board),
)

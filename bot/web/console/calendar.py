"""Two weeks of a room: what went out, what waits, and what the plan will put into the slots that are free."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.core.delivery import Delivery
from bot.core.reason import NO_REASON
from bot.core.room import Room
from bot.policy.calendar import FESTIVALS, festivals_on, quiet
from bot.policy.command import Call
from bot.policy.room_rules import RoomRules, rules_of
from bot.policy.room_settings import zone_of
from bot.policy.text import for_matching
from bot.web.site import actor_of, site_of
from handlers.agenda import Item, coming
from handlers.customer_room import customer_rooms
from handlers.labels import kind_label, state_label
from handlers.shown import delivery_title, person, title_of
from storage import deliveries, ledger
from storage.ledger import Entry
from storage.store import Db

DAYS = 14
FARTHEST = 28
"""So many days ahead are forecast; later ones depend on too much that will be said before."""

CHOICES = 40
"""So many rooms are offered as a list; of more, those that match what was typed."""

STEP = timedelta(minutes=15)
AROUND = timedelta(hours=1)
"""A post is dropped on a quarter of an hour, up to an hour outside the window: the gate says what it thinks of it."""

Slot = dict[str, object]


async def show_calendar(request: Request) -> Response:
    """The calendar of the room asked for, else of the first; a fetched piece of it has no frame."""
    site, asked = site_of(request), request.query_params
    found = await site.app.desk.ask(
        actor_of(request), _gather, asked.get("room", ""), asked.get("q", "")[:60], asked.get("from", "")
    )
    piece = "hx-request" in request.headers and found["room"] is not None
    template = "console/_calendar.html" if piece else "console/calendar.html"
    return site.pages.page(request, template, 200, **found)


def _gather(db: Db, call: Call, room_id: str, said: str, first: str) -> dict[str, object]:
    managed = customer_rooms(db, call)
    wanted = for_matching(said).strip()
    found = [room for room in managed if wanted in for_matching(room.name)] if wanted else managed
    room = next((item for item in managed if item.room_id == room_id), None)
    if room is None and not room_id and found and (len(found) == 1 or not wanted):
        room = found[0]
    common: dict[str, object] = {
        "choices": found[:CHOICES],
        "count": len(managed),
        "matching": len(found),
        "said": said,
        "room": room,
    }
    if room is None:
        return common
    return {**common, **_weeks(db, call, room, first)}


def _weeks(db: Db, call: Call, room: Room, first: str) -> dict[str, object]:
    rules = rules_of(room.settings, call.house.charter.rules)
    zone = zone_of(room.settings, call.house.zone)
    today = call.now.astimezone(zone).date()
    start = _monday(first, today)
    last = start + timedelta(days=DAYS - 1)
    by_day: dict[date, list[Slot]] = defaultdict(list)
    for slot in (*_past(db, call, room, start, last, zone), *_ahead(db, call, room, (last - today).days + 1)):
        at = slot["at"]
        if isinstance(at, datetime):
            by_day[at.astimezone(zone).date()].append(slot)
    days = [start + timedelta(days=number) for number in range(DAYS)]
    return {
        "days": [_day(call, day, today, by_day[day], rules, zone) for day in days],
        "first": start,
        "today": today,
        "earlier": start - timedelta(days=7),
        "later": start + timedelta(days=7) if start + timedelta(days=7) <= today + timedelta(days=DAYS) else None,
        "readable": rules is not None,
        "festivals": FESTIVALS,
    }


def _monday(said: str, today: date) -> date:
    """The Monday that is meant, or this week's; not farther ahead than can be forecast."""
    try:
        wanted = date.fromisoformat(said)
    except ValueError:
        wanted = today
    wanted = max(today - timedelta(days=3 * 365), min(wanted, today + timedelta(days=DAYS)))
    return wanted - timedelta(days=wanted.weekday())


def _past(db: Db, call: Call, room: Room, first: date, last: date, zone: ZoneInfo) -> Iterator[Slot]:
    """What had its turn, gone out or not, and what staff posted themselves."""
    for item in deliveries.of_days(db, call.account_id, room.room_id, first.isoformat(), last.isoformat()):
        if not item.state.waiting:
            yield _done(call, item)
    since, until = (datetime.combine(day, time(), zone) for day in (first, last + timedelta(days=1)))
    for entry in ledger.staff_posts(db, call.account_id, room.room_id, since, until):
        yield _by_staff(db, call, entry)


def _ahead(db: Db, call: Call, room: Room, days: int) -> Iterator[Slot]:
    for item in coming(db, call, room, max(1, min(days, FARTHEST))):
        yield _coming(call, item)


def _done(call: Call, item: Delivery) -> Slot:
    return _slot(
        at=item.dispatched_at or item.due_at,
        kind=item.kind.value,
        title=delivery_title(call, item),
        id=item.id,
        state=item.state.value,
        told=state_label(item.state),
        reason=item.reason if item.confirmed_at is None else NO_REASON,
        unresolved=item.state.unresolved,
    )


def _by_staff(db: Db, call: Call, entry: Entry) -> Slot:
    return _slot(
        at=entry.at,
        kind=entry.kind.value,
        title=title_of(call, entry.content, ""),
        state="staff",
        by=person(db, call, entry.talker_id),
    )


def _coming(call: Call, item: Item) -> Slot:
    delivery = item.delivery
    return _slot(
        at=item.wish.due_at,
        kind=item.wish.kind.value,
        title=title_of(call, item.wish.content, item.wish.body),
        id=delivery.id if delivery else 0,
        state=delivery.state.value if delivery else "forecast",
        verdict=item.word,
        reason=item.reason,
        content=item.wish.content,
        movable=delivery is not None,
    )


def _slot(*, at: datetime, kind: str, title: str, state: str, **facts: object) -> Slot:
    empty: Slot = {"id": 0, "verdict": "", "told": None, "reason": NO_REASON, "content": "", "by": ""}
    common: Slot = {"at": at, "kind": kind, "label": kind_label(kind), "title": title, "state": state}
    return {**empty, "movable": False, "unresolved": False, **common, **facts}


def _day(
    call: Call, day: date, today: date, slots: Sequence[Slot], rules: RoomRules | None, zone: ZoneInfo
) -> dict[str, object]:
    return {
        "day": day,
        "past": day < today,
        "today": day == today,
        "festivals": festivals_on(day),
        "quiet": quiet(day, call.house.charter.quiet),
        "slots": sorted(slots, key=lambda slot: str(slot["at"])),
        "times": _times(rules, day, zone) if any(slot["movable"] for slot in slots) else [],
    }


def _times(rules: RoomRules | None, day: date, zone: ZoneInfo) -> list[dict[str, object]]:
    """Where a post of this day may be dropped; `open` when posts go out then."""
    if rules is None:
        return []
    openings = list(rules.hours.openings(day, 1))
    if not openings:
        return []
    at, end = openings[0].start - AROUND, openings[-1].end + AROUND
    found = []
    while at <= end:
        local = at.astimezone(zone)
        if local.date() == day:
            found.append({"at": f"{local:%H:%M}", "open": any(at in opening for opening in openings)})
        at += STEP
    return found


ROUTES = (Route("/console/calendar", show_calendar),)
